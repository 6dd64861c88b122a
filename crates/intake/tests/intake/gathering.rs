//! All faults of all files, each told once.

use crate::good::Folder;
use intake::{Fault, File, Wrong};

#[test]
fn faults_of_all_files_and_cells_are_told_at_once() {
    let told = Folder::good()
        .edited("greenchain.toml", "\"BR\"", "\"br\"")
        .edited("sites.csv", "W1,warehouse,-23.337", "W1,storehouse,x")
        .edited("products.csv", "p2,toys,17,17", "p2,toys,-1,")
        .edited("orders.csv", "o2,2017-11-24T07:00:00-03:00,W1", "o2,soon,W2")
        .edited("grid.csv", "0.09", "a")
        .without("vehicles.csv")
        .told();
    let places: Vec<&str> =
        told.lines().map(|line| &line[..line.find(" is ").unwrap_or(21)]).collect();
    assert_eq!(
        places,
        [
            "greenchain.toml: country",
            "sites.csv:2: kind",
            "sites.csv:2: lat",
            "products.csv:2: length_cm",
            "products.csv:2: width_cm",
            "vehicles.csv: missing",
            "orders.csv:3: placed_at",
            "orders.csv:3: origin_site",
            "grid.csv:2: kg_co2e_per_kwh",
        ]
    );
}

#[test]
fn what_cannot_be_read_is_not_missed_elsewhere() {
    let told_once = |folder: Folder| folder.fault();
    told_once(Folder::good().without("sites.csv"));
    told_once(Folder::good().without("products.csv"));
    told_once(Folder::good().without("order_items.csv"));
    told_once(Folder::good().edited("orders.csv", "o2,2017", "o2,x,2017"));
    told_once(Folder::good().edited("orders.csv", "order_id,", "id,"));
    told_once(Folder::good().edited("sites.csv", "W1,warehouse", ",warehouse"));
    told_once(Folder::good().edited("vehicles.csv", "diesel_van,", ","));
    told_once(Folder::good().edited("sites.csv", "S1,station", "S1,stop"));
}

#[test]
fn all_faults_are_kept_and_fifty_are_told() {
    let rows = "o1,p9,1\n".repeat(70);
    let faults = Folder::good().longer("order_items.csv", &rows).read().unwrap_err();
    assert_eq!((faults.first.len(), faults.total), (70, 70));
    assert!(faults.to_string().ends_with("\nand 20 more"));
}

#[test]
fn a_fault_says_its_place_as_data() {
    let fault = Folder::good().edited("order_items.csv", "o2,p1,2", "o2,p1,two").fault();
    let expect = Fault::Cell {
        file: "order_items.csv".into(),
        row: 3,
        column: "quantity",
        value: "two".into(),
        wrong: Wrong::NotANumber,
    };
    assert_eq!(fault, expect);
}

#[test]
fn orders_that_arrive_later_are_judged_by_the_ground_they_stand_on() {
    let ground = Folder::good().ground();
    let later = |orders: &str, items: &str| {
        let orders = format!("order_id,placed_at,origin_site,dest_lat,dest_lon\n{orders}");
        let items = format!("order_id,sku,quantity\n{items}");
        ground.orders(&[
            File { name: "orders.csv", bytes: orders.as_bytes() },
            File { name: "order_items.csv", bytes: items.as_bytes() },
        ])
    };
    let found = later("n1,2017-11-24T10:00:00Z,W1,-23.5,-46.6\n", "n1,p1,2\n").unwrap();
    assert_eq!((found.len(), found[0].id.as_str(), found[0].lines[0].quantity), (1, "n1", 2));
    let scenario = ground.with_orders(found);
    assert_eq!((scenario.orders.len(), &scenario.sites), (1, &ground.scenario().sites));
    let faults = later("n1,2017-11-24T10:00:00Z,W9,-23.5,-46.6\n", "n1,p9,2\n").unwrap_err();
    let places: Vec<_> = faults.first.iter().map(|fault| fault.place().column).collect();
    assert_eq!(places, [Some("origin_site"), Some("sku")]);
}
