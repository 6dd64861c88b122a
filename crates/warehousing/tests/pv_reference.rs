//! `pv` beside pvlib 0.16.1: every case, every row, every column; and the sums of whole years.
//!
//! The data lies beside the repository, in `../shared/data/energy/pv`; without it these tests say
//! so and pass.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a test reads and reports"
)]

use quantity::Instant;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::PathBuf;
use warehousing::pv::irradiance::{Light, Plane, Receiver, Transposition, air_mass};
use warehousing::pv::module::{Dc, Inverter, Racking};
use warehousing::pv::observer::{Site, SunPath};
use warehousing::pv::simulate::{Clock, Hours, Sky, simulate};
use warehousing::pv::system::{Array, System};

/// `|found - reference| <= TOLERANCE * max(|reference|, 1)`, in the column's unit.
const TOLERANCE: f64 = 1e-6;

fn text(file: &str) -> Option<String> {
    let root = PathBuf::from("../../../shared/data/energy/pv");
    let found = std::fs::read_to_string(root.join(file)).ok();
    if found.is_none() {
        println!("skipped: ../shared/data/energy/pv/{file} is not there");
    }
    found
}

/// Columns by name, as numbers; an empty cell is not a number. Stamps in seconds.
fn columns(text: &str) -> (Vec<i64>, BTreeMap<String, Vec<f64>>) {
    let mut lines = text.lines();
    let names: Vec<&str> = lines.next().unwrap().split(',').collect();
    let mut columns: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    let mut stamps = Vec::new();
    for line in lines {
        for (name, cell) in names.iter().zip(line.split(',')) {
            if *name == "timestamp" {
                stamps.push(Instant::parse(cell).unwrap().unix());
            } else {
                let number = if cell.is_empty() { f64::NAN } else { cell.parse().unwrap() };
                columns.entry((*name).to_owned()).or_default().push(number);
            }
        }
    }
    (stamps, columns)
}

fn hours(file: &str) -> Option<Hours> {
    let (unix_s, mut columns) = columns(&text(file)?);
    let mut take = |name: &str| columns.remove(name).unwrap();
    Some(Hours {
        ghi_w_m2: take("ghi_w_m2"),
        dni_w_m2: take("dni_w_m2"),
        dhi_w_m2: take("dhi_w_m2"),
        temp_air_c: take("temp_air_c"),
        wind_speed_m_s: take("wind_speed_m_s"),
        unix_s,
    })
}

fn number(case: &Value, key: &str) -> f64 {
    case[key].as_f64().unwrap_or_else(|| panic!("{key} of {case}"))
}

fn site(case: &Value) -> Site {
    Site {
        lat_deg: number(case, "lat"),
        lon_deg: number(case, "lon"),
        altitude_m: number(case, "altitude"),
        pressure_pa: case["pressure_pa"].as_f64(),
        temperature_c: number(case, "spa_temperature_c"),
    }
}

fn system(case: &Value) -> System {
    let array = Array {
        plane: Plane { tilt_deg: number(case, "tilt"), azimuth_deg: number(case, "azimuth") },
        albedo: number(case, "albedo"),
        transposition: match case["transposition"].as_str() {
            Some("haydavies") => Transposition::HayDavies,
            Some("perez") => Transposition::Perez,
            other => panic!("{other:?}"),
        },
        racking: match case["racking"].as_str() {
            Some("open_rack_glass_polymer") => Racking::OpenRackGlassPolymer,
            Some("open_rack_glass_glass") => Racking::OpenRackGlassGlass,
            Some("close_mount_glass_glass") => Racking::CloseMountGlassGlass,
            Some("insulated_back_glass_polymer") => Racking::InsulatedBackGlassPolymer,
            other => panic!("{other:?}"),
        },
        dc: Dc {
            kwp: number(case, "kwp"),
            temp_coeff_per_c: number(case, "temp_coeff"),
            losses_pct: number(case, "losses_pct"),
        },
        bifaciality: 0.0,
    };
    let inverter = Inverter {
        ac_kw: number(case, "inverter_ac_kw"),
        eta_nom: number(case, "eta_nom"),
        eta_ref: number(case, "eta_ref"),
    };
    System { arrays: vec![array], inverter }
}

fn light(hours: &Hours, sky: &Sky, path: &SunPath, row: usize) -> Light {
    let (sin, cos) = path.apparent_zenith_deg[row].to_radians().sin_cos();
    let (east, north) = path.azimuth_deg[row].to_radians().sin_cos();
    Light {
        ghi_w_m2: hours.ghi_w_m2[row],
        dni_w_m2: hours.dni_w_m2[row],
        dhi_w_m2: hours.dhi_w_m2[row],
        extraterrestrial_w_m2: sky.extraterrestrial_w_m2[row],
        apparent_zenith_deg: path.apparent_zenith_deg[row],
        east_north_up: [sin * east, sin * north, cos],
    }
}

