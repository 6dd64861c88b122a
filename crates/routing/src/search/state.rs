//! The plan that the search changes: flat routes, and undo by putting touched routes back.

use super::arcs::{Arcs, Row};
use super::model::{Kind, Model, NONE};
use super::paid::{Span, refresh_spans};
use crate::instance::Instance;
use crate::plan::{Plan, Route as PlannedRoute};

/// A node of a route and the distance from the one before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Stop {
    pub(crate) node: u32,
    pub(crate) edge: i32,
}

/// Earliest time a node is left, latest time its service may start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Times {
    pub(crate) leave: i32,
    pub(crate) late: i32,
}

/// A route from depot to depot, both in `stops`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Route {
    pub(crate) stops: Vec<Stop>,
    /// As long as `stops` where time matters, else empty.
    pub(crate) times: Vec<Times>,
    /// Load on leaving each node, where there are pairs; a number a dimension.
    pub(crate) aboard: Vec<i32>,
    pub(crate) load: Vec<i32>,
    pub(crate) length: i64,
    /// The pieces up to and from each node, and the whole's duration, where time is paid.
    pub(crate) until: Vec<Span>,
    pub(crate) since: Vec<Span>,
    pub(crate) duration: i32,
    pub(crate) cost: i64,
    pub(crate) kind: u32,
    /// A number, not 0, that no other content has had: what is known of a route is known by it.
    pub(crate) version: u32,
}

impl Route {
    pub(crate) fn is_empty(&self) -> bool {
        self.stops.len() <= 2
    }
    /// Its stops without the depots.
    pub(crate) fn inner(&self) -> &[Stop] {
        self.stops.get(1..self.stops.len().saturating_sub(1)).unwrap_or_default()
    }
    pub(super) fn copy_from(&mut self, other: &Self) {
        self.stops.clone_from(&other.stops);
        self.times.clone_from(&other.times);
        self.aboard.clone_from(&other.aboard);
        self.load.clone_from(&other.load);
        self.until.clone_from(&other.until);
        self.since.clone_from(&other.since);
        self.duration = other.duration;
        (self.length, self.cost) = (other.length, other.cost);
        (self.kind, self.version) = (other.kind, other.version);
    }
}

/// The room of a slot that holds no route: no demand fits.
pub(super) const NO_ROOM: i32 = -1;

#[derive(Debug)]
pub(crate) struct State<'a, A, const TIMED: bool> {
    pub(crate) model: &'a Model,
    pub(crate) arcs: &'a A,
    /// Slots; some are empty.
    pub(crate) routes: Vec<Route>,
    /// Room left in the first dimension, a slot each.
    pub(crate) room: Vec<i32>,
    /// The versions of the routes: the loops read them without the routes.
    pub(crate) versions: Vec<u32>,
    pub(crate) route_of: Vec<u32>,
    /// Vehicles used of each kind.
    pub(crate) used: Vec<u32>,
    /// Stops on no route; of a pair the pickup.
    pub(crate) absent: Vec<u32>,
    pub(crate) cost: i64,
    /// Whether a removal since `begin` made a route late: tables need not be triangular.
    doubtful: bool,
    pub(crate) open_routes: usize,
    /// No more routes than these.
    pub(crate) routes_max: usize,
    /// For each kind, those that may take over its routes: same depots, same hours.
    alike: Vec<Vec<u32>>,
    /// For each kind, what the largest of those holds in the first dimension.
    most: Vec<i32>,
    /// The newest version.
    pub(crate) newest: u32,
    undo: Undo,
}

#[derive(Debug, Default)]
struct Undo {
    /// Of `saved`, the first `count` are in use.
    saved: Vec<(u32, Route)>,
    count: usize,
    /// The turn in which a slot was saved last.
    stamp: Vec<u32>,
    turn: u32,
    moved: Vec<(u32, u32)>,
    absent: Vec<u32>,
    cost: i64,
}

