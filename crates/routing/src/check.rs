//! An independent judge of any plan: shares the types with the search, none of its arithmetic.
//!
//! It drives each route from first to last in real numbers, from the points and tables themselves.

use crate::instance::{Instance, VehicleType};
use crate::plan::{Plan, Route};
use crate::travel::{Precision, Travel};

/// Units of the instance within which two times are the same: real numbers are not exact.
const TOLERANCE: f64 = 1e-3;

/// What is wrong with a plan; times and loads in units of the instance.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Fault {
    /// A node or vehicle type that the instance does not have.
    #[error("route {route}: {what} {index} is unknown")]
    Unknown {
        /// Index of the route.
        route: usize,
        /// Which.
        what: &'static str,
        /// What it is called.
        index: usize,
    },
    /// A stop is not exactly once on a route or unserved.
    #[error("stop {stop} is planned {times} times")]
    Times {
        /// The stop.
        stop: usize,
        /// So often it is.
        times: usize,
    },
    /// More vehicles than there are.
    #[error("vehicle type {vehicle}: {used} used of {count}")]
    Vehicles {
        /// The type.
        vehicle: usize,
        /// Used.
        used: usize,
        /// There are.
        count: u32,
    },
    /// The vehicle does not hold it.
    #[error(
        "route {route}: load {load} of dimension {dimension} at stop {stop}, capacity {capacity}"
    )]
    Load {
        /// Index of the route.
        route: usize,
        /// Where it is too much.
        stop: usize,
        /// Dimension.
        dimension: usize,
        /// Load on leaving.
        load: i64,
        /// Most.
        capacity: i32,
    },
    /// Too late.
    #[error("route {route}: at node {node} at {arrive}, closed after {close}")]
    Late {
        /// Index of the route.
        route: usize,
        /// Where.
        node: usize,
        /// When.
        arrive: f64,
        /// Latest.
        close: i32,
    },
    /// A pair is torn: on two routes, one half unserved, or delivered first.
    #[error("pair {pair}: pickup {pickup} is not before delivery {delivery} on one route")]
    Pair {
        /// Index of the pair.
        pair: usize,
        /// Its pickup.
        pickup: u32,
        /// Its delivery.
        delivery: u32,
    },
}

/// What the judge says of a plan.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Verdict {
    /// All that is wrong; none if the plan can be driven.
    pub faults: Vec<Fault>,
    /// Routes.
    pub vehicles: usize,
    /// Distance in units of the file.
    pub distance: f64,
    /// Vehicles, distance and time in money, in units of the file.
    pub cost: f64,
    /// Stops on no route.
    pub unserved: usize,
}

impl Verdict {
    /// Whether it can be driven and serves every stop.
    pub fn feasible(&self) -> bool {
        self.faults.is_empty() && self.unserved == 0
    }
}

/// Judges a plan.
pub fn check(instance: &Instance, plan: &Plan) -> Verdict {
    let mut verdict = Verdict { unserved: plan.unserved.len(), ..Verdict::default() };
    verdict.faults = unknown(instance, plan);
    if !verdict.faults.is_empty() {
        return verdict;
    }
    let scale = f64::from(instance.scale());
    count(instance, plan, &mut verdict.faults);
    for (idx, route) in plan.routes.iter().enumerate() {
        if route.stops.is_empty() {
            continue;
        }
        let vehicle = &instance.parts().vehicles[route.vehicle];
        check_load(instance, idx, route, vehicle, &mut verdict.faults);
        let drive = drive(instance, idx, route, vehicle, &mut verdict.faults);
        verdict.vehicles += 1;
        verdict.distance += drive.distance / scale;
        verdict.cost += (vehicle.fixed as f64
            + vehicle.per_distance as f64 * drive.distance
            + vehicle.per_time as f64 * drive.duration)
            / scale;
    }
    verdict
}

fn unknown(instance: &Instance, plan: &Plan) -> Vec<Fault> {
    let mut faults = Vec::new();
    let stops = instance.parts().depots..instance.nodes();
    for (route, Route { vehicle, stops: on }) in plan.routes.iter().enumerate() {
        if *vehicle >= instance.parts().vehicles.len() {
            faults.push(Fault::Unknown { route, what: "vehicle type", index: *vehicle });
        }
        for index in on.iter().map(|&stop| stop as usize).filter(|stop| !stops.contains(stop)) {
            faults.push(Fault::Unknown { route, what: "stop", index });
        }
    }
    let unserved = plan.unserved.iter().map(|&stop| stop as usize);
    for index in unserved.filter(|stop| !stops.contains(stop)) {
        faults.push(Fault::Unknown { route: plan.routes.len(), what: "stop", index });
    }
    faults
}

