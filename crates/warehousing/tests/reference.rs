//! The PV chain beside pvlib 0.16.1 (NREL SPA, Hay-Davies, SAPM, PVWatts) on two years of weather.
//!
//! The data lies beside the repository, in `../shared/data/energy/pv`; without it these tests say
//! so and pass.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a test reads and reports")]

use network::Solar;
use quantity::{Duration, Energy, Instant, Point, Power};
use std::path::{Path, PathBuf};
use warehousing::modules::generation;
use warehousing::plane::{Plane, on_plane};
use warehousing::{Weather, WeatherHour, sun};

/// A case of `cases.json`; in all of them the sun is that of the hour's middle, half an hour after
/// the timestamp.
struct Case {
    reference: &'static str,
    weather: &'static str,
    lat_lon: (f64, f64),
    plane: Plane,
    /// kWp, where modules and inverter are this crate's.
    peak_kw: Option<f64>,
}

const GREENSBORO: (f64, f64) = (36.1, -79.95);
const CHICAGO: (f64, f64) = (41.98, -87.92);
const CASES: [Case; 4] = [
    Case {
        reference: "ref-gso-s25-hd.csv",
        weather: "weather-greensboro-2025.csv",
        lat_lon: GREENSBORO,
        plane: Plane { tilt_deg: 25.0, azimuth_deg: 180.0 },
        peak_kw: Some(100.0),
    },
    Case {
        reference: "ref-chi-s40-hd.csv",
        weather: "weather-chicago-2024.csv",
        lat_lon: CHICAGO,
        plane: Plane { tilt_deg: 40.0, azimuth_deg: 180.0 },
        peak_kw: Some(1_000.0),
    },
    Case {
        reference: "ref-gso-flat-hd.csv",
        weather: "weather-greensboro-2025.csv",
        lat_lon: GREENSBORO,
        plane: Plane { tilt_deg: 0.0, azimuth_deg: 180.0 },
        peak_kw: None,
    },
    Case {
        reference: "ref-chi-vert-n-hd.csv",
        weather: "weather-chicago-2024.csv",
        lat_lon: CHICAGO,
        plane: Plane { tilt_deg: 90.0, azimuth_deg: 0.0 },
        peak_kw: None,
    },
];

/// A row of pvlib's.
struct Row {
    start: Instant,
    zenith_deg: f64,
    azimuth_deg: f64,
    poa: f64,
    ac_w: f64,
}

fn folder() -> Option<PathBuf> {
    let beside = "../../../shared/data/energy/pv";
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(beside);
    folder.is_dir().then_some(folder)
}

/// Timestamp and numbers of each row, by the named columns.
#[expect(clippy::disallowed_methods, reason = "a test may read its own data")]
fn read<const N: usize>(file: &Path, columns: [&str; N]) -> Vec<(Instant, [f64; N])> {
    let text = std::fs::read_to_string(file).unwrap();
    let mut lines = text.lines();
    let header: Vec<&str> = lines.next().unwrap().split(',').collect();
    let at = columns.map(|column| header.iter().position(|name| *name == column).unwrap());
    lines
        .map(|line| {
            let cells: Vec<&str> = line.split(',').collect();
            (Instant::parse(cells[0]).unwrap(), at.map(|i| cells[i].parse().unwrap()))
        })
        .collect()
}

fn weather(file: &Path) -> Weather {
    let columns = ["ghi_w_m2", "dni_w_m2", "dhi_w_m2", "temp_air_c", "wind_speed_m_s"];
    let rows = read(file, columns);
    let hour = |(start, [ghi, dni, dhi, temp_air, wind_speed]): (Instant, [f64; 5])| WeatherHour {
        start,
        ghi,
        dni,
        dhi,
        temp_air,
        wind_speed,
    };
    Weather::new(rows.into_iter().map(hour).collect())
}

fn reference(file: &Path) -> Vec<Row> {
    let columns = ["apparent_zenith_deg", "azimuth_deg", "poa_w_m2", "ac_w"];
    let row = |(start, [zenith_deg, azimuth_deg, poa, ac_w]): (Instant, [f64; 4])| Row {
        start,
        zenith_deg,
        azimuth_deg,
        poa,
        ac_w,
    };
    read(file, columns).into_iter().map(row).collect()
}

/// Calls `judge` with each case, its rows and its weather.
fn each_case(mut judge: impl FnMut(&Case, Point, &[Row], &Weather)) {
    let Some(folder) = folder() else {
        println!("skipped: no ../shared/data/energy/pv beside the repository");
        return;
    };
    for case in &CASES {
        let point = Point::from_degrees(case.lat_lon.0, case.lat_lon.1).unwrap();
        let rows = reference(&folder.join(case.reference));
        assert!(rows.len() > 1_200, "{}", case.reference);
        judge(case, point, &rows, &weather(&folder.join(case.weather)));
    }
}

fn middle(row: &Row) -> Instant {
    row.start + Duration::from_seconds(1_800)
}

#[test]
fn the_sun_is_within_a_fiftieth_of_a_degree_of_spa() {
    each_case(|case, point, rows, _| {
        for row in rows {
            let sun = sun::position(point, middle(row));
            let zenith = (sun.apparent_zenith_deg - row.zenith_deg).abs();
            let turned = (sun.azimuth_deg - row.azimuth_deg + 180.0).rem_euclid(360.0) - 180.0;
            // A degree of azimuth is less on the sky the nearer the sun is to the zenith.
            let across = turned.abs() * row.zenith_deg.to_radians().sin();
            // pvlib's air is thinner (273 and 201 m above the sea): that shows at the horizon.
            let low = (80.0..91.0).contains(&row.zenith_deg);
            let limit = if low { 0.03 } else { 0.02 };
            assert!(zenith < limit, "{}: zenith {} off {zenith}", case.reference, row.zenith_deg);
            assert!(across < 0.02, "{}: azimuth off {across}", case.reference);
        }
    });
}

#[test]
fn irradiance_on_the_plane_is_within_a_fifth_of_a_watt() {
    each_case(|case, point, rows, weather| {
        for row in rows {
            let (middle, hour) = (middle(row), weather.hour(row.start).unwrap());
            let extraterrestrial = sun::extraterrestrial(middle);
            let sun = sun::position(point, middle);
            let poa = on_plane(case.plane, sun, &hour, extraterrestrial).total();
            assert!((poa - row.poa).abs() < 0.2, "{}: {poa} is not {}", case.reference, row.poa);
        }
    });
}

#[test]
fn energy_is_within_a_ten_thousandth_of_pvlib() {
    each_case(|case, point, rows, weather| {
        let Some(peak_kw) = case.peak_kw else { return };
        let peak = Power::from_kilowatts(peak_kw);
        let Plane { tilt_deg, azimuth_deg } = case.plane;
        let solar = Solar { peak, tilt_deg, azimuth_deg };
        let of = |row: &Row| generation(point, solar, &weather.hour(row.start).unwrap());
        let generated: Energy = rows.iter().map(of).sum();
        let expected: f64 = rows.iter().map(|row| row.ac_w / 1_000.0).sum();
        let off = generated.kilowatt_hours() / expected - 1.0;
        assert!(off.abs() < 0.0001, "{}: {off}", case.reference);
    });
}
