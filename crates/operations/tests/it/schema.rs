//! Schemas and what is read are of one mind: examples are read, bounds are those of the rules.

use crate::day::{command, example, id, scenario};
use operations as ops;
use proptest::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;
use utoipa::{PartialSchema, ToSchema};

fn schema<T: PartialSchema>() -> Value {
    serde_json::to_value(T::schema()).unwrap()
}

fn example_reads<T: PartialSchema + DeserializeOwned + Serialize>(closed: bool) {
    let name = std::any::type_name::<T>();
    let (schema, example) = (schema::<T>(), example::<T>());
    let read: T = serde_json::from_value(example.clone()).unwrap_or_else(|e| panic!("{name}: {e}"));
    let again = serde_json::to_value(read).unwrap();
    assert_eq!(again, example, "{name}: what is written is what was read");
    if closed {
        let mut more = example.clone();
        more["strange"] = json!(1);
        assert!(serde_json::from_value::<T>(more).is_err(), "{name} lets unknown fields in");
        assert_eq!(schema["additionalProperties"], json!(false), "{name}");
    }
}

#[test]
fn examples_are_read_and_bodies_take_no_unknown_field() {
    example_reads::<ops::ScenarioBody>(true);
    example_reads::<ops::OrderBody>(true);
    example_reads::<ops::CancelBody>(true);
    example_reads::<ops::PlanBody>(true);
    example_reads::<ops::PackBody>(true);
    example_reads::<ops::LoadBody>(true);
    example_reads::<ops::DepartBody>(true);
    example_reads::<ops::StopBody>(true);
    example_reads::<ops::ReturnBody>(true);
    example_reads::<ops::RefuelBody>(true);
    example_reads::<ops::ChargingBody>(true);
    example_reads::<ops::HandBackBody>(true);
    example_reads::<ops::CountBody>(true);
    example_reads::<ops::ReadingsBody>(true);
    example_reads::<ops::SiteEnergy>(true);
    example_reads::<ops::SiteReadings>(true);
    example_reads::<ops::Outlook>(true);
    example_reads::<ops::OutlookHour>(true);
    example_reads::<ops::ScenarioView>(false);
    example_reads::<ops::OrderView>(false);
    example_reads::<ops::PlanView>(false);
    example_reads::<ops::ParcelView>(false);
    example_reads::<ops::RoundView>(false);
    example_reads::<ops::VehicleView>(false);
    example_reads::<ops::StationView>(false);
    example_reads::<ops::StockView>(false);
    example_reads::<ops::MeterView>(false);
    example_reads::<ops::EnergySiteView>(false);
    example_reads::<ops::ReadingsView>(false);
    example_reads::<ops::OutlookView>(false);
    example_reads::<ops::ScheduleView>(false);
    example_reads::<ops::ScheduleSteps>(false);
    example_reads::<ops::ScheduleSession>(false);
    example_reads::<ops::EnergyMonthView>(false);
    example_reads::<ops::DaySettled>(false);
    example_reads::<ops::StringAlarmsView>(false);
    example_reads::<ops::actual::DifferenceView>(false);
    example_reads::<ops::Package>(false);
    example_reads::<ops::RoundStop>(true);
    example_reads::<ops::Recipient>(true);
}

/// A list of this field: as long as its schema allows, and one longer.
fn bound_holds<T: PartialSchema>(name: &str, of: &str, body: &Value, field: &str, item: &Value) {
    let schema = schema::<T>();
    let most = schema["properties"][field]["maxItems"].as_u64().unwrap() as usize;
    let ask = |n_items: usize| {
        let mut body = body.clone();
        body[field] = json!(vec![item; n_items]);
        match command(name, of, body).streams() {
            Ok(_) => None,
            Err(refusal) => Some(refusal.rule),
        }
    };
    assert_ne!(ask(most), Some("list-out-of-bounds"), "{field}");
    assert_eq!(ask(most + 1), Some("list-out-of-bounds"), "{field}");
}

