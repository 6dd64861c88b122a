//! The search by the clock or by iterations, on one thread or several.

use super::args::{Goal, RouteArgs};
use crate::progress::Progress;
use anyhow::{Context, Result};
use quantity::Seed;
use routing::{Instance, Objective, Options, Plan, Solved, Watch, solve_from};
use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

const DEFAULT_SECONDS: f64 = 10.0;

/// What the search found, and what it took.
pub(super) struct Found {
    pub(super) plan: Plan,
    /// Of all threads.
    pub(super) iterations: u64,
    pub(super) seconds: f64,
}

/// Ctrl-C was pressed.
static STOPPED: AtomicBool = AtomicBool::new(false);

#[expect(clippy::exit, reason = "who presses Ctrl-C twice does not want to wait")]
pub(super) fn run(
    instance: &Instance,
    args: &RouteArgs,
    initial: &Plan,
    progress: &Progress,
) -> Result<Found> {
    // A second Ctrl-C ends the program.
    ctrlc::set_handler(|| {
        if STOPPED.swap(true, Ordering::Relaxed) {
            std::process::exit(130);
        }
    })
    .context("Ctrl-C cannot be listened for")?;
    let trace = args.trace.as_deref().map(Trace::begin).transpose()?;
    let chain = |thread: u16| {
        let seed = Seed::new(args.seed.wrapping_add(u64::from(thread) << 32));
        let objective = match args.objective {
            Goal::Vehicles => Objective::Vehicles,
            Goal::Distance | Goal::Cost => Objective::Cost,
        };
        let scale = instance.scale();
        let mut watch = Clock { thread, args, progress, trace: trace.as_ref(), scale, best: None };
        solve_from(instance, initial, Options { seed, objective }, &mut watch)
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
    let rank = |one: &Solved| {
        let vehicles = if args.objective == Goal::Vehicles { one.plan.routes.len() } else { 0 };
        (one.plan.unserved.len(), vehicles, one.cost)
    };
    // Of equal ones the first thread's.
    let best = (0..solved.len()).min_by_key(|&thread| rank(&solved[thread])).unwrap_or(0);
    Ok(Found { plan: solved.swap_remove(best).plan, iterations, seconds: progress.seconds() })
}

/// Tells one thread's search when to end.
struct Clock<'a> {
    thread: u16,
    args: &'a RouteArgs,
    progress: &'a Progress,
    trace: Option<&'a Trace>,
    /// Units of the instance in one of the file.
    scale: i32,
    /// Routes and cost of the best so far; routes count where they are to be few.
    best: Option<(usize, i64)>,
}

impl Watch for Clock<'_> {
    fn used(&mut self, iterations: u64) -> f64 {
        if STOPPED.load(Ordering::Relaxed) {
            return 1.0;
        }
        match self.args.iterations {
            Some(most) => iterations as f64 / most.max(1) as f64,
            None => self.progress.seconds() / self.args.time.unwrap_or(DEFAULT_SECONDS).max(1e-3),
        }
    }

    fn found(&mut self, iterations: u64, routes: usize, cost: i64) {
        let counted = if self.args.objective == Goal::Vehicles { routes } else { 0 };
        if self.best.is_some_and(|best| best <= (counted, cost)) {
            return;
        }
        self.best = Some((counted, cost));
        let cost = cost as f64 / f64::from(self.scale);
        let seconds = self.progress.seconds();
        self.progress
            .tell(&format!("{cost:.2} with {routes} vehicles after {iterations} iterations"));
        if let Some(trace) = self.trace {
            trace
                .write(format_args!("{},{iterations},{seconds:.3},{routes},{cost}\n", self.thread));
        }
    }
}

/// The file of improvements.
struct Trace {
    file: Mutex<File>,
}

impl Trace {
    fn begin(path: &Path) -> Result<Self> {
        let mut file = File::create(path).with_context(|| path.display().to_string())?;
        file.write_all(b"thread,iteration,seconds,vehicles,cost\n")?;
        Ok(Self { file: Mutex::new(file) })
    }

    fn write(&self, line: std::fmt::Arguments<'_>) {
        let Ok(mut file) = self.file.lock() else { return };
        // A full disk must not end a search that is going well.
        let _ = file.write_fmt(line);
    }
}
