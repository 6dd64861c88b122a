//! Days at the edge: nothing, one order, no vehicle, nothing that fits; rows in another order.

use crate::stand::{change, greenchain, plan, starter, text};
use std::fs;
use std::path::Path;

/// Keeps the header and what `keep` says of each row.
fn rows(folder: &Path, file: &str, keep: impl Fn(&str) -> bool) {
    change(folder, file, |text| {
        let mut lines = text.lines();
        let header = lines.next().unwrap().to_string();
        lines.filter(|line| keep(line)).fold(header + "\n", |text, line| text + line + "\n")
    });
}

fn unserved(summary: &serde_json::Value) -> Vec<(String, String)> {
    let list = summary["unserved"].as_array().unwrap();
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_string();
    list.iter().map(|order| (text(&order["order_id"]), text(&order["reason"]))).collect()
}

#[test]
fn a_day_without_orders_is_planned() {
    let folder = starter("edge-empty");
    rows(&folder, "orders.csv", |_| false);
    rows(&folder, "order_items.csv", |_| false);
    let (out, summary) = plan(&folder);
    assert_eq!((&summary["orders"], &summary["parcels"]), (&0.into(), &0.into()));
    assert_eq!(summary["kg_co2e_total"], 0);
    assert!(out.join("report.pdf").exists());
}

#[test]
fn a_day_with_one_order_is_planned() {
    let folder = starter("edge-one");
    rows(&folder, "orders.csv", |row| row.starts_with("A002,"));
    rows(&folder, "order_items.csv", |row| row.starts_with("A002,"));
    let (_, summary) = plan(&folder);
    assert_eq!((&summary["orders_served"], &summary["parcels"]), (&1.into(), &1.into()));
}

#[test]
fn without_vehicles_every_order_is_unserved_with_its_reason() {
    for (name, keep_rows) in [("edge-no-fleet", false), ("edge-fleet-of-zero", true)] {
        let folder = starter(name);
        if keep_rows {
            change(&folder, "vehicles.csv", |text| {
                text.replace("diesel,2,", "diesel,0,")
                    .replace("electric,1,", "electric,0,")
                    .replace("electric,2,", "electric,0,")
            });
        } else {
            rows(&folder, "vehicles.csv", |_| false);
        }
        let (_, summary) = plan(&folder);
        let unserved = unserved(&summary);
        assert_eq!(unserved.len(), 12, "{name}");
        assert!(
            unserved.iter().all(|(_, reason)| reason.contains("vehicle")),
            "{name}: {unserved:?}"
        );
        assert_eq!(summary["unserved_baseline"].as_array().unwrap().len(), 12, "{name}");
        assert_eq!(summary["carton_material_kg"], 0, "{name}: what stays behind uses no carton");
    }
}

#[test]
fn an_order_that_fits_nothing_is_unserved_and_the_others_travel() {
    let folder = starter("edge-too-large");
    change(&folder, "products.csv", |text| {
        text.replace("shirt,fashion,30.0,", "shirt,fashion,300.0,")
    });
    let (_, summary) = plan(&folder);
    let unserved = unserved(&summary);
    let orders: Vec<&str> = unserved.iter().map(|(order, _)| order.as_str()).collect();
    assert_eq!(orders, ["A003", "A004", "A011"], "every order with a shirt, and no other");
    assert!(unserved[0].1.contains("300 x 23 x 3 cm fits no carton"), "{}", unserved[0].1);
    assert_eq!(summary["orders_served"], 9);
}

#[test]
fn the_order_of_rows_changes_nothing() {
    let (straight, turned) = (starter("edge-straight"), starter("edge-turned"));
    for file in ["orders", "order_items", "products", "cartons", "sites", "vehicles"] {
        change(&turned, &format!("{file}.csv"), |text| {
            let mut lines: Vec<&str> = text.lines().collect();
            lines[1..].reverse();
            lines.join("\n") + "\n"
        });
    }
    let (straight, _) = plan(&straight);
    let (turned, _) = plan(&turned);
    for file in ["summary.json", "parcels.csv", "routes.geojson", "ledger/totals.pq", "report.pdf"]
    {
        assert_eq!(
            fs::read(straight.join(file)).unwrap(),
            fs::read(turned.join(file)).unwrap(),
            "{file}"
        );
    }
}

#[test]
fn a_promise_nobody_can_keep_is_refused_with_its_reason() {
    let folder = starter("edge-promise");
    change(&folder, "orders.csv", |text| {
        text.replace(
            "W1,39.752300,-104.996100,2026-07-16T23:59:59",
            "W1,39.752300,-104.996100,2026-07-14T20:00:00",
        )
    });
    let (_, summary) = plan(&folder);
    let unserved = unserved(&summary);
    assert_eq!(unserved.len(), 1);
    assert!(unserved[0].1.contains("promise"), "{}", unserved[0].1);
}