#[test]
fn lists_are_as_long_as_their_schemas_say() {
    let order = crate::day::order();
    let item = json!({"sku": "A", "quantity": 1});
    bound_holds::<ops::OrderBody>("receive", "O1", &order, "items", &item);
    assert_eq!(schema::<ops::OrderBody>()["properties"]["items"]["minItems"], json!(1));
    let file = json!({"name": "a", "sha256": "0".repeat(64), "bytes": 1});
    let site = json!({"site": "W1", "kind": "hub"});
    let fleet = json!({"site": "W1", "vehicle_type": "a", "carrier": "robot", "count": 0});
    let carton = json!({"carton": "M", "new": 1, "reused": 0});
    for (field, item) in
        [("files", &file), ("sites", &site), ("vehicles", &fleet), ("cartons", &carton)]
    {
        bound_holds::<ops::ScenarioBody>("set scenario", "s", &scenario(), field, item);
    }
    bound_holds::<ops::CountBody>("count", "W1", &json!({}), "cartons", &carton);
    let read = json!({
        "meter": "M1", "kind": "import", "from": "2026-07-14T10:00:00Z",
        "until": "2026-07-14T11:00:00Z", "energy_wh": 4,
    });
    bound_holds::<ops::ReadingsBody>("read meters", "W1", &json!({}), "readings", &read);
    let stop = json!({"stop": 0});
    bound_holds::<ops::StopBody>("serve", "R1", &stop, "delivered", &json!({"parcel": "P"}));
    let failed = json!({"parcel": "P", "reason": "so"});
    bound_holds::<ops::StopBody>("serve", "R1", &stop, "failed", &failed);
    let string = json!({"device": "S", "peak_w": 1});
    let site = example::<ops::SiteEnergy>();
    bound_holds::<ops::SiteEnergy>("describe", "W1", &site, "strings", &string);
    let channel = json!({"device": "S", "quantity": "load", "form": "mean", "readings": []});
    bound_holds::<ops::SiteReadings>("take readings", "W1", &json!({}), "channels", &channel);
    let outlook = example::<ops::Outlook>();
    let hour = example::<ops::OutlookHour>();
    bound_holds::<ops::Outlook>("set outlook", "W1", &outlook, "hours", &hour);
    let vehicle = example::<ops::ExpectedVehicle>();
    bound_holds::<ops::Outlook>("set outlook", "W1", &outlook, "vehicles", &vehicle);
}

#[test]
fn numbers_are_bounded_as_their_schemas_say() {
    let amount = schema::<ops::Amount>();
    assert_eq!(
        (&amount["minimum"], &amount["maximum"]),
        (&json!(0), &json!(1_000_000_000_000_u64))
    );
    let count = &schema::<ops::ScenarioFleet>()["properties"]["count"];
    assert_eq!(count["maximum"], json!(ops::command::scenario::COUNT_MAX));
    let quantity = &schema::<ops::order::OrderItem>()["properties"]["quantity"];
    assert_eq!((&quantity["minimum"], &quantity["maximum"]), (&json!(1), &json!(1_000_000)));
    for (quantity, good) in [(0_u32, false), (1, true), (1_000_000, true), (1_000_001, false)] {
        let mut body = crate::day::order();
        body["items"][0]["quantity"] = json!(quantity);
        assert_eq!(command("receive", "O1", body).streams().is_ok(), good, "{quantity}");
    }
    let place = &schema::<ops::Recipient>()["properties"]["dest_lat"];
    assert_eq!((&place["minimum"], &place["maximum"]), (&json!(-90), &json!(90)));
}

#[test]
fn ids_are_as_long_as_their_schema_says() {
    let schema = schema::<ops::Id>();
    let most = schema["maxLength"].as_u64().unwrap() as usize;
    assert_eq!((schema["type"].as_str(), schema["minLength"].as_u64()), (Some("string"), Some(1)));
    assert!(ops::Id::new("ä".repeat(most)).is_ok() && ops::Id::new("ä".repeat(most + 1)).is_err());
    // The widest id still names a stream, and a person.
    let widest = id(&"\u{10FFFF}".repeat(most));
    let day = ops::LocalDay::new("2026-07-14").unwrap();
    let named = ops::stream::meter(&widest, &day);
    assert!(named.id().len() <= 255 && ops::recipient_id(&widest).len() <= 255);
}