impl<'a, A: Arcs, const TIMED: bool> State<'a, A, TIMED> {
    /// No routes: every stop is absent.
    pub(crate) fn new(model: &'a Model, arcs: &'a A) -> Self {
        let vehicles: u64 = model.kinds.iter().map(|kind| u64::from(kind.count)).sum();
        let hours = |kind: &Kind| (kind.start, kind.end, kind.begin, kind.begin_late, kind.back);
        let alike = model.kinds.iter().map(|kind| {
            let others = 0..model.kinds.len() as u32;
            others.filter(|&other| hours(&model.kinds[other as usize]) == hours(kind)).collect()
        });
        let alike: Vec<Vec<u32>> = alike.collect();
        let holds = |&kind: &u32| model.kinds[kind as usize].capacity[0];
        let most = alike.iter().map(|kinds| kinds.iter().map(holds).max().unwrap_or(0)).collect();
        let requests = model.stops().filter(|&stop| !model.delivers[stop as usize]);
        Self {
            routes: Vec::new(),
            room: Vec::new(),
            versions: Vec::new(),
            route_of: vec![NONE; model.n],
            used: vec![0; model.kinds.len()],
            absent: requests.collect(),
            cost: 0,
            doubtful: false,
            open_routes: 0,
            routes_max: usize::try_from(vehicles).unwrap_or(usize::MAX),
            alike,
            most,
            newest: 0,
            undo: Undo::default(),
            model,
            arcs,
        }
    }

    /// Starts a change that can be taken back.
    pub(crate) fn begin(&mut self) {
        self.undo.turn = self.undo.turn.wrapping_add(1);
        if self.undo.turn == 0 {
            self.undo.stamp.fill(0);
            self.undo.turn = 1;
        }
        self.undo.count = 0;
        self.undo.moved.clear();
        self.undo.absent.clone_from(&self.absent);
        self.undo.cost = self.cost;
        self.doubtful = false;
    }

    /// Takes back everything since [`State::begin`].
    pub(crate) fn roll_back(&mut self) {
        for idx in 0..self.undo.count {
            let (slot, saved) = &mut self.undo.saved[idx];
            let route = &mut self.routes[*slot as usize];
            if !route.is_empty() {
                self.used[route.kind as usize] -= 1;
                self.open_routes -= 1;
            }
            if !saved.is_empty() {
                self.used[saved.kind as usize] += 1;
                self.open_routes += 1;
            }
            std::mem::swap(route, saved);
            let slot = *slot;
            self.set_room(slot);
        }
        for &(node, slot) in self.undo.moved.iter().rev() {
            self.route_of[node as usize] = slot;
        }
        std::mem::swap(&mut self.absent, &mut self.undo.absent);
        self.cost = self.undo.cost;
    }

    /// Whether a slot has been changed since [`State::begin`].
    pub(crate) fn touched(&self, slot: u32) -> bool {
        self.undo.stamp[slot as usize] == self.undo.turn
    }

    fn touch(&mut self, slot: u32) {
        if self.touched(slot) {
            return;
        }
        self.undo.stamp[slot as usize] = self.undo.turn;
        if self.undo.count == self.undo.saved.len() {
            self.undo.saved.push((slot, Route::default()));
        }
        let saved = &mut self.undo.saved[self.undo.count];
        saved.0 = slot;
        saved.1.copy_from(&self.routes[slot as usize]);
        self.undo.count += 1;
    }

    fn assign(&mut self, node: u32, slot: u32) {
        self.undo.moved.push((node, self.route_of[node as usize]));
        self.route_of[node as usize] = slot;
    }

    pub(super) fn set_room(&mut self, slot: u32) {
        let route = &self.routes[slot as usize];
        self.versions[slot as usize] = route.version;
        self.room[slot as usize] = if route.is_empty() {
            NO_ROOM
        } else {
            self.most[route.kind as usize] - if self.model.paired { 0 } else { route.load[0] }
        };
    }

    /// Where a stop is on its route, the depot being 0.
    pub(crate) fn position(&self, slot: u32, node: u32) -> usize {
        let stops = &self.routes[slot as usize].stops;
        stops.iter().position(|stop| stop.node == node).expect("route_of is the route it is on")
    }

