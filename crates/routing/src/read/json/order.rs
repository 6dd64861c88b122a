//! Orders of a document.

use super::node::{Node, Object};
use super::{Reading, Skilled};
use crate::rich::problem::{AMOUNT_MAX, Alternative, Lateness, Order, Source, Stop, Work};
use serde_json::Value;

const STOP: [&str; 8] =
    ["place", "windows", "service_s", "due", "late_cost_per_h", "delivery", "pickup", "sources"];
const END: [&str; 5] = ["place", "windows", "service_s", "due", "late_cost_per_h"];
const SHIPMENT: [&str; 4] = ["from", "to", "amount", "ride_max_s"];

impl Reading {
    pub(super) fn order(&mut self, node: &Node<'_>) -> Option<Order> {
        let own = ["id", "penalty", "skills", "alternatives"];
        let order = node.object(&[&own[..], &STOP, &SHIPMENT].concat())?;
        let alternatives = match order.get("alternatives") {
            None => self.way(&order).into_iter().collect(),
            Some(list) => {
                if order.has("place") || order.has("from") {
                    node.fault(
                        "is both an order and alternatives",
                        "Write the stop in each of them",
                    );
                }
                let ways = list.list();
                if ways.is_empty() {
                    list.fault("has no alternative", "Write at least one");
                }
                let keys = [&["skills", "cost"][..], &STOP, &SHIPMENT].concat();
                ways.iter()
                    .filter_map(|way| {
                        let way = way.object(&keys)?;
                        let mut read = self.way(&way)?;
                        // What the order asks for holds for each way of serving it.
                        read.skills.0 |= self.skills.read(order.get("skills")).0;
                        Some(read)
                    })
                    .collect()
            }
        };
        let penalty = order.get("penalty").map(|penalty| penalty.money());
        Some(Order { id: order.id(), alternatives, penalty })
    }

    /// One way of serving an order: a stop, or from a stop to another.
    fn way(&mut self, way: &Object<'_>) -> Option<Alternative> {
        let work = match (way.get("from"), way.get("to")) {
            (None, None) => Work::Stop {
                at: self.stop(way)?,
                delivery: self.amount(way.get("delivery")),
                pickup: self.amount(way.get("pickup")),
                sources: way.items("sources").iter().filter_map(|s| self.source(s)).collect(),
            },
            (from, to) => {
                let mut end = |node: Option<Node<'_>>, key| {
                    let Some(node) = node else {
                        way.node().fault(format!("has no key {key}"), "Add it");
                        return None;
                    };
                    self.stop(&node.object(&END)?)
                };
                let (from, to) = (end(from, "from"), end(to, "to"));
                for key in STOP.iter().filter(|key| way.has(key)) {
                    way.node().fault(
                        format!("has {key} beside from and to"),
                        "Write it in from or to; amounts of both are amount",
                    );
                }
                let ride_max = way.get("ride_max_s").map(|ride| ride.seconds());
                Work::Shipment {
                    from: from?,
                    to: to?,
                    amount: self.amount(way.get("amount")),
                    ride_max,
                }
            }
        };
        for key in ["amount", "ride_max_s"] {
            if matches!(work, Work::Stop { .. }) && way.has(key) {
                way.node()
                    .fault(format!("has {key} and no from and to"), "Write delivery or pickup");
            }
        }
        let cost = way.get("cost").map_or(0, |cost| cost.money());
        Some(Alternative { work, skills: self.skills.read(way.get("skills")), cost })
    }

    /// A depot where a delivery can be loaded.
    fn source(&mut self, node: &Node<'_>) -> Option<Source> {
        let of = node.object(&["place", "ready", "stock"])?;
        let stock = of.get("stock").and_then(|stock| {
            let known = self.stocks.iter().position(|id| *id == stock.text());
            if known.is_none() {
                stock.fault("is no stock", "Write the id of one of stocks");
            }
            known
        });
        let place = self.places.read(&of.needed("place")?);
        let ready = of.get("ready").map_or(0, |ready| self.times.read(&ready));
        Some(Source { place, ready, stock })
    }

    fn stop(&mut self, stop: &Object<'_>) -> Option<Stop> {
        let place = self.places.read(&stop.needed("place")?);
        let windows = self.times.windows(stop.get("windows"));
        let service = stop.get("service_s").map_or(0, |service| service.seconds());
        let due = stop.get("due").map(|due| self.times.read(&due));
        let price = stop.get("late_cost_per_h").map(|price| price.money());
        let lateness = match (due, price) {
            (Some(due), Some(per_hour)) => Some(Lateness { due, per_hour }),
            (None, None) => None,
            _ => {
                stop.node().fault("has due or late_cost_per_h alone", "Write both or none");
                None
            }
        };
        Some(Stop { place, windows, service, lateness })
    }

    /// A number, or one a dimension; none is zero.
    pub(super) fn amount(&self, node: Option<Node<'_>>) -> Vec<i64> {
        let Some(node) = node else { return vec![0; self.dimensions] };
        let one = |node: &Node<'_>| {
            let number = node.value().as_f64();
            if number.is_some_and(|number| number.fract() != 0.0) {
                node.fault("is not whole", "Count in a smaller unit, such as g for kg");
                return 0;
            }
            node.whole(0, AMOUNT_MAX)
        };
        let amounts = match node.value() {
            Value::Number(_) => vec![one(&node)],
            _ => node.list().iter().map(one).collect(),
        };
        if amounts.len() != self.dimensions {
            let count = self.dimensions;
            node.fault(
                format!("has {} dimensions", amounts.len()),
                format!("Write {count}, as the first vehicle's capacity has"),
            );
            return vec![0; count];
        }
        amounts
    }
}

impl Skilled {
    /// A list of skills as a set.
    pub(crate) fn read(&mut self, node: Option<Node<'_>>) -> crate::rich::Skills {
        let mut skills = crate::rich::Skills::default();
        for item in node.map_or_else(Vec::new, |node| node.list()) {
            match self.bit(&item.text()) {
                Some(bit) => skills.0 |= bit,
                None => item.fault("is one skill too many", "Use at most 64"),
            }
        }
        skills
    }

    /// The bit of a skill; none when there are too many.
    pub(crate) fn bit(&mut self, name: &str) -> Option<u64> {
        let known = self.names.iter().position(|known| known == name);
        let idx = known.unwrap_or_else(|| {
            self.names.push(name.to_owned());
            self.names.len() - 1
        });
        (idx < crate::rich::problem::SKILLS_MAX).then(|| 1 << idx)
    }
}
