//! `greenchain roads distances`: a scenario and an extract in, its distances.csv out.

use crate::stand::{greenchain, starter, succeed, text};
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

/// The places of the starter scenario: latitude and longitude.
fn places(scenario: &Path) -> Vec<(String, String)> {
    let column = |file: &str, lat: usize, lon: usize| -> Vec<(String, String)> {
        let text = fs::read_to_string(scenario.join(file)).unwrap();
        let rows = text.lines().filter(|line| !line.starts_with('#')).skip(1);
        rows.map(|row| {
            let cells: Vec<&str> = row.split(',').collect();
            (cells[lat].to_owned(), cells[lon].to_owned())
        })
        .collect()
    };
    let at = |file: &str, name: &str| {
        let text = fs::read_to_string(scenario.join(file)).unwrap();
        let header = text.lines().find(|line| !line.starts_with('#')).unwrap().to_owned();
        header.split(',').position(|column| column == name).unwrap()
    };
    let (lat, lon) = (at("sites.csv", "lat"), at("sites.csv", "lon"));
    let mut places = column("sites.csv", lat, lon);
    let (lat, lon) = (at("orders.csv", "dest_lat"), at("orders.csv", "dest_lon"));
    places.extend(column("orders.csv", lat, lon));
    places
}

/// A road from place to place, in the order they are listed.
fn extract(scenario: &Path, oneway: &str) -> PathBuf {
    let mut osm = String::from("<osm>");
    let places = places(scenario);
    for (number, (lat, lon)) in places.iter().enumerate() {
        let _ = write!(osm, "<node id=\"{}\" lat=\"{lat}\" lon=\"{lon}\"/>", number + 1);
    }
    osm += "<way id=\"1\">";
    for number in 0..places.len() {
        let _ = write!(osm, "<nd ref=\"{}\"/>", number + 1);
    }
    let _ = write!(osm, "<tag k=\"highway\" v=\"residential\"/>{oneway}</way></osm>");
    let file = scenario.join("roads.osm");
    fs::write(&file, osm).unwrap();
    file
}

#[test]
fn a_scenario_gets_its_distances_by_road() {
    let scenario = starter("roads");
    let file = extract(&scenario, "");
    let out = scenario.join("distances.csv");
    let kept = scenario.join("city.roads");
    let named = ["roads", "distances", text(&scenario), "--extract", text(&file)];
    let wanted = ["--out", text(&out), "--prepare", text(&kept)];
    succeed(&[&named[..], &wanted].concat());
    let table = fs::read_to_string(&out).unwrap();
    let count = places(&scenario).len();
    assert_eq!(table.lines().count(), 1 + count * (count - 1));
    let again = succeed(&["roads", "distances", text(&scenario), "--extract", text(&kept)]);
    assert_eq!(String::from_utf8(again.stdout).unwrap(), table, "from the prepared roads");
    let busy = [&named[..4], &[text(&file), "--depart", "8:00"]].concat();
    let busy = String::from_utf8(succeed(&busy).stdout).unwrap();
    let seconds = |table: &str| -> u64 {
        let rows = table.lines().skip(1);
        rows.map(|row| row.rsplit(',').next().unwrap().parse::<u64>().unwrap()).sum()
    };
    assert!(seconds(&busy) > seconds(&table), "the morning is slower");
    succeed(&["check", text(&scenario)]);
}

#[test]
fn what_cannot_be_reached_is_named() {
    let scenario = starter("roads-away");
    let file = extract(&scenario, "");
    let far = fs::read_to_string(&file).unwrap().replacen("lat=\"", "lat=\"-", usize::MAX);
    fs::write(&file, far).unwrap();
    let output = greenchain(&["roads", "distances", text(&scenario), "--extract", text(&file)]);
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(told.contains("km from the next road") && told.contains("--away-max"), "{told}");
    fs::write(&file, "no roads").unwrap();
    let output = greenchain(&["roads", "distances", text(&scenario), "--extract", text(&file)]);
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{told}");
    assert!(told.contains("roads.osm"), "{told}");
}
