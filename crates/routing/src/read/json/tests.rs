//! The reader against the example, against each fault, and against its schema.

use super::{Carrier, Input, JsonError, Times, plan, read};
use crate::instance::Window;
use crate::rich::{BreakRule, Options, Plan, Skills, Unit, Visit, Work, check, solve};
use proptest::prelude::*;
use quantity::{Carbon, Seed};
use serde_json::{Value, json};

pub(crate) const EXAMPLE: &str = include_str!("../../../../../docs/examples/route.json");
const SCHEMA: &str = include_str!("../../../../../docs/schemas/route.schema.json");
const PLAN_SCHEMA: &str = include_str!("../../../../../docs/schemas/route-plan.schema.json");

pub(crate) fn factors(carrier: Carrier, country: &str) -> Option<Carbon> {
    let grams = match (carrier, country) {
        (Carrier::Diesel, _) => 3_200,
        (Carrier::Petrol, _) => 2_800,
        (Carrier::Electric, "DE") => 400,
        _ => return None,
    };
    Some(Carbon::from_micrograms(grams * 1_000_000))
}

fn example() -> Input {
    read(EXAMPLE, &factors).unwrap()
}

/// A plan of the example, by whatever search there is.
fn solved(input: &Input) -> Plan {
    struct Short;
    impl crate::Watch for Short {
        fn used(&mut self, iterations: u64) -> f64 {
            iterations as f64 / 50.0
        }
    }
    let options = Options { seed: Seed::new(1), goal: crate::rich::Goal::Cost };
    solve(&input.problem, options, &mut Short).plan
}

#[test]
fn the_example_says_what_it_says() {
    let Input { problem, names, .. } = example();
    assert_eq!((problem.orders.len(), problem.vehicles.len(), problem.dimensions), (4, 2, 2));
    assert_eq!(problem.profiles.len(), 2, "a profile a speed");
    assert_eq!(names.skills, ["tail lift", "cold"]);
    assert_eq!(names.times, Times::Clock);
    let bakery = &problem.orders[0].alternatives[0];
    let Work::Stop { at, delivery, .. } = &bakery.work else { panic!("a stop") };
    assert_eq!(at.windows[1], Window { open: 46_800, close: 50_400 });
    assert_eq!((delivery, bakery.skills), (&vec![120, 4], Skills(0b01)));
    assert_eq!(at.lateness.map(|late| (late.due, late.per_hour)), Some((27_000, 20_000_000)));
    assert_eq!(problem.orders[1].penalty, Some(15_000_000));
    let van = &problem.vehicles[0];
    assert_eq!((van.start, van.end, van.trips_max), (Some(0), Some(0), 2));
    assert_eq!(van.break_rule, Some(BreakRule::DEFAULT), "the usual rule where nothing is said");
    assert_eq!(van.consumption.unwrap().micrograms_co2e, 400_000_000, "the grid of DE");
    // Depot to locker: 1.58 km as the crow flies, 2.06 km by road, 264.4 s at 28 km/h.
    assert_eq!((problem.profiles[0].metres[1], problem.profiles[0].seconds[1]), (2_057, 264));
}

#[test]
fn a_printed_plan_is_read_back_as_it_was() {
    let input = example();
    let plan = solved(&input);
    let verdict = check(&input.problem, &plan);
    assert!(verdict.faults.is_empty(), "{verdict:?}");
    let reasons: Vec<(usize, String)> =
        plan.unserved.iter().map(|&order| (order, "because".to_owned())).collect();
    let printed = plan::write(&input, &plan, &verdict, &reasons);
    assert_eq!(invalid(&schema(PLAN_SCHEMA), &printed), None);
    let back = plan::read(&printed.to_string(), &input).unwrap();
    assert_eq!(back, plan::Printed { plan, gone: Vec::new() });
}

