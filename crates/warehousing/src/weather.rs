//! The hours of a weather file, one after another, and what they say of an hour of another year.

use crate::calendar::{DAY_S, Date};
use crate::{HOUR, WeatherHour};
use quantity::Instant;

/// Weather by the hour, sorted by start.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Weather {
    rows: Vec<WeatherHour>,
    /// UTC years that the rows touch, ascending.
    years: Vec<i64>,
}

impl Weather {
    /// From rows in any order; of two with one start the first given stays.
    pub fn new(mut rows: Vec<WeatherHour>) -> Self {
        rows.sort_by_key(|row| row.start);
        rows.dedup_by_key(|row| row.start);
        let mut years: Vec<i64> = rows.iter().map(|row| Date::of(row.start).year).collect();
        years.dedup();
        Self { rows, years }
    }

    /// Weather of the hour that begins at `start`, with `start` as asked.
    ///
    /// The row in whose hour `start` lies; else the row of the same UTC date and time in the
    /// earliest year of the file that has it, since a typical year stands for any. Typical years
    /// leave out 29 February: there 28 February stands in. None where the file says nothing.
    pub fn hour(&self, start: Instant) -> Option<WeatherHour> {
        let row = self.covering(start).or_else(|| self.typical(start))?;
        Some(WeatherHour { start, ..row })
    }

    fn covering(&self, instant: Instant) -> Option<WeatherHour> {
        let after = self.rows.partition_point(|row| row.start <= instant);
        let row = self.rows[after.checked_sub(1)?];
        (instant - row.start < HOUR).then_some(row)
    }

    fn typical(&self, start: Instant) -> Option<WeatherHour> {
        let date = Date::of(start);
        let second = start.unix().rem_euclid(DAY_S);
        self.years.iter().find_map(|&year| self.covering(in_year(date, year, second)?)).or_else(
            || {
                let stand_in = |&year| self.covering(day_before(date, year, second)?);
                self.years.iter().find_map(stand_in)
            },
        )
    }
}

/// The same date and second of the day in another year, where it has such a date.
fn in_year(date: Date, year: i64, second: i64) -> Option<Instant> {
    let there = Date { year, ..date };
    there.exists().then(|| Instant::from_unix(there.days() * DAY_S + second))
}

/// The same second a day before, about a leap day that the other year leaves out.
///
/// A file on local time that leaves out 29 February has its gap, in UTC, up to 14 hours before or
/// after that day: so the day on either side counts too, if the file's year is a leap year.
fn day_before(date: Date, year: i64, second: i64) -> Option<Instant> {
    let is_leap = Date { year, month: 2, day: 29 }.exists();
    let applies = match (date.month, date.day) {
        (2, 29) => true,
        (2, 28) | (3, 1) => is_leap,
        _ => false,
    };
    // In a year without it, the 29th counts on to 1 March; the day before is the 28th.
    let days = Date { year, ..date }.days() - 1;
    applies.then(|| Instant::from_unix(days * DAY_S + second))
}

#[cfg(test)]
mod tests {
    use super::*;
    use quantity::Duration;

    /// A year of hours without 29 February; `ghi` counts the rows.
    fn year_from(first: &str, is_leap: bool) -> Weather {
        let first = Instant::parse(first).unwrap();
        let leap_day = if is_leap { 59 * 24..60 * 24 } else { 0..0 };
        let hours = (0..8_784).filter(|hour| !leap_day.contains(hour)).take(8_760);
        let row = |(count, hour): (usize, i64)| WeatherHour {
            start: first + Duration::from_seconds(hour * 3_600),
            ghi: count as f64,
            dni: 0.0,
            dhi: 0.0,
            temp_air: 20.0,
            wind_speed: 2.0,
        };
        Weather::new(hours.enumerate().map(row).collect())
    }

    #[test]
    fn a_typical_year_stands_for_any() {
        let (utc, chicago) = (
            year_from("2025-01-01T00:00:00Z", false),
            year_from("2024-01-01T00:00:00-06:00", true),
        );
        let feb_28 = 58 * 24;
        for (weather, asked, expect, why) in [
            (&utc, "2025-01-01T00:00:00Z", Some(0), "the file's first hour"),
            (&utc, "2025-12-31T23:59:59Z", Some(8_759), "within its last hour"),
            (&utc, "2026-01-01T00:00:00Z", Some(0), "the year after begins again"),
            (&utc, "2017-01-02T03:30:00Z", Some(27), "another year, half past"),
            (&utc, "2024-02-29T07:00:00Z", Some(feb_28 + 7), "the 29th takes the 28th's"),
            (&utc, "2024-03-01T07:00:00Z", Some(feb_28 + 31), "the day after is itself"),
            (&chicago, "2017-01-01T02:00:00Z", Some(8_756), "New Year's night is the file's last"),
            (&chicago, "2024-02-29T05:00:00Z", Some(feb_28 + 23), "still the 28th in Chicago"),
            (&chicago, "2024-02-29T12:00:00Z", Some(feb_28 + 6), "the gap takes the 28th's"),
            (&chicago, "2017-03-01T02:00:00Z", Some(feb_28 + 20), "the gap's end, in UTC"),
            (&chicago, "2017-03-01T06:00:00Z", Some(feb_28 + 24), "1 March in Chicago"),
            (&Weather::default(), "2017-03-01T06:00:00Z", None, "an empty file"),
        ] {
            let start = Instant::parse(asked).unwrap();
            let found = weather.hour(start);
            assert_eq!(found.map(|row| row.ghi as usize), expect, "{why}");
            assert!(found.is_none_or(|row| row.start == start), "{why}");
        }
    }

    #[test]
    fn a_file_of_some_days_says_nothing_of_others() {
        let mut rows = year_from("2025-01-01T00:00:00Z", false).rows;
        rows.truncate(59 * 24);
        rows.reverse();
        let weather = Weather::new(rows);
        let ghi = |text| weather.hour(Instant::parse(text).unwrap()).map(|row| row.ghi as usize);
        assert_eq!(ghi("2025-01-01T05:00:00Z"), Some(5), "given in any order");
        assert_eq!(ghi("2025-03-01T05:00:00Z"), None, "28 February does not stand for 1 March");
        assert_eq!(ghi("2030-07-01T05:00:00Z"), None, "nor January for July");
    }
}