    /// Opens a route of a kind without stops; it is one only once a stop is inserted.
    pub(crate) fn open_route(&mut self, kind: u32) -> u32 {
        let slot = self.room.iter().position(|&room| room == NO_ROOM).unwrap_or_else(|| {
            self.routes.push(Route::default());
            self.room.push(NO_ROOM);
            self.versions.push(0);
            self.undo.stamp.push(0);
            self.routes.len() - 1
        });
        self.touch(slot as u32);
        let Kind { start, end, begin, back, fixed, .. } = self.model.kinds[kind as usize];
        let edge = self.arcs.row(start).to(end);
        let route = &mut self.routes[slot];
        route.stops.clear();
        route.stops.extend([Stop { node: start, edge: 0 }, Stop { node: end, edge }]);
        route.times.clear();
        if TIMED {
            let late = back - self.arcs.time_of(start, end, edge);
            route.times.extend([Times { leave: begin, late }, Times { leave: 0, late: back }]);
        }
        route.load.clear();
        route.load.resize(self.model.dimensions, 0);
        route.aboard.clear();
        if self.model.paired {
            route.aboard.resize(2 * self.model.dimensions, 0);
        }
        (route.length, route.kind, route.cost) = (edge.into(), kind, 0);
        self.used[kind as usize] += 1;
        self.open_routes += 1;
        self.cost += fixed;
        route.cost = fixed;
        slot as u32
    }

    /// Inserts a stop before position `at`.
    pub(crate) fn insert(&mut self, slot: u32, at: usize, node: u32) {
        self.touch(slot);
        self.assign(node, slot);
        let row = self.arcs.row(node);
        let route = &mut self.routes[slot as usize];
        let (before, after) = (route.stops[at - 1].node, route.stops[at]);
        let (edge, next) = (row.from(before), row.to(after.node));
        route.length += i64::from(edge) + i64::from(next) - i64::from(after.edge);
        route.stops[at].edge = next;
        route.stops.insert(at, Stop { node, edge });
        for (load, demand) in route.load.iter_mut().zip(self.model.demands(node)) {
            *load += demand;
        }
        if TIMED {
            route.times.insert(at, Times { leave: i32::MIN, late: i32::MIN });
            refresh(self.model, self.arcs, route, at, at + 1);
        }
        if self.model.paired {
            refresh_aboard(self.model, route);
        }
        self.changed(slot);
    }

    /// Removes the stops at positions `from..to`.
    pub(crate) fn remove(&mut self, slot: u32, from: usize, to: usize, out: &mut Vec<u32>) {
        self.touch(slot);
        for at in from..to {
            let node = self.routes[slot as usize].stops[at].node;
            self.assign(node, NONE);
            out.push(node);
        }
        let route = &mut self.routes[slot as usize];
        for stop in &route.stops[from..to] {
            route.length -= i64::from(stop.edge);
            for (load, demand) in route.load.iter_mut().zip(self.model.demands(stop.node)) {
                *load -= demand;
            }
        }
        let (before, after) = (route.stops[from - 1].node, route.stops[to]);
        let edge = self.arcs.row(before).to(after.node);
        route.length += i64::from(edge) - i64::from(after.edge);
        route.stops[to].edge = edge;
        route.stops.drain(from..to);
        if TIMED {
            route.times.drain(from..to);
            refresh(self.model, self.arcs, route, from, from);
            let reach = route.times[from - 1].leave + self.arcs.time_of(before, after.node, edge);
            self.doubtful |= reach > route.times[from].late;
        }
        if self.model.paired {
            refresh_aboard(self.model, route);
        }
        self.changed(slot);
    }

    /// Gives a slot other stops, depots included; all else follows. Cannot be taken back.
    pub(crate) fn set_stops(&mut self, slot: u32, stops: Vec<Stop>) {
        let model = self.model;
        let route = &mut self.routes[slot as usize];
        route.stops = stops;
        route.length = 0;
        route.load.fill(0);
        for at in 1..route.stops.len() {
            let (before, node) = (route.stops[at - 1].node, route.stops[at].node);
            let edge = self.arcs.row(before).to(node);
            route.stops[at].edge = edge;
            route.length += i64::from(edge);
            if at + 1 < route.stops.len() {
                self.route_of[node as usize] = slot;
                for (load, demand) in route.load.iter_mut().zip(model.demands(node)) {
                    *load += demand;
                }
            }
        }
        if TIMED {
            let last = route.stops.len() - 1;
            let begin = route.times[0].leave;
            let back = route.times[route.times.len() - 1].late;
            route.times.clear();
            route.times.resize(last + 1, Times { leave: i32::MIN, late: i32::MIN });
            (route.times[0].leave, route.times[last]) = (begin, Times { leave: 0, late: back });
            refresh(model, self.arcs, route, 1, last);
        }
        if model.paired {
            refresh_aboard(model, route);
        }
        self.changed(slot);
    }

