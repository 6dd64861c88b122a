//! Measures: they are the figures, by month and site, and what is saved adds up.

use crate::made::{any_scenario, scenario};
use crate::{cases, planned};
use carbon::Case;
use packaging::solution::Part;
use packaging::{Stock, Wrapping};
use planner::{Outcome, Scenario};
use proptest::prelude::*;
use quantity::{Fixed, Mass};
use std::collections::BTreeSet;

fn sum(outcome: &Outcome, case: Case, name: &str) -> Fixed {
    let of_case = outcome.measures.iter().filter(|measure| measure.case == case);
    of_case.filter(|measure| measure.name == name).map(|measure| measure.amount).sum()
}

fn saved(outcome: &Outcome) -> [Fixed; 4] {
    ["board_saved_original", "board_saved_reused", "board_saved_right_sized", "board_saved_bagged"]
        .map(|name| sum(outcome, Case::Plan, name))
}

fn kilograms(mass: Mass) -> Fixed {
    Fixed::from_billionths(i128::from(mass.milligrams()) * 1_000)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn board_saved_is_the_baselines_board_less_the_plans(scenario in any_scenario()) {
        let outcome = planned(&scenario);
        let [plan, baseline] =
            [Case::Plan, Case::Baseline].map(|case| sum(&outcome, case, "board_new"));
        prop_assert_eq!(saved(&outcome).into_iter().sum::<Fixed>(), baseline - plan);
    }

    #[test]
    fn filler_and_tape_saved_are_the_baselines_less_the_plans(scenario in any_scenario()) {
        let outcome = planned(&scenario);
        for (part, saved) in [("filler", "filler_saved"), ("tape", "tape_saved")] {
            let [plan, baseline] = [Case::Plan, Case::Baseline].map(|case| sum(&outcome, case, part));
            prop_assert_eq!(sum(&outcome, Case::Plan, saved), baseline - plan);
        }
    }

    #[test]
    fn measures_are_the_figures_of_their_case(scenario in any_scenario()) {
        let outcome = planned(&scenario);
        for case in cases(&outcome) {
            let figures = &case.figures;
            let of = |name| sum(&outcome, case.case, name);
            let count = |number: usize| Fixed::from_integer(number as i64);
            let kwh = |energy: quantity::Energy| {
                Fixed::from_billionths(i128::from(energy.milliwatt_hours()) * 1_000)
            };
            let part = |part| {
                let materials = case.days.iter().flat_map(|day| &day.parcels).flat_map(|p| &p.materials);
                kilograms(materials.filter(|used| used.part == part).map(|used| used.mass).sum())
            };
            for (name, expect) in [
                ("filler", part(Part::Filler)),
                ("bag", part(Part::Bag)),
                ("tape", part(Part::Tape)),
                ("insulation", part(Part::Insulation)),
                ("coolant", part(Part::Coolant)),
                ("orders", count(figures.orders_served)),
                ("parcels", count(figures.parcels)),
                ("deliveries", count(figures.parcels)),
                ("short_urban_deliveries", count(figures.short_urban)),
                ("short_urban_electric_deliveries", count(figures.short_urban_electric)),
                ("robot_deliveries", count(figures.by_robot)),
                ("board_new", kilograms(figures.carton_material)),
                ("cartons_reused", count(figures.reused_cartons)),
                ("cartons_handed_back", count(figures.handed_back)),
                ("pv_generated", kwh(figures.pv)),
                ("pv_self_used", kwh(figures.pv_self_used)),
                ("pv_exported", kwh(figures.pv - figures.pv_self_used)),
                ("electricity_bought", kwh(figures.import)),
                ("distance", Fixed::from_billionths(
                    i128::from(figures.distance.metres()) * 1_000_000)),
                ("cost", Fixed::from_billionths(
                    (figures.cost_total().units() * 1e6).round() as i128 * 1_000)),
            ] {
                prop_assert_eq!(of(name), expect, "{} of {}", name, case.case.name());
            }
        }
    }

    /// A table of them has one row for each, and every measure of a case has one in every month.
    #[test]
    fn a_measure_is_said_once_and_never_left_out(scenario in any_scenario()) {
        let outcome = planned(&scenario);
        let keys: BTreeSet<_> = outcome
            .measures
            .iter()
            .map(|m| (m.case, m.period, m.link, m.name, m.site.clone()))
            .collect();
        prop_assert_eq!(keys.len(), outcome.measures.len());
        for case in cases(&outcome) {
            let months: BTreeSet<_> =
                case.days.iter().map(|day| carbon::Period::of(day.day)).collect();
            let rows: BTreeSet<_> = outcome
                .measures
                .iter()
                .filter(|m| m.case == case.case)
                .map(|m| (m.period, m.name, m.link))
                .collect();
            let kinds = if case.case == Case::Plan { 31 } else { 25 };
            prop_assert_eq!(rows.len(), months.len() * kinds);
        }
    }
}

