//! `greenchain check`: faults with file, row, column, value and mend.

use crate::stand::{change, fresh, greenchain, shared, starter, succeed, text};
use std::fs;

#[test]
fn one_fault_of_each_kind_is_told_with_its_place() {
    for (name, file, from, to, expect) in [
        ("sku", "order_items.csv", "A002,mug,1", "A002,jug,1", "order_items.csv:3: sku is `jug`"),
        (
            "site",
            "orders.csv",
            ",W1,39.752300",
            ",W9,39.752300",
            "orders.csv:3: origin_site is `W9`",
        ),
        (
            "vehicle-site",
            "vehicles.csv",
            "electric,2,H1",
            "electric,2,H9",
            "vehicles.csv:4: site_id is `H9`",
        ),
        ("twice", "orders.csv", "\nA002,", "\nA001,", "orders.csv:3: order_id is `A001`"),
        ("negative", "products.csv", ",480,", ",-480,", "products.csv:2: weight_g is `-480`"),
        ("nan", "cartons.csv", ",24.0,", ",NaN,", "cartons.csv:2: length_cm is `NaN`"),
        ("latitude", "orders.csv", "39.741200", "139.7412", "orders.csv:2: dest_lat is `139.7412`"),
        (
            "naive",
            "orders.csv",
            "2026-07-14T09:03:00-06:00",
            "2026-07-14T09:03:00",
            "orders.csv:3: placed_at is `2026-07-14T09:03:00`",
        ),
        (
            "energy",
            "vehicles.csv",
            "electric_van,electric",
            "electric_van,steam",
            "vehicles.csv:3: energy is `steam`",
        ),
        (
            "toml",
            "greenchain.toml",
            "detour_factor = 1.3",
            "detour_factor = \"far\"",
            "detour_factor",
        ),
    ] {
        let folder = starter(&format!("check-{name}"));
        change(&folder, file, |text| {
            assert!(text.contains(from), "{name}: {file} holds {from}");
            text.replacen(from, to, 1)
        });
        let output = greenchain(&["check", text(&folder)]);
        let said = String::from_utf8(output.stdout).unwrap();
        assert_eq!(output.status.code(), Some(1), "{name}: {said}");
        assert!(said.contains(expect), "{name}: {said}");
    }
}

#[test]
fn all_faults_are_told_at_once_and_a_run_refuses_them() {
    let folder = starter("check-all");
    change(&folder, "order_items.csv", |text| text.replace(",mug,", ",jug,"));
    change(&folder, "sites.csv", |text| text.replace("39.770000", "north"));
    fs::write(folder.join("cartons.csv"), "").unwrap();
    let output = greenchain(&["check", text(&folder), "--json"]);
    assert_eq!(output.status.code(), Some(1));
    let verdict: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(verdict["valid"], false);
    let faults = verdict["faults"].as_array().unwrap();
    let files: Vec<&str> = faults.iter().filter_map(|fault| fault["file"].as_str()).collect();
    for file in ["order_items.csv", "sites.csv", "cartons.csv"] {
        assert!(files.contains(&file), "{file} in {files:?}");
    }
    let place = faults.iter().find(|fault| fault["file"] == "sites.csv").unwrap();
    assert_eq!(
        (&place["row"], &place["column"], &place["value"]),
        (&2.into(), &"lat".into(), &"north".into())
    );

    let out = folder.join("out");
    let output = greenchain(&["run", text(&folder), "--out", text(&out)]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("sites.csv:2: lat is `north`"));
    assert!(!out.exists(), "nothing is written for a scenario that cannot be planned");
}

#[test]
fn an_unknown_column_is_a_warning() {
    let folder = starter("check-column");
    change(&folder, "sites.csv", |text| {
        text.lines().enumerate().fold(String::new(), |text, (row, line)| {
            text + line + if row == 0 { ",owner\n" } else { ",us\n" }
        })
    });
    let output = succeed(&["check", text(&folder)]);
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(said.contains("warning") && said.contains("owner"), "{said}");
}

#[test]
fn a_folder_that_is_not_there_is_wrong_use() {
    let folder = fresh("check-nowhere").join("nowhere");
    let output = greenchain(&["check", text(&folder)]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("no such scenario folder"));
}

#[test]
fn real_orders_are_valid() {
    for scenario in ["day", "month", "asplaced"] {
        if let Some(folder) = shared(&format!("orders/{scenario}")) {
            succeed(&["check", text(&folder)]);
        }
    }
}
