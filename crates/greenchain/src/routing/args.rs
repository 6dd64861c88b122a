//! Arguments of `route`.

use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// How an instance is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// VRPLIB: sections, Euclidean or explicit distances
    Vrplib,
    /// Solomon, Gehring and Homberger: customers with time windows
    Solomon,
    /// Li and Lim: pickups and deliveries
    Lilim,
}

/// What is best.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Goal {
    /// Least cost; in these formats that is distance, with the vehicles' own costs where they have some
    Distance,
    /// Least cost of vehicles, distance and time
    Cost,
    /// Fewest vehicles, then least distance
    Vehicles,
}

/// How distances become numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Rounding {
    /// Double precision
    Double,
    /// Each arc and travel time cut to one decimal
    Trunc1,
    /// Each arc rounded to the nearest whole number
    Round,
}

/// Arguments of `route`.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  greenchain route X-n101-k25.vrp --time 10 --json\n  greenchain route R101.txt --objective vehicles --out R101.sol\n  greenchain route R101.txt --precision trunc1 --iterations 100000 --seed 7\n  greenchain route R101.txt --check R101.sol\n\nStops are numbered as in solution files: the first customer is 1, depots are not listed.\nThe same seed, threads and --iterations give the same plan; --time is by the clock. Ctrl-C ends the\nsearch and prints the best so far.\nExit status: 0 feasible, 1 not, or some stop is served by no vehicle; 2 refused."
)]
pub(crate) struct RouteArgs {
    /// The instance
    pub(crate) file: PathBuf,
    /// How it is written; without it, as its first lines look
    #[arg(long, value_enum)]
    pub(crate) format: Option<Format>,
    /// Seconds for the search; 10 where --iterations is not given either
    #[arg(long, value_name = "S", value_parser = seconds, conflicts_with = "iterations")]
    pub(crate) time: Option<f64>,
    /// Iterations of each thread
    #[arg(long, value_name = "N")]
    pub(crate) iterations: Option<u64>,
    /// Where chance begins
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub(crate) seed: u64,
    /// Searches side by side, of which the best counts
    #[arg(long, value_name = "T", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=256))]
    pub(crate) threads: u16,
    /// What is best
    #[arg(long, value_enum, default_value = "distance")]
    pub(crate) objective: Goal,
    /// How distances become numbers; without it, as the format has it
    #[arg(long, value_enum)]
    pub(crate) precision: Option<Rounding>,
    /// Start from this solution
    #[arg(long, value_name = "SOL", conflicts_with = "check")]
    pub(crate) initial: Option<PathBuf>,
    /// Only judge this solution
    #[arg(long, value_name = "SOL")]
    pub(crate) check: Option<PathBuf>,
    /// Write the routes as a VRPLIB solution
    #[arg(long, value_name = "SOL", conflicts_with = "check")]
    pub(crate) out: Option<PathBuf>,
    /// Write each improvement to this file: thread, iteration, seconds, cost
    #[arg(long, value_name = "FILE", conflicts_with = "check")]
    pub(crate) trace: Option<PathBuf>,
    /// Print JSON on standard output
    #[arg(long)]
    pub(crate) json: bool,
}

fn seconds(text: &str) -> Result<f64, String> {
    let known = text.parse::<f64>().ok().filter(|time| (0.0..=604_800.0).contains(time));
    known.ok_or_else(|| "write seconds from 0 to 604800".to_owned())
}
