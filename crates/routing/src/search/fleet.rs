//! Fewer routes: stops may be absent, and who was absent often weighs much (Christiaens and Vanden
//! Berghe 2020, the sum of absences).

use super::Watch;
use super::anneal::{Chain, Cooling, LOOK};
use super::arcs::Arcs;
use super::ruin::Ruin;

/// The temperature while stops are absent, in the coldest one.
const TEMPERATURE: f64 = 5.0;
/// Joins tried with each ruin.
const JOINS: u32 = 2;

/// How often each stop was absent.
#[derive(Debug)]
pub(crate) struct Absences(Vec<u32>);

impl Absences {
    pub(crate) fn new(nodes: usize) -> Self {
        Self(vec![1; nodes])
    }
    fn sum(&self, stops: impl IntoIterator<Item = u32>) -> u64 {
        stops.into_iter().map(|stop| u64::from(self.0[stop as usize])).sum()
    }
}

impl<A: Arcs, const TIMED: bool> Chain<'_, A, TIMED> {
    /// Dissolves route after route until none can be spared, `cooling.to` of the budget is used, or
    /// the last success is `patience` of the budget ago.
    pub(crate) fn fewer_routes(&mut self, cooling: Cooling, patience: f64, watch: &mut dyn Watch) {
        let least = self.routes_least();
        let mut absences = Absences::new(self.state.model.n);
        let mut from = cooling.from;
        while self.best.absent.is_empty() && self.best.open_routes > least {
            self.state.restore(&self.best);
            self.state.routes_max = self.best.open_routes - 1;
            self.dissolve(&absences);
            let to = cooling.to.min(from + patience);
            let Some(used) = self.serve_all(&mut absences, Cooling { from, to, ..cooling }, watch)
            else {
                break;
            };
            from = used;
            self.best.keep(&self.state);
        }
        self.state.restore(&self.best);
        self.state.routes_max = self.best.open_routes;
    }

    /// No plan has fewer: by load where every vehicle is alike, else one.
    fn routes_least(&self) -> usize {
        let model = self.state.model;
        if model.paired || model.kinds.len() > 1 {
            return 1;
        }
        let capacity = &model.kinds[0].capacity;
        let loads = (0..model.dimensions).map(|k| {
            let total: i64 = model.stops().map(|stop| i64::from(model.demands(stop)[k])).sum();
            let capacity = i64::from(capacity[k].max(1));
            (total + capacity - 1) / capacity
        });
        loads.max().unwrap_or(1).max(1) as usize
    }

    /// Takes the route apart whose stops were absent least.
    fn dissolve(&mut self, absences: &Absences) {
        let model = self.state.model;
        let weight =
            |route: &super::state::Route| absences.sum(route.inner().iter().map(|s| s.node));
        let routes = self.state.routes.iter().enumerate().filter(|(_, route)| !route.is_empty());
        let Some((slot, _)) = routes.min_by_key(|(_, route)| weight(route)) else { return };
        let mut out = Vec::new();
        self.state.begin();
        let stops = self.state.routes[slot].stops.len() - 1;
        self.state.remove(slot as u32, 1, stops, &mut out);
        out.retain(|&stop| !model.delivers[stop as usize]);
        self.state.absent.extend(out);
    }

    /// Searches until no stop is absent; the share of the budget that was used then, or none where
    /// it is spent before.
    pub(crate) fn serve_all(
        &mut self,
        absences: &mut Absences,
        cooling: Cooling,
        watch: &mut dyn Watch,
    ) -> Option<f64> {
        let temperature = TEMPERATURE * cooling.cold;
        while !self.state.absent.is_empty() {
            if self.iterations.is_multiple_of(LOOK) && watch.used(self.iterations) >= cooling.to {
                return None;
            }
            for _ in 0..JOINS {
                self.join_quietly(temperature);
            }
            let (before, cost) = (absences.sum(self.state.absent.iter().copied()), self.state.cost);
            self.change(Ruin::STANDARD);
            let state = &mut self.state;
            let after = absences.sum(state.absent.iter().copied());
            for &stop in &state.absent {
                absences.0[stop as usize] += 1;
            }
            let rise = (state.cost - cost) as f64;
            let chance = 1.0 - self.random.unit();
            let better = after < before || after == before && rise < -temperature * chance.ln();
            if better && state.in_time() {
                debug_assert!(state.consistent(), "what is kept is what is counted anew");
                state.compact();
            } else {
                state.roll_back();
            }
        }
        Some(watch.used(self.iterations))
    }
}
