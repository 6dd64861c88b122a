//! The search: ruin and recreate, annealed, from one start or several.

mod anneal;
mod arcs;
mod fleet;
mod model;
mod near;
mod paid;
mod recall;
mod recreate;
mod ruin;
#[cfg(test)]
mod samples;
mod scan;
mod snapshot;
mod state;
mod tails;
mod together;
mod tuning;

use crate::instance::Instance;
use crate::plan::Plan;
use anneal::{Chain, Cooling};
use arcs::{AnyArcs, Arcs};
use fleet::Absences;
use model::Model;
pub(crate) use paid::Span;
use quantity::Seed;
use recreate::Recreate;
use state::State;
use together::Meeting;

pub use tuning::Tuning;

/// Says how much of the budget is used, and is told of what is found.
pub trait Watch {
    /// The share of the budget that is used, 1 when it is spent; asked every few iterations.
    fn used(&mut self, iterations: u64) -> f64;
    /// A plan that serves all was found, better than those before it of the same start: so many
    /// routes, and what it costs in units of the instance.
    fn found(&mut self, _iterations: u64, _routes: usize, _cost: i64) {}
}

/// A budget of iterations: the same seed gives the same plan.
#[derive(Clone, Copy, Debug)]
pub struct Iterations(pub u64);

impl Watch for Iterations {
    fn used(&mut self, iterations: u64) -> f64 {
        iterations as f64 / self.0.max(1) as f64
    }
}

/// What is best.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Objective {
    /// Least cost.
    Cost,
    /// Fewest vehicles, then least cost.
    Vehicles,
}

/// How to search.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// The seed.
    pub seed: Seed,
    /// What is best.
    pub objective: Objective,
}

/// What the search found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Solved {
    /// The best plan. A stop that no vehicle can serve alone stays unserved, also where durations
    /// are not triangular and it could be reached by way of another.
    pub plan: Plan,
    /// Its cost in units of the instance.
    pub cost: i64,
    /// Iterations done.
    pub iterations: u64,
}

/// Searches until the budget is spent.
pub fn solve(instance: &Instance, options: Options, watch: &mut dyn Watch) -> Solved {
    solve_from(instance, &Plan::default(), options, watch)
}

/// Searches from a plan in which [`crate::check()`] finds no fault; stops may be unserved. What is found is
/// never worse: it serves as many, a pair counted once, for no more or it serves more.
pub fn solve_from(
    instance: &Instance,
    initial: &Plan,
    options: Options,
    watch: &mut dyn Watch,
) -> Solved {
    let meeting = Meeting::new(1, options.objective);
    Problem::new(instance, initial, options).solve(&meeting, 0, watch)
}

/// As [`solve`], but with other constants than [`Tuning::of`].
#[doc(hidden)]
pub fn solve_tuned(
    instance: &Instance,
    tuning: Tuning,
    options: Options,
    watch: &mut dyn Watch,
) -> Solved {
    let initial = Plan::default();
    let problem = Problem { tuning, ..Problem::new(instance, &initial, options) };
    problem.solve(&Meeting::new(1, options.objective), 0, watch)
}

/// As [`solve_from`], on as many threads as there are watches, one a thread. They exchange what they
/// find where each has used the same share of its budget: the same seed, number of threads and
/// budgets in iterations give the same plan.
///
/// # Panics
///
/// Where there is no watch.
pub fn solve_several<W: Watch + Send>(
    instance: &Instance,
    initial: &Plan,
    options: Options,
    watches: &mut [W],
) -> Solved {
    let meeting = Meeting::new(watches.len(), options.objective);
    let problem = Problem::new(instance, initial, options);
    let mut solved: Vec<Solved> = std::thread::scope(|scope| {
        let (problem, meeting) = (&problem, &meeting);
        let threads = watches.iter_mut().enumerate();
        let threads = threads
            .map(|(thread, watch)| scope.spawn(move || problem.solve(meeting, thread, watch)));
        let threads: Vec<_> = threads.collect();
        threads.into_iter().map(|one| one.join().expect("a search does not panic")).collect()
    });
    let iterations = solved.iter().map(|one| one.iterations).sum();
    let rank = |one: &Solved| {
        let vehicles =
            if options.objective == Objective::Vehicles { one.plan.routes.len() } else { 0 };
        (one.plan.unserved.len(), vehicles, one.cost)
    };
    let best = (0..solved.len()).min_by_key(|&thread| rank(&solved[thread]));
    let best = solved.swap_remove(best.expect("there is a watch"));
    Solved { iterations, ..best }
}

