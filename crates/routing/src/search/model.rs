//! The instance as the search sees it: renumbered along a space-filling curve, so that what is near
//! on the map is near in memory, with nearest neighbours at hand.

use super::arcs::{Arcs, Row};
use super::near::Grid;
use crate::instance::{Draft, Instance, TIME_MAX};
use crate::travel::Travel;

/// No node, no route.
pub(crate) const NONE: u32 = u32::MAX;
/// Neighbours that are kept of each stop.
const NEIGHBOURS: usize = 100;
/// Up to so many stops all are compared with all.
const COMPARED_MAX: usize = 2_000;

/// A vehicle type in the search's numbering.
#[derive(Clone, Debug)]
pub(crate) struct Kind {
    pub(crate) capacity: Vec<i32>,
    pub(crate) fixed: i64,
    pub(crate) per_distance: i64,
    pub(crate) per_time: i64,
    pub(crate) count: u32,
    pub(crate) start: u32,
    pub(crate) end: u32,
    /// Earliest leave.
    pub(crate) begin: i32,
    /// Latest leave.
    pub(crate) begin_late: i32,
    /// Latest return.
    pub(crate) back: i32,
}

/// The instance without its arcs.
#[derive(Debug)]
pub(crate) struct Model {
    /// The instance's node for each of ours.
    pub(crate) original: Vec<u32>,
    /// Nodes `first..n` are stops.
    pub(crate) first: usize,
    pub(crate) n: usize,
    pub(crate) dimensions: usize,
    pub(crate) demand: Vec<i32>,
    pub(crate) open: Vec<i32>,
    pub(crate) close: Vec<i32>,
    pub(crate) service: Vec<i32>,
    /// The other half of a pair, or [`NONE`].
    pub(crate) partner: Vec<u32>,
    /// Whether the node is the delivery of a pair.
    pub(crate) delivers: Vec<bool>,
    pub(crate) paired: bool,
    /// Whether any driver's time is paid.
    pub(crate) paid: bool,
    pub(crate) kinds: Vec<Kind>,
    /// Whether cost is distance, and load a number.
    pub(crate) plain: bool,
    /// Nearest first, `per_node` a stop.
    near: Vec<u32>,
    per_node: usize,
    /// The shortest time into and out of each stop.
    pub(crate) least_in: Vec<i32>,
    pub(crate) least_out: Vec<i32>,
    /// Distance from the first type's depot.
    pub(crate) from_depot: Vec<i32>,
}

impl Model {
    /// Without neighbours: see [`Model::measure`].
    pub(crate) fn new(instance: &Instance) -> Self {
        let parts = instance.parts();
        let original = order(instance);
        let depots = parts.depots;
        let open_ended = parts.vehicles.iter().any(|vehicle| vehicle.end.is_none());
        let first = depots + usize::from(open_ended);
        let nodes = instance.nodes();
        let of = |node: u32| Some(node as usize).filter(|&node| node < nodes);
        let column = |get: &dyn Fn(usize) -> i32, nowhere: i32| -> Vec<i32> {
            original.iter().map(|&node| of(node).map_or(nowhere, get)).collect()
        };
        let mut ours = vec![NONE; nodes];
        for (idx, &node) in original.iter().enumerate() {
            if let Some(node) = of(node) {
                ours[node] = idx as u32;
            }
        }
        let mut partner = vec![NONE; original.len()];
        let mut delivers = vec![false; original.len()];
        for pair in &parts.pairs {
            let (pickup, delivery) = (ours[pair.pickup as usize], ours[pair.delivery as usize]);
            partner[pickup as usize] = delivery;
            partner[delivery as usize] = pickup;
            delivers[delivery as usize] = true;
        }
        let kind = |vehicle: &crate::instance::VehicleType| {
            let start = &parts.windows[vehicle.start as usize];
            let close = vehicle.end.map_or(TIME_MAX, |end| parts.windows[end as usize].close);
            Kind {
                capacity: vehicle.capacity.clone(),
                fixed: vehicle.fixed,
                per_distance: vehicle.per_distance,
                per_time: vehicle.per_time,
                count: vehicle.count,
                start: vehicle.start,
                end: vehicle.end.unwrap_or(depots as u32),
                begin: start.open.max(vehicle.shift.open),
                begin_late: start.close,
                back: close.min(vehicle.shift.close),
            }
        };
        let demand = original.iter().flat_map(|&node| {
            let demand = of(node).map(|node| instance.demand(node));
            (0..parts.dimensions).map(move |dimension| demand.map_or(0, |of| of[dimension]))
        });
        Self {
            first,
            n: original.len(),
            dimensions: parts.dimensions,
            demand: demand.collect(),
            open: column(&|node| parts.windows[node].open, 0),
            close: column(&|node| parts.windows[node].close, TIME_MAX),
            service: original
                .iter()
                .map(|&node| of(node).filter(|&n| n >= depots).map_or(0, |n| parts.service[n]))
                .collect(),
            partner,
            delivers,
            paired: !parts.pairs.is_empty(),
            paid: parts.vehicles.iter().any(|vehicle| vehicle.per_time > 0),
            kinds: parts.vehicles.iter().map(kind).collect(),
            plain: is_plain(parts),
            near: Vec::new(),
            per_node: 0,
            least_in: Vec::new(),
            least_out: Vec::new(),
            from_depot: Vec::new(),
            original,
        }
    }

