//! Exact decimals with nine places: amounts of activity, emission factors, prices per unit.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Neg, Sub};
use std::str::FromStr;

/// Places after the point; the scale of the ledger's `DECIMAL(38, 9)` columns.
pub const PLACES: u32 = 9;
/// Ten to the [`PLACES`].
pub const ONE: i128 = 1_000_000_000;

/// A decimal number with nine places, exact under addition.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fixed(i128);

/// Why a text is not a decimal number.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FixedError {
    /// Something other than digits, one point and a leading sign.
    #[error("not a decimal number")]
    NotANumber,
    /// More than 27 digits before the point.
    #[error("too large")]
    TooLarge,
    /// More than nine digits after the point.
    #[error("more than nine decimal places")]
    TooFine,
}

impl Fixed {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// From billionths.
    pub const fn from_billionths(billionths: i128) -> Self {
        Self(billionths)
    }
    /// In billionths.
    pub const fn billionths(self) -> i128 {
        self.0
    }
    /// From an integer.
    pub const fn from_integer(value: i64) -> Self {
        Self(value as i128 * ONE)
    }
    /// The nearest to a binary number; `None` where it is not finite or beyond 1e27.
    pub fn from_f64(value: f64) -> Option<Self> {
        (value.is_finite() && value.abs() < 1e27)
            .then(|| Self((value * ONE as f64).round() as i128))
    }
    /// As a binary number, for display and search; never for sums that must be exact.
    pub fn to_f64(self) -> f64 {
        self.0 as f64 / ONE as f64
    }
    /// The product, rounded half to even to nine places; `None` on overflow.
    pub fn checked_mul(self, other: Self) -> Option<Self> {
        if let (Ok(a), Ok(b)) = (i64::try_from(self.0), i64::try_from(other.0))
            && let Some(product) = product(a, b)
        {
            return Some(Self(product.into()));
        }
        Some(Self(div_half_even(self.0.checked_mul(other.0)?, ONE)))
    }
    /// The quotient, rounded half to even to nine places; `None` for a divisor of zero.
    pub fn checked_div(self, divisor: Self) -> Option<Self> {
        if divisor.0 == 0 {
            return None;
        }
        let (numerator, denominator) = (self.0.checked_mul(ONE)?, divisor.0);
        Some(Self(div_half_even(numerator * denominator.signum(), denominator.abs())))
    }
}

/// The largest figure of a `DECIMAL(18, 9)` column, in billionths.
pub const DECIMAL_18_MAX: i64 = 999_999_999_999_999_999;

/// The product of two decimals in billionths, rounded half to even to nine places; `None` where it
/// has more than 18 digits. The same as [`Fixed::checked_mul`], for columns of numbers.
#[inline]
pub fn product(a: i64, b: i64) -> Option<i64> {
    rounded_quotient::<{ ONE as u64 }>(a, b)
}

/// A thousandth of the product of two decimals in billionths, rounded once, half to even, to nine
/// places; `None` where it has more than 18 digits: tonne-kilometres of kilograms and kilometres.
#[inline]
pub fn product_of_thousandths(a: i64, b: i64) -> Option<i64> {
    rounded_quotient::<{ ONE as u64 * 1_000 }>(a, b)
}

/// `a * b / DIVISOR` rounded half to even, for a divisor of a billion or more, below 2^63.
///
/// Rounding half to even is symmetric about zero, so magnitudes are divided. A 128-bit division
/// costs some 25 ns; here the quotient is estimated from the upper 61 bits by the divisor's
/// reciprocal and is at most one too low: the bits left out are worth less than 0.6 of the
/// divisor, the reciprocal's own last place an eighth, and its rounding down less than one.
#[inline]
fn rounded_quotient<const DIVISOR: u64>(a: i64, b: i64) -> Option<i64> {
    let product = u128::from(a.unsigned_abs()) * u128::from(b.unsigned_abs());
    if product >= u128::from(DIVISOR) * (DECIMAL_18_MAX as u128 + 1) {
        return None;
    }
    // 2^(shift + 64) / DIVISOR has 64 bits: the divisor has `shift + 1`.
    let shift = DIVISOR.ilog2();
    let reciprocal = ((1_u128 << (shift + 64)) / u128::from(DIVISOR)) as u64;
    let upper = (product >> shift) as u64;
    let estimate = ((u128::from(upper) * u128::from(reciprocal)) >> 64) as u64;
    // The rest is less than two divisors, so its lower 64 bits are all of it.
    let excess = (product as u64).wrapping_sub(estimate.wrapping_mul(DIVISOR));
    let is_low = excess >= DIVISOR;
    let quotient = estimate + u64::from(is_low);
    let rest = excess - if is_low { DIVISOR } else { 0 };
    debug_assert!(rest < DIVISOR, "the estimate is at most one too low");
    // One more than half, or half of an odd quotient.
    let magnitude = (quotient + u64::from(2 * rest + (quotient & 1) > DIVISOR)) as i64;
    let figure = if (a < 0) == (b < 0) { magnitude } else { -magnitude };
    (magnitude <= DECIMAL_18_MAX).then_some(figure)
}

/// `numerator / denominator` rounded half to even; the denominator is positive.
pub(crate) fn div_half_even(numerator: i128, denominator: i128) -> i128 {
    let floor = numerator.div_euclid(denominator);
    let twice_rest = numerator.rem_euclid(denominator) * 2;
    match twice_rest.cmp(&denominator) {
        std::cmp::Ordering::Less => floor,
        std::cmp::Ordering::Greater => floor + 1,
        std::cmp::Ordering::Equal => floor + floor.rem_euclid(2),
    }
}

