//! The problem as the search reads it: nodes in one row, prices folded, units side by side.

use super::problem::{Goal, Problem, Profile, Source, Stop, Unit, Visit, Work};
use crate::instance::Window;

/// No node, no slot, no place.
pub(super) const NONE: u32 = u32::MAX;
/// Any place: what is on board of a vehicle that begins at its first stop, or has left.
pub(super) const ANY: u32 = u32::MAX - 1;
/// Nearest orders that an order knows.
const NEIGHBOURS: usize = 60;
/// Scale of what is second: small beside any difference of what is first, seldom lost.
const SECOND: f64 = 1e-4;

/// What a node adds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// A stop served by itself.
    Alone,
    /// Where a shipment is taken.
    Taken,
    /// Where it is left.
    Left,
    /// A depot between trips.
    Reload,
}

/// A place to be at, and what is done there.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) part: Part,
    pub(super) order: u32,
    pub(super) alternative: u32,
    pub(super) place: u32,
    pub(super) service: i32,
    pub(super) windows: Vec<Window>,
    /// The first of them.
    pub(super) first: Window,
    /// When it is late and what an hour costs; late never where the price is 0.
    pub(super) due: i32,
    pub(super) late_per_hour: i64,
    /// On board since the trip's loading, until its unloading; a shipment's change of load.
    pub(super) delivery: Vec<i64>,
    pub(super) pickup: Vec<i64>,
    pub(super) change: Vec<i64>,
    /// Where the delivery can be loaded; anywhere where there are none.
    pub(super) sources: Vec<Source>,
    /// Longest ride from the pickup, at the node where a shipment is left.
    pub(super) ride_max: Option<i32>,
}

impl Node {
    /// Where its delivery comes from on a trip that is loaded at a place; none where it cannot.
    pub(super) fn source(&self, place: u32) -> Option<Source> {
        if self.sources.is_empty() || place == ANY {
            return Some(Source { place, ready: 0, stock: None });
        }
        self.sources.iter().find(|source| source.place == place).copied()
    }
    /// Whether anything must be loaded for it at a depot.
    pub(super) fn is_loaded(&self) -> bool {
        self.delivery.iter().any(|&amount| amount > 0)
    }
}

/// One way of serving an order, as nodes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Way {
    pub(super) first: u32,
    /// Where a shipment is left; else none.
    pub(super) second: u32,
    pub(super) skills: super::problem::Skills,
    /// Money.
    pub(super) cost: i64,
}

/// What an objective makes of money, carbon, metres and vehicles: the search's value is their sum.
#[derive(Clone, Copy, Debug)]
pub(super) struct Weights {
    money: f64,
    microgram: f64,
    metre: f64,
    pub(super) vehicle: f64,
    /// What is optional may be left out for its penalty; where money comes second all that can be served is.
    pub(super) optional: bool,
}

impl Weights {
    pub(super) fn new(problem: &Problem, goal: Goal) -> Self {
        let carbon = problem.carbon_price_per_kg as f64 * 1e-9;
        let cost = Self { money: 1.0, microgram: carbon, metre: 0.0, vehicle: 0.0, optional: true };
        let second = Self { money: SECOND, microgram: carbon * SECOND, optional: false, ..cost };
        match goal {
            Goal::Cost => cost,
            // A metre and a milligram weigh as a thousandth of a unit of money does.
            Goal::Distance => Self { metre: 1e3, ..second },
            Goal::Carbon => Self { microgram: 1.0 + second.microgram, ..second },
            Goal::Vehicles => Self { optional: false, ..cost },
        }
    }
    pub(super) fn value(&self, money: i64, micrograms: i64, metres: i64) -> i64 {
        let value = self.money * money as f64
            + self.microgram * micrograms as f64
            + self.metre * metres as f64;
        value.round() as i64
    }
}

/// The ways of one place, a number a place.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row<'a> {
    pub(super) metres: &'a [i32],
    pub(super) seconds: &'a [i32],
}

impl<'a> Row<'a> {
    fn of(profile: &'a Profile, from: usize, n: usize) -> Self {
        Self { metres: &profile.metres[from..][..n], seconds: &profile.seconds[from..][..n] }
    }
}