#[test]
fn a_target_that_is_a_file_is_refused_before_any_work() {
    let folder = starter("edge-target");
    let out = folder.join("results");
    fs::write(&out, "mine").unwrap();
    let output = greenchain(&["run", text(&folder), "--out", text(&out)]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(fs::read_to_string(&out).unwrap(), "mine");
}

#[test]
fn a_second_run_replaces_its_own_files_and_leaves_others() {
    let folder = starter("edge-again");
    let (out, _) = plan(&folder);
    fs::write(out.join("notes.txt"), "mine").unwrap();
    fs::write(out.join("ledger/stale.parquet"), "stale").unwrap();
    fs::write(out.join("summary.json"), "old").unwrap();
    let (_, summary) = plan(&folder);
    assert_eq!(summary["orders"], 12);
    assert_eq!(fs::read_to_string(out.join("notes.txt")).unwrap(), "mine");
    assert!(!out.join("ledger/stale.parquet").exists(), "a ledger is one run's");
}

/// A starter whose orders are replaced by these rows (`order_id,...,customer`) and items.
fn with_orders(name: &str, orders: &[&str], items: &[&str]) -> std::path::PathBuf {
    let folder = starter(name);
    let table = |folder: &Path, file: &str, rows: &[&str]| {
        change(folder, file, |text| {
            let header = text.lines().next().unwrap().to_string();
            rows.iter().fold(header + "\n", |text, row| text + row + "\n")
        });
    };
    table(&folder, "orders.csv", orders);
    table(&folder, "order_items.csv", items);
    folder
}

#[test]
fn what_cannot_travel_together_travels_apart() {
    let folder = with_orders(
        "edge-apart",
        &[
            "A1,2026-07-14T08:00:00-06:00,W1,39.7412,-104.9815,2026-07-16T23:59:59-06:00,standard,ann",
            "A2,2026-07-14T09:00:00-06:00,W1,39.7412,-104.9815,2026-07-16T23:59:59-06:00,standard,ann",
        ],
        &["A1,shampoo,4", "A2,shampoo,4"],
    );
    // One order is 1.84 kg and its cartons; two are more than any vehicle takes.
    change(&folder, "vehicles.csv", |text| {
        text.replace(",1200,", ",3,").replace(",950,", ",3,").replace(",125,", ",3,")
    });
    let (_, summary) = plan(&folder);
    assert_eq!(summary["orders_served"], 2, "{}", summary["unserved"]);
}

#[test]
fn a_promise_that_cannot_be_kept_does_not_take_down_another_order() {
    let folder = with_orders(
        "edge-strangers",
        &[
            "A1,2026-07-14T08:00:00-06:00,W1,39.7412,-104.9815,2026-07-15T08:05:00-06:00,station:S01,ann",
            "A2,2026-07-14T09:00:00-06:00,W1,39.7412,-104.9815,2026-07-17T23:59:59-06:00,station:S01,bob",
        ],
        &["A1,mug,1", "A2,mug,1"],
    );
    let (_, summary) = plan(&folder);
    let unserved = unserved(&summary);
    assert_eq!(unserved.len(), 1, "{unserved:?}");
    assert_eq!(unserved[0].0, "A1");
    assert_eq!(summary["orders_served"], 1);
}

#[test]
fn an_order_that_empties_the_stock_leaves_it_to_the_others() {
    let order = |id: &str| {
        format!(
            "{id},2026-07-14T08:00:00-06:00,W1,39.7412,-104.9815,2026-07-15T23:59:59-06:00,standard,{id}"
        )
    };
    let orders: Vec<String> = (0..=10).map(|n| order(&format!("A{n:02}"))).collect();
    let items: Vec<String> =
        (0..=10).map(|n| format!("A{n:02},headphones,{}", if n == 0 { 200 } else { 1 })).collect();
    let rows: Vec<&str> = orders.iter().map(String::as_str).collect();
    let lines: Vec<&str> = items.iter().map(String::as_str).collect();
    let folder = with_orders("edge-stock", &rows, &lines);
    change(&folder, "cartons.csv", |text| {
        let header = text.lines().next().unwrap().to_string();
        header + "\nM,35.0,25.0,20.0,12000,279,corrugated_single_wall,10,\n"
    });
    let (_, summary) = plan(&folder);
    assert_eq!(summary["orders_served"], 10, "{}", summary["unserved"]);
    assert_eq!(unserved(&summary)[0].0, "A00");
    assert_eq!(summary["unserved_baseline"].as_array().unwrap().len(), 1);
}

#[test]
fn hours_that_a_file_does_not_cover_are_told() {
    let folder = starter("edge-tariff");
    fs::write(
        folder.join("tariff.csv"),
        "timestamp,price_per_kwh\n2019-07-14T00:00:00-06:00,3\n2019-07-14T01:00:00-06:00,4\n",
    )
    .unwrap();
    let output = greenchain(&["run", text(&folder), "--out", text(&folder.join("out"))]);
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("note: tariff: 24 of the 24 hours"), "{said}");
}

#[test]
fn an_origin_without_vehicles_serves_nobody_in_either_case() {
    let folder = starter("edge-origin");
    change(&folder, "orders.csv", |text| text.replacen(",W1,", ",S01,", 1));
    let (_, summary) = plan(&folder);
    for case in ["unserved", "unserved_baseline"] {
        let list = summary[case].as_array().unwrap();
        assert_eq!(list.len(), 1, "{case}: {list:?}");
        assert_eq!(list[0]["order_id"], "A001", "{case}");
    }
}
