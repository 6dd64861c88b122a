use super::*;
use crate::monitoring::made_up::{amounts, roof, steady};
use crate::monitoring::reading::Measured;
use crate::monitoring::settle::settle;
use crate::monitoring::site::sites;

fn utc() -> Zone {
    Zone::parse("UTC").unwrap()
}

fn kwh(kwh: f64) -> Energy {
    Energy::from_kilowatt_hours(kwh)
}

#[test]
fn days_of_23_and_25_hours_are_days() {
    let zone = Zone::parse("Europe/Berlin").unwrap();
    for (from, until, hours) in [("2025-03-30", "2025-03-31", 23), ("2025-10-26", "2025-10-27", 25)]
    {
        let channel = steady("A", Measured::Generation, [from, until], &zone, 1.0);
        let (meters, notices) = sites(&[channel]);
        let found = overview(&[roof(&meters[0])], &zone, &[], Market::default());
        assert_eq!((found.last_day.len(), notices.len()), (hours, 0), "{from}");
        assert_eq!(found.sites[0].days.len(), 1);
        assert!((found.flows.generation.kilowatt_hours() - hours as f64).abs() < 1e-9);
    }
}

#[test]
fn what_one_roof_sells_meets_no_use_of_another() {
    let zone = utc();
    let day = ["2025-06-01", "2025-06-02"];
    let channels = [
        steady("A", Measured::Generation, day, &zone, 3.0),
        steady("A", Measured::Export, day, &zone, 2.0),
        steady("B", Measured::Import, day, &zone, 4.0),
    ];
    let (meters, _) = sites(&channels);
    let roofs: Vec<Roof> = meters.iter().map(roof).collect();
    let grid = [(Instant::parse("2025-06-01T00:00:00Z").unwrap(), "0.5".parse().unwrap())];
    let found = overview(&roofs, &zone, &grid, Market::default());
    assert_eq!(found.matching.hourly, Some(0.2), "1 of 5 kWh");
    assert_eq!(found.matching.annual, Some(0.6), "3 of 5 kWh");
    assert_eq!(found.installed, Power::from_kilowatts(200.0));
    assert_eq!(found.footprint.exported.kilograms().to_string(), "1", "one hour has a factor");
    assert_eq!(found.footprint.location_based.kilograms().to_string(), "2");
    assert_eq!(found.footprint.without_factor, kwh(23.0 * 7.0));
    assert_eq!(found.installed_growth, None, "no site is dated");
    assert_eq!(overview(&[], &zone, &[], Market::default()).days, None);
}

/// Two sites with light: B begins later, has gaps, and loses a string for two days.
fn made() -> (Vec<SettledSite>, Vec<DayHour>) {
    let zone = utc();
    let hourly = |count: usize, of: &dyn Fn(usize) -> f64| -> Vec<f64> {
        (0..96 * count).map(|quarter| of(quarter) / 4.0).collect()
    };
    let bright = |quarter: usize| if (24..72).contains(&(quarter % 96)) { 1.0 } else { 0.0 };
    let mut channels = vec![
        amounts("A", "inv", Measured::Generation, &hourly(8, &|q| 40.0 * bright(q))),
        amounts("A", "load", Measured::Load, &hourly(8, &|_| 15.0)),
        amounts("B", "inv", Measured::Generation, &hourly(8, &|q| 30.0 * bright(q))),
        amounts("B", "in", Measured::Import, &hourly(8, &|q| 5.0 - 5.0 * bright(q))),
    ];
    for string in ["s1", "s2", "s3"] {
        let dead = |quarter: usize| string == "s2" && (96 * 2..96 * 4).contains(&quarter);
        let of = |quarter: usize| if dead(quarter) { 0.0 } else { 9.0 * bright(quarter) };
        channels.push(amounts("B", string, Measured::StringGeneration, &hourly(8, &of)));
    }
    channels[2].readings.drain(..96);
    channels[2].readings.drain(150..170);
    let (meters, _) = sites(&channels);
    let roofs: Vec<Roof> = meters.iter().map(roof).collect();
    let days = local_days(&roofs, &zone);
    let grid: Vec<(Instant, Fixed)> = (0..8 * 24)
        .map(|hour| {
            (Quarters::begin(meters[0].numbers().start + 4 * hour), "0.31".parse().unwrap())
        })
        .collect();
    let of = |roof: &Roof| SettledSite {
        site: roof.meters.site.clone(),
        peak: roof.array.peak,
        commissioned: None,
        days: days.iter().map(|&day| settle(roof, &zone, day, &grid)).collect(),
    };
    let last_day = day_by_hour(&roofs, &zone, *days.last().unwrap());
    let found: Vec<SettledSite> = roofs.iter().map(of).collect();
    assert_eq!(
        overview_of(&found, last_day.clone(), Market::default()),
        overview(&roofs, &zone, &grid, Market::default()),
        "one way from readings, and by kept days"
    );
    (found, last_day)
}