/// The way back of every way, where that is another.
fn back(profile: &Profile, n: usize) -> Option<Profile> {
    let turned = |table: &[i32]| -> Vec<i32> {
        (0..n * n).map(|arc| table[arc % n * n + arc / n]).collect()
    };
    let back = Profile { metres: turned(&profile.metres), seconds: turned(&profile.seconds) };
    (back != *profile).then_some(back)
}

/// A vehicle that may drive.
#[derive(Clone, Debug)]
pub(super) struct Slot {
    pub(super) unit: Unit,
    /// Index in the problem's `underway`, where it is under way.
    pub(super) underway: Option<usize>,
    /// Has left: what is loaded is loaded.
    pub(super) left: bool,
    pub(super) over: bool,
}

#[derive(Debug)]
pub(super) struct Model<'a> {
    pub(super) problem: &'a Problem,
    pub(super) weights: Weights,
    /// Of each profile, the ways back where those are others.
    back: Vec<Option<Profile>>,
    /// Stops of orders, then reloads of vehicles.
    pub(super) nodes: Vec<Node>,
    /// The first reload node of each vehicle type.
    pub(super) reloads: Vec<u32>,
    pub(super) ways: Vec<Vec<Way>>,
    pub(super) slots: Vec<Slot>,
    /// What a metre without load is worth at the least, a number a vehicle type.
    pub(super) per_metre: Vec<f64>,
    /// The slot an order was on in `underway`, and whether it is on board there.
    pub(super) home: Vec<u32>,
    pub(super) aboard: Vec<bool>,
    /// When a shipment was taken that is under way.
    pub(super) taken_at: Vec<i32>,
    /// Orders done already.
    pub(super) finished: Vec<bool>,
    near: Vec<Vec<u32>>,
    /// Whether any shipment has a longest ride.
    pub(super) rides: bool,
    /// Whether anything is a shipment.
    pub(super) shipments: bool,
    /// Whether any delivery says where it is loaded.
    pub(super) sourced: bool,
}

impl<'a> Model<'a> {
    pub(super) fn new(problem: &'a Problem, goal: Goal) -> Self {
        let mut nodes = Vec::new();
        let ways: Vec<Vec<Way>> =
            (0..problem.orders.len()).map(|order| ways(problem, order, &mut nodes)).collect();
        let mut reloads = Vec::new();
        for vehicle in &problem.vehicles {
            reloads.push(nodes.len() as u32);
            nodes.extend(vehicle.reloads.iter().map(|reload| Node {
                part: Part::Reload,
                place: reload.place,
                service: reload.service,
                windows: vec![reload.window],
                first: reload.window,
                ..Node::nothing(problem.dimensions)
            }));
        }
        let rides = nodes.iter().any(|node| node.ride_max.is_some());
        let shipments = nodes.iter().any(|node| node.part == Part::Taken);
        let sourced = nodes.iter().any(|node| !node.sources.is_empty());
        let weights = Weights::new(problem, goal);
        let mut model = Self {
            problem,
            weights,
            back: problem.profiles.iter().map(|profile| back(profile, problem.places)).collect(),
            nodes,
            reloads,
            ways,
            slots: slots(problem),
            per_metre: Vec::new(),
            home: vec![NONE; problem.orders.len()],
            aboard: vec![false; problem.orders.len()],
            taken_at: vec![i32::MAX; problem.orders.len()],
            finished: vec![false; problem.orders.len()],
            near: Vec::new(),
            rides,
            shipments,
            sourced,
        };
        model.price();
        model.settle_underway();
        model.measure();
        model
    }

    fn price(&mut self) {
        let per_metre = self.problem.vehicles.iter().map(|vehicle| {
            let energy = vehicle.consumption.map_or(0.0, |c| c.empty_per_100km / 1e5);
            let price = vehicle.consumption.map_or(0, |c| c.price) as f64;
            let carbon = vehicle.consumption.map_or(0, |c| c.micrograms_co2e) as f64;
            let Weights { money, microgram, metre, .. } = self.weights;
            money * (vehicle.per_km as f64 / 1e3 + energy * price)
                + microgram * energy * carbon
                + metre
        });
        self.per_metre = per_metre.collect();
    }

