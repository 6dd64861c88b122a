//! Ruin and recreate on rich routes, annealed (Christiaens and Vanden Berghe 2020).

use super::model::{Model, NONE};
use super::place::{Place, best_place};
use super::settle::worth;
use super::state::State;
use crate::search::Watch;
use quantity::seed::Sequence;

/// Orders removed in the mean, and most of one string.
const REMOVED_MEAN: f64 = 10.0;
const STRING_MAX: f64 = 10.0;
/// Chance that a route's best place is overlooked.
const BLINK: f64 = 0.01;
/// One in so many changes looks for better vehicles.
const REFIT: usize = 4;
/// One in so many times an idle vehicle is passed by: what is cheapest for one order need not be for
/// those that follow.
const PASSED_BY: usize = 8;
/// With more slots to look at, near ones come first.
const CANDIDATES_MAX: usize = 16;
/// Iterations between two looks at the budget.
const LOOK: u64 = 8;
/// Start and end temperature in the mean value of a stop.
const HOT: f64 = 1.0;
const COLD: f64 = 0.003;
/// Of the budget, for finding a place for all that must be served.
const PLACES_SHARE: f64 = 0.3;

/// The best plan so far: the nodes of each slot.
#[derive(Clone, Debug, Default)]
struct Best {
    nodes: Vec<Vec<u32>>,
    absent: Vec<u32>,
    rank: (usize, i64),
}

/// A search on its way.
pub(super) struct Search<'a> {
    pub(super) state: State<'a>,
    random: Sequence,
    /// Best places by slot and order, known by the version of the route; a row once the slot is looked at.
    known: Vec<Vec<(u32, Place)>>,
    /// What leaving an order out is worth.
    price: Vec<i64>,
    /// How often each was left out.
    absences: Vec<u32>,
    /// Slots to look at: those in use, and of idle ones one of each type.
    candidates: Vec<u32>,
    near: Vec<u32>,
    best: Best,
    removed: Vec<u32>,
    pub(super) iterations: u64,
}

impl<'a> Search<'a> {
    /// Inserts all that is absent and has a place.
    pub(super) fn new(model: &'a Model<'a>, random: Sequence) -> Self {
        let state = State::new(model);
        let mut search = Self {
            state,
            random,
            known: vec![Vec::new(); model.slots.len()],
            price: vec![i64::MAX / 4; model.ways.len()],
            absences: vec![1; model.ways.len()],
            candidates: Vec::new(),
            near: Vec::new(),
            best: Best::default(),
            removed: Vec::new(),
            iterations: 0,
        };
        search.price();
        let mut absent = std::mem::take(&mut search.state.absent);
        absent.sort_by_key(|&order| (search.price[order as usize], order));
        search.recreate(&absent);
        search.state.begin();
        search.keep();
        search
    }

    /// An order that must be served is worth several times what any could cost alone.
    fn price(&mut self) {
        let model = self.state.model;
        self.look_around();
        let idle = self.candidates.iter().filter(|&&slot| self.state.is_idle(slot));
        let alone =
            idle.flat_map(|&slot| (0..model.ways.len() as u32).map(move |order| (order, slot)));
        let alone = alone.map(|(order, slot)| best_place(&self.state, order, slot).more);
        let dearest = alone.filter(|&more| more < i64::MAX).max().unwrap_or(1).max(1);
        for (order, price) in self.price.iter_mut().enumerate() {
            *price = match model.problem.orders[order].penalty {
                Some(penalty) if model.weights.optional => model.weights.value(penalty, 0, 0),
                _ => dearest.saturating_mul(4),
            };
        }
    }

    /// Orders that should be served and are not, and the value with what is left out.
    fn rank(&self) -> (usize, i64) {
        let must = |&&order: &&u32| self.must(order);
        (self.state.absent.iter().filter(must).count(), self.value())
    }
    /// Whether an order is to be served if it can be.
    fn must(&self, order: u32) -> bool {
        let model = self.state.model;
        model.problem.orders[order as usize].penalty.is_none() || !model.weights.optional
    }
    fn value(&self) -> i64 {
        let out: i64 = self.state.absent.iter().map(|&order| self.price[order as usize]).sum();
        self.state.value + out
    }

