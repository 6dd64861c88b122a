//! An instance as JSON: read whole, or refused with every fault by its path.

use super::instance::{DemandCharge, EvSession, Instance, ShiftableLoad, Storage};
use serde_json::{Map, Value};
use std::fmt;

/// What is wrong at a place of a document.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct ReadFault {
    /// JSON pointer.
    pub path: String,
    /// What is wrong, and the mend.
    pub what: String,
}

impl fmt::Display for ReadFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = if self.path.is_empty() { "/" } else { &self.path };
        write!(f, "{path}: {}", self.what)
    }
}

/// An instance, and the keys that say nothing to this reader.
#[derive(Clone, Debug, PartialEq)]
pub struct ReadInstance {
    /// The instance.
    pub instance: Instance,
    /// First step's stamp, as written.
    pub start: String,
    /// Pointers of keys that were passed over.
    pub unknown: Vec<String>,
}

/// Steps of a year by the minute: more are taken for a mistake.
const MOST_STEPS: usize = 600_000;
/// What an amount, a power or a price may be.
const MOST: f64 = 1e9;

/// Reads an instance.
pub fn read(text: &str) -> Result<ReadInstance, Vec<ReadFault>> {
    let value: Value = serde_json::from_str(text).map_err(|error| {
        vec![ReadFault { path: String::new(), what: format!("is not JSON: {error}") }]
    })?;
    let mut reader = Reader { faults: Vec::new(), unknown: Vec::new() };
    let read = reader.instance(&value);
    match read {
        Some((instance, start)) if reader.faults.is_empty() => {
            Ok(ReadInstance { instance, start, unknown: reader.unknown })
        }
        _ => Err(reader.faults),
    }
}

struct Reader {
    faults: Vec<ReadFault>,
    unknown: Vec<String>,
}

/// An object and where it is.
#[derive(Clone, Copy)]
struct Object<'a> {
    path: &'a str,
    keys: &'a Map<String, Value>,
}

impl Object<'_> {
    fn at(&self, key: &str) -> String {
        format!("{}/{key}", self.path)
    }
    /// A key's value; null is none.
    fn get(&self, key: &str) -> Option<&Value> {
        self.keys.get(key).filter(|value| !value.is_null())
    }
}

const KEYS: [&str; 15] = [
    "name",
    "start",
    "step_h",
    "n",
    "currency",
    "carbon_price_per_t",
    "load_kwh",
    "pv_kwh",
    "buy_price",
    "sell_price",
    "grid_kg_co2e_per_kwh",
    "export_credit_kg_co2e_per_kwh",
    "grid",
    "battery",
    "ev_sessions",
];
const SHIFTABLE: &str = "shiftable_loads";
const BATTERY_KEYS: [&str; 11] = [
    "capacity_kwh",
    "charge_kw",
    "discharge_kw",
    "charge_efficiency",
    "discharge_efficiency",
    "self_discharge_per_h",
    "soc_min_kwh",
    "soc_max_kwh",
    "soc_initial_kwh",
    "soc_final_min_kwh",
    "wear_cost_per_kwh",
];

impl Reader {
    fn fault(&mut self, path: String, what: impl Into<String>) {
        self.faults.push(ReadFault { path, what: what.into() });
    }

