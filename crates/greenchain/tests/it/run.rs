//! `greenchain run`: what must hold of every file it writes.

use crate::stand::{fresh, plan, shared, starter, succeed, text};
use arrow_array::cast::AsArray;
use arrow_array::types::Decimal128Type;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

type Row = BTreeMap<String, String>;

fn table(path: &Path) -> Vec<Row> {
    let mut reader = csv::Reader::from_path(path).unwrap();
    reader.deserialize().map(|row| row.unwrap()).collect()
}

fn json(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

fn number(row: &Row, column: &str) -> f64 {
    row[column].parse().unwrap()
}

/// Everything that must hold of an output folder.
fn judge(scenario: &Path, out: &Path) {
    orders_are_accounted_for(scenario, out);
    parcels_are_packed(scenario, out);
    vehicles_are_not_overloaded(scenario, out);
    energy_balances(out);
    ledger_adds_up(out);
}

/// Each order is in parcels on one round, or unserved; never both.
fn orders_are_accounted_for(scenario: &Path, out: &Path) {
    let summary = json(&out.join("summary.json"));
    let mut round_of: BTreeMap<String, String> = BTreeMap::new();
    let routes: BTreeSet<String> = features(out, "LineString")
        .iter()
        .map(|properties| properties["route_id"].as_str().unwrap().to_string())
        .collect();
    for parcel in table(&out.join("parcels.csv")) {
        assert!(routes.contains(&parcel["route_id"]), "{parcel:?}");
        for order in parcel["order_ids"].split(';') {
            let before = round_of.insert(order.into(), parcel["route_id"].clone());
            assert!(
                before.is_none_or(|round| round == parcel["route_id"]),
                "{order} on two rounds"
            );
        }
    }
    let unserved = summary["unserved"].as_array().unwrap();
    for order in unserved {
        let order_id = order["order_id"].as_str().unwrap();
        assert!(!order["reason"].as_str().unwrap().is_empty());
        assert!(
            round_of.insert(order_id.into(), String::new()).is_none(),
            "{order_id} is served and not"
        );
    }
    let orders: BTreeSet<String> = table(&scenario.join("orders.csv"))
        .into_iter()
        .map(|row| row["order_id"].clone())
        .collect();
    assert_eq!(round_of.into_keys().collect::<BTreeSet<_>>(), orders);
    assert_eq!(summary["orders"], orders.len());
}

/// Every piece once, inside its carton, overlapping none.
fn parcels_are_packed(scenario: &Path, out: &Path) {
    let unserved: BTreeSet<String> = json(&out.join("summary.json"))["unserved"]
        .as_array()
        .unwrap()
        .iter()
        .map(|order| order["order_id"].as_str().unwrap().to_string())
        .collect();
    let mut wanted: BTreeMap<(String, String), f64> = BTreeMap::new();
    for row in table(&scenario.join("order_items.csv")) {
        if !unserved.contains(&row["order_id"]) {
            *wanted.entry((row["order_id"].clone(), row["sku"].clone())).or_default() +=
                number(&row, "quantity");
        }
    }
    let mut packed: BTreeMap<(String, String), f64> = BTreeMap::new();
    for parcel in json(&out.join("packing.json")).as_array().unwrap() {
        let inner: Vec<f64> = parcel["inner_cm"]
            .as_array()
            .unwrap()
            .iter()
            .map(|side| side.as_f64().unwrap())
            .collect();
        let boxes: Vec<([f64; 3], [f64; 3])> = parcel["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|item| {
                let key = |name: &str| item[name].as_str().unwrap().to_string();
                *packed.entry((key("order_id"), key("sku"))).or_default() += 1.0;
                let three = |names: [&str; 3]| names.map(|name| item[name].as_f64().unwrap());
                (three(["x_cm", "y_cm", "z_cm"]), three(["dx_cm", "dy_cm", "dz_cm"]))
            })
            .collect();
        for (index, (at, sides)) in boxes.iter().enumerate() {
            for axis in 0..3 {
                assert!(
                    at[axis] >= 0.0 && at[axis] + sides[axis] <= inner[axis] + 1e-6,
                    "{parcel}"
                );
            }
            for (other_at, other) in &boxes[..index] {
                let apart = (0..3).any(|axis| {
                    at[axis] + sides[axis] <= other_at[axis] + 1e-6
                        || other_at[axis] + other[axis] <= at[axis] + 1e-6
                });
                assert!(apart, "two pieces overlap: {parcel}");
            }
        }
    }
    assert_eq!(packed, wanted);
}

