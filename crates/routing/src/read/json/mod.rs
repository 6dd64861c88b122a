//! Our own JSON of a rich routing problem and of a plan, described by `docs/schemas/route.schema.json`
//! and `docs/schemas/route-plan.schema.json`.
//!
//! Read: [`read`], `order`, `vehicle`, `place` (places and ways), `time`, `node` (values with their
//! JSON pointers), [`plan`].

mod document;
pub(crate) mod node;
mod time;
pub(crate) mod place;
mod order;
mod vehicle;
pub mod plan;
#[cfg(test)]
pub(crate) mod tests;

pub use node::{FAULTS_MAX, JsonFault};
pub use time::Times;

use crate::rich::problem::{Problem, Unit};
use crate::rich::valid::ProblemError;
use document::Document;
use node::{Faults, Node};
use place::{Places, Profiles};
use quantity::Carbon;
use serde_json::Value;

/// Detour of roads over the great circle where the document says none: that of a scenario's policy.
pub const DETOUR: f64 = 1.3;

/// A text is no problem, or no plan of it.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum JsonError {
    /// Not JSON at all.
    #[error("line {line}, column {column}: {fault}. Write JSON (RFC 8259)")]
    Text {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// What is wrong.
        fault: String,
    },
    /// All faults of its values, at most [`FAULTS_MAX`].
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Faults(Vec<JsonFault>),
    /// Each value is right, the whole is not.
    #[error(transparent)]
    Problem(#[from] ProblemError),
}

/// What a vehicle's energy comes out of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Carrier {
    /// Litres of diesel.
    Diesel,
    /// Litres of petrol.
    Petrol,
    /// Kilowatt-hours of the country's grid.
    Electric,
}

/// CO2e well to wheel of a unit of a carrier in a country (ISO 3166, two letters); none where it is
/// not known.
pub type Factors<'a> = &'a dyn Fn(Carrier, &str) -> Option<Carbon>;

/// A problem as a document gives it, with the names that the problem itself does not hold.
#[derive(Clone, Debug, PartialEq)]
pub struct Input {
    /// The problem, checked.
    pub problem: Problem,
    /// What its places, skills and times are called.
    pub names: Names,
    /// Vehicles that drive no more from a time on.
    pub out_of_service: Vec<(Unit, i32)>,
}

/// How a document calls things.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names {
    /// Places, by index.
    pub places: Vec<String>,
    /// Skills, by bit.
    pub skills: Vec<String>,
    /// Times.
    pub times: Times,
    /// Ids of the vehicles of each type, where they have ids of their own.
    pub units: Vec<Vec<String>>,
    /// Whether the metres of the problem are none: the document gives durations or costs alone.
    pub no_distances: bool,
}

/// Reads a problem; all faults are told at once.
pub fn read(text: &str, factors: Factors<'_>) -> Result<Input, JsonError> {
    read_by(text, |root| problem(root, factors))
}

/// Reads a problem by what `input` makes of the document's root.
pub(crate) fn read_by(
    text: &str,
    input: impl FnOnce(&Node<'_>) -> Option<Input>,
) -> Result<Input, JsonError> {
    let document = parse(text)?;
    let faults = Faults::default();
    let read = input(&Node::root(&document, &faults));
    let faults = faults.into_vec();
    match read {
        Some(read) if faults.is_empty() => {
            read.problem.check()?;
            Ok(read)
        }
        _ => Err(JsonError::Faults(faults)),
    }
}

pub(crate) fn parse(text: &str) -> Result<Value, JsonError> {
    let read = serde_json::from_str::<Document>(text).map(|Document(value)| value);
    read.map_err(|error| JsonError::Text {
        line: error.line(),
        column: error.column(),
        fault: words(&error),
    })
}

/// What is wrong, without the place, which is told beside it.
fn words(error: &serde_json::Error) -> String {
    let told = error.to_string();
    told.rsplit_once(" at line ").map_or(told.clone(), |(words, _)| words.to_owned())
}

/// Skills named so far.
#[derive(Default)]
pub(crate) struct Skilled {
    pub(crate) names: Vec<String>,
}

/// What is known while a document is read.
struct Reading {
    times: Times,
    places: Places,
    profiles: Profiles,
    skills: Skilled,
    /// Ids of the stocks.
    stocks: Vec<String>,
    dimensions: usize,
    country: String,
    out_of_service: Vec<(Unit, i32)>,
}

const KEYS: [&str; 12] = [
    "name",
    "country",
    "places",
    "profiles",
    "detour_factor",
    "stocks",
    "orders",
    "vehicles",
    "moved_cost",
    "carbon_price_per_kg",
    "balance_cost_per_h2",
    "$schema",
];

fn problem(root: &Node<'_>, factors: Factors<'_>) -> Option<Input> {
    let top = root.object(&KEYS)?;
    if let Some(schema) = top.get("$schema") {
        schema.text();
    }
    let vehicles = top.needed("vehicles").map_or_else(Vec::new, |node| node.list());
    let mut reading = Reading {
        times: Times::of(root.value()),
        places: Places::default(),
        profiles: Profiles::default(),
        skills: Skilled::default(),
        stocks: Vec::new(),
        dimensions: dimensions(vehicles.first()),
        country: top.get("country").map_or_else(|| "GB".to_owned(), |country| country.text()),
        out_of_service: Vec::new(),
    };
    reading.places.declare(&top.items("places"));
    reading.places.tabled = top.has("profiles");
    reading.profiles.declare(&top.items("profiles"), reading.places.count());
    let stocks = top.items("stocks").iter().map(|node| reading.stock(node)).collect();
    let orders = top.needed("orders").map_or_else(Vec::new, |node| node.list());
    let orders = orders.iter().filter_map(|node| reading.order(node)).collect();
    let mut fleet = Vec::new();
    for node in &vehicles {
        fleet.extend(reading.vehicle(node, fleet.len(), factors));
    }
    let detour = top.get("detour_factor").map_or(DETOUR, |node| node.real(1.0, 10.0));
    reading.profiles.fill(&reading.places, detour, root);
    let money = |key| top.get(key).map_or(0, |node| node.money());
    let problem = Problem {
        name: top.get("name").map_or_else(String::new, |name| name.text()),
        places: reading.places.count(),
        profiles: reading.profiles.made,
        dimensions: reading.dimensions,
        orders,
        stocks,
        vehicles: fleet,
        underway: Vec::new(),
        moved_price: money("moved_cost"),
        carbon_price_per_kg: money("carbon_price_per_kg"),
        balance_price: money("balance_cost_per_h2"),
    };
    let names = Names {
        places: reading.places.names,
        skills: reading.skills.names,
        times: reading.times,
        units: Vec::new(),
        no_distances: false,
    };
    Some(Input { problem, names, out_of_service: reading.out_of_service })
}

impl Reading {
    /// What there is of a stock.
    fn stock(&mut self, node: &Node<'_>) -> Vec<i64> {
        let Some(of) = node.object(&["id", "amount"]) else { return vec![0; self.dimensions] };
        let id = of.id();
        if self.stocks.contains(&id) {
            node.fault("is there twice", "Give each stock an id of its own");
        }
        self.stocks.push(id);
        self.amount(of.needed("amount"))
    }
}

/// As many as the first vehicle's capacity has.
fn dimensions(vehicle: Option<&Node<'_>>) -> usize {
    let capacity = vehicle.and_then(|vehicle| vehicle.value().get("capacity"));
    match capacity {
        Some(Value::Array(amounts)) => amounts.len(),
        Some(Value::Number(_)) => 1,
        _ => 0,
    }
}
