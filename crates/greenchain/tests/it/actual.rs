//! `greenchain energy actual`: readings in, sums, alarms and a page out.

use crate::stand::{fresh, greenchain, succeed, text};
use serde_json::Value;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

const SITES: &str = "site_id,kind,lat,lon,pv_kwp,tilt_deg,azimuth_deg\n\
                     north,warehouse,52.5,13.4,100,10,180\nsouth,hub,48.1,11.6,50,10,180\n";
/// Light on the plane by hour of the day, in tenths of kW/m2.
const LIGHT: [i64; 24] = [0, 0, 0, 0, 0, 0, 1, 2, 4, 6, 7, 8, 8, 7, 6, 4, 2, 1, 0, 0, 0, 0, 0, 0];
const DAYS: i64 = 10;

/// Hours of ten days of July: north has four strings, of which the second loses 15 %; its meter is a
/// register.
fn readings(folder: &Path) -> PathBuf {
    let mut rows = "timestamp,site_id,device,quantity,value,unit\n".to_owned();
    let mut register = 1_000.0;
    for hour in 0..24 * DAYS {
        let (day, clock) = (1 + hour / 24, (hour % 24) as usize);
        let stamp = format!("2025-07-{day:02}T{clock:02}:00:00+02:00");
        let light = LIGHT[clock] as f64 / 10.0;
        let (north, south) = (80.0 * light, 40.0 * light);
        for string in 1..=4 {
            let part = if string == 2 { 0.85 } else { 1.0 };
            let kwh = 22.0 * light * part;
            let _ = writeln!(rows, "{stamp},north,s{string},string_generation,{kwh},kWh");
        }
        let _ = writeln!(rows, "{stamp},north,inv,generation,{north},kW");
        let _ = writeln!(rows, "{stamp},north,meter,import_register,{register},kWh");
        let _ = writeln!(rows, "{stamp},north,meter,export,{},kWh", (north - 30.0).max(0.0));
        register += (30.0 - north).max(0.0);
        let _ = writeln!(rows, "{stamp},south,inv,generation,{},Wh", south * 1e3);
        let _ = writeln!(rows, "{stamp},south,meter,load,10,kW");
        let _ = writeln!(rows, "{stamp},south,plugs,charging,2,kW");
    }
    let file = folder.join("readings.csv");
    fs::write(&file, rows).unwrap();
    file
}

/// As `energy pv --csv` prints it, for north's 100 kWp.
fn expected(folder: &Path) -> PathBuf {
    let mut rows =
        "timestamp,apparent_zenith_deg,azimuth_deg,poa_w_m2,cell_temp_c,dc_w,ac_w\n".to_owned();
    for hour in 0..24 * DAYS {
        let (day, clock) = (1 + hour / 24, (hour % 24) as usize);
        let watts = LIGHT[clock] * 100;
        let (dc, ac) = (watts * 88, watts * 80);
        let _ =
            writeln!(rows, "2025-07-{day:02}T{clock:02}:00:00+02:00,50,180,{watts},45,{dc},{ac}");
    }
    let file = folder.join("north.csv");
    fs::write(&file, rows).unwrap();
    file
}

fn grid(folder: &Path) -> PathBuf {
    let mut rows = "timestamp,kg_co2e_per_kwh\n".to_owned();
    for hour in 0..24 * DAYS {
        let (day, clock) = (1 + hour / 24, hour % 24);
        let _ = writeln!(rows, "2025-07-{day:02}T{clock:02}:00:00+02:00,0.25");
    }
    let file = folder.join("grid.csv");
    fs::write(&file, rows).unwrap();
    file
}

fn near(value: &Value, expect: f64) {
    let found = value.as_f64().unwrap_or(f64::NAN);
    assert!((found - expect).abs() < 1e-6 * expect.abs().max(1.0), "{found} is not {expect}");
}

