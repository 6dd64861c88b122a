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
    /// Our JSON: all rules of a fleet's day
    Json,
    /// VROOM's JSON: jobs, shipments, vehicles
    Vroom,
}

/// What is best.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Goal {
    /// Least cost; in these formats that is distance, with the vehicles' own costs where they have some
    Distance,
    /// Least cost of vehicles, distance and time
    Cost,
    /// Least CO2e of the energy, then least cost; of JSON alone, whose vehicles say what they take
    Carbon,
    /// Fewest vehicles, then least distance; of JSON least cost
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
    after_help = "Examples:\n  greenchain route X-n101-k25.vrp --time 10 --json\n  greenchain route R101.txt --objective vehicles --out R101.sol\n  greenchain route R101.txt --precision trunc1 --iterations 100000 --seed 7\n  greenchain route R101.txt --check R101.sol\n  greenchain route day.json --objective cost --carbon-price 0.2 --out plan.json\n  greenchain route day.json --running plan.json --now 10:30 --moved-price 2 --time 2 --json\n  greenchain route day.json --front 5 --time 20 --json\n\nOf JSON, --out, --check and --initial take plans as JSON. --running goes on with a plan: what begins\nbefore --now has happened, the stop that a vehicle drives to stays, the rest is planned anew; the\nproblem holds the new orders, lacks those taken out, and says out_of_service_from of who broke down.\nDescribed in docs/ROUTING.md.\n\nStops of the other formats are numbered as in solution files: the first customer is 1, depots are not listed.\nThe same seed, threads and --iterations give the same plan; --time is by the clock. Ctrl-C ends the\nsearch and prints the best so far.\nExit status: 0 feasible, 1 not, or some stop is served by no vehicle; 2 refused."
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
    /// Searches side by side that exchange what they find
    #[arg(long, value_name = "T", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=256))]
    pub(crate) threads: u16,
    /// What is best; without it, distance, of JSON cost
    #[arg(long, value_enum)]
    pub(crate) objective: Option<Goal>,
    /// How distances become numbers; without it, as the format has it
    #[arg(long, value_enum)]
    pub(crate) precision: Option<Rounding>,
    /// Start from this solution
    #[arg(long, value_name = "SOL", conflicts_with = "check")]
    pub(crate) initial: Option<PathBuf>,
    /// Go on with this plan, which is being driven
    #[arg(long, value_name = "PLAN", requires = "now", conflicts_with = "initial")]
    pub(crate) running: Option<PathBuf>,
    /// The moment, as the problem writes times: 37800, 10:30, 2026-11-30T10:30:00+01:00
    #[arg(long, value_name = "TIME", requires = "running")]
    pub(crate) now: Option<String>,
    /// Cost of an order that another vehicle serves than in that plan; without it, the problem's
    #[arg(long, value_name = "COST", value_parser = money)]
    pub(crate) moved_price: Option<f64>,
    /// Cost of a kilogram CO2e; without it, the problem's
    #[arg(long, value_name = "COST", value_parser = money)]
    pub(crate) carbon_price: Option<f64>,
    /// N plans from the cheapest to the one of least CO2e; --time or --iterations is for all of them
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(2..=100))]
    #[arg(conflicts_with_all = ["check", "objective", "threads", "trace"])]
    pub(crate) front: Option<u16>,
    /// Only judge this solution
    #[arg(long, value_name = "SOL")]
    pub(crate) check: Option<PathBuf>,
    /// Write the routes as a VRPLIB solution, of JSON as JSON
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

fn money(text: &str) -> Result<f64, String> {
    let known = text.parse::<f64>().ok().filter(|price| (0.0..=1e9).contains(price));
    known.ok_or_else(|| "write a number from 0 to 1000000000".to_owned())
}
