//! Simulated annealing over ruin and recreate.

use super::Watch;
use super::arcs::Arcs;
use super::recall::Recalled;
use super::recreate::Recreate;
use super::ruin::{Ruin, ruin};
use super::snapshot::Snapshot;
use super::state::State;
use super::tails;
use super::tuning::Tuning;
use quantity::seed::Sequence;

/// Iterations between two looks at the budget.
pub(super) const LOOK: u64 = 32;

/// What a chain carries.
pub(crate) struct Chain<'a, A, const TIMED: bool> {
    pub(crate) state: State<'a, A, TIMED>,
    pub(crate) best: Snapshot,
    pub(super) recreate: Recreate,
    pub(super) random: Sequence,
    pub(crate) iterations: u64,
    pub(super) removed: Vec<u32>,
    bank: Bank,
    /// Routes of the best plans of several starts.
    pub(super) pool: Vec<Recalled>,
    tuning: Tuning,
}

/// What it costs to leave a stop absent for a while: where vehicles are few, the way from plan to
/// plan leads through such. Steered so that some plans leave one out and some do not.
#[derive(Clone, Copy, Debug)]
struct Bank {
    price: f64,
    looks: u32,
    absent: u32,
}

/// A price that is never paid.
const NEVER: f64 = 1e18;

impl Bank {
    /// Looks between two changes of the price.
    const LOOKS: u32 = 50;

    fn look(&mut self, absent: bool, floor: f64) {
        self.looks += 1;
        self.absent += u32::from(absent);
        if self.looks == Self::LOOKS {
            if self.absent > Self::LOOKS / 2 {
                self.price *= 1.2;
            } else if self.absent < Self::LOOKS / 5 {
                self.price = floor.max(self.price / 1.2);
            }
            (self.looks, self.absent) = (0, 0);
        }
    }
}

/// Temperatures, in cost, over a part of the budget.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cooling {
    pub(crate) hot: f64,
    pub(crate) cold: f64,
    pub(crate) from: f64,
    pub(crate) to: f64,
    /// Share of large ruins at the start; it falls to none. They move whole routes from one cluster
    /// to another, which small ones cannot.
    pub(crate) large: f64,
}

impl<'a, A: Arcs, const TIMED: bool> Chain<'a, A, TIMED> {
    /// Inserts every absent stop that has a place.
    pub(crate) fn new(
        state: State<'a, A, TIMED>,
        recreate: Recreate,
        random: Sequence,
        tuning: Tuning,
    ) -> Self {
        let (best, removed) = (Snapshot::default(), Vec::new());
        let bank = Bank { price: 0.0, looks: 0, absent: 0 };
        let mut chain = Self {
            state,
            best,
            recreate,
            random,
            iterations: 0,
            removed,
            bank,
            pool: Vec::new(),
            tuning,
        };
        let mut all = chain.state.absent.clone();
        chain.recreate.recreate(&mut chain.state, &mut all, &mut chain.random);
        chain.state.compact();
        chain.best.keep(&chain.state);
        chain
    }

    /// Cools from `hot` to `cold` while the share of the budget goes from `from` to `to`.
    pub(crate) fn anneal(&mut self, cooling: Cooling, watch: &mut dyn Watch) {
        self.price_absence(cooling.hot);
        self.anneal_to(cooling, cooling.to, watch);
    }

    /// What an absent stop costs at first.
    pub(crate) fn price_absence(&mut self, hot: f64) {
        let few = self.state.model.stops().len() <= self.tuning.left_out_stops_max;
        self.bank.price = if few { 10.0 * hot } else { NEVER };
    }

    /// As [`Chain::anneal`], but only until `end` of the budget is used.
    pub(crate) fn anneal_to(&mut self, cooling: Cooling, end: f64, watch: &mut dyn Watch) {
        let (mut temperature, mut large) = (cooling.hot, cooling.large);
        loop {
            if self.iterations.is_multiple_of(LOOK) {
                let used = watch.used(self.iterations);
                if used >= end {
                    return;
                }
                let share = ((used - cooling.from) / (cooling.to - cooling.from)).max(0.0);
                temperature = cooling.hot * (cooling.cold / cooling.hot).powf(share);
                large = cooling.large * (1.0 - share);
                if self.bank.price < NEVER {
                    self.bank.look(!self.state.absent.is_empty(), temperature);
                }
            }
            for _ in 0..self.tuning.joins {
                self.join(temperature, watch);
            }
            let rules = if self.random.unit() < large { Ruin::LARGE } else { Ruin::STANDARD };
            if self.step(temperature, rules) && self.best.absent.is_empty() {
                watch.found(self.iterations, self.best.open_routes, self.best.cost);
            }
        }
    }

    /// Ruins around a random stop and recreates; `self.state` can still be rolled back.
    pub(super) fn change(&mut self, rules: Ruin) {
        self.iterations += 1;
        let state = &mut self.state;
        state.begin();
        self.removed.clear();
        self.removed.extend_from_slice(&state.absent);
        let stops = state.model.stops();
        // Room is made where it is wanted.
        let seed = if !state.absent.is_empty() && self.random.draw() & 1 == 0 {
            state.absent[self.random.below(state.absent.len())]
        } else {
            stops.start + self.random.below(stops.len()) as u32
        };
        ruin(state, rules, seed, &mut self.random, &mut self.removed);
        self.recreate.recreate(state, &mut self.removed, &mut self.random);
    }

    /// Joins a stop to another if chance has it; whether it did.
    pub(super) fn join_quietly(&mut self, temperature: f64) -> bool {
        if self.state.model.paid {
            return false;
        }
        let rise_max = -temperature * (1.0 - self.random.unit()).ln();
        let done = tails::join(&mut self.state, rise_max, &mut self.random);
        debug_assert!(!done || self.state.consistent(), "what is kept is what is counted anew");
        done
    }

    fn join(&mut self, temperature: f64, watch: &mut dyn Watch) {
        if self.join_quietly(temperature) {
            if self.best.worse_than((self.state.absent.len(), self.state.cost)) {
                self.best.keep(&self.state);
                if self.best.absent.is_empty() {
                    watch.found(self.iterations, self.best.open_routes, self.best.cost);
                }
            }
            self.state.compact();
        }
    }

    /// Whether the plan is better than the best before.
    fn step(&mut self, temperature: f64, rules: Ruin) -> bool {
        let before = (self.state.absent.len(), self.state.cost);
        if !(!self.pool.is_empty() && self.random.unit() < self.tuning.recalls && self.recall()) {
            self.change(rules);
        }
        let state = &mut self.state;
        let more_absent = state.absent.len() as f64 - before.0 as f64;
        let rise = (state.cost - before.1) as f64 + self.bank.price * more_absent;
        let chance = 1.0 - self.random.unit();
        if rise >= -temperature * chance.ln() || !state.in_time() {
            state.roll_back();
            return false;
        }
        debug_assert!(state.consistent(), "what is kept is what is counted anew");
        let better = self.best.worse_than((state.absent.len(), state.cost));
        if better {
            self.best.keep(state);
        }
        state.compact();
        better
    }
}