#[test]
fn ten_days_of_two_roofs() {
    let folder = fresh("actual-days");
    let (readings, expected, grid) = (readings(&folder), expected(&folder), grid(&folder));
    let sites = folder.join("sites.csv");
    fs::write(&sites, SITES).unwrap();
    let page = folder.join("day.html");
    let of_north = format!("north={}", text(&expected));
    let run = succeed(&[
        "energy",
        "actual",
        "--readings",
        text(&readings),
        "--sites",
        text(&sites),
        "--expected",
        &of_north,
        "--grid",
        text(&grid),
        "--zone",
        "Europe/Berlin",
        "--cancelled-mwh",
        "1",
        "--residual-kg-per-kwh",
        "0.5",
        "--page",
        text(&page),
        "--name",
        "Two roofs",
        "--json",
    ]);
    let found: Value = serde_json::from_slice(&run.stdout).unwrap();
    // A day has 5.6 h of full light.
    let generated = 10.0 * 5.6 * 120.0;
    near(&found["energy"]["generation_kwh"], generated);
    near(&found["installed_mw"], 0.15);
    let north = &found["sites"][0];
    assert_eq!((&north["site_id"], &north["grid_meter"]), (&"north".into(), &"metered".into()));
    near(&north["yields"]["performance_ratio"], 0.8);
    near(&north["yields"]["performance_ratio_stc"], 0.8 / 0.93);
    near(&north["against_expected"]["share"], 1.0);
    near(&north["strings"][1]["performance_ratio"], 0.88 * 0.85);
    near(&north["kwh_per_kwp"], 44.8);
    assert_eq!(found["sites"][1]["grid_meter"], "from load");
    let energy = &found["energy"];
    let sum = |key: &str| energy[key].as_f64().unwrap();
    near(&energy["self_consumed_kwh"], generated - sum("exported_kwh"));
    let avoided = sum("self_consumed_kwh") * 0.25;
    let kg = |value: &Value| value.as_str().unwrap().parse::<f64>().unwrap();
    assert!((kg(&found["avoided"]["self_consumed_kg_co2e"]) - avoided).abs() < 1e-3);
    let scope2 = &found["scope2"];
    assert!((kg(&scope2["location_based_kg_co2e"]) - sum("imported_kwh") * 0.25).abs() < 1e-3);
    let market = (sum("imported_kwh") - 1_000.0) * 0.5;
    assert!((kg(&scope2["market_based_kg_co2e"]) - market).abs() < 1e-3);
    let hourly = found["matching"]["hourly"].as_f64().unwrap();
    assert!(hourly > 0.2 && hourly < found["matching"]["annual"].as_f64().unwrap());
    let alarms = found["alarms"].as_array().unwrap();
    assert_eq!(alarms.len(), 1);
    assert_eq!((&alarms[0]["device"], &alarms[0]["raised"]), (&"s2".into(), &"2025-07-03".into()));
    near(&alarms[0]["of_siblings"], 0.85);
    near(&alarms[0]["lost_kwh"], 10.0 * 5.6 * 22.0 * 0.15);
    assert_eq!((&found["growth"], &found["notice_count"]), (&Value::Null, &0.into()));
    let page = fs::read_to_string(page).unwrap();
    assert!(page.contains("<h1>Two roofs</h1>") && page.contains("One string is behind."));
    let told =
        succeed(&["energy", "actual", "--readings", text(&readings), "--sites", text(&sites)]);
    let told = String::from_utf8(told.stdout).unwrap();
    assert!(told.contains("generated") && told.contains("6720.0 kWh"), "{told}");
}

#[test]
fn what_is_odd_and_what_is_wrong_is_named() {
    let folder = fresh("actual-faults");
    let (file, sites) = (readings(&folder), folder.join("sites.csv"));
    fs::write(&sites, SITES).unwrap();
    let whole = fs::read_to_string(&file).unwrap();
    let doubled = "2025-07-02T03:00:00+02:00,south,meter,load,10,kW\n";
    fs::write(&file, whole.replace(doubled, &doubled.repeat(2))).unwrap();
    let common = ["energy", "actual", "--readings", text(&file), "--sites", text(&sites)];
    let run = succeed(&[&common[..], &["--json"]].concat());
    let found: Value = serde_json::from_slice(&run.stdout).unwrap();
    assert_eq!(found["notice_count"], 1);
    let notice = &found["notices"][0];
    assert!(notice["message"].as_str().unwrap().contains("counted once"), "{notice}");
    assert!(notice["file"].as_str().unwrap().ends_with("readings.csv") && notice["row"].is_u64());
    let expected = format!("west={}", text(&expected(&folder)));
    for (from, to, options, words) in [
        (",kW\n", ",kVA\n", &[][..], "unit is `kVA`: unknown. Write one of W, kW, MW"),
        ("+02:00", "", &[], "has no offset from UTC"),
        ("south", "west", &[], "site_id `west` of the readings: no such site in"),
        ("", "", &["--expected", &expected], "--expected west="),
        ("", "", &["--zone", "Mars"], "--zone"),
        ("", "", &["--expected", "north"], "write SITE=FILE"),
    ] {
        let text = if from.is_empty() { whole.clone() } else { whole.replace(from, to) };
        fs::write(&file, text).unwrap();
        let run = greenchain(&[&common[..], options].concat());
        let told = String::from_utf8_lossy(&run.stderr).into_owned();
        assert_eq!(run.status.code(), Some(2), "{told}");
        assert!(told.contains(words), "{words} is not in {told}");
    }
}

