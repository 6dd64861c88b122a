//! The search of a rich problem by the clock or by iterations, on one thread or several.

use crate::progress::Progress;
use crate::routing::args::{Goal as Wanted, RouteArgs};
use crate::routing::search::{Clock, Trace};
use anyhow::Result;
use quantity::Seed;
use routing::Watch;
use routing::rich::{Goal, Options, Problem, Solved, Verdict, check, front as front_of, solve};
use std::thread;

/// Costs are told in millionths.
const SCALE: i32 = 1_000_000;

const fn goal(args: &RouteArgs) -> Goal {
    match args.objective {
        Some(Wanted::Distance) => Goal::Distance,
        Some(Wanted::Carbon) => Goal::Carbon,
        Some(Wanted::Vehicles) => Goal::Vehicles,
        Some(Wanted::Cost) | None => Goal::Cost,
    }
}

pub(super) fn run(problem: &Problem, args: &RouteArgs, progress: &Progress) -> Result<Solved> {
    let trace = args.trace.as_deref().map(Trace::begin).transpose()?;
    let chain = |thread: u16| {
        let seed = Seed::new(args.seed.wrapping_add(u64::from(thread) << 32));
        let mut clock = Clock::new(thread, args, progress, trace.as_ref(), SCALE);
        solve(problem, Options { seed, goal: goal(args) }, &mut clock)
    };
    let mut solved: Vec<Solved> = thread::scope(|scope| {
        let chain = &chain;
        let others: Vec<_> =
            (1..args.threads).map(|thread| scope.spawn(move || chain(thread))).collect();
        let first = chain(0);
        let others = others.into_iter().map(|other| other.join().expect("a search does not panic"));
        std::iter::once(first).chain(others).collect()
    });
    let iterations = solved.iter().map(|one| one.iterations).sum();
    // Of equal ones the first thread's.
    let best = (0..solved.len())
        .min_by_key(|&thread| rank(problem, goal(args), &check(problem, &solved[thread].plan)));
    let plan = solved.swap_remove(best.unwrap_or(0)).plan;
    Ok(Solved { plan, iterations })
}

/// Less is better.
fn rank(problem: &Problem, goal: Goal, verdict: &Verdict) -> (usize, i128, i128) {
    let figures = verdict.figures;
    let carbon = figures.carbon.kilograms_f64() * problem.carbon_price_per_kg as f64;
    let cost = i128::from(figures.money) + carbon.round() as i128;
    let first = match goal {
        Goal::Distance => figures.metres.into(),
        Goal::Cost => 0,
        Goal::Carbon => figures.carbon.micrograms(),
        Goal::Vehicles => figures.vehicles as i128,
    };
    (verdict.missed, first, cost)
}

/// Plans from the cheapest to the one of least carbon, the time shared among them.
pub(super) fn front(
    problem: &Problem,
    args: &RouteArgs,
    points: u16,
    progress: &Progress,
) -> Vec<Solved> {
    let options = Options { seed: Seed::new(args.seed), goal: Goal::Cost };
    let mut watch = || -> Box<dyn Watch + '_> {
        Box::new(Clock::new(0, args, progress, None, SCALE).sharing(points.into()))
    };
    front_of(problem, points.into(), options, &mut watch)
}