    /// Where orders are that are under way.
    fn settle_underway(&mut self) {
        for (slot, of) in self.slots.iter().enumerate() {
            let Some(underway) = of.underway.map(|idx| &self.problem.underway[idx]) else {
                continue;
            };
            for step in &underway.done {
                if let super::plan::Doing::Visit(Visit::First { order, alternative }) = step.doing {
                    let way = self.ways[order][alternative];
                    self.home[order] = slot as u32;
                    self.finished[order] = way.second == NONE;
                    self.aboard[order] = way.second != NONE;
                    self.taken_at[order] = step.finish;
                } else if let super::plan::Doing::Visit(Visit::Second { order, .. }) = step.doing {
                    self.finished[order] = true;
                }
            }
            let mut loaded = of.left;
            for &visit in &underway.visits {
                if let Visit::First { order, alternative } = visit {
                    let way = self.ways[order][alternative];
                    self.home[order] = slot as u32;
                    self.aboard[order] |= loaded && self.nodes[way.first as usize].is_loaded();
                } else if let Visit::Reload(_) = visit {
                    loaded = false;
                }
            }
        }
    }

    /// Finds the orders nearest to each.
    fn measure(&mut self) {
        let orders = self.problem.orders.len();
        let profile = &self.problem.profiles[0];
        let places: Vec<Vec<u32>> = (self.ways.iter())
            .map(|ways| {
                let both = ways.iter().flat_map(|way| [way.first, way.second]);
                let nodes = both.filter(|&node| node != NONE);
                let mut places: Vec<u32> =
                    nodes.map(|node| self.nodes[node as usize].place).collect();
                places.sort_unstable();
                places.dedup();
                places
            })
            .collect();
        let away = |a: usize, b: usize| {
            let pairs = places[a].iter().flat_map(|&x| places[b].iter().map(move |&y| (x, y)));
            let metres = |x: u32, y: u32| {
                i64::from(profile.metres[x as usize * self.problem.places + y as usize])
            };
            pairs.map(|(x, y)| metres(x, y) + metres(y, x)).min().unwrap_or(i64::MAX)
        };
        let mut by_distance: Vec<(i64, u32)> = Vec::with_capacity(orders);
        for order in 0..orders {
            by_distance.clear();
            let others = (0..orders).filter(|&other| other != order);
            by_distance.extend(others.map(|other| (away(order, other), other as u32)));
            if by_distance.len() > NEIGHBOURS {
                by_distance.select_nth_unstable(NEIGHBOURS);
                by_distance.truncate(NEIGHBOURS);
            }
            by_distance.sort_unstable();
            self.near.push(by_distance.iter().map(|&(_, other)| other).collect());
        }
    }

    /// The orders nearest to one, nearest first.
    pub(super) fn near(&self, order: u32) -> &[u32] {
        &self.near[order as usize]
    }
    /// When what was taken already has ridden as long as it may.
    pub(super) fn not_after(&self, node: &Node) -> i32 {
        let taken = |most: i32| self.taken_at[node.order as usize].saturating_add(most);
        node.ride_max.map_or(i32::MAX, taken)
    }
    /// What leads to a place, from each, and what leads on from it, to each.
    pub(super) fn rows(&self, vehicle: usize, place: u32) -> (Row<'_>, Row<'_>) {
        let profile = self.problem.vehicles[vehicle].profile;
        let forth = &self.problem.profiles[profile];
        let back = self.back[profile].as_ref().unwrap_or(forth);
        let (n, from) = (self.problem.places, place as usize * self.problem.places);
        (Row::of(back, from, n), Row::of(forth, from, n))
    }
    /// Metres and seconds from place to place by a vehicle type.
    #[inline]
    pub(super) fn arc(&self, vehicle: usize, from: u32, to: u32) -> (i32, i32) {
        let profile = &self.problem.profiles[self.problem.vehicles[vehicle].profile];
        let at = from as usize * self.problem.places + to as usize;
        (profile.metres[at], profile.seconds[at])
    }
    /// Where the route of a slot ends.
    pub(super) fn end(&self, of: super::point::Of) -> Option<u32> {
        let over = self.slots[of.slot as usize].over;
        self.problem.vehicles[of.vehicle].end.filter(|_| !over)
    }
    /// The node of a visit by a vehicle type.
    pub(super) fn node_of(&self, vehicle: usize, visit: Visit) -> u32 {
        match visit {
            Visit::First { order, alternative } => self.ways[order][alternative].first,
            Visit::Second { order, alternative } => self.ways[order][alternative].second,
            Visit::Reload(reload) => self.reloads[vehicle] + reload as u32,
        }
    }
    /// The visit of a node by a vehicle type.
    pub(super) fn visit_of(&self, vehicle: usize, node: u32) -> Visit {
        let Node { part, order, alternative, .. } = &self.nodes[node as usize];
        let (order, alternative) = (*order as usize, *alternative as usize);
        match part {
            Part::Alone | Part::Taken => Visit::First { order, alternative },
            Part::Left => Visit::Second { order, alternative },
            Part::Reload => Visit::Reload((node - self.reloads[vehicle]) as usize),
        }
    }
    /// Money for the choice that a node is of, and for its order being served by this slot rather than by
    /// the one it was on; told once, at the first node.
    pub(super) fn cost(&self, node: &Node, slot: u32) -> i64 {
        if matches!(node.part, Part::Left | Part::Reload) {
            return 0;
        }
        let order = node.order as usize;
        let home = self.home[order];
        let moved = if home == NONE || home == slot { 0 } else { self.problem.moved_price };
        self.ways[order][node.alternative as usize].cost + moved
    }
}