impl FromStr for Fixed {
    type Err = FixedError;

    /// Reads `-12`, `0.5`, `.5` and `12.`; no exponent, no separators.
    fn from_str(text: &str) -> Result<Self, FixedError> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let all_digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        if (whole.is_empty() && fraction.is_empty()) || !all_digits(whole) || !all_digits(fraction)
        {
            return Err(FixedError::NotANumber);
        }
        let fraction = fraction.trim_end_matches('0');
        let whole = whole.trim_start_matches('0');
        if whole.len() > 27 {
            return Err(FixedError::TooLarge);
        }
        if fraction.len() > PLACES as usize {
            return Err(FixedError::TooFine);
        }
        let number = |part: &str| part.bytes().fold(0_i128, |n, b| n * 10 + i128::from(b - b'0'));
        let value =
            number(whole) * ONE + number(fraction) * 10_i128.pow(PLACES - fraction.len() as u32);
        Ok(Self(if negative { -value } else { value }))
    }
}

impl fmt::Display for Fixed {
    /// Shortest exact form: no trailing zeros, no point for an integer.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let (whole, fraction) =
            (self.0.unsigned_abs() / ONE as u128, self.0.unsigned_abs() % ONE as u128);
        if fraction == 0 {
            return write!(f, "{sign}{whole}");
        }
        let digits = format!("{fraction:09}");
        write!(f, "{sign}{whole}.{}", digits.trim_end_matches('0'))
    }
}

impl Add for Fixed {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}
impl AddAssign for Fixed {
    fn add_assign(&mut self, other: Self) {
        self.0 += other.0;
    }
}
impl Sub for Fixed {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}
impl Neg for Fixed {
    type Output = Self;
    fn neg(self) -> Self {
        Self(-self.0)
    }
}
impl Sum for Fixed {
    fn sum<I: Iterator<Item = Self>>(items: I) -> Self {
        items.fold(Self::ZERO, Add::add)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn texts_that_are_numbers_and_texts_that_are_not() {
        for (text, expect, why) in [
            ("12", Ok(12 * ONE), "an integer"),
            ("-0.5", Ok(-ONE / 2), "a sign and a fraction"),
            (".000000001", Ok(1), "the last place"),
            ("1.2000000000000", Ok(ONE * 12 / 10), "zeros behind the last place say nothing"),
            ("1.0000000001", Err(FixedError::TooFine), "a tenth place is lost silently otherwise"),
            ("", Err(FixedError::NotANumber), "nothing"),
            (".", Err(FixedError::NotANumber), "only a point"),
            ("1e3", Err(FixedError::NotANumber), "exponents are not in a planner's table"),
            ("NaN", Err(FixedError::NotANumber), "not a number by name"),
            ("9999999999999999999999999999", Err(FixedError::TooLarge), "28 digits"),
        ] {
            assert_eq!(text.parse::<Fixed>().map(Fixed::billionths), expect, "{why}");
        }
    }

    #[test]
    fn halves_go_to_the_even_neighbour() {
        for (numerator, expect) in
            [(5, 0), (15, 2), (25, 2), (-5, 0), (-15, -2), (16, 2), (-16, -2)]
        {
            assert_eq!(div_half_even(numerator, 10), expect, "{numerator}/10");
        }
    }

    /// A product of 128 bits divided at leisure.
    fn divided(a: i64, b: i64, divisor: i128) -> Option<i64> {
        let exact = div_half_even(i128::from(a) * i128::from(b), divisor);
        (exact.abs() <= DECIMAL_18_MAX.into()).then_some(exact as i64)
    }

    #[test]
    fn products_at_the_edges() {
        for (a, b, expect, why) in [
            (i64::MIN, i64::MIN, None, "the largest product there is"),
            (DECIMAL_18_MAX, ONE as i64, Some(DECIMAL_18_MAX), "times one at the limit"),
            (-DECIMAL_18_MAX, ONE as i64, Some(-DECIMAL_18_MAX), "the same below zero"),
            (DECIMAL_18_MAX, ONE as i64 + 1, None, "one billionth beyond the limit"),
            (1, ONE as i64 / 2, Some(0), "half a billionth goes to the even 0"),
            (3, ONE as i64 / 2, Some(2), "one and a half goes to the even 2"),
            (-3, ONE as i64 / 2, Some(-2), "and so below zero"),
            (i64::MIN, 0, Some(0), "nothing has no sign"),
        ] {
            assert_eq!(product(a, b), expect, "{why}");
        }
    }

    /// Numbers of every length, so that both ways of dividing are taken, and halves are hit.
    fn any_length() -> impl Strategy<Value = i64> {
        let half = (0_i64..1 << 20).prop_map(|n| (2 * n + 1) * (ONE as i64 / 2));
        prop_oneof![
            (any::<i64>(), 0_u32..64).prop_map(|(n, bits)| n >> bits),
            half,
            (0_i64..1 << 30).prop_map(|n| n * 5_i64.pow(9)),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]
        #[test]
        fn the_fast_division_is_the_slow_one(a in any_length(), b in any_length()) {
            prop_assert_eq!(product(a, b), divided(a, b, ONE));
            prop_assert_eq!(product_of_thousandths(a, b), divided(a, b, ONE * 1_000));
        }
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(billionths in any::<i64>()) {
            let value = Fixed::from_billionths(i128::from(billionths));
            prop_assert_eq!(value.to_string().parse::<Fixed>(), Ok(value));
        }
    }
}
