//! `greenchain pack` and `greenchain cartons design`: tables in, cartons out.

use crate::stand::{fresh, greenchain, succeed, text};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

const CARTONS: &str = "carton_id,length_cm,width_cm,height_cm,max_weight_g,tare_g,material\n\
    S,20,15,10,3000,60,board\nM,40,30,20,10000,180,board\nL,60,40,40,20000,420,board\n";
const ITEMS: &str = "order_id,sku,quantity,length_cm,width_cm,height_cm,weight_g,fragile,upright\n\
    o1,mug,2,9.5,9.5,10,350,1,1\no1,book,3,21,14.8,2.2,410,,\no2,lamp,1,38,28,18,2100,,yes\n\
    o3,skis,1,180,12,12,4000,,\no3,wax,1,8,8,4,120,,\no4,tile,4,30,30,4.9,2400,,\n";

fn tables(name: &str, items: &str, cartons: &str) -> (PathBuf, PathBuf) {
    let folder = fresh(name);
    let (to, of) = (folder.join("items.csv"), folder.join("cartons.csv"));
    fs::write(&to, items).unwrap();
    fs::write(&of, cartons).unwrap();
    (to, of)
}

fn pack(items: &Path, cartons: &Path, more: &[&str]) -> Vec<u8> {
    let named = ["pack", "--items", text(items), "--cartons", text(cartons), "--json"];
    succeed(&[&named[..], more].concat()).stdout
}

