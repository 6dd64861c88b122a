//! The search as a whole.

use super::model::Model;
use super::plan::Plan;
use super::problem::{Goal, Problem};
use super::schedule::schedule;
use super::search::Search;
use crate::search::Watch;
use quantity::Seed;

/// How to search.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// The seed.
    pub seed: Seed,
    /// What is best.
    pub goal: Goal,
}

/// What the search found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Solved {
    /// The best plan.
    pub plan: Plan,
    /// Iterations done.
    pub iterations: u64,
}

/// Searches until the budget is spent, from the routes that are under way.
pub fn solve(problem: &Problem, options: Options, watch: &mut dyn Watch) -> Solved {
    let model = Model::new(problem, options.goal);
    let mut search = Search::new(&model, options.seed.sequence());
    let mean = search.mean();
    if options.goal != Goal::Vehicles {
        return run(&mut search, mean, watch);
    }
    let mut few = Model::new(problem, options.goal);
    // One vehicle less is worth more than any way saved.
    few.weights.vehicle = 2.0 * mean * problem.orders.len() as f64;
    run(&mut Search::new(&few, options.seed.sequence()), mean, watch)
}

fn run(search: &mut Search<'_>, mean: f64, watch: &mut dyn Watch) -> Solved {
    search.anneal(mean, watch);
    Solved { plan: schedule(&search.state), iterations: search.iterations }
}
