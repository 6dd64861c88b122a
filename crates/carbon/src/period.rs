//! When an activity was done: a calendar month, or a whole year where the month is not known.

use quantity::Day;
use std::fmt;
use std::str::FromStr;

/// A month of a year, or a year. Ordered by time; a year comes before its months.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period {
    year: u16,
    /// 1 to 12; 0 is the whole year.
    month: u8,
}

/// A text that is no period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a period. Write a year, a month or a day, as in 2025, 2025-07 or 2025-07-14")]
pub struct PeriodError;

impl Period {
    /// The month of a day.
    pub fn of(day: Day) -> Self {
        day.to_string()[..7].parse().expect("a day is written year first")
    }
    /// The calendar year.
    pub const fn year(self) -> u16 {
        self.year
    }
    /// Whether a period lies in another: a month in its year, each in itself.
    pub fn is_in(self, other: Self) -> bool {
        self.year == other.year && (other.month == 0 || self.month == other.month)
    }
    /// The year that it lies in.
    #[must_use]
    pub const fn whole_year(self) -> Self {
        Self { year: self.year, month: 0 }
    }
}

impl FromStr for Period {
    type Err = PeriodError;

    /// Reads `2025`, `2025-07` and, as the month of a day, `2025-07-14`.
    fn from_str(text: &str) -> Result<Self, PeriodError> {
        let number = |part: &str, digits: usize| {
            let plain = part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit());
            plain.then(|| part.parse::<u16>().ok()).flatten().ok_or(PeriodError)
        };
        if text.len() == 10 && text.is_ascii() {
            Day::parse(text).map_err(|_| PeriodError)?;
            return text[..7].parse();
        }
        let Some((year, month)) = text.split_once('-') else {
            return Ok(Self { year: number(text, 4)?, month: 0 });
        };
        let (year, month) = (number(year, 4)?, number(month, 2)?);
        if !(1..=12).contains(&month) {
            return Err(PeriodError);
        }
        Ok(Self { year, month: month as u8 })
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.month {
            0 => write!(f, "{:04}", self.year),
            month => write!(f, "{:04}-{month:02}", self.year),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_read_and_write() {
        for (text, expect, why) in [
            ("2025", Some("2025"), "a year"),
            ("2025-07", Some("2025-07"), "a month"),
            ("2024-02-29", Some("2024-02"), "a leap day is of its month"),
            ("2025-02-29", None, "no such day"),
            ("2025-13", None, "no such month"),
            ("25-07", None, "a year has four digits"),
            ("2025-7", None, "a month has two"),
            ("", None, "nothing"),
        ] {
            let read = text.parse::<Period>().ok().map(|period| period.to_string());
            assert_eq!(read.as_deref(), expect, "{why}");
        }
    }

    #[test]
    fn a_month_is_in_its_year() {
        let [year, july, june] =
            ["2025", "2025-07", "2025-06"].map(|text| text.parse::<Period>().unwrap());
        assert!(
            july.is_in(year) && july.is_in(july) && !july.is_in(june) && !Period::is_in(year, july)
        );
        assert!(year < june && june < july);
    }
}
