//! `greenchain route` of JSON: our format and VROOM's, judged, replanned, as a front.

use crate::stand::{fresh, greenchain, succeed, text, write};
use serde_json::{Value, json};
use std::fs;
use std::path::PathBuf;

/// Three stops on a line north of the depot, a van and a dearer clean one, each for all.
fn day() -> Value {
    let place = |km: f64| json!({"lat": 52.0 + km / 111.195, "lon": 4.0});
    let order =
        |id: &str, km: f64| json!({"id": id, "place": place(km), "service_s": 300, "delivery": 2});
    let van = |id: &str, fixed: f64, kg: f64| {
        json!({
            "id": id, "speed_kmh": 36, "depot": place(0.0), "capacity": 6, "shift": ["08:00", "18:00"],
            "cost_fixed": fixed, "cost_per_km": 0.5,
            "energy": {"empty_per_100km": 10, "full_per_100km": 12, "kg_co2e_per_unit": kg}
        })
    };
    json!({
        "detour_factor": 1,
        "orders": [order("a", 1.0), order("b", 2.0), order("c", 3.0)],
        "vehicles": [van("van", 10.0, 3.0), van("clean", 15.0, 0.5)]
    })
}

fn json(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).unwrap()
}

fn steps(plan: &Value) -> Vec<(String, String)> {
    let steps = plan["plan"][0]["steps"].as_array().unwrap().iter();
    let word = |step: &Value, key: &str| step[key].as_str().unwrap_or_default().to_owned();
    steps.map(|step| (word(step, "order"), word(step, "begin"))).collect()
}

/// Routes the day; returns its file, its plan's file and the plan.
fn routed(name: &str) -> (PathBuf, PathBuf, Value) {
    let folder = fresh(name);
    let (file, out) = (write(&folder, "day.json", &day()), folder.join("plan.json"));
    let told = ["route", text(&file), "--iterations", "2000", "--json", "--out", text(&out)];
    let plan = json(&succeed(&told).stdout);
    (file, out, plan)
}

#[test]
fn a_day_is_routed_written_and_judged() {
    let (file, out, plan) = routed("rich-day");
    assert_eq!((&plan["feasible"], &plan["vehicles"]), (&true.into(), &1.into()), "{plan}");
    assert_eq!(plan["distance"], 6_000, "to the last stop and back");
    // Van 10, 6 km at 0.50.
    assert_eq!(plan["cost"], 13.0);
    assert_eq!(plan["plan"][0]["vehicle"], "van");
    let written = json(&fs::read(&out).unwrap());
    assert_eq!(written["plan"], plan["plan"]);
    let judged = json(&succeed(&["route", text(&file), "--check", text(&out), "--json"]).stdout);
    assert_eq!((&judged["cost"], &judged["faults"]), (&plan["cost"], &json!([])));
    let mut late = written;
    late["plan"][0]["steps"][1]["begin"] = "07:00".into();
    let spoilt = write(out.parent().unwrap(), "late.json", &late);
    let output = greenchain(&["route", text(&file), "--check", text(&spoilt)]);
    assert_eq!(output.status.code(), Some(1));
    let told = String::from_utf8(output.stdout).unwrap();
    assert!(told.contains("begins at 25200") && told.contains("not feasible"), "{told}");
}

#[test]
fn the_price_of_carbon_and_the_objective_choose_the_vehicle() {
    let (file, _, _) = routed("rich-goals");
    for (more, vehicle, why) in [
        (&["--objective", "carbon"][..], "clean", "of least CO2e"),
        (&["--carbon-price", "9"], "clean", "5 more against about 1.6 kg at 9"),
        (&["--carbon-price", "1"], "van", "5 more against about 1.6 kg at 1"),
    ] {
        let told = [&["route", text(&file), "--iterations", "2000", "--json"], more].concat();
        let plan = json(&succeed(&told).stdout);
        assert_eq!(plan["plan"][0]["vehicle"], vehicle, "{why}: {plan}");
    }
    let told = ["route", text(&file), "--iterations", "8000", "--front", "3", "--json"];
    let front = json(&succeed(&told).stdout);
    let plans = front["front"].as_array().unwrap();
    let number = |plan: &Value, key: &str| plan[key].as_f64().unwrap();
    assert_eq!(plans.len(), 2, "all by one van: {front}");
    assert!(number(&plans[0], "cost") < number(&plans[1], "cost"));
    assert!(number(&plans[0], "kg_co2e") > number(&plans[1], "kg_co2e"));
}

