use super::*;
use network::{SiteKind, Solar};
use quantity::{Day, Point, Power};
use warehousing::monitoring::footprint::Market;
use warehousing::monitoring::overview::{Roof, overview};
use warehousing::monitoring::performance::{Array, Conditions};
use warehousing::monitoring::reading::{Channel, Form, Measured, Reading};
use warehousing::monitoring::series::Quarters;
use warehousing::monitoring::site::sites;

const DAYS: i64 = 8;
const HOSTILE: &str = "<script>alert(1)</script>\" onload=\"x";

/// Begin of a June day in seconds.
fn begin() -> i64 {
    let zone = Zone::parse("UTC").unwrap();
    zone.at(Day::parse("2025-06-01").unwrap(), quantity::Duration::ZERO).unix()
}

/// kW by hour of the day, hour by hour.
fn channel(site: &str, device: &str, measured: Measured, kw: impl Fn(i64, i64) -> f64) -> Channel {
    let reading = |hour: i64| Reading {
        file: 0,
        row: hour as u64 + 2,
        at: Instant::from_unix(begin() + 3_600 * hour),
        value: kw(hour / 24, hour % 24),
    };
    let readings = (0..24 * DAYS).map(reading).collect();
    Channel { site: site.into(), device: device.into(), measured, form: Form::Mean, readings }
}

fn light(hour: i64) -> f64 {
    if (6..18).contains(&hour) { 600.0 } else { 0.0 }
}

struct Made {
    overview: Overview,
    notices: Vec<Notice>,
    sites: Vec<Site>,
    zone: Zone,
}

/// Two roofs; the third string of the first is dead from the third day on.
fn made(name: &str) -> Made {
    let sun = |_: i64, hour: i64| 0.08 * light(hour);
    let mut channels = vec![
        channel(name, "inv", Measured::Generation, sun),
        channel(name, "load", Measured::Load, |_, _| 20.0),
        channel(name, "plugs", Measured::Charging, |_, hour| f64::from(hour > 19) * 30.0),
        channel(name, "bat", Measured::BatteryIn, |_, hour| f64::from(hour == 12) * 9.0),
        channel(name, "bat", Measured::BatteryOut, |_, hour| f64::from(hour == 20) * 8.0),
        channel(name, "bat", Measured::Soc, |_, hour| 5.0 + hour as f64),
        channel("plain", "inv", Measured::Generation, sun),
    ];
    for string in 0..4 {
        let dead = |day: i64| if string == 2 && day > 1 { 0.0 } else { 1.0 };
        let kw = |day: i64, hour: i64| 0.02 * light(hour) * dead(day);
        let device = format!("{name}{string}");
        channels.push(channel(name, &device, Measured::StringGeneration, kw));
    }
    channels[0].readings.remove(30);
    let (meters, notices) = sites(&channels);
    let steps: Vec<(i64, i64, f64)> = (0..24 * DAYS)
        .map(|hour| (begin() + 3_600 * hour, begin() + 3_600 * (hour + 1), light(hour % 24)))
        .collect();
    let conditions = Conditions {
        irradiance: Quarters::from_levels(&steps),
        temperature: Quarters::from_levels(
            &steps.iter().map(|s| (s.0, s.1, 40.0)).collect::<Vec<_>>(),
        ),
    };
    let peak = Power::from_kilowatts(100.0);
    let roofs: Vec<Roof> = meters
        .iter()
        .map(|meters| Roof {
            meters,
            array: Array { peak, gamma_per_c: -0.0035 },
            modelled: Some(&conditions),
            expected_ac: None,
            expected_dc_per_kwp: None,
            string_powers: vec![Power::from_kilowatts(25.0); meters.strings.len()],
        })
        .collect();
    let zone = Zone::parse("UTC").unwrap();
    let site = |id: &str, lat: f64| Site {
        id: id.into(),
        kind: SiteKind::Warehouse,
        point: Point::from_degrees(lat, 8.0).unwrap(),
        solar: Some(Solar { peak, tilt_deg: 10.0, azimuth_deg: 180.0 }),
        battery: None,
        load_per_day: Energy::ZERO,
    };
    let known = vec![site(name, 50.0), site("plain", 51.0)];
    let found = overview(&roofs, &zone, &grid(), Market::default());
    Made { overview: found, notices, sites: known, zone }
}

fn grid() -> Vec<(Instant, Fixed)> {
    let at = |hour: i64| Instant::from_unix(begin() + 3_600 * hour);
    (0..24 * DAYS).map(|hour| (at(hour), "0.35".parse().unwrap())).collect()
}

fn page(made: &Made) -> String {
    let prices: Vec<(Instant, f64)> =
        grid().into_iter().map(|(at, value)| (at, value.to_f64() / 2.0)).collect();
    html(&Live {
        name: &made.sites[0].id,
        currency: "EUR",
        zone: &made.zone,
        overview: &made.overview,
        notices: &made.notices,
        sites: &made.sites,
        prices: &prices,
        grid: &grid(),
        cancelled: Energy::ZERO,
    })
}

#[test]
fn the_page_is_whole_by_itself_and_says_what_happened() {
    let made = made("north");
    let page = page(&made);
    for forbidden in ["<script", " src=", "@import", "url(http", "<link", "://", "NaN", "inf "] {
        assert!(!page.contains(forbidden), "{forbidden}");
    }
    for (mark, times) in [("<h1>", 1), ("<main ", 1), ("<nav ", 1), ("<html lang=\"en\">", 1)] {
        assert_eq!(page.matches(mark).count(), times, "{mark}");
    }
    let tables = page.matches("<table>").count();
    assert_eq!(page.matches("<caption>").count(), tables);
    for words in [
        "One string is behind.",
        "north north2",
        "price of electricity, EUR per kWh",
        "carbon intensity of the grid",
        "energy in the batteries, kWh",
        "By the hour (24/7)",
        "Generated and sold",
        "2 sites with 0.200 MW, 1 alarm open",
        "a reading is missing before it",
        "no residual mix is given",
    ] {
        assert!(page.contains(words), "{words}");
    }
    assert!(page.len() < 60_000, "{} bytes", page.len());
}

#[test]
fn hostile_names_are_only_names() {
    let page = page(&made(HOSTILE));
    assert!(!page.contains("<script") && !page.contains("\" onload"));
    assert!(page.matches("&lt;script&gt;").count() > 5);
}

#[test]
fn the_same_readings_are_the_same_page_and_none_are_a_page_too() {
    assert_eq!(page(&made("a")), page(&made("a")));
    let zone = Zone::parse("UTC").unwrap();
    let nothing = overview(&[], &zone, &[], Market::default());
    let empty = Made { overview: nothing, notices: Vec::new(), ..made("a") };
    let page = page(&empty);
    assert!(page.contains("No reading of any energy.") && !page.contains("NaN"));
}