/// What all chains have in common.
struct Problem<'a> {
    instance: &'a Instance,
    initial: &'a Plan,
    options: Options,
    tuning: Tuning,
    model: Model,
    arcs: AnyArcs,
}

impl<'a> Problem<'a> {
    fn new(instance: &'a Instance, initial: &'a Plan, options: Options) -> Self {
        let mut model = Model::new(instance);
        let arcs = AnyArcs::new(instance, &model.original);
        match &arcs {
            AnyArcs::Short(arcs) => model.measure(instance, arcs),
            AnyArcs::Symmetric(arcs) => model.measure(instance, arcs),
            AnyArcs::General(arcs) => model.measure(instance, arcs),
            AnyArcs::Plane(arcs) => model.measure(instance, arcs),
        }
        Self { instance, initial, options, tuning: Tuning::of(instance), model, arcs }
    }

    fn solve(&self, meeting: &Meeting, thread: usize, watch: &mut dyn Watch) -> Solved {
        match &self.arcs {
            AnyArcs::Short(arcs) => self.search(arcs, meeting, thread, watch),
            AnyArcs::Symmetric(arcs) => self.search(arcs, meeting, thread, watch),
            AnyArcs::General(arcs) => self.search(arcs, meeting, thread, watch),
            AnyArcs::Plane(arcs) => self.search(arcs, meeting, thread, watch),
        }
    }

    fn search<A: Arcs>(
        &self,
        arcs: &A,
        meeting: &Meeting,
        thread: usize,
        watch: &mut dyn Watch,
    ) -> Solved {
        let (model, instance) = (&self.model, self.instance);
        if model.stops().is_empty() {
            return Solved::default();
        }
        let seed = match thread {
            0 => self.options.seed,
            thread => self.options.seed.named(&format!("thread {thread}")),
        };
        let team = Team { meeting, thread, objective: self.options.objective };
        if instance.timed() {
            let mut chain = self.start::<A, true>(arcs, seed);
            run(&mut chain, self.tuning, team, watch);
            finish(instance, chain)
        } else {
            let mut chain = self.start::<A, false>(arcs, seed);
            run(&mut chain, self.tuning, team, watch);
            finish(instance, chain)
        }
    }

    fn start<'b, A: Arcs, const TIMED: bool>(
        &'b self,
        arcs: &'b A,
        seed: Seed,
    ) -> Chain<'b, A, TIMED> {
        let mut state = State::<A, TIMED>::new(&self.model, arcs);
        state.load(self.initial);
        let recreate = Recreate::new(&state);
        // A stop that no vehicle can serve alone would be tried in vain in every iteration.
        state.absent.retain(|&stop| !recreate.hopeless(&self.model, stop));
        Chain::new(state, recreate, seed.sequence(), self.tuning)
    }
}

/// With whom a chain meets, and what is best.
#[derive(Clone, Copy)]
struct Team<'a> {
    meeting: &'a Meeting,
    thread: usize,
    objective: Objective,
}

fn finish<A: Arcs, const TIMED: bool>(
    instance: &Instance,
    mut chain: Chain<'_, A, TIMED>,
) -> Solved {
    chain.state.restore(&chain.best);
    let (plan, cost) = (chain.state.plan(instance), chain.state.cost);
    Solved { plan, cost, iterations: chain.iterations }
}

/// Of the budget, for finding places for all and for sparing vehicles.
const FLEET_SHARE: f64 = 0.5;
/// Of the budget, without sparing another vehicle until no more are tried to be spared.
const FLEET_PATIENCE: f64 = 0.25;
/// Of what is left then, for the starts.
const STARTS_SHARE: f64 = 0.5;
/// Iterations a stop that a start should have: with fewer one long chain is better.
const START_ITERATIONS: f64 = 2_500.0;
/// How often threads meet in the last cooling.
const MEETINGS: u32 = 8;
/// Of the budget, in which the speed is measured.
const TRIAL_SHARE: f64 = 0.01;

