//! VROOM's JSON input as a rich problem, so that its users can try ours with the files they have.
//!
//! As VROOM's API has it (docs/API.md of version 1.15): jobs, shipments, vehicles, matrices. Its objective
//! is kept: the price of an hour is one of driving alone. What differs, and what is refused by name:
//!
//! - Without matrices, ways are great circles (times [`super::json::DETOUR`], at [`SPEED_KMH`] over
//!   the vehicle's `speed_factor`), not those of a routing engine.
//! - Priorities, where they differ, are prices of leaving a task out, each point as much as the
//!   first: so large that no cost outweighs one. VROOM counts the tasks only after their priorities.
//! - `setup` is added to `service`; a place of several tasks, or a start, where one has a setup is
//!   refused, as VROOM then leaves the setup out.
//! - A duration over a `speed_factor` is rounded to the second, VROOM keeps hundredths.
//! - A break whose windows all lie outside of the route's time is not taken, in VROOM it is.
//! - Refused: `max_load` of breaks, `per_task_hour` that differs between vehicles, `max_distance` beside
//!   a `costs` matrix or without distances. `service_at`, `service_after` and `service_before` of
//!   steps are passed over, as in VROOM when it solves.
//!
//! Read: [`read`], `task`, `vehicle`, `ways`.

mod task;
mod vehicle;
mod ways;
#[cfg(test)]
mod tests;

use super::json::node::{Node, Object};
use super::json::{Input, JsonError, Names, Skilled, Times, read_by};
use crate::instance::Window;
use crate::rich::problem::{AMOUNT_MAX, Problem, SECONDS_MAX};
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};
use ways::Ways;

/// Speed along a great circle with its detour, where no matrices are given, in km/h.
pub const SPEED_KMH: f64 = 40.0;

const KEYS: [&str; 5] = ["jobs", "shipments", "vehicles", "matrices", "options"];
/// The largest time and number that VROOM takes.
const MOST: i64 = u32::MAX as i64;
const DAY: i64 = 86_400;

/// Reads VROOM's input; all faults are told at once. Times of the problem count from a day before
/// the earliest window where they are too large to count from 0, and [`Names::times`] says from where.
pub fn read(text: &str) -> Result<Input, JsonError> {
    read_by(text, input)
}

/// What is known while a document is read.
struct Reading {
    ways: Ways,
    skills: Skilled,
    dimensions: usize,
    /// What time 0 of the problem is in the document.
    base: i64,
    /// Types of vehicles, where a task's time depends on them.
    types: Vec<String>,
    /// The same price of an hour of service for all vehicles, in millionths.
    per_task_hour: i64,
    tasks: Tasks,
}

/// Orders by the ids of their tasks.
#[derive(Default)]
struct Tasks {
    jobs: HashMap<i64, usize>,
    pickups: HashMap<i64, usize>,
    deliveries: HashMap<i64, usize>,
    /// Tasks at each place, and whether one of them has a setup.
    at: BTreeMap<u32, (usize, bool)>,
}

fn input(root: &Node<'_>) -> Option<Input> {
    let top = root.object(&KEYS)?;
    let (jobs, shipments) = (top.items("jobs"), top.items("shipments"));
    let vehicles = top.needed("vehicles").map_or_else(Vec::new, |node| node.list());
    let typed = jobs.iter().chain(&shipments).any(|node| {
        let ends = ["pickup", "delivery"].iter().filter_map(|key| node.value().get(key));
        let mut tasks = std::iter::once(node.value()).chain(ends);
        tasks.any(|task| {
            ["service_per_type", "setup_per_type"].iter().any(|key| task.get(key).is_some())
        })
    });
    let mut reading = Reading {
        ways: Ways::read(&top, &vehicles),
        skills: Skilled::default(),
        dimensions: dimensions(&[&jobs[..], &shipments, &vehicles].concat()),
        base: base(&[&jobs[..], &shipments, &vehicles].concat()),
        types: if typed { vehicle::types(&vehicles) } else { Vec::new() },
        per_task_hour: vehicle::per_task_hour(&vehicles),
        tasks: Tasks::default(),
    };
    let level = task::Priorities::of(&[&jobs[..], &shipments].concat());
    let mut orders = Vec::new();
    for node in &jobs {
        let order = reading.job(node, orders.len(), &level);
        orders.extend(order);
    }
    for node in &shipments {
        let order = reading.shipment(node, orders.len(), &level);
        orders.extend(order);
    }
    let fleet = reading.fleet(&vehicles, &orders);
    reading.check_setups(root, &fleet.vehicles);
    let (places, names_of_places) = reading.ways.places();
    let no_distances = reading.ways.no_distances();
    let problem = Problem {
        stocks: Vec::new(),
        name: String::new(),
        places,
        profiles: reading.ways.finish(root),
        dimensions: reading.dimensions,
        orders,
        vehicles: fleet.vehicles,
        underway: fleet.underway,
        moved_price: 0,
        carbon_price_per_kg: 0,
        balance_price: 0,
    };
    let times = Times::From { base: reading.base };
    let names = Names {
        places: names_of_places,
        skills: reading.skills.names,
        times,
        units: fleet.names,
        no_distances,
    };
    Some(Input { problem, names, out_of_service: Vec::new() })
}

