//! The plan that the search changes, and undo by putting touched routes back.

use super::burden::Worth;
use super::line::{Here, Line, is_plain};
use super::model::{Model, NONE, Part};
use super::point::{Of, Point};
use super::settle::{points, settle};

/// A route between changes.
#[derive(Clone, Debug, Default)]
pub(super) struct Route {
    /// Nodes still to be visited.
    pub(super) nodes: Vec<u32>,
    /// What is known before the first node, and after each.
    pub(super) points: Vec<Point>,
    /// The latest arrival at each node, and behind the last at the end, at which the rest can still be
    /// served, breaks not counted.
    pub(super) latest: Vec<i32>,
    pub(super) worth: Worth,
    /// The same in pieces, where it is plain.
    pub(super) line: Option<Line>,
    /// What it draws on stocks.
    drawn: Vec<(usize, u32)>,
    /// A number that no other content has had.
    pub(super) version: u32,
}

impl Route {
    /// Whether it can be driven, as far as it goes.
    pub(super) fn is_driven(&self) -> bool {
        self.line.is_some() || !self.points.is_empty()
    }
    /// Stops and trips.
    pub(super) fn count(&self) -> (u32, u32) {
        let points = || self.points.last().map_or((0, 1), |point| (point.stops, point.trips));
        self.line.as_ref().map_or_else(points, |line| (line.stops, line.trips))
    }
    /// The route up to behind its first `at` nodes.
    pub(super) fn here(&self, at: usize) -> Here {
        self.line.as_ref().map_or_else(|| self.points[at].here(), |line| line.here(at))
    }
}

#[derive(Debug)]
pub(super) struct State<'a> {
    pub(super) model: &'a Model<'a>,
    /// A slot each.
    pub(super) routes: Vec<Route>,
    pub(super) of: Vec<Of>,
    /// Of each slot, how many nodes at the front stay.
    pub(super) locked: Vec<usize>,
    /// The slot of each order.
    pub(super) slot_of: Vec<u32>,
    /// Orders on no route.
    pub(super) absent: Vec<u32>,
    /// The value of all routes; what is absent is not in it.
    pub(super) value: i64,
    /// What stocks have left, a number a dimension each.
    left: Vec<Vec<i64>>,
    /// A removal since `begin` left a route that cannot be driven.
    pub(super) broken: bool,
    version: u32,
    undo: Undo,
}

#[derive(Debug, Default)]
struct Undo {
    saved: Vec<(u32, Route)>,
    stamp: Vec<u32>,
    turn: u32,
    moved: Vec<(u32, u32)>,
    absent: Vec<u32>,
    value: i64,
}

impl<'a> State<'a> {
    /// With the routes that are under way; a visit there that cannot be made is absent.
    pub(super) fn new(model: &'a Model<'a>) -> Self {
        let count = model.slots.len();
        let of = (model.slots.iter().enumerate())
            .map(|(slot, facts)| Of { slot: slot as u32, vehicle: facts.unit.vehicle });
        let mut state = Self {
            model,
            routes: vec![Route::default(); count],
            of: of.collect(),
            locked: vec![0; count],
            slot_of: vec![NONE; model.ways.len()],
            absent: Vec::new(),
            value: 0,
            left: model.problem.stocks.clone(),
            broken: false,
            version: 0,
            undo: Undo { stamp: vec![0; count], ..Undo::default() },
        };
        for slot in 0..count as u32 {
            state.load(slot);
        }
        let orders = 0..model.ways.len() as u32;
        // What is on board of a vehicle that cannot leave it is lost to the others.
        let taken = |order: u32| {
            model.aboard[order as usize] && model.ways[order as usize][0].second != NONE
        };
        let loose = orders.filter(|&order| {
            let idx = order as usize;
            state.slot_of[idx] == NONE && !model.finished[idx] && !taken(order)
        });
        state.absent = loose.collect();
        state.begin();
        state
    }

