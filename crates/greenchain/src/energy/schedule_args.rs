//! Arguments of `energy schedule`.

use super::args::between;
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// What is to be least.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Objective {
    /// Purchases less sales, demand charges, wear; of equals the one that emits less
    Cost,
    /// Grid emissions less credits; of equals the one that costs less
    Carbon,
    /// Cost with carbon at the instance's price
    Blend,
}

/// Arguments of `energy schedule`.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  greenchain energy schedule depot.json --objective cost --json > schedule.json\n  greenchain energy schedule depot.json --check schedule.json\n  greenchain energy schedule year.json --objective blend --threads 2\n  greenchain energy schedule week.json --rolling 24 --forecast persistence\n\nINSTANCE is JSON: steps with load, generation, prices and grid intensity; limits and demand charges of the\nconnection; a battery; vehicles at the plug (ev_sessions) and work that may wait (shiftable_loads). The\nanswer is proven to be the best within --gap. --rolling plans again in each step with a forecast and shows\nthe regret beside knowing all before.\nExit status: 0 done, 1 no schedule exists (why is said), or --check found a broken rule, or --time was too\nshort for the proof; 2 refused, with the place of each fault."
)]
pub(crate) struct ScheduleArgs {
    /// Load, generation, prices, battery and vehicles
    pub(crate) instance: PathBuf,
    /// What is to be least
    #[arg(long, value_enum, default_value = "cost")]
    pub(crate) objective: Objective,
    /// Only check a schedule
    #[arg(long, value_name = "SCHEDULE")]
    pub(crate) check: Option<PathBuf>,
    /// Plan so many steps again in each step
    #[arg(long, value_name = "STEPS", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    #[arg(conflicts_with = "check")]
    pub(crate) rolling: Option<u32>,
    /// What is foreseen: perfect, persistence (load and vehicles as a week before, sun and prices as the day before), or an instance of the same steps
    #[arg(long, value_name = "WHAT", default_value = "persistence", requires = "rolling")]
    pub(crate) forecast: String,
    /// Objective less bound that counts as none, beside the objective's size
    #[arg(long, value_name = "SHARE", value_parser = between(1e-9, 1.0), default_value = "1e-7")]
    pub(crate) gap: f64,
    /// Stop the proof after so many seconds; without it, it is finished
    #[arg(long, value_name = "SECONDS", value_parser = between(0.01, 1e6))]
    pub(crate) time: Option<f64>,
    /// Threads; without it as many as there are processors
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1_024))]
    pub(crate) threads: Option<u16>,
    /// Print JSON on standard output
    #[arg(long)]
    pub(crate) json: bool,
}
