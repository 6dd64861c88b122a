//! VROOM's keys one by one; its own answers are in `tests/vroom.rs`.

use super::read;
use crate::instance::Window;
use crate::read::json::tests::pointers;
use crate::read::json::{Input, Times};
use crate::rich::problem::SECONDS_MAX;
use crate::rich::{Skills, Unit, Visit, Work};
use proptest::prelude::*;
use serde_json::{Value, json};

/// Two jobs, a shipment, two vehicles that are alike and one that is not.
fn small() -> Value {
    json!({
        "jobs": [
            {"id": 14, "location_index": 1, "service": 60, "delivery": [2], "skills": [3, 9]},
            {"id": 15, "location_index": 2, "setup": 5, "service": 50, "time_windows": [[500, 900], [10, 90]]}
        ],
        "shipments": [{
            "pickup": {"id": 1, "location_index": 3},
            "delivery": {"id": 2, "location_index": 1, "service": 7},
            "amount": [1]
        }],
        "vehicles": [
            {"id": 5, "start_index": 0, "end_index": 0, "capacity": [4], "skills": [9]},
            {"id": 6, "start_index": 0, "end_index": 0, "capacity": [4], "skills": [9]},
            {
                "id": 9, "start_index": 0, "capacity": [9], "type": "big", "time_window": [0, 5000],
                "max_tasks": 3, "max_travel_time": 70, "costs": {"fixed": 100, "per_hour": 7200},
                "breaks": [{"id": 8, "time_windows": [[600, 700]], "service": 30}],
                "steps": [{"type": "start"}, {"type": "pickup", "id": 1}, {"type": "delivery", "id": 2}, {"type": "job", "id": 14}]
            }
        ],
        "matrices": {"car": {"durations": [[0, 1, 2, 3], [1, 0, 4, 5], [2, 4, 0, 6], [3, 5, 6, 0]]}}
    })
}