    /// What is under way, as much of it as can be driven.
    fn load(&mut self, slot: u32) {
        let model = self.model;
        let of = self.of[slot as usize];
        let nodes: Vec<u32> = match model.slots[slot as usize].underway {
            Some(idx) => {
                let underway = &model.problem.underway[idx];
                self.locked[slot as usize] = underway.locked;
                underway.visits.iter().map(|&visit| model.node_of(of.vehicle, visit)).collect()
            }
            None => Vec::new(),
        };
        if settle(model, of, &nodes).is_some() || nodes.is_empty() {
            self.set(slot, nodes);
            return;
        }
        let mut kept = must_stay(model, &nodes, self.locked[slot as usize]);
        if settle(model, of, &kept).is_none() {
            // Not even what must stay can be driven in time: it stays as it is, and nothing is added.
            for &node in &kept {
                self.assign(model.nodes[node as usize].order, slot);
            }
            self.routes[slot as usize].nodes = kept;
            return;
        }
        for &next in &nodes {
            let order = model.nodes[next as usize].order;
            if order == NONE || kept.contains(&next) {
                continue;
            }
            let stays = |node: &u32| {
                let facts = &model.nodes[*node as usize];
                kept.contains(node) || facts.order == order || facts.part == Part::Reload
            };
            let more: Vec<u32> = nodes.iter().copied().filter(stays).collect();
            if settle(model, of, &more).is_some() {
                kept = more;
            }
        }
        self.set(slot, kept);
    }

    /// Whether orders may be added to a slot.
    pub(super) fn is_open(&self, slot: u32) -> bool {
        !self.model.slots[slot as usize].over && self.routes[slot as usize].is_driven()
    }
    pub(super) fn is_idle(&self, slot: u32) -> bool {
        self.routes[slot as usize].nodes.is_empty() && !self.model.slots[slot as usize].left
    }

    /// Starts a change that can be taken back.
    pub(super) fn begin(&mut self) {
        self.undo.turn += 1;
        self.undo.saved.clear();
        self.undo.moved.clear();
        self.undo.absent.clone_from(&self.absent);
        self.undo.value = self.value;
        self.broken = false;
    }
    /// Takes back everything since [`State::begin`].
    pub(super) fn roll_back(&mut self) {
        for (slot, route) in std::mem::take(&mut self.undo.saved) {
            self.draw(slot, 1);
            self.routes[slot as usize] = route;
            self.draw(slot, -1);
        }
        for &(order, slot) in self.undo.moved.iter().rev() {
            self.slot_of[order as usize] = slot;
        }
        std::mem::swap(&mut self.absent, &mut self.undo.absent);
        self.value = self.undo.value;
    }
    pub(super) fn touched(&self, slot: u32) -> bool {
        self.undo.stamp[slot as usize] == self.undo.turn
    }

    /// Gives a slot other nodes.
    pub(super) fn set(&mut self, slot: u32, nodes: Vec<u32>) {
        let model = self.model;
        let of = self.of[slot as usize];
        let mut route = Route { nodes, ..Route::default() };
        let idle = route.nodes.is_empty() && !model.slots[slot as usize].left;
        if is_plain(model, of, &route.nodes) {
            route.line = Line::new(model, of, &route.nodes);
            match &route.line {
                Some(line) => route.worth = line.worth(),
                None => self.broken |= !idle,
            }
            if model.shipments && route.line.is_some() {
                route.points = points(model, of, &route.nodes).unwrap_or_default();
            }
        } else if idle {
            route.points.push(Point::start(model, of, 0));
        } else if let Some(settled) = settle(model, of, &route.nodes) {
            (route.points, route.worth) = (settled.points, settled.worth);
        } else {
            self.broken = true;
        }
        route.latest = latest(model, of, &route.nodes);
        route.drawn = drawn(model, &route);
        self.version += 1;
        route.version = self.version;
        self.value += route.worth.value;
        for &node in &route.nodes {
            self.assign(model.nodes[node as usize].order, slot);
        }
        self.draw(slot, 1);
        let old = std::mem::replace(&mut self.routes[slot as usize], route);
        self.draw(slot, -1);
        self.value -= old.worth.value;
        if !self.touched(slot) {
            self.undo.stamp[slot as usize] = self.undo.turn;
            self.undo.saved.push((slot, old));
        }
    }

    /// Gives back what a slot draws, or takes it; stocks below nothing break the plan.
    fn draw(&mut self, slot: u32, sign: i64) {
        for &(stock, node) in &self.routes[slot as usize].drawn {
            let delivery = &self.model.nodes[node as usize].delivery;
            for (left, amount) in self.left[stock].iter_mut().zip(delivery) {
                *left += sign * amount;
                self.broken |= *left < 0;
            }
        }
    }
    /// Whether a stock has enough for a node.
    pub(super) fn has_stock(&self, stock: Option<usize>, node: u32) -> bool {
        let delivery = &self.model.nodes[node as usize].delivery;
        stock.is_none_or(|stock| self.left[stock].iter().zip(delivery).all(|(l, a)| a <= l))
    }