    fn keep(&mut self) {
        self.best.rank = self.rank();
        self.best.nodes.clear();
        self.best.nodes.extend(self.state.routes.iter().map(|route| route.nodes.clone()));
        self.best.absent.clone_from(&self.state.absent);
    }

    /// Puts the best plan back.
    pub(super) fn restore(&mut self) {
        self.state.begin();
        let other: Vec<u32> = (0..self.state.routes.len() as u32)
            .filter(|&slot| {
                self.state.routes[slot as usize].nodes != self.best.nodes[slot as usize]
            })
            .collect();
        for order in self.best.absent.clone() {
            self.state.slot_of[order as usize] = NONE;
        }
        for slot in other {
            self.state.set(slot, self.best.nodes[slot as usize].clone());
        }
        self.state.absent.clone_from(&self.best.absent);
        self.state.begin();
    }

    /// The value of a stop.
    pub(super) fn mean(&self) -> f64 {
        (self.state.value as f64 / self.state.model.ways.len().max(1) as f64).abs().max(1.0)
    }

    /// Cools over the share of the budget; `mean` is the value of a stop.
    pub(super) fn anneal(&mut self, mean: f64, watch: &mut dyn Watch) {
        let orders = 0..self.state.model.ways.len() as u32;
        if !orders.into_iter().any(|o| self.state.movable(o) || self.state.absent.contains(&o)) {
            return;
        }
        self.serve_all(COLD * mean, watch);
        let from = watch.used(self.iterations);
        let mut temperature = HOT * mean;
        loop {
            if self.iterations.is_multiple_of(LOOK) {
                let used = watch.used(self.iterations);
                if used >= 1.0 {
                    break;
                }
                let share = ((used - from) / (1.0 - from)).max(0.0);
                temperature = HOT * mean * (COLD / HOT).powf(share);
            }
            if self.step(temperature) {
                let routes = self.state.routes.iter().filter(|route| !route.nodes.is_empty());
                watch.found(self.iterations, routes.count(), self.best.rank.1);
            }
        }
        self.restore();
    }

    /// Searches places for all that must be served: who was left out often weighs much (Christiaens and
    /// Vanden Berghe 2020, the sum of absences).
    fn serve_all(&mut self, temperature: f64, watch: &mut dyn Watch) {
        while self.rank().0 > 0 {
            if self.iterations.is_multiple_of(LOOK) && watch.used(self.iterations) >= PLACES_SHARE {
                break;
            }
            let (before, value) = (self.absent_sum(), self.state.value);
            self.change();
            let after = self.absent_sum();
            for idx in 0..self.state.absent.len() {
                let order = self.state.absent[idx];
                self.absences[order as usize] += 1;
            }
            let rise = (self.state.value - value) as f64;
            let chance = 1.0 - self.random.unit();
            let better = after < before || after == before && rise < -temperature * chance.ln();
            if self.state.broken || !better {
                self.state.roll_back();
            } else if self.rank() < self.best.rank {
                self.keep();
            }
        }
    }
    fn absent_sum(&self) -> u64 {
        let must = self.state.absent.iter().filter(|&&order| self.must(order));
        must.map(|&order| u64::from(self.absences[order as usize])).sum()
    }

    /// Whether the plan is better than the best before.
    fn step(&mut self, temperature: f64) -> bool {
        let before = self.value();
        self.change();
        let rise = (self.value() - before) as f64;
        let chance = 1.0 - self.random.unit();
        if self.state.broken || rise >= -temperature * chance.ln() {
            self.state.roll_back();
            return false;
        }
        let better = self.rank() < self.best.rank;
        if better {
            self.keep();
        }
        better
    }

    /// Ruins around an order and recreates; can still be rolled back.
    fn change(&mut self) {
        self.iterations += 1;
        self.state.begin();
        let mut removed = std::mem::take(&mut self.removed);
        removed.clear();
        removed.extend_from_slice(&self.state.absent);
        let seed = self.seed();
        self.ruin(seed, &mut removed);
        if !self.state.broken {
            self.sort(&mut removed);
            self.recreate(&removed);
            if self.state.model.problem.vehicles.len() > 1 && self.random.below(REFIT) == 0 {
                self.refit();
            }
        }
        self.removed = removed;
    }