#[test]
fn sums_are_those_of_the_sites_in_any_order() {
    let (sites, last_day) = made();
    let found = overview_of(&sites, last_day.clone(), Market::default());
    let [a, b] = [&found.sites[0], &found.sites[1]];
    assert_eq!(a.flows + b.flows, found.flows);
    assert_eq!(a.flows.self_consumed, kwh(8.0 * 12.0 * 15.0));
    let kg = found.footprint.self_consumed.kilograms_f64();
    assert!((kg - found.flows.self_consumed.kilowatt_hours() * 0.31).abs() < 1e-6);
    let turned: Vec<SettledSite> = sites.into_iter().rev().collect();
    let again = overview_of(&turned, last_day, Market::default());
    assert_eq!(
        (again.flows, again.footprint, again.matching, again.growth),
        (found.flows, found.footprint, found.matching, found.growth)
    );
}

#[test]
fn alarms_are_raised_and_cleared_over_kept_days() {
    let (sites, _) = made();
    let found = site_overview(&sites[1], None);
    assert_eq!(
        found.strings.iter().map(|s| s.device.as_str()).collect::<Vec<_>>(),
        ["s1", "s2", "s3"]
    );
    let [alarm] = found.alarms.as_slice() else { panic!("{:?}", found.alarms) };
    assert_eq!((alarm.string, alarm.raised), (1, sites[1].days[2].day), "dead at once");
    assert_eq!(alarm.cleared, Some(sites[1].days[6].day), "three days well");
    assert_eq!(alarm.lost, kwh(2.0 * 9.0 * 12.0));
}

#[test]
fn strings_that_come_and_go_keep_their_names() {
    let (mut sites, _) = made();
    let days = &mut sites[1].days;
    // s3 goes on the fourth day; a string that sorts first comes on the sixth.
    days.iter_mut().skip(3).for_each(|day| drop(day.strings.pop()));
    for day in days.iter_mut().skip(5) {
        let new = SettledString { device: "a1".into(), ..day.strings[0].clone() };
        day.strings.insert(0, new);
    }
    let found = site_overview(&sites[1], None);
    let told: Vec<(&str, u32)> =
        found.strings.iter().map(|s| (s.device.as_str(), s.yields.quarters)).collect();
    let names: Vec<&str> = told.iter().map(|&(name, _)| name).collect();
    assert_eq!(names, ["a1", "s1", "s2", "s3"]);
    assert_eq!(found.alarms[0].string, 2, "it is still s2's");
    assert_eq!(found.alarms[0].lost, kwh(2.0 * 9.0 * 12.0));
}

#[test]
fn the_league_compares_sites_of_any_age() {
    let (sites, _) = made();
    let whole = site_overview(&sites[0], None).last_year;
    assert!((whole.kwh_per_kwp_day().unwrap() - 4.8).abs() < 1e-9, "480 kWh of 100 kWp a day");
    assert_eq!(whole.days, 8);
    let late = site_overview(&sites[1], None).last_year;
    assert_eq!(late.days, 6, "the first is before its inverter, of one too much is missing");
    assert!((late.kwh_per_kwp_day().unwrap() - 3.6).abs() < 1e-9);
    let since = site_overview(&sites[0], Some(sites[0].days[5].day)).last_year;
    assert_eq!(since.days, 3);
    assert_eq!(LastYear::default().kwh_per_kwp_day(), None);
}
