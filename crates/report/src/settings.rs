//! The weights and rules of the run beside their defaults.

use crate::document::{Align, Column, Table};
use crate::number::grouped;
use planner::{Baseline, CartonRule, EnergyPolicy, Policy, RecyclingPolicy, Scenario};
use quantity::Duration;

/// A setting: name, unit, value and default.
type Setting = (&'static str, String, String, String);

/// All of them.
pub(crate) fn settings(scenario: &Scenario) -> Table {
    let mut settings = policy(scenario);
    settings.extend(energy(&scenario.energy));
    settings.extend(recycling(&scenario.recycling));
    settings.extend(baseline(&scenario.baseline));
    let rows = settings
        .into_iter()
        .map(|(name, unit, value, default)| {
            let differs = if value == default { "" } else { "differs" };
            vec![name.into(), value, default, unit, differs.into()]
        })
        .collect();
    let columns = vec![
        Column::words("Setting"),
        Column { name: "Value".into(), unit: String::new(), align: Align::Right },
        Column { name: "Default".into(), unit: String::new(), align: Align::Right },
        Column::words("Unit"),
        Column::words("From default"),
    ];
    Table::new("Weights and rules of this run", columns, rows)
}

fn number(name: &'static str, unit: &str, value: f64, default: f64) -> Setting {
    // The shortest form that reads back: two settings that differ never look alike.
    (name, unit.into(), value.to_string(), default.to_string())
}

fn km(name: &'static str, value: quantity::Distance, default: quantity::Distance) -> Setting {
    number(name, "km", value.kilometres(), default.kilometres())
}

fn hours(name: &'static str, value: Duration, default: Duration) -> Setting {
    let text = |time: Duration| grouped(time.hours(), 2);
    (name, "h".into(), text(value), text(default))
}

fn switch(name: &'static str, value: bool, default: bool) -> Setting {
    let text = |on| if on { "yes" } else { "no" }.to_owned();
    (name, String::new(), text(value), text(default))
}

fn policy(scenario: &Scenario) -> Vec<Setting> {
    let (policy, default) = (&scenario.policy, Policy::default());
    vec![
        number(
            "Price of carbon",
            &format!("{}/kg CO2e", scenario.currency),
            policy.carbon_price_per_kg,
            default.carbon_price_per_kg,
        ),
        switch(
            "One customer's orders travel together",
            policy.consolidation,
            default.consolidation,
        ),
        km("A green order joins a stop within", policy.join_radius, default.join_radius),
        km("A station is offered within", policy.station_radius, default.station_radius),
        number("Road over great circle", "", policy.detour_factor, default.detour_factor),
        hours(
            "Vehicles leave at the earliest, since midnight",
            policy.shift_start,
            default.shift_start,
        ),
        hours("Longest duty of a vehicle", policy.shift, default.shift),
        number(
            "Time to hand over at a stop",
            "s",
            policy.service.seconds() as f64,
            default.service.seconds() as f64,
        ),
        number(
            "Time to change vehicles at a hub",
            "s",
            policy.transfer.seconds() as f64,
            default.transfer.seconds() as f64,
        ),
        switch("Parcels may change vehicles at hubs", policy.hubs, default.hubs),
        number("Share of a piece's base supported", "", policy.support, default.support),
        km("Short and urban up to", policy.short_urban, default.short_urban),
    ]
}

fn energy(energy: &EnergyPolicy) -> Vec<Setting> {
    let default = EnergyPolicy::default();
    vec![
        switch("Modules, batteries and charging by the sun", energy.solar, default.solar),
        number(
            "Price sold over price bought",
            "",
            energy.export_price_share,
            default.export_price_share,
        ),
        number(
            "Efficiency of a battery, each way",
            "",
            energy.battery_efficiency,
            default.battery_efficiency,
        ),
        number(
            "Efficiency of charging a vehicle",
            "",
            energy.charging_efficiency,
            default.charging_efficiency,
        ),
        hours("The energy day begins, since midnight", energy.day_start, default.day_start),
    ]
}

fn recycling(recycling: &RecyclingPolicy) -> Vec<Setting> {
    let default = RecyclingPolicy::default();
    vec![
        switch("Consumers leave cartons at stations", recycling.stations, default.stations),
        number("Share of cartons handed back", "", recycling.return_rate, default.return_rate),
        number("Share of those fit for reuse", "", recycling.reuse_share, default.reuse_share),
        number(
            "Share of the others that consumers recycle",
            "",
            recycling.household_recycling,
            default.household_recycling,
        ),
    ]
}

fn baseline(baseline: &Baseline) -> Vec<Setting> {
    let default = Baseline::default();
    let rule = |rule: CartonRule| match rule {
        CartonRule::SmallestNewByVolume => "smallest new".to_owned(),
        CartonRule::LeastCarbon => "least carbon".to_owned(),
    };
    vec![
        switch(
            "Baseline: one customer's orders travel together",
            baseline.consolidation,
            default.consolidation,
        ),
        ("Baseline: carton", String::new(), rule(baseline.carton), rule(default.carton)),
        (
            "Baseline: vehicle of every round",
            String::new(),
            baseline.vehicle_type.clone(),
            default.vehicle_type,
        ),
        switch("Baseline: modules and batteries", baseline.solar, default.solar),
        switch("Baseline: cartons are handed back", baseline.recycling, default.recycling),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::made_up;

    #[test]
    fn a_setting_says_whether_it_differs_from_its_default() {
        let mut scenario = made_up::scenario();
        let source = |scenario: &Scenario| {
            let table = settings(scenario);
            let row = table.rows.into_iter().find(|row| row[0] == "Price of carbon").unwrap();
            (row[1].clone(), row[4].clone())
        };
        assert_eq!(source(&scenario), ("0".into(), String::new()));
        scenario.policy.carbon_price_per_kg = 0.0005;
        assert_eq!(source(&scenario), ("0.0005".into(), "differs".into()));
    }
}