impl Node {
    fn nothing(dimensions: usize) -> Self {
        Self {
            part: Part::Alone,
            order: NONE,
            alternative: 0,
            place: 0,
            service: 0,
            windows: Vec::new(),
            first: Window::ALWAYS,
            due: i32::MAX,
            late_per_hour: 0,
            delivery: vec![0; dimensions],
            pickup: vec![0; dimensions],
            change: vec![0; dimensions],
            sources: Vec::new(),
            ride_max: None,
        }
    }
    fn of_stop(stop: &Stop, (order, alternative): (usize, usize), dimensions: usize) -> Self {
        Self {
            order: order as u32,
            alternative: alternative as u32,
            place: stop.place,
            service: stop.service,
            windows: stop.windows.clone(),
            first: stop.windows.first().copied().unwrap_or(Window::ALWAYS),
            due: stop.lateness.map_or(i32::MAX, |late| late.due),
            late_per_hour: stop.lateness.map_or(0, |late| late.per_hour),
            ..Self::nothing(dimensions)
        }
    }
}

fn ways(problem: &Problem, order: usize, nodes: &mut Vec<Node>) -> Vec<Way> {
    let mut ways = Vec::new();
    for (idx, alternative) in problem.orders[order].alternatives.iter().enumerate() {
        let first = nodes.len() as u32;
        let node = |stop: &Stop| Node::of_stop(stop, (order, idx), problem.dimensions);
        let second = match &alternative.work {
            Work::Stop { at, delivery, pickup, sources } => {
                // What brings nothing is loaded nowhere.
                let loaded = delivery.iter().any(|&amount| amount > 0);
                let sources = if loaded { sources.clone() } else { Vec::new() };
                let (delivery, pickup) = (delivery.clone(), pickup.clone());
                nodes.push(Node { delivery, pickup, sources, ..node(at) });
                NONE
            }
            Work::Shipment { from, to, amount, ride_max } => {
                nodes.push(Node { part: Part::Taken, change: amount.clone(), ..node(from) });
                let change = amount.iter().map(|amount| -amount).collect();
                nodes.push(Node { part: Part::Left, change, ride_max: *ride_max, ..node(to) });
                first + 1
            }
        };
        ways.push(Way { first, second, skills: alternative.skills, cost: alternative.cost });
    }
    ways
}

/// Units that may drive: no more of a type than there are orders, besides those under way.
fn slots(problem: &Problem) -> Vec<Slot> {
    let mut slots = Vec::new();
    for (vehicle, of) in problem.vehicles.iter().enumerate() {
        let mut spare = problem.orders.len();
        for number in 0..of.count {
            let unit = Unit { vehicle, number };
            let underway = problem.underway.iter().position(|other| other.unit == unit);
            if underway.is_none() {
                if spare == 0 {
                    continue;
                }
                spare -= 1;
            }
            let facts = underway.map(|idx| &problem.underway[idx]);
            slots.push(Slot {
                unit,
                underway,
                left: facts.is_some_and(|facts| !facts.done.is_empty()),
                over: facts.is_some_and(|facts| facts.over),
            });
        }
    }
    slots
}