/// No round carries more than its vehicle takes, or further than it goes.
fn vehicles_are_not_overloaded(scenario: &Path, out: &Path) {
    let fleet: BTreeMap<(String, String), Row> = table(&scenario.join("vehicles.csv"))
        .into_iter()
        .map(|row| ((row["vehicle_type"].clone(), row["site_id"].clone()), row))
        .collect();
    let mut driven: BTreeMap<(String, String), f64> = BTreeMap::new();
    for round in features(out, "LineString") {
        let name = |key: &str| round[key].as_str().unwrap().to_string();
        let vehicle = &fleet[&(name("vehicle_type"), name("site_id"))];
        assert!(
            round["load_kg"].as_f64().unwrap() <= number(vehicle, "capacity_kg") + 1e-6,
            "{round}"
        );
        let number_of = name("vehicle").rsplit('-').next().unwrap().parse::<f64>().unwrap();
        assert!(number_of <= number(vehicle, "count"), "{round}");
        let km = driven.entry((name("day"), name("vehicle"))).or_default();
        *km += round["distance_km"].as_f64().unwrap();
        if let Ok(range) = vehicle["range_km"].parse::<f64>() {
            assert!(*km <= range + 1e-6, "{round} after {km} km");
        }
    }
}

/// What comes in goes out, in every hour of every site.
fn energy_balances(out: &Path) {
    for row in table(&out.join("energy.csv")) {
        let kwh = |column: &str| number(&row, column);
        let into = kwh("pv_kwh") + kwh("import_kwh") + kwh("battery_out_kwh");
        let out_of =
            kwh("load_kwh") + kwh("charging_kwh") + kwh("battery_in_kwh") + kwh("export_kwh");
        assert!((into - out_of).abs() < 1e-6, "{row:?}");
        assert!(kwh("import_kwh") == 0.0 || kwh("export_kwh") == 0.0, "{row:?}");
    }
}

/// The ledger's lines sum to the summary's figures, to the last digit.
fn ledger_adds_up(out: &Path) {
    let text = fs::read_to_string(out.join("summary.json")).unwrap();
    let mut sums: BTreeMap<String, i128> = BTreeMap::new();
    let mut ids = BTreeSet::new();
    for batch in parts(out).into_iter().flat_map(|part| {
        let bytes = bytes::Bytes::from(fs::read(part).unwrap());
        ParquetRecordBatchReaderBuilder::try_new(bytes).unwrap().build().unwrap()
    }) {
        let batch = batch.unwrap();
        let strings = |name: &str| {
            let column = batch.column_by_name(name).unwrap();
            let cast = arrow_cast_to_text(column);
            (0..batch.num_rows()).map(|row| cast[row].clone()).collect::<Vec<_>>()
        };
        let decimals = |name: &str| {
            batch.column_by_name(name).unwrap().as_primitive::<Decimal128Type>().clone()
        };
        let (wtt, ttw) = (decimals("wtt_kg_co2e"), decimals("ttw_kg_co2e"));
        for (row, case) in strings("case").into_iter().enumerate() {
            *sums.entry(case).or_default() += wtt.value(row) + ttw.value(row);
        }
        ids.extend(strings("line_id"));
    }
    let figure = |key: &str| {
        let line = text.lines().find(|line| line.trim_start().starts_with(&format!("\"{key}\":")));
        let value = line.unwrap().split_once(": ").unwrap().1.trim_end_matches(',').to_string();
        value.parse::<quantity::Fixed>().unwrap().billionths()
    };
    assert_eq!(sums.get("plan").copied().unwrap_or(0), figure("kg_co2e_total"));
    assert_eq!(sums.get("baseline").copied().unwrap_or(0), figure("kg_co2e_baseline"));
    assert_eq!(figure("kg_co2e_total"), figure("kg_co2e_wtt") + figure("kg_co2e_ttw"));
}

