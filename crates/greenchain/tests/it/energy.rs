//! `greenchain energy pv`: weather in, hours of generation out.

use crate::stand::{fresh, greenchain, shared, succeed, text};
use serde_json::Value;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

const HEADER: &str = "timestamp,ghi_w_m2,dni_w_m2,dhi_w_m2,temp_air_c,wind_speed_m_s\n";
const PLACE: [&str; 6] = ["--lat", "36.1", "--lon", "-79.95", "--altitude", "273"];
const ROOF: [&str; 6] = ["--tilt", "25", "--azimuth", "180", "--kwp", "100"];

/// A bright day of June, from a year.
fn day(folder: &Path, year: u32) -> PathBuf {
    let mut rows = HEADER.to_owned();
    for hour in 0..24 {
        let light = if (8..18).contains(&hour) { "700,600,150" } else { "0,0,0" };
        let _ = writeln!(rows, "{year}-06-21T{hour:02}:00:00-05:00,{light},25,2");
    }
    let file = folder.join(format!("{year}.csv"));
    fs::write(&file, rows).unwrap();
    file
}

fn pv(weather: &[&Path], options: &[&str]) -> Output {
    let files: Vec<&str> = weather.iter().map(|file| text(file)).collect();
    greenchain(&[&["energy", "pv", "--weather"], &files[..], &ROOF, options].concat())
}

fn refused(output: &Output, words: &[&str]) {
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{told}");
    for word in words {
        assert!(told.contains(word), "{word} is not in: {told}");
    }
}

fn standard_output(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// Columns by name; the first is text.
fn table(csv: &str) -> (Vec<String>, Vec<(String, Vec<f64>)>) {
    let mut lines = csv.lines();
    let names: Vec<&str> = lines.next().unwrap().split(',').skip(1).collect();
    let mut columns: Vec<(String, Vec<f64>)> =
        names.iter().map(|name| ((*name).to_owned(), Vec::new())).collect();
    let mut stamps = Vec::new();
    for line in lines {
        let mut cells = line.split(',');
        stamps.push(cells.next().unwrap().to_owned());
        for ((_, column), cell) in columns.iter_mut().zip(cells) {
            column.push(cell.parse().unwrap_or(f64::NAN));
        }
    }
    (stamps, columns)
}

#[test]
fn the_reports_own_example_is_met() {
    let output = standard_output(&succeed(&["energy", "pv", "--check-spa"]));
    assert!(output.contains("50.1116") && !output.contains("differs"), "{output}");
    let json = standard_output(&succeed(&["energy", "pv", "--check-spa", "--json"]));
    assert_eq!(serde_json::from_str::<Value>(&json).unwrap()["holds"], true);
}

#[test]
fn a_day_as_text_csv_and_json() {
    let folder = fresh("energy-day");
    let file = day(&folder, 2025);
    let csv = standard_output(&pv(&[&file], &[&PLACE[..], &["--csv"]].concat()));
    let (stamps, columns) = table(&csv);
    let names: Vec<&str> = columns.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        names,
        ["apparent_zenith_deg", "azimuth_deg", "poa_w_m2", "cell_temp_c", "dc_w", "ac_w"]
    );
    assert_eq!(stamps[5], "2025-06-21T05:00:00-05:00");
    let json = standard_output(&pv(&[&file], &[&PLACE[..], &["--json"]].concat()));
    let json: Value = serde_json::from_str(&json).unwrap();
    let ac_kwh: f64 = columns[5].1.iter().sum::<f64>() / 1_000.0;
    assert!((json["ac_kwh"].as_f64().unwrap() - ac_kwh).abs() < 1e-9);
    assert!((json["ac_kwh_by_month"][5].as_f64().unwrap() - ac_kwh).abs() < 1e-9);
    assert!((300.0..900.0).contains(&ac_kwh), "{ac_kwh}");
    let told = standard_output(&pv(&[&file], &PLACE));
    assert!(told.contains(&format!("{ac_kwh:.1} kWh")), "{told}");
}