/// The longest of all amounts.
fn dimensions(nodes: &[Node<'_>]) -> usize {
    let of = |node: &Node<'_>| {
        let keys = ["amount", "delivery", "pickup", "capacity"];
        let lists = keys.iter().filter_map(|key| node.value().get(key)?.as_array());
        lists.map(Vec::len).max().unwrap_or(0)
    };
    nodes.iter().map(of).max().unwrap_or(0)
}

/// 0, or a day before the earliest window where its times are moments: who sets out before the first
/// window opens does so within a day.
fn base(nodes: &[Node<'_>]) -> i64 {
    let mut opens = Vec::new();
    let mut add = |window: &Value| opens.extend(window.get(0).and_then(Value::as_i64));
    for node in nodes {
        let value = node.value();
        value.get("time_window").into_iter().for_each(&mut add);
        let breaks = value.get("breaks").and_then(|breaks| breaks.as_array());
        let ends = ["pickup", "delivery"].iter().filter_map(|key| value.get(key));
        for of in std::iter::once(value).chain(ends).chain(breaks.into_iter().flatten()) {
            let windows = of.get("time_windows").and_then(|windows| windows.as_array());
            windows.into_iter().flatten().for_each(&mut add);
        }
    }
    match (opens.iter().min(), opens.iter().max()) {
        (Some(&first), Some(&last)) if last > i64::from(SECONDS_MAX) => first - DAY,
        _ => 0,
    }
}

impl Reading {
    fn window(&self, node: &Node<'_>) -> Window {
        let ends = node.list();
        if ends.len() != 2 {
            node.fault("is not a window", "Write [start, end]");
            return Window { open: 0, close: 0 };
        }
        let time = |node: &Node<'_>| node.whole(0, MOST) - self.base;
        let (open, close) = (time(&ends[0]), time(&ends[1]));
        let most = i64::from(SECONDS_MAX);
        if open > most || open < 0 {
            ends[0].fault("is years from the other times", "Write times of one plan");
        }
        if open > close {
            node.fault("ends before it starts", "Swap its ends");
        }
        // An end later than any time that the problem knows is its latest.
        Window { open: open.clamp(0, most) as i32, close: close.clamp(0, most) as i32 }
    }

    /// Sorted, as VROOM sorts them; always where there are none.
    fn windows(&self, of: &Object<'_>) -> Vec<Window> {
        let Some(node) = of.get("time_windows") else {
            return vec![Window { open: 0, close: SECONDS_MAX }];
        };
        let mut windows: Vec<Window> = node.list().iter().map(|item| self.window(item)).collect();
        windows.sort_by_key(|window| (window.open, window.close));
        if windows.is_empty() {
            node.fault("has no window", "Write [[start, end]], or leave the key out");
        }
        if windows.windows(2).any(|pair| pair[1].open <= pair[0].close) {
            node.fault("overlap", "Join what touches");
        }
        windows
    }

    /// Zero where it is absent.
    fn amount(&self, of: &Object<'_>, key: &str) -> Vec<i64> {
        let Some(node) = of.get(key) else { return vec![0; self.dimensions] };
        let amount: Vec<i64> = node.list().iter().map(|item| item.whole(0, AMOUNT_MAX)).collect();
        if amount.len() != self.dimensions {
            node.fault(
                format!("has {} metrics, another amount has {}", amount.len(), self.dimensions),
                "Write as many everywhere",
            );
            return vec![0; self.dimensions];
        }
        amount
    }

    fn skills(&mut self, of: &Object<'_>) -> crate::rich::Skills {
        let mut skills = crate::rich::Skills::default();
        for item in of.items("skills") {
            match self.skills.bit(&item.whole(0, MOST).to_string()) {
                Some(bit) => skills.0 |= bit,
                None => item.fault("is one skill too many", "Use at most 64"),
            }
        }
        skills
    }

    /// The skill of being of that type of vehicle.
    fn of_type(&mut self, name: &str, node: &Node<'_>) -> crate::rich::Skills {
        let bit = self.skills.bit(&format!("type {name}"));
        if bit.is_none() {
            node.fault("is one skill or type too many", "Use at most 64 of both");
        }
        crate::rich::Skills(bit.unwrap_or(0))
    }

    /// A setup that would fall away behind another task of the same place is refused.
    fn check_setups(&self, root: &Node<'_>, vehicles: &[crate::rich::Vehicle]) {
        for (place, &(count, setup)) in &self.tasks.at {
            let starts = vehicles.iter().any(|vehicle| vehicle.start == Some(*place));
            if setup && (count > 1 || starts) {
                root.fault(
                    format!("has a setup at place {place}, where others stop or start too"),
                    "Add it to the service of who comes first, or leave it out",
                );
            }
        }
    }
}

fn id(of: &Object<'_>) -> i64 {
    of.needed("id").map_or(0, |id| id.whole(0, 9_007_199_254_740_992))
}
