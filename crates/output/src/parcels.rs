//! `parcels.csv`: every parcel of the plan.

use anyhow::Result;
use packaging::Wrapping;
use planner::{Outcome, Scenario};

/// Renders the table.
pub(crate) fn parcels(scenario: &Scenario, outcome: &Outcome) -> Result<Vec<u8>> {
    let mut table = csv::Writer::from_writer(Vec::new());
    table.write_record([
        "parcel_id",
        "order_ids",
        "carton_id",
        "reused",
        "weight_g",
        "route_id",
        "day",
        "station_id",
    ])?;
    for day in &outcome.plan.days {
        let date = day.day.to_string();
        for parcel in &day.parcels {
            let orders: Vec<&str> =
                parcel.orders.iter().map(|&order| scenario.orders[order].id.as_str()).collect();
            let (carton, reused) = match parcel.wrapping {
                Wrapping::Own => ("own", false),
                Wrapping::Bag { kind } => (scenario.solution.bags[kind].id.as_str(), false),
                Wrapping::Carton { kind, reused } => (scenario.cartons[kind].id.as_str(), reused),
            };
            let station = day.shipments[parcel.shipment].station;
            table.write_record([
                parcel.id.as_str(),
                &orders.join(";"),
                carton,
                if reused { "true" } else { "false" },
                &parcel.gross.grams().to_string(),
                &day.round_ids[parcel.round],
                &date,
                station.map_or("", |station| scenario.sites[station].id.as_str()),
            ])?;
        }
    }
    Ok(table.into_inner()?)
}
