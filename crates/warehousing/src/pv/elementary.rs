//! Sines, arcs, exponentials and logarithms by polynomials, without branches and calls: loops over
//! columns become vector code, where a call of the system's library takes each row by itself.

use std::f64::consts::{FRAC_PI_2, FRAC_PI_4, LN_2, PI, SQRT_2, TAU};

/// 1.5 * 2^52: added to a number below 2^51 it leaves no bits for a fraction.
const WHOLE: f64 = 6_755_399_441_055_744.0;

/// The nearest whole number, as itself and as bits of which the lowest are those of the integer.
#[inline]
fn whole(number: f64) -> (f64, u64) {
    let shifted = number + WHOLE;
    (shifted - WHOLE, shifted.to_bits())
}

/// `yes` where all bits of `mask` are set, `no` where none is.
#[inline]
fn select(mask: u64, yes: f64, no: f64) -> f64 {
    f64::from_bits((yes.to_bits() & mask) | (no.to_bits() & !mask))
}

/// A polynomial by Horner's rule, the constant first.
#[inline]
fn polynomial<const N: usize>(coefficients: &[f64; N], at: f64) -> f64 {
    let mut sum = coefficients[N - 1];
    let mut power = N - 1;
    while power > 0 {
        power -= 1;
        sum = sum * at + coefficients[power];
    }
    sum
}

/// `first`, and each further one by its divisor: the terms of a power series of factorials.
const fn factorials<const N: usize>(mut divisor: f64, step: f64, sign: f64) -> [f64; N] {
    let mut terms = [1.0; N];
    let mut idx = 1;
    while idx < N {
        let mut part = terms[idx - 1] * sign;
        let mut count = 0.0;
        while count < step {
            part /= divisor;
            divisor += 1.0;
            count += 1.0;
        }
        terms[idx] = part;
        idx += 1;
    }
    terms
}

/// Of sin(x)/x and cos(x) in x squared, and of exp(x) in x: Taylor's, to the last bit below pi/4 and
/// below ln(2)/2.
const SIN: [f64; 9] = factorials(2.0, 2.0, -1.0);
const COS: [f64; 9] = factorials(1.0, 2.0, -1.0);
const EXP: [f64; 14] = factorials(1.0, 1.0, 1.0);

/// Sine and cosine of an angle in turns, below 2^49; within 2e-16.
#[inline]
pub(super) fn sin_cos_turns(turns: f64) -> (f64, f64) {
    let (quarters, bits) = whole(4.0 * turns);
    let angle = (turns - 0.25 * quarters) * TAU;
    let square = angle * angle;
    let (sin, cos) = (angle * polynomial(&SIN, square), polynomial(&COS, square));
    let odd = 0_u64.wrapping_sub(bits & 1);
    let (sign_sin, sign_cos) = ((bits & 2) << 62, (bits.wrapping_add(1) & 2) << 62);
    (
        f64::from_bits(select(odd, cos, sin).to_bits() ^ sign_sin),
        f64::from_bits(select(odd, sin, cos).to_bits() ^ sign_cos),
    )
}

/// Tangent of an eighth of pi.
const TAN_8TH: f64 = SQRT_2 - 1.0;
const ATAN: [f64; 12] = atan();

/// Of atan(x)/x in x squared, for x up to [`TAN_8TH`]: its Chebyshev series, whose coefficients are
/// 2 (-1)^k q^(2k+1) / (2k+1) with q the tangent of a sixteenth of pi.
const fn atan<const N: usize>() -> [f64; N] {
    const TAN_16TH: f64 = 0.198_912_367_379_658;
    let mut sum = [0.0; N];
    // Odd Chebyshev polynomials over x, in x squared: each is (4 x^2 - 2) the last less the one before.
    let (mut before, mut last) = ([0.0; N], [0.0; N]);
    (before[0], last[0]) = (1.0, 1.0);
    let mut factor = 2.0 * TAN_16TH / TAN_8TH;
    let mut k = 0;
    while k < N {
        let mut scale = factor / (2 * k + 1) as f64;
        let mut next = [0.0; N];
        let mut power = 0;
        while power < N {
            sum[power] += scale * last[power];
            scale /= TAN_8TH * TAN_8TH;
            let raised = if power > 0 { 4.0 * last[power - 1] } else { 0.0 };
            next[power] = raised - 2.0 * last[power] - before[power];
            power += 1;
        }
        // The polynomial of degree -1 over x is that of degree 1.
        (before, last) = (last, next);
        factor *= -TAN_16TH * TAN_16TH;
        k += 1;
    }
    sum
}

