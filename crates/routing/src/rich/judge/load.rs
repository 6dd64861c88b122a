//! What is on board between two stops, and the energy that takes.

use super::Walk;
use super::drive::legs;
use super::fault::Fault;
use crate::rich::plan::Doing;
use crate::rich::problem::{Visit, Work};

/// What the ways of a route take.
pub(super) struct Burden {
    pub(super) metres: i64,
    pub(super) driven: i64,
    /// Metres times the load of the first dimension.
    load_metres: i128,
}

impl Burden {
    /// Units of energy; none where nothing is known of the vehicle's.
    pub(super) fn units(&self, walk: &Walk<'_>) -> Option<f64> {
        let consumption = walk.vehicle.consumption?;
        let more = consumption.full_per_100km - consumption.empty_per_100km;
        let full = match walk.vehicle.capacity.first() {
            Some(&capacity) if capacity > 0 => self.load_metres as f64 / capacity as f64,
            _ => 0.0,
        };
        Some((self.metres as f64 * consumption.empty_per_100km + more * full) / 100_000.0)
    }
}

/// Load on leaving each step, a row a step; capacity and battery hold it.
pub(super) fn check(walk: &Walk<'_>, faults: &mut Vec<Fault>) -> Burden {
    let loads = on_board(walk);
    if walk.vehicle.start.is_none() && walk.done == 0 {
        let load = deliveries(walk, 0);
        too_much(walk, 0, &load, faults);
    }
    for (idx, load) in loads.iter().enumerate() {
        // What has been driven is a fact, the way on from there is not.
        if idx + 1 < walk.done {
            continue;
        }
        too_much(walk, idx, load, faults);
    }
    let mut burden = Burden { metres: 0, driven: 0, load_metres: 0 };
    for leg in legs(walk) {
        let load = loads[leg.before - 1].first().copied().unwrap_or(0);
        burden.metres += leg.metres;
        burden.driven += leg.seconds;
        burden.load_metres += i128::from(leg.metres) * i128::from(load);
    }
    let battery = walk.vehicle.consumption.and_then(|consumption| consumption.most);
    if let (Some(units), Some(most)) = (burden.units(walk), battery)
        && units > most * (1.0 + 1e-9)
        && walk.lives()
    {
        faults.push(Fault::Energy { unit: walk.name.clone(), units, most });
    }
    burden
}

/// A fault for each dimension in which a step leaves more on board than the vehicle holds.
fn too_much(walk: &Walk<'_>, idx: usize, load: &[i64], faults: &mut Vec<Fault>) {
    for (dimension, (&load, &capacity)) in load.iter().zip(&walk.vehicle.capacity).enumerate() {
        if load > capacity && walk.lives() {
            let at = walk.at(walk.route.steps[idx].doing);
            let unit = walk.name.clone();
            faults.push(Fault::Load { unit, at, dimension, load, capacity });
        }
    }
}

/// What each trip takes along is known from its stops: deliveries from its loading on, pickups until
/// its unloading, shipments from stop to stop whatever is loaded in between.
pub(super) fn on_board(walk: &Walk<'_>) -> Vec<Vec<i64>> {
    let dimensions = walk.problem.dimensions;
    let mut loads = Vec::with_capacity(walk.route.steps.len());
    let mut shipped = vec![0; dimensions];
    let mut left_to_deliver = deliveries(walk, 0);
    let mut picked = vec![0; dimensions];
    for (idx, step) in walk.route.steps.iter().enumerate() {
        match step.doing {
            Doing::Visit(Visit::Reload(_)) => {
                left_to_deliver = deliveries(walk, idx + 1);
                picked.fill(0);
            }
            Doing::Visit(
                visit
                @ (Visit::First { order, alternative } | Visit::Second { order, alternative }),
            ) => {
                let sign = if matches!(visit, Visit::First { .. }) { 1 } else { -1 };
                match &walk.alternative(order, alternative).work {
                    Work::Stop { delivery, pickup, .. } => {
                        add(&mut left_to_deliver, delivery, -1);
                        add(&mut picked, pickup, 1);
                    }
                    Work::Shipment { amount, .. } => add(&mut shipped, amount, sign),
                }
            }
            _ => {}
        }
        let parts = left_to_deliver.iter().zip(&picked).zip(&shipped);
        loads.push(parts.map(|((deliver, picked), shipped)| deliver + picked + shipped).collect());
    }
    loads
}

/// Deliveries of the trip whose first step is `from`.
fn deliveries(walk: &Walk<'_>, from: usize) -> Vec<i64> {
    let mut sum = vec![0; walk.problem.dimensions];
    for step in &walk.route.steps[from..] {
        match step.doing {
            Doing::Visit(Visit::Reload(_)) => break,
            Doing::Visit(Visit::First { order, alternative }) => {
                if let Work::Stop { delivery, .. } = &walk.alternative(order, alternative).work {
                    add(&mut sum, delivery, 1);
                }
            }
            _ => {}
        }
    }
    sum
}

fn add(sum: &mut [i64], amount: &[i64], sign: i64) {
    for (sum, amount) in sum.iter_mut().zip(amount) {
        *sum += sign * amount;
    }
}