/// Anything that a schema allows.
fn any_value(schema: &Value, named: &Arc<BTreeMap<String, Value>>) -> BoxedStrategy<Value> {
    if let Some(name) = schema["$ref"].as_str() {
        return any_value(&named[name.rsplit('/').next().unwrap()], named);
    }
    if let Some(choices) = schema["oneOf"].as_array().or(schema["allOf"].as_array()) {
        let each: Vec<_> = choices.iter().map(|choice| any_value(choice, named)).collect();
        return prop::strategy::Union::new(each).boxed();
    }
    if let Some(values) = schema["enum"].as_array() {
        return prop::sample::select(values.clone()).boxed();
    }
    let bound = |name: &str| schema[name].as_u64();
    let kinds = schema["type"].as_array().cloned().unwrap_or(vec![schema["type"].clone()]);
    match kinds[0].as_str().unwrap() {
        "null" => Just(Value::Null).boxed(),
        "boolean" => any::<bool>().prop_map(Value::from).boxed(),
        "string" => any_text(schema),
        "integer" => {
            let most = bound("maximum").unwrap();
            let ends = [bound("minimum").unwrap_or(0), most];
            prop_oneof![prop::sample::select(ends.to_vec()), ends[0]..=most]
                .prop_map(Value::from)
                .boxed()
        }
        "number" => {
            let bound = |name: &str| schema[name].as_f64().unwrap();
            let (least, most) = (bound("minimum"), bound("maximum"));
            let ends = prop::sample::select(vec![least, most]);
            prop_oneof![ends, least..=most].prop_map(Value::from).boxed()
        }
        "array" => {
            let least = bound("minItems").unwrap_or(0) as usize;
            assert!(bound("maxItems").is_some(), "a list without bound: {schema}");
            let items = any_value(&schema["items"], named);
            prop::collection::vec(items, least..least + 3).prop_map(Value::from).boxed()
        }
        "object" => any_object(schema, named),
        kind => panic!("no strategy for {kind}"),
    }
}

fn any_text(schema: &Value) -> BoxedStrategy<Value> {
    let day =
        (1970..2200_u32, 1..=12_u32, 1..=28_u32).prop_map(|(y, m, d)| format!("{y}-{m:02}-{d:02}"));
    let clock =
        (0..24_u32, 0..60_u32, 0..=60_u32).prop_map(|(h, m, s)| format!("{h:02}:{m:02}:{s:02}"));
    match schema["format"].as_str() {
        Some("date") => day.prop_map(Value::from).boxed(),
        Some("date-time") => {
            let offset = "(Z|z|[+-](0[0-9]|1[0-9]|2[0-3]):[0-5][0-9])";
            let parts = (day, "[Tt]", clock, "(\\.[0-9]{1,9})?", offset);
            parts
                .prop_map(|(day, t, clock, part, offset)| {
                    json!(format!("{day}{t}{clock}{part}{offset}"))
                })
                .boxed()
        }
        _ => {
            let pattern =
                schema["pattern"].as_str().unwrap_or_else(|| panic!("free text: {schema}"));
            let most = schema["maxLength"].as_u64().unwrap() as usize;
            let pattern = pattern.trim_start_matches('^').trim_end_matches('$').to_owned();
            let text = prop::string::string_regex(&pattern).unwrap();
            text.prop_map(move |text| json!(text.chars().take(most).collect::<String>())).boxed()
        }
    }
}

fn any_object(schema: &Value, named: &Arc<BTreeMap<String, Value>>) -> BoxedStrategy<Value> {
    let required = schema["required"].as_array().cloned().unwrap_or_default();
    let mut whole = Just(json!({})).boxed();
    for (field, of) in schema["properties"].as_object().into_iter().flatten() {
        let needed = required.contains(&json!(field));
        let value = any_value(of, named).prop_map(Some).boxed();
        let value = if needed { value } else { prop_oneof![Just(None), value].boxed() };
        let field = field.clone();
        whole = (whole, value)
            .prop_map(move |(mut whole, value)| {
                if let Some(value) = value {
                    whole[&field] = value;
                }
                whole
            })
            .boxed();
    }
    whole
}

