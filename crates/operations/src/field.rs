//! What stands in bodies, events and views: texts and amounts that are right once they are read.

use serde::de::{self, Error, Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use std::fmt;
use std::ops::Deref;
use utoipa::ToSchema;

/// Characters of an [`Id`].
pub const ID_MAX: usize = 60;
/// Characters of a [`Text`].
pub const TEXT_MAX: usize = 200;
/// 2199-12-31T00:00:00Z: behind it are not our years.
const LAST_S: i64 = 7_258_032_000;
/// The greatest [`Amount`]: a million tonnes in grams, a terawatt-hour in watt-hours.
pub const AMOUNT_MAX: u64 = 1_000_000_000_000;

/// Why a text or number is not what its field holds.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{value}` is not {what}. {mend}")]
pub struct FieldFault {
    /// The value, cut to a readable length.
    pub value: String,
    /// What it should be.
    pub what: &'static str,
    /// What would be right.
    pub mend: &'static str,
}

fn fault(value: impl fmt::Display, what: &'static str, mend: &'static str) -> FieldFault {
    FieldFault { value: value.to_string().chars().take(64).collect(), what, mend }
}

fn is_readable(text: &str, most: usize) -> bool {
    (1..=most).contains(&text.chars().count()) && !text.chars().any(char::is_control)
}

/// Begins with a year from 1970 to 2199.
fn is_of_our_years(text: &str) -> bool {
    let year = text.split_once('-').map_or("", |(year, _)| year);
    year.len() == 4 && year.parse().is_ok_and(|year: u16| (1970..2200).contains(&year))
}

macro_rules! text {
    ($(#[$meta:meta])* $name:ident, $holds:expr, $what:literal, $mend:literal) => {
        #[derive(
            Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
        )]
        $(#[$meta])*
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// From a text that may come from anywhere.
            pub fn new(text: impl Into<String>) -> Result<Self, FieldFault> {
                let text = text.into();
                let holds: fn(&str) -> bool = $holds;
                if holds(&text) { Ok(Self(text)) } else { Err(fault(text, $what, $mend)) }
            }
            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }
        impl TryFrom<String> for $name {
            type Error = FieldFault;
            fn try_from(text: String) -> Result<Self, FieldFault> {
                Self::new(text)
            }
        }
        impl From<$name> for String {
            fn from(text: $name) -> Self {
                text.0
            }
        }
        impl Deref for $name {
            type Target = str;
            fn deref(&self) -> &str {
                &self.0
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

text!(
    /// A name of a thing, within its kind: 1 to 60 characters, none of them a control.
    #[schema(
        min_length = 1, max_length = 60,
        pattern = r"^[^\u0000-\u001f\u007f-\u009f]+$",
        example = "W1"
    )]
    Id,
    |text| is_readable(text, ID_MAX),
    "an id",
    "Use 1 to 60 characters, none of them a control"
);

text!(
    /// Words: 1 to 200 characters, none of them a control.
    #[schema(
        min_length = 1, max_length = 200,
        pattern = r"^[^\u0000-\u001f\u007f-\u009f]+$",
        example = "nobody at home"
    )]
    Text,
    |text| is_readable(text, TEXT_MAX),
    "a text",
    "Use 1 to 200 characters, none of them a control"
);

text!(
    /// A moment by RFC 3339, with its offset from UTC, of the years 1970 to 2199.
    #[schema(format = DateTime, pattern = "^(19[7-9][0-9]|2[01][0-9][0-9])-", example = "2026-07-14T08:12:00-06:00")]
    Moment,
    |text| text.len() <= 64 && is_of_our_years(text) && quantity::Instant::parse(text).is_ok(),
    "a moment",
    "Write it as 2026-07-14T08:12:00-06:00"
);

text!(
    /// A day of the local calendar, of the years 1970 to 2199.
    #[schema(format = Date, pattern = "^(19[7-9][0-9]|2[01][0-9][0-9])-", example = "2026-07-14")]
    LocalDay,
    |text| is_of_our_years(text)
        && quantity::Day::parse(text).is_ok_and(|day| day.to_string() == text),
    "a day",
    "Write it as 2026-07-14"
);

text!(
    /// SHA-256 of something, in 64 lower-case hexadecimal digits.
    #[schema(
        min_length = 64, max_length = 64, pattern = "^[0-9a-f]{64}$",
        example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
    )]
    Sha256,
    |text| text.len() == 64 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')),
    "a SHA-256",
    "Write 64 digits of 0-9 a-f"
);