/// Many vehicles and cartons, so that every order is delivered in both cases.
fn roomy(orders: usize) -> Scenario {
    let mut scenario = scenario(7, orders);
    for vehicle in &mut scenario.fleet {
        vehicle.count = 3;
    }
    for product in &mut scenario.products {
        product.own_package = false;
    }
    for industry in &mut scenario.solution.industries {
        industry.bags.clear();
    }
    scenario.stock = Stock { new: vec![1_000; 3], reused: vec![0; 3] };
    scenario
}

#[test]
fn board_is_saved_by_the_way_that_pieces_travel() {
    let mut returning = roomy(40);
    returning.recycling.return_rate = 1.0;
    returning.recycling.reuse_share = 1.0;
    let mut reusing = roomy(40);
    reusing.stock.reused = vec![1_000; 3];
    let mut original = roomy(40);
    for product in &mut original.products {
        product.own_package = true;
    }
    let mut bagged = roomy(40);
    for product in &mut bagged.products {
        product.industry = "home".into();
        product.sides = [1_500, 1_000, 200].map(quantity::Length::new);
    }
    bagged.solution.industries[1].bags = vec![0];
    for (scenario, expect, why) in [
        (bagged, [false, true, true, true], "bags, and cartons for what is too heavy for them"),
        (returning, [false, true, true, false], "new on the first day, used again on a later one"),
        (reusing, [false, true, false, false], "used cartons for all: nothing is new"),
        (original, [false; 4], "own packages in both cases: nothing to save"),
    ] {
        let outcome = planned(&scenario);
        assert_eq!(saved(&outcome).map(|kg| kg != Fixed::ZERO), expect, "{why}");
    }
}

#[test]
fn modules_count_once_a_month_however_many_days() {
    let mut scenario = roomy(40);
    for (order, place) in scenario.orders.iter_mut().zip(0..) {
        // Placed from 28 March on: delivered over the turn of the month.
        let day = (0..place % 6).fold(crate::made::first_day(), |day, _| day.next());
        order.placed_at = scenario.zone.at(day, quantity::Duration::from_hours(9.0));
        order.promised_by = None;
        order.option = None;
    }
    scenario.orders.sort_by(|a, b| (a.placed_at, &a.id).cmp(&(b.placed_at, &b.id)));
    let outcome = planned(&scenario);
    let rows: Vec<(String, Option<&str>, String)> = outcome
        .measures
        .iter()
        .filter(|m| m.name == "pv_installed" && m.case == Case::Plan)
        .map(|m| (m.period.to_string(), m.site.as_deref(), m.amount.to_string()))
        .collect();
    let row = |month: &str, site| (month.to_owned(), Some(site), "50".to_owned());
    assert!(outcome.plan.days.len() > 4);
    assert_eq!(
        rows,
        [row("2025-03", "H"), row("2025-03", "W"), row("2025-04", "H"), row("2025-04", "W")]
    );
    assert_eq!(sum(&outcome, Case::Baseline, "pv_installed"), Fixed::ZERO, "it has no solar");
}

#[test]
fn what_the_sun_avoids_is_its_energy_at_the_grids_factor() {
    let mut scenario = roomy(20);
    let start = scenario.zone.at(crate::made::first_day(), quantity::Duration::ZERO);
    scenario.grid = planner::Grid::Hourly(vec![(start, 0.25)]);
    for site in &mut scenario.sites {
        site.battery = None;
    }
    let outcome = planned(&scenario);
    for (kwh, kg) in [("pv_self_used", "avoided_self_used"), ("pv_exported", "avoided_exported")] {
        let [kwh, kg] = [kwh, kg].map(|name| sum(&outcome, Case::Plan, name).to_f64());
        assert!(kwh > 0.0 && (kg - kwh / 4.0).abs() < 1e-6, "{kwh} kWh, {kg} kg");
    }
    let emitted = outcome.plan.figures.total;
    assert_eq!(emitted.wtw(), carbon::total(&outcome.plan.lines).wtw(), "nothing is subtracted");
    let wrapped = outcome.plan.days.iter().flat_map(|day| &day.parcels);
    assert!(wrapped.clone().any(|parcel| parcel.wrapping != Wrapping::Own));
}