    /// Takes orders off a slot; those that come off are added to `out`.
    pub(super) fn take(&mut self, slot: u32, orders: &[u32], out: &mut Vec<u32>) {
        let model = self.model;
        for &order in orders {
            self.assign(order, NONE);
            out.push(order);
        }
        let old = &self.routes[slot as usize].nodes;
        let stays = |node: &u32| {
            let order = model.nodes[*node as usize].order;
            order == NONE || !orders.contains(&order)
        };
        let mut nodes: Vec<u32> = old.iter().copied().filter(stays).collect();
        tidy(model, &mut nodes, self.locked[slot as usize], model.slots[slot as usize].left);
        self.set(slot, nodes);
    }

    fn assign(&mut self, order: u32, slot: u32) {
        if order != NONE && self.slot_of[order as usize] != slot {
            self.undo.moved.push((order, self.slot_of[order as usize]));
            self.slot_of[order as usize] = slot;
        }
    }

    /// Whether a vehicle may drive what another does: skills, no depots of the other's between trips.
    pub(super) fn can_drive(&self, slot: u32, nodes: &[u32]) -> bool {
        let skills = self.model.problem.vehicles[self.of[slot as usize].vehicle].skills;
        nodes.iter().all(|&node| {
            let node = &self.model.nodes[node as usize];
            let order = node.order as usize;
            let way = || &self.model.ways[order][node.alternative as usize];
            node.order != NONE && skills.have(way().skills) && !self.model.aboard[order]
        })
    }

    /// Whether an order may be taken off its route at all.
    pub(super) fn movable(&self, order: u32) -> bool {
        let slot = self.slot_of[order as usize];
        if slot == NONE {
            return false;
        }
        let nodes = &self.routes[slot as usize].nodes;
        let of_order = |node: &u32| self.model.nodes[*node as usize].order == order;
        let locked = self.locked[slot as usize];
        let first = nodes.iter().position(of_order).unwrap_or(0);
        first >= locked && self.model.nodes[nodes[first] as usize].part != Part::Left
    }
}

/// What is locked, and the other half of shipments that are locked or on board.
fn must_stay(model: &Model<'_>, nodes: &[u32], locked: usize) -> Vec<u32> {
    let mut kept: Vec<u32> = nodes[..locked].to_vec();
    for &node in &nodes[locked..] {
        let facts = &model.nodes[node as usize];
        let begun = |&other: &u32| model.nodes[other as usize].order == facts.order;
        let aboard = facts.part == Part::Left && model.aboard[facts.order as usize];
        if facts.part == Part::Left && (aboard || nodes[..locked].iter().any(begun)) {
            kept.push(node);
        }
    }
    kept
}

/// Leaves out a depot behind which nothing comes before the next, or the end, or before which nothing was.
fn tidy(model: &Model<'_>, nodes: &mut Vec<u32>, locked: usize, left: bool) {
    let reload = |node: u32| model.nodes[node as usize].part == Part::Reload;
    let mut at = locked;
    while at < nodes.len() {
        let first = at == 0 && !left;
        let idle = nodes.get(at + 1).is_none_or(|&next| reload(next));
        if reload(nodes[at]) && (first || idle) {
            nodes.remove(at);
            at = at.saturating_sub(1).max(locked);
        } else {
            at += 1;
        }
    }
}

/// Each stock and the node that draws on it.
fn drawn(model: &Model<'_>, route: &Route) -> Vec<(usize, u32)> {
    if model.problem.stocks.is_empty() {
        return Vec::new();
    }
    if !route.is_driven() {
        return Vec::new();
    }
    let stock = |(at, &node): (usize, &u32)| {
        Some((model.nodes[node as usize].source(route.here(at).depot)?.stock?, node))
    };
    route.nodes.iter().enumerate().filter_map(stock).collect()
}

/// See [`Route::latest`].
fn latest(model: &Model<'_>, of: Of, nodes: &[u32]) -> Vec<i32> {
    let vehicle = &model.problem.vehicles[of.vehicle];
    let mut latest = vec![vehicle.shift.close; nodes.len() + 1];
    for (at, &node) in nodes.iter().enumerate().rev() {
        let facts = &model.nodes[node as usize];
        let to = match nodes.get(at + 1) {
            Some(&next) => Some(model.nodes[next as usize].place),
            None => vehicle.end,
        };
        let seconds = to.map_or(0, |to| model.arc(of.vehicle, facts.place, to).1);
        let most = latest[at + 1].saturating_sub(seconds).saturating_sub(facts.service);
        let in_window = facts.windows.iter().rev().find(|window| window.open <= most);
        latest[at] = in_window.map_or(-1, |window| window.close.min(most));
    }
    latest
}
