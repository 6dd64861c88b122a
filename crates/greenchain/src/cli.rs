//! Verbs and their arguments.

use crate::carbon::args::CarbonVerb;
use crate::energy::args::EnergyVerb;
use crate::packing::args::{CartonsVerb, PackArgs};
use crate::roads::args::RoadsVerb;
use crate::routing::args::RouteArgs;
use crate::serve::{ServeArgs, TenantArgs};
use crate::store_verbs::StoreVerb;
use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;

/// Plans the greener day of a logistics operation and proves its carbon effect.
#[derive(Parser)]
#[command(name = "greenchain", version, arg_required_else_help = true)]
#[command(
    after_help = "Exit status: 0 done or yes, 1 the answer is no, 2 wrong use or unreadable input.\n\nExample: greenchain run"
)]
pub(crate) struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub(crate) verb: Verb,
}

/// The verbs.
#[derive(Subcommand)]
pub(crate) enum Verb {
    /// Plan a scenario through all five links, beside the ordinary way, to a ledger and a report
    Run(RunArgs),
    /// Check a scenario: every fault with file, row, column, value and mend
    Check(CheckArgs),
    /// Write a small scenario with comments, to start from
    New(NewArgs),
    /// Pack orders into cartons, or containers with boxes
    Pack(PackArgs),
    /// Design sets of cartons
    #[command(subcommand)]
    Cartons(CartonsVerb),
    /// Route vehicles: capacities, time windows, pickups and deliveries, mixed fleets
    Route(RouteArgs),
    /// Distances by road from an OpenStreetMap extract
    #[command(subcommand)]
    Roads(RoadsVerb),
    /// Sun, plugs and meters of sites: generation, charging, prices, what was measured
    #[command(subcommand)]
    Energy(EnergyVerb),
    /// Serve the API: orders, plans, the living day, people and keys
    Serve(ServeArgs),
    /// The event store: rebuild, backup, restore, check, while a server goes on
    #[command(subcommand)]
    Store(StoreVerb),
    /// Make another tenant on a server's data: the link for its first administrator
    Tenant(TenantArgs),
    /// The carbon ledger: calculate, ask, verify, explain, report, replan
    #[command(subcommand)]
    Carbon(CarbonVerb),
}

/// Arguments of `run`.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  greenchain run                          the built-in scenario\n  greenchain run my-city --out tomorrow   a folder of your own\n  greenchain run my-city --json | jq .kg_co2e_total"
)]
pub(crate) struct RunArgs {
    /// Scenario folder; without it, the built-in scenario
    pub(crate) scenario: Option<PathBuf>,
    /// Folder for the results; files of an earlier run are replaced when the whole run succeeds
    #[arg(long, value_name = "DIR", default_value = "greenchain-out")]
    pub(crate) out: PathBuf,
    /// Print summary.json on standard output
    #[arg(long)]
    pub(crate) json: bool,
}

/// Arguments of `check`.
#[derive(Args)]
#[command(
    after_help = "Example: greenchain check my-city\n\nExit status: 0 valid, 1 invalid, 2 the folder cannot be read."
)]
pub(crate) struct CheckArgs {
    /// Scenario folder
    pub(crate) scenario: PathBuf,
    /// Print the verdict as JSON on standard output
    #[arg(long)]
    pub(crate) json: bool,
}

/// Arguments of `new`.
#[derive(Args)]
#[command(after_help = "Example: greenchain new my-city && greenchain run my-city")]
pub(crate) struct NewArgs {
    /// Folder to write; it must not exist or be empty
    pub(crate) folder: PathBuf,
    /// Print the files written as JSON on standard output
    #[arg(long)]
    pub(crate) json: bool,
}
