//! Nutation in longitude and in obliquity (eqs. 15 to 23), at one time and day by day.

use super::terms::NUTATION;
use super::walk::STEPS_MAX;

const TERMS: usize = NUTATION.len();
/// A ten-thousandth of a second of arc.
const UNIT_DEG: f64 = 1.0 / 36_000_000.0;

/// Five angles as cubic polynomials of the century, in degrees; the fourth number divides.
const ANGLES: [[f64; 4]; 5] = [
    [297.85036, 445_267.111480, -0.0019142, 189_474.0],
    [357.52772, 35_999.050340, -0.0001603, -300_000.0],
    [134.96298, 477_198.867398, 0.0086972, 56_250.0],
    [93.27191, 483_202.017538, -0.0036825, 327_270.0],
    [125.04452, -1_934.136261, 0.0020708, 450_000.0],
];

/// Nutation in longitude and in obliquity, in degrees.
pub(super) fn nutation_deg(jce: f64) -> (f64, f64) {
    let mut pointers = Pointers::new(0.0);
    pointers.set(jce);
    pointers.sums_deg(jce)
}

/// The same at `count` times from `first_jce`.
pub(super) fn walk(
    first_jce: f64,
    step_jce: f64,
    count: usize,
) -> impl Iterator<Item = (f64, f64)> {
    let mut pointers = Pointers::new(step_jce);
    (0..count).map(move |idx| {
        let jce = first_jce + idx as f64 * step_jce;
        if idx % STEPS_MAX == 0 {
            pointers.set(jce);
        } else {
            pointers.step();
        }
        pointers.sums_deg(jce)
    })
}

/// The terms' angles as pointers, and by how much they turn at each step.
struct Pointers {
    step_jce: f64,
    cos: [f64; TERMS],
    sin: [f64; TERMS],
    turn_cos: [f64; TERMS],
    turn_sin: [f64; TERMS],
}

impl Pointers {
    fn new(step_jce: f64) -> Self {
        let zeros = [0.0; TERMS];
        Self { step_jce, cos: zeros, sin: zeros, turn_cos: zeros, turn_sin: zeros }
    }

    /// The turn is that of the middle of the steps to come: over them the angles' curvature is below
    /// 1e-6 degree.
    fn set(&mut self, jce: f64) {
        let angle = |[a, b, c, d]: [f64; 4]| (a + jce * (b + jce * (c + jce / d))).to_radians();
        (self.cos, self.sin) = sums(ANGLES.map(angle));
        let middle = jce + self.step_jce * STEPS_MAX as f64 / 2.0;
        let rate = |[_, b, c, d]: [f64; 4]| b + middle * (2.0 * c + middle * 3.0 / d);
        let turn = |angle: [f64; 4]| (rate(angle) * self.step_jce).to_radians();
        (self.turn_cos, self.turn_sin) = sums(ANGLES.map(turn));
    }

    fn step(&mut self) {
        for idx in 0..TERMS {
            let (cos, sin) = (self.cos[idx], self.sin[idx]);
            self.cos[idx] = cos * self.turn_cos[idx] - sin * self.turn_sin[idx];
            self.sin[idx] = sin * self.turn_cos[idx] + cos * self.turn_sin[idx];
        }
    }

    fn sums_deg(&self, jce: f64) -> (f64, f64) {
        let (mut longitude, mut obliquity) = ([0.0; 2], [0.0; 2]);
        for (idx, (_, [a, b, c, d])) in NUTATION.iter().enumerate() {
            longitude[idx % 2] += (a + b * jce) * self.sin[idx];
            obliquity[idx % 2] += (c + d * jce) * self.cos[idx];
        }
        let [longitude, obliquity] =
            [longitude, obliquity].map(|[even, odd]| (even + odd) * UNIT_DEG);
        (longitude, obliquity)
    }
}

/// The largest multiple of an angle in the table, either way.
const MULTIPLE_MAX: i8 = 3;

/// Cosines and sines of the terms' sums of whole multiples of five angles: products of powers of five
/// pointers, 10 sines and cosines in the place of 126.
fn sums(angles: [f64; 5]) -> ([f64; TERMS], [f64; TERMS]) {
    let pointers = angles.map(f64::sin_cos).map(|(sin, cos)| powers([cos, sin]));
    let (mut cosines, mut sines) = ([0.0; TERMS], [0.0; TERMS]);
    for (idx, (multiples, _)) in NUTATION.iter().enumerate() {
        let of = |idx: usize| pointers[idx][(multiples[idx] + MULTIPLE_MAX) as usize];
        [cosines[idx], sines[idx]] = [1, 2, 3, 4].into_iter().map(of).fold(of(0), times);
    }
    (cosines, sines)
}

/// A pointer's powers from `-MULTIPLE_MAX` to `MULTIPLE_MAX`: cosine and sine.
fn powers(one: [f64; 2]) -> [[f64; 2]; 7] {
    let two = times(one, one);
    let three = times(two, one);
    let back = |[cos, sin]: [f64; 2]| [cos, -sin];
    [back(three), back(two), back(one), [1.0, 0.0], one, two, three]
}

/// The product of two pointers: their angles add.
fn times([cos, sin]: [f64; 2], [by_cos, by_sin]: [f64; 2]) -> [f64; 2] {
    [cos * by_cos - sin * by_sin, sin * by_cos + cos * by_sin]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn day_by_day_it_is_what_it_is_at_once() {
        const DAY_JCE: f64 = 1.0 / 36_525.0;
        for (day, (longitude, obliquity)) in walk(0.25, DAY_JCE, 1_100).enumerate() {
            let direct = nutation_deg(0.25 + day as f64 * DAY_JCE);
            let away = (longitude - direct.0).abs().max((obliquity - direct.1).abs());
            assert!(away < 1e-10, "day {day}: {away} degree");
        }
    }
}
