//! Time, as the caller knows it.

use std::time::{SystemTime, UNIX_EPOCH};

/// A moment: microseconds since 1970-01-01 in UTC, without leap seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Timestamp(i64);

impl Timestamp {
    /// From microseconds since 1970.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Microseconds since 1970.
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// Later by so many seconds; at the end of time, the end of time.
    #[must_use]
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(1_000_000)))
    }

    /// Year and month as `yyyymm`: the partition that an event of this moment lies in. Held between
    /// 197001 and 999912.
    pub fn month(self) -> i64 {
        const LAST_DAY: i64 = 2_932_896;
        let days = self.0.div_euclid(86_400_000_000).clamp(0, LAST_DAY);
        // Days from 0000-03-01; a year that begins in March ends in the leap day.
        let shifted = days + 719_468;
        let era = shifted / 146_097;
        let day = shifted % 146_097;
        let year_of_era = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
        let day_of_year = day - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let march_month = (5 * day_of_year + 2) / 153;
        let (month, later) =
            if march_month < 10 { (march_month + 3, 0) } else { (march_month - 9, 1) };
        (era * 400 + year_of_era + later) * 100 + month
    }
}

/// Where the time comes from.
pub trait Clock: Send + Sync {
    /// The present moment.
    fn now(&self) -> Timestamp;
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one clock that the binary hands down")]
    fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_turn_where_the_calendar_turns_them() {
        const DAY: i64 = 86_400_000_000;
        for (micros, month, why) in [
            (0, 197001, "the first moment"),
            (-1, 197001, "before it: held"),
            (31 * DAY - 1, 197001, "the last of January"),
            (31 * DAY, 197002, "the first of February"),
            (11_016 * DAY, 200002, "29 February 2000"),
            (11_017 * DAY, 200003, "1 March 2000"),
            (20_788 * DAY, 202612, "1 December 2026"),
            (20_787 * DAY, 202611, "30 November 2026"),
            (i64::MAX, 999912, "the end of time: held"),
        ] {
            assert_eq!(Timestamp::from_micros(micros).month(), month, "{why}");
        }
    }
}
