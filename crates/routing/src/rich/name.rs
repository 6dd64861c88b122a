//! How a problem's things are called when something is said of them.

use super::plan::Doing;
use super::problem::{Problem, Unit, Visit, Work};

impl Problem {
    /// A vehicle: its id, and which of its type where there are several.
    pub fn unit_name(&self, unit: Unit) -> String {
        match self.vehicles.get(unit.vehicle) {
            Some(vehicle) if vehicle.count == 1 && unit.number == 0 => vehicle.id.clone(),
            Some(vehicle) => format!("{} no. {}", vehicle.id, u64::from(unit.number) + 1),
            None => format!("vehicle type {}", unit.vehicle),
        }
    }
    /// An order: its id.
    pub fn order_name(&self, order: usize) -> String {
        self.orders.get(order).map_or_else(|| format!("order {order}"), |order| order.id.clone())
    }
    /// What a vehicle does at a step.
    pub fn step_name(&self, unit: Unit, doing: Doing) -> String {
        match doing {
            Doing::Start => "the start".to_owned(),
            Doing::End => "the end".to_owned(),
            Doing::Break(None) => "a break".to_owned(),
            Doing::Break(Some(idx)) => {
                let breaks = self.vehicles.get(unit.vehicle).map(|vehicle| &vehicle.breaks);
                let id = breaks.and_then(|breaks| breaks.get(idx)).map(|rest| rest.id.as_str());
                id.map_or_else(|| format!("break {idx}"), |id| format!("break {id}"))
            }
            Doing::Visit(Visit::Reload(idx)) => format!("reload {idx}"),
            Doing::Visit(Visit::First { order, alternative }) => {
                let name = self.order_name(order);
                match self.orders.get(order).and_then(|order| order.alternatives.get(alternative)) {
                    Some(way) if matches!(way.work, Work::Shipment { .. }) => {
                        format!("{name} (pickup)")
                    }
                    _ => name,
                }
            }
            Doing::Visit(Visit::Second { order, .. }) => {
                format!("{} (delivery)", self.order_name(order))
            }
        }
    }
}
