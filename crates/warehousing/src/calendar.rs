//! Dates in UTC by integers: which day of the year an instant falls on.

use quantity::Instant;

/// Seconds of a day in UTC.
pub(crate) const DAY_S: i64 = 86_400;

/// A date of the proleptic Gregorian calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Date {
    /// Year; the year before 1 is 0.
    pub(crate) year: i64,
    /// Month, January is 1.
    pub(crate) month: i64,
    /// Day of the month, from 1.
    pub(crate) day: i64,
}

impl Date {
    /// The UTC date of an instant.
    pub(crate) fn of(instant: Instant) -> Self {
        Self::from_days(instant.unix().div_euclid(DAY_S))
    }

    /// From days since 1970-01-01. Source: Hinnant, chrono-Compatible Low-Level Date Algorithms
    /// (2013), `civil_from_days`.
    fn from_days(days: i64) -> Self {
        // Years begin in March, so that the leap day is the last; an era is 400 years.
        let since_march_0 = days + 719_468;
        let era = since_march_0.div_euclid(146_097);
        let day_of_era = since_march_0.rem_euclid(146_097);
        let year_of_era =
            (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_from_march = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
        let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
        Self { year: year_of_era + era * 400 + i64::from(month <= 2), month, day }
    }

    /// Days since 1970-01-01; a day past the month's end counts on into the next. Source: as
    /// above, `days_from_civil`.
    pub(crate) fn days(self) -> i64 {
        let year = self.year - i64::from(self.month <= 2);
        let era = year.div_euclid(400);
        let year_of_era = year.rem_euclid(400);
        let month_from_march = (self.month + 9) % 12;
        let day_of_year = (153 * month_from_march + 2) / 5 + self.day - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        era * 146_097 + day_of_era - 719_468
    }

    /// The month has such a day.
    pub(crate) fn exists(self) -> bool {
        Self::from_days(self.days()) == self
    }

    /// The first of January is 1.
    pub(crate) fn day_of_year(self) -> i64 {
        self.days() - Self { year: self.year, month: 1, day: 1 }.days() + 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn instants_fall_on_their_days() {
        for (text, date, day_of_year, why) in [
            ("1970-01-01T00:00:00Z", (1970, 1, 1), 1, "the epoch"),
            ("1969-12-31T23:59:59Z", (1969, 12, 31), 365, "a second before it"),
            ("2000-02-29T12:00:00Z", (2000, 2, 29), 60, "a century that is a leap year"),
            ("1900-03-01T00:00:00Z", (1900, 3, 1), 60, "a century that is not"),
            ("2024-12-31T20:00:00-05:00", (2025, 1, 1), 1, "another day in UTC"),
            ("2024-12-31T00:00:00Z", (2024, 12, 31), 366, "the last of a leap year"),
        ] {
            let expect = Date { year: date.0, month: date.1, day: date.2 };
            let found = Date::of(Instant::parse(text).unwrap());
            assert_eq!((found, found.day_of_year()), (expect, day_of_year), "{why}");
        }
        assert!(!Date { year: 2025, month: 2, day: 29 }.exists());
    }

    proptest! {
        #[test]
        fn a_date_names_one_day(days in -4_000_000_i64..4_000_000) {
            let date = Date::from_days(days);
            prop_assert_eq!(date.days(), days);
            prop_assert!((1..=12).contains(&date.month) && (1..=31).contains(&date.day));
            prop_assert_eq!(Date { day: 1, ..date }.days(), days - date.day + 1);
        }
    }
}