#[test]
fn years_follow_one_another() {
    let folder = fresh("energy-years");
    let (first, second) = (day(&folder, 2024), day(&folder, 2025));
    let csv = standard_output(&pv(&[&first, &second], &[&PLACE[..], &["--csv"]].concat()));
    assert_eq!(csv.lines().count(), 49);
    refused(&pv(&[&second, &first], &PLACE), &["2024.csv", "before the end of", "2025.csv"]);
    refused(&pv(&[&first, &first], &PLACE), &["before the end of"]);
}

#[test]
fn shade_dirt_snow_age_and_clipping() {
    let folder = fresh("energy-losses");
    let file = day(&folder, 2025);
    let sums = |options: &[&str]| -> Value {
        let output = pv(&[&file], &[&PLACE[..], &["--json"], options].concat());
        serde_json::from_str(&standard_output(&output)).unwrap()
    };
    let kwh = |sums: &Value, key: &str| sums[key].as_f64().unwrap();
    let clean = sums(&[]);
    let dirty = sums(&["--soiling-pct", "0,0,0,0,0,10,0,0,0,0,0,0", "--snow-pct", "0"]);
    let share = kwh(&dirty, "dc_kwh") / kwh(&clean, "dc_kwh");
    assert!((share - 0.9).abs() < 1e-12, "June loses a tenth: {share}");
    assert!(kwh(&dirty, "ac_kwh") < kwh(&clean, "ac_kwh"));
    let aged = sums(&["--degradation-pct", "50"]);
    assert!(kwh(&aged, "dc_kwh") < kwh(&clean, "dc_kwh"));
    let small = sums(&["--inverter-ac-kw", "40"]);
    assert!(kwh(&small, "clipped_kwh") > 0.0 && kwh(&clean, "clipped_kwh") == 0.0);
    let hidden = sums(&["--horizon", "0:90"]);
    let hills = sums(&["--horizon", "0:0,90:40,180:0"]);
    assert!(kwh(&hidden, "ac_kwh") < kwh(&hills, "ac_kwh"));
    assert!(kwh(&hills, "ac_kwh") < kwh(&clean, "ac_kwh"), "the morning is shaded");
    let odd = [&PLACE[..], &["--horizon", "0:1,360:2"]].concat();
    refused(&pv(&[&file], &odd), &["--horizon", "two heights"]);
    let odd = [&PLACE[..], &["--snow-pct", "1,2"]].concat();
    refused(&pv(&[&file], &odd), &["--snow-pct", "1 or 12"]);
}

#[test]
fn an_energyplus_file_brings_its_place_and_may_be_latin_1() {
    let folder = fresh("energy-epw");
    let mut epw = b"LOCATION,M\xdcNCHEN,-,DEU,IWEC,108660,48.13,11.70,1.0,529.0\n".to_vec();
    epw.extend_from_slice(b"D\nT\nG\nH\nCOMMENTS 1,\"gr\xfc\xdfe\"\nC\nDATA PERIODS,1\n");
    for hour in 1..=24 {
        let row = format!("1995,6,21,{hour},0,?9,20,9,79,97000,0,0,0,400,300,200,0,0,0,0,0,2.5\n");
        epw.extend_from_slice(row.as_bytes());
    }
    let file = folder.join("munich.epw");
    fs::write(&file, epw).unwrap();
    let (stamps, columns) = table(&standard_output(&pv(&[&file], &["--csv"])));
    assert_eq!(stamps[0], "1995-06-21T00:00:00+01:00");
    let zeniths = &columns[0].1;
    let lowest = zeniths.iter().copied().fold(f64::MAX, f64::min);
    assert!((lowest - 24.7).abs() < 1.0, "noon of midsummer at 48 degrees: {lowest}");
}

