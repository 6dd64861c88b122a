use super::*;
use quantity::{Duration, Instant, Seed, Zone};

const STRINGS: usize = 8;
const NAMES: [&str; STRINGS] = ["s1", "s2", "s3", "s4", "s5", "s6", "s7", "s8"];

struct DayNumbers {
    day: Day,
    numbers: Range<i64>,
}

/// A year of quarter hours: clouds by day and hour, noise by string and hour.
struct Year {
    days: Vec<DayNumbers>,
    energies: Vec<Quarters>,
    conditions: Conditions,
    expected: Quarters,
}

/// - `part`: what a string gives on a day of the year, of what it should.
fn year(seed: u64, part: impl Fn(usize, usize) -> f64) -> Year {
    let mut chance = Seed::new(seed).sequence();
    let zone = Zone::parse("Europe/Berlin").unwrap();
    let mut day = Day::parse("2025-01-01").unwrap();
    let mut days = Vec::new();
    let (mut light, mut expected) = (Vec::new(), Vec::new());
    let mut energies: Vec<Vec<(i64, i64, f64)>> = vec![Vec::new(); STRINGS];
    // Modules of one make differ by a percent or two.
    let spread: Vec<f64> = (0..STRINGS).map(|_| 1.0 + 0.03 * (chance.unit() - 0.5)).collect();
    for count in 0..365 {
        let at = |day: Day| zone.at(day, Duration::ZERO).unix();
        let (from, until) = (at(day), at(day.next()));
        let numbers = from / 900..until / 900;
        let season = 1.0 - 0.75 * (std::f64::consts::TAU * count as f64 / 365.0).cos();
        let (clear, bias) = (0.15 + 0.85 * chance.unit(), 1.0 + 0.16 * (chance.unit() - 0.5));
        for number in numbers.clone() {
            let noon = ((number * 900 - from) as f64 / 43_200.0 - 1.0) * std::f64::consts::PI;
            let sky = 500.0 * season * noon.cos().max(0.0) * clear * (0.7 + 0.6 * chance.unit());
            let span = (number * 900, number * 900 + 900);
            light.push((span.0, span.1, sky));
            let kw = 0.85 * sky / 1_000.0;
            expected.push((span.0, span.1, kw * bias));
            for (string, energy) in energies.iter_mut().enumerate() {
                let noise = 1.0 + 0.1 * (chance.unit() - 0.5);
                let kw = 10.0 * kw * spread[string] * noise * part(string, count);
                energy.push((span.0, span.1, kw));
            }
        }
        days.push(DayNumbers { day, numbers });
        day = day.next();
    }
    // A level of kW times seconds is thousandths of kWs: 3.6 of them are a mWh.
    let energy = |steps: &[(i64, i64, f64)]| {
        let scaled: Vec<_> = steps.iter().map(|&(a, b, kw)| (a, b, kw / 3.6 * 1_000.0)).collect();
        Quarters::from_levels(&scaled)
    };
    Year {
        days,
        energies: energies.iter().map(|steps| energy(steps)).collect(),
        conditions: Conditions {
            irradiance: Quarters::from_levels(&light),
            temperature: Quarters::default(),
        },
        expected: energy(&expected),
    }
}

fn alarms(year: &Year) -> Vec<Alarm> {
    let power = Power::from_kilowatts(10.0);
    let strings: Vec<(&str, Power, &Quarters)> =
        NAMES.iter().zip(&year.energies).map(|(&name, energy)| (name, power, energy)).collect();
    let (conditions, expected) = (&year.conditions, Some(&year.expected));
    raised(&Strings { strings: &strings, conditions, expected }, &year.days)
}

/// The alarms of days one after another.
fn raised(strings: &Strings, days: &[DayNumbers]) -> Vec<Alarm> {
    let mut watches = vec![Watch::default(); STRINGS];
    let mut alarms = Vec::new();
    for DayNumbers { day, numbers } in days {
        let Some(found) = strings.day(numbers.clone()) else { continue };
        for (string, (watch, found)) in watches.iter_mut().zip(found).enumerate() {
            watch.day(string, *day, found, &mut alarms);
        }
    }
    alarms
}

/// Which day of the year, from 0.
fn place(year: &Year, day: Day) -> usize {
    year.days.iter().position(|of| of.day == day).unwrap()
}

