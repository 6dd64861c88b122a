//! `offers.csv`: the delivery options of every order with their carbon, best first.

use anyhow::Result;
use planner::{Outcome, Scenario};

/// Renders the table.
pub(crate) fn offers(scenario: &Scenario, outcome: &Outcome) -> Result<Vec<u8>> {
    let mut table = csv::Writer::from_writer(Vec::new());
    table.write_record(["order_id", "option", "rank", "distance_km", "kg_co2e", "cost"])?;
    for (order, offers) in scenario.orders.iter().zip(&outcome.offers) {
        for (place, offer) in offers.iter().enumerate() {
            table.write_record([
                &order.id,
                &offer.option.to_string(),
                &(place + 1).to_string(),
                &format!("{:.3}", offer.distance.kilometres()),
                &format!("{:.6}", offer.carbon.kilograms_f64()),
                &format!("{:.4}", offer.cost.units()),
            ])?;
        }
    }
    Ok(table.into_inner()?)
}
