//! Chains of several threads: they meet where each has used the same share of its budget, and all go
//! on from the best. What they find depends on seeds and budgets, not on which is first.

use super::Objective;
use super::anneal::Chain;
use super::arcs::Arcs;
use super::snapshot::Snapshot;
use std::sync::{Barrier, Mutex, PoisonError};

/// Where chains meet.
pub(super) struct Meeting {
    objective: Objective,
    barrier: Barrier,
    /// What each has, while they meet.
    found: Mutex<Vec<Option<Snapshot>>>,
}

impl Meeting {
    pub(super) fn new(threads: usize, objective: Objective) -> Self {
        let found = Mutex::new(vec![None; threads]);
        Self { objective, barrier: Barrier::new(threads), found }
    }

    fn rank(&self, one: &Snapshot) -> (usize, usize, i64) {
        let vehicles = if self.objective == Objective::Vehicles { one.open_routes } else { 0 };
        (one.absent.len(), vehicles, one.cost)
    }

    /// Waits for all; the best of another if it is better than `own`, the first of equals.
    fn best(&self, thread: usize, own: &Snapshot) -> Option<Snapshot> {
        let found = || self.found.lock().unwrap_or_else(PoisonError::into_inner);
        if found().len() == 1 {
            return None;
        }
        found()[thread] = Some(own.clone());
        self.barrier.wait();
        let best = found().iter().flatten().min_by_key(|one| self.rank(one)).cloned();
        // None may put the next in before all have read this.
        self.barrier.wait();
        best.filter(|best| self.rank(best) < self.rank(own))
    }
}

impl<A: Arcs, const TIMED: bool> Chain<'_, A, TIMED> {
    /// Goes on from the best plan of all threads; none has one better than `self.best` then. Routes
    /// of what it had are recalled.
    pub(super) fn meet(&mut self, meeting: &Meeting, thread: usize) {
        if let Some(best) = meeting.best(thread, &self.best) {
            let own = std::mem::replace(&mut self.best, best);
            self.remember(&own);
            self.state.adopt(&mut self.best);
        }
    }
}
