//! VROOM's own answers before our judge: what it plans can be driven, and costs what it says.
//!
//! `golden/vroom` holds problems made by seed and the answers of VROOM 1.15 to them; its README says how.

use routing::read::json::{Input, Times};
use routing::read::vroom;
use routing::rich::{Doing, Plan, Route, Step, Unit, Visit, check};
use serde_json::Value;
use std::path::PathBuf;

/// VROOM rounds each route's cost to a whole.
const ROUNDED: f64 = 0.5;

fn text(path: PathBuf) -> String {
    #[expect(clippy::disallowed_methods, reason = "a test reads its golden data")]
    std::fs::read_to_string(path).expect("golden data")
}

fn number(value: &Value, key: &str) -> i64 {
    value[key].as_i64().unwrap_or_default()
}

fn word<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().expect("a text")
}

fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value[key].as_array().expect("a list")
}

/// The order that a task of VROOM belongs to.
fn order(input: &Input, kind: &str, id: i64) -> usize {
    let named = |name: &str| match kind {
        "job" => name == id.to_string(),
        "pickup" => name.starts_with(&format!("shipment {id}/")),
        _ => name.starts_with("shipment") && name.ends_with(&format!("/{id}")),
    };
    input.problem.orders.iter().position(|order| named(&order.id)).expect("an order a task")
}

fn route(input: &Input, base: i64, of: &Value) -> Route {
    let name = of["vehicle"].to_string();
    let place = |ids: &Vec<String>| ids.iter().position(|id| *id == name);
    let units = input.names.units.iter().enumerate();
    let (vehicle, number_of) =
        units.into_iter().find_map(|(idx, ids)| Some((idx, place(ids)?))).expect("a vehicle");
    let unit = Unit { vehicle, number: number_of as u32 };
    let kind = &input.problem.vehicles[vehicle];
    // VROOM tells the ends of open routes too.
    let told = list(of, "steps").iter().filter(|step| {
        let name = word(step, "type");
        (name != "start" || kind.start.is_some()) && (name != "end" || kind.end.is_some())
    });
    let steps = told.map(|step| {
        let arrive = number(step, "arrival") - base;
        let begin = arrive + number(step, "waiting_time");
        let finish = begin + number(step, "setup") + number(step, "service");
        let kind = word(step, "type");
        let id = number(step, "id");
        let skills = input.problem.vehicles[vehicle].skills;
        let (mut arrive, begin, finish) = (arrive as i32, begin as i32, finish as i32);
        let doing = match kind {
            "start" => Doing::Start,
            "end" => Doing::End,
            "break" => {
                arrive = begin;
                let breaks = &input.problem.vehicles[vehicle].breaks;
                Doing::Break(breaks.iter().position(|rest| rest.id == id.to_string()))
            }
            _ => {
                let order = order(input, kind, id);
                let ways = &input.problem.orders[order].alternatives;
                // Of several ways only that of the vehicle's type is open to it.
                let alternative = ways.iter().position(|way| skills.have(way.skills)).unwrap_or(0);
                Doing::Visit(match kind {
                    "delivery" => Visit::Second { order, alternative },
                    _ => Visit::First { order, alternative },
                })
            }
        };
        Step { doing, arrive, begin, finish }
    });
    Route { unit, steps: steps.collect() }
}

fn plan(input: &Input, answer: &Value) -> Plan {
    let Times::From { base } = input.names.times else { panic!("VROOM's times are numbers") };
    let routes = list(answer, "routes").iter();
    let mut unserved: Vec<usize> = (list(answer, "unassigned").iter())
        .map(|task| order(input, word(task, "type"), number(task, "id")))
        .collect();
    unserved.sort_unstable();
    unserved.dedup();
    Plan { routes: routes.map(|of| route(input, base, of)).collect(), unserved }
}

#[test]
fn what_vroom_plans_can_be_driven_and_costs_what_it_says() {
    let folder = PathBuf::from("tests/golden/vroom");
    let mut pairs = 0;
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let name = entry.file_name().into_string().unwrap();
        let Some(stem) = name.strip_suffix(".in.json") else { continue };
        let input = vroom::read(&text(entry.path())).unwrap();
        let answer = entry.path().with_file_name(format!("{stem}.out.json"));
        let answer: Value = serde_json::from_str(&text(answer)).unwrap();
        let plan = plan(&input, &answer);
        let verdict = check(&input.problem, &plan);
        assert!(verdict.faults.is_empty(), "{name}: {:#?}", verdict.faults);
        let penalty = |&order: &usize| input.problem.orders[order].penalty.unwrap_or(0);
        let unserved: i64 = plan.unserved.iter().map(penalty).sum();
        let cost = (verdict.figures.money - unserved) as f64 / 1e6;
        let says = answer["summary"]["cost"].as_f64().unwrap();
        let slack = ROUNDED * plan.routes.len() as f64;
        assert!((cost - says).abs() <= slack + 1e-6, "{name}: {cost}, VROOM says {says}");
        pairs += 1;
    }
    assert!(pairs >= 5, "the answers are there");
}
