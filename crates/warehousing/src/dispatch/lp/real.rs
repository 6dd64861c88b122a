//! Numbers of a factorisation: a double, or the sum of two.
//!
//! Where hardly a column of a row is between the ends of its box, what is left of its pivot is the small
//! difference of large numbers. Twice the digits keep it (Dekker, Numerische Mathematik 18, 1971; Knuth,
//! TAOCP 2, 4.2.2).

/// A number that can be multiplied, taken away and inverted.
pub(super) trait Real: Copy + PartialEq {
    const ZERO: Self;
    fn of(number: f64) -> Self;
    fn value(self) -> f64;
    /// `self + number * factor`.
    fn plus(self, number: Twofold, factor: f64) -> Self;
    /// `self - one * other`.
    fn less(self, one: Self, other: Self) -> Self;
    fn times(self, other: Self) -> Self;
    fn inverse(self) -> Self;
    fn add(self, other: Self) -> Self;
}

impl Real for f64 {
    const ZERO: Self = 0.0;
    fn of(number: f64) -> Self {
        number
    }
    fn value(self) -> f64 {
        self
    }
    fn plus(self, number: Twofold, factor: f64) -> Self {
        self + number.0 * factor
    }
    fn less(self, one: Self, other: Self) -> Self {
        self - one * other
    }
    fn times(self, other: Self) -> Self {
        self * other
    }
    fn inverse(self) -> Self {
        1.0 / self
    }
    fn add(self, other: Self) -> Self {
        self + other
    }
}

/// The sum of two doubles of which the second is what rounding took from the first.
#[derive(Clone, Copy, PartialEq)]
pub(super) struct Twofold(f64, f64);

/// `a + b` and its error.
fn sum(a: f64, b: f64) -> (f64, f64) {
    let s = a + b;
    let part = s - a;
    (s, (a - (s - part)) + (b - part))
}

/// `a * b` and its error.
fn product(a: f64, b: f64) -> (f64, f64) {
    let p = a * b;
    (p, a.mul_add(b, -p))
}

impl Twofold {
    /// `a * b`, exactly.
    pub(super) fn product(a: f64, b: f64) -> Self {
        let (high, low) = product(a, b);
        Self(high, low)
    }
}

impl Real for Twofold {
    const ZERO: Self = Self(0.0, 0.0);
    fn of(number: f64) -> Self {
        Self(number, 0.0)
    }
    fn value(self) -> f64 {
        self.0 + self.1
    }
    fn plus(self, number: Twofold, factor: f64) -> Self {
        self.add(number.times(Self(factor, 0.0)))
    }
    fn less(self, one: Self, other: Self) -> Self {
        let Self(high, low) = one.times(other);
        self.add(Self(-high, -low))
    }
    fn times(self, other: Self) -> Self {
        let (high, low) = product(self.0, other.0);
        let (high, low) = sum(high, low + self.0 * other.1 + self.1 * other.0);
        Self(high, low)
    }
    fn inverse(self) -> Self {
        let guess = 1.0 / self.0;
        // One Newton step: guess * (2 - self * guess).
        let rest = Self(1.0, 0.0).less(self, Self(guess, 0.0));
        Self(guess, 0.0).add(rest.times(Self(guess, 0.0)))
    }
    fn add(self, other: Self) -> Self {
        let (high, low) = sum(self.0, other.0);
        let (high, low) = sum(high, low + self.1 + other.1);
        Self(high, low)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_parts_survive() {
        let small = Twofold::of(1e20).plus(Twofold::of(1e-6), 3.0).add(Twofold::of(-1e20));
        assert!((small.value() - 3e-6).abs() < 1e-17);
        let third = Twofold::of(3.0).inverse();
        let rest = Twofold::of(1.0).less(third, Twofold::of(3.0));
        assert!(rest.value().abs() < 1e-31);
    }
}