#[test]
fn a_running_day_keeps_what_has_begun() {
    let (_, plan_file, plan) = routed("rich-running");
    let before = steps(&plan);
    // On the way to the second stop: it stays the next, whatever comes.
    let now = &before[2].1;
    let mut changed = day();
    let pickup = json!({"id": "new", "place": {"lat": 52.0, "lon": 4.0}, "pickup": 1});
    changed["orders"].as_array_mut().unwrap().push(pickup);
    let folder = plan_file.parent().unwrap();
    let file = write(folder, "changed.json", &changed);
    let told = ["route", text(&file), "--running", text(&plan_file), "--now", now, "--json"];
    let again = json(&succeed(&[&told[..], &["--iterations", "2000"]].concat()).stdout);
    let after = steps(&again);
    assert_eq!(after[..3], before[..3], "{again}");
    assert_eq!((&again["feasible"], &again["moved"]), (&true.into(), &0.into()));
    // It breaks down there: the clean one takes over what was not visited.
    let mut broken = day();
    broken["vehicles"][0]["out_of_service_from"] = now.as_str().into();
    let file = write(folder, "broken.json", &broken);
    let told = ["route", text(&file), "--running", text(&plan_file), "--now", now, "--json"];
    let again = json(&succeed(&[&told[..], &["--iterations", "2000"]].concat()).stdout);
    assert_eq!((&again["feasible"], &again["vehicles"]), (&true.into(), &2.into()), "{again}");
    assert_eq!(again["routes"][0], json!([before[1].0]));
}

#[test]
fn what_cannot_be_served_says_why() {
    let mut value = day();
    value["orders"][2]["skills"] = json!(["cold"]);
    value["orders"][1]["windows"] = json!([["08:00", "08:03"]]);
    let file = write(&fresh("rich-why"), "day.json", &value);
    let output = greenchain(&["route", text(&file), "--iterations", "500", "--json"]);
    assert_eq!(output.status.code(), Some(1));
    let told = json(&output.stdout)["unserved"].to_string();
    assert!(told.contains("no vehicle has all of its skills: cold"), "{told}");
    assert!(told.contains("service at b would begin 20 s after its last window"), "{told}");
}

#[test]
fn faults_name_file_pointer_value_and_mend() {
    let folder = fresh("rich-faults");
    let mut value = day();
    value["orders"][0]["windws"] = json!([]);
    value["vehicles"][1]["capacity"] = json!("six");
    let bad = write(&folder, "bad.json", &value);
    let good = write(&folder, "day.json", &day());
    let vroom = write(&folder, "vroom.json", &json!({"jobs": [{"id": 1}], "vehicles": []}));
    for (told, expect) in [
        (&["route", text(&bad)][..], "bad.json: /orders/0/windws"),
        (&["route", text(&bad)], "bad.json: /vehicles/1/capacity: `\"six\"`"),
        (&["route", text(&vroom)], "vroom.json: /jobs/0: `{…}` has no key location. Add it"),
        (&["route", text(&good), "--precision", "round"], "--precision is of the other formats"),
        (&["route", text(&good), "--running", text(&good), "--now", "noon"], "such as 10:30:00"),
        (&["route", text(&good), "--check", text(&good)], "day.json: /detour_factor"),
    ] {
        let output = greenchain(told);
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{error}");
        assert!(error.contains(expect), "{expect}: {error}");
    }
}

#[test]
fn vroom_input_is_taken_as_it_is() {
    let value = json!({
        "vehicles": [{"id": 7, "start_index": 0, "end_index": 3}],
        "jobs": [{"id": 14, "location_index": 1}, {"id": 15, "location_index": 2}],
        "matrices": {"car": {"durations": [
            [0, 2104, 197, 1299], [2103, 0, 2255, 3152], [197, 2256, 0, 1102], [1299, 3153, 1102, 0]
        ]}}
    });
    let file = write(&fresh("rich-vroom"), "problem.json", &value);
    let told = ["route", text(&file), "--iterations", "2000", "--json"];
    let plan = json(&succeed(&told).stdout);
    assert_eq!((&plan["cost"], &plan["routes"]), (&5461.0.into(), &json!([["14", "15"]])));
    assert_eq!(plan["plan"][0]["vehicle"], "7");
    let unknown = (&plan["distance"], &plan["kg_co2e"]);
    assert_eq!(unknown, (&Value::Null, &Value::Null), "a zero would say that there is none");
    let output = greenchain(&["route", text(&file), "--carbon-price", "1"]);
    assert_eq!(output.status.code(), Some(2));
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(error.contains("vehicle 7 does not say what energy it takes"), "{error}");
}