#[test]
fn what_is_missing_or_wrong_is_named() {
    let folder = fresh("energy-faults");
    let file = day(&folder, 2025);
    refused(&pv(&[&file], &[]), &["2025.csv", "--lat"]);
    refused(&pv(&[&folder.join("none.csv")], &PLACE), &["none.csv", "cannot be read"]);
    refused(&greenchain(&["energy", "pv", "--weather", text(&file)]), &["--tilt", "--kwp"]);
    let odd = [&PLACE[..2], &["--lon", "200", "--altitude", "0"]].concat();
    refused(&pv(&[&file], &odd), &["--lon", "from -180 to 180"]);
    let whole = fs::read_to_string(&file).unwrap();
    for (from, to, words) in [
        ("T09:00:00-05:00,700", "T09:00:00-05:00,9999", &["2025.csv:11: ghi_w_m2 is `9999`"][..]),
        ("T09:00:00-05:00,700", "T09:00:00-05:00,NaN", &["2025.csv:11: ghi_w_m2 is `NaN`"]),
        ("T09", "T08", &["2025.csv:11: timestamp", "row before", "Keep one"]),
        ("T09:00:00-05:00", "T10:00:00-04:00", &["2025.csv:11: timestamp", "offset", "row 2"]),
        ("2025-06-21T09:00:00-05:00,700,600,150,25,2\n", "", &["2025.csv:11: timestamp", "1 rows"]),
        ("-05:00", "", &["2025.csv:2: timestamp", "no offset", "--utc-offset", "4 more faults"]),
        ("dhi_w_m2", "dhi", &["2025.csv:1: dhi_w_m2", "no such column"]),
    ] {
        fs::write(&file, whole.replace(from, to)).unwrap();
        refused(&pv(&[&file], &PLACE), words);
    }
    fs::write(&file, whole.replace("-05:00", "")).unwrap();
    let naive = pv(&[&file], &[&PLACE[..], &["--csv", "--utc-offset", "-05:00"]].concat());
    assert!(standard_output(&naive).contains("\n2025-06-21T09:00:00,"), "as the file has it");
}

/// A table of sites beside some weather, and a run on it.
fn network(folder: &Path, rows: &str, options: &[&str]) -> Output {
    let file = folder.join("sites.csv");
    let header = "site_id,weather_file,lat,lon,altitude,tilt,azimuth,kwp,plane_id,inverter_ac_kw";
    fs::write(&file, format!("{header}\n{rows}")).unwrap();
    greenchain(&[&["energy", "pv", "--sites", text(&file)], options].concat())
}

fn json_of(output: &Output) -> Value {
    serde_json::from_str(&standard_output(output)).unwrap()
}

fn number(json: &Value, key: &str) -> f64 {
    json[key].as_f64().unwrap_or_else(|| panic!("{key} of {json}"))
}

const SITES: &str = "hub,2025.csv,36.1,-79.95,273,25,180,100,,
\"depot, north\",2025.csv,48.1,11.7,529,10,90,250,east,400
\"depot, north\",,,,,10,270,250,west,
";

#[test]
fn a_network_is_its_sites_in_the_tables_order_whatever_the_threads() {
    let folder = fresh("energy-network");
    let file = day(&folder, 2025);
    let found = json_of(&network(&folder, SITES, &["--json", "--threads", "1"]));
    let alone = json_of(&pv(&[&file], &[&PLACE[..], &["--json"]].concat()));
    let [hub, depot] = [0, 1].map(|site| &found["sites"][site]);
    assert_eq!((&hub["site_id"], &depot["site_id"]), (&"hub".into(), &"depot, north".into()));
    assert!((number(hub, "ac_kwh") - number(&alone, "ac_kwh")).abs() < 1e-9);
    let planes = ["--plane", "10:90:250", "--plane", "10:270:250", "--inverter-ac-kw", "400"];
    let place = ["--lat", "48.1", "--lon", "11.7", "--altitude", "529", "--json"];
    let head = ["energy", "pv", "--weather", text(&file)];
    let two = json_of(&greenchain(&[&head[..], &planes, &place].concat()));
    assert!((number(depot, "ac_kwh") - number(&two, "ac_kwh")).abs() < 1e-9);
    let total = &found["total"];
    assert!((number(total, "mw_installed") - 0.6).abs() < 1e-12);
    assert!(
        (number(total, "ac_kwh") - number(hub, "ac_kwh") - number(depot, "ac_kwh")).abs() < 1e-9
    );
    let factor = number(total, "ac_kwh") / (600.0 * 24.0);
    assert!((number(total, "capacity_factor") - factor).abs() < 1e-12);
    let told = standard_output(&network(&folder, SITES, &[]));
    assert!(told.contains("2 sites, 0.600 MW installed") && told.lines().count() == 5, "{told}");
    for options in [&["--json"][..], &["--csv"], &[]] {
        let of = |threads| {
            let options = [options, &["--threads", threads]].concat();
            standard_output(&network(&folder, SITES, &options))
        };
        assert!(of("1") == of("3"), "{options:?}");
    }
}

