//! Recreate: each removed stop at its best place, some places overlooked by chance.

use super::arcs::Arcs;
use super::model::{Model, NONE};
use super::scan::{Found, NO_PLACE, cost_alone, scan, scan_beside};
use super::state::State;
use quantity::seed::Sequence;

/// The rest of what is known of a place.
#[derive(Clone, Copy, Debug, Default)]
struct KnownPlace {
    later: i32,
    at: u32,
    delivery_at: u32,
}

/// Columns where only near routes are looked at: those that share one take turns.
const COLUMNS_NEAR: usize = 64;
/// With more slots than these, only the routes of near stops are looked at, if one has a place.
const SLOTS_ALL: usize = 256;
/// Near stops whose routes are looked at.
const NEAR: usize = 40;

/// Chance that a route's best place is overlooked and its second best taken, of 2^32: 1 %.
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
    /// Best places by stop and column, which is the slot up to `columns`, a power of two: the
    /// version of the route, which no other route has, and how much longer it becomes.
    versions: Vec<u32>,
    longer: Vec<i32>,
    places: Vec<KnownPlace>,
    columns: usize,
    /// The newest version that was seen.
    newest: u32,
    /// The turn in which a slot was looked at last.
    seen: Vec<u32>,
    turn: u32,
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
        let (versions, longer, places) = (Vec::new(), Vec::new(), Vec::new());
        Self {
            versions,
            longer,
            places,
            columns: 0,
            newest: 0,
            seen: Vec::new(),
            turn: 0,
            alone,
            weights,
        }
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
        self.widen(state);
        let alone = best.cost;
        if state.room.len() > SLOTS_ALL {
            self.nearest_of_near(state, stop, &mut best, random);
        }
        // Where many near routes are full, all of the others would be looked at again and again.
        let few = state.room.len() <= SLOTS_ALL;
        if few || best.cost == alone && (alone == i64::MAX || random.draw().is_multiple_of(8)) {
            if model.plain {
                self.nearest_plain(state, stop, &mut best, random);
            } else {
                for slot in 0..state.room.len() {
                    self.consider(state, stop, slot, &mut best, random);
                }
            }
        }
        (best.slot != NONE).then_some(best)
    }

    /// Takes the best place on the routes of near stops.
    fn nearest_of_near<A: Arcs, const TIMED: bool>(
        &mut self,
        state: &State<'_, A, TIMED>,
        stop: u32,
        best: &mut Best,
        random: &mut Sequence,
    ) {
        self.seen.resize(state.room.len().max(self.seen.len()), 0);
        self.turn = self.turn.wrapping_add(1);
        let model = state.model;
        let mut nearest = Nearest::than(best.cost, model);
        let near = model.near(stop);
        for &other in &near[..near.len().min(NEAR)] {
            let slot = state.route_of[other as usize];
            if slot == NONE || self.seen[slot as usize] == self.turn {
                continue;
            }
            self.seen[slot as usize] = self.turn;
            let slot = slot as usize;
            if !model.plain {
                self.consider(state, stop, slot, best, random);
            } else if state.room[slot] >= model.demand(stop) {
                self.offer(state, (stop, slot), &mut nearest, best, random);
            }
        }
    }

    /// Takes the best place on any route where cost is distance and load a number.
    fn nearest_plain<A: Arcs, const TIMED: bool>(
        &mut self,
        state: &State<'_, A, TIMED>,
        stop: u32,
        best: &mut Best,
        random: &mut Sequence,
    ) {
        let demand = state.model.demand(stop);
        let mut nearest = Nearest::than(best.cost, state.model);
        let (rooms, _) = state.room.as_chunks::<BLOCK>();
        let (versions, rest) = state.versions.as_chunks::<BLOCK>();
        for (block, (room, versions)) in rooms.iter().zip(versions).enumerate() {
            let column = self.column(stop, block * BLOCK);
            let known = self.versions[column..].first_chunk().expect("columns are whole blocks");
            let longer = self.longer[column..].first_chunk().expect("columns are whole blocks");
            let enough = room.map(|room| u32::from(room >= demand));
            let mut lanes = promising(&enough, (versions, known), longer, nearest.longer_max);
            while lanes != 0 {
                let slot = block * BLOCK + lanes.trailing_zeros() as usize;
                lanes &= lanes - 1;
                self.offer(state, (stop, slot), &mut nearest, best, random);
            }
        }
        for slot in state.versions.len() - rest.len()..state.versions.len() {
            if state.room[slot] >= demand {
                self.offer(state, (stop, slot), &mut nearest, best, random);
            }
        }
    }

    #[inline]
    fn offer<A: Arcs, const TIMED: bool>(
        &mut self,
        state: &State<'_, A, TIMED>,
        (stop, slot): (u32, usize),
        nearest: &mut Nearest,
        best: &mut Best,
        random: &mut Sequence,
    ) {
        let column = self.column(stop, slot);
        if self.versions[column] != state.versions[slot] {
            self.find(state, stop, slot);
        }
        let longer = self.longer[column];
        if longer < nearest.longer_max {
            let KnownPlace { mut at, mut delivery_at, .. } = self.places[column];
            let mut longer = longer;
            if (random.draw() as u32) < BLINK {
                Found { longer, at, delivery_at, .. } = scan_beside(state, stop, slot, at, random);
                if longer >= nearest.longer_max {
                    return;
                }
            }
            let cost = nearest.per_distance * i64::from(longer);
            *best = Best { cost, slot: slot as u32, at, delivery_at };
            nearest.longer_max = longer;
        }
    }

    /// Takes the best place on one route if it is better.
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
        if state.room[slot] < model.demand(stop)
            || !model.plain && !model.paired && !state.fits(slot as u32, demand)
        {
            return;
        }
        let column = self.column(stop, slot);
        if self.versions[column] != state.versions[slot] {
            self.find(state, stop, slot);
        }
        let longer = self.longer[column];
        let KnownPlace { mut later, mut at, mut delivery_at } = self.places[column];
        let price = |longer: i32, later| match longer {
            NO_PLACE => i64::MAX,
            _ => state.price_with(slot as u32, longer.into(), later, demand),
        };
        let mut cost = price(longer, later);
        if cost < best.cost && (random.draw() as u32) < BLINK {
            let longer;
            Found { longer, later, at, delivery_at } = scan_beside(state, stop, slot, at, random);
            cost = price(longer, later);
        }
        if cost < best.cost {
            *best = Best { cost, slot: slot as u32, at, delivery_at };
        }
    }

    #[inline]
    fn column(&self, stop: u32, slot: usize) -> usize {
        stop as usize * self.columns + (slot & (self.columns - 1))
    }

    /// Finds the best place on a route and keeps it.
    fn find<A: Arcs, const TIMED: bool>(
        &mut self,
        state: &State<'_, A, TIMED>,
        stop: u32,
        slot: usize,
    ) {
        let found = scan(state, stop, slot);
        let column = self.column(stop, slot);
        (self.versions[column], self.longer[column]) = (state.versions[slot], found.longer);
        let Found { later, at, delivery_at, .. } = found;
        self.places[column] = KnownPlace { later, at, delivery_at };
    }

    /// Makes columns for the slots, and forgets all when versions begin anew.
    fn widen<A: Arcs, const TIMED: bool>(&mut self, state: &State<'_, A, TIMED>) {
        let slots = state.room.len();
        let columns =
            if slots > SLOTS_ALL { COLUMNS_NEAR } else { slots.next_power_of_two().max(BLOCK) };
        if state.newest < self.newest {
            self.versions.fill(0);
        }
        self.newest = state.newest;
        if columns > self.columns || slots > SLOTS_ALL && columns != self.columns {
            self.columns = columns;
            let size = state.model.n * columns;
            self.versions.clear();
            self.versions.resize(size, 0);
            self.longer.clear();
            self.longer.resize(size, NO_PLACE);
            self.places.clear();
            self.places.resize(size, KnownPlace::default());
        }
    }
}

/// What a place must be better than.
struct Nearest {
    per_distance: i64,
    longer_max: i32,
}

impl Nearest {
    fn than(cost: i64, model: &Model) -> Self {
        let per_distance = model.kinds[0].per_distance.max(1);
        let longer_max = cost.saturating_add(per_distance - 1) / per_distance;
        Self { per_distance, longer_max: longer_max.min(i64::from(NO_PLACE)) as i32 }
    }
}

/// Slots that are looked at together.
const BLOCK: usize = 8;

/// Of a block of slots those, as bits, that have room and a place that is near enough, or not known.
#[inline]
fn promising(
    enough: &[u32; BLOCK],
    (versions, known): (&[u32; BLOCK], &[u32; BLOCK]),
    longer: &[i32; BLOCK],
    longer_max: i32,
) -> u32 {
    // Without branches the comparison of a block is a few instructions.
    let mut masks = [0; BLOCK];
    for (lane, mask) in masks.iter_mut().enumerate() {
        let unknown = u32::from(versions[lane] != known[lane]);
        let near = u32::from(longer[lane] < longer_max);
        *mask = (enough[lane] & (unknown | near)) << lane;
    }
    masks.iter().fold(0, |bits, bit| bits | bit)
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