fn lines(output: &[u8]) -> Vec<Value> {
    let text = std::str::from_utf8(output).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn every_piece_is_in_a_parcel_or_left_out_with_its_reason() {
    let (items, cartons) = tables("pack-all", ITEMS, CARTONS);
    let orders = lines(&pack(&items, &cartons, &[]));
    let names: Vec<&str> = orders.iter().map(|order| order["order_id"].as_str().unwrap()).collect();
    assert_eq!(names, ["o1", "o2", "o3", "o4"]);
    let packed = |order: &Value| -> usize {
        let parcels = order["parcels"].as_array().unwrap();
        parcels.iter().map(|parcel| parcel["items"].as_array().unwrap().len()).sum()
    };
    assert_eq!(orders.iter().map(packed).collect::<Vec<_>>(), [5, 1, 1, 4]);
    assert_eq!(orders[2]["unpacked"][0]["sku"], "skis");
    assert!(orders[2]["unpacked"][0]["reason"].as_str().unwrap().contains("no carton holds it"));
    let lamp = &orders[1]["parcels"][0];
    assert_eq!((&lamp["carton_id"], &lamp["surface_cm2"]), (&"M".into(), &5200.0.into()));
    assert_eq!((&lamp["weight_g"], &lamp["tare_g"]), (&2100.0.into(), &180.0.into()));
    assert_eq!(lamp["items"][0]["dz_cm"], 18.0, "upright");
    assert_eq!(orders[1]["proven_optimal"], true);
}

#[test]
fn rows_sides_and_threads_change_nothing() {
    let (items, cartons) = tables("pack-same", ITEMS, CARTONS);
    let expect = pack(&items, &cartons, &["--threads", "1"]);
    let mut rows: Vec<&str> = ITEMS.lines().collect();
    rows[1..].reverse();
    let shuffled = rows.join("\n").replace("o1,book,3,21,14.8,2.2", "o1,book,1,2.2,21,14.8")
        + "\no1,book,2,14.8,2.2,21,410,,\n";
    let turned = CARTONS.replace("40,30,20", "30,40,20").replace("20,15,10", "15,20,10");
    let (items, _) = tables("pack-shuffled", &shuffled, CARTONS);
    assert_eq!(pack(&items, &cartons, &["--threads", "3"]), expect);
    let (items, cartons) = tables("pack-turned", ITEMS, &turned);
    let chosen = |output: &[u8]| -> Vec<Vec<Value>> {
        let ids = |order: &Value| {
            let parcels = order["parcels"].as_array().unwrap();
            parcels.iter().map(|parcel| parcel["carton_id"].clone()).collect()
        };
        lines(output).iter().map(ids).collect()
    };
    assert_eq!(chosen(&pack(&items, &cartons, &[])), chosen(&expect));
}

#[test]
fn tables_at_fault_are_refused_with_row_and_column() {
    for (row, expect) in [
        ("o9,a,1,0,2,3,5,,", "length_cm is `0`"),
        ("o9,a,1,1,NaN,3,5,,", "width_cm is `NaN`"),
        ("o9,a,1,1,2,1e-9,5,,", "height_cm is `1e-9`"),
        ("o9,a,1,1,2,3,-5,,", "weight_g is `-5`"),
        ("o9,a,99999,1,2,3,5,,", "quantity is `99999`"),
    ] {
        let (items, cartons) = tables("pack-refused", &format!("{ITEMS}{row}\n"), CARTONS);
        let output = greenchain(&["pack", "--items", text(&items), "--cartons", text(&cartons)]);
        let told = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{row}");
        assert!(told.contains(expect) && told.contains(":8:"), "{told}");
        assert_eq!(output.stdout, b"");
    }
}

#[test]
fn an_order_is_drawn_in_the_order_of_loading() {
    let (items, cartons) = tables("pack-drawn", ITEMS, CARTONS);
    let drawings = items.with_file_name("drawings");
    pack(&items, &cartons, &["--svg", text(&drawings)]);
    let drawn = fs::read_to_string(drawings.join("o1.svg")).unwrap();
    assert_eq!(drawn.matches("class=\"new\"").count(), 5);
    assert!(drawn.contains("mug") && drawn.contains("book"));
}

#[test]
fn a_set_of_cartons_is_designed_and_packed_from() {
    let mut rows = vec![ITEMS.lines().next().unwrap().to_owned()];
    rows.extend(
        (0..60).map(|n| format!("o{n},a{n},1,{},{},{},500,,", 10 + n % 20, 8 + n % 7, 4 + n % 5)),
    );
    let (items, cartons) = tables("pack-designed", &(rows.join("\n") + "\n"), CARTONS);
    let out = items.with_file_name("designed");
    let named = ["cartons", "design", "--orders", text(&items), "--count", "3", "--json"];
    let more = ["--against", text(&cartons), "--largest", "60,40,40", "--out", text(&out)];
    let output = succeed(&[&named[..], &more].concat());
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    let figure = |key: &str| told[key].as_f64().unwrap();
    assert!(figure("lower_bound") <= figure("material"));
    assert!(figure("material") < told["against"]["history"].as_f64().unwrap());
    assert_eq!(told["cartons"].as_array().unwrap().len(), 3);
    let packed = lines(&pack(&items, &out.join("cartons.csv"), &["--max-parcels", "1"]));
    assert!(packed.iter().all(|order| order["unpacked"].as_array().unwrap().is_empty()));
}

#[test]
fn a_container_is_loaded() {
    let folder = fresh("pack-thpack");
    let file = folder.join("thpack.txt");
    fs::write(&file, "1\n1 2502505\n100 50 50\n1\n1 50 1 25 1 25 1 16\n").unwrap();
    let output = succeed(&["pack", "--thpack", text(&file), "--time", "1"]);
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(told["volume_utilisation"], 1.0);
    assert_eq!(told["placements"].as_array().unwrap().len(), 8, "of sixteen");
    let output = greenchain(&["pack", "--thpack", text(&file), "--instance", "2"]);
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn orders_go_onto_pallets() {
    let items = "order_id,sku,quantity,length_cm,width_cm,height_cm,weight_g,upright\n\
        o1,case,30,40,30,40,12000,\no1,pole,1,300,5,5,900,\no2,tub,4,62,42,30,9000,1\n";
    let (items, _) = tables("pack-pallet", items, CARTONS);
    let load = |more: &[&str]| {
        let named = ["pack", "--items", text(&items), "--pallet", "120,80,160", "--time", "0.2"];
        lines(&succeed(&[&named[..], more].concat()).stdout)
    };
    let counts = |order: &Value| -> Vec<usize> {
        let pallets = order["pallets"].as_array().unwrap();
        pallets.iter().map(|pallet| pallet["items"].as_array().unwrap().len()).collect()
    };
    let orders = load(&[]);
    assert_eq!(counts(&orders[0]), [30], "32 go onto the deck in four layers");
    assert_eq!(orders[0]["pallets"][0]["weight_g"], 360_000.0);
    assert_eq!(
        (&orders[0]["unpacked"][0]["sku"], &orders[0]["unpacked"][0]["quantity"]),
        (&"pole".into(), &1.into())
    );
    assert_eq!(counts(&load(&["--max-load", "200"])[0]), [16, 14], "sixteen weigh 192 kg");
    // One layer of tubs: 62 x 42 goes twice on the deck, four times with 2 cm over each edge.
    let low = ["pack", "--items", text(&items), "--pallet", "120,80,30", "--time", "0.2"];
    let low = |more: &[&str]| counts(&lines(&succeed(&[&low[..], more].concat()).stdout)[1]);
    assert_eq!((low(&[]), low(&["--overhang", "2"])), (vec![2, 2], vec![4]));
}