#[test]
fn hours_of_a_network_are_those_of_its_sites() {
    let folder = fresh("energy-network-hours");
    let file = day(&folder, 2025);
    let all = standard_output(&network(&folder, SITES, &["--csv"]));
    let alone = standard_output(&pv(&[&file], &[&PLACE[..], &["--csv"]].concat()));
    let hub: Vec<String> = alone.lines().skip(1).map(|line| format!("hub,{line}\n")).collect();
    let hub = hub.concat();
    assert!(all.starts_with(&format!("site_id,{}\n{hub}", alone.lines().next().unwrap())));
    assert_eq!(all.lines().count(), 49);
    assert_eq!(all.matches("\n\"depot, north\",2025-06-21T").count(), 24);
}

#[test]
fn faults_of_a_network_are_named_by_row() {
    let folder = fresh("energy-network-faults");
    day(&folder, 2025);
    for (from, to, words) in [
        ("25,180,100", "25,180,x", &["sites.csv:2: kwp is `x`", "not a number"][..]),
        ("36.1,", ",", &["sites.csv:2: lat is ``", "2025.csv does not say it either"]),
        ("west", "east", &["sites.csv:4: site_id", "row 3 too"]),
        ("hub,2025", "hub,2024", &["2024.csv", "cannot be read"]),
    ] {
        refused(&network(&folder, &SITES.replace(from, to), &[]), words);
    }
    let lossy = ["--soiling-pct", "1,2"];
    refused(&network(&folder, SITES, &lossy), &["--soiling-pct", "1 or 12"]);
    refused(&network(&folder, SITES, &["--years", "2"]), &["2025.csv", "lasts 24 h"]);
    let both = [&["--weather", "2025.csv"][..], &PLACE].concat();
    refused(&network(&folder, SITES, &both), &["cannot be used with"]);
}

