//! The best place of an order on a route: every alternative, every position, a trip of its own.

use super::burden::Worth;
use super::line::{Here, Line};
use super::model::{Model, NONE, Part, Way};
use super::point::{Of, Point};
use super::settle::worth;
use super::state::{Route, State};

/// Where an order would go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// What the route is worth more then: more is dearer.
    pub(super) more: i64,
    pub(super) alternative: u32,
    /// Before which node.
    pub(super) at: u32,
    /// Of a shipment, before which node it is left; as `at` where right behind.
    pub(super) left_at: u32,
    /// A depot that makes it a trip of its own, before or behind it; or none.
    pub(super) reload: u32,
    pub(super) reload_behind: bool,
    /// The stock that it draws on.
    pub(super) stock: Option<usize>,
}

impl Place {
    pub(super) const NONE: Self = Self {
        more: i64::MAX,
        alternative: 0,
        at: 0,
        left_at: 0,
        reload: NONE,
        reload_behind: false,
        stock: None,
    };
    /// The nodes with the order at this place.
    pub(super) fn apply(&self, way: &Way, nodes: &[u32]) -> Vec<u32> {
        let (at, left_at) = (self.at as usize, self.left_at as usize);
        let mut with = Vec::with_capacity(nodes.len() + 2);
        with.extend_from_slice(&nodes[..at]);
        if self.reload != NONE && !self.reload_behind {
            with.push(self.reload);
        }
        with.push(way.first);
        if way.second != NONE {
            with.extend_from_slice(&nodes[at..left_at]);
            with.push(way.second);
            with.extend_from_slice(&nodes[left_at..]);
            return with;
        }
        if self.reload != NONE && self.reload_behind {
            with.push(self.reload);
        }
        with.extend_from_slice(&nodes[at..]);
        with
    }
}

/// A look at one route for one order.
struct Look<'a> {
    model: &'a Model<'a>,
    of: Of,
    route: &'a Route,
    locked: usize,
    per_metre: f64,
    best: Place,
}

/// The cheapest place on a slot's route.
pub(super) fn best_place(state: &State<'_>, order: u32, slot: u32) -> Place {
    let model = state.model;
    let of = state.of[slot as usize];
    let facts = &model.problem.vehicles[of.vehicle];
    let home = model.home[order as usize];
    if !state.is_open(slot) || model.aboard[order as usize] && home != slot {
        return Place::NONE;
    }
    let mut look = Look {
        model,
        of,
        route: &state.routes[slot as usize],
        locked: state.locked[slot as usize],
        per_metre: model.per_metre[of.vehicle],
        best: Place::NONE,
    };
    for (alternative, way) in model.ways[order as usize].iter().enumerate() {
        if !facts.skills.have(way.skills) {
            continue;
        }
        let alternative = alternative as u32;
        if way.second == NONE {
            look.alone(way, Place { alternative, ..Place::NONE });
        } else {
            look.shipment(way, Place { alternative, ..Place::NONE });
        }
    }
    look.best
}