fn any_body<T: ToSchema>() -> BoxedStrategy<Value> {
    let mut named = Vec::new();
    T::schemas(&mut named);
    let named = named.into_iter().map(|(name, of)| (name, serde_json::to_value(of).unwrap()));
    any_value(&schema::<T>(), &Arc::new(named.collect()))
}

/// What conforms is read, and refused by a rule of the day, not as malformed.
fn never_malformed(name: &str, body: Value) -> Result<(), TestCaseError> {
    let command = command(name, "X1", body);
    let refusal = match command.streams() {
        Ok(_) => command.decide(&events::History::default()).err(),
        Err(refusal) => Some(refusal),
    };
    let content = refusal.filter(|refusal| refusal.kind == events::RefusalKind::Content);
    prop_assert_eq!(content, None, "{}", name);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_conforms_to_its_schema_is_never_malformed(
        scenario in any_body::<ops::ScenarioBody>(),
        order in any_body::<ops::OrderBody>(),
        cancel in any_body::<ops::CancelBody>(),
        plan in any_body::<ops::PlanBody>(),
        pack in any_body::<ops::PackBody>(),
        load in any_body::<ops::LoadBody>(),
        depart in any_body::<ops::DepartBody>(),
        stop in any_body::<ops::StopBody>(),
        home in any_body::<ops::ReturnBody>(),
        (refuel, charge) in (any_body::<ops::RefuelBody>(), any_body::<ops::ChargingBody>()),
        (back, count) in (any_body::<ops::HandBackBody>(), any_body::<ops::CountBody>()),
        readings in any_body::<ops::ReadingsBody>(),
        (site, measured) in (any_body::<ops::SiteEnergy>(), any_body::<ops::SiteReadings>()),
        outlook in any_body::<ops::Outlook>(),
    ) {
        for (name, body) in [
            ("set scenario", scenario), ("receive", order), ("cancel", cancel), ("ask plan", plan),
            ("pack", pack), ("load", load.clone()), ("unload", load), ("depart", depart),
            ("serve", stop), ("return", home), ("refuel", refuel), ("charge", charge),
            ("hand back", back), ("count", count), ("read meters", readings),
            ("describe", site), ("take readings", measured), ("set outlook", outlook),
        ] {
            never_malformed(name, body)?;
        }
    }
}

fn open_objects(schema: &Value, found: &mut Vec<Value>) {
    if schema.get("properties").is_some() && schema["additionalProperties"] != json!(false) {
        found.push(schema.clone());
    }
    let children = schema.as_array().into_iter().flatten();
    let fields = schema.as_object().into_iter().flatten().map(|(_, value)| value);
    for child in children.chain(fields) {
        open_objects(child, found);
    }
}

fn is_closed<T: ToSchema>() {
    let mut named = Vec::new();
    T::schemas(&mut named);
    let mut found = Vec::new();
    open_objects(&schema::<T>(), &mut found);
    for (_, of) in named {
        open_objects(&serde_json::to_value(of).unwrap(), &mut found);
    }
    assert_eq!(found, Vec::<Value>::new(), "{}", std::any::type_name::<T>());
}

#[test]
fn no_part_of_a_body_lets_unknown_fields_in() {
    is_closed::<ops::ScenarioBody>();
    is_closed::<ops::OrderBody>();
    is_closed::<ops::PlanBody>();
    is_closed::<ops::PackBody>();
    is_closed::<ops::DepartBody>();
    is_closed::<ops::StopBody>();
    is_closed::<ops::ReturnBody>();
    is_closed::<ops::ChargingBody>();
    is_closed::<ops::HandBackBody>();
    is_closed::<ops::CountBody>();
    is_closed::<ops::ReadingsBody>();
    is_closed::<ops::SiteEnergy>();
    is_closed::<ops::SiteReadings>();
    is_closed::<ops::Outlook>();
    let strange = json!({"kind": "bag", "bag": "B", "reused": true});
    assert!(serde_json::from_value::<ops::Package>(strange).is_err());
}
