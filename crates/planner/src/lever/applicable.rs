//! The levers of a scenario when none is named.

use super::electric::combustion_count;
use super::{Lever, parse};
use crate::Scenario;
use network::EnergyCarrier;

/// kWh that a kWp gives on a day, to size modules where there are none. An assumption.
const KWH_PER_KWP_DAY: f64 = 4.0;
/// Price of carbon to try where the scenario has none, per t. An assumption.
const CARBON_PRICE_PER_T: f64 = 100.0;

/// What an operator could do: switches that are off, twice the modules, batteries, robots and price
/// of carbon, half of the combustion vehicles electric, rates half of the way to one. Only what
/// changes this scenario, and whose price is known in its currency.
///
/// What others decide (the grid) and what costs an unknown sum (a frugal building) must be named.
pub fn applicable(scenario: &Scenario) -> Vec<Lever> {
    let fits = |lever: &Lever| match lever.apply(scenario) {
        Ok(changed) => changed != *scenario && lever.yearly_cost(scenario, &changed).is_ok(),
        Err(_) => false,
    };
    let parsed = |text: String| parse(&text).expect("written as the lever takes it");
    texts(scenario).into_iter().map(parsed).filter(fits).collect()
}

fn texts(scenario: &Scenario) -> Vec<String> {
    let sites = &scenario.sites;
    let modules = sites.iter().any(|site| site.solar.is_some());
    let load: f64 = sites.iter().map(|site| site.load_per_day.kilowatt_hours()).sum();
    let robots: u32 = (scenario.fleet.iter())
        .filter(|kind| kind.carrier == EnergyCarrier::Robot)
        .map(|kind| kind.count)
        .sum();
    let halfway = |share: f64| ((1.0 + share) * 500.0).round() / 1_000.0;
    let price_per_t = scenario.policy.carbon_price_per_kg * 1_000.0;
    let twice = if price_per_t > 0.0 { price_per_t.round() * 2.0 } else { CARBON_PRICE_PER_T };
    let mut texts: Vec<String> =
        ["battery=x2", "consolidation=on", "hubs=on", "stations=on"].map(str::to_owned).into();
    texts.push(format!("carbon-price={}", twice.min(1e6)));
    texts.push(format!(
        "electric-fleet={}",
        combustion_count(&scenario.fleet).div_ceil(2).min(10_000)
    ));
    texts.push(format!("household-recycling={}", halfway(scenario.recycling.household_recycling)));
    texts.push(format!("return-rate={}", halfway(scenario.recycling.return_rate)));
    texts.push(format!("robots=+{}", robots.min(10_000)));
    texts.push(match (modules, scenario.energy.solar) {
        (true, false) => "solar=on".into(),
        (true, true) => "solar=x2".into(),
        (false, _) => format!("solar=+{}kWp", (load / KWH_PER_KWP_DAY).ceil().min(1e6)),
    });
    texts
}