    /// An order around which room is made.
    fn seed(&mut self) -> u32 {
        let absent = &self.state.absent;
        if !absent.is_empty() && self.random.draw() & 1 == 0 {
            absent[self.random.below(absent.len())]
        } else {
            self.random.below(self.state.model.ways.len()) as u32
        }
    }

    /// Removes strings of orders that lie near each other.
    fn ruin(&mut self, seed: u32, out: &mut Vec<u32>) {
        let model = self.state.model;
        let routes = self.state.routes.iter().filter(|route| !route.nodes.is_empty()).count();
        let served = model.ways.len().saturating_sub(self.state.absent.len()).max(1);
        let string_max = STRING_MAX.min(served as f64 / routes.max(1) as f64);
        let strings_max = 4.0 * REMOVED_MEAN / (1.0 + string_max) - 1.0;
        let strings = (self.random.unit() * strings_max + 1.0) as usize;
        let mut ruined = 0;
        for order in std::iter::once(seed).chain(model.near(seed).iter().copied()) {
            if ruined == strings {
                break;
            }
            let slot = self.state.slot_of[order as usize];
            if slot == NONE || self.state.touched(slot) || !self.state.movable(order) {
                continue;
            }
            ruined += 1;
            let string = self.string(order, slot, string_max);
            self.state.take(slot, &string, out);
        }
    }

    /// A string of orders of a route that holds this one; with luck some in its middle stay.
    fn string(&mut self, order: u32, slot: u32, string_max: f64) -> Vec<u32> {
        let model = self.state.model;
        let nodes = &self.state.routes[slot as usize].nodes;
        let mut orders: Vec<u32> = Vec::with_capacity(nodes.len());
        for &node in &nodes[self.state.locked[slot as usize]..] {
            let of = model.nodes[node as usize].order;
            if of != NONE && !orders.contains(&of) && self.state.movable(of) {
                orders.push(of);
            }
        }
        let most = string_max.min(orders.len() as f64);
        let length = ((self.random.unit() * most + 1.0) as usize).min(orders.len());
        let at = orders.iter().position(|&other| other == order).unwrap_or(0);
        let mut kept = 0;
        if length > 1 && length < orders.len() && self.random.draw() & 1 == 0 {
            kept = 1 + self.random.below(orders.len() - length);
            kept = kept.min(3);
        }
        let whole = length + kept;
        let low = (at + 1).saturating_sub(whole);
        let high = at.min(orders.len() - whole);
        let from = low + self.random.below(high.max(low) - low + 1);
        let mut string: Vec<u32> = orders[from..from + whole].to_vec();
        if kept > 0 {
            let behind = 1 + self.random.below(length - 1);
            string.drain(behind..behind + kept);
        }
        string
    }

    fn sort(&mut self, orders: &mut [u32]) {
        let model = self.state.model;
        let node = |order: u32| &model.nodes[model.ways[order as usize][0].first as usize];
        let size = |order: u32| {
            let node = node(order);
            node.delivery.iter().chain(&node.pickup).chain(&node.change).sum::<i64>()
        };
        let open = |order: u32| node(order).windows.first().map_or(0, |window| window.open);
        let close = |order: u32| node(order).windows.last().map_or(0, |window| window.close);
        match self.random.below(17) {
            0..4 => {
                for last in (1..orders.len()).rev() {
                    orders.swap(last, self.random.below(last + 1));
                }
            }
            4..8 => orders.sort_unstable_by_key(|&order| (-size(order), order)),
            8..11 => {
                orders.sort_unstable_by_key(|&order| (-self.price[order as usize], order));
            }
            11..13 => orders.sort_unstable_by_key(|&order| (close(order) - open(order), order)),
            13..15 => orders.sort_unstable_by_key(|&order| (open(order), order)),
            _ => orders.sort_unstable_by_key(|&order| (-close(order), order)),
        }
    }