#[test]
fn a_plan_tells_orders_that_are_gone() {
    let input = example();
    let plan = solved(&input);
    let printed = plan::write(&input, &plan, &check(&input.problem, &plan), &[]).to_string();
    let mut document: Value = serde_json::from_str(EXAMPLE).unwrap();
    document["orders"].as_array_mut().unwrap().remove(3);
    let less = read(&document.to_string(), &factors).unwrap();
    let back = plan::read(&printed, &less).unwrap();
    assert_eq!((back.gone.len(), back.gone[0].0.as_str()), (1, "parcel 7"));
}

/// The example with one value put at a pointer; `null` in a new place adds it.
fn with(pointer: &str, value: Value) -> String {
    let mut document: Value = serde_json::from_str(EXAMPLE).unwrap();
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    let parent = document.pointer_mut(parent).unwrap();
    match parent {
        Value::Array(items) => items[key.parse::<usize>().unwrap()] = value,
        other => other[key] = value,
    }
    document.to_string()
}

#[test]
fn a_fault_says_place_value_and_mend() {
    for (pointer, value, told) in [
        ("/orders/0/windows/0/1", json!("24:99"), "`\"24:99\"` is not a time. Write seconds"),
        ("/orders/0/windows/1", json!(["07:00", "09:00"]), "not one after another"),
        ("/orders/0/servce_s", json!(5), "unknown key. Write one of id, penalty"),
        ("/orders/0/delivery", json!([120.5, 4]), "is not whole. Count in a smaller unit"),
        ("/orders/0/delivery", json!([120]), "has 1 dimensions. Write 2"),
        ("/orders/0/place", json!("shop"), "`\"shop\"` is no place"),
        ("/orders/0/place", json!({"lat": 91, "lon": 4}), "from -90 to 90"),
        ("/orders/0/due", json!("2026-11-30T08:00:00Z"), "is not a moment"),
        ("/orders/1/penalty", json!(-1), "Write a number from 0"),
        ("/orders/2/delivery", json!([1, 1]), "has delivery beside from and to"),
        ("/orders/1/amount", json!([1, 1]), "has amount and no from and to"),
        ("/orders/2/to/service", json!(1), "unknown key"),
        ("/orders/3/place", json!("depot"), "both an order and alternatives"),
        ("/orders/3/alternatives", json!([]), "has no alternative"),
        ("/vehicles/0/speed_kmh", json!("fast"), "Write a number from 0.1"),
        ("/vehicles/0/profile", json!("car"), "not one of profile and speed_kmh"),
        ("/vehicles/0/start", json!("depot"), "a depot beside start or end"),
        ("/vehicles/0/energy/carrier", json!("hydrogen"), "Write diesel, petrol or electric"),
        ("/vehicles/0/out_of_service_from", json!("10:00"), "speaks of 1 vehicles of 2"),
        ("/vehicles/1/id", json!("e-van"), "vehicle e-van is there twice"),
        ("/country", json!("FR"), "has no factor in that country"),
        ("/places/1/id", json!("depot"), "has the id of another place"),
        (
            "/profiles",
            json!([{"id": "car", "distances_m": [[0, 1]], "durations_s": []}]),
            "Write 2",
        ),
    ] {
        let error = read(&with(pointer, value), &factors).unwrap_err();
        assert!(error.to_string().contains(told), "{pointer}: {error}");
    }
    let twice = EXAMPLE.replacen("\"service_s\": 300,", "\"service_s\": 300, \"service_s\": 3,", 1);
    let told = read(&twice, &factors).unwrap_err().to_string();
    let expect = "line 14, column 38: the key service_s is there twice. Write JSON";
    assert!(told.starts_with(expect), "{told}");
    let JsonError::Text { line, column, .. } = read("{\n\"orders\": oops}", &factors).unwrap_err()
    else {
        panic!("not JSON")
    };
    assert_eq!((line, column), (2, 11));
}

