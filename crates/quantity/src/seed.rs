//! Randomness by seed: a hash of what is asked about, so that the order of asking says nothing.

/// A seed. The same seed and the same key give the same draw on every machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seed(u64);

impl Seed {
    /// From a number.
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }
    /// A seed of its own for a named purpose.
    #[must_use]
    pub fn named(self, purpose: &str) -> Self {
        Self(self.draw(purpose))
    }
    /// A draw for `key`: 64 bits, uniform. FNV-1a over the key, finished by SplitMix64.
    pub fn draw(self, key: &str) -> u64 {
        let hash = key.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        mix(hash ^ mix(self.0))
    }
    /// A draw for `key` in `0.0..1.0`.
    pub fn unit(self, key: &str) -> f64 {
        (self.draw(key) >> 11) as f64 / (1_u64 << 53) as f64
    }
    /// A sequence of draws.
    pub const fn sequence(self) -> Sequence {
        Sequence(self.0)
    }
}

/// Draws one after another (SplitMix64, Steele, Lea and Flood 2014).
#[derive(Clone, Debug)]
pub struct Sequence(u64);

impl Sequence {
    /// The next 64 bits.
    pub fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.0)
    }
    /// The next in `0.0..1.0`.
    pub fn unit(&mut self) -> f64 {
        (self.draw() >> 11) as f64 / (1_u64 << 53) as f64
    }
    /// The next in `0..bound`; the bound is positive.
    pub fn below(&mut self, bound: usize) -> usize {
        ((u128::from(self.draw()) * bound as u128) >> 64) as usize
    }
}

fn mix(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_depend_on_key_and_seed_and_on_nothing_else() {
        let seed = Seed::new(7);
        assert_eq!(seed.draw("parcel 1"), Seed::new(7).draw("parcel 1"));
        assert_ne!(seed.draw("parcel 1"), seed.draw("parcel 2"));
        assert_ne!(seed.draw("parcel 1"), Seed::new(8).draw("parcel 1"));
    }

    #[test]
    fn draws_are_spread_evenly() {
        let mean = (0..10_000).map(|n| Seed::new(1).unit(&n.to_string())).sum::<f64>() / 1e4;
        assert!((mean - 0.5).abs() < 0.01, "{mean}");
        let mut sequence = Seed::new(1).sequence();
        let mean = (0..1_000_000).map(|_| sequence.below(100)).sum::<usize>() as f64 / 1e6;
        assert!((mean - 49.5).abs() < 0.1, "{mean}");
    }
}
