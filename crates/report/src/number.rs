//! Numbers and times as a reader wants them.

use quantity::{Day, Instant, Zone};

/// Thousands apart by commas, so many places, a true minus sign; nothing is ever `-0`.
pub(crate) fn grouped(value: f64, places: usize) -> String {
    let digits = format!("{:.places$}", value.abs());
    let (whole, fraction) = digits.split_once('.').unwrap_or((&digits, ""));
    let mut text = String::new();
    if value < 0.0 && digits.bytes().any(|digit| (b'1'..=b'9').contains(&digit)) {
        text.push('\u{2212}');
    }
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if !fraction.is_empty() {
        text.push('.');
        text.push_str(fraction);
    }
    text
}

/// A plain count.
pub(crate) fn count(number: usize) -> String {
    grouped(number as f64, 0)
}

/// Places that keep three digits of the largest of some figures, at most three places.
pub(crate) fn places(values: impl IntoIterator<Item = f64>) -> usize {
    match values.into_iter().map(f64::abs).fold(0.0, f64::max) {
        largest if largest >= 1_000.0 => 0,
        largest if largest >= 100.0 => 1,
        largest if largest >= 10.0 => 2,
        _ => 3,
    }
}

/// A figure with the places that suit it; nothing is plainly `0`.
pub(crate) fn figure(value: f64) -> String {
    if value == 0.0 { "0".into() } else { grouped(value, places([value])) }
}

/// So many of something: `1 round`, `2 rounds`.
pub(crate) fn plural(number: usize, one: &str) -> String {
    format!("{} {one}{}", count(number), if number == 1 { "" } else { "s" })
}

/// A share as a percentage with one place; a dash where there is no whole.
pub(crate) fn percent(part: f64, whole: f64) -> String {
    if whole > 0.0 { format!("{} %", grouped(100.0 * part / whole, 1)) } else { "\u{2013}".into() }
}

/// The plan against its baseline: `31.4 % less`.
pub(crate) fn change(plan: f64, baseline: f64) -> String {
    if (plan - baseline).abs() < f64::EPSILON {
        return "the same".into();
    }
    if baseline <= 0.0 {
        return "no percentage: the baseline is not above zero".into();
    }
    let direction = if plan < baseline { "less" } else { "more" };
    let percent = 100.0 * (plan / baseline - 1.0).abs();
    if percent < 0.05 {
        format!("under 0.1 % {direction}")
    } else {
        format!("{} % {direction}", grouped(percent, 1))
    }
}

/// [`change`] as the end of a sentence: `31.4 % less than the baseline`.
pub(crate) fn compared(plan: f64, baseline: f64) -> String {
    if (plan - baseline).abs() < f64::EPSILON {
        "as much as the baseline".into()
    } else if baseline <= 0.0 {
        "against none in the baseline".into()
    } else {
        format!("{} than the baseline", change(plan, baseline))
    }
}

/// The plan against its baseline in units: `+3`, `−12.5`, `0`.
pub(crate) fn difference(plan: f64, baseline: f64, places: usize) -> String {
    let text = grouped(plan - baseline, places);
    let is_more = plan > baseline && text.bytes().any(|digit| (b'1'..=b'9').contains(&digit));
    if is_more { format!("+{text}") } else { text }
}

/// The local clock, `08:05`; with the date where it is not that day's.
pub(crate) fn clock(zone: &Zone, day: Day, instant: Instant) -> String {
    let local = zone.rfc3339(instant);
    let (date, time) = local.split_once('T').expect("RFC 3339 has a T");
    let time: String = time.chars().take(5).collect();
    if zone.day_of(instant) == day { time } else { format!("{date} {time}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_by_thousands() {
        for (value, places, expect, why) in [
            (1_234_567.891, 1, "1,234,567.9", "two commas"),
            (999.0, 0, "999", "none below a thousand"),
            (-1_000.0, 0, "\u{2212}1,000", "a true minus, no comma after it"),
            (-0.000_1, 2, "0.00", "what rounds to zero has no sign"),
            (999.95, 1, "1,000.0", "a carry adds a comma"),
        ] {
            assert_eq!(grouped(value, places), expect, "{why}");
        }
    }

    #[test]
    fn a_change_is_said_as_it_is() {
        for (plan, baseline, expect, why) in [
            (686.0, 1_000.0, "31.4 % less", "less"),
            (1_120.0, 1_000.0, "12.0 % more", "more is not hidden"),
            (5.0, 5.0, "the same", "equal"),
            (0.0, 0.0, "the same", "nothing against nothing"),
            (1.0, 0.0, "no percentage: the baseline is not above zero", "no whole"),
            (9_999.9, 10_000.0, "under 0.1 % less", "not `0.0 % less`"),
        ] {
            assert_eq!(change(plan, baseline), expect, "{why}");
        }
    }

    #[test]
    fn a_sentence_ends_with_what_was_compared() {
        assert_eq!(compared(1.0, 2.0), "50.0 % less than the baseline");
        assert_eq!(compared(2.0, 2.0), "as much as the baseline");
        assert_eq!(compared(2.0, 0.0), "against none in the baseline");
    }

    #[test]
    fn a_clock_of_another_day_says_its_date() {
        let zone = Zone::parse("America/Sao_Paulo").unwrap();
        let day = Day::parse("2017-11-24").unwrap();
        let at = |text| clock(&zone, day, Instant::parse(text).unwrap());
        assert_eq!(at("2017-11-24T08:05:59-02:00"), "08:05");
        assert_eq!(at("2017-11-25T00:10:00-02:00"), "2017-11-25 00:10");
    }
}
