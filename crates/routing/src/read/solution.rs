//! Solution files as CVRPLIB and SINTEF have them: `Route #1: 5 3 8`, `Cost 123`.

use super::fault::{Faults, ReadError};
use crate::instance::Instance;
use crate::plan::{Plan, Route};
use std::fmt::Write;

/// A solution file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Solution {
    /// Vehicle and stops of each route that is not empty, as the file numbers them: vehicles from 1,
    /// stops from 1 for the first after the depot.
    pub routes: Vec<(usize, Vec<u32>)>,
    /// The cost it names.
    pub cost: Option<f64>,
}

/// Reads a solution; lines that are neither a route nor a cost are passed over.
pub fn read(text: &str) -> Result<Solution, ReadError> {
    let mut faults = Faults::default();
    let mut solution = Solution::default();
    for (idx, line) in text.lines().enumerate() {
        let line_number = idx + 1;
        let lower = line.trim_start().to_ascii_lowercase();
        if let Some(rest) = lower.strip_prefix("route") {
            let Some((vehicle, stops)) = rest.split_once(':') else {
                faults.add(line_number, "route", line, "without a colon", "Write Route #1: 5 3 8.");
                continue;
            };
            let vehicle = vehicle.trim().trim_start_matches('#').trim();
            let vehicle = faults.number(line_number, "route", vehicle, "Number routes from 1.");
            let stops: Vec<u32> = (stops.split_whitespace())
                .map(|stop| faults.number(line_number, "stop", stop, "Number stops from 1."))
                .collect();
            if !stops.is_empty() {
                solution.routes.push((vehicle, stops));
            }
        } else if let Some(cost) = lower.strip_prefix("cost") {
            let cost = cost.trim_start_matches([':', ' ', '\t']).trim();
            solution.cost = Some(faults.number(line_number, "cost", cost, "Write a number."));
        }
    }
    faults.finish()?;
    Ok(solution)
}

impl Solution {
    /// The plan for an instance of one depot: route #i is driven by vehicle i where types differ.
    pub fn plan(&self, instance: &Instance) -> Plan {
        let types = &instance.parts().vehicles;
        // Vehicles are numbered through all types.
        let type_of = |vehicle: usize| {
            let mut last = 0;
            types.iter().position(|kind| {
                last += kind.count as usize;
                vehicle <= last
            })
        };
        let routes = self.routes.iter().map(|(vehicle, stops)| Route {
            vehicle: if types.len() == 1 { 0 } else { type_of(*vehicle).unwrap_or(types.len()) },
            stops: stops.clone(),
        });
        Plan::new(instance, routes.collect())
    }
}

/// Writes a solution that [`read`] reads; vehicles are numbered through all types.
pub fn write(instance: &Instance, plan: &Plan, cost: f64) -> String {
    let mut text = String::new();
    let mut next: Vec<usize> = Vec::new();
    let mut first = 1;
    for kind in &instance.parts().vehicles {
        next.push(first);
        first += kind.count as usize;
    }
    for route in &plan.routes {
        let stops: Vec<String> = route.stops.iter().map(ToString::to_string).collect();
        let number = next[route.vehicle];
        next[route.vehicle] += 1;
        writeln!(text, "Route #{number}: {}", stops.join(" ")).expect("a string takes all");
    }
    writeln!(text, "Cost {}", (cost * 1e4).round() / 1e4).expect("a string takes all");
    text
}
