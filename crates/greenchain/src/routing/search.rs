//! The search by the clock or by iterations, on one thread or several.

use super::args::{Goal, RouteArgs};
use crate::progress::Progress;
use anyhow::{Context, Result};
use quantity::Seed;
use routing::{Instance, Objective, Options, Plan, Solved, Watch, solve_several};
use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

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

/// Ctrl-C ends the search, a second one the program.
#[expect(clippy::exit, reason = "who presses Ctrl-C twice does not want to wait")]
pub(super) fn listen() -> Result<()> {
    ctrlc::set_handler(|| {
        if STOPPED.swap(true, Ordering::Relaxed) {
            std::process::exit(130);
        }
    })
    .context("Ctrl-C cannot be listened for")
}

pub(super) fn run(
    instance: &Instance,
    args: &RouteArgs,
    initial: &Plan,
    progress: &Progress,
) -> Result<Found> {
    listen()?;
    let trace = args.trace.as_deref().map(Trace::begin).transpose()?;
    let objective = match args.objective {
        Some(Goal::Vehicles) => Objective::Vehicles,
        _ => Objective::Cost,
    };
    let scale = instance.scale();
    let clock = |thread| Clock::new(thread, args, progress, trace.as_ref(), scale);
    let mut clocks: Vec<Clock<'_>> = (0..args.threads).map(clock).collect();
    let options = Options { seed: Seed::new(args.seed), objective };
    let Solved { plan, iterations, .. } = solve_several(instance, initial, options, &mut clocks);
    Ok(Found { plan, iterations, seconds: progress.seconds() })
}

/// Tells one thread's search when to end.
pub(super) struct Clock<'a> {
    thread: u16,
    args: &'a RouteArgs,
    progress: &'a Progress,
    trace: Option<&'a Trace>,
    /// Units of the instance in one of the file.
    scale: i32,
    /// Routes and cost of the best so far; routes count where they are to be few.
    best: Option<(usize, i64)>,
    /// When it began, and how many share the time.
    begun: f64,
    share: u32,
}

impl<'a> Clock<'a> {
    pub(super) fn new(
        thread: u16,
        args: &'a RouteArgs,
        progress: &'a Progress,
        trace: Option<&'a Trace>,
        scale: i32,
    ) -> Self {
        let begun = progress.seconds();
        Self { thread, args, progress, trace, scale, best: None, begun, share: 1 }
    }

    /// For one of several searches that follow each other within the time of all.
    pub(super) fn sharing(mut self, searches: u32) -> Self {
        self.share = searches.max(1);
        self
    }
}

impl Watch for Clock<'_> {
    fn used(&mut self, iterations: u64) -> f64 {
        if STOPPED.load(Ordering::Relaxed) {
            return 1.0;
        }
        let share = f64::from(self.share);
        if let Some(most) = self.args.iterations {
            return iterations as f64 * share / most.max(1) as f64;
        }
        // A search of its own counts from the start of the program: reading takes time too.
        let begun = if self.share == 1 { 0.0 } else { self.begun };
        let time = self.args.time.unwrap_or(DEFAULT_SECONDS) / share;
        (self.progress.seconds() - begun) / time.max(1e-3)
    }

    fn found(&mut self, iterations: u64, routes: usize, cost: i64) {
        let counted = if self.args.objective == Some(Goal::Vehicles) { routes } else { 0 };
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
pub(super) struct Trace {
    file: Mutex<File>,
}

impl Trace {
    pub(super) fn begin(path: &Path) -> Result<Self> {
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