#[test]
fn a_delivery_is_loaded_where_its_stock_is() {
    let order = |id: &str| {
        json!({
            "id": id, "place": {"lat": 52.0, "lon": 4.0}, "delivery": [1],
            "sources": [{"place": "a", "stock": "few"}, {"place": "b", "ready": "09:00"}]
        })
    };
    let vehicle = |id: &str| json!({"id": id, "depot": id, "speed_kmh": 30, "capacity": [9], "cost_fixed": 1});
    let mut document = json!({
        "places": [{"id": "a", "lat": 52.0, "lon": 4.1}, {"id": "b", "lat": 52.0, "lon": 4.2}],
        "stocks": [{"id": "few", "amount": [1]}],
        "orders": [order("1"), order("2")],
        "vehicles": [vehicle("a"), vehicle("b")]
    });
    let input = read(&document.to_string(), &factors).unwrap();
    assert!(invalid(&schema(SCHEMA), &document).is_none());
    let plan = solved(&input);
    assert_eq!(check(&input.problem, &plan).faults, []);
    let leaves: Vec<i32> = plan.routes.iter().map(|route| route.steps[0].begin).collect();
    assert!(
        plan.unserved.is_empty() && leaves.iter().any(|&leaves| leaves >= 32_400),
        "{leaves:?}"
    );
    document["orders"][0]["sources"][0]["stock"] = json!("many");
    let fault = read(&document.to_string(), &factors).unwrap_err().to_string();
    assert!(
        fault.contains("/orders/0/sources/0/stock") && fault.contains("is no stock"),
        "{fault}"
    );
}

#[test]
fn tables_and_moments() {
    let document = json!({
        "places": [{"id": "a"}, {"id": "b"}],
        "profiles": [{"id": "car", "distances_m": [[0, 9.6], [7, 0]], "durations_s": [[0, 3], [4, 0]]}],
        "orders": [{
            "id": "1",
            "place": "b",
            "windows": [["2026-11-30T08:00:00+01:00", "2026-11-30T09:00:00+01:00"]]
        }],
        "vehicles": [{
            "id": "v", "profile": "car", "depot": "a", "capacity": [], "break_rule": null,
            "out_of_service_from": "2026-11-30T12:00:00Z"
        }]
    });
    let input = read(&document.to_string(), &factors).unwrap();
    assert_eq!(input.problem.profiles[0].metres, [0, 10, 7, 0]);
    assert_eq!(input.problem.profiles[0].seconds, [0, 3, 4, 0]);
    assert_eq!(input.problem.vehicles[0].break_rule, None);
    assert_eq!(input.out_of_service, [(Unit { vehicle: 0, number: 0 }, 46_800)]);
    let Work::Stop { at, .. } = &input.problem.orders[0].alternatives[0].work else {
        panic!("a stop")
    };
    assert_eq!(at.windows, [Window { open: 28_800, close: 32_400 }], "from midnight at +01:00");
    assert!(invalid(&schema(SCHEMA), &document).is_none());
    let plan = solved(&input);
    let visit = plan.routes[0].steps[1];
    assert_eq!(visit.doing, crate::rich::Doing::Visit(Visit::First { order: 0, alternative: 0 }));
    let printed = plan::write(&input, &plan, &check(&input.problem, &plan), &[]);
    assert_eq!(printed["plan"][0]["steps"][1]["begin"], "2026-11-30T08:00:00+01:00");
}

