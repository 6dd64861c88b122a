//! A routing problem as flat arrays of whole numbers, checked once.

use crate::travel::{ARC_MAX, Travel};

/// The latest time, in units of the instance; a window without an end ends here.
pub const TIME_MAX: i32 = 1 << 29;
/// The largest number of nodes.
pub const NODES_MAX: usize = 60_000;
/// The largest amount of a demand or capacity: the sum over all nodes stays within 32 bits.
pub const AMOUNT_MAX: i32 = 1 << 30;
/// The largest cost of a vehicle, a distance or an hour.
pub const COST_MAX: i64 = 1 << 40;

/// When service may start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Earliest start; who comes sooner waits.
    pub open: i32,
    /// Latest start; at an end depot the latest return.
    pub close: i32,
}

impl Window {
    /// The whole day.
    pub const ALWAYS: Self = Self { open: 0, close: TIME_MAX };
}

/// A pickup and its delivery: one vehicle does both, the pickup first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair {
    /// The node that is picked up at; its demand is positive.
    pub pickup: u32,
    /// The node that is delivered to; its demand is the pickup's, negative.
    pub delivery: u32,
}

/// Vehicles that are alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VehicleType {
    /// How much it holds, a number a dimension.
    pub capacity: Vec<i32>,
    /// Cost of using one at all.
    pub fixed: i64,
    /// Cost of a unit of distance.
    pub per_distance: i64,
    /// Cost of a unit of time from leaving to returning, waiting included.
    pub per_time: i64,
    /// How many there are.
    pub count: u32,
    /// The depot it leaves from.
    pub start: u32,
    /// The depot it returns to; none where the route ends at its last stop.
    pub end: Option<u32>,
    /// Earliest leave and latest return of the driver.
    pub shift: Window,
}

impl VehicleType {
    /// So many that hold so much, leave from and return to the first depot at any time, and cost their
    /// distance alone.
    pub fn plain(capacity: i32, count: u32) -> Self {
        Self {
            capacity: vec![capacity],
            fixed: 0,
            per_distance: 1,
            per_time: 0,
            count,
            start: 0,
            end: Some(0),
            shift: Window::ALWAYS,
        }
    }
}

/// The parts of an [`Instance`], not yet checked. Nodes are numbered from 0, depots first.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    /// As the file calls it.
    pub name: String,
    /// Nodes `0..depots` are depots.
    pub depots: usize,
    /// Distances and durations.
    pub travel: Travel,
    /// Capacity dimensions, at least 1.
    pub dimensions: usize,
    /// Demand, node-major; what a stop adds to the load of the vehicle that leaves it. A delivery
    /// of a pair is negative, every other demand is not.
    pub demand: Vec<i32>,
    /// A window a node.
    pub windows: Vec<Window>,
    /// Time of service, a number a node.
    pub service: Vec<i32>,
    /// Pickups and deliveries.
    pub pairs: Vec<Pair>,
    /// Types of vehicles, at least one.
    pub vehicles: Vec<VehicleType>,
}

/// A routing problem that cannot be wrong: see [`Instance::new`].
#[derive(Clone, Debug, PartialEq)]
pub struct Instance {
    parts: Draft,
    /// Whether any node has a window, service or shift that could matter.
    timed: bool,
}

/// What is wrong with a [`Draft`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InstanceError {
    /// A table has not the size that the number of nodes asks for.
    #[error("{table} has {is} values where {expect} are needed")]
    Size {
        /// Which.
        table: &'static str,
        /// Values it has.
        is: usize,
        /// Values it needs.
        expect: usize,
    },
    /// A number outside its bounds.
    #[error("{table} of {at} is {value}: not in {low} to {high}")]
    Bound {
        /// Which table.
        table: &'static str,
        /// Node, or index in the table.
        at: usize,
        /// The number.
        value: i64,
        /// Least.
        low: i64,
        /// Most.
        high: i64,
    },
    /// A pair that is none.
    #[error("pair {pair}: {fault}")]
    Pair {
        /// Index of the pair.
        pair: usize,
        /// What is wrong.
        fault: &'static str,
    },
}

impl Instance {
    /// Checks the parts: sizes fit, numbers are within their bounds, pairs are pairs.
    pub fn new(parts: Draft) -> Result<Self, InstanceError> {
        let n = parts.windows.len();
        bound("number of nodes", 0, n as i64, parts.depots as i64, NODES_MAX as i64)?;
        bound("number of depots", 0, parts.depots as i64, 1, n as i64)?;
        bound("number of dimensions", 0, parts.dimensions as i64, 1, 16)?;
        bound("number of vehicle types", 0, parts.vehicles.len() as i64, 1, 1 << 14)?;
        size("demand", parts.demand.len(), n * parts.dimensions)?;
        size("service", parts.service.len(), n)?;
        check_travel(&parts.travel, n)?;
        for (node, window) in parts.windows.iter().enumerate() {
            let (open, close) = (i64::from(window.open), i64::from(window.close));
            bound("window's open", node, open, 0, TIME_MAX.into())?;
            bound("window's close", node, close, 0, TIME_MAX.into())?;
            bound("service", node, parts.service[node].into(), 0, ARC_MAX.into())?;
        }
        for vehicle in &parts.vehicles {
            check_vehicle(vehicle, &parts)?;
        }
        check_loads(&parts)?;
        let late = |window: &Window| window.open > 0 || window.close < TIME_MAX;
        let timed = parts.windows.iter().any(late)
            || parts.vehicles.iter().any(|v| late(&v.shift) || v.per_time > 0);
        Ok(Self { parts, timed })
    }
    /// The parts.
    pub const fn parts(&self) -> &Draft {
        &self.parts
    }
    /// As the file calls it.
    pub fn name(&self) -> &str {
        &self.parts.name
    }
    /// Number of nodes, depots included.
    pub fn nodes(&self) -> usize {
        self.parts.windows.len()
    }
    /// Number of stops.
    pub fn stops(&self) -> usize {
        self.nodes() - self.parts.depots
    }
    /// Distance from node to node, in units of the instance.
    pub fn distance(&self, from: usize, to: usize) -> i32 {
        self.parts.travel.distance(self.nodes(), from, to)
    }
    /// Duration from node to node, in units of the instance.
    pub fn duration(&self, from: usize, to: usize) -> i32 {
        self.parts.travel.duration(self.nodes(), from, to)
    }
    /// Whether time matters at all.
    pub const fn timed(&self) -> bool {
        self.timed
    }
    /// What `node` adds to the load, a number a dimension.
    pub fn demand(&self, node: usize) -> &[i32] {
        let dimensions = self.parts.dimensions;
        &self.parts.demand[node * dimensions..][..dimensions]
    }
    /// Units of the instance in one unit of the file.
    pub const fn scale(&self) -> i32 {
        match self.parts.travel {
            Travel::Plane { precision, .. } => precision.scale(),
            Travel::Table { .. } => 1,
        }
    }
    /// The same instance with at most `count` vehicles of each type.
    #[must_use]
    pub fn with_vehicles_at_most(mut self, count: u32) -> Self {
        for vehicle in &mut self.parts.vehicles {
            vehicle.count = vehicle.count.min(count);
        }
        self
    }
}

