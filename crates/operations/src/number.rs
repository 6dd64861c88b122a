//! Numbers with a fixed count of decimals: what is written is what was read, whatever floating point
//! does between.

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::ToSchema;

macro_rules! decimal {
    ($(#[$meta:meta])* $name:ident, $parts:literal, $most:literal, $units:ident, $from:ident) => {
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, ToSchema)]
        $(#[$meta])*
        pub struct $name(i64);

        impl $name {
            /// Nothing.
            pub const ZERO: Self = Self(0);
            /// How many of the smallest unit are one.
            pub const PARTS: i64 = $parts;
            /// The greatest, and below zero the least.
            pub const MOST: i64 = $most;

            /// So many of the smallest unit; held within its bounds.
            pub const fn $from(units: i64) -> Self {
                let most = Self::MOST * Self::PARTS;
                Self(if units > most {
                    most
                } else if units < -most {
                    -most
                } else {
                    units
                })
            }
            /// In the smallest unit.
            pub const fn $units(self) -> i64 {
                self.0
            }
            /// The nearest to a binary number; none outside of its bounds.
            pub fn from_f64(number: f64) -> Option<Self> {
                let bounded = number.abs() <= Self::MOST as f64;
                bounded.then(|| Self((number * Self::PARTS as f64).round() as i64))
            }
            /// As a binary number.
            pub fn to_f64(self) -> f64 {
                self.0 as f64 / Self::PARTS as f64
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                if self.0 % Self::PARTS == 0 {
                    to.serialize_i64(self.0 / Self::PARTS)
                } else {
                    to.serialize_f64(self.to_f64())
                }
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let number = f64::deserialize(from)?;
                Self::from_f64(number).ok_or_else(|| {
                    let most = Self::MOST;
                    D::Error::custom(format!("`{number}` is not within -{most} and {most}"))
                })
            }
        }
    };
}

decimal!(
    /// An amount with thousandths, from -10^12 to 10^12: watts, watt-hours, grams.
    #[schema(
        value_type = f64, minimum = -1_000_000_000_000_i64, maximum = 1_000_000_000_000_i64,
        example = 41250.5
    )]
    Milli, 1_000, 1_000_000_000_000, thousandths, from_thousandths
);

decimal!(
    /// A price, rate, share or angle with millionths, from -10^6 to 10^6.
    #[schema(value_type = f64, minimum = -1_000_000, maximum = 1_000_000, example = 0.3125)]
    Rate, 1_000_000, 1_000_000, millionths, from_millionths
);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_are_rounded_once_and_bounded() {
        for (text, expect, why) in [
            ("41250.5", Some(41_250_500), "with decimals"),
            ("5", Some(5_000), "whole"),
            ("-0.0004", Some(0), "below the smallest unit"),
            ("0.0005", Some(1), "half a unit goes up"),
            ("1e12", Some(1_000_000_000_000_000), "the greatest"),
            ("1.1e12", None, "past it"),
            ("-1.1e12", None, "past the least"),
            ("1e400", None, "no number"),
            ("null", None, "none"),
            ("\"1\"", None, "a text"),
        ] {
            let read = serde_json::from_str::<Milli>(text).ok().map(Milli::thousandths);
            assert_eq!(read, expect, "{text}: {why}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_what_was_read(units in -1_000_000_000_000_000_i64..=1_000_000_000_000_000) {
            let milli = Milli::from_thousandths(units);
            let text = serde_json::to_string(&milli).unwrap();
            prop_assert_eq!(serde_json::from_str::<Milli>(&text).unwrap(), milli);
            let rate = Rate::from_millionths(units / 1_000);
            let text = serde_json::to_string(&rate).unwrap();
            prop_assert_eq!(serde_json::from_str::<Rate>(&text).unwrap(), rate);
        }
    }
}
