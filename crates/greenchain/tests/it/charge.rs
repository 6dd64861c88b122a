//! `greenchain energy queue` and `energy profiles`: plugs shared, stations told.

use crate::stand::{fresh, greenchain, printed, shared, succeed, text, write};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

/// A depot's evening in half hours: three vans.
fn instance() -> Value {
    let session = |id: &str, arrival: u32, departure: u32, kwh: f64| {
        json!({
            "id": id, "arrival_step": arrival, "departure_step": departure, "energy_kwh": kwh,
            "max_kw": 22.0, "efficiency": 0.9
        })
    };
    json!({
        "name": "depot", "start": "2025-03-30T00:00:00", "step_h": 0.5, "n": 12, "currency": "EUR",
        "ev_sessions": [
            session("a", 0, 12, 39.6), session("b", 0, 4, 19.8), session("c", 2, 6, 19.8)
        ]
    })
}

/// A schedule that fills each stay from its first step, at the power of the plug.
fn at_once(instance: &Value) -> Value {
    let number = |value: &Value| value.as_f64().unwrap();
    let (n, step_h) = (instance["n"].as_u64().unwrap(), number(&instance["step_h"]));
    let mut ev_kwh = json!({});
    for session in instance["ev_sessions"].as_array().unwrap() {
        let mut left = number(&session["energy_kwh"]) / number(&session["efficiency"]);
        let stay = session["arrival_step"].as_u64()..session["departure_step"].as_u64();
        let stay = stay.start.unwrap()..stay.end.unwrap();
        let steps: Vec<f64> = (0..n)
            .map(|step| {
                let most =
                    if stay.contains(&step) { number(&session["max_kw"]) * step_h } else { 0.0 };
                let kwh = left.min(most);
                left -= kwh;
                kwh
            })
            .collect();
        ev_kwh[session["id"].as_str().unwrap()] = json!(steps);
    }
    json!({"schedule": {"ev_kwh": ev_kwh}})
}

#[test]
fn more_vans_than_plugs() {
    let folder = fresh("charge-queue");
    let file = write(&folder, "depot.json", &instance());
    let out = folder.join("queued.json");
    let run =
        succeed(&["energy", "queue", text(&file), "--plugs", "22", "--out", text(&out), "--json"]);
    let queue = printed(&run);
    assert_eq!(queue["feasible"], true);
    let windows: Vec<(&str, u64, u64)> = queue["windows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|w| {
            let step = |key: &str| w[key].as_u64().unwrap();
            (w["id"].as_str().unwrap(), step("from_step"), step("until_step"))
        })
        .collect();
    assert_eq!(windows, [("a", 4, 12), ("b", 0, 2), ("c", 2, 4)]);
    let queued: Value = serde_json::from_slice(&fs::read(&out).unwrap()).unwrap();
    assert_eq!(queued["ev_sessions"][0]["arrival_step"], 4);
    assert_eq!(queued["currency"], "EUR", "the rest stays");

    let mut tight = instance();
    tight["ev_sessions"][0]["departure_step"] = json!(6);
    let file = write(&folder, "tight.json", &tight);
    let run = greenchain(&["energy", "queue", text(&file), "--plugs", "22"]);
    assert_eq!(run.status.code(), Some(1));
    let told = String::from_utf8(run.stdout).unwrap();
    assert!(told.contains("lacks 22.00 kWh at the plug: no plug is free"), "{told}");
}

#[test]
fn profiles_are_absolute_in_utc_and_in_watts() {
    let folder = fresh("charge-profiles");
    let mut depot = instance();
    // A step and a half of full power: the last step is half full.
    depot["ev_sessions"][1]["energy_kwh"] = json!(14.85);
    let file = write(&folder, "depot.json", &depot);
    let schedule = write(&folder, "schedule.json", &at_once(&depot));
    let common = ["energy", "profiles", text(&file), "--schedule", text(&schedule)];
    let run = succeed(&[&common[..], &["--utc-offset", "+01:00", "--phases", "3"]].concat());
    let messages = lines(&run.stdout);
    assert_eq!(messages.len(), 4, "a message a session and one for the station");
    assert_eq!(
        messages[1],
        json!({
            "evseId": 2,
            "chargingProfile": {
                "id": 2,
                "stackLevel": 0,
                "chargingProfilePurpose": "TxProfile",
                "chargingProfileKind": "Absolute",
                "transactionId": "b",
                "chargingSchedule": [{
                    "id": 2,
                    "startSchedule": "2025-03-29T23:00:00Z",
                    "duration": 7200,
                    "chargingRateUnit": "W",
                    "chargingSchedulePeriod": [
                        {"startPeriod": 0, "limit": 22000, "numberPhases": 3},
                        {"startPeriod": 1800, "limit": 11000, "numberPhases": 3},
                        {"startPeriod": 3600, "limit": 0, "numberPhases": 3}
                    ]
                }]
            }
        })
    );
    let station = &messages[3];
    assert_eq!(
        (&station["evseId"], station["chargingProfile"].get("transactionId")),
        (&json!(0), None)
    );
    for message in &messages {
        assert_eq!(conforms(message), Ok(()));
    }
    for (change, options, words) in [
        (
            json!("2025-03-30T00:00:00"),
            &[][..],
            "has no offset from UTC. Write it, or give --utc-offset",
        ),
        (json!("noon"), &[], "start is `noon`: not a date and time"),
        (json!("2025-03-30T00:00:00Z"), &["--periods-max", "2"], "3 periods, the station takes 2"),
    ] {
        let mut odd = depot.clone();
        odd["start"] = change;
        let file = write(&folder, "odd.json", &odd);
        let common = ["energy", "profiles", text(&file), "--schedule", text(&schedule)];
        let run = greenchain(&[&common[..], options].concat());
        let told = String::from_utf8_lossy(&run.stderr).into_owned();
        assert_eq!(run.status.code(), Some(2), "{told}");
        assert!(told.contains(words) && told.contains("odd.json"), "{told}");
    }
}