    fn object<'a>(
        &mut self,
        path: &'a str,
        value: &'a Value,
        known: &[&str],
    ) -> Option<Object<'a>> {
        let Some(keys) = value.as_object() else {
            self.fault(path.to_owned(), "write an object");
            return None;
        };
        let passed = keys.keys().filter(|key| !known.contains(&key.as_str()));
        self.unknown.extend(passed.map(|key| format!("{path}/{key}")));
        Some(Object { path, keys })
    }

    /// A number from `low` to `high`.
    fn number(&mut self, path: String, value: Option<&Value>, low: f64, high: f64) -> f64 {
        let number = value.and_then(Value::as_f64);
        if let Some(number) = number.filter(|number| (low..=high).contains(number)) {
            return number;
        }
        let is = value.map_or_else(|| "is missing".to_owned(), |value| format!("is {value}"));
        self.fault(path, format!("{is}. Write a number from {low} to {high}"));
        low.max(0.0)
    }

    fn needed(&mut self, object: Object, key: &str, low: f64, high: f64) -> f64 {
        self.number(object.at(key), object.get(key), low, high)
    }
    fn optional(&mut self, object: Object, key: &str, low: f64, high: f64) -> Option<f64> {
        let value = object.get(key)?;
        Some(self.number(object.at(key), Some(value), low, high))
    }

    fn text(&mut self, object: Object, key: &str, otherwise: &str) -> String {
        match object.get(key) {
            None => otherwise.to_owned(),
            Some(Value::String(text)) => text.clone(),
            Some(value) => {
                self.fault(object.at(key), format!("is {value}. Write text"));
                otherwise.to_owned()
            }
        }
    }

    /// A step from 0 to `most`.
    fn step(&mut self, path: String, value: Option<&Value>, most: usize) -> usize {
        let step = value.and_then(Value::as_u64).filter(|&step| step <= most as u64);
        if let Some(step) = step {
            return step as usize;
        }
        let is = value.map_or_else(|| "is missing".to_owned(), |value| format!("is {value}"));
        self.fault(path, format!("{is}. Write a whole number from 0 to {most}"));
        0
    }

    fn list<'a>(&mut self, object: Object<'a>, key: &str) -> &'a [Value] {
        match object.keys.get(key) {
            None | Some(Value::Null) => &[],
            Some(Value::Array(list)) => list,
            Some(_) => {
                self.fault(object.at(key), "write a list");
                &[]
            }
        }
    }

    /// One number for each step.
    fn column(&mut self, object: Object, key: &str, steps: usize, low: f64) -> Vec<f64> {
        if object.get(key).is_none() {
            self.fault(object.at(key), format!("is missing. Write a list of {steps} numbers"));
            return vec![0.0; steps];
        }
        let list = self.list(object, key);
        if list.len() != steps {
            self.fault(
                object.at(key),
                format!("has {} numbers, n is {steps}. Write one a step", list.len()),
            );
            return vec![0.0; steps];
        }
        let at = object.at(key);
        list.iter()
            .enumerate()
            .map(|(step, value)| self.number(format!("{at}/{step}"), Some(value), low, MOST))
            .collect()
    }

    fn instance(&mut self, value: &Value) -> Option<(Instance, String)> {
        let known: Vec<&str> = KEYS.into_iter().chain([SHIFTABLE]).collect();
        let object = self.object("", value, &known)?;
        let steps = self.step("/n".to_owned(), object.get("n"), MOST_STEPS);
        if steps == 0 {
            if self.faults.is_empty() {
                self.fault("/n".to_owned(), "is 0. Write how many steps there are");
            }
            return None;
        }
        let credit = "export_credit_kg_co2e_per_kwh";
        let mut instance = Instance {
            name: self.text(object, "name", ""),
            currency: self.text(object, "currency", ""),
            step_h: self.needed(object, "step_h", 1.0 / 3_600.0, 24.0),
            carbon_price_per_t: self
                .optional(object, "carbon_price_per_t", -MOST, MOST)
                .unwrap_or(0.0),
            load_kwh: self.column(object, "load_kwh", steps, 0.0),
            pv_kwh: self.column(object, "pv_kwh", steps, 0.0),
            buy_price: self.column(object, "buy_price", steps, -MOST),
            sell_price: self.column(object, "sell_price", steps, -MOST),
            grid_kg_co2e_per_kwh: self.column(object, "grid_kg_co2e_per_kwh", steps, -MOST),
            export_credit_kg_co2e_per_kwh: match object.get(credit) {
                Some(_) => self.column(object, credit, steps, -MOST),
                None => vec![0.0; steps],
            },
            ..Instance::default()
        };
        if let Some(grid) = object.get("grid") {
            self.grid(grid, &mut instance, steps);
        }
        instance.battery = object.get("battery").and_then(|battery| self.battery(battery));
        for (index, value) in self.list(object, "ev_sessions").iter().enumerate() {
            let path = format!("/ev_sessions/{index}");
            instance.ev_sessions.extend(self.session(&path, value, steps));
        }
        for (index, value) in self.list(object, SHIFTABLE).iter().enumerate() {
            let path = format!("/{SHIFTABLE}/{index}");
            instance.shiftable_loads.extend(self.shiftable(&path, value, steps));
        }
        self.unique(&instance);
        Some((instance, self.text(object, "start", "")))
    }

    fn grid(&mut self, value: &Value, instance: &mut Instance, steps: usize) {
        let keys = ["import_limit_kw", "export_limit_kw", "demand_charges"];
        let Some(grid) = self.object("/grid", value, &keys) else { return };
        instance.import_limit_kw = self.optional(grid, "import_limit_kw", 0.0, MOST);
        instance.export_limit_kw = self.optional(grid, "export_limit_kw", 0.0, MOST);
        for (index, value) in self.list(grid, "demand_charges").iter().enumerate() {
            let path = format!("/grid/demand_charges/{index}");
            let keys = ["name", "price_per_kw", "windows", "peak_so_far_kw"];
            let Some(charge) = self.object(&path, value, &keys) else { continue };
            let windows = self.list(charge, "windows");
            let windows = windows.iter().enumerate().filter_map(|(count, window)| {
                let path = format!("{path}/windows/{count}");
                let Some([from, until]) = window.as_array().map(Vec::as_slice) else {
                    self.fault(path, "write two steps, the first within and the last beyond");
                    return None;
                };
                let from = self.step(format!("{path}/0"), Some(from), steps);
                let until = self.step(format!("{path}/1"), Some(until), steps);
                Some([from, until.max(from)])
            });
            let windows = windows.collect();
            instance.demand_charges.push(DemandCharge {
                name: self.text(charge, "name", ""),
                price_per_kw: self.needed(charge, "price_per_kw", 0.0, MOST),
                windows,
                peak_so_far_kw: self.optional(charge, "peak_so_far_kw", 0.0, MOST).unwrap_or(0.0),
            });
        }
    }

    fn battery(&mut self, value: &Value) -> Option<Storage> {
        let battery = self.object("/battery", value, &BATTERY_KEYS)?;
        let capacity = self.optional(battery, "capacity_kwh", 0.0, MOST).unwrap_or(MOST);
        let least = self.optional(battery, "soc_min_kwh", 0.0, capacity).unwrap_or(0.0);
        let most = match battery.get("soc_max_kwh") {
            Some(_) => self.needed(battery, "soc_max_kwh", least, capacity),
            None => self.needed(battery, "capacity_kwh", least, MOST),
        };
        Some(Storage {
            charge_kw: self.needed(battery, "charge_kw", 0.0, MOST),
            discharge_kw: self.needed(battery, "discharge_kw", 0.0, MOST),
            charge_efficiency: self.needed(battery, "charge_efficiency", 1e-3, 1.0),
            discharge_efficiency: self.needed(battery, "discharge_efficiency", 1e-3, 1.0),
            self_discharge_per_h: self
                .optional(battery, "self_discharge_per_h", 0.0, 1.0)
                .unwrap_or(0.0),
            soc_min_kwh: least,
            soc_max_kwh: most,
            soc_initial_kwh: self.needed(battery, "soc_initial_kwh", 0.0, capacity),
            soc_final_min_kwh: self
                .optional(battery, "soc_final_min_kwh", 0.0, MOST)
                .unwrap_or(0.0),
            wear_cost_per_kwh: self
                .optional(battery, "wear_cost_per_kwh", 0.0, MOST)
                .unwrap_or(0.0),
        })
    }

    fn session(&mut self, path: &str, value: &Value, steps: usize) -> Option<EvSession> {
        let keys = ["id", "arrival_step", "departure_step", "energy_kwh", "max_kw", "efficiency"];
        let session = self.object(path, value, &keys)?;
        let [arrival_step, departure_step] =
            self.range(session, ["arrival_step", "departure_step"], steps);
        Some(EvSession {
            id: self.text(session, "id", ""),
            arrival_step,
            departure_step,
            energy_kwh: self.needed(session, "energy_kwh", 0.0, MOST),
            max_kw: self.needed(session, "max_kw", 0.0, MOST),
            efficiency: self.optional(session, "efficiency", 1e-3, 1.0).unwrap_or(1.0),
            missed_at_arrival: 0.0,
            missed_at_departure: 0.0,
        })
    }

    fn shiftable(&mut self, path: &str, value: &Value, steps: usize) -> Option<ShiftableLoad> {
        let keys = ["id", "earliest_step", "latest_step", "energy_kwh", "max_kw"];
        let load = self.object(path, value, &keys)?;
        let [earliest_step, latest_step] =
            self.range(load, ["earliest_step", "latest_step"], steps);
        Some(ShiftableLoad {
            id: self.text(load, "id", ""),
            earliest_step,
            latest_step,
            energy_kwh: self.needed(load, "energy_kwh", 0.0, MOST),
            max_kw: self.needed(load, "max_kw", 0.0, MOST),
        })
    }

    /// Two steps of which the second is not before the first.
    fn range(&mut self, object: Object, keys: [&str; 2], steps: usize) -> [usize; 2] {
        let [from, until] = keys.map(|key| self.step(object.at(key), object.get(key), steps));
        if until < from {
            let what =
                format!("is {until}, {} is {from}. Let it end where it begins or later", keys[0]);
            self.fault(object.at(keys[1]), what);
        }
        [from, until.max(from)]
    }

    /// Names by which an answer is looked up are there once.
    fn unique(&mut self, instance: &Instance) {
        let sessions = instance.ev_sessions.iter().map(|session| session.id.as_str());
        let loads = instance.shiftable_loads.iter().map(|load| load.id.as_str());
        for (list, ids) in
            [("ev_sessions", sessions.collect::<Vec<_>>()), (SHIFTABLE, loads.collect())]
        {
            let mut known = std::collections::BTreeSet::new();
            for (index, id) in ids.iter().enumerate() {
                if !known.insert(id) {
                    let what = format!("is {id:?} again. Give each its own");
                    self.fault(format!("/{list}/{index}/id"), what);
                }
            }
        }
    }
}
