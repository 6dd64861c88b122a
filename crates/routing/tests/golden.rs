//! Published instances and solutions, from outside the project: `../shared/data/routing` beside the
//! repository. Where that is absent the tests say so and check nothing.

use routing::read::{lilim, solomon, solution, vrplib};
use routing::{Instance, Plan, Precision, Verdict, check};
use std::path::PathBuf;

fn text(file: &str) -> Option<String> {
    let root = PathBuf::from("../../../shared/data/routing");
    #[expect(clippy::disallowed_methods, reason = "a test reads its golden data")]
    let text = std::fs::read_to_string(root.join(file)).ok();
    if text.is_none() {
        skip(file);
    }
    text
}

#[expect(clippy::print_stderr, reason = "a test that checks nothing says so")]
fn skip(file: &str) {
    eprintln!("skipped: ../shared/data/routing/{file} is not there");
}

fn instance(file: &str, precision: Option<Precision>) -> Option<Instance> {
    let text = text(file)?;
    let real = precision.unwrap_or(Precision::Double);
    let instance = if file.starts_with("pdptw") {
        lilim::read(&text, real)
    } else if file.starts_with("vrptw") {
        solomon::read(&text, real)
    } else {
        vrplib::read(&text, precision)
    };
    Some(instance.unwrap_or_else(|error| panic!("{file}: {error}")))
}

fn judged(
    file: &str,
    sol: &str,
    precision: Option<Precision>,
) -> Option<(Instance, Plan, Verdict)> {
    let instance = instance(file, precision)?;
    let solution = solution::read(&text(sol)?).expect("a solution");
    let plan = solution.plan(&instance);
    let verdict = check(&instance, &plan);
    Some((instance, plan, verdict))
}

/// The rows of a table of best known solutions, after its head.
fn table(file: &str) -> Vec<Vec<String>> {
    let text = text(file).unwrap_or_default();
    text.lines().skip(1).map(|line| line.split(',').map(str::to_owned).collect()).collect()
}

#[test]
fn published_solutions_cost_what_they_say() {
    for (file, sol, precision, vehicles, cost, scale) in [
        ("cvrp-x/X-n101-k25.vrp", "cvrp-x/X-n101-k25.sol", None, 26, 27591.0, 1.0),
        ("cvrp-x/X-n979-k58.vrp", "cvrp-x/X-n979-k58.sol", None, 58, 118976.0, 1.0),
        ("vrptw/C1_4_1.txt", "vrptw/C1_4_1.hier.sol", None, 40, 7152.0566, 1.0),
        ("pdptw/lr201.txt", "pdptw/lr201.sol", None, 4, 1253.2340, 1.0),
        (
            "hfvrp/X101-FSMFD.vrp",
            "hfvrp/X101-FSMFD.sol",
            Some(Precision::Double),
            13,
            35170.2432,
            100.0,
        ),
    ] {
        let Some((_, plan, verdict)) = judged(file, sol, precision) else { continue };
        assert_eq!(verdict.faults, [], "{file}");
        assert!(verdict.feasible(), "{file}: {} unserved", plan.unserved.len());
        if !file.starts_with("hfvrp") {
            assert_eq!(verdict.vehicles, vehicles, "{file}");
        }
        let is = verdict.cost / scale;
        assert!((is - cost).abs() < 6e-4, "{file}: {is} is not {cost}");
    }
}

#[test]
fn every_published_solution_is_feasible_and_costs_what_its_table_says() {
    for row in table("cvrp-x/bks.csv") {
        let name = format!("cvrp-x/{}", row[0]);
        let judged = judged(&format!("{name}.vrp"), &format!("{name}.sol"), None);
        let Some((_, _, verdict)) = judged else { continue };
        assert!(verdict.feasible(), "{name}: {:?}", verdict.faults);
        assert_eq!(
            (verdict.cost.to_string(), verdict.vehicles.to_string()),
            (row[1].clone(), row[2].clone())
        );
    }
    for row in table("vrptw/bks.csv").iter().filter(|row| row[1] != "100") {
        let name = format!("vrptw/{}", row[0]);
        let judged = judged(&format!("{name}.txt"), &format!("{name}.hier.sol"), None);
        let Some((_, _, verdict)) = judged else { continue };
        assert!(verdict.feasible(), "{name}: {:?}", verdict.faults);
        assert_eq!(verdict.vehicles.to_string(), row[2], "{name}");
        // The table's figure of C2_4_9 is newer than the file of its routes.
        let known: f64 = if name == "vrptw/C2_4_9" { 3865.6462 } else { row[3].parse().unwrap() };
        assert!((verdict.distance - known).abs() < 6e-3, "{name}: {}", verdict.distance);
    }
    for row in table("pdptw/bks.csv") {
        let name = format!("pdptw/{}", row[0]);
        let judged = judged(&format!("{name}.txt"), &format!("{name}.sol"), None);
        let Some((_, _, verdict)) = judged else { continue };
        assert!(verdict.feasible(), "{name}: {:?}", verdict.faults);
        assert_eq!(verdict.vehicles.to_string(), row[2], "{name}");
        let known: f64 = row[3].parse().unwrap();
        assert!((verdict.distance - known).abs() < 6e-3, "{name}: {}", verdict.distance);
    }
}

#[test]
fn truncated_solutions_cost_what_they_say() {
    for row in table("vrptw/bks.csv").iter().filter(|row| row[1] == "1000") {
        let name = format!("vrptw/{}", row[0]);
        let sol = format!("{name}.trunc.sol");
        let judged = judged(&format!("{name}.txt"), &sol, Some(Precision::Trunc1));
        let Some((_, _, verdict)) = judged else { continue };
        assert!(verdict.feasible(), "{name}: {:?}", verdict.faults);
        let known: f64 = row[6].parse().unwrap();
        assert!((verdict.distance - known).abs() < 0.05, "{name}: {}", verdict.distance);
    }
}

#[test]
fn asymmetric_tables_with_windows_are_read() {
    let file = "ortec/ORTEC-VRPTW-ASYM-ef7dad5e-d1-n200-k12.txt";
    let Some(instance) = instance(file, None) else { return };
    assert_eq!(instance.stops(), 200);
    assert_eq!((instance.distance(0, 1), instance.distance(1, 0)), (2860, 2879));
    assert!(instance.timed());
}
