//! `greenchain energy feed`: answers of public sources as tables of a scenario.

use crate::stand::{fresh, greenchain, package, starter, succeed, text};
use serde_json::Value;
use std::fs;
use std::path::PathBuf;

fn answer(name: &str) -> PathBuf {
    package().join("../intake/tests/answers").join(name)
}

#[test]
fn a_scenario_reads_what_a_feed_wrote() {
    let scenario = starter("feed-scenario");
    let (tariff, grid) = (scenario.join("tariff.csv"), scenario.join("grid.csv"));
    let prices = answer("awattar.json");
    let run = succeed(&[
        "energy",
        "feed",
        "--format",
        "awattar",
        text(&prices),
        "--out",
        text(&tariff),
        "--zone",
        "Europe/Vienna",
        "--currency",
        "EUR",
        "--json",
    ]);
    let summary: Value = serde_json::from_slice(&run.stdout).unwrap();
    assert_eq!((&summary["rows"], &summary["currency"]), (&25.into(), &"EUR".into()));
    let rows = fs::read_to_string(&tariff).unwrap();
    let lines: Vec<&str> = rows.lines().collect();
    assert_eq!(lines[0], "timestamp,price_per_kwh");
    assert_eq!(lines[1], "2025-10-26T00:00:00+02:00,0.04");
    assert_eq!(lines[3], "2025-10-26T02:00:00+02:00,0.0465", "two o'clock by summer time");
    assert_eq!(lines[4], "2025-10-26T02:00:00+01:00,0.04975", "and two o'clock again");
    let intensities = answer("uk-carbon-intensity.json");
    let run = succeed(&[
        "energy",
        "feed",
        "--format",
        "uk-carbon-intensity",
        text(&intensities),
        "--out",
        text(&grid),
    ]);
    assert!(String::from_utf8_lossy(&run.stderr).contains("note: 1 of 3 steps are forecasts"));
    let rows = fs::read_to_string(&grid).unwrap();
    assert_eq!(rows.lines().nth(2), Some("2025-06-01T11:30:00+00:00,0.131"));
    succeed(&["check", text(&scenario)]);
}

#[test]
fn days_are_joined_and_missing_time_is_named() {
    let folder = fresh("feed-days");
    let (spring, quarters) = (answer("entsoe-hours.xml"), answer("entsoe-quarters.xml"));
    let common = ["energy", "feed", "--format", "entsoe", text(&spring), text(&quarters)];
    let run = succeed(&[&common[..], &["--step-min", "60"]].concat());
    let table = String::from_utf8(run.stdout).unwrap();
    assert_eq!(table.lines().count(), 1 + 23 + 1);
    let told = String::from_utf8(run.stderr).unwrap();
    assert!(
        told.contains("warning: nothing from 2025-03-30T22:00:00Z to 2025-10-01T22:00:00Z"),
        "{told}"
    );
    let whole = fs::read_to_string(answer("awattar.json")).unwrap();
    let odd = folder.join("odd.json");
    for (text_in, options, words) in [
        (whole.replacen("Eur/MWh", "Ct/kWh", 1), &[][..], "odd.json: /data/0/unit is `\"Ct/kWh\"`"),
        ("<html>".to_owned(), &[], "odd.json: line 1, column 1 is `<html>`: not JSON"),
        (whole.clone(), &["--currency", "GBP"], "prices are in EUR, not GBP"),
        (whole.clone(), &["--step-min", "7"], "--step-min"),
    ] {
        fs::write(&odd, text_in).unwrap();
        let common = ["energy", "feed", "--format", "awattar", text(&odd)];
        let run = greenchain(&[&common[..], options].concat());
        let told = String::from_utf8_lossy(&run.stderr).into_owned();
        assert_eq!(run.status.code(), Some(2), "{told}");
        assert!(told.contains(words), "{told}");
    }
    fs::write(&odd, whole.replace("40.0", "41.0")).unwrap();
    let prices = answer("awattar.json");
    let run = greenchain(&["energy", "feed", "--format", "awattar", text(&odd), text(&prices)]);
    let told = String::from_utf8_lossy(&run.stderr).into_owned();
    assert!(told.contains("two answers differ from 2025-10-25T22:00:00Z on"), "{told}");
}