/// Each stop once, each vehicle once, each pair together.
fn count(instance: &Instance, plan: &Plan, faults: &mut Vec<Fault>) {
    let parts = instance.parts();
    let mut times = vec![0; instance.nodes()];
    // Where each stop is: route and position.
    let mut place = vec![(usize::MAX, 0); instance.nodes()];
    let mut used = vec![0; parts.vehicles.len()];
    for (idx, route) in plan.routes.iter().enumerate() {
        used[route.vehicle] += usize::from(!route.stops.is_empty());
        for (position, &stop) in route.stops.iter().enumerate() {
            times[stop as usize] += 1;
            place[stop as usize] = (idx, position);
        }
    }
    for &stop in &plan.unserved {
        times[stop as usize] += 1;
    }
    for (stop, &times) in times.iter().enumerate().skip(parts.depots) {
        if times != 1 {
            faults.push(Fault::Times { stop, times });
        }
    }
    for (vehicle, &used) in used.iter().enumerate() {
        let count = parts.vehicles[vehicle].count;
        if used > count as usize {
            faults.push(Fault::Vehicles { vehicle, used, count });
        }
    }
    for (pair, of) in parts.pairs.iter().enumerate() {
        let (pickup, delivery) = (place[of.pickup as usize], place[of.delivery as usize]);
        let unserved = pickup.0 == usize::MAX && delivery.0 == usize::MAX;
        if !unserved && (pickup.0 != delivery.0 || pickup.1 >= delivery.1) {
            faults.push(Fault::Pair { pair, pickup: of.pickup, delivery: of.delivery });
        }
    }
}

fn check_load(
    instance: &Instance,
    idx: usize,
    route: &Route,
    vehicle: &VehicleType,
    faults: &mut Vec<Fault>,
) {
    for (dimension, &capacity) in vehicle.capacity.iter().enumerate() {
        let mut load = 0;
        for &stop in &route.stops {
            load += i64::from(instance.demand(stop as usize)[dimension]);
            if load > i64::from(capacity) {
                let stop = stop as usize;
                faults.push(Fault::Load { route: idx, stop, dimension, load, capacity });
                break;
            }
        }
    }
}

struct Drive {
    distance: f64,
    duration: f64,
}

/// Drives a route: distance, and the least duration with the earliest return.
fn drive(
    instance: &Instance,
    idx: usize,
    route: &Route,
    vehicle: &VehicleType,
    faults: &mut Vec<Fault>,
) -> Drive {
    let windows = &instance.parts().windows;
    let start = vehicle.start as usize;
    let mut nodes = vec![start];
    nodes.extend(route.stops.iter().map(|&stop| stop as usize));
    nodes.extend(vehicle.end.map(|end| end as usize));
    let mut distance = 0.0;
    let mut time = f64::from(windows[start].open.max(vehicle.shift.open));
    // What the departure may be put off without a later return.
    let mut slack = f64::INFINITY;
    let mut waited = 0.0;
    for (position, pair) in nodes.windows(2).enumerate() {
        let (from, node) = (pair[0], pair[1]);
        let served = if position == 0 { 0.0 } else { f64::from(instance.parts().service[from]) };
        distance += real(instance, from, node, false);
        let arrive = time + served + real(instance, from, node, true);
        let returns = vehicle.end.is_some() && position + 2 == nodes.len();
        let close = if returns {
            windows[node].close.min(vehicle.shift.close)
        } else {
            windows[node].close
        };
        if arrive > f64::from(close) + TOLERANCE {
            faults.push(Fault::Late { route: idx, node, arrive, close });
        }
        let open = if returns { arrive } else { f64::from(windows[node].open) };
        time = arrive.max(open);
        waited += time - arrive;
        slack = slack.min(f64::from(close) - time + waited).max(0.0);
    }
    let first =
        f64::from(windows[start].close) - f64::from(windows[start].open.max(vehicle.shift.open));
    let mut end = time;
    if vehicle.end.is_none() {
        end += nodes.last().map_or(0.0, |&last| f64::from(instance.parts().service[last]));
        if end > f64::from(vehicle.shift.close) + TOLERANCE {
            let node = *nodes.last().unwrap_or(&start);
            faults.push(Fault::Late { route: idx, node, arrive: end, close: vehicle.shift.close });
        }
    }
    let begun = f64::from(windows[start].open.max(vehicle.shift.open));
    Drive { distance, duration: end - begun - waited.min(slack).min(first.max(0.0)) }
}

/// The arc in units of the instance: a real number where the instance is of real numbers.
fn real(instance: &Instance, from: usize, to: usize, time: bool) -> f64 {
    match &instance.parts().travel {
        Travel::Plane { points, precision } => {
            let [x, y] = [0, 1].map(|axis| points[from][axis] - points[to][axis]);
            let straight = x.hypot(y);
            match precision {
                Precision::Double => straight * 1e4,
                Precision::Trunc1 => (straight * 10.0 + 1e-7).floor(),
                Precision::Round => straight.round(),
            }
        }
        Travel::Table { distance, duration } => {
            let table = if time { duration.as_ref().unwrap_or(distance) } else { distance };
            f64::from(table[from * instance.nodes() + to])
        }
    }
}