/// The angle of a point seen from the origin, from the axis of `x` to that of `y`, in `-pi..=pi`; not a
/// number at the origin. Within 4e-16.
#[inline]
pub(super) fn atan2(y: f64, x: f64) -> f64 {
    let (across, along) = (y.abs(), x.abs());
    let steep = across > along;
    let (low, high) = if steep { (along, across) } else { (across, along) };
    // Above an eighth of pi it is a quarter of pi less a smaller angle.
    let wide = low > TAN_8TH * high;
    let (part, whole) = if wide { (low - high, low + high) } else { (low, high) };
    let ratio = part / whole;
    let angle = ratio * polynomial(&ATAN, ratio * ratio) + if wide { FRAC_PI_4 } else { 0.0 };
    let angle = if steep { FRAC_PI_2 - angle } else { angle };
    let angle = if x < 0.0 { PI - angle } else { angle };
    angle.copysign(y)
}

/// e to a power below 700, relative to it within 3e-16; below -700 as at -700, which is near 0.
#[inline]
pub(super) fn exp(power: f64) -> f64 {
    /// The first bits of ln(2), so that whole multiples of it are exact, and the rest.
    const LN_2_HIGH: f64 = f64::from_bits(LN_2.to_bits() & !0xffff_ffff);
    const LN_2_LOW: f64 = 4.749_325_039_031_672e-7;
    let power = if power < -700.0 { -700.0 } else { power };
    let (twos, bits) = whole(power * (1.0 / LN_2));
    let rest = power - twos * LN_2_HIGH - twos * LN_2_LOW;
    let scale = f64::from_bits(bits.wrapping_add(1_023) << 52);
    polynomial(&EXP, rest) * scale
}

/// Of atanh(x)/x in x squared.
const ATANH: [f64; 11] = atanh();

const fn atanh<const N: usize>() -> [f64; N] {
    let mut terms = [1.0; N];
    let mut idx = 1;
    while idx < N {
        terms[idx] = 1.0 / (2 * idx + 1) as f64;
        idx += 1;
    }
    terms
}

/// Natural logarithm of a positive number that is not subnormal; within 4e-16 or as much of the value.
#[inline]
pub(super) fn ln(number: f64) -> f64 {
    const FRACTION: u64 = (1 << 52) - 1;
    let bits = number.to_bits();
    let fraction = f64::from_bits((bits & FRACTION) | 1.0_f64.to_bits());
    // The exponent in the place of a fraction of 2^52: a conversion without one.
    let power = f64::from_bits((bits >> 52) | WHOLE.to_bits()) - WHOLE - 1_023.0;
    let high = fraction > SQRT_2;
    let (fraction, power) = if high { (0.5 * fraction, power + 1.0) } else { (fraction, power) };
    let ratio = (fraction - 1.0) / (fraction + 1.0);
    power * LN_2 + 2.0 * ratio * polynomial(&ATANH, ratio * ratio)
}

/// The number, or 0 where it is below; what is not a number stays so.
#[inline]
pub(super) fn positive(number: f64) -> f64 {
    if number < 0.0 { 0.0 } else { number }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]
        #[test]
        fn they_are_the_librarys(turns in -1e5..1e5_f64, y in -2.0..2.0_f64, x in -2.0..2.0_f64) {
            let (sin, cos) = sin_cos_turns(turns);
            let angle = (turns - turns.round()) * TAU;
            prop_assert!((sin - angle.sin()).abs() < 4e-16 && (cos - angle.cos()).abs() < 4e-16);
            let (found, known) = (atan2(y, x), y.atan2(x));
            prop_assert!((found - known).abs() < 9e-16, "{y} {x}: {found} {known}");
            let power = 340.0 * y;
            prop_assert!((exp(power) / power.exp() - 1.0).abs() < 5e-16, "{power}");
            let number = power.exp();
            prop_assert!((ln(number) - number.ln()).abs() < 4e-16 * power.abs().max(1.0), "{number}");
        }
    }

    #[test]
    fn edges() {
        for (y, x, expect, why) in [
            (0.0, 1.0, 0.0, "along"),
            (0.0, -1.0, PI, "back"),
            (-0.0, -1.0, -PI, "back from below"),
            (1.0, 0.0, FRAC_PI_2, "across"),
            (-1.0, 0.0, -FRAC_PI_2, "across, down"),
            (1.0, 1.0, FRAC_PI_4, "half way"),
            (-3.0, -3.0, -3.0 * FRAC_PI_4, "half way back"),
        ] {
            assert!((atan2(y, x) - expect).abs() < 5e-16, "{why}: {}", atan2(y, x));
        }
        assert!(atan2(0.0, 0.0).is_nan() && atan2(f64::NAN, 1.0).is_nan());
        assert!((exp(0.0) - 1.0).abs() < 1e-16 && exp(-1e9) < 1e-300 && exp(f64::NAN).is_nan());
        assert!(ln(1.0).abs() < 1e-16 && positive(f64::NAN).is_nan() && positive(-1.0) == 0.0);
        for (turns, sin, cos) in
            [(0.25, 1.0, 0.0), (0.5, 0.0, -1.0), (-0.25, -1.0, 0.0), (7.0, 0.0, 1.0)]
        {
            let found = sin_cos_turns(turns);
            assert!((found.0 - sin).abs() < 1e-15 && (found.1 - cos).abs() < 1e-15, "{turns}");
        }
    }
}
