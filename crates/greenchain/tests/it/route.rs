//! `greenchain route`: an instance in, routes out, or a solution judged.

use crate::stand::{fresh, greenchain, shared, succeed, text};
use serde_json::Value;
use std::fs;
use std::path::PathBuf;

/// Four customers on a cross, a depot in the middle, two to a vehicle.
const CROSS: &str = "NAME : cross\nTYPE : CVRP\nDIMENSION : 5\nEDGE_WEIGHT_TYPE : EUC_2D\nCAPACITY : 2\n\
    NODE_COORD_SECTION\n1 0 0\n2 10 0\n3 20 0\n4 0 10\n5 0 20\n\
    DEMAND_SECTION\n1 0\n2 1\n3 1\n4 1\n5 1\nDEPOT_SECTION\n1\n-1\nEOF\n";
/// The last customer closes before anyone can be there.
const LATE: &str = "late\n\nVEHICLE\nNUMBER CAPACITY\n2 10\n\nCUSTOMER\nCUST NO. XCOORD. YCOORD. DEMAND \
    READY DUE SERVICE\n\n0 0 0 0 0 100 0\n1 10 0 5 0 50 5\n2 30 0 5 0 20 5\n";

fn instance(name: &str, content: &str) -> PathBuf {
    let file = fresh(name).join("instance.txt");
    fs::write(&file, content).unwrap();
    file
}

fn json(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).unwrap()
}

#[test]
fn routes_of_least_distance() {
    let file = instance("route-cross", CROSS);
    let out = file.with_file_name("cross.sol");
    let trace = file.with_file_name("trace.csv");
    let named = ["route", text(&file), "--iterations", "512", "--json"];
    let told = [&named[..], &["--out", text(&out), "--trace", text(&trace)]].concat();
    let found = json(&succeed(&told).stdout);
    assert_eq!((&found["distance"], &found["vehicles"]), (&80.0.into(), &2.into()));
    assert_eq!((&found["feasible"], &found["iterations"]), (&true.into(), &512.into()));
    assert_eq!(found["unserved"], Value::Array(Vec::new()));
    let judged = json(&succeed(&["route", text(&file), "--check", text(&out), "--json"]).stdout);
    assert_eq!(judged["cost"], 80.0);
    let improvements = fs::read_to_string(&trace).unwrap();
    assert!(
        improvements.starts_with("thread,iteration,seconds,vehicles,cost\n0,"),
        "{improvements}"
    );
    let threads = [&named[..], &["--threads", "2"]].concat();
    let one = json(&succeed(&threads).stdout);
    let two = json(&succeed(&threads).stdout);
    assert_eq!((&one["routes"], &one["iterations"]), (&two["routes"], &1024.into()));
    let again = [&named[..4], &["0", "--initial", text(&out), "--json"]].concat();
    let again: Vec<&str> = again.iter().copied().filter(|word| *word != "512").collect();
    assert_eq!(json(&succeed(&again).stdout)["distance"], 80.0, "it starts from the solution");
}

#[test]
fn a_bad_solution_is_not_feasible() {
    let file = instance("route-bad", CROSS);
    let solution = file.with_file_name("bad.sol");
    fs::write(&solution, "Route #1: 1 2 3\nCost 1\n").unwrap();
    let output = greenchain(&["route", text(&file), "--check", text(&solution)]);
    assert_eq!(output.status.code(), Some(1));
    let told = String::from_utf8(output.stdout).unwrap();
    assert!(told.contains("capacity 2") && told.contains("4 is not served"), "{told}");
}

#[test]
fn what_cannot_be_served_says_why() {
    let file = instance("route-late", LATE);
    let output = greenchain(&["route", text(&file), "--iterations", "50", "--json"]);
    assert_eq!(output.status.code(), Some(1));
    let found = json(&output.stdout);
    assert_eq!((&found["feasible"], &found["unserved"][0]["id"]), (&false.into(), &2.into()));
    assert!(found["unserved"][0]["reason"].as_str().unwrap().contains("at 30"), "{found}");
}

#[test]
fn faults_name_line_and_value() {
    for (name, content, expect) in [
        ("route-fault", CROSS.replace("3 20 0", "3 20 north"), "north"),
        ("route-nothing", String::new(), "--format"),
        ("route-short", LATE.replace("1 10 0 5 0 50 5", "1 10 0 5 0"), "line"),
    ] {
        let file = instance(name, &content);
        let output = greenchain(&["route", text(&file), "--iterations", "1"]);
        let told = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{told}");
        assert!(told.contains(expect) && told.contains("instance.txt"), "{told}");
    }
}

#[test]
fn published_solutions_cost_what_they_say() {
    let Some(folder) = shared("routing") else { return };
    for (instance, solution, more, vehicles, cost) in [
        ("cvrp-x/X-n101-k25.vrp", "cvrp-x/X-n101-k25.sol", &[][..], 26, 27_591.0),
        ("vrptw/C1_4_1.txt", "vrptw/C1_4_1.hier.sol", &[], 40, 7_152.056_6),
        ("pdptw/lr201.txt", "pdptw/lr201.sol", &[], 4, 1_253.234),
    ] {
        let (instance, solution) = (folder.join(instance), folder.join(solution));
        let named = ["route", text(&instance), "--check", text(&solution), "--json"];
        let told = json(&succeed(&[&named[..], more].concat()).stdout);
        assert_eq!(told["vehicles"], vehicles);
        assert!((told["cost"].as_f64().unwrap() - cost).abs() < 1e-3, "{told}");
    }
}
