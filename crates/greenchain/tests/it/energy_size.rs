//! `greenchain energy size`: worth by hand, budgets, goals, faults.

use crate::stand::{fresh, greenchain, printed, succeed, text, write};
use serde_json::{Value, json};

/// A day of two hours, sun in the first: 1 kWh a kWp; 10 kWh of load in each at 0.2 and 0.5 kg a kWh.
fn instance() -> Value {
    json!({
        "name": "day", "start": "2025-03-30T00:00:00", "step_h": 12.0, "n": 2, "currency": "EUR",
        "load_kwh": [10.0, 10.0], "pv_kwh": [1.0, 0.0], "buy_price": [0.2, 0.2],
        "sell_price": [0.0, 0.0], "grid_kg_co2e_per_kwh": [0.5, 0.5]
    })
}

/// `sites` with modules at 500 a kWp for 20 years at 5 %, roofs in kWp, batteries too dear.
fn document(sites: &Value) -> Value {
    json!({
        "parameters": {
            "lifetime_years": 20, "discount_rate": 0.05, "pv_per_kwp": 500.0, "battery_per_kwh": 5000.0,
            "pv_degradation_per_year": 0.0, "m2_per_kwp": 1.0
        },
        "sites": sites
    })
}

fn site(name: &str, roof_m2: f64) -> Value {
    json!({"name": name, "instance": "day.json", "roof_m2": roof_m2, "battery_kwh_max": 0.0})
}

fn near(value: &Value, expected: f64) {
    let found = value.as_f64().unwrap();
    assert!((found - expected).abs() < 1e-3 * (1.0 + expected.abs()), "{found}, not {expected}");
}

/// Years of 5 % that 20 years are worth.
const ANNUITY: f64 = 12.462_210_342;

#[test]
fn a_roof_is_filled_as_far_as_it_pays_and_each_figure_is_that_by_hand() {
    let folder = fresh("size");
    write(&folder, "day.json", &instance());
    let mut depot = site("depot", 20.0);
    depot["battery_kwh_max"] = json!(20.0);
    let file = write(&folder, "sites.json", &document(&json!([depot])));
    let answer = printed(&succeed(&["energy", "size", text(&file), "--steps", "4", "--json"]));
    assert_eq!((&answer["status"], &answer["currency"]), (&json!("sized"), &json!("EUR")));
    let depot = &answer["sites"][0];
    near(&depot["kwp"], 10.0);
    near(&depot["battery_kwh"], 0.0);
    near(&depot["investment"], 5_000.0);
    near(&depot["npv"], 730.0 * ANNUITY - 5_000.0);
    near(&depot["cost_per_year_nothing_built"], 1_460.0);
    near(&depot["avoided_kg_co2e_first_year"], 1_825.0);
    near(&depot["avoided_kg_co2e_lifetime"], 36_500.0);
    assert_eq!((&depot["payback_year"], &depot["discounted_payback_year"]), (&json!(7), &json!(9)));
    let swing = &answer["sensitivity"][0];
    assert_eq!(swing["what"], "investment");
    near(&swing["low"], 730.0 * ANNUITY - 4_000.0);
    near(&swing["high"], 730.0 * ANNUITY - 6_000.0);

    let shown = succeed(&["energy", "size", text(&file), "--steps", "4"]);
    let shown = String::from_utf8_lossy(&shown.stdout).into_owned();
    assert!(shown.contains("5000 EUR invested, net present value 4097, 1825 kg CO2e"), "{shown}");
}

#[test]
fn a_budget_goes_where_it_is_worth_most_and_a_goal_is_shared() {
    let folder = fresh("size-budget");
    write(&folder, "day.json", &instance());
    let mut dear = site("dear", 10.0);
    dear["pv_per_kwp"] = json!(800.0);
    let sites = json!([dear, site("cheap", 10.0), site("small", 2.0)]);
    let file = write(&folder, "sites.json", &document(&sites));
    let run = |option: &str, value: &str| {
        greenchain(&["energy", "size", text(&file), "--steps", "2", option, value, "--json"])
    };
    let kwp = |answer: &Value| -> Vec<(String, f64)> {
        let sites = answer["sites"].as_array().unwrap().iter();
        sites
            .map(|site| (site["name"].as_str().unwrap().to_owned(), site["kwp"].as_f64().unwrap()))
            .collect()
    };
    let answer = printed(&run("--budget", "6000"));
    let expected = [("cheap", 10.0), ("small", 2.0), ("dear", 0.0)];
    assert_eq!(kwp(&answer), expected.map(|(name, kwp)| (name.to_owned(), kwp)));
    near(&answer["investment"], 6_000.0);

    let answer = printed(&run("--goal-kg", "100"));
    near(&answer["investment"], 14_000.0);
    let far = run("--goal-kg", "5000");
    assert_eq!(far.status.code(), Some(1));
    assert!(printed(&far)["reason"].as_str().unwrap().contains("at most 4015 kg"));
    let both = greenchain(&["energy", "size", text(&file), "--budget", "1", "--goal-kg", "1"]);
    assert_eq!(both.status.code(), Some(2));
}

#[test]
fn every_fault_is_told_with_its_place_and_a_load_that_cannot_be_met_is_no() {
    let folder = fresh("size-faults");
    write(&folder, "day.json", &instance());
    let mut with_battery = instance();
    with_battery["battery"] = json!({"capacity_kwh": 1.0, "charge_kw": 1.0, "discharge_kw": 1.0,
        "charge_efficiency": 1.0, "discharge_efficiency": 1.0, "soc_initial_kwh": 0.0});
    write(&folder, "battery.json", &with_battery);
    let mut short = site("short", 1.0);
    short.as_object_mut().unwrap().remove("instance");
    short["periods"] = json!([{"instance": "day.json", "times_a_year": 52}]);
    let mut document = document(&json!([
        {"name": "a", "instance": "none.json", "roof_m2": -1, "battery_kwh_max": 0},
        {"name": "b", "instance": "battery.json", "roof_m2": 1, "battery_kwh_max": 0, "pv_per_kw": 3},
        short
    ]));
    document["parameters"]["discount_rate"] = json!("5 %");
    document["parameters"].as_object_mut().unwrap().remove("lifetime_years");
    let file = write(&folder, "sites.json", &document);
    let output = greenchain(&["energy", "size", text(&file)]);
    assert_eq!(output.status.code(), Some(2));
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(told.matches("lifetime_years: is missing").count(), 1, "{told}");
    for fault in [
        "sites.json: /sites/0/roof_m2: is -1. Write a number from 0",
        "sites.json: /sites/0/instance: ",
        "battery.json: /battery: is there",
        "/sites/1/pv_per_kw: is not known",
        "/sites/2/periods: cover 1248 h",
        "/parameters/discount_rate: is \"5 %\"",
        "/parameters/lifetime_years: is missing",
    ] {
        assert!(told.contains(fault), "{fault} is not in {told}");
    }

    let mut weak = instance();
    weak["grid"] = json!({"import_limit_kw": 0.1});
    write(&folder, "day.json", &weak);
    let file = write(&folder, "weak.json", &self::document(&json!([site("weak", 1.0)])));
    let output = greenchain(&["energy", "size", text(&file)]);
    assert_eq!(output.status.code(), Some(1));
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(told.contains("weak: period 0 has no schedule; step 0 lacks"), "{told}");
}