#[test]
fn what_is_wrong_with_an_instance_is_named() {
    let folder = fresh("charge-faults");
    for (key, value, words) in [
        ("departure_step", json!(13), "ev_sessions[1].departure_step is `13`"),
        ("energy_kwh", json!(-1.0), "ev_sessions[1].energy_kwh is `-1`"),
        ("efficiency", json!(0.0), "ev_sessions[1].efficiency is `0`"),
        ("max_kw", json!("22"), "is not an instance"),
    ] {
        let mut odd = instance();
        odd["ev_sessions"][1][key] = value;
        let file = write(&folder, "odd.json", &odd);
        let run = greenchain(&["energy", "queue", text(&file), "--plugs", "22"]);
        let told = String::from_utf8_lossy(&run.stderr).into_owned();
        assert_eq!(run.status.code(), Some(2), "{told}");
        assert!(told.contains(words), "{told}");
    }
}

#[test]
fn a_depots_day_of_the_shared_data_conforms() {
    let Some(folder) = shared("energy/schedule") else { return };
    let out = fresh("charge-shared");
    let queued = out.join("queued.json");
    let file = folder.join("day-depot.json");
    let plugs = ["22"; 8].join(",");
    let run = greenchain(&[
        "energy",
        "queue",
        text(&file),
        "--plugs",
        &plugs,
        "--out",
        text(&queued),
        "--json",
    ]);
    let queue = write(&out, "queue.json", &printed(&run));
    let instance: Value = serde_json::from_slice(&fs::read(&queued).unwrap()).unwrap();
    let schedule = write(&out, "schedule.json", &at_once(&instance));
    let run = succeed(&[
        "energy",
        "profiles",
        text(&queued),
        "--schedule",
        text(&schedule),
        "--queue",
        text(&queue),
        "--utc-offset",
        "+02:00",
    ]);
    let messages = lines(&run.stdout);
    assert!(messages.len() > 8);
    for message in &messages {
        assert_eq!(conforms(message), Ok(()));
    }
}