    /// After a change of stops: version, price, room.
    fn changed(&mut self, slot: u32) {
        let version = self.next_version();
        let route = &mut self.routes[slot as usize];
        route.version = version;
        self.cost -= route.cost;
        if route.is_empty() {
            route.cost = 0;
            self.used[route.kind as usize] -= 1;
            self.open_routes -= 1;
        } else {
            if self.model.paid {
                route.duration = refresh_spans(self.model, self.arcs, route);
            }
            let more = More { longer: 0, later: 0, demand: &[] };
            let (kind, cost) = best_kind(self.model, &self.alike, &self.used, route, more);
            self.used[route.kind as usize] -= 1;
            self.used[kind as usize] += 1;
            (route.kind, route.cost) = (kind, cost);
            self.cost += cost;
        }
        self.set_room(slot);
    }

    /// What a route costs with a stop more that lengthens it by `longer`, by its best vehicle.
    pub(crate) fn price_with(&self, slot: u32, longer: i64, later: i32, demand: &[i32]) -> i64 {
        let more = More { longer, later: later.into(), demand };
        let route = &self.routes[slot as usize];
        best_kind(self.model, &self.alike, &self.used, route, more).1 - route.cost
    }

    /// Whether all dimensions of the demand fit beside what the route has, by its own kind or one
    /// that may take over.
    pub(crate) fn fits(&self, slot: u32, demand: &[i32]) -> bool {
        let route = &self.routes[slot as usize];
        self.alike[route.kind as usize].iter().any(|&kind| {
            let capacity = &self.model.kinds[kind as usize].capacity;
            let there = kind == route.kind
                || self.used[kind as usize] < self.model.kinds[kind as usize].count;
            there && (0..demand.len()).all(|k| route.load[k] + demand[k] <= capacity[k])
        })
    }

    /// Whether a vehicle of the kind is left.
    pub(crate) fn left(&self, kind: usize) -> bool {
        self.open_routes < self.routes_max && self.used[kind] < self.model.kinds[kind].count
    }

    /// Moves routes to the front where many slots are empty. Not between `begin` and `roll_back`.
    pub(crate) fn compact(&mut self) {
        if self.routes.len() < self.open_routes + 4 + self.open_routes / 8 {
            return;
        }
        let mut kept = 0;
        for slot in 0..self.routes.len() {
            if self.routes[slot].is_empty() {
                continue;
            }
            self.routes.swap(kept, slot);
            for stop in self.routes[kept].inner() {
                self.route_of[stop.node as usize] = kept as u32;
            }
            kept += 1;
        }
        self.routes.truncate(kept);
        self.room.truncate(kept);
        self.versions.truncate(kept);
        self.undo.stamp.truncate(kept);
        for slot in 0..kept {
            self.set_room(slot as u32);
        }
    }

    /// The routes in the instance's numbers.
    pub(crate) fn plan(&self, instance: &Instance) -> Plan {
        let routes = self.routes.iter().filter(|route| !route.is_empty());
        let routes = routes.map(|route| PlannedRoute {
            vehicle: route.kind as usize,
            stops: (route.inner().iter()).map(|s| self.model.original[s.node as usize]).collect(),
        });
        Plan::new(instance, routes.collect())
    }

    /// Takes over the routes of a plan, into a state that has none.
    pub(crate) fn load(&mut self, plan: &Plan) {
        let mut own = vec![NONE; self.model.n];
        for (node, &original) in self.model.original.iter().enumerate() {
            // Where an open route ends there is no node.
            if let Some(own) = own.get_mut(original as usize) {
                *own = node as u32;
            }
        }
        self.begin();
        // As if all vehicles were out: else a route could take over the vehicle of a later one.
        let out = 1 << 30;
        self.used.iter_mut().for_each(|used| *used += out);
        for route in plan.routes.iter().filter(|route| !route.stops.is_empty()) {
            let slot = self.open_route(route.vehicle as u32);
            for (place, &stop) in route.stops.iter().enumerate() {
                self.insert(slot, place + 1, own[stop as usize]);
            }
        }
        self.used.iter_mut().for_each(|used| *used -= out);
        let route_of = &self.route_of;
        self.absent.retain(|&stop| route_of[stop as usize] == NONE);
    }