fn size(table: &'static str, is: usize, expect: usize) -> Result<(), InstanceError> {
    if is == expect { Ok(()) } else { Err(InstanceError::Size { table, is, expect }) }
}

fn bound(
    table: &'static str,
    at: usize,
    value: i64,
    low: i64,
    high: i64,
) -> Result<(), InstanceError> {
    if (low..=high).contains(&value) {
        Ok(())
    } else {
        Err(InstanceError::Bound { table, at, value, low, high })
    }
}

fn check_travel(travel: &Travel, n: usize) -> Result<(), InstanceError> {
    match travel {
        Travel::Plane { points, precision } => {
            size("points", points.len(), n)?;
            let corner = points.iter().flatten().fold(0.0_f64, |most, x| most.max(x.abs()));
            // The longest distance there can be between points within that corner.
            let longest = corner * 2.0 * std::f64::consts::SQRT_2 * f64::from(precision.scale());
            let finite = points.iter().flatten().all(|x| x.is_finite());
            let longest = if finite { longest.min(1e18) as i64 } else { i64::MAX };
            bound("longest distance", 0, longest, 0, ARC_MAX.into())
        }
        Travel::Table { distance, duration } => {
            for (name, table) in [("distance", Some(distance)), ("duration", duration.as_ref())] {
                let Some(table) = table else { continue };
                size(name, table.len(), n * n)?;
                for (at, &value) in table.iter().enumerate() {
                    bound(name, at, value.into(), 0, ARC_MAX.into())?;
                }
            }
            Ok(())
        }
    }
}

fn check_vehicle(vehicle: &VehicleType, parts: &Draft) -> Result<(), InstanceError> {
    size("capacity", vehicle.capacity.len(), parts.dimensions)?;
    for (at, &capacity) in vehicle.capacity.iter().enumerate() {
        bound("capacity", at, capacity.into(), 0, AMOUNT_MAX.into())?;
    }
    for (table, cost) in [
        ("fixed cost", vehicle.fixed),
        ("cost of distance", vehicle.per_distance),
        ("cost of time", vehicle.per_time),
    ] {
        bound(table, 0, cost, 0, COST_MAX)?;
    }
    for depot in [Some(vehicle.start), vehicle.end].into_iter().flatten() {
        bound("depot", 0, depot.into(), 0, parts.depots as i64 - 1)?;
    }
    bound("shift's start", 0, vehicle.shift.open.into(), 0, TIME_MAX.into())?;
    bound("shift's end", 0, vehicle.shift.close.into(), 0, TIME_MAX.into())
}

/// Demands are within bounds; a pair is a pickup and a delivery of as much.
fn check_loads(parts: &Draft) -> Result<(), InstanceError> {
    let (n, dimensions) = (parts.windows.len(), parts.dimensions);
    let demand = |node: usize| &parts.demand[node * dimensions..][..dimensions];
    let mut role = vec![0_u8; n];
    for (pair, &Pair { pickup, delivery }) in parts.pairs.iter().enumerate() {
        let fault = |fault| Err(InstanceError::Pair { pair, fault });
        let (pickup, delivery) = (pickup as usize, delivery as usize);
        if pickup.min(delivery) < parts.depots || pickup.max(delivery) >= n {
            return fault("names a node that is no stop");
        }
        if pickup == delivery || role[pickup] != 0 || role[delivery] != 0 {
            return fault("names a stop that another pair names too");
        }
        let even = demand(pickup).iter().zip(demand(delivery)).all(|(&p, &d)| p >= 0 && p == -d);
        if !even {
            return fault("does not deliver what it picks up");
        }
        (role[pickup], role[delivery]) = (1, 2);
    }
    for dimension in 0..dimensions {
        let mut total = 0;
        for (node, &role) in role.iter().enumerate() {
            let value = i64::from(demand(node)[dimension]);
            let low = if role == 2 { -i64::from(AMOUNT_MAX) } else { 0 };
            bound("demand", node, value, low, AMOUNT_MAX.into())?;
            total += value.max(0);
        }
        bound("demand in all", dimension, total, 0, AMOUNT_MAX.into())?;
    }
    Ok(())
}