text!(
    /// How a customer wants an order delivered: `standard`, `door`, `green`, `station`,
    /// `station:S01`, `slot:18-20`.
    #[schema(
        max_length = 68,
        pattern = r"^(standard|door|green|station|station:[^\u0000-\u001f\u007f-\u009f]{1,60}|slot:([01]?[0-9]|2[0-3])-([01]?[0-9]|2[0-4]))$",
        example = "green"
    )]
    Delivery,
    |text| match text.split_once(':') {
        None => matches!(text, "standard" | "door" | "green" | "station"),
        Some(("station", station)) => is_readable(station, ID_MAX),
        Some(("slot", hours)) => slot(hours).is_some(),
        Some(_) => false,
    },
    "a way of delivery",
    "Write standard, door, green, station, station:ID or slot:18-20"
);

/// The hours of `18-20`.
fn slot(hours: &str) -> Option<(u8, u8)> {
    let hour = |text: &str, most: u8| {
        let digits = matches!(text.len(), 1 | 2) && text.bytes().all(|b| b.is_ascii_digit());
        text.parse().ok().filter(|&hour: &u8| digits && hour <= most)
    };
    let (from, until) = hours.split_once('-')?;
    Some((hour(from, 23)?, hour(until, 24)?))
}

impl Delivery {
    /// The hours of a slot, where it is one.
    pub(crate) fn slot(&self) -> Option<(u8, u8)> {
        slot(self.0.strip_prefix("slot:")?)
    }
}

impl LocalDay {
    /// The day of UTC on which an instant falls; none outside of our years.
    pub fn of_utc(at: quantity::Instant) -> Option<Self> {
        let utc = quantity::Zone::parse("UTC").expect("UTC is a zone");
        let ours = (0..=LAST_S).contains(&at.unix());
        ours.then(|| Self(utc.day_of(at).to_string()))
    }
    /// As the calendar's day.
    pub fn day(&self) -> quantity::Day {
        quantity::Day::parse(&self.0).expect("it was read when it was made")
    }
    /// `2026-07`.
    pub fn month(&self) -> &str {
        self.0.rsplit_once('-').map_or(&self.0, |(month, _)| month)
    }
    /// The month that it is in.
    pub fn period(&self) -> carbon::Period {
        self.0.parse().expect("it was read when it was made")
    }
}

impl Moment {
    /// An instant, written in UTC; none outside of our years.
    pub fn of_utc(at: quantity::Instant) -> Option<Self> {
        let utc = quantity::Zone::parse("UTC").expect("UTC is a zone");
        let ours = (0..=LAST_S).contains(&at.unix());
        ours.then(|| Self(utc.rfc3339(at)))
    }
    /// When it is.
    pub fn instant(&self) -> quantity::Instant {
        quantity::Instant::parse(&self.0).expect("it was read when it was made")
    }
}

/// How much, in the unit that the field's name says: 0 to 10^12.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, ToSchema,
)]
#[serde(into = "u64")]
#[schema(value_type = u64, minimum = 0, maximum = 1_000_000_000_000_u64, example = 1500)]
pub struct Amount(u64);

impl Amount {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// So much; refused above [`AMOUNT_MAX`].
    pub fn new(amount: u64) -> Result<Self, FieldFault> {
        if amount <= AMOUNT_MAX {
            Ok(Self(amount))
        } else {
            Err(fault(amount, "an amount", "Use 0 to 1000000000000"))
        }
    }
    /// How much.
    pub const fn get(self) -> u64 {
        self.0
    }
}

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(whole(deserializer)?).map_err(D::Error::custom)
    }
}

/// A whole number from 0: `263`, or `263.0`, which is the same one in JSON (JSON Schema 2020-12,
/// section 4.2.3) and what programs send whose numbers are all floating.
pub(crate) fn whole<'de, D: Deserializer<'de>, N: TryFrom<u64>>(from: D) -> Result<N, D::Error> {
    let number = from.deserialize_u64(Whole)?;
    N::try_from(number).map_err(|_| D::Error::custom(format!("`{number}` is too large here")))
}

struct Whole;