/// A year of equal days at UTC, in half of which the sun shines.
fn year(folder: &Path, year: u32) -> PathBuf {
    let leap = u32::from(year.is_multiple_of(4));
    let lengths = [31, 28 + leap, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let days = (1..).zip(lengths).flat_map(|(month, days)| (1..=days).map(move |day| (month, day)));
    let mut rows = HEADER.to_owned();
    for (month, day) in days {
        for hour in 0..24 {
            let light = if (8..18).contains(&hour) { "500,400,150" } else { "0,0,0" };
            let _ = writeln!(rows, "{year}-{month:02}-{day:02}T{hour:02}:00:00Z,{light},15,2");
        }
    }
    let file = folder.join(format!("year-{year}.csv"));
    fs::write(&file, rows).unwrap();
    file
}

#[test]
fn a_typical_year_stands_for_many_while_the_modules_age() {
    let folder = fresh("energy-lifetime");
    let file = year(&folder, 2023);
    let aged = [&PLACE[..], &["--degradation-pct", "1", "--json"]].concat();
    let found = json_of(&pv(&[&file], &[&aged[..], &["--years", "3"]].concat()));
    let years = found["years"].as_array().unwrap();
    let of = |year: usize, key: &str| number(&years[year], key);
    assert_eq!(years.len(), 3);
    assert!(
        (of(0, "ac_kwh") - number(&found, "ac_kwh")).abs() < 1e-6,
        "the first is the year told"
    );
    for year in 1..3 {
        assert!((of(year, "dc_kwh") / of(year - 1, "dc_kwh") - 0.99).abs() < 1e-12);
        assert!(of(year, "ac_kwh") < of(year - 1, "ac_kwh"));
    }
    let told = standard_output(&pv(&[&file], &[&PLACE[..], &["--years", "25"]].concat()));
    assert!(told.contains("year  25") && told.contains("all years"), "{told}");
    let sites = "a,year-2023.csv,36.1,-79.95,273,25,180,100,,\nb,year-2023.csv,36.1,-79.95,273,25,180,100,,\n";
    let two =
        json_of(&network(&folder, sites, &["--degradation-pct", "1", "--json", "--years", "3"]));
    for (total, year) in two["total"]["years"].as_array().unwrap().iter().zip(years) {
        assert!((number(total, "ac_kwh") - 2.0 * number(year, "ac_kwh")).abs() < 1e-6);
    }
    let day = day(&folder, 2025);
    refused(&pv(&[&day], &[&PLACE[..], &["--years", "2"]].concat()), &["lasts 24 h", "8760"]);
    let both = [&file as &Path, &year(&folder, 2024)];
    refused(&pv(&both, &[&PLACE[..], &["--years", "2"]].concat()), &["2 weather files"]);
}

#[test]
fn polar_day_and_night_and_both_hemispheres() {
    let folder = fresh("energy-poles");
    year(&folder, 2024);
    let sites = "svalbard,year-2024.csv,78.2,15.6,0,40,180,10,,\nmcmurdo,year-2024.csv,-77.8,166.7,0,40,0,10,,\nfiji east,year-2024.csv,-16.8,180,0,10,0,10,,\nfiji west,year-2024.csv,-16.8,-180,0,10,0,10,,\n";
    let csv = standard_output(&network(&folder, sites, &["--csv", "--sun-offset-min", "30"]));
    let zeniths = |site: &str, day: &str| -> Vec<f64> {
        let begin = format!("{site},2024-{day}T");
        let rows = csv.lines().filter(|line| line.starts_with(&begin));
        rows.map(|line| line.split(',').nth(2).unwrap().parse().unwrap()).collect()
    };
    for (site, day, is_up, why) in [
        ("svalbard", "06-21", true, "polar day"),
        ("svalbard", "12-21", false, "polar night"),
        ("mcmurdo", "12-21", true, "polar day in the south"),
        ("mcmurdo", "06-21", false, "polar night in the south"),
    ] {
        let zeniths = zeniths(site, day);
        assert_eq!(zeniths.len(), 24);
        assert!(zeniths.iter().all(|zenith| (*zenith < 90.0) == is_up), "{why}: {zeniths:?}");
    }
    let leap_day = zeniths("fiji east", "02-29");
    assert_eq!(leap_day.len(), 24, "the leap day has hours like others");
    for (east, west) in leap_day.iter().zip(zeniths("fiji west", "02-29")) {
        assert!((east - west).abs() < 1e-9, "both sides of the date line are one place");
    }
    assert!(leap_day[0] < 20.0, "noon at the date line is midnight UTC: {leap_day:?}");
    let finite = csv.lines().skip(1).all(|line| {
        line.split(',').skip(2).all(|cell| cell.parse::<f64>().is_ok_and(f64::is_finite))
    });
    assert!(finite && csv.lines().count() == 1 + 4 * 8_784);
}

#[test]
fn clocks_that_change_are_told_and_utc_does_not_care() {
    let folder = fresh("energy-clock");
    let day = |name: &str, stamps: &[String]| {
        let rows: Vec<String> =
            stamps.iter().map(|stamp| format!("{stamp},500,400,150,15,2\n")).collect();
        let file = folder.join(name);
        fs::write(&file, format!("{HEADER}{}", rows.concat())).unwrap();
        file
    };
    let local = |hours: &[u32]| -> Vec<String> {
        hours.iter().map(|hour| format!("2025-03-09T{hour:02}:00:00")).collect()
    };
    let naive = [&PLACE[..], &["--utc-offset", "-05:00"]].concat();
    let (forward, back): (Vec<u32>, Vec<u32>) =
        ((0..24).filter(|hour| *hour != 2).collect(), [0, 1].into_iter().chain(1..24).collect());
    refused(&pv(&[&day("forward.csv", &local(&forward))], &naive), &["forward.csv:4", "too late"]);
    refused(&pv(&[&day("back.csv", &local(&back))], &naive), &["back.csv:4", "row before too"]);
    // With their offsets the stamps are even, but one file has one clock.
    let mixed: Vec<String> = forward
        .iter()
        .map(|hour| format!("2025-03-09T{hour:02}:00:00-0{}:00", if *hour < 2 { 5 } else { 4 }))
        .collect();
    refused(
        &pv(&[&day("mixed.csv", &mixed)], &PLACE),
        &["mixed.csv:4", "another offset", "or in UTC"],
    );
    // The day of 23 hours in UTC.
    let utc: Vec<String> = (5..24)
        .map(|hour| format!("2025-03-09T{hour:02}:00:00Z"))
        .chain((0..4).map(|hour| format!("2025-03-10T{hour:02}:00:00Z")))
        .collect();
    let csv = standard_output(&pv(&[&day("utc.csv", &utc)], &[&PLACE[..], &["--csv"]].concat()));
    let (_, columns) = table(&csv);
    let zeniths = &columns[0].1;
    assert_eq!(zeniths.len(), 23);
    let steps = zeniths.windows(2).map(|pair| (pair[1] - pair[0]).abs());
    assert!(steps.fold(0.0, f64::max) < 15.1, "the sun moves evenly: {zeniths:?}");
}

/// Every option of a case of the shared data, by its name.
fn options(case: &Value) -> Vec<String> {
    let named = [
        ("lat", "--lat"),
        ("lon", "--lon"),
        ("altitude", "--altitude"),
        ("tilt", "--tilt"),
        ("azimuth", "--azimuth"),
        ("kwp", "--kwp"),
        ("albedo", "--albedo"),
        ("temp_coeff", "--temp-coeff"),
        ("losses_pct", "--losses-pct"),
        ("inverter_ac_kw", "--inverter-ac-kw"),
        ("eta_nom", "--eta-nom"),
        ("eta_ref", "--eta-ref"),
        ("delta_t_s", "--delta-t"),
        ("spa_temperature_c", "--spa-temperature-c"),
        ("pressure_pa", "--pressure-pa"),
        ("sun_offset_min", "--sun-offset-min"),
        ("racking", "--racking"),
        ("transposition", "--transposition"),
    ];
    let given = named.iter().filter(|(key, _)| !case[key].is_null());
    given
        .flat_map(|(key, flag)| {
            let value = case[key].as_str().map_or_else(|| case[key].to_string(), str::to_owned);
            [(*flag).to_owned(), value]
        })
        .collect()
}

#[test]
fn every_case_of_the_reference_is_met() {
    let Some(folder) = shared("energy/pv") else { return };
    let cases = fs::read_to_string(folder.join("cases.json")).unwrap();
    let cases: Value = serde_json::from_str(&cases).unwrap();
    for case in cases["cases"].as_array().unwrap() {
        let file = |key: &str| folder.join(case[key].as_str().unwrap());
        let (weather, options) = (file("weather_file"), options(case));
        let options: Vec<&str> = options.iter().map(String::as_str).collect();
        let head = ["energy", "pv", "--csv", "--weather", text(&weather)];
        let (stamps, columns) =
            table(&standard_output(&greenchain(&[&head, &options[..]].concat())));
        let (times, expected) = table(&fs::read_to_string(file("reference_file")).unwrap());
        for (name, found) in columns {
            let (_, expected) = expected.iter().find(|(column, _)| *column == name).unwrap();
            let mut row = 0;
            for (time, expected) in times.iter().zip(expected) {
                row += stamps[row..].iter().position(|stamp| stamp == time).unwrap();
                let away = (found[row] - expected).abs();
                assert!(away <= 1e-6 * expected.abs().max(1.0), "{name} at {time}: {away}");
            }
        }
    }
}