#[test]
fn a_clean_year_is_quiet() {
    for seed in 0..20 {
        assert_eq!(alarms(&year(seed, |_, _| 1.0)), [], "seed {seed}");
    }
}

#[test]
fn a_string_that_loses_15_percent_is_found_on_the_third_bright_day() {
    let (mut days, mut bright_days) = (Vec::new(), Vec::new());
    for seed in 0..20 {
        let begins = 20 + 15 * seed as usize;
        let year = year(seed, |string, day| if string == 2 && day >= begins { 0.85 } else { 1.0 });
        let found = alarms(&year);
        assert_eq!(found.len(), 1, "seed {seed}: {found:?}");
        let alarm = &found[0];
        let until = place(&year, alarm.raised) + 1;
        let light_h = |of: &DayNumbers| -> f64 {
            of.numbers.clone().filter_map(|n| year.conditions.irradiance.level(n)).sum::<f64>()
                / 4e3
        };
        let bright = year.days[begins..until].iter().filter(|of| light_h(of) >= LIGHT_MIN_H);
        bright_days.push(bright.count());
        days.push(until - begins);
        assert_eq!((alarm.string, alarm.cleared), (2, None), "seed {seed}");
        assert!((0.82..0.88).contains(&alarm.at_raise.of_siblings.unwrap()), "{alarm:?}");
        assert!(alarm.lost > Energy::from_kilowatt_hours(30.0), "{alarm:?}");
    }
    days.sort_unstable();
    assert!(bright_days.iter().all(|days| (3..=4).contains(days)), "{bright_days:?}");
    assert!(days[10] <= 4 && days[19] <= 21, "winter days are too dark to judge: {days:?}");
}

#[test]
fn a_dead_string_is_found_at_once_and_cleared_when_it_is_well() {
    let year =
        year(7, |string, day| if string == 5 && (150..170).contains(&day) { 0.0 } else { 1.0 });
    let found = alarms(&year);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(place(&year, found[0].raised), 150);
    assert_eq!(found[0].cleared.map(|day| place(&year, day)), Some(172), "the third day well");
}

#[test]
fn a_string_near_the_threshold_does_not_flutter() {
    // 0.93 is neither low nor well.
    let part = |string, day| match day {
        100..120 if string == 1 => 0.80,
        120.. if string == 1 => 0.93,
        _ => 1.0,
    };
    let found = alarms(&year(3, part));
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].cleared.is_none_or(|day| day > found[0].raised));
    let before = |string, _| if string == 1 { 0.95 } else { 1.0 };
    assert_eq!(alarms(&year(3, before)), [], "5 % alone is no alarm");
}

#[test]
fn all_strings_down_together_are_no_string_fault() {
    let year = year(11, |_, day| if day >= 100 { 0.8 } else { 1.0 });
    assert_eq!(alarms(&year), [], "soiling or snow is not one string's");
}

#[test]
fn missing_quarters_are_compared_with_none() {
    let mut year = year(5, |_, _| 1.0);
    // String 0 knows nothing of any afternoon; string 1 lacks an hour of each noon.
    let midnight = |number: i64| (Instant::from_unix(number * 900).unix() / 900).rem_euclid(96);
    let cut = |energy: &Quarters, keep: &dyn Fn(i64) -> bool| {
        let known = (energy.first..energy.end()).filter(|&number| keep(midnight(number)));
        let spans: Vec<(i64, i64, f64)> = known
            .map(|n| (n * 900, n * 900 + 900, energy.energy(n).milliwatt_hours() as f64 / 9e5))
            .collect();
        Quarters::from_levels(&spans)
    };
    year.energies[0] = cut(&year.energies[0], &|quarter| quarter < 44);
    year.energies[1] = cut(&year.energies[1], &|quarter| !(46..48).contains(&quarter));
    assert_eq!(alarms(&year), []);
}

#[test]
fn siblings_alone_are_enough() {
    let part = |string, day| if string == 4 && day >= 150 { 0.85 } else { 1.0 };
    let year = year(9, part);
    let power = Power::from_kilowatts(10.0);
    let strings: Vec<(&str, Power, &Quarters)> =
        NAMES.iter().zip(&year.energies).map(|(&name, energy)| (name, power, energy)).collect();
    let conditions = &Conditions::default();
    let found = raised(&Strings { strings: &strings, conditions, expected: None }, &year.days);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!((152..157).contains(&place(&year, found[0].raised)), "{found:?}");
}