    /// Finds neighbours and shortest arcs.
    pub(crate) fn measure<A: Arcs>(&mut self, instance: &Instance, arcs: &A) {
        let stops = self.n - self.first;
        self.per_node = NEIGHBOURS.min(stops.saturating_sub(1));
        self.least_in = vec![0; self.n];
        self.least_out = vec![0; self.n];
        let depot = arcs.row(self.kinds[0].start);
        self.from_depot = (0..self.n as u32).map(|node| depot.to(node)).collect();
        let points: Vec<[f64; 2]> = match &instance.parts().travel {
            Travel::Plane { points, .. } if stops > COMPARED_MAX => {
                self.original[self.first..].iter().map(|&node| points[node as usize]).collect()
            }
            _ => Vec::new(),
        };
        let grid = (!points.is_empty()).then(|| Grid::new(&points));
        let mut others: Vec<u32> = (0..stops as u32).collect();
        let mut by_distance: Vec<(i32, u32)> = Vec::with_capacity(stops);
        for node in self.first as u32..self.n as u32 {
            if let Some(grid) = &grid {
                grid.around(node - self.first as u32, self.per_node, &mut others);
            }
            let row = arcs.row(node);
            let depots = 0..self.first as u32;
            let all = depots.chain(others.iter().map(|other| other + self.first as u32));
            let all = all.filter(|&other| other != node);
            let least = |time: &dyn Fn(u32) -> i32| all.clone().map(time).min().unwrap_or(0);
            self.least_in[node as usize] = least(&|other| row.time_from(other));
            self.least_out[node as usize] = least(&|other| row.time_to(other));
            by_distance.clear();
            let stops = all.filter(|&other| other as usize >= self.first);
            by_distance.extend(stops.map(|other| (row.to(other) / 2 + row.from(other) / 2, other)));
            if self.per_node < by_distance.len() {
                by_distance.select_nth_unstable(self.per_node);
            }
            by_distance.truncate(self.per_node);
            by_distance.sort_unstable();
            self.near.extend(by_distance.iter().map(|&(_, other)| other));
        }
    }

    /// The stops nearest to a stop, nearest first.
    pub(crate) fn near(&self, stop: u32) -> &[u32] {
        &self.near[(stop as usize - self.first) * self.per_node..][..self.per_node]
    }
    pub(crate) fn stops(&self) -> std::ops::Range<u32> {
        self.first as u32..self.n as u32
    }
    #[inline]
    pub(crate) fn demand(&self, node: u32) -> i32 {
        self.demand[node as usize * self.dimensions]
    }
    pub(crate) fn demands(&self, node: u32) -> &[i32] {
        &self.demand[node as usize * self.dimensions..][..self.dimensions]
    }
}

fn is_plain(parts: &Draft) -> bool {
    let [vehicle] = parts.vehicles.as_slice() else { return false };
    parts.dimensions == 1 && vehicle.per_distance > 0 && vehicle.per_time == 0
}

/// Depots as they are, then no place where a route may end open, then stops along the curve.
fn order(instance: &Instance) -> Vec<u32> {
    let parts = instance.parts();
    let (depots, nodes) = (parts.depots as u32, instance.nodes() as u32);
    let mut stops: Vec<u32> = (depots..nodes).collect();
    if let Travel::Plane { points, .. } = &parts.travel {
        let low = [0, 1].map(|axis| points.iter().fold(f64::MAX, |low, p| low.min(p[axis])));
        let high = [0, 1].map(|axis| points.iter().fold(f64::MIN, |high, p| high.max(p[axis])));
        let side = (high[0] - low[0]).max(high[1] - low[1]).max(f64::MIN_POSITIVE);
        let cell = |node: u32, axis: usize| {
            ((points[node as usize][axis] - low[axis]) / side * 65_535.0) as u32
        };
        stops.sort_by_key(|&node| hilbert(cell(node, 0), cell(node, 1)));
    }
    let mut order: Vec<u32> = (0..depots).collect();
    if parts.vehicles.iter().any(|vehicle| vehicle.end.is_none()) {
        order.push(NONE);
    }
    order.extend(stops);
    order
}

/// The place of a cell of a 65 536 by 65 536 grid on Hilbert's curve (1891).
fn hilbert(mut x: u32, mut y: u32) -> u64 {
    let mut place = 0;
    for bit in (0..16).rev() {
        let (right, up) = (x >> bit & 1, y >> bit & 1);
        place = place << 2 | u64::from((3 * right) ^ up);
        if up == 0 {
            if right == 1 {
                (x, y) = (!x & 0xffff, !y & 0xffff);
            }
            (x, y) = (y, x);
        }
    }
    place
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_on_the_curve_are_neighbours_on_the_grid() {
        let shift = 12;
        let mut cells: Vec<(u64, u32, u32)> = (0..16)
            .flat_map(|x| (0..16).map(move |y| (hilbert(x << shift, y << shift), x, y)))
            .collect();
        cells.sort_unstable();
        for pair in cells.windows(2) {
            let step = pair[0].1.abs_diff(pair[1].1) + pair[0].2.abs_diff(pair[1].2);
            assert_eq!(step, 1, "{pair:?}");
        }
    }
}