fn lines(text: &[u8]) -> Vec<Value> {
    let text = std::str::from_utf8(text).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Against our own description of the fields, and the official schema where `OCPP_SCHEMAS` names the
/// folder of it: its licence (CC BY-ND) keeps it out of the repository.
fn conforms(message: &Value) -> Result<(), String> {
    described(message)?;
    let Some(folder) = std::env::var_os("OCPP_SCHEMAS") else { return Ok(()) };
    let file = Path::new(&folder).join("SetChargingProfileRequest.json");
    let schema: Value = serde_json::from_slice(&fs::read(file).unwrap()).unwrap();
    valid(message, &schema, &schema, "$")
}

/// What a `SetChargingProfileRequest` of OCPP 2.0.1 may hold: keys, kinds, bounds, and the rules of
/// its purposes that a schema does not say.
fn described(message: &Value) -> Result<(), String> {
    let profile = &message["chargingProfile"];
    let schedules = profile["chargingSchedule"].as_array().ok_or("no schedule")?;
    let is_tx = profile["chargingProfilePurpose"] == "TxProfile";
    let keys = |value: &Value, known: &[&str]| {
        let keys: Vec<&String> = value.as_object().unwrap().keys().collect();
        keys.into_iter().find(|key| !known.contains(&key.as_str())).cloned()
    };
    let mut odd = vec![
        keys(message, &["evseId", "chargingProfile"]),
        keys(
            profile,
            &[
                "id",
                "stackLevel",
                "chargingProfilePurpose",
                "chargingProfileKind",
                "chargingSchedule",
                "transactionId",
                "validFrom",
                "validTo",
                "recurrencyKind",
            ],
        ),
    ];
    let mut holds = vec![
        (message["evseId"].is_u64(), "evseId"),
        (
            is_tx != (message["evseId"] == 0),
            "a transaction is at an outlet, a limit at the station",
        ),
        (profile["id"].is_i64() && profile["stackLevel"].as_i64() >= Some(0), "id, stackLevel"),
        (profile["chargingProfileKind"] == "Absolute", "kind"),
        (is_tx == profile["transactionId"].is_string(), "only a TxProfile has a transactionId"),
        (profile["transactionId"].as_str().unwrap_or("").chars().count() <= 36, "transactionId"),
        ((1..=3).contains(&schedules.len()), "one to three schedules"),
    ];
    for schedule in schedules {
        let start = schedule["startSchedule"].as_str().unwrap_or_default();
        let periods = schedule["chargingSchedulePeriod"].as_array().ok_or("no periods")?;
        let starts: Vec<i64> = periods.iter().filter_map(|p| p["startPeriod"].as_i64()).collect();
        odd.push(keys(
            schedule,
            &[
                "id",
                "startSchedule",
                "duration",
                "chargingRateUnit",
                "chargingSchedulePeriod",
                "minChargingRate",
            ],
        ));
        holds.extend([
            (schedule["id"].is_i64() && schedule["chargingRateUnit"] == "W", "id, unit"),
            (start.len() == 20 && start.ends_with('Z'), "an absolute schedule starts in UTC"),
            ((1..=1_024).contains(&periods.len()), "1 to 1024 periods"),
            (starts.len() == periods.len() && starts[0] == 0, "the first period starts at 0"),
            (starts.is_sorted_by(|a, b| a < b), "periods by time"),
            (schedule["duration"].as_i64() > starts.last().copied(), "no period after the end"),
        ]);
        for period in periods {
            let limit = period["limit"].as_f64().unwrap_or(-1.0);
            odd.push(keys(period, &["startPeriod", "limit", "numberPhases", "phaseToUse"]));
            holds.push((limit >= 0.0 && (limit * 10.0).fract() == 0.0, "limit of one digit"));
        }
    }
    if let Some(key) = odd.into_iter().flatten().next() {
        return Err(format!("{key} is no key of it"));
    }
    holds.into_iter().find(|(holds, _)| !holds).map_or(Ok(()), |(_, rule)| Err(rule.to_owned()))
}

/// JSON Schema draft 6, as far as the schemas of OCPP go.
fn valid(value: &Value, schema: &Value, root: &Value, path: &str) -> Result<(), String> {
    if let Some(reference) = schema["$ref"].as_str() {
        let target = root.pointer(reference.trim_start_matches('#')).ok_or(reference)?;
        return valid(value, target, root, path);
    }
    let kind = match schema["type"].as_str() {
        Some("object") => value.is_object(),
        Some("array") => value.is_array(),
        Some("string") => value.is_string(),
        Some("integer") => value.is_i64(),
        Some("number") => value.is_number(),
        _ => true,
    };
    let words = schema["enum"].as_array();
    let letters = value.as_str().map_or(0, |text| text.chars().count()) as u64;
    let items = value.as_array().map_or(0, Vec::len) as u64;
    let most = |key: &str| schema[key].as_u64().unwrap_or(u64::MAX);
    if !kind || words.is_some_and(|words| !words.contains(value)) || letters > most("maxLength") {
        return Err(format!("{path} is {value}"));
    }
    if items > most("maxItems")
        || value.is_array() && items < schema["minItems"].as_u64().unwrap_or(0)
    {
        return Err(format!("{path} has {items} items"));
    }
    for (place, item) in value.as_array().into_iter().flatten().enumerate() {
        valid(item, &schema["items"], root, &format!("{path}[{place}]"))?;
    }
    for key in schema["required"].as_array().into_iter().flatten() {
        if value.get(key.as_str().unwrap()).is_none() {
            return Err(format!("{path} lacks {key}"));
        }
    }
    for (key, item) in value.as_object().into_iter().flatten() {
        match schema["properties"].get(key) {
            Some(schema) => valid(item, schema, root, &format!("{path}.{key}"))?,
            None if schema["additionalProperties"] == false => return Err(format!("{path}.{key}")),
            None => {}
        }
    }
    Ok(())
}

#[test]
fn what_does_not_conform_is_found() {
    let folder = fresh("charge-conforms");
    let file = write(&folder, "depot.json", &instance());
    let schedule = write(&folder, "schedule.json", &at_once(&instance()));
    let run = succeed(&[
        "energy",
        "profiles",
        text(&file),
        "--schedule",
        text(&schedule),
        "--utc-offset",
        "Z",
    ]);
    let good = lines(&run.stdout).remove(0);
    assert_eq!(conforms(&good), Ok(()));
    for (pointer, value) in [
        ("/evseId", json!(0)),
        ("/chargingProfile/transactionId", json!("x".repeat(37))),
        ("/chargingProfile/chargingSchedule", json!([])),
        ("/chargingProfile/chargingSchedule/0/chargingRateUnit", json!("kW")),
        ("/chargingProfile/chargingSchedule/0/chargingSchedulePeriod/0/limit", json!(0.25)),
        ("/chargingProfile/chargingSchedule/0/chargingSchedulePeriod/0", json!({"from": 0})),
    ] {
        let mut bad = good.clone();
        *bad.pointer_mut(pointer).unwrap() = value;
        assert!(conforms(&bad).is_err(), "{pointer}");
    }
}
