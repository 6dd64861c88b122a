//! All faults of all files, each told once.

use crate::good::Folder;
use intake::{Fault, Wrong};

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
fn fifty_faults_are_kept_and_all_are_counted() {
    let rows = "o1,p9,1\n".repeat(70);
    let faults = Folder::good().longer("order_items.csv", &rows).read().unwrap_err();
    assert_eq!((faults.first.len(), faults.total), (50, 70));
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
