//! What holds of both scenarios as a whole.

use super::*;
use quantity::Instant;
use std::collections::{BTreeMap, BTreeSet};

/// Rows of a file by column; no cell of ours holds a comma.
fn table(files: &[(&'static str, String)], name: &str) -> Vec<BTreeMap<String, String>> {
    let (_, text) = files.iter().find(|file| file.0 == name).unwrap();
    let mut lines = text.lines();
    let header: Vec<&str> = lines.next().unwrap().split(',').collect();
    lines
        .map(|line| {
            let cells: Vec<&str> = line.split(',').collect();
            assert_eq!(cells.len(), header.len(), "{name}: {line}");
            header.iter().zip(cells).map(|(a, b)| ((*a).to_owned(), b.to_owned())).collect()
        })
        .collect()
}

fn column(rows: &[BTreeMap<String, String>], name: &str) -> Vec<String> {
    rows.iter().map(|row| row[name].clone()).collect()
}

fn set(values: Vec<String>) -> BTreeSet<String> {
    values.into_iter().collect()
}

#[test]
fn the_same_on_every_call() {
    assert_eq!(builtin(), builtin());
    assert_eq!(starter(), starter());
}

#[test]
fn ids_are_unique_and_references_lead_somewhere() {
    for files in [builtin(), starter()] {
        let key = |file: &str, id: &str| {
            let ids = column(&table(&files, file), id);
            let distinct = set(ids.clone());
            assert_eq!(ids.len(), distinct.len(), "{file}: {id} twice");
            distinct
        };
        let orders = key("orders.csv", "order_id");
        let products = key("products.csv", "sku");
        let sites = key("sites.csv", "site_id");
        key("cartons.csv", "carton_id");
        let items = table(&files, "order_items.csv");
        assert_eq!(set(column(&items, "order_id")), orders, "every order has items, and no other");
        assert!(set(column(&items, "sku")).is_subset(&products));
        assert!(set(column(&table(&files, "orders.csv"), "origin_site")).is_subset(&sites));
        assert!(set(column(&table(&files, "vehicles.csv"), "site_id")).is_subset(&sites));
        let pair = |row: &BTreeMap<String, String>| (row["order_id"].clone(), row["sku"].clone());
        assert_eq!(items.iter().map(pair).collect::<BTreeSet<_>>().len(), items.len());
    }
}

#[test]
fn the_built_in_day_has_every_link() {
    let files = builtin();
    let sites = column(&table(&files, "sites.csv"), "kind");
    let of_kind = |kind: &str| sites.iter().filter(|site| *site == kind).count();
    let industries = set(column(&table(&files, "products.csv"), "industry"));
    let energies = set(column(&table(&files, "vehicles.csv"), "energy"));
    let options = set(column(&table(&files, "orders.csv"), "option"));
    for (count, expect, what) in [
        (table(&files, "orders.csv").len(), 2_000..=2_600, "orders"),
        (table(&files, "products.csv").len(), 250..=400, "products"),
        (table(&files, "cartons.csv").len(), 14..=18, "cartons"),
        (industries.len(), 8..=20, "industries"),
        (of_kind("warehouse"), 1..=1, "warehouse"),
        (of_kind("hub"), 2..=2, "hubs"),
        (of_kind("station"), 10..=10, "stations"),
        (options.len(), 6..=6, "options"),
    ] {
        assert!(expect.contains(&count), "{count} {what}");
    }
    assert_eq!(energies, ["diesel", "electric", "robot"].map(String::from).into());
}

#[test]
fn destinations_lie_in_the_city() {
    // The districts' internal points, and 0.03 degrees beyond.
    let (south, north, west, east) = (39.55, 39.93, -105.21, -104.75);
    for order in table(&builtin(), "orders.csv") {
        let (lat, lon): (f64, f64) =
            (order["dest_lat"].parse().unwrap(), order["dest_lon"].parse().unwrap());
        assert!((south..north).contains(&lat) && (west..east).contains(&lon), "{order:?}");
        let decimals = order["dest_lat"].split_once('.').unwrap().1.len();
        assert_eq!(decimals, 6, "{order:?}");
    }
}

#[test]
fn series_run_for_48_hours_from_the_delivery_days_midnight() {
    let files = builtin();
    let midnight = Instant::parse("2026-07-15T00:00:00-06:00").unwrap().unix();
    for file in ["weather.csv", "tariff.csv", "grid.csv"] {
        let starts: Vec<i64> = column(&table(&files, file), "timestamp")
            .iter()
            .map(|start| Instant::parse(start).unwrap().unix())
            .collect();
        let hourly: Vec<i64> = (0..48).map(|hour| midnight + hour * 3_600).collect();
        assert_eq!(starts, hourly, "{file}");
    }
}

#[test]
fn the_settings_tell_the_seed_and_the_offset_they_were_made_with() {
    assert!(SETTINGS.contains(&format!("seed = {SEED}\n")));
    let zone = quantity::Zone::parse("America/Denver").unwrap();
    for day in PROMISE_DAYS {
        let noon = format!("{day}T12:00:00{UTC_OFFSET}");
        assert_eq!(zone.rfc3339(Instant::parse(&noon).unwrap()), noon, "daylight time");
    }
}
