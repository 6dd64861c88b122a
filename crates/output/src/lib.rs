//! The files of a planned day: one view a file, all into one folder. No domain rule.
//!
//! Read: [`write`], `ledger` (first: the carbon figures of all others are its answers), then a module for
//! each file; [`lines`] reads those of a ledger back.

mod ledger;
pub mod lines;
mod summary;
mod parcels;
mod packing;
mod routes;
mod energy;
mod offers;

pub use ledger::SCENARIO;

use anyhow::Result;
use planner::{Outcome, Scenario};
use store::OutputFolder;

/// Writes everything; returns `summary.json`.
///
/// - `inputs`: the scenario's files by name; the ledger keeps them.
pub fn write(
    scenario: &Scenario,
    outcome: &mut Outcome,
    inputs: &[(String, Vec<u8>)],
    target: &OutputFolder,
) -> Result<String> {
    let folder = target.path().join("ledger");
    ledger::write(&folder, scenario, outcome, inputs)?;
    ledger::ask(&folder, outcome)?;
    let outcome = &*outcome;
    let summary = summary::summary(scenario, outcome)?;
    target.write("summary.json", summary.as_bytes())?;
    target.write("parcels.csv", &parcels::parcels(scenario, outcome)?)?;
    target.write("packing.json", &packing::packing(scenario, outcome)?)?;
    target.write("routes.geojson", &routes::routes(scenario, outcome)?)?;
    target.write("energy.csv", &energy::energy(scenario, outcome)?)?;
    target.write("offers.csv", &offers::offers(scenario, outcome)?)?;
    target.write("factors.csv", carbon::factor_table::write(&outcome.factors).as_bytes())?;
    target.write("report.html", report::html(scenario, outcome).as_bytes())?;
    target.write("report.pdf", &report::pdf(scenario, outcome)?)?;
    Ok(summary)
}