    /// After this there is nothing to roll back.
    pub(super) fn forget_changes(&mut self) {
        self.undo.stamp.clear();
        self.undo.stamp.resize(self.routes.len(), 0);
        self.undo.count = 0;
    }

    pub(super) fn next_version(&mut self) -> u32 {
        self.newest = self.newest.wrapping_add(1).max(1);
        self.newest
    }

    /// Whether every route that was changed since [`State::begin`] is in time.
    pub(crate) fn in_time(&self) -> bool {
        !self.doubtful
            || self.undo.saved[..self.undo.count].iter().all(|&(slot, _)| {
                let route = &self.routes[slot as usize];
                route.is_empty() || punctual(self.model, route)
            })
    }

    /// Whether all figures that are kept equal those counted anew.
    pub(crate) fn consistent(&self) -> bool {
        let mut total = 0;
        for (slot, route) in self.routes.iter().enumerate().filter(|(_, route)| !route.is_empty()) {
            let pairs = route.stops.windows(2);
            let length: i64 =
                pairs.map(|p| i64::from(self.arcs.row(p[0].node).to(p[1].node))).sum();
            let kind = &self.model.kinds[route.kind as usize];
            let mut anew = route.clone();
            if TIMED {
                anew.times.iter_mut().skip(1).for_each(|times| times.leave = i32::MIN);
                let last = anew.times.len() - 1;
                anew.times[..last].iter_mut().for_each(|times| times.late = i32::MIN);
                anew.times[last].leave = route.times[last].leave;
                refresh(self.model, self.arcs, &mut anew, 1, last);
            }
            let on_time = !TIMED || punctual(self.model, &anew);
            let here = route.inner().iter().all(|s| self.route_of[s.node as usize] == slot as u32);
            if length != route.length || anew.times != route.times || !on_time || !here {
                return false;
            }
            if self.model.paid {
                anew.duration = refresh_spans(self.model, self.arcs, &mut anew);
            }
            total +=
                kind.fixed + kind.per_distance * length + kind.per_time * i64::from(anew.duration);
        }
        total == self.cost
    }
}

/// What a stop adds to a route.
#[derive(Clone, Copy)]
struct More<'a> {
    longer: i64,
    later: i64,
    demand: &'a [i32],
}

/// The cheapest kind that can drive a route with `demand` more, and what it costs then.
fn best_kind(
    model: &Model,
    alike: &[Vec<u32>],
    used: &[u32],
    route: &Route,
    more: More<'_>,
) -> (u32, i64) {
    let length = route.length + more.longer;
    let duration = i64::from(route.duration) + more.later;
    let demand = more.demand;
    let price = |kind: u32| {
        let kind = &model.kinds[kind as usize];
        kind.fixed + kind.per_distance * length + kind.per_time * duration
    };
    let alike = &alike[route.kind as usize];
    if alike.len() == 1 {
        return (route.kind, price(route.kind));
    }
    let fits = |kind: u32| {
        let capacity = &model.kinds[kind as usize].capacity;
        let load = |k: usize| route.load[k] + demand.get(k).unwrap_or(&0);
        let paired = model.paired;
        (0..capacity.len()).all(|k| load(k) <= capacity[k])
            && (!paired
                || route
                    .aboard
                    .chunks(capacity.len())
                    .all(|on| on.iter().zip(capacity).all(|(a, c)| a <= c)))
    };
    let there =
        |kind: u32| kind == route.kind || used[kind as usize] < model.kinds[kind as usize].count;
    let kinds = alike.iter().copied().filter(|&kind| there(kind) && fits(kind));
    kinds
        .map(|kind| (kind, price(kind)))
        .min_by_key(|&(_, price)| price)
        .unwrap_or((route.kind, price(route.kind)))
}

