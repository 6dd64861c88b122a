use super::*;
use network::{SiteKind, Solar};
use quantity::{Day, Point, Power};
use warehousing::monitoring::footprint::Market;
use warehousing::monitoring::growth::{Growth, InstalledGrowth};
use warehousing::monitoring::hours::DayHour;
use warehousing::monitoring::overview::overview;
use warehousing::monitoring::performance::{Array, Conditions};
use warehousing::monitoring::reading::{Channel, Form, Measured, Reading};
use warehousing::monitoring::series::Quarters;
use warehousing::monitoring::settle::Roof;
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

fn with_live<T>(made: &Made, planned: &[Hour], print: impl FnOnce(&Live) -> T) -> T {
    let prices: Vec<(Instant, f64)> =
        grid().into_iter().map(|(at, value)| (at, value.to_f64() / 2.0)).collect();
    print(&Live {
        name: &made.sites[0].id,
        currency: "EUR",
        zone: &made.zone,
        overview: &made.overview,
        notices: &made.notices,
        sites: &made.sites,
        prices: &prices,
        grid: &grid(),
        cancelled: Energy::ZERO,
        planned,
        exact: "energy actual --json",
    })
}

fn page(made: &Made) -> String {
    with_live(made, &[], html)
}

/// A schedule of the last day.
fn planned(made: &Made) -> Vec<Hour> {
    let kwh = Energy::from_kilowatt_hours;
    let hour = |hour: &DayHour| Hour {
        start: hour.start,
        pv: kwh(10.0),
        load: kwh(20.0),
        charging: kwh(77.7),
        charging_from_grid: Energy::ZERO,
        battery_in: Energy::ZERO,
        battery_out: kwh(8.25),
        stored: kwh(33.3),
        import: kwh(44.4),
        export: Energy::ZERO,
    };
    made.overview.last_day.iter().map(hour).collect()
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
        "kWh in the batteries",
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
    assert!(page.contains("No reading of any energy on this day."));
}

/// Numbers of an attribute, and what stands in the element.
fn texts(figure: &str) -> Vec<(String, f64, f64, String)> {
    let part = |text: &str, from: &str, until: char| -> String {
        let rest = text.split_once(from).unwrap().1;
        rest.split_once(until).unwrap().0.to_owned()
    };
    let text = |text: &str| {
        let number = |name: &str| part(text, name, '"').parse().unwrap();
        (part(text, "class=\"", '"'), number("x=\""), number("y=\""), part(text, ">", '<'))
    };
    figure.split("<text ").skip(1).map(text).collect()
}

#[test]
fn no_text_leaves_its_drawing() {
    let made = made("north");
    let page = with_live(&made, &planned(&made), html);
    let figures: Vec<&str> = page.split("<svg ").skip(1).collect();
    assert_eq!(figures.len(), 4, "use, batteries, grid, map");
    let face = crate::font::Face::regular();
    for figure in figures {
        let size = figure.split_once("viewBox=\"0 0 ").unwrap().1.split_once('"').unwrap().0;
        let (width, height) = size.split_once(' ').unwrap();
        let [width, height]: [f64; 2] = [width, height].map(|number| number.parse().unwrap());
        for (class, x, y, text) in texts(figure.split_once("</svg>").unwrap().0) {
            let wide = face.width(&text, if class.ends_with("note") { 11.0 } else { 12.0 });
            let left = match class.split('-').next().unwrap() {
                "middle" => x - wide / 2.0,
                "end" => x - wide,
                _ => x,
            };
            assert!(left >= 0.0 && left + wide <= width, "{text}: {left} to {}", left + wide);
            assert!(y >= 9.0 && y <= height, "{text}: {y} of {height}");
        }
    }
}

#[test]
fn what_was_planned_stands_beside_what_was_measured() {
    let made = made("north");
    let without = page(&made);
    let with = with_live(&made, &planned(&made), html);
    for words in ["vehicles as planned", "Battery planned", "77.7", "\u{2212}8.2", "33.3", "44.4"] {
        assert!(with.contains(words) && !without.contains(words), "{words}");
    }
    assert_eq!(with.matches("class=\"planned\" points").count(), 4);
    let none = with_live(&made, &planned(&made)[..0], html);
    assert_eq!(none, without);
}

