//! Levers: what each changes, what the plan then comes to, and the curve of all of them.

use crate::made::scenario;
use carbon::Registry;
use network::EnergyCarrier;
use planner::lever::{applicable, parse};
use planner::whatif::Tally;
use planner::{Curve, Grid, Lever, LeverError, Scenario, WhatIf, abatement, run, whatif};
use proptest::prelude::*;
use quantity::{Carbon, Power};
use std::ops::ControlFlow;
use std::sync::Mutex;

/// Some of everything, so that every lever finds something to turn.
fn equipped(seed: u64, orders: usize) -> Scenario {
    let mut scenario = scenario(seed, orders);
    for vehicle in &mut scenario.fleet {
        vehicle.count = vehicle.count.max(2);
    }
    scenario
}

fn levers(texts: &[&str]) -> Vec<Lever> {
    texts.iter().map(|text| parse(text).unwrap()).collect()
}

fn tried(scenario: &Scenario, levers: &[Lever]) -> (WhatIf, Curve) {
    let registry = Registry::built_in();
    let what_if = whatif(scenario, &registry, levers, &|_| ()).unwrap();
    let curve = abatement(scenario, &registry, &what_if, &|_| ()).unwrap();
    (what_if, curve)
}

fn nothing(tally: &Tally) -> bool {
    *tally == tally.less(tally)
}

const SOME: [&str; 5] =
    ["electric-fleet=2", "solar=x2", "return-rate=0.9", "consolidation=off", "reuse=0.9"];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4))]

    #[test]
    fn steps_sum_to_the_total(seed in any::<u64>(), orders in 0_usize..12) {
        let scenario = equipped(seed, orders);
        let (what_if, curve) = tried(&scenario, &levers(&SOME));
        let abated: Carbon = curve.steps.iter().map(|step| step.abated).sum();
        prop_assert_eq!(abated, curve.total);
        prop_assert_eq!(curve.steps.last().map_or(Carbon::ZERO, |step| step.cumulative), curve.total);
        prop_assert!(curve.steps.iter().all(|step| step.abated > Carbon::ZERO));
        prop_assert_eq!(curve.steps.len() + curve.apart.len(), SOME.len());
        // The whole is a plan's own figure: with the levers of the steps and no others.
        let on_curve: Vec<Lever> = curve.steps.iter().map(|step| step.lever).collect();
        if !on_curve.is_empty() {
            let again = whatif(&scenario, &Registry::built_in(), &on_curve, &|_| ()).unwrap();
            if again.days == what_if.days {
                prop_assert_eq!(again.reference.total() - again.together.total(), curve.total);
            }
        }
    }

    #[test]
    fn together_is_the_sum_of_alone_and_interaction(seed in any::<u64>(), orders in 0_usize..12) {
        let scenario = equipped(seed, orders);
        let what_if = whatif(&scenario, &Registry::built_in(), &levers(&SOME), &|_| ()).unwrap();
        let alone: Carbon = what_if.alone.iter().map(|effect| effect.change.total()).sum();
        let together = what_if.together.total() - what_if.reference.total();
        prop_assert_eq!(alone + what_if.interaction.total(), together);
    }

    #[test]
    fn the_order_of_levers_changes_nothing(
        seed in any::<u64>(),
        shuffled in Just(SOME.to_vec()).prop_shuffle(),
    ) {
        let scenario = equipped(seed, 8);
        prop_assert!(tried(&scenario, &levers(&SOME)) == tried(&scenario, &levers(&shuffled)));
    }

    #[test]
    fn a_lever_that_changes_nothing_leaves_the_plan(seed in any::<u64>(), orders in 0_usize..12) {
        let mut scenario = equipped(seed, orders);
        scenario.policy.carbon_price_per_kg = 0.125;
        scenario.recycling.return_rate = 0.5;
        scenario.grid = Grid::Hourly(vec![(scenario.orders.first()
            .map_or(quantity::Instant::from_unix(0), |order| order.placed_at), 0.3)]);
        let registry = Registry::built_in;
        let today = run(&scenario, registry(), &|_| ControlFlow::Continue(())).unwrap();
        for lever in levers(&[
            "battery=x1", "building-load=x1", "carbon-price=125", "consolidation=on",
            "electric-fleet=0", "grid-factor=x1", "hubs=on", "household-recycling=0.7",
            "join-radius=1km", "return-rate=0.5", "reuse=on", "robots=+0", "solar=+0kWp",
            "stations=on",
        ]) {
            let changed = lever.apply(&scenario).unwrap();
            prop_assert!(changed == scenario, "{lever}");
            if lever.to_string() == "solar=+0kWp" {
                // The same scenario gives the same outcome: once is enough.
                prop_assert!(run(&changed, registry(), &|_| ControlFlow::Continue(())).unwrap() == today);
                let what_if = whatif(&scenario, &registry(), &[lever], &|_| ()).unwrap();
                prop_assert!(nothing(&what_if.alone[0].change) && nothing(&what_if.interaction));
                prop_assert_eq!(what_if.reference.total(), today.plan.figures.total.wtw());
            }
        }
    }
}

