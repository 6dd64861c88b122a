//! What a run writes: one file a view, all into one folder.

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
pub(crate) fn write(
    scenario: &Scenario,
    outcome: &Outcome,
    target: &OutputFolder,
) -> Result<String> {
    let summary = summary::summary(scenario, outcome)?;
    target.write("summary.json", summary.as_bytes())?;
    target.write("parcels.csv", &parcels::parcels(scenario, outcome)?)?;
    target.write("packing.json", &packing::packing(scenario, outcome)?)?;
    target.write("routes.geojson", &routes::routes(scenario, outcome)?)?;
    target.write("energy.csv", &energy::energy(scenario, outcome)?)?;
    target.write("offers.csv", &offers::offers(scenario, outcome)?)?;
    let cases: [&[carbon::Line]; 2] = [&outcome.plan.lines, &outcome.baseline.lines];
    store::write_ledger(&target.path().join("ledger"), &cases)?;
    store::write_factors(&target.path().join("factors.csv"), &outcome.factors)?;
    target.write("report.html", report::html(scenario, outcome).as_bytes())?;
    target.write("report.pdf", &report::pdf(scenario, outcome)?)?;
    Ok(summary)
}
