//! Vehicles: those that are alike and stand side by side become one type.

use super::{MOST, Reading, id};
use crate::instance::Window;
use crate::read::json::node::{Node, Object};
use crate::rich::problem::{Break, Order, SECONDS_MAX, Underway, Unit, Vehicle, Visit};

const KEYS: [&str; 18] = [
    "id",
    "profile",
    "description",
    "start",
    "start_index",
    "end",
    "end_index",
    "capacity",
    "costs",
    "skills",
    "type",
    "time_window",
    "breaks",
    "speed_factor",
    "max_tasks",
    "max_travel_time",
    "max_distance",
    "steps",
];
const COSTS: [&str; 4] = ["fixed", "per_hour", "per_task_hour", "per_km"];
const STEP: [&str; 5] = ["type", "id", "service_at", "service_after", "service_before"];
const MILLION: i64 = 1_000_000;

/// The fleet of a document.
#[derive(Default)]
pub(super) struct Fleet {
    pub(super) vehicles: Vec<Vehicle>,
    /// Ids of each type's vehicles.
    pub(super) names: Vec<Vec<String>>,
    pub(super) underway: Vec<Underway>,
}

/// The types that vehicles have, each once.
pub(super) fn types(vehicles: &[Node<'_>]) -> Vec<String> {
    let mut types: Vec<String> = Vec::new();
    for vehicle in vehicles {
        let kind = vehicle.value().get("type").and_then(|kind| kind.as_str()).unwrap_or("");
        if !types.iter().any(|known| known == kind) {
            types.push(kind.to_owned());
        }
    }
    types
}

/// The price of an hour of service, in millionths, if all vehicles have the same.
pub(super) fn per_task_hour(vehicles: &[Node<'_>]) -> i64 {
    let price = |node: &Node<'_>| {
        let price = node.value().get("costs").and_then(|costs| costs.get("per_task_hour"));
        price.and_then(serde_json::Value::as_i64).unwrap_or(0)
    };
    let Some(first) = vehicles.first().map(price) else { return 0 };
    if let Some(other) = vehicles.iter().find(|vehicle| price(vehicle) != first) {
        other.fault("has another per_task_hour than the first", "Give all the same");
    }
    first.clamp(0, MOST) * MILLION
}

/// The ids of vehicles that are alike: all, or the first and the last of many.
fn type_name(ids: &[String]) -> String {
    const TOLD: usize = 4;
    match ids {
        [first, .., last] if ids.len() > TOLD => format!("{first} … {last}"),
        _ => ids.join(", "),
    }
}

impl Reading {
    pub(super) fn fleet(&mut self, nodes: &[Node<'_>], orders: &[Order]) -> Fleet {
        let mut fleet = Fleet::default();
        let mut seen = std::collections::HashSet::new();
        for node in nodes {
            let Some(of) = node.object(&KEYS) else { continue };
            let mut vehicle = self.vehicle(&of);
            let name = id(&of).to_string();
            if !seen.insert(name.clone()) {
                node.fault("has the id of another vehicle", "Give each an id of its own");
            }
            let visits = self.steps(&of, orders);
            let alike = fleet.vehicles.last().is_some_and(|last| {
                vehicle.id.clone_from(&last.id);
                vehicle.count = last.count;
                *last == vehicle
            });
            let last = fleet.vehicles.len().wrapping_sub(1);
            if alike {
                fleet.vehicles[last].count += 1;
                fleet.names[last].push(name);
            } else {
                (vehicle.id, vehicle.count) = (name.clone(), 1);
                fleet.vehicles.push(vehicle);
                fleet.names.push(vec![name]);
            }
            if !visits.is_empty() {
                let vehicle = fleet.vehicles.len() - 1;
                let unit = Unit { vehicle, number: fleet.vehicles[vehicle].count - 1 };
                let done = Vec::new();
                fleet.underway.push(Underway { unit, done, visits, locked: 0, over: false });
            }
        }
        for (vehicle, ids) in fleet.vehicles.iter_mut().zip(&fleet.names) {
            vehicle.id = type_name(ids);
        }
        fleet
    }

    fn vehicle(&mut self, of: &Object<'_>) -> Vehicle {
        let end = |reading: &mut Self, key, index| {
            (of.has(key) || of.has(index)).then(|| reading.ways.place(of, key, index))
        };
        let start = end(self, "start", "start_index").flatten();
        let finish = end(self, "end", "end_index").flatten();
        if !["start", "start_index", "end", "end_index"].iter().any(|key| of.has(key)) {
            of.node().fault("has neither start nor end", "Give at least one");
        }
        let costs = of.get("costs").and_then(|costs| costs.object(&COSTS));
        let cost =
            |key| costs.as_ref().and_then(|costs| costs.get(key)).map(|node| node.whole(0, MOST));
        let price = |key, default| cost(key).unwrap_or(default) * MILLION;
        let drive = self.ways.profile(of, cost("per_hour"), cost("per_km").unwrap_or(0));
        let mut skills = self.skills(of);
        if !self.types.is_empty() {
            let kind = of.get("type").map_or_else(String::new, |kind| kind.text());
            skills.0 |= self.of_type(&kind, of.node()).0;
        }
        let most = |key| of.get(key).map(|node| node.whole(0, MOST));
        let mut breaks: Vec<Break> =
            of.items("breaks").iter().filter_map(|item| self.rest(item)).collect();
        breaks.sort_by_key(|rest| (rest.windows[0].open, rest.windows[0].close));
        Vehicle {
            id: String::new(),
            count: 1,
            profile: drive.profile,
            start,
            end: finish,
            capacity: self.amount(of, "capacity"),
            skills,
            shift: of
                .get("time_window")
                .map_or(Window { open: 0, close: SECONDS_MAX }, |window| self.window(&window)),
            duration_max: None,
            drive_max: most("max_travel_time").map(|most| most.min(SECONDS_MAX.into()) as i32),
            metres_max: most("max_distance"),
            stops_max: most("max_tasks").map(|most| most as u32),
            break_rule: None,
            breaks,
            reloads: Vec::new(),
            trips_max: 1,
            fixed: price("fixed", 0),
            per_km: drive.per_km,
            per_hour: 0,
            per_drive_hour: drive.per_hour,
            consumption: None,
        }
    }

    fn rest(&self, item: &Node<'_>) -> Option<Break> {
        let of = item.object(&["id", "time_windows", "service", "description", "max_load"])?;
        if let Some(load) = of.get("max_load") {
            load.fault("is not supported", "Leave it out, or plan that break by its windows");
        }
        let mut windows = self.windows(&of);
        if windows.is_empty() {
            windows.push(Window { open: 0, close: SECONDS_MAX });
        }
        let lasts = of.get("service").map_or(0, |node| node.seconds());
        Some(Break { id: id(&of).to_string(), windows, lasts })
    }

    /// The visits that a vehicle is said to make.
    fn steps(&self, of: &Object<'_>, orders: &[Order]) -> Vec<Visit> {
        let mut visits = Vec::new();
        for node in of.items("steps") {
            let Some(step) = node.object(&STEP) else { continue };
            let Some(kind) = step.needed("type").map(|kind| kind.text()) else { continue };
            let tasks = match kind.as_str() {
                "start" | "end" | "break" => continue,
                "job" => &self.tasks.jobs,
                "pickup" => &self.tasks.pickups,
                "delivery" => &self.tasks.deliveries,
                _ => {
                    node.fault("is no step", "Write start, job, pickup, delivery, break or end");
                    continue;
                }
            };
            let Some(&order) = tasks.get(&id(&step)) else {
                node.fault(format!("names a {kind} that is not there"), "Name one by its id");
                continue;
            };
            let alternative = self.alternative(of, orders, order);
            visits.push(match kind.as_str() {
                "delivery" => Visit::Second { order, alternative },
                _ => Visit::First { order, alternative },
            });
        }
        visits
    }

    /// The alternative of a vehicle's type, where there are several.
    fn alternative(&self, of: &Object<'_>, orders: &[Order], order: usize) -> usize {
        let kind = of.get("type").map_or_else(String::new, |kind| kind.text());
        let several = orders.get(order).is_some_and(|order| order.alternatives.len() > 1);
        let found = self.types.iter().position(|known| *known == kind);
        if several { found.unwrap_or(0) } else { 0 }
    }
}