/// The ledger's files of lines, by name.
fn parts(out: &Path) -> Vec<std::path::PathBuf> {
    let entries = out.join("ledger").read_dir().unwrap().map(|entry| entry.unwrap().path());
    let mut parts: Vec<_> =
        entries.filter(|path| path.extension().is_some_and(|end| end == "parquet")).collect();
    parts.sort();
    parts
}

/// A column of text, plain or by dictionary.
fn arrow_cast_to_text(column: &arrow_array::ArrayRef) -> Vec<String> {
    use arrow_array::Array;
    if let Some(plain) = column.as_string_opt::<i32>() {
        return plain.iter().map(|cell| cell.unwrap_or_default().to_string()).collect();
    }
    let dictionary = column.as_dictionary::<arrow_array::types::Int32Type>();
    let values = dictionary.values().as_string::<i32>();
    (0..column.len())
        .map(|row| dictionary.key(row).map_or(String::new(), |key| values.value(key).to_string()))
        .collect()
}

fn features(out: &Path, kind: &str) -> Vec<Value> {
    let collection = json(&out.join("routes.geojson"));
    let features = collection["features"].as_array().unwrap();
    features
        .iter()
        .filter(|feature| feature["geometry"]["type"] == kind)
        .map(|feature| feature["properties"].clone())
        .collect()
}

#[test]
fn the_starter_holds_together() {
    let scenario = starter("run-starter");
    let (out, summary) = plan(&scenario);
    judge(&scenario, &out);
    assert_eq!(summary["unserved"].as_array().unwrap().len(), 0);
}

#[test]
fn the_built_in_scenario_shows_every_link_at_work_and_twice_the_same() {
    let folder = fresh("run-built-in");
    for (name, text) in sample::builtin() {
        fs::write(folder.join(name), text).unwrap();
    }
    let (once, again) = (folder.join("once"), folder.join("again"));
    let output = succeed(&["run", "--out", text(&once), "--json"]);
    succeed(&["run", "--out", text(&again)]);
    judge(&folder, &once);
    let summary: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(summary, json(&once.join("summary.json")), "--json prints the summary");
    let figure = |key: &str| summary[key].as_f64().unwrap();
    for key in [
        "reused_cartons",
        "cartons_handed_back",
        "robot_deliveries",
        "pv_kwh",
        "ev_share_of_short_urban",
    ] {
        assert!(figure(key) > 0.0, "{key}");
    }
    for link in ["packaging", "transportation", "warehousing", "recycling"] {
        assert!(summary["kg_co2e_by_link"][link].as_f64().unwrap() > 0.0, "{link}");
    }
    assert!(figure("orders") >= 2_000.0);
    assert!(figure("kg_co2e_total") < figure("kg_co2e_baseline"));
    assert!(
        !summary["unserved"].as_array().unwrap().is_empty(),
        "three orders cannot be delivered"
    );
    for entry in fs::read_dir(&once).unwrap().map(Result::unwrap).filter(|e| e.path().is_file()) {
        let name = entry.file_name();
        assert_eq!(
            fs::read(entry.path()).unwrap(),
            fs::read(again.join(&name)).unwrap(),
            "{name:?}"
        );
    }
    for (part, same) in parts(&once).iter().zip(parts(&again)) {
        assert_eq!(fs::read(part).unwrap(), fs::read(same).unwrap(), "{}", part.display());
    }
    let manifest = "ledger/manifest.json";
    assert_eq!(fs::read(once.join(manifest)).unwrap(), fs::read(again.join(manifest)).unwrap());
}

#[test]
fn a_real_day_holds_together() {
    let Some(scenario) = shared("orders/day") else { return };
    let out = fresh("run-day").join("out");
    succeed(&["run", text(&scenario), "--out", text(&out)]);
    judge(&scenario, &out);
}
