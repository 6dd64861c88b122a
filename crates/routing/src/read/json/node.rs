//! A value of a JSON document with its place in it, and the faults found so far.

use serde_json::{Map, Value};
use std::cell::RefCell;

/// Faults that are told of one document.
pub const FAULTS_MAX: usize = 100;
/// Characters of a value that are told.
const TOLD: usize = 60;

/// One fault: where (RFC 6901), what stands there, what is wrong, what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{pointer}: `{value}` {fault}. {mend}")]
pub struct JsonFault {
    /// JSON pointer.
    pub pointer: String,
    /// What stands there, at most 60 characters of it.
    pub value: String,
    /// What is wrong with it.
    pub fault: String,
    /// What to do.
    pub mend: String,
}

/// Collects faults; what cannot be read counts as nothing until they are told.
#[derive(Debug, Default)]
pub(crate) struct Faults(RefCell<Vec<JsonFault>>);

impl Faults {
    pub(crate) fn into_vec(self) -> Vec<JsonFault> {
        self.0.into_inner()
    }
}

/// A value and where it stands.
#[derive(Clone)]
pub(crate) struct Node<'a> {
    faults: &'a Faults,
    value: &'a Value,
    pointer: String,
}

impl<'a> Node<'a> {
    pub(crate) fn root(value: &'a Value, faults: &'a Faults) -> Self {
        Self { faults, value, pointer: String::new() }
    }

    pub(crate) fn value(&self) -> &'a Value {
        self.value
    }

    pub(crate) fn fault(&self, fault: impl Into<String>, mend: impl Into<String>) {
        let told = match self.value {
            Value::Object(_) => "{…}".to_owned(),
            Value::Array(_) => "[…]".to_owned(),
            other => other.to_string(),
        };
        let mut faults = self.faults.0.borrow_mut();
        if faults.len() < FAULTS_MAX {
            let pointer =
                if self.pointer.is_empty() { "/".to_owned() } else { self.pointer.clone() };
            let value = told.chars().take(TOLD).collect();
            faults.push(JsonFault { pointer, value, fault: fault.into(), mend: mend.into() });
        }
    }

    fn child(&self, key: &str, value: &'a Value) -> Self {
        let key = key.replace('~', "~0").replace('/', "~1");
        Self { faults: self.faults, value, pointer: format!("{}/{key}", self.pointer) }
    }

    /// An object that has none but these keys.
    pub(crate) fn object(&self, keys: &[&str]) -> Option<Object<'a>> {
        let Value::Object(map) = self.value else {
            self.fault("is not an object", "Write {\"key\": value}");
            return None;
        };
        for (key, value) in map {
            if !keys.contains(&key.as_str()) {
                self.child(key, value)
                    .fault("has an unknown key", format!("Write one of {}", keys.join(", ")));
            }
        }
        Some(Object { node: self.clone(), map })
    }

    /// The items of an array.
    pub(crate) fn list(&self) -> Vec<Self> {
        let Value::Array(items) = self.value else {
            self.fault("is not an array", "Write [value, value]");
            return Vec::new();
        };
        items.iter().enumerate().map(|(idx, item)| self.child(&idx.to_string(), item)).collect()
    }

    pub(crate) fn text(&self) -> String {
        self.value.as_str().map_or_else(
            || {
                self.fault("is not a text", "Write it in quotation marks");
                String::new()
            },
            str::to_owned,
        )
    }

    /// A whole number in bounds; `10.0` is one.
    pub(crate) fn whole(&self, low: i64, high: i64) -> i64 {
        let real = || self.value.as_f64().filter(|x| x.fract() == 0.0 && x.abs() < 9e15);
        let number = self.value.as_i64().or_else(|| real().map(|x| x as i64));
        number.filter(|number| (low..=high).contains(number)).unwrap_or_else(|| {
            self.fault(
                "is not such a number",
                format!("Write a whole number from {low} to {high}"),
            );
            low
        })
    }

    /// A number in bounds.
    pub(crate) fn real(&self, low: f64, high: f64) -> f64 {
        let number = self.value.as_f64().filter(|number| (low..=high).contains(number));
        number.unwrap_or_else(|| {
            self.fault("is not such a number", format!("Write a number from {low} to {high}"));
            low
        })
    }

    /// A number of a currency's units, in millionths.
    pub(crate) fn money(&self) -> i64 {
        const MILLION: f64 = 1e6;
        (self.real(0.0, crate::rich::problem::PRICE_MAX as f64 / MILLION) * MILLION).round() as i64
    }

    /// A span in whole seconds.
    pub(crate) fn seconds(&self) -> i32 {
        self.whole(0, crate::rich::problem::SECONDS_MAX.into()) as i32
    }
}

/// An object whose keys are known.
pub(crate) struct Object<'a> {
    node: Node<'a>,
    map: &'a Map<String, Value>,
}

impl<'a> Object<'a> {
    pub(crate) fn node(&self) -> &Node<'a> {
        &self.node
    }

    pub(crate) fn has(&self, key: &str) -> bool {
        self.map.contains_key(key)
    }

    pub(crate) fn get(&self, key: &str) -> Option<Node<'a>> {
        self.map.get(key).map(|value| self.node.child(key, value))
    }

    /// The value of a key that must be there.
    pub(crate) fn needed(&self, key: &str) -> Option<Node<'a>> {
        let value = self.get(key);
        if value.is_none() {
            self.node.fault(format!("has no key {key}"), "Add it");
        }
        value
    }

    /// The items under a key, none where it is absent.
    pub(crate) fn items(&self, key: &str) -> Vec<Node<'a>> {
        self.get(key).map_or_else(Vec::new, |list| list.list())
    }

    /// The text under a key that must be there.
    pub(crate) fn id(&self) -> String {
        self.needed("id").map_or_else(String::new, |id| id.text())
    }
}

/// A square table of numbers, rounded to the nearest, row-major.
pub(crate) fn table(node: &Node<'_>, places: usize) -> Vec<i32> {
    const MOST: f64 = crate::rich::problem::SECONDS_MAX as f64;
    let mut cells = Vec::with_capacity(places * places);
    let rows = node.value.as_array().map_or(&[][..], Vec::as_slice);
    if rows.len() != places {
        node.fault(format!("has {} rows", rows.len()), format!("Write {places}, one a place"));
        return vec![0; places * places];
    }
    for (idx, row) in rows.iter().enumerate() {
        let here = || node.child(&idx.to_string(), row);
        let row_cells = row.as_array().map_or(&[][..], Vec::as_slice);
        if row_cells.len() != places {
            let is = row_cells.len();
            here().fault(format!("has {is} numbers"), format!("Write {places}, one a place"));
            cells.extend(vec![0; places]);
            continue;
        }
        for (column, cell) in row_cells.iter().enumerate() {
            let number = cell.as_f64().filter(|number| (0.0..=MOST).contains(number));
            if number.is_none() {
                here().child(&column.to_string(), cell).real(0.0, MOST);
            }
            cells.push(number.unwrap_or(0.0).round() as i32);
        }
    }
    cells
}