impl Visitor<'_> for Whole {
    type Value = u64;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a whole number from 0")
    }
    fn visit_u64<E>(self, number: u64) -> Result<u64, E> {
        Ok(number)
    }
    fn visit_i64<E: de::Error>(self, number: i64) -> Result<u64, E> {
        let wrong = |_| E::invalid_value(Unexpected::Signed(number), &self);
        u64::try_from(number).map_err(wrong)
    }
    fn visit_f64<E: de::Error>(self, number: f64) -> Result<u64, E> {
        // Up to 2^53 a floating number without a fraction is the whole number that was meant.
        if number.fract() == 0.0 && (0.0..=9_007_199_254_740_992.0).contains(&number) {
            Ok(number as u64)
        } else {
            Err(E::invalid_value(Unexpected::Float(number), &self))
        }
    }
}

impl From<Amount> for u64 {
    fn from(amount: Amount) -> Self {
        amount.0
    }
}

/// What a vehicle runs on.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "kebab-case")]
#[schema(example = "electric")]
pub enum Carrier {
    /// Diesel, in litres.
    Diesel,
    /// Petrol, in litres.
    Petrol,
    /// Electricity from a battery.
    Electric,
    /// A robot; electricity from a battery.
    Robot,
}

impl Carrier {
    /// Electricity, not fuel.
    pub const fn is_electric(self) -> bool {
        matches!(self, Self::Electric | Self::Robot)
    }
}

/// A file of a scenario or of a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "name": "orders.csv",
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "bytes": 5120,
}))]
pub struct FileEntry {
    /// Its name in the folder.
    pub name: Text,
    /// Of its bytes.
    pub sha256: Sha256,
    /// How many bytes.
    pub bytes: Amount,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_right_once_they_are_read() {
        let read = |json: &str, kind: &str| match kind {
            "id" => serde_json::from_str::<Id>(json).is_ok(),
            "moment" => serde_json::from_str::<Moment>(json).is_ok(),
            "day" => serde_json::from_str::<LocalDay>(json).is_ok(),
            "sha256" => serde_json::from_str::<Sha256>(json).is_ok(),
            _ => serde_json::from_str::<Delivery>(json).is_ok(),
        };
        let long = format!("\"{}\"", "ä".repeat(61));
        for (kind, json, good, why) in [
            ("id", r#""Paket 5/ä""#, true, "any readable text"),
            ("id", r#""""#, false, "empty"),
            ("id", r#""a\nb""#, false, "a control"),
            ("id", r#""a\u0085b""#, false, "a control beyond ASCII"),
            ("id", &long, false, "one too long"),
            ("moment", r#""2026-07-14T08:12:00Z""#, true, "in UTC"),
            ("moment", r#""2026-07-14t08:12:00.5z""#, true, "RFC 3339 lets small letters in"),
            ("moment", r#""2026-07-14T08:12:00""#, false, "no offset"),
            ("moment", r#""2016-12-31T23:59:60Z""#, true, "a leap second"),
            ("moment", r#""2026-07-14T08:12:00-23:59""#, true, "the widest offset"),
            ("moment", r#""9999-12-31T23:59:59Z""#, false, "not of our years"),
            ("moment", r#""+202-07-14T08:12:00Z""#, false, "no year"),
            ("day", r#""2026-07-14""#, true, "a day"),
            ("day", r#""1969-12-31""#, false, "not of our years"),
            ("day", r#""2026-02-30""#, false, "none"),
            ("day", r#""20260714""#, false, "another form"),
            ("sha256", r#""9F""#, false, "too short"),
            ("delivery", r#""green""#, true, "named"),
            ("delivery", r#""station:S01""#, true, "a station"),
            ("delivery", r#""slot:18-20""#, true, "a slot"),
            ("delivery", r#""slot:+8-20""#, false, "a sign is no digit"),
            ("delivery", r#""slot:18-25""#, false, "no such hour"),
            ("delivery", r#""drone""#, false, "unknown"),
        ] {
            assert_eq!(read(json, kind), good, "{kind} {json}: {why}");
        }
    }

    #[test]
    fn an_amount_has_a_bound() {
        assert_eq!(serde_json::from_str::<Amount>("1000000000000").unwrap().get(), AMOUNT_MAX);
        for bad in ["1000000000001", "-1", "1.5", "-1.0", "1e13", "1e300", "\"1\"", "null"] {
            assert!(serde_json::from_str::<Amount>(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_whole_number_is_one_in_any_writing() {
        for (text, expect) in [("263", 263), ("263.0", 263), ("2.63e2", 263), ("0", 0), ("-0.0", 0)]
        {
            assert_eq!(serde_json::from_str::<Amount>(text).unwrap().get(), expect, "{text}");
        }
    }
}