fn schema(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

/// The first place where a value does not fit a schema of the keywords that ours use.
fn invalid(root: &Value, value: &Value) -> Option<String> {
    fits(root, root, value, "")
}

fn fits(root: &Value, schema: &Value, value: &Value, at: &str) -> Option<String> {
    let wrong = |what: &str| Some(format!("{at}: {what}"));
    if let Some(reference) = schema["$ref"].as_str() {
        let of = root.pointer(reference.trim_start_matches('#')).expect("a definition");
        if let Some(fault) = fits(root, of, value, at) {
            return Some(fault);
        }
    }
    let typed = match schema["type"].as_str() {
        Some("object") => value.is_object(),
        Some("array") => value.is_array(),
        Some("string") => value.is_string(),
        Some("boolean") => value.is_boolean(),
        Some("null") => value.is_null(),
        Some("number") => value.is_number(),
        Some("integer") => value.as_f64().is_some_and(|number| number.fract() == 0.0),
        None => true,
        Some(other) => panic!("type {other} is not known to this test"),
    };
    if !typed {
        return wrong("another type");
    }
    if let Some(number) = value.as_f64() {
        let low = schema["minimum"].as_f64().unwrap_or(f64::NEG_INFINITY);
        let high = schema["maximum"].as_f64().unwrap_or(f64::INFINITY);
        if !(low..=high).contains(&number) {
            return wrong("out of bounds");
        }
    }
    if let Some(allowed) = schema["enum"].as_array()
        && !allowed.contains(value)
    {
        return wrong("none of the values");
    }
    let count = |key: &str| {
        schema[key]
            .as_array()
            .map(|of| of.iter().filter(|one| fits(root, one, value, at).is_none()).count())
    };
    if count("oneOf").is_some_and(|fit| fit != 1) || count("anyOf") == Some(0) {
        return wrong("not one of the forms");
    }
    match value {
        Value::Object(map) => {
            let needed = schema["required"].as_array().into_iter().flatten();
            if needed.filter_map(Value::as_str).any(|key| !map.contains_key(key)) {
                return wrong("a key is missing");
            }
            map.iter().find_map(|(key, value)| match schema["properties"].get(key) {
                Some(of) => fits(root, of, value, &format!("{at}/{key}")),
                None if schema["additionalProperties"] == false => wrong(key),
                None => None,
            })
        }
        Value::Array(items) => {
            let most = schema["maxItems"].as_u64().unwrap_or(u64::MAX);
            let least = schema["minItems"].as_u64().unwrap_or(0);
            if !(least..=most).contains(&(items.len() as u64)) {
                return wrong("too many or too few");
            }
            let of = schema.get("items")?;
            let places = items.iter().enumerate();
            places.into_iter().find_map(|(idx, item)| fits(root, of, item, &format!("{at}/{idx}")))
        }
        _ => None,
    }
}

#[test]
fn the_example_fits_the_schema() {
    let document: Value = serde_json::from_str(EXAMPLE).unwrap();
    assert_eq!(invalid(&schema(SCHEMA), &document), None);
}

/// Every place within a value, as a pointer.
pub(crate) fn pointers(value: &Value, at: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            map.iter().for_each(|(key, value)| pointers(value, &format!("{at}/{key}"), found));
        }
        Value::Array(items) => {
            let items = items.iter().enumerate();
            items.for_each(|(idx, value)| pointers(value, &format!("{at}/{idx}"), found));
        }
        _ => {}
    }
    if !at.is_empty() {
        found.push(at.to_owned());
    }
}

proptest! {
    /// Whatever stands anywhere, the reader does not panic, and takes nothing that the schema refuses.
    #[test]
    fn what_the_schema_refuses_the_reader_refuses(
        place in any::<prop::sample::Index>(),
        value in prop::sample::select(vec![
            json!(null), json!(-1), json!(0), json!(1.5), json!(1e300), json!("x"), json!("07:00"),
            json!([]), json!([1]), json!([[0, 1]]), json!({}), json!({"lat": 1, "lon": 2}), json!(true),
        ]),
        renamed in any::<bool>(),
    ) {
        let mut all = Vec::new();
        pointers(&serde_json::from_str(EXAMPLE).unwrap(), "", &mut all);
        let pointer = place.get(&all);
        let pointer = if renamed && !pointer.ends_with(|c: char| c.is_ascii_digit()) {
            format!("{pointer}x")
        } else {
            pointer.clone()
        };
        let text = with(&pointer, value);
        let document: Value = serde_json::from_str(&text).unwrap();
        if read(&text, &factors).is_ok() {
            prop_assert_eq!(invalid(&schema(SCHEMA), &document), None);
        }
    }

    #[test]
    fn no_text_brings_the_reader_down(text in ".{0,200}", cut in any::<prop::sample::Index>()) {
        let _ = read(&text, &factors);
        let chars: Vec<char> = EXAMPLE.chars().collect();
        let part: String = chars[..cut.index(chars.len())].iter().collect();
        prop_assert!(read(&part, &factors).is_err() || part.trim_end() == EXAMPLE.trim_end());
    }
}
