//! `greenchain energy schedule`: optima, checks, reasons, a rolling horizon.

use crate::stand::{fresh, greenchain, printed, shared, succeed, text, write};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

/// Four hours without sun, dear in the first and last, and a van that stays for three of them.
fn instance() -> Value {
    json!({
        "name": "depot", "start": "2025-03-30T00:00:00", "step_h": 1.0, "n": 4, "currency": "EUR",
        "carbon_price_per_t": 100.0,
        "load_kwh": [10.0, 10.0, 10.0, 10.0], "pv_kwh": [0.0, 0.0, 0.0, 0.0],
        "buy_price": [0.3, 0.1, 0.2, 0.4], "sell_price": [0.0, 0.0, 0.0, 0.0],
        "grid_kg_co2e_per_kwh": [0.4, 0.4, 0.3, 0.4],
        "grid": {"import_limit_kw": 30.0, "export_limit_kw": 0.0, "demand_charges": []},
        "ev_sessions": [{"id": "van", "arrival_step": 0, "departure_step": 3, "energy_kwh": 18.0,
            "max_kw": 11.0, "efficiency": 0.9}]
    })
}

#[test]
fn a_van_charges_where_it_is_cheapest_and_the_schedule_stands_before_the_judge() {
    let folder = fresh("schedule");
    let file = write(&folder, "depot.json", &instance());
    let run = |objective: &str| {
        printed(&succeed(&["energy", "schedule", text(&file), "--objective", objective, "--json"]))
    };
    let cost = run("cost");
    assert_eq!(cost["status"], "optimal");
    let charged: Vec<f64> =
        serde_json::from_value(cost["schedule"]["ev_kwh"]["van"].clone()).unwrap();
    for (is, expected) in charged.iter().zip([0.0, 11.0, 9.0, 0.0]) {
        assert!((is - expected).abs() < 1e-6, "{charged:?}");
    }
    assert!((cost["cost"].as_f64().unwrap() - 12.9).abs() < 1e-6, "{cost}");
    let carbon = run("carbon");
    assert!(carbon["kg_co2e"].as_f64().unwrap() < cost["kg_co2e"].as_f64().unwrap());

    let schedule = write(&folder, "schedule.json", &cost);
    let check = |schedule: &Path| {
        greenchain(&["energy", "schedule", text(&file), "--check", text(schedule), "--json"])
    };
    let good = check(&schedule);
    assert_eq!(good.status.code(), Some(0));
    assert_eq!(printed(&good)["feasible"], true);
    let mut short = cost.clone();
    short["schedule"]["ev_kwh"]["van"][1] = json!(1.0);
    let bad = check(&write(&folder, "short.json", &short));
    assert_eq!(bad.status.code(), Some(1));
    let breaches = printed(&bad)["breaches"].to_string();
    assert!(
        breaches.contains("balance") && breaches.contains("van gets 9.000000 kWh"),
        "{breaches}"
    );
}

#[test]
fn what_cannot_be_met_is_named_and_what_cannot_be_read_refused() {
    let folder = fresh("schedule-faults");
    let mut hurried = instance();
    hurried["ev_sessions"][0]["energy_kwh"] = json!(60.0);
    let file = write(&folder, "hurried.json", &hurried);
    let output = greenchain(&["energy", "schedule", text(&file)]);
    assert_eq!(output.status.code(), Some(1));
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(told.contains("van wants 66.667 kWh"), "{told}");

    let mut wrong = instance();
    wrong["load_kwh"][2] = json!("ten");
    wrong["ev_sessions"][0]["departure_step"] = json!(9);
    wrong["pv_kwh"] = json!([0.0]);
    let file = write(&folder, "wrong.json", &wrong);
    let output = greenchain(&["energy", "schedule", text(&file)]);
    assert_eq!(output.status.code(), Some(2));
    let told = String::from_utf8_lossy(&output.stderr);
    for fault in [
        "wrong.json: /load_kwh/2: is \"ten\"",
        "/pv_kwh: has 1 numbers, n is 4",
        "/ev_sessions/0/departure_step: is 9",
    ] {
        assert!(told.contains(fault), "{fault} is not in {told}");
    }
}

#[test]
fn a_rolling_horizon_shows_its_regret() {
    let folder = fresh("schedule-rolling");
    let file = write(&folder, "depot.json", &instance());
    let rolling = ["--rolling", "2", "--forecast", "perfect", "--json"];
    let answer = printed(&succeed(&[&["energy", "schedule", text(&file)][..], &rolling].concat()));
    let regret = answer["regret"].as_f64().unwrap();
    // Two steps ahead the last cheap hour is not seen from the first: nothing is lost here.
    assert!((0.0..0.5).contains(&(regret + 1e-9)), "{answer}");
}

#[test]
fn known_optima_by_the_verb() {
    let Some(shared) = shared("energy/schedule") else { return };
    let optima = fs::read_to_string(shared.join("optima.json")).unwrap();
    let optima: Value = serde_json::from_str(&optima).unwrap();
    for name in ["day-tou", "day-depot", "day-negative"] {
        let file = shared.join(format!("{name}.json"));
        let answer = printed(&succeed(&["energy", "schedule", text(&file), "--json"]));
        let found = answer["objective"].as_f64().unwrap();
        let expected = optima["optima"][name]["cost"]["objective"].as_f64().unwrap();
        assert!((found - expected).abs() <= 1e-6 * expected.abs(), "{name}: {found} {expected}");
    }
}
