//! The search: ruin and recreate, annealed, from one start or several.

mod anneal;
mod arcs;
mod fleet;
mod model;
mod paid;
mod recreate;
mod ruin;
mod scan;
mod state;

use crate::instance::Instance;
use crate::plan::Plan;
use anneal::{Chain, Cooling};
use arcs::{AnyArcs, Arcs};
use fleet::Absences;
use model::Model;
use quantity::Seed;
use recreate::Recreate;
use state::State;

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
#[derive(Clone, Debug, PartialEq, Eq)]
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
    let mut model = Model::new(instance);
    let problem = (instance, initial);
    match &AnyArcs::new(instance, &model.original) {
        AnyArcs::Short(arcs) => search(problem, &mut model, arcs, options, watch),
        AnyArcs::Symmetric(arcs) => search(problem, &mut model, arcs, options, watch),
        AnyArcs::General(arcs) => search(problem, &mut model, arcs, options, watch),
        AnyArcs::Plane(arcs) => search(problem, &mut model, arcs, options, watch),
    }
}

fn search<A: Arcs>(
    (instance, initial): (&Instance, &Plan),
    model: &mut Model,
    arcs: &A,
    options: Options,
    watch: &mut dyn Watch,
) -> Solved {
    model.measure(arcs);
    if model.stops().is_empty() {
        return Solved { plan: Plan::default(), cost: 0, iterations: 0 };
    }
    if instance.timed() {
        let mut chain = start::<A, true>(model, arcs, initial, options.seed);
        run(&mut chain, Schedule::TIMED, options.objective, watch);
        finish(instance, chain)
    } else {
        let mut chain = start::<A, false>(model, arcs, initial, options.seed);
        let mixed = instance.parts().vehicles.len() > 1;
        let schedule = if mixed { Schedule::MIXED } else { Schedule::UNTIMED };
        run(&mut chain, schedule, options.objective, watch);
        finish(instance, chain)
    }
}

fn start<'a, A: Arcs, const TIMED: bool>(
    model: &'a Model,
    arcs: &'a A,
    initial: &Plan,
    seed: Seed,
) -> Chain<'a, A, TIMED> {
    let mut state = State::<A, TIMED>::new(model, arcs);
    state.load(initial);
    let recreate = Recreate::new(&state);
    // A stop that no vehicle can serve alone would be tried in vain in every iteration.
    state.absent.retain(|&stop| !recreate.hopeless(model, stop));
    Chain::new(state, recreate, seed.sequence())
}

fn finish<A: Arcs, const TIMED: bool>(
    instance: &Instance,
    mut chain: Chain<'_, A, TIMED>,
) -> Solved {
    chain.state.restore(&chain.best);
    let (plan, cost) = (chain.state.plan(instance), chain.state.cost);
    Solved { plan, cost, iterations: chain.iterations }
}

/// Temperatures in mean arcs of the first plan, and shares of the budget; all measured.
#[derive(Clone, Copy, Debug)]
struct Schedule {
    hot: f64,
    cold: f64,
    /// Where the best of several starts is heated to again.
    warm: f64,
    /// Share of large ruins at the start of a lone chain; several starts differ enough without.
    large: f64,
    /// Most starts.
    starts_max: usize,
}

impl Schedule {
    const UNTIMED: Self = Self { hot: 1.0, cold: 0.01, warm: 0.1, large: 0.2, starts_max: 6 };
    /// Where vehicles differ: what they cost is in the mean arc, so colder.
    const MIXED: Self = Self { cold: 0.003, large: 0.6, starts_max: 1, ..Self::UNTIMED };
    const TIMED: Self = Self { hot: 4.0, cold: 0.02, warm: 0.4, large: 0.0, starts_max: 6 };
}

/// Of the budget, for finding places for all and for sparing vehicles.
const FLEET_SHARE: f64 = 0.5;
/// Of the budget, without sparing another vehicle until no more are tried to be spared.
const FLEET_PATIENCE: f64 = 0.25;
/// Of what is left then, for the starts.
const STARTS_SHARE: f64 = 0.5;
/// Iterations a stop that a start should have: with fewer one long chain is better.
const START_ITERATIONS: f64 = 2_500.0;
/// Of the budget, in which the speed is measured.
const TRIAL_SHARE: f64 = 0.01;

fn run<A: Arcs, const TIMED: bool>(
    chain: &mut Chain<'_, A, TIMED>,
    schedule: Schedule,
    objective: Objective,
    watch: &mut dyn Watch,
) {
    let arcs = chain.state.model.stops().len() + chain.state.open_routes;
    let mean = chain.state.cost as f64 / arcs as f64;
    let Schedule { hot, cold, .. } = schedule;
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
    }
    cooling.from = watch.used(chain.iterations);
    let starts = starts(chain, schedule.starts_max, cooling, watch);
    if starts > 1 {
        several(chain, starts, cooling, watch);
        cooling.hot = schedule.warm * mean;
    } else {
        cooling.large = schedule.large;
    }
    cooling.from = watch.used(chain.iterations);
    cooling.to = 1.0;
    chain.anneal(cooling, watch);
}

/// How many starts the budget is good for, from the speed of a trial.
fn starts<A: Arcs, const TIMED: bool>(
    chain: &mut Chain<'_, A, TIMED>,
    most: usize,
    cooling: Cooling,
    watch: &mut dyn Watch,
) -> usize {
    let (before, from) = (chain.iterations, cooling.from);
    chain.anneal(Cooling { cold: cooling.hot, to: from + TRIAL_SHARE, ..cooling }, watch);
    let used = watch.used(chain.iterations) - from;
    let speed = (chain.iterations - before) as f64 / used.max(1e-9);
    let stops = chain.state.model.stops().len() as f64;
    let starts = STARTS_SHARE * (1.0 - from) * speed / (START_ITERATIONS * stops);
    (starts as usize).min(most)
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
        cooling.from = watch.used(chain.iterations);
    }
    chain.state.restore(&best);
    chain.best = best;
}
