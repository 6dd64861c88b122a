use super::*;
use crate::monitoring::made_up::{roof, steady};
use crate::monitoring::reading::{Channel, Measured};
use crate::monitoring::settle::settle_days;
use crate::monitoring::site::sites;
use quantity::Zone;

fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

/// A site that gives so many kWh in every hour of some spans of days.
fn site(name: &str, commissioned: Option<&str>, spans: &[([&str; 2], f64)]) -> SettledSite {
    let zone = Zone::parse("UTC").unwrap();
    let channel =
        |&(span, kwh): &([&str; 2], f64)| steady(name, Measured::Generation, span, &zone, kwh);
    let mut channels: Vec<Channel> = spans.iter().map(channel).collect();
    let more: Vec<_> = channels.drain(1..).flat_map(|channel| channel.readings).collect();
    channels[0].readings.extend(more);
    let (meters, _) = sites(&channels);
    let days: Vec<Day> = spans.iter().flat_map(|(span, _)| from_to(span[0], span[1])).collect();
    SettledSite {
        site: name.into(),
        peak: Power::from_kilowatts(100.0),
        commissioned: commissioned.map(day),
        days: settle_days(&roof(&meters[0]), &zone, &days, &[]),
    }
}

fn from_to(from: &str, until: &str) -> Vec<Day> {
    let days = std::iter::successors(Some(day(from)), |day| Some(day.next()));
    days.take_while(|&found| found < day(until)).collect()
}

fn kwh(kwh: f64) -> Energy {
    Energy::from_kilowatt_hours(kwh)
}

#[test]
fn the_same_dates_of_both_years_are_compared() {
    let spans = [(["2024-02-27", "2024-03-10"], 1.0), (["2025-02-20", "2025-03-04"], 1.5)];
    let found = growths(&[site("A", None, &spans)], &from_to("2024-02-27", "2025-03-04"));
    // 27 and 28 February, 1 to 3 March; 29 February has no other.
    let expect = Growth { sites: 1, days: 5, now: kwh(5.0 * 36.0), before: kwh(5.0 * 24.0) };
    assert_eq!(found.total, Some(expect));
    assert_eq!(found.like_for_like, Some(expect));
    assert!((expect.share().unwrap() - 0.5).abs() < 1e-12);
    let none = growths(&[site("A", None, &spans[..1])], &from_to("2024-02-27", "2024-03-10"));
    assert_eq!(none, Growths::default());
}

#[test]
fn a_new_site_grows_the_network_and_not_the_sites_of_before() {
    let years = [(["2024-05-01", "2024-06-01"], 1.0), (["2025-05-01", "2025-06-01"], 1.1)];
    let old = site("old", Some("2020-01-01"), &years);
    let new = site("new", Some("2025-05-11"), &[(["2025-05-11", "2025-06-01"], 2.0)]);
    let days = from_to("2024-05-01", "2025-06-01");
    let found = growths(&[old.clone(), new.clone()], &days);
    let now = kwh(31.0 * 24.0 * 1.1 + 21.0 * 24.0 * 2.0);
    let before = kwh(31.0 * 24.0);
    assert_eq!(found.total, Some(Growth { sites: 2, days: 31, now, before }));
    let alone = Growth { sites: 1, days: 31, now: kwh(31.0 * 24.0 * 1.1), before };
    assert_eq!(found.like_for_like, Some(alone));
    // Of unknown date it always was there, so that its missing days count for no date.
    let undated = SettledSite { commissioned: None, ..new };
    assert_eq!(growths(&[old, undated.clone()], &days), Growths::default());
    assert_eq!(growths(&[undated], &days), Growths::default());
}

#[test]
fn a_date_on_which_a_site_is_not_known_counts_for_nobody() {
    let years = [(["2024-05-01", "2024-05-11"], 1.0), (["2025-05-01", "2025-05-11"], 1.0)];
    let gap = [(["2024-05-01", "2024-05-11"], 3.0), (["2025-05-03", "2025-05-11"], 3.0)];
    let sites = [site("whole", Some("2024-05-01"), &years), site("gap", None, &gap)];
    let found = growths(&sites, &from_to("2024-05-01", "2025-05-11")).total.unwrap();
    assert_eq!((found.days, found.now), (8, kwh(8.0 * 24.0 * 4.0)));
}

#[test]
fn nobody_was_there_a_year_before() {
    let years = [(["2024-05-01", "2024-05-11"], 1.0), (["2025-05-01", "2025-05-11"], 1.0)];
    let sites = [site("late", Some("2024-05-06"), &years)];
    let found = growths(&sites, &from_to("2024-05-01", "2025-05-11"));
    assert_eq!(found.total.map(|growth| growth.days), Some(5), "6 to 10 May");
    assert_eq!(found.like_for_like, None);
}

#[test]
fn installed_power_grows_by_the_days_of_commissioning() {
    let span = [(["2025-05-30", "2025-06-01"], 1.0)];
    let mut enlarged = site("enlarged", Some("2019-01-01"), &span);
    enlarged.days[0].day = day("2024-03-01");
    enlarged.days[0].peak = Power::from_kilowatts(40.0);
    let sites = [
        enlarged,
        site("of the day", Some("2024-05-31"), &span),
        site("a day later", Some("2024-06-01"), &span),
        site("tomorrow", Some("2025-06-01"), &span),
        site("undated", None, &span),
    ];
    let found = installed_growth(&sites, day("2025-05-31")).unwrap();
    let kw = Power::from_kilowatts;
    assert_eq!(found, InstalledGrowth { now: kw(400.0), before: kw(240.0), undated: 1 });
    assert!((found.share().unwrap() - 160.0 / 240.0).abs() < 1e-12);
    assert_eq!(installed_growth(&sites[4..], day("2025-05-31")), None);
    assert_eq!(installed_growth(&[], day("2025-05-31")), None);
    let new = installed_growth(&sites[3..4], day("2025-06-01")).unwrap();
    assert_eq!((new.before, new.share()), (Power::ZERO, None));
}

#[test]
fn a_year_before_29_february_is_the_28th() {
    for (of, expect) in
        [("2024-02-29", "2023-02-28"), ("2025-02-28", "2024-02-28"), ("2000-01-01", "1999-01-01")]
    {
        assert_eq!(year_before(day(of)), Some(day(expect)));
    }
}