/// Whether every stop is reached before its latest start.
fn punctual(model: &Model, route: &Route) -> bool {
    let (first, stops) = (route.times[0], route.stops.iter().zip(&route.times));
    first.leave <= first.late
        && stops
            .skip(1)
            .take(route.stops.len() - 2)
            .all(|(stop, times)| times.leave - model.service[stop.node as usize] <= times.late)
}

/// Earliest leaves from position `from` on and latest starts from `to - 1` back, until they are
/// what they were.
fn refresh<A: Arcs>(model: &Model, arcs: &A, route: &mut Route, from: usize, to: usize) {
    let (stops, times) = (&route.stops, &mut route.times);
    let last = stops.len() - 1;
    for at in from..last {
        let (node, before) = (stops[at].node, stops[at - 1].node);
        let arrive = times[at - 1].leave + arcs.time_of(before, node, stops[at].edge);
        let leave = arrive.max(model.open[node as usize]) + model.service[node as usize];
        if leave == times[at].leave {
            break;
        }
        times[at].leave = leave;
    }
    for at in (0..to.min(last)).rev() {
        let (node, after) = (stops[at].node, stops[at + 1]);
        let reach = times[at + 1].late
            - arcs.time_of(node, after.node, after.edge)
            - model.service[node as usize];
        let late = reach.min(model.close[node as usize]);
        if late == times[at].late {
            break;
        }
        times[at].late = late;
    }
}

/// What is on board after each node.
fn refresh_aboard(model: &Model, route: &mut Route) {
    let dimensions = model.dimensions;
    route.aboard.resize(route.stops.len() * dimensions, 0);
    route.aboard[..dimensions].fill(0);
    for (at, stop) in route.stops.iter().enumerate().skip(1) {
        for (k, demand) in model.demands(stop.node).iter().enumerate() {
            route.aboard[at * dimensions + k] = route.aboard[(at - 1) * dimensions + k] + demand;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::arcs::AnyArcs;
    use super::super::recreate::Recreate;
    use super::super::ruin::{Ruin, ruin};
    use super::*;
    use crate::read::solomon;
    use crate::travel::Precision;
    use quantity::Seed;
    use std::fmt::Write;

    #[test]
    fn what_is_rolled_back_is_as_it_was() {
        let mut random = Seed::new(5).sequence();
        let mut text = "R\nVEHICLE\n25 40\n0 50 50 0 0 400 0\n".to_owned();
        for stop in 1..=60 {
            let [x, y, demand, open] = [100, 100, 12, 200].map(|below| random.below(below));
            writeln!(text, "{stop} {x} {y} {demand} {open} {} 5", open + 80).unwrap();
        }
        let instance = solomon::read(&text, Precision::Trunc1).unwrap();
        let mut model = Model::new(&instance);
        let AnyArcs::Short(arcs) = AnyArcs::new(&instance, &model.original) else {
            panic!("short distances")
        };
        model.measure(&instance, &arcs);
        let mut state = State::<_, true>::new(&model, &arcs);
        let mut recreate = Recreate::new(&state);
        let mut stops = state.absent.clone();
        recreate.recreate(&mut state, &mut stops, &mut random);
        assert!(state.consistent());
        for turn in 0..500 {
            let before = (state.routes.clone(), state.route_of.clone(), state.room.clone());
            let figures = (state.cost, state.used.clone(), state.open_routes, state.absent.clone());
            state.begin();
            stops.clear();
            stops.extend_from_slice(&state.absent);
            let seed = model.stops().start + random.below(60) as u32;
            ruin(&mut state, Ruin::LARGE, seed, &mut random, &mut stops);
            recreate.recreate(&mut state, &mut stops, &mut random);
            assert!(state.consistent(), "turn {turn}");
            if turn % 3 > 0 {
                state.roll_back();
                // A slot that was opened meanwhile stays, empty.
                let slots = before.0.len();
                assert!(state.routes[slots..].iter().all(Route::is_empty));
                assert_eq!(
                    (&state.routes[..slots], &state.room[..slots]),
                    (&before.0[..], &before.2[..])
                );
                assert_eq!(state.route_of, before.1);
                let now = (state.cost, state.used.clone(), state.open_routes, state.absent.clone());
                assert_eq!(now, figures);
            }
        }
    }
}
