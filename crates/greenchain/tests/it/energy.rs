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
