//! The text of a cell to a value. Blanks around it are gone, and it is not empty.

use crate::wrong::{Span, Wrong};
use quantity::{Fixed, Instant, Length, Mass, Point, TimeError};

/// A side of a piece or a carton in cm: a tenth of a millimetre to 100 m.
const SIDE_CM: Span = Span { least: 0.01, most: 10_000.0 };
/// A weight in g: nothing to 100 t.
const WEIGHT_G: Span = Span { least: 0.0, most: 100e6 };
/// A load in g that something bears: a milligram to 100 t.
const LOAD_G: Span = Span { least: 0.001, most: 100e6 };
/// 1970-01-01 to 2199-12-31: beyond lie the signs for "never" and slips of the keyboard.
const YEARS: std::ops::Range<i64> = 0..7_258_118_400;

/// A name, as it is written.
pub(crate) fn name(text: &str) -> Result<&str, Wrong> {
    if text.contains(|sign: char| sign == ';' || sign.is_control()) {
        return Err(Wrong::NotAName);
    }
    Ok(text)
}

/// Any words.
#[expect(clippy::unnecessary_wraps, reason = "a reader of cells, as the others are")]
pub(crate) fn words(text: &str) -> Result<String, Wrong> {
    Ok(text.into())
}

/// A date and time with its offset from UTC.
pub(crate) fn instant(text: &str) -> Result<Instant, Wrong> {
    let instant = Instant::parse(text).map_err(|error| match error {
        TimeError::Naive => Wrong::Naive,
        // The usual sign for "never", 9999-12-31, lies just beyond the instants.
        _ if text.starts_with("9999-12-") => Wrong::Year,
        _ => Wrong::NotATime,
    })?;
    if YEARS.contains(&instant.unix()) { Ok(instant) } else { Err(Wrong::Year) }
}