#[test]
fn levers_turn_what_they_say() {
    let scenario = {
        let mut scenario = equipped(5, 10);
        scenario.fleet[0].count = 3;
        scenario
    };
    let after = |text: &str| parse(text).unwrap().apply(&scenario).unwrap();
    let peak = |scenario: &Scenario| {
        scenario.sites.iter().filter_map(|site| site.solar).map(|s| s.peak).sum::<Power>()
    };
    let count = |scenario: &Scenario, carrier| {
        let of_carrier = scenario.fleet.iter().filter(|kind| kind.carrier == carrier);
        of_carrier.map(|kind| kind.count).sum::<u32>()
    };
    assert_eq!(peak(&after("solar=x2")), Power::from_kilowatts(200.0), "two roofs of 50 kWp");
    assert_eq!(peak(&after("solar=+30kWp")), Power::from_kilowatts(130.0));
    assert!(!after("solar=off").energy.solar);
    assert_eq!(after("reuse=off").stock.reused, [0; 3]);
    assert!((after("carbon-price=100").policy.carbon_price_per_kg - 0.1).abs() < 1e-12);
    assert_eq!(
        after("building-load=x0.5").sites[3].load_per_day * 2,
        scenario.sites[3].load_per_day
    );
    let robots = EnergyCarrier::Robot;
    assert_eq!(count(&after("robots=+4"), robots), count(&scenario, robots) + 4);
    let fleet = after("electric-fleet=2");
    let electric = EnergyCarrier::Electric;
    assert_eq!(count(&fleet, EnergyCarrier::Diesel), 1);
    assert_eq!(count(&fleet, electric), count(&scenario, electric) + 2);
    assert_eq!(fleet.fleet.len(), scenario.fleet.len(), "at W an e-van stands already");
}

#[test]
fn a_fleet_without_an_electric_type_has_one_made() {
    let mut scenario = equipped(5, 10);
    scenario.fleet.truncate(1);
    scenario.fleet[0].count = 2;
    let changed = parse("electric-fleet=2").unwrap().apply(&scenario).unwrap();
    assert_eq!(
        changed.fleet.iter().map(|kind| (&*kind.name, kind.count)).collect::<Vec<_>>(),
        [("electric van", 2), ("van", 0)],
        "the van stays listed: the baseline names it"
    );
    let made = &changed.fleet[0];
    let full_kwh = made.consumption.full_per_100km * made.range.unwrap().kilometres() / 100.0;
    assert!((made.battery.unwrap().kilowatt_hours() - full_kwh).abs() < 1e-6);
    let what_if = tried(&scenario, &levers(&["electric-fleet=2"])).0;
    assert!(what_if.alone[0].change.total() < Carbon::ZERO, "electric vans emit less");
    assert_eq!(what_if.together.fuel_l, quantity::Fixed::ZERO);
}

#[test]
fn what_a_scenario_lacks_is_told() {
    let mut bare = equipped(5, 10);
    bare.grid = Grid::Default;
    bare.sites.truncate(1);
    bare.sites[0].battery = None;
    bare.sites[0].solar = None;
    bare.fleet.truncate(1);
    bare.fleet[0].count = 1;
    for (text, expect) in [
        ("grid-factor=x0.5", "grid-factor=x0.5: the scenario has no grid file to scale"),
        ("stations=on", "stations=on: the scenario has no station"),
        ("solar=on", "solar=on: the scenario has no modules"),
        ("solar=x2", "solar=x2: the scenario has no modules"),
        ("battery=+5", "battery=+5kWh: the scenario has no warehouse"),
        ("robots=+1", "robots=+1: the scenario has no robot to add to"),
        ("electric-fleet=2", "electric-fleet=2: the scenario has 1 combustion vehicles"),
    ] {
        let error = parse(text).unwrap().apply(&bare).unwrap_err();
        assert_eq!(error.to_string(), expect);
    }
}