/// All columns of a reference file, for all rows of the weather.
fn all_columns(hours: &Hours, case: &Value) -> BTreeMap<&'static str, Vec<f64>> {
    let clock = Clock {
        sun_offset_min: number(case, "sun_offset_min"),
        delta_t_s: number(case, "delta_t_s"),
    };
    let sky = Sky::new(&hours.unix_s, clock);
    let path = sky.over(&site(case));
    let system = system(case);
    let array = &system.arrays[0];
    let receiver = Receiver::new(array.plane, array.albedo, array.transposition);
    let found = simulate(hours, clock, &site(case), &system);
    assert_eq!(found.azimuth_deg, path.azimuth_deg);
    let lights = (0..hours.unix_s.len()).map(|row| light(hours, &sky, &path, row));
    let lights: Vec<Light> = lights.collect();
    let parts: Vec<_> = lights.iter().map(|light| receiver.plane_of_array(light)).collect();
    let aoi = lights.iter().map(|light| receiver.projection(light.east_north_up));
    let aoi = aoi.map(|projection| projection.acos().to_degrees());
    let found = found.generation;
    BTreeMap::from([
        ("airmass", path.apparent_zenith_deg.iter().map(|&zenith| air_mass(zenith)).collect()),
        ("aoi_deg", aoi.collect()),
        ("poa_direct_w_m2", parts.iter().map(|part| part.direct_w_m2).collect()),
        ("poa_sky_w_m2", parts.iter().map(|part| part.sky_w_m2).collect()),
        ("poa_ground_w_m2", parts.iter().map(|part| part.ground_w_m2).collect()),
        ("apparent_zenith_deg", path.apparent_zenith_deg),
        ("zenith_deg", path.zenith_deg),
        ("azimuth_deg", path.azimuth_deg),
        ("dni_extra_w_m2", sky.extraterrestrial_w_m2),
        ("poa_w_m2", found.poa_w_m2),
        ("cell_temp_c", found.cell_temp_c),
        ("dc_w", found.dc_w),
        ("ac_w", found.ac_w),
    ])
}

/// The worst difference over the tolerance of each column.
fn compare(hours: &Hours, found: &BTreeMap<&str, Vec<f64>>, reference: &str) -> Vec<String> {
    let (stamps, expected) = columns(reference);
    let row_of: BTreeMap<i64, usize> =
        hours.unix_s.iter().enumerate().map(|(row, &stamp)| (stamp, row)).collect();
    let mut wrong = Vec::new();
    for (name, expected) in expected {
        let found = &found[name.as_str()];
        let (mut worst, mut at) = (0.0, 0);
        for (stamp, expected) in stamps.iter().zip(expected) {
            let found = found[row_of[stamp]];
            let away = if expected.is_nan() && found.is_nan() {
                0.0
            } else {
                (found - expected).abs() / expected.abs().max(1.0)
            };
            if away.is_nan() || away > worst {
                (worst, at) = (away, row_of[stamp]);
            }
        }
        println!("  {name}: {worst:.1e}");
        if worst.is_nan() || worst > TOLERANCE {
            wrong.push(format!("{name} row {at}: {worst:e}"));
        }
    }
    wrong
}

#[test]
fn every_row_and_column_of_every_case_is_the_references() {
    let Some(cases) = text("cases.json") else { return };
    let cases: Value = serde_json::from_str(&cases).unwrap();
    for case in cases["cases"].as_array().unwrap() {
        let name = case["name"].as_str().unwrap();
        println!("{name}");
        let hours = hours(case["weather_file"].as_str().unwrap()).unwrap();
        assert_eq!(hours.unix_s.len() as u64, case["rows"].as_u64().unwrap());
        let found = all_columns(&hours, case);
        let reference = text(case["reference_file"].as_str().unwrap()).unwrap();
        assert_eq!(reference.lines().count() as u64 - 1, case["reference_rows"].as_u64().unwrap());
        let wrong = compare(&hours, &found, &reference);
        assert!(wrong.is_empty(), "{name}: {wrong:#?}");
        for (column, expected) in case["sums"].as_object().unwrap() {
            let (found, expected): (f64, f64) =
                (found[column.as_str()].iter().sum(), expected.as_f64().unwrap());
            let away = (found / expected - 1.0).abs();
            println!("  sum of {column}: {away:.1e}");
            assert!(away <= 1e-9, "{name}: sum of {column} is {found}, not {expected}");
        }
    }
}