/// Year and month.
pub(crate) fn month(text: &str) -> Result<String, Wrong> {
    let digits = |part: &str, count: usize| {
        part.len() == count && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    let is_month = text.split_once('-').is_some_and(|(year, month)| {
        digits(year, 4) && digits(month, 2) && ("01"..="12").contains(&month)
    });
    if is_month { Ok(text.into()) } else { Err(Wrong::NotAMonth) }
}

/// Any finite number.
fn finite(text: &str) -> Result<f64, Wrong> {
    let value: f64 = text.parse().map_err(|_| Wrong::NotANumber)?;
    if value.is_finite() { Ok(value) } else { Err(Wrong::NotFinite) }
}

/// A number that the span holds.
pub(crate) fn within(value: f64, span: Span) -> Result<f64, Wrong> {
    if !value.is_finite() {
        Err(Wrong::NotFinite)
    } else if value < 0.0 && span.least >= 0.0 {
        Err(Wrong::Negative(span))
    } else if value == 0.0 && span.least > 0.0 {
        Err(Wrong::Zero(span))
    } else if value < span.least {
        Err(Wrong::TooSmall(span))
    } else if value > span.most {
        Err(Wrong::TooLarge(span))
    } else {
        Ok(value)
    }
}

/// A number of a span.
pub(crate) fn number(span: Span) -> impl Fn(&str) -> Result<f64, Wrong> {
    move |text| within(finite(text)?, span)
}

/// A whole number of a span that `u32` holds; `2.0` is one too.
pub(crate) fn whole(span: Span) -> impl Fn(&str) -> Result<u32, Wrong> {
    debug_assert!(span.least >= 0.0 && span.most <= f64::from(u32::MAX), "u32 holds the span");
    move |text| {
        let value = within(finite(text)?, span)?;
        if value.fract() == 0.0 { Ok(value as u32) } else { Err(Wrong::NotWhole(span)) }
    }
}

/// Degrees north of the equator.
pub(crate) fn latitude(text: &str) -> Result<f64, Wrong> {
    let lat = finite(text)?;
    Point::from_degrees(lat, 0.0).map(|_| lat).map_err(|_| Wrong::Latitude)
}

/// Degrees east of Greenwich.
pub(crate) fn longitude(text: &str) -> Result<f64, Wrong> {
    let lon = finite(text)?;
    Point::from_degrees(0.0, lon).map(|_| lon).map_err(|_| Wrong::Longitude)
}

/// Where a decimal between two units goes.
#[derive(Clone, Copy)]
enum Toward {
    Up,
    Down,
}

/// The decimal as a count of units of `1 / per` each.
fn units(text: &str, span: Span, per: i128, toward: Toward) -> Result<i64, Wrong> {
    within(finite(text)?, span)?;
    // Binary numbers written as decimals run to 17 digits; below a billionth nothing is meant.
    let places = text.find('.').map_or(0, |point| text.len() - point - 1);
    let cut = text.get(..text.len() - places.saturating_sub(9)).unwrap_or(text);
    let billionths = cut.parse::<Fixed>().map_err(|_| Wrong::NotANumber)?.billionths() * per;
    let one = Fixed::from_integer(1).billionths();
    let floor = billionths.div_euclid(one);
    let up = matches!(toward, Toward::Up) && billionths.rem_euclid(one) > 0;
    Ok((floor + i128::from(up)) as i64)
}

/// A side of a piece in cm, rounded up: what does not fit is not said to fit.
pub(crate) fn piece_side(text: &str) -> Result<Length, Wrong> {
    units(text, SIDE_CM, 100, Toward::Up).map(Length::new)
}

/// An inner side of a carton in cm, rounded down.
pub(crate) fn inner_side(text: &str) -> Result<Length, Wrong> {
    units(text, SIDE_CM, 100, Toward::Down).map(Length::new)
}

/// A weight in g, rounded up to the milligram.
pub(crate) fn weight(text: &str) -> Result<Mass, Wrong> {
    units(text, WEIGHT_G, 1_000, Toward::Up).map(Mass::new)
}

/// What a carton bears in g, rounded down to the milligram.
pub(crate) fn load(text: &str) -> Result<Mass, Wrong> {
    units(text, LOAD_G, 1_000, Toward::Down).map(Mass::new)
}

/// What may rest on a piece in g, rounded down to the milligram.
pub(crate) fn stacking(text: &str) -> Result<Mass, Wrong> {
    units(text, WEIGHT_G, 1_000, Toward::Down).map(Mass::new)
}

/// Yes or no.
pub(crate) fn truth(text: &str) -> Result<bool, Wrong> {
    match text.to_ascii_lowercase().as_str() {
        "1" | "true" | "yes" => Ok(true),
        "0" | "false" | "no" => Ok(false),
        _ => Err(Wrong::NotATruth),
    }
}

/// The place of a word in a list of known ones.
pub(crate) fn choice(known: &'static [&'static str]) -> impl Fn(&str) -> Result<usize, Wrong> {
    move |text| known.iter().position(|&word| word == text).ok_or(Wrong::NotOneOf(known))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn sides_are_exact_and_round_to_the_safe_side() {
        for (text, up, down, why) in [
            ("16.1", 1_610, 1_610, "16.1 is no binary number, yet exact here"),
            ("0.29", 29, 29, "0.29 * 100 is 28.999999999999996 in binary"),
            ("11.001", 1_101, 1_100, "a hundredth of a millimetre counts"),
            ("11.000000000000002", 1_100, 1_100, "a binary number's tail does not"),
            ("+.5", 50, 50, "a sign and no digit before the point"),
            ("10000", 1_000_000, 1_000_000, "a hundred metres"),
        ] {
            let (up, down) = (Length::new(up), Length::new(down));
            assert_eq!((piece_side(text), inner_side(text)), (Ok(up), Ok(down)), "{why}");
        }
    }

    #[test]
    fn weights_round_to_the_safe_side_of_a_milligram() {
        assert_eq!(weight("0.0001"), Ok(Mass::new(1)));
        assert_eq!(load("2500.0009"), Ok(Mass::new(2_500_000)));
        assert_eq!(weight("0"), Ok(Mass::ZERO));
        assert_eq!(load("0"), Err(Wrong::Zero(LOAD_G)));
    }

    #[test]
    fn numbers_that_are_none_or_out_of_their_span() {
        let span = Span { least: 0.5, most: 10.0 };
        for (text, expect, why) in [
            ("0.5", Ok(0.5), "the least is in"),
            ("1e1", Ok(10.0), "the most is in, however written"),
            ("1,5", Err(Wrong::NotANumber), "a decimal comma"),
            ("12 kg", Err(Wrong::NotANumber), "the unit is in the column's name"),
            ("NaN", Err(Wrong::NotFinite), "pandas writes it"),
            ("-inf", Err(Wrong::NotFinite), "before its sign"),
            ("1e999", Err(Wrong::NotFinite), "beyond a binary number"),
            ("-1", Err(Wrong::Negative(span)), "below zero"),
            ("-0", Err(Wrong::Zero(span)), "zero, whatever its sign"),
            ("0.4", Err(Wrong::TooSmall(span)), "below the least"),
            ("10.1", Err(Wrong::TooLarge(span)), "above the most"),
        ] {
            assert_eq!(number(span)(text), expect, "{why}");
        }
        let count = Span { least: 1.0, most: 10_000.0 };
        for (text, expect, why) in [
            ("3.0", Ok(3), "a column of floats holds whole numbers too"),
            ("2.5", Err(Wrong::NotWhole(count)), "half a piece"),
            ("0", Err(Wrong::Zero(count)), "no piece"),
        ] {
            assert_eq!(whole(count)(text), expect, "{why}");
        }
        assert_eq!(piece_side("1e2"), Err(Wrong::NotANumber), "exact decimals have no exponent");
    }

    #[test]
    fn moments() {
        for (text, expect, why) in [
            ("1970-01-01T00:00:00Z", Ok(Instant::from_unix(0)), "the first"),
            ("2017-11-24", Err(Wrong::Naive), "a date alone has no offset"),
            ("24:10", Err(Wrong::NotATime), "no date"),
            ("9999-12-31T00:00:00Z", Err(Wrong::Year), "a sign for never"),
            ("1900-01-01T00:00:00Z", Err(Wrong::Year), "a spreadsheet's day zero"),
        ] {
            assert_eq!(instant(text), expect, "{why}");
        }
        assert_eq!(
            instant("2199-12-31T23:59:59Z"),
            Ok(Instant::from_unix(YEARS.end - 1)),
            "the last"
        );
    }

    #[test]
    fn yes_and_no() {
        for (text, expect) in [
            ("YES", Ok(true)),
            ("True", Ok(true)),
            ("0", Ok(false)),
            ("No", Ok(false)),
            ("2", Err(Wrong::NotATruth)),
            ("y", Err(Wrong::NotATruth)),
        ] {
            assert_eq!(truth(text), expect, "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_piece_is_never_read_smaller_nor_a_carton_larger(micro in 100_000_i64..1_000_000_000) {
            let text = Fixed::from_billionths(i128::from(micro) * 1_000).to_string();
            let (piece, carton) = (piece_side(&text).unwrap(), inner_side(&text).unwrap());
            let micro_of = |side: Length| side.tenths_mm() * 10_000;
            prop_assert!(micro_of(carton) <= micro && micro <= micro_of(piece));
            prop_assert!(piece.tenths_mm() - carton.tenths_mm() <= 1);
        }
    }
}