fn run<A: Arcs, const TIMED: bool>(
    chain: &mut Chain<'_, A, TIMED>,
    tuning: Tuning,
    team: Team<'_>,
    watch: &mut dyn Watch,
) {
    let Team { meeting, thread, objective } = team;
    let arcs = chain.state.model.stops().len() + chain.state.open_routes;
    let mean = chain.state.cost as f64 / arcs as f64;
    let Tuning { hot, cold, .. } = tuning;
    let from = watch.used(chain.iterations);
    let mut cooling =
        Cooling { hot: hot * mean, cold: cold * mean, from, to: FLEET_SHARE, large: 0.0 };
    if !chain.state.absent.is_empty() {
        let mut absences = Absences::new(chain.state.model.n);
        chain.serve_all(&mut absences, cooling, watch);
        if chain.best.worse_than((chain.state.absent.len(), chain.state.cost)) {
            chain.best.keep(&chain.state);
        }
    }
    if objective == Objective::Vehicles {
        cooling.from = watch.used(chain.iterations);
        chain.fewer_routes(cooling, FLEET_PATIENCE, watch);
        chain.meet(meeting, thread);
        chain.state.routes_max = chain.best.open_routes;
    }
    cooling.from = watch.used(chain.iterations);
    let per_stop = iterations_per_stop(chain, cooling, watch);
    let starts = (STARTS_SHARE * (1.0 - cooling.from) * per_stop / START_ITERATIONS) as usize;
    let starts = starts.min(tuning.starts_max);
    if starts > 1 {
        several(chain, starts, cooling, watch);
        cooling.hot = tuning.warm * mean;
    } else {
        // With few iterations there is no time to cool from far above.
        let enough = (per_stop / START_ITERATIONS).min(1.0);
        cooling.hot *= enough.cbrt();
        cooling.large = tuning.large * enough;
    }
    chain.meet(meeting, thread);
    let from = watch.used(chain.iterations);
    chain.price_absence(cooling.hot);
    for mark in 1..=MEETINGS {
        let to = from + (1.0 - from) * f64::from(mark) / f64::from(MEETINGS);
        chain.anneal_to(Cooling { from, to: 1.0, ..cooling }, to, watch);
        chain.meet(meeting, thread);
    }
}

/// How many iterations a stop the whole budget is good for, from the speed of a trial.
fn iterations_per_stop<A: Arcs, const TIMED: bool>(
    chain: &mut Chain<'_, A, TIMED>,
    cooling: Cooling,
    watch: &mut dyn Watch,
) -> f64 {
    let (before, from) = (chain.iterations, cooling.from);
    chain.anneal(Cooling { cold: cooling.hot, to: from + TRIAL_SHARE, ..cooling }, watch);
    let used = watch.used(chain.iterations) - from;
    let speed = (chain.iterations - before) as f64 / used.max(1e-9);
    speed / chain.state.model.stops().len() as f64
}

/// Cools from the same plan several times; the best of all is kept.
fn several<A: Arcs, const TIMED: bool>(
    chain: &mut Chain<'_, A, TIMED>,
    starts: usize,
    mut cooling: Cooling,
    watch: &mut dyn Watch,
) {
    let first = chain.best.clone();
    let mut best = first.clone();
    cooling.from = watch.used(chain.iterations);
    let each = STARTS_SHARE * (1.0 - cooling.from) / starts as f64;
    for _ in 0..starts {
        chain.state.restore(&first);
        chain.best = first.clone();
        cooling.to = cooling.from + each;
        chain.anneal(cooling, watch);
        if best.worse_than(chain.best.worth()) {
            best = chain.best.clone();
        }
        chain.remember(&chain.best.clone());
        cooling.from = watch.used(chain.iterations);
    }
    chain.state.restore(&best);
    chain.best = best;
}
