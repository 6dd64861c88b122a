//! Recreate: each removed stop at its best place, some places overlooked by chance.

use super::arcs::Arcs;
use super::model::{Model, NONE};
use super::scan::{Found, NO_PLACE, cost_alone, scan};
use super::state::State;
use quantity::seed::Sequence;

/// A place that was found on a route of that version.
#[derive(Clone, Copy, Debug)]
struct Known {
    version: u32,
    found: Found,
}

/// Chance that a route's best place is overlooked, of 2^32: 1 %.
const BLINK: u32 = 42_949_673;

/// The best place so far.
#[derive(Clone, Copy, Debug)]
struct Best {
    cost: i64,
    /// A slot, or a kind where `at` is 0.
    slot: u32,
    at: u32,
    delivery_at: u32,
}

/// Inserts stops; keeps what it has learnt of routes.
#[derive(Debug)]
pub(crate) struct Recreate {
    /// Best places by stop and slot, known by the version of the route.
    known: Vec<Known>,
    slots: usize,
    /// Cost of a route of its own by stop and kind; negative where there can be none.
    alone: Vec<i64>,
    weights: [u32; 7],
}

impl Recreate {
    pub(crate) fn new<A: Arcs, const TIMED: bool>(state: &State<'_, A, TIMED>) -> Self {
        let model = state.model;
        let kinds = model.kinds.len();
        let mut alone = vec![-1; model.n * kinds];
        for stop in model.stops().filter(|&stop| !model.delivers[stop as usize]) {
            for kind in 0..kinds {
                if let Some(cost) = cost_alone(model, state.arcs, stop, kind) {
                    alone[stop as usize * kinds + kind] = cost;
                }
            }
        }
        let weights = if TIMED { [4, 4, 2, 1, 2, 2, 2] } else { [4, 4, 2, 1, 0, 0, 0] };
        Self { known: Vec::new(), slots: 0, alone, weights }
    }

    /// Whether a stop can be served by a vehicle for it alone.
    pub(crate) fn hopeless(&self, model: &Model, stop: u32) -> bool {
        let kinds = model.kinds.len();
        self.alone[stop as usize * kinds..][..kinds].iter().all(|&cost| cost < 0)
    }

    /// Inserts all of `stops`; those without a place become absent.
    pub(crate) fn recreate<A: Arcs, const TIMED: bool>(
        &mut self,
        state: &mut State<'_, A, TIMED>,
        stops: &mut [u32],
        random: &mut Sequence,
    ) {
        self.sort(state.model, stops, random);
        state.absent.clear();
        for &stop in &*stops {
            match self.best_place(state, stop, random) {
                Some(best) => place(state, stop, best),
                None => state.absent.push(stop),
            }
        }
    }

    fn sort(&self, model: &Model, stops: &mut [u32], random: &mut Sequence) {
        let of = |stop: u32| stop as usize;
        let mut draw = random.below(self.weights.iter().sum::<u32>() as usize) as u32;
        let order = self.weights.iter().position(|&weight| {
            let here = draw < weight;
            draw = draw.wrapping_sub(weight);
            here
        });
        match order.unwrap_or(0) {
            0 => {
                for last in (1..stops.len()).rev() {
                    stops.swap(last, random.below(last + 1));
                }
            }
            1 => stops.sort_unstable_by_key(|&stop| (-model.demand(stop), stop)),
            2 => stops.sort_unstable_by_key(|&stop| (-model.from_depot[of(stop)], stop)),
            3 => stops.sort_unstable_by_key(|&stop| (model.from_depot[of(stop)], stop)),
            4 => stops
                .sort_unstable_by_key(|&stop| (model.close[of(stop)] - model.open[of(stop)], stop)),
            5 => stops.sort_unstable_by_key(|&stop| (model.open[of(stop)], stop)),
            _ => stops.sort_unstable_by_key(|&stop| (-model.close[of(stop)], stop)),
        }
    }

    fn best_place<A: Arcs, const TIMED: bool>(
        &mut self,
        state: &State<'_, A, TIMED>,
        stop: u32,
        random: &mut Sequence,
    ) -> Option<Best> {
        let model = state.model;
        let kinds = model.kinds.len();
        let mut best = Best { cost: i64::MAX, slot: NONE, at: 0, delivery_at: 0 };
        for kind in 0..kinds {
            let cost = self.alone[stop as usize * kinds + kind];
            // What is cheapest for one stop need not be for those that follow.
            if kinds > 1 && random.draw().is_multiple_of(8) {
                continue;
            }
            if cost >= 0 && cost < best.cost && state.left(kind) {
                best = Best { cost, slot: kind as u32, at: 0, delivery_at: 0 };
            }
        }
        for slot in 0..state.room.len() {
            if state.room[slot] >= model.demand(stop) {
                self.consider(state, stop, slot, &mut best, random);
            }
        }
        (best.slot != NONE).then_some(best)
    }

    /// Takes the best place on one route if it is better.
    #[inline]
    fn consider<A: Arcs, const TIMED: bool>(
        &mut self,
        state: &State<'_, A, TIMED>,
        stop: u32,
        slot: usize,
        best: &mut Best,
        random: &mut Sequence,
    ) {
        let model = state.model;
        let demand = model.demands(stop);
        let plain = model.kinds.len() == 1 && !model.paid;
        if (demand.len() > 1 || !plain) && !model.paired && !state.fits(slot as u32, demand) {
            return;
        }
        let per_distance = model.kinds[0].per_distance;
        let price = |found: Found| match found.longer {
            NO_PLACE => i64::MAX,
            longer if plain => per_distance * i64::from(longer),
            longer => state.price_with(slot as u32, longer.into(), found.later, demand),
        };
        let found = self.look_up(state, stop, slot);
        let cost = price(found);
        if cost < best.cost && (random.draw() as u32) < BLINK {
            return;
        }
        if cost < best.cost {
            let Found { at, delivery_at, .. } = found;
            *best = Best { cost, slot: slot as u32, at, delivery_at };
        }
    }

    /// What is known of a stop and a route, or is found out now.
    #[inline]
    fn look_up<A: Arcs, const TIMED: bool>(
        &mut self,
        state: &State<'_, A, TIMED>,
        stop: u32,
        slot: usize,
    ) -> Found {
        if slot >= self.slots {
            self.slots = (state.room.len() + 8).next_multiple_of(16);
            self.known.clear();
            self.known.resize(state.model.n * self.slots, Known { version: 0, found: Found::NONE });
        }
        let known = &mut self.known[stop as usize * self.slots + slot];
        let version = state.routes[slot].version;
        if known.version != version {
            let found = scan(state, stop, slot);
            *known = Known { version, found };
        }
        known.found
    }
}

fn place<A: Arcs, const TIMED: bool>(state: &mut State<'_, A, TIMED>, stop: u32, best: Best) {
    let partner = state.model.partner[stop as usize];
    let (slot, at) =
        if best.at == 0 { (state.open_route(best.slot), 1) } else { (best.slot, best.at) };
    state.insert(slot, at as usize, stop);
    if partner != NONE {
        let delivery_at = best.delivery_at.max(1) as usize + 1;
        state.insert(slot, delivery_at, partner);
    }
}