/// A number in `-1.0..1.0`, by where it is wanted.
fn noise(key: u64) -> f64 {
    let mut value = key.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((value ^ (value >> 31)) >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
}

/// Alarms of eight strings of 12.5 kWp under a real year's light, with noise of 4 % in each hour and
/// spread of 1.5 % among them; `part` is what a string gives on a day of the year.
fn alarms_of_a_year(
    folder: &Path,
    hours: &str,
    part: impl Fn(usize, usize) -> f64,
) -> Vec<(String, String)> {
    let mut rows = "timestamp,site_id,device,quantity,value,unit\n".to_owned();
    for (hour, line) in hours.lines().skip(1).enumerate() {
        let cells: Vec<&str> = line.split(',').collect();
        let dc_w: f64 = cells[5].parse().unwrap();
        for string in 0..8 {
            let (spread, own) =
                (0.015 * noise(string as u64), 0.04 * noise((hour * 8 + string) as u64));
            // What is measured lies 3 % below the model, as dirt would have it.
            let w = dc_w / 8.0 * 0.97 * (1.0 + spread) * (1.0 + own) * part(string, hour / 24);
            let _ = writeln!(rows, "{},north,s{string},string_generation,{w},W", cells[0]);
        }
    }
    let file = folder.join("year.csv");
    fs::write(&file, rows).unwrap();
    let expected = format!("north={}", text(&folder.join("expected.csv")));
    let run = succeed(&[
        "energy",
        "actual",
        "--readings",
        text(&file),
        "--sites",
        text(&folder.join("sites.csv")),
        "--expected",
        &expected,
        "--zone",
        "America/New_York",
        "--json",
    ]);
    let found: Value = serde_json::from_slice(&run.stdout).unwrap();
    let told = |alarm: &Value| {
        let text = |key: &str| alarm[key].as_str().unwrap_or("lasts").to_owned();
        (text("device"), text("raised"))
    };
    found["alarms"].as_array().unwrap().iter().map(told).collect()
}

#[test]
fn a_clean_year_of_real_weather_is_quiet_and_a_loss_of_15_percent_is_found_within_days() {
    let Some(shared) = crate::stand::shared("energy/pv") else { return };
    let folder = fresh("actual-year");
    fs::write(folder.join("sites.csv"), SITES).unwrap();
    let weather = shared.join("weather-greensboro-2025.csv");
    let run = succeed(&[
        "energy",
        "pv",
        "--weather",
        text(&weather),
        "--lat",
        "36.1",
        "--lon",
        "-79.95",
        "--altitude",
        "273",
        "--tilt",
        "25",
        "--azimuth",
        "180",
        "--kwp",
        "100",
        "--csv",
    ]);
    let hours = String::from_utf8(run.stdout).unwrap();
    fs::write(folder.join("expected.csv"), &hours).unwrap();
    assert_eq!(alarms_of_a_year(&folder, &hours, |_, _| 1.0), []);
    // Days of the year, and by when the third or fourth bright day has come.
    for (begins, raised_by) in [(14, "2025-01-20"), (105, "2025-04-21"), (196, "2025-07-21")] {
        let part = |string, day| if string == 5 && day >= begins { 0.85 } else { 1.0 };
        let found = alarms_of_a_year(&folder, &hours, part);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].0 == "s5" && found[0].1.as_str() <= raised_by, "{found:?}");
    }
}
