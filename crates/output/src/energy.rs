//! `energy.csv`: every hour of every site of the plan.

use anyhow::Result;
use planner::{Outcome, Scenario};

/// Renders the table.
pub(crate) fn energy(scenario: &Scenario, outcome: &Outcome) -> Result<Vec<u8>> {
    let mut table = csv::Writer::from_writer(Vec::new());
    table.write_record([
        "site_id",
        "timestamp",
        "pv_kwh",
        "load_kwh",
        "charging_kwh",
        "charging_from_grid_kwh",
        "battery_in_kwh",
        "battery_out_kwh",
        "soc_kwh",
        "import_kwh",
        "export_kwh",
        "buy_price_per_kwh",
        "grid_kg_co2e_per_kwh",
    ])?;
    for day in &outcome.plan.days {
        for site in &day.energy {
            for (index, hour) in site.schedule.hours.iter().enumerate() {
                let mut row =
                    vec![scenario.sites[site.site].id.clone(), scenario.zone.rfc3339(hour.start)];
                let energies = [
                    hour.pv,
                    hour.load,
                    hour.charging,
                    hour.charging_from_grid,
                    hour.battery_in,
                    hour.battery_out,
                    hour.stored,
                    hour.import,
                    hour.export,
                ];
                row.extend(energies.map(|energy| energy.kilowatt_hours().to_string()));
                row.push(site.buy_price[index].to_string());
                row.push(site.grid_kg_per_kwh[index].to_string());
                table.write_record(&row)?;
            }
        }
    }
    Ok(table.into_inner()?)
}