fn read_value(value: &Value) -> Input {
    read(&value.to_string()).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn jobs_shipments_and_vehicles_are_what_they_are() {
    let Input { problem, names, .. } = read_value(&small());
    let ids: Vec<&str> = problem.orders.iter().map(|order| &*order.id).collect();
    assert_eq!(ids, ["14", "15", "shipment 1/2"]);
    assert!(problem.orders.iter().all(|order| order.penalty.is_none()), "no priorities");
    let Work::Stop { at, .. } = &problem.orders[1].alternatives[0].work else { panic!("a stop") };
    assert_eq!(at.windows, [Window { open: 10, close: 90 }, Window { open: 500, close: 900 }]);
    assert_eq!(at.service, 55, "setup and service");
    assert_eq!(names.skills, ["3", "9"]);
    assert_eq!(problem.vehicles.len(), 2, "5 and 6 are alike");
    assert_eq!(names.units, [vec!["5", "6"], vec!["9"]]);
    assert_eq!(problem.vehicles[0].id, "5, 6");
    assert_eq!((problem.vehicles[0].count, problem.vehicles[0].skills), (2, Skills(0b10)));
    assert_eq!(problem.vehicles[0].per_drive_hour, 3_600_000_000, "a second costs 1");
    let big = &problem.vehicles[1];
    assert_eq!((big.fixed, big.per_drive_hour), (100_000_000, 7_200_000_000));
    assert_eq!((big.drive_max, big.stops_max, big.end), (Some(70), Some(3), None));
    assert_eq!((big.breaks.len(), big.break_rule), (1, None));
    let under = &problem.underway[0];
    assert_eq!(under.unit, Unit { vehicle: 1, number: 0 });
    let (first, second) =
        (Visit::First { order: 2, alternative: 0 }, Visit::Second { order: 2, alternative: 0 });
    assert_eq!(under.visits, [first, second, Visit::First { order: 0, alternative: 0 }]);
}

#[test]
fn a_time_by_type_of_vehicle_is_open_to_that_type_alone() {
    let mut value = small();
    value["jobs"][0]["service_per_type"] = json!({"big": 600});
    let Input { problem, names, .. } = read_value(&value);
    let ways = &problem.orders[0].alternatives;
    let service = |idx: usize| match &ways[idx].work {
        Work::Stop { at, .. } => at.service,
        Work::Shipment { .. } => unreachable!(),
    };
    assert_eq!((ways.len(), service(0), service(1)), (2, 60, 600));
    assert_eq!(names.skills, ["3", "9", "type ", "type big"]);
    let open_to = |vehicle: usize| {
        let mut of = problem.vehicles[vehicle].skills;
        of.0 |= 0b11;
        ways.iter().map(|way| of.have(way.skills)).collect::<Vec<bool>>()
    };
    assert_eq!((open_to(0), open_to(1)), (vec![true, false], vec![false, true]));
    assert_eq!(problem.orders[1].alternatives.len(), 1, "who has one time has one way");
    assert_eq!(problem.underway[0].visits[2], Visit::First { order: 0, alternative: 1 });
}

#[test]
fn priorities_that_differ_are_penalties_in_their_order() {
    let mut value = small();
    value["jobs"][0]["priority"] = json!(99);
    value["shipments"][0]["priority"] = json!(0);
    let penalties: Vec<Option<i64>> =
        read_value(&value).problem.orders.iter().map(|order| order.penalty).collect();
    assert!(penalties[0] > penalties[1] && penalties[1] == penalties[2], "{penalties:?}");
    assert_eq!(penalties[0].unwrap() / penalties[1].unwrap(), 100);
}

#[test]
fn moments_count_from_the_day_before() {
    let mut value = small();
    value["jobs"][1]["time_windows"] = json!([[1_700_000_000, 4_000_000_000_u32]]);
    value["vehicles"][2]
        .as_object_mut()
        .unwrap()
        .retain(|key, _| !["time_window", "breaks"].contains(&key.as_str()));
    let Input { problem, names, .. } = read_value(&value);
    assert_eq!(names.times, Times::From { base: 1_699_913_600 });
    assert_eq!(names.times.write(86_400), 1_700_000_000);
    let Work::Stop { at, .. } = &problem.orders[1].alternatives[0].work else { panic!("a stop") };
    assert_eq!(at.windows, [Window { open: 86_400, close: SECONDS_MAX }], "as late as can be");
}

#[test]
fn coordinates_are_great_circles_and_a_speed_factor_shortens_them() {
    let value = json!({
        "jobs": [{"id": 1, "location": [4.4777, 51.9244]}],
        "vehicles": [
            {"id": 1, "start": [4.4721, 51.9382], "end": [4.4721, 51.9382]},
            {"id": 2, "start": [4.4721, 51.9382], "speed_factor": 2.0}
        ]
    });
    let problem = read_value(&value).problem;
    assert_eq!((problem.places, problem.profiles.len()), (2, 2));
    assert_eq!(problem.profiles[0].metres[1], 2_057);
    assert_eq!((problem.profiles[0].seconds[1], problem.profiles[1].seconds[1]), (185, 93));
}

#[test]
fn what_is_not_taken_is_refused_by_name() {
    type Spoil = fn(&mut Value);
    let cases: [(&str, Spoil); 17] = [
        ("/vehicles/2/breaks/0/max_load: `[…]` is not supported", |value| {
            value["vehicles"][2]["breaks"][0]["max_load"] = json!([1]);
        }),
        ("per_task_hour", |value| value["vehicles"][1]["costs"] = json!({"per_task_hour": 3})),
        ("setup at place 1", |value| value["jobs"][0]["setup"] = json!(9)),
        ("`{…}` needs distances", |value| value["vehicles"][2]["max_distance"] = json!(9)),
        ("needs distances", |value| value["vehicles"][0]["costs"] = json!({"per_km": 9})),
        ("beside a costs matrix", |value| {
            value["matrices"]["car"]["costs"] = value["matrices"]["car"]["durations"].clone();
        }),
        ("no matrices of profile bike", |value| value["vehicles"][0]["profile"] = json!("bike")),
        ("/jobs/0/servise: `1` has an unknown key", |value| value["jobs"][0]["servise"] = json!(1)),
        ("/jobs/0/location_index: `4` is not such a number", |value| {
            value["jobs"][0]["location_index"] = json!(4);
        }),
        ("id of another job", |value| value["jobs"][1]["id"] = json!(14)),
        ("id of another vehicle", |value| value["vehicles"][1]["id"] = json!(5)),
        ("metrics, another amount has 2", |value| value["jobs"][0]["pickup"] = json!([1, 1])),
        ("neither start nor end", |value| value["vehicles"][0] = json!({"id": 5})),
        ("names a job that is not there", |value| {
            value["vehicles"][2]["steps"][3]["id"] = json!(77);
        }),
        ("overlap", |value| value["jobs"][1]["time_windows"] = json!([[1, 5], [5, 9]])),
        ("/matrices/car/durations/2: `[…]` has 3 numbers. Write 4", |value| {
            value["matrices"]["car"]["durations"][2] = json!([1, 2, 3]);
        }),
        ("14 is there twice", |value| {
            let again = json!({"type": "job", "id": 14});
            value["vehicles"][2]["steps"].as_array_mut().unwrap().push(again);
        }),
    ];
    for (told, spoil) in cases {
        let mut value = small();
        spoil(&mut value);
        let error = read(&value.to_string()).map(|_| ()).unwrap_err().to_string();
        assert!(error.contains(told), "{told}: {error}");
    }
}

proptest! {
    /// Whatever stands anywhere, nothing comes down, and what is read is a problem.
    #[test]
    fn no_value_brings_the_reader_down(
        place in any::<prop::sample::Index>(),
        value in prop::sample::select(vec![
            json!(null), json!(-1), json!(0), json!(1.5), json!(1e300), json!("x"), json!([]),
            json!([1]), json!([[0, 1]]), json!([[1, 0]]), json!({}), json!({"big": 3}), json!(u64::MAX),
        ]),
    ) {
        let mut document = small();
        let mut all = vec![String::new()];
        pointers(&document, "", &mut all);
        *document.pointer_mut(&all[place.index(all.len())]).unwrap() = value;
        if let Ok(input) = read(&document.to_string()) {
            prop_assert_eq!(input.problem.check(), Ok(()));
        }
    }
}
