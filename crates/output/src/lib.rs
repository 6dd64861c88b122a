//! What a run writes: one file a view, all into one folder.

mod ledger;
mod summary;
mod parcels;
mod packing;
mod routes;
mod energy;
mod offers;

use anyhow::Result;
use planner::{Outcome, Scenario};
use store::OutputFolder;

/// Writes everything; returns `summary.json`.
///
/// - `inputs`: the scenario's files by name; the ledger keeps them.
pub(crate) fn write(
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