#[test]
fn a_page_of_a_server_holds_nothing_inline() {
    let made = made("north");
    let assets =
        Assets { style: "/assets/a.css", script: "/assets/a.js", home: "/", refresh_s: 60 };
    let page = with_live(&made, &[], |live| served(live, &assets));
    for forbidden in ["<style", " style=", "http-equiv=\"Content", "://", "javascript:", "onload="]
    {
        assert!(!page.contains(forbidden), "{forbidden}");
    }
    assert!(page.contains("<noscript><meta http-equiv=\"refresh\" content=\"60\"></noscript>"));
    assert!(page.contains("<html lang=\"en\" data-refresh-s=\"60\">"));
    let body = |page: &str| page.split_once("<h1>").unwrap().1.to_owned();
    assert_eq!(body(&page), body(&with_live(&made, &[], html)), "the same else");
    assert!(!stylesheet().contains("url(") && !stylesheet().contains("@import"));
}

#[test]
fn an_hour_to_come_is_not_an_hour_without_sun() {
    let mut made = made("north");
    for hour in &mut made.overview.last_day[15..] {
        hour.flows = warehousing::monitoring::balance::Flows::default();
        (hour.is_known, hour.soc_kwh) = (false, None);
        hour.expected = Some(Energy::from_kilowatt_hours(5.0));
    }
    made.overview.last_day[14].expected = Some(Energy::from_kilowatt_hours(192.0));
    let page = page(&made);
    assert!(page.contains("2025-06-01 to 2025-06-08 15:00, 2 sites"), "the scope says until when");
    assert!(page.contains("</th><td class=\"n\">\u{2013}</td><td class=\"n\">5.0"));
    assert_eq!(page.matches("<td>not</td>").count(), 9);
    assert!(page.contains("kWh generated, 50.0 % of what was expected"), "of one known hour");
}

#[test]
fn growth_is_told_of_all_and_of_the_same_sites() {
    let mut made = made("north");
    let kwh = Energy::from_kilowatt_hours;
    let growth = |sites, now| Some(Growth { sites, days: 300, now: kwh(now), before: kwh(100.0) });
    made.overview.growth = growth(2, 150.0);
    made.overview.like_for_like = growth(2, 150.0);
    assert!(!page(&made).contains("Growth of the same sites"));
    made.overview.like_for_like = growth(1, 90.0);
    made.overview.installed_growth = Some(InstalledGrowth {
        now: Power::from_kilowatts(200.0),
        before: Power::from_kilowatts(160.0),
        undated: 1,
    });
    let page = page(&made);
    for words in [
        "+50.0 <span>%",
        "\u{2212}10.0 <span>%",
        "1 site: 90.00 kWh on 300 dates",
        "0.160 MW a year before, +25.0 %; 1 site of unknown date in both",
    ] {
        assert!(page.contains(words), "{words}");
    }
}

#[test]
fn a_day_that_is_not_summed_up_yet_is_shown_and_said_to_be_left_out() {
    let mut made = made("north");
    assert!(!page(&made).contains("Sums to the end of"));
    let (first, _) = made.overview.days.unwrap();
    made.overview.days = Some((first, Day::parse("2025-06-07").unwrap()));
    let page = page(&made);
    assert!(page.contains("2025-06-01 to 2025-06-08, 2 sites"));
    assert!(page.contains("Sums to the end of 2025-06-07: the day above is not over."));
}

#[test]
fn what_is_avoided_at_a_grid_that_nobody_knows_is_not_nothing() {
    let mut made = made("north");
    let avoided = |page: &str| {
        let card = page.split_once("<dt>Avoided emissions</dt>").unwrap().1;
        card.split_once("</div>").unwrap().0.to_owned()
    };
    assert!(avoided(&page(&made)).contains("t CO2e") && !avoided(&page(&made)).contains("without"));
    made.overview.footprint.without_factor = Energy::from_kilowatt_hours(70.0);
    assert!(avoided(&page(&made)).contains("without 70.00 kWh of hours whose grid is not known"));
    made.overview.footprint = warehousing::monitoring::footprint::Footprint {
        without_factor: made.overview.footprint.without_factor,
        ..Default::default()
    };
    assert!(avoided(&page(&made)).contains("value\">\u{2013} <span></span>"));
}

#[test]
fn what_was_not_generated_is_no_part_of_what_is_sold_of_it() {
    let mut made = made("north");
    let sold = |made: &Made| {
        let page = page(made);
        let card = page.split_once("<dt>Sold</dt>").unwrap().1;
        card.split_once("</div>").unwrap().0.to_owned()
    };
    assert!(!sold(&made).contains("that were not"), "the battery is filled in the sun");
    let flows = &mut made.overview.flows;
    let kwh = Energy::from_kilowatt_hours;
    (flows.generation, flows.exported, flows.resold) = (kwh(100.0), kwh(30.0), kwh(10.0));
    let found = sold(&made);
    assert!(
        found.contains("30.00") && found.contains("20.0 % of what was generated, and 10.00 kWh"),
        "{found}"
    );
}
