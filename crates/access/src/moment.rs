//! A moment as events and people write it: RFC 3339, in UTC, to the second.

use events::Timestamp;
use quantity::{Instant, Zone};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::fmt;

/// A moment, in whole seconds. From 1970 to the end of the year 9999.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment(i64);

/// 9999-12-30T22:00:00Z: the last second that has a date in every zone.
const LAST: i64 = 253_402_207_200;

impl Moment {
    /// The second that a time lies in.
    pub fn of(time: Timestamp) -> Self {
        Self::from_unix(time.micros().div_euclid(1_000_000))
    }

    /// From seconds since 1970; what lies outside the range is held at its ends.
    pub fn from_unix(seconds: i64) -> Self {
        Self(seconds.clamp(0, LAST))
    }

    /// Seconds since 1970.
    pub const fn unix(self) -> i64 {
        self.0
    }

    /// Later by so many seconds.
    #[must_use]
    pub fn plus_seconds(self, seconds: i64) -> Self {
        Self::from_unix(self.0.saturating_add(seconds))
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let utc = Zone::parse("UTC").map_err(|_| fmt::Error)?;
        let text = utc.rfc3339(Instant::from_unix(self.0));
        formatter.write_str(&text.replace("+00:00", "Z"))
    }
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let instant = Instant::parse(&text).map_err(de::Error::custom)?;
        Ok(Self::from_unix(instant.unix()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_moment_is_written_in_utc_and_held_in_its_range() {
        let moment = Moment::of(Timestamp::from_micros(1_796_003_625_999_999));
        assert_eq!(moment.to_string(), "2026-11-30T01:53:45Z");
        assert_eq!(Moment::from_unix(-1).to_string(), "1970-01-01T00:00:00Z");
        assert_eq!(Moment::from_unix(i64::MAX).to_string(), "9999-12-30T22:00:00Z");
    }

    proptest! {
        #[test]
        fn a_moment_reads_back(seconds in 0..=LAST) {
            let text = serde_json::to_string(&Moment::from_unix(seconds)).unwrap();
            prop_assert_eq!(serde_json::from_str::<Moment>(&text).unwrap().unix(), seconds);
        }
    }
}