    /// Inserts each at its best place; those without one are absent.
    fn recreate(&mut self, orders: &[u32]) {
        self.state.absent.clear();
        self.look_around();
        for &order in orders {
            let (slot, place) = self.best(order);
            if slot == NONE {
                self.state.absent.push(order);
                continue;
            }
            let way = &self.state.model.ways[order as usize][place.alternative as usize];
            let nodes = place.apply(way, &self.state.routes[slot as usize].nodes);
            let idle = self.state.is_idle(slot);
            let before = self.state.value;
            self.state.set(slot, nodes);
            debug_assert!(
                self.state.value == before + place.more,
                "a change is worth what the whole route says"
            );
            if idle {
                self.look_around();
            }
        }
    }

    /// Gives changed routes to idle vehicles that drive them cheaper.
    fn refit(&mut self) {
        let model = self.state.model;
        for slot in 0..self.state.routes.len() as u32 {
            let route = &self.state.routes[slot as usize];
            let own = model.slots[slot as usize].underway.is_some();
            if own || route.nodes.is_empty() || !self.state.touched(slot) {
                continue;
            }
            let (mut best, nodes) = (route.worth.value, route.nodes.clone());
            let mut by = slot;
            self.look_around();
            for &idle in &self.candidates {
                if self.state.is_idle(idle) && self.state.can_drive(idle, &nodes) {
                    let worth = worth(model, self.state.of[idle as usize], &nodes);
                    if let Some(worth) = worth.filter(|worth| worth.value < best) {
                        (best, by) = (worth.value, idle);
                    }
                }
            }
            if by != slot {
                self.state.set(slot, Vec::new());
                self.state.set(by, nodes);
            }
        }
    }

    /// Finds the candidates: idle vehicles of a type are one like the other, but for those that were planned.
    fn look_around(&mut self) {
        self.candidates.clear();
        let mut idle = None;
        for (slot, facts) in self.state.model.slots.iter().enumerate() {
            if facts.over {
                continue;
            }
            if self.state.is_idle(slot as u32) && facts.underway.is_none() {
                if idle == Some(facts.unit.vehicle) {
                    continue;
                }
                idle = Some(facts.unit.vehicle);
            }
            self.candidates.push(slot as u32);
        }
    }

    /// The slot and the place there that are cheapest, if that is less than leaving the order out. Where
    /// there are many routes, first those by which the order's neighbours are served.
    fn best(&mut self, order: u32) -> (u32, Place) {
        if self.candidates.len() > CANDIDATES_MAX {
            let near = self.near_candidates(order);
            let best = self.best_of(order, &near);
            self.near = near;
            if best.0 != NONE {
                return best;
            }
        }
        let all = std::mem::take(&mut self.candidates);
        let best = self.best_of(order, &all);
        self.candidates = all;
        best
    }

    /// Slots of the neighbours, and the idle ones.
    fn near_candidates(&mut self, order: u32) -> Vec<u32> {
        let mut near = std::mem::take(&mut self.near);
        near.clear();
        let idle = |&slot: &u32| self.state.is_idle(slot);
        near.extend(self.candidates.iter().copied().filter(idle));
        for &other in self.state.model.near(order) {
            let slot = self.state.slot_of[other as usize];
            if slot != NONE && !near.contains(&slot) {
                near.push(slot);
            }
        }
        near
    }

    fn best_of(&mut self, order: u32, slots: &[u32]) -> (u32, Place) {
        let mut best = (NONE, Place { more: self.price[order as usize], ..Place::NONE });
        let idle_too = self.state.model.problem.vehicles.len() > 1;
        for &slot in slots {
            if idle_too && self.state.is_idle(slot) && self.random.below(PASSED_BY) == 0 {
                continue;
            }
            let place = self.look_up(order, slot);
            if place.more < best.1.more && self.random.unit() >= BLINK {
                let way = self.state.model.ways[order as usize][place.alternative as usize];
                if self.state.has_stock(place.stock, way.first) {
                    best = (slot, place);
                }
            }
        }
        best
    }

    /// What is known of an order on a slot's route, or is found out now.
    fn look_up(&mut self, order: u32, slot: u32) -> Place {
        let version = self.state.routes[slot as usize].version;
        let row = &mut self.known[slot as usize];
        if row.is_empty() {
            row.resize(self.state.model.ways.len(), (0, Place::NONE));
        }
        let known = &mut row[order as usize];
        if known.0 != version {
            *known = (version, best_place(&self.state, order, slot));
        }
        known.1
    }
}
