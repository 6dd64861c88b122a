//! What a way costs: its time and its length in one number, ordered by the one that is sought.

/// What is sought.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Goal {
    /// Least time; of ways that take equally long, the shortest.
    Fastest,
    /// Least length (ISO 14083's shortest feasible distance); of equally long ways, the fastest.
    Shortest,
}

/// Time and length of a way. Sums of 64 bits keep both: what is sought in the upper half, the other
/// in the lower, so that a search compares and adds one number and yet knows the two.
///
/// Bounds: 49 days and 42 949 km. A longer way counts as none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Cost(u64);

impl Cost {
    /// No way at all.
    pub(crate) const NONE: Self = Self(u64::MAX);
    /// Standing still.
    pub(crate) const ZERO: Self = Self(0);

    /// Of so many milliseconds and centimetres.
    pub(crate) const fn new(goal: Goal, millis: u32, centimetres: u32) -> Self {
        let (upper, lower) = match goal {
            Goal::Fastest => (millis, centimetres),
            Goal::Shortest => (centimetres, millis),
        };
        Self((upper as u64) << 32 | lower as u64)
    }
    /// Milliseconds and centimetres.
    pub(crate) const fn split(self, goal: Goal) -> (u32, u32) {
        let (upper, lower) = ((self.0 >> 32) as u32, self.0 as u32);
        match goal {
            Goal::Fastest => (upper, lower),
            Goal::Shortest => (lower, upper),
        }
    }
    /// One way after the other.
    #[inline]
    pub(crate) const fn then(self, next: Self) -> Self {
        Self(self.0.saturating_add(next.0))
    }
    pub(crate) const fn is_some(self) -> bool {
        self.0 != u64::MAX
    }
    pub(crate) const fn bits(self) -> u64 {
        self.0
    }
    pub(crate) const fn from_bits(bits: u64) -> Self {
        Self(bits)
    }
}

/// Parts of a segment are told in this many, so that a part and its rest add up to the whole.
pub(crate) const PARTS: u32 = 1 << 16;

/// So many of [`PARTS`] of a figure.
pub(crate) const fn part(whole: u32, parts: u32) -> u32 {
    ((whole as u64 * parts as u64) / PARTS as u64) as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn both_figures_come_out_as_they_went_in(
            a in (0_u32..1 << 31, 0_u32..1 << 31),
            b in (0_u32..1 << 31, 0_u32..1 << 31),
        ) {
            for goal in [Goal::Fastest, Goal::Shortest] {
                let sum = Cost::new(goal, a.0, a.1).then(Cost::new(goal, b.0, b.1));
                prop_assert_eq!(sum.split(goal), (a.0 + b.0, a.1 + b.1));
            }
        }
        #[test]
        fn a_part_and_its_rest_are_the_whole(whole in any::<u32>(), parts in 0..=PARTS) {
            let first = part(whole, parts);
            prop_assert!(first <= whole);
            prop_assert_eq!(part(whole, 0), 0);
            prop_assert_eq!(part(whole, PARTS), whole);
        }
    }

    #[test]
    fn what_is_sought_goes_first() {
        let (quick, short) = ((10, 500), (20, 100));
        let of = |goal, (millis, cm): (u32, u32)| Cost::new(goal, millis, cm);
        assert!(of(Goal::Fastest, quick) < of(Goal::Fastest, short));
        assert!(of(Goal::Shortest, short) < of(Goal::Shortest, quick));
        assert!(Cost::NONE.then(of(Goal::Fastest, quick)) == Cost::NONE);
    }
}
