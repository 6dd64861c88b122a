//! How quantities stand in JSON: integers of their smallest unit, days as `2025-06-01`.
#![expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes fields by reference")]

use quantity::{Carbon, Day, Energy, Power};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Milliwatt-hours.
pub(super) mod energy {
    use super::{Deserialize, Deserializer, Energy, Serialize, Serializer};

    pub(in crate::monitoring) fn serialize<S: Serializer>(
        value: &Energy,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        value.milliwatt_hours().serialize(to)
    }
    pub(in crate::monitoring) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Energy, D::Error> {
        i64::deserialize(from).map(Energy::new)
    }
}

/// Milliwatts.
pub(super) mod power {
    use super::{Deserialize, Deserializer, Power, Serialize, Serializer};

    pub(in crate::monitoring) fn serialize<S: Serializer>(
        value: &Power,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        value.milliwatts().serialize(to)
    }
    pub(in crate::monitoring) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Power, D::Error> {
        i64::deserialize(from).map(Power::new)
    }
}

/// Micrograms of CO2e.
pub(super) mod carbon {
    use super::{Carbon, Deserialize, Deserializer, Serialize, Serializer};

    pub(in crate::monitoring) fn serialize<S: Serializer>(
        value: &Carbon,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        value.micrograms().serialize(to)
    }
    pub(in crate::monitoring) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Carbon, D::Error> {
        i128::deserialize(from).map(Carbon::from_micrograms)
    }
}

/// `2025-06-01`.
pub(super) mod day {
    use super::{Day, Deserialize, Deserializer, Serializer};
    use serde::de::Error;
    use std::borrow::Cow;

    pub(in crate::monitoring) fn serialize<S: Serializer>(
        value: &Day,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        to.collect_str(value)
    }
    pub(in crate::monitoring) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Day, D::Error> {
        let text = Cow::<'de, str>::deserialize(from)?;
        Day::parse(&text).map_err(|error| D::Error::custom(format!("`{text}`: {error}")))
    }
}