#[test]
fn hardware_costs_what_it_is_said_to_cost() {
    let mut scenario = equipped(5, 10);
    let yearly = |scenario: &Scenario, text: &str| {
        let lever = parse(text).unwrap();
        lever.yearly_cost(scenario, &lever.apply(scenario).unwrap()).map(quantity::Money::units)
    };
    for (text, expect, why) in [
        ("solar=+10kWp@1000/1", 10_500.0, "ten kWp in one year, with its interest"),
        ("solar=off", 0.0, "nothing comes back"),
        ("reuse=off", 0.0, "no hardware"),
        ("robots=+2@100/1", 210.0, "two robots"),
        ("electric-fleet=1@100/1", 25.0 * 105.0, "by the 25 kWh of its battery"),
        ("solar=+1kWp", 1_500.0 * 0.9 * 0.070_952, "dollars in euros, 25 years"),
    ] {
        let cost = yearly(&scenario, text).unwrap();
        assert!((cost - expect).abs() < 0.01, "{why}: {cost}");
    }
    scenario.currency = "XAU".parse().unwrap();
    assert!(matches!(yearly(&scenario, "solar=x2"), Err(LeverError::NoPrice { .. })));
    assert!(applicable(&scenario).iter().all(|lever| lever.kind.hardware.is_none()));
}

#[test]
fn one_kind_twice_is_refused() {
    let twice = levers(&["solar=x2", "reuse=off", "solar=off"]);
    let refused = whatif(&equipped(5, 10), &Registry::built_in(), &twice, &|_| ());
    assert_eq!(refused, Err(LeverError::Twice("solar").into()));
}

#[test]
fn without_a_name_the_levers_are_those_that_apply() {
    let scenario = equipped(5, 20);
    let found = applicable(&scenario);
    let names: Vec<&str> = found.iter().map(|lever| lever.kind.name).collect();
    assert_eq!(
        names,
        [
            "battery",
            "carbon-price",
            "electric-fleet",
            "household-recycling",
            "return-rate",
            "robots",
            "solar"
        ]
    );
    let told = Mutex::new(Vec::new());
    let what_if = whatif(&scenario, &Registry::built_in(), &[], &|made| {
        told.lock().unwrap().push((made.levers.len(), made.of));
    });
    assert_eq!(what_if.unwrap().alone.len(), names.len());
    let mut told = told.into_inner().unwrap();
    told.sort_unstable();
    assert_eq!(told[..2], [(0, 1), (1, 8)], "today, seven alone and one of all");
    assert_eq!(told.last(), Some(&(7, 8)));
}

#[test]
fn where_a_lever_needs_a_day_more_all_plans_are_open_on_it() {
    let mut scenario = equipped(3, 30);
    for order in &mut scenario.orders {
        order.placed_at =
            scenario.zone.at(crate::made::first_day(), quantity::Duration::from_hours(10.0));
        order.promised_by = None;
    }
    // One small van, and an electric type that takes half as much to stand in its place.
    scenario.baseline.consolidation = true;
    scenario.fleet.truncate(2);
    scenario.fleet[0].count = 1;
    scenario.fleet[0].capacity = quantity::Mass::from_kilograms(60.0);
    scenario.fleet[1].count = 0;
    scenario.fleet[1].capacity = quantity::Mass::from_kilograms(30.0);
    scenario.policy.shift = quantity::Duration::from_hours(2.0);
    let today = run(&scenario, Registry::built_in(), &|_| ControlFlow::Continue(())).unwrap();
    let (what_if, curve) = tried(&scenario, &levers(&["electric-fleet=1", "building-load=x1"]));
    assert!(what_if.days.len() > today.plan.days.len(), "it takes longer");
    assert!(what_if.reference.total() > today.plan.figures.total.wtw(), "buildings are open");
    assert!(nothing(&what_if.alone[0].change), "a building's load as it is: {what_if:?}");
    assert_eq!(curve.reference, what_if.reference.total());
}