impl Look<'_> {
    /// The first position at which something loaded at a depot can be served.
    fn first_position(&self, way: &Way) -> usize {
        let node = &self.model.nodes[way.first as usize];
        let slot = &self.model.slots[self.of.slot as usize];
        if !slot.left || !node.is_loaded() || self.model.aboard[node.order as usize] {
            return self.locked;
        }
        let reload = |node: &u32| self.model.nodes[*node as usize].part == Part::Reload;
        let first = self.route.nodes.iter().position(reload);
        first.map_or(self.route.nodes.len() + 1, |first| (first + 1).max(self.locked))
    }

    fn alone(&mut self, way: &Way, place: Place) {
        let nodes = &self.route.nodes;
        let node = &self.model.nodes[way.first as usize];
        let facts = &self.model.problem.vehicles[self.of.vehicle];
        let (stops, trips) = self.route.count();
        if facts.stops_max.is_some_and(|most| stops >= most) {
            return;
        }
        if let Some(line) = self.route.line.as_ref().filter(|_| node.is_plain()) {
            self.on_line(way, place, line);
        } else {
            self.one_by_one(way, place);
        }
        if trips < facts.trips_max && !nodes.is_empty() {
            let first = self.model.reloads[self.of.vehicle];
            for reload in first..first + facts.reloads.len() as u32 {
                self.trip(way, Place { reload, ..place });
            }
        }
    }

    /// A plain stop on a plain route.
    fn on_line(&mut self, way: &Way, place: Place, line: &Line) {
        let node = &self.model.nodes[way.first as usize];
        let cost = self.model.cost(node, self.of.slot);
        let from = (self.first_position(way), self.per_metre, self.best.more);
        let found = line.best(self.model, self.of, (node, cost), &self.route.latest, from);
        if let Some((worth, at)) = found {
            let stock = node.source(self.route.here(at).depot).and_then(|source| source.stock);
            let at = at as u32;
            self.take(Place { at, left_at: at, stock, ..place }, Some(worth));
        }
        if !node.sources.is_empty() {
            // A trip that would have to wait for what is not ready yet.
            for at in self.first_position(way)..=self.route.nodes.len() {
                let here = self.route.here(at);
                let Some(source) = node.source(here.depot) else { continue };
                if source.ready > here.loaded
                    && let Some(detour) = self.detour(here, way.first, at)
                {
                    let (at, stock) = (at as u32, source.stock);
                    self.offer(way, Place { at, left_at: at, stock, ..place }, (detour, here));
                }
            }
        }
    }

    /// Any stop on any route.
    fn one_by_one(&mut self, way: &Way, place: Place) {
        let nodes = &self.route.nodes;
        let node = &self.model.nodes[way.first as usize];
        let mut trip_end = None;
        for at in self.first_position(way)..=nodes.len() {
            let here = self.route.here(at);
            let Some(source) = node.source(here.depot) else { continue };
            if !self.route.points.is_empty() {
                if trip_end.is_none_or(|end| end < at) {
                    let end = (at..nodes.len()).find(|&at| self.is_reload(at));
                    trip_end = Some(end.unwrap_or(nodes.len()));
                }
                let end = &self.route.points[trip_end.unwrap_or(at)];
                if !end.has_room(self.model, self.of, node) {
                    continue;
                }
            }
            if let Some(detour) = self.detour(here, way.first, at) {
                let (at, stock) = (at as u32, source.stock);
                self.offer(way, Place { at, left_at: at, stock, ..place }, (detour, here));
            }
        }
    }

    /// A trip for a stop alone, behind one of the route's or before it.
    fn trip(&mut self, way: &Way, place: Place) {
        let nodes = &self.route.nodes;
        let node = &self.model.nodes[way.first as usize];
        let depot = self.model.nodes[place.reload as usize].place;
        let left = self.model.slots[self.of.slot as usize].left;
        let stock = |depot: u32| node.source(depot).map(|source| source.stock);
        for at in self.locked..=nodes.len() {
            let behind = (at > 0 || left) && (at == nodes.len() || self.is_reload(at));
            let before = at < nodes.len() && (at == 0 && !left || at > 0 && self.is_reload(at - 1));
            if !behind && !before {
                continue;
            }
            let here = self.route.here(at);
            let place = Place { at: at as u32, left_at: at as u32, ..place };
            if let (true, Some(stock)) = (behind, stock(depot)) {
                let detour = self.chain(here, [depot, node.place], at);
                self.offer(way, Place { stock, ..place }, (detour, here));
            }
            if let (true, Some(stock)) = (before, stock(here.depot)) {
                let detour = self.chain(here, [node.place, depot], at);
                self.offer(way, Place { stock, reload_behind: true, ..place }, (detour, here));
            }
        }
    }

    fn is_reload(&self, at: usize) -> bool {
        let node = self.route.nodes.get(at);
        node.is_some_and(|&node| self.model.nodes[node as usize].part == Part::Reload)
    }

    fn shipment(&mut self, way: &Way, place: Place) {
        let nodes = &self.route.nodes;
        for at in self.locked..=nodes.len() {
            let before = &self.route.points[at];
            let Some(detour) = self.detour(before.here(), way.first, at) else { continue };
            if self.bound(detour) >= self.best.more {
                continue;
            }
            let Some(mut point) = before.then(self.model, self.of, way.first, 0) else { continue };
            let place = Place { at: at as u32, ..place };
            for left_at in at..=nodes.len() {
                if left_at > at && !point.go_on(self.model, self.of, nodes[left_at - 1], 0) {
                    break;
                }
                let Some(more) = self.detour(point.here(), way.second, left_at) else { continue };
                let so_far = if left_at == at { 0 } else { detour };
                if self.bound(so_far + more) < self.best.more {
                    let left_at = left_at as u32;
                    self.offer_left(way, Place { left_at, ..place }, &point);
                }
            }
        }
    }

    /// Metres more with a node behind a place and before a position, if time allows by what is
    /// quickly seen.
    fn detour(&self, before: Here, node: u32, at: usize) -> Option<i64> {
        let facts = &self.model.nodes[node as usize];
        let (to, drive) = self.arc(before.place, facts.place);
        let ready = before.leave + drive;
        let window = facts.windows.iter().find(|window| window.close >= ready)?;
        let leave = ready.max(window.open) + facts.service;
        let Some(next) = self.next(at) else {
            return (leave <= self.route.latest[at]).then_some(to);
        };
        let (onward, drive) = self.arc(facts.place, next);
        let in_time = leave + drive <= self.route.latest[at];
        in_time.then(|| to + onward - self.arc(before.place, next).0)
    }

    /// Metres more with two places behind a place and before a position.
    fn chain(&self, before: Here, [one, two]: [u32; 2], at: usize) -> i64 {
        let to = self.arc(before.place, one).0 + self.arc(one, two).0;
        let Some(next) = self.next(at) else { return to };
        to + self.arc(two, next).0 - self.arc(before.place, next).0
    }

    /// The place of the node at a position, or of the end.
    fn next(&self, at: usize) -> Option<u32> {
        let next = self.route.nodes.get(at).map(|&next| self.model.nodes[next as usize].place);
        next.or_else(|| self.model.end(self.of))
    }

    /// Metres and seconds; from nowhere, where a route begins at its first stop, none.
    fn arc(&self, from: u32, to: u32) -> (i64, i32) {
        if from == NONE {
            return (0, 0);
        }
        let (metres, seconds) = self.model.arc(self.of.vehicle, from, to);
        (metres.into(), seconds)
    }

    /// What a detour is worth at the least.
    fn bound(&self, detour: i64) -> i64 {
        (self.per_metre * detour as f64) as i64
    }

    /// Takes a place of an order with one stop if it is better.
    fn offer(&mut self, way: &Way, place: Place, (detour, here): (i64, Here)) {
        if self.bound(detour) >= self.best.more {
            return;
        }
        let (model, of, at) = (self.model, self.of, place.at as usize);
        let node = &model.nodes[way.first as usize];
        let stop = (node, model.cost(node, of.slot));
        let line = self.route.line.as_ref().filter(|_| node.is_plain());
        let worth = match line {
            Some(line) if place.reload != NONE && !place.reload_behind && line.may_ask() => {
                let reload = &model.nodes[place.reload as usize];
                let ready = node.source(reload.place).map_or(0, |source| source.ready);
                line.with_trip(model, of, stop, (reload, ready), at)
            }
            None if place.reload == NONE && node.is_ready(here.depot, here.loaded) => {
                let Some(before) = self.route.points.get(at) else {
                    self.take(place, self.anew(way, place));
                    return;
                };
                if let Some(point) = before.then(model, of, way.first, 0) {
                    self.rest(way, place, point, at);
                }
                return;
            }
            _ => self.anew(way, place),
        };
        self.take(place, worth);
    }

    /// As `offer` for a shipment that was taken and is left behind `point`.
    fn offer_left(&mut self, way: &Way, place: Place, point: &Point) {
        if let Some(point) = point.then(self.model, self.of, way.second, 0) {
            self.rest(way, place, point, place.left_at as usize);
        }
    }

    /// Drives the nodes from `at` and keeps the place if it is the best.
    fn rest(&mut self, way: &Way, place: Place, mut point: Point, at: usize) {
        if self.model.rides {
            let worth = self.anew(way, place);
            self.take(place, worth);
            return;
        }
        let mut rest = self.route.nodes[at..].iter();
        if rest.all(|&node| point.go_on(self.model, self.of, node, 0)) {
            self.take(place, point.finish(self.model, self.of).map(|(worth, _)| worth));
        }
    }

    /// Drives the whole route anew.
    fn anew(&self, way: &Way, place: Place) -> Option<Worth> {
        worth(self.model, self.of, &place.apply(way, &self.route.nodes))
    }

    fn take(&mut self, place: Place, worth: Option<Worth>) {
        let more = worth.map_or(i64::MAX, |worth| worth.value - self.route.worth.value);
        if more < self.best.more {
            self.best = Place { more, ..place };
        }
    }
}
