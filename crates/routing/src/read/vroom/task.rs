//! Jobs and shipments.

use super::{MOST, Reading, id};
use crate::read::json::node::{Node, Object};
use crate::rich::problem::{Alternative, Order, PRICE_MAX, SECONDS_MAX, Skills, Stop, Work};

const PRIORITY_MAX: i64 = 100;
/// What a job has besides.
const JOB: [&str; 4] = ["delivery", "pickup", "skills", "priority"];
/// Keys of a task, and of either end of a shipment.
const TASK: [&str; 9] = [
    "id",
    "description",
    "location",
    "location_index",
    "setup",
    "service",
    "setup_per_type",
    "service_per_type",
    "time_windows",
];

/// Whether priorities differ at all: where they do not, none is dearer than another.
pub(super) struct Priorities {
    differ: bool,
}

impl Priorities {
    pub(super) fn of(nodes: &[Node<'_>]) -> Self {
        let mut levels = nodes
            .iter()
            .map(|node| node.value().get("priority").and_then(serde_json::Value::as_i64));
        let first = levels.next().flatten().unwrap_or(0);
        Self { differ: levels.any(|level| level.unwrap_or(0) != first) }
    }

    fn penalty(&self, of: &Object<'_>) -> Option<i64> {
        let priority = of.get("priority").map_or(0, |node| node.whole(0, PRIORITY_MAX));
        self.differ.then_some(PRICE_MAX / (PRIORITY_MAX + 1) * (priority + 1))
    }
}

impl Reading {
    pub(super) fn job(
        &mut self,
        node: &Node<'_>,
        idx: usize,
        priorities: &Priorities,
    ) -> Option<Order> {
        let of = node.object(&[&TASK[..], &JOB].concat())?;
        let number = id(&of);
        if self.tasks.jobs.insert(number, idx).is_some() {
            node.fault("has the id of another job", "Give each an id of its own");
        }
        let stop = self.stop(&of)?;
        let (delivery, pickup) = (self.amount(&of, "delivery"), self.amount(&of, "pickup"));
        let skills = self.skills(&of);
        let alternatives = self.each_type(&of, &[&of], |service| Alternative {
            work: Work::Stop {
                at: Stop { service: service[0], ..stop.clone() },
                delivery: delivery.clone(),
                pickup: pickup.clone(),
                sources: Vec::new(),
            },
            skills,
            cost: 0,
        });
        Some(Order { id: number.to_string(), alternatives, penalty: priorities.penalty(&of) })
    }

    pub(super) fn shipment(
        &mut self,
        node: &Node<'_>,
        idx: usize,
        priorities: &Priorities,
    ) -> Option<Order> {
        let of = node.object(&["pickup", "delivery", "amount", "skills", "priority"])?;
        let from = of.needed("pickup")?.object(&TASK)?;
        let to = of.needed("delivery")?.object(&TASK)?;
        let (pickup, delivery) = (id(&from), id(&to));
        if self.tasks.pickups.insert(pickup, idx).is_some() {
            from.node().fault("has the id of another pickup", "Give each an id of its own");
        }
        if self.tasks.deliveries.insert(delivery, idx).is_some() {
            to.node().fault("has the id of another delivery", "Give each an id of its own");
        }
        let (first, second) = (self.stop(&from)?, self.stop(&to)?);
        let amount = self.amount(&of, "amount");
        let skills = self.skills(&of);
        let alternatives = self.each_type(&of, &[&from, &to], |service| Alternative {
            work: Work::Shipment {
                from: Stop { service: service[0], ..first.clone() },
                to: Stop { service: service[1], ..second.clone() },
                amount: amount.clone(),
                ride_max: None,
            },
            skills,
            cost: 0,
        });
        let id = format!("shipment {pickup}/{delivery}");
        Some(Order { id, alternatives, penalty: priorities.penalty(&of) })
    }

    fn stop(&mut self, of: &Object<'_>) -> Option<Stop> {
        let place = self.ways.place(of, "location", "location_index")?;
        let setup = of.get("setup").map_or(0, |node| node.whole(0, MOST)) > 0;
        let at = self.tasks.at.entry(place).or_default();
        at.0 += 1;
        at.1 |= setup || of.has("setup_per_type");
        Some(Stop { place, windows: self.windows(of), service: 0, lateness: None })
    }

    /// One alternative, or one a type of vehicle where the time of a task depends on it: that type
    /// alone may choose it.
    fn each_type(
        &mut self,
        of: &Object<'_>,
        ends: &[&Object<'_>],
        make: impl Fn(&[i32]) -> Alternative,
    ) -> Vec<Alternative> {
        let price = self.per_task_hour;
        let with = |kind: &str, skill: Skills| {
            let service: Vec<i32> = ends.iter().map(|end| service(end, kind)).collect();
            let mut way = make(&service);
            way.skills.0 |= skill.0;
            way.cost = service.iter().map(|&s| i64::from(s) * price / 3_600).sum();
            way
        };
        let per_type = |end: &&Object<'_>| end.has("service_per_type") || end.has("setup_per_type");
        if !ends.iter().any(per_type) {
            return vec![with("", Skills(0))];
        }
        let types = self.types.clone();
        let skills: Vec<Skills> = types.iter().map(|kind| self.of_type(kind, of.node())).collect();
        types.iter().zip(skills).map(|(kind, skill)| with(kind, skill)).collect()
    }
}

/// Setup and service of a task for a type of vehicle.
fn service(of: &Object<'_>, kind: &str) -> i32 {
    let part = |key: &str, per_type: &str| {
        let own = of.get(per_type).and_then(|node| {
            let keys: Vec<&str> = node.value().as_object()?.keys().map(String::as_str).collect();
            node.object(&keys)?.get(kind)
        });
        own.or_else(|| of.get(key)).map_or(0, |node| node.whole(0, SECONDS_MAX.into()))
    };
    let both = part("setup", "setup_per_type") + part("service", "service_per_type");
    both.min(SECONDS_MAX.into()) as i32
}
