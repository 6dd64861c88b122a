//! Instants, durations, local days and windows. The zone's rules are bundled, so that a plan does
//! not depend on the machine's own tables.

use jiff::civil;
use jiff::tz::TimeZone;
use std::fmt;
use std::ops::{Add, Sub};

/// A moment: seconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(i64);

/// A span of time, in seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Duration(i64);

/// Why a text is not a time.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TimeError {
    /// A date and time that does not say its offset from UTC.
    #[error("has no offset from UTC")]
    Naive,
    /// Not an RFC 3339 date and time.
    #[error("not a date and time")]
    NotATime,
    /// Not a name of the IANA time zone database.
    #[error("not a time zone")]
    NotAZone,
    /// Not `YYYY-MM-DD`.
    #[error("not a date")]
    NotADate,
}

impl Instant {
    /// From seconds since the Unix epoch.
    pub const fn from_unix(seconds: i64) -> Self {
        Self(seconds)
    }
    /// In seconds since the Unix epoch.
    pub const fn unix(self) -> i64 {
        self.0
    }
    /// Reads `2017-11-24T08:00:00-03:00`; a text without an offset is [`TimeError::Naive`].
    pub fn parse(text: &str) -> Result<Self, TimeError> {
        match text.parse::<jiff::Timestamp>() {
            Ok(timestamp) => Ok(Self(timestamp.as_second())),
            Err(_) if text.parse::<civil::DateTime>().is_ok() => Err(TimeError::Naive),
            Err(_) => Err(TimeError::NotATime),
        }
    }
}

impl Duration {
    /// No time at all.
    pub const ZERO: Self = Self(0);
    /// From seconds.
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds)
    }
    /// From hours, rounded to the second.
    pub fn from_hours(hours: f64) -> Self {
        Self((hours * 3_600.0).round() as i64)
    }
    /// In seconds.
    pub const fn seconds(self) -> i64 {
        self.0
    }
    /// In hours.
    pub fn hours(self) -> f64 {
        self.0 as f64 / 3_600.0
    }
}

impl Add<Duration> for Instant {
    type Output = Self;
    fn add(self, span: Duration) -> Self {
        Self(self.0 + span.0)
    }
}
impl Sub<Duration> for Instant {
    type Output = Self;
    fn sub(self, span: Duration) -> Self {
        Self(self.0 - span.0)
    }
}
impl Sub for Instant {
    type Output = Duration;
    fn sub(self, earlier: Self) -> Duration {
        Duration(self.0 - earlier.0)
    }
}
impl Add for Duration {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

/// From `open` until `close`, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeWindow {
    /// The first moment.
    pub open: Instant,
    /// The last moment; not before `open`.
    pub close: Instant,
}

/// A local calendar day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(civil::Date);

impl Day {
    /// Reads `2017-11-24`.
    pub fn parse(text: &str) -> Result<Self, TimeError> {
        text.parse().map(Self).map_err(|_| TimeError::NotADate)
    }
    /// The day after.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0.tomorrow().expect("no scenario reaches the year 9999"))
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A time zone by its IANA name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Zone(TimeZone);

impl Zone {
    /// As it is parsed.
    pub fn name(&self) -> &str {
        self.0.iana_name().unwrap_or("UTC")
    }
    /// `America/Sao_Paulo`, `Europe/London`, `UTC`.
    pub fn parse(name: &str) -> Result<Self, TimeError> {
        TimeZone::get(name).map(Self).map_err(|_| TimeError::NotAZone)
    }
    /// The local day on which an instant falls.
    pub fn day_of(&self, instant: Instant) -> Day {
        Day(self.civil(instant).date())
    }
    /// The instant of a local time; seconds are counted from midnight on the day's clock. A time
    /// that the clock skips is moved on, one that it shows twice is the first.
    pub fn at(&self, day: Day, since_midnight: Duration) -> Instant {
        let clock = day.0.at(0, 0, 0, 0) + jiff::SignedDuration::from_secs(since_midnight.0);
        let zoned = self
            .0
            .to_ambiguous_zoned_datetime(clock)
            .compatible()
            .expect("within jiff's range of years");
        Instant(zoned.timestamp().as_second())
    }
    /// Local wall clock in hours since midnight, `0.0..24.0`.
    pub fn hour_of(&self, instant: Instant) -> f64 {
        let time = self.civil(instant).time();
        f64::from(time.hour())
            + f64::from(time.minute()) / 60.0
            + f64::from(time.second()) / 3_600.0
    }
    /// `2017-11-24T08:00:00-03:00`.
    pub fn rfc3339(&self, instant: Instant) -> String {
        let zoned = jiff::ZonedDateTime::new(timestamp(instant), self.0.clone());
        zoned.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
    }

    fn civil(&self, instant: Instant) -> civil::DateTime {
        self.0.to_datetime(timestamp(instant))
    }
}

fn timestamp(instant: Instant) -> jiff::Timestamp {
    jiff::Timestamp::from_second(instant.0).expect("instants are parsed from timestamps")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_must_say_its_offset() {
        for (text, expect, why) in [
            ("2017-11-24T08:00:00-03:00", Ok(1_511_521_200), "with an offset"),
            ("2017-11-24T11:00:00Z", Ok(1_511_521_200), "in UTC"),
            ("2017-11-24T08:00:00", Err(TimeError::Naive), "no offset"),
            ("24/11/2017", Err(TimeError::NotATime), "another order"),
            ("", Err(TimeError::NotATime), "nothing"),
        ] {
            assert_eq!(Instant::parse(text).map(Instant::unix), expect, "{why}");
        }
    }

    #[test]
    fn days_with_23_and_25_hours() {
        let london = Zone::parse("Europe/London").unwrap();
        for (day, hours) in [("2025-03-30", 23), ("2025-10-26", 25), ("2025-06-01", 24)] {
            let day = Day::parse(day).unwrap();
            let length = london.at(day.next(), Duration::ZERO) - london.at(day, Duration::ZERO);
            assert_eq!(length, Duration::from_seconds(hours * 3_600), "{day}");
        }
    }

    #[test]
    fn an_instant_is_written_on_the_local_clock() {
        let zone = Zone::parse("America/Sao_Paulo").unwrap();
        // Brazil kept summer time in 2017.
        let instant = Instant::parse("2017-11-24T02:30:00Z").unwrap();
        assert_eq!(zone.rfc3339(instant), "2017-11-24T00:30:00-02:00");
        assert_eq!(zone.day_of(instant), Day::parse("2017-11-24").unwrap());
        assert!((zone.hour_of(instant) - 0.5).abs() < 1e-9);
    }
}
