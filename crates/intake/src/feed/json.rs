//! Values of an answer in JSON, by their pointers.

use super::Faults;
use quantity::{Fixed, Instant};
use serde_json::Value;

/// The text as JSON.
pub(super) fn parse(text: &str, faults: &mut Faults) -> Option<Value> {
    match serde_json::from_str(text) {
        Ok(value) => Some(value),
        Err(error) => {
            let place = format!("line {}, column {}", error.line(), error.column());
            let start: String = text.trim_start().chars().take(20).collect();
            faults.add(place, &start, "not JSON", "Save the answer itself, not the page around it");
            None
        }
    }
}

/// A value in a list, and where it is.
pub(super) struct At<'a> {
    pub(super) value: &'a Value,
    pub(super) pointer: String,
}

/// The items of the list under a key.
pub(super) fn list<'a>(parent: &At<'a>, key: &str, faults: &mut Faults) -> Option<Vec<At<'a>>> {
    let pointer = format!("{}/{key}", parent.pointer);
    match parent.value[key].as_array() {
        Some(items) if !items.is_empty() => Some(
            (0..)
                .zip(items)
                .map(|(place, value)| At { value, pointer: format!("{pointer}/{place}") })
                .collect(),
        ),
        Some(_) => {
            faults.add(pointer, "[]", "no steps", "Ask for a time that has some");
            None
        }
        None => {
            let found = parent.value[key].to_string();
            faults.add(pointer, &found, "not a list", "Check the format and the answer");
            None
        }
    }
}

/// The whole answer.
pub(super) fn root(value: &Value) -> At<'_> {
    At { value, pointer: String::new() }
}

impl<'a> At<'a> {
    /// What is under a key.
    pub(super) fn get(&self, key: &str) -> At<'a> {
        At { value: &self.value[key], pointer: format!("{}/{key}", self.pointer) }
    }

    /// A date and time.
    pub(super) fn time(&self, faults: &mut Faults) -> Option<Instant> {
        let text = self.value.as_str().unwrap_or_default();
        let found = Instant::parse(text).ok();
        if found.is_none() {
            let text = self.value.as_str().map_or_else(|| self.value.to_string(), str::to_owned);
            let mend = "It must have an offset from UTC, as in 2025-01-01T00:00Z";
            faults.add(self.pointer.clone(), &text, "not a date and time", mend);
        }
        found
    }

    /// A decimal number, exact where it is written with at most nine places.
    pub(super) fn number(&self, faults: &mut Faults) -> Option<Fixed> {
        let found = self.value.as_number().and_then(|number| decimal(&number.to_string()));
        if found.is_none() {
            let mend = "Ask again, or leave the step out";
            faults.add(self.pointer.clone(), &self.value.to_string(), "not a number", mend);
        }
        found
    }
}

/// A decimal text; an exponent or many places are rounded to nine.
pub(super) fn decimal(text: &str) -> Option<Fixed> {
    text.parse().ok().or_else(|| text.parse().ok().and_then(Fixed::from_f64))
}

/// A number of so many parts of the unit: a thousand grams are a kilogram.
pub(super) fn parts(value: Fixed, per_unit: i64) -> Fixed {
    value.checked_div(Fixed::from_integer(per_unit)).expect("a unit has parts")
}
