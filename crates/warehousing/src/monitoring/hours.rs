//! A local day by hour: its quarter hours, all sites' energies, the grid of an hour.

use super::balance::{Balance, Flows, balance};
use super::reading::Measured;
use super::series::{QUARTER_S, Quarters};
use super::settle::Roof;
use super::site::SiteMeters;
use super::storage::Today;
use quantity::{Day, Duration, Energy, Fixed, Instant, Zone};
use std::ops::Range;

const HOUR_QUARTERS: i64 = 4;

/// An hour of all sites.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DayHour {
    /// Beginning.
    pub start: Instant,
    /// Energies. What a battery gives counts as own where it went in on the same day: of the days
    /// before only [`overview`](super::overview) knows.
    pub flows: Flows,
    /// Expected of the modules; none unless all of it is known for every site that generates.
    pub expected: Option<Energy>,
    /// In the batteries at its end, where known.
    pub soc_kwh: Option<f64>,
    /// All meters are known.
    pub is_known: bool,
}

/// A local day of sites, by hour; days of 23 and 25 hours have as many.
pub fn day_by_hour(roofs: &[Roof], zone: &Zone, day: Day) -> Vec<DayHour> {
    let numbers = numbers_of(zone, day);
    let balances: Vec<Vec<Balance>> =
        roofs.iter().map(|roof| balances(roof.meters, &numbers).0).collect();
    hours_of(&numbers)
        .enumerate()
        .map(|(place, hour)| {
            let stored = |roof: &Roof| roof.meters.measured(Measured::Soc)?.level(hour.end - 1);
            let stored: Vec<f64> = roofs.iter().filter_map(stored).collect();
            let is_known = |number| roofs.iter().all(|roof| roof.meters.is_known(number));
            DayHour {
                start: Quarters::begin(hour.start),
                flows: balances.iter().map(|site| site[place].flows).sum(),
                expected: expected(roofs, &hour),
                soc_kwh: (!stored.is_empty()).then(|| stored.iter().sum()),
                is_known: !roofs.is_empty() && hour.clone().all(is_known),
            }
        })
        .collect()
}

fn expected(roofs: &[Roof], hour: &Range<i64>) -> Option<Energy> {
    let generates = |roof: &&Roof| roof.meters.measured(Measured::Generation).is_some();
    let of = |roof: &Roof| {
        let expected = roof.expected_ac?;
        let is_known = hour.clone().all(|number| expected.is_known(number));
        is_known.then(|| hour.clone().map(|number| expected.energy(number)).sum::<Energy>())
    };
    let mut roofs = roofs.iter().filter(generates).peekable();
    roofs.peek()?;
    roofs.map(of).sum()
}

/// A site's hours of a day, and what they leave in the battery.
pub(super) fn balances(site: &SiteMeters, numbers: &Range<i64>) -> (Vec<Balance>, Today) {
    let mut today = Today::default();
    let hours = hours_of(numbers)
        .map(|hour| hour.map(|number| balance(site, number, &mut today)).sum())
        .collect();
    (hours, today)
}

/// The quarter hours of a local day.
pub(super) fn numbers_of(zone: &Zone, day: Day) -> Range<i64> {
    let midnight = |day: Day| Quarters::number(zone.at(day, Duration::ZERO));
    midnight(day)..midnight(day.next())
}

/// The hours of some quarter hours, counted from the first.
pub(super) fn hours_of(numbers: &Range<i64>) -> impl Iterator<Item = Range<i64>> + use<> {
    let end = numbers.end;
    let step = HOUR_QUARTERS as usize;
    numbers.clone().step_by(step).map(move |from| from..(from + HOUR_QUARTERS).min(end))
}

/// The mean of the rows that begin in an hour, else the last row that began less than an hour before.
pub(super) fn of_hour(rows: &[(Instant, Fixed)], start: Instant) -> Option<Fixed> {
    let hour = Duration::from_seconds(HOUR_QUARTERS * QUARTER_S);
    let from = rows.partition_point(|&(at, _)| at < start);
    let until = rows.partition_point(|&(at, _)| at < start + hour);
    let within = &rows[from..until];
    if within.is_empty() {
        let &(at, value) = rows.get(from.checked_sub(1)?)?;
        return (start - at < hour).then_some(value);
    }
    let sum: i128 = within.iter().map(|(_, value)| value.billionths()).sum();
    Some(Fixed::from_billionths(sum / within.len() as i128))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::monitoring::made_up::{amounts, meters, roof};

    #[test]
    fn an_hour_takes_the_mean_of_its_rows() {
        let at = |text: &str| Instant::parse(text).unwrap();
        let rows = [
            (at("2025-06-01T00:00:00Z"), "0.2".parse().unwrap()),
            (at("2025-06-01T00:30:00Z"), "0.4".parse().unwrap()),
            (at("2025-06-01T05:45:00Z"), "0.9".parse().unwrap()),
        ];
        for (start, expect, why) in [
            ("2025-06-01T00:00:00Z", Some("0.3"), "two half hours"),
            ("2025-06-01T01:00:00Z", Some("0.4"), "the last began half an hour before"),
            ("2025-06-01T02:00:00Z", None, "too long ago"),
            ("2025-05-31T23:00:00Z", None, "before the first"),
        ] {
            let found = of_hour(&rows, at(start)).map(|value| value.to_string());
            assert_eq!(found.as_deref(), expect, "{why}");
        }
    }

    #[test]
    fn what_is_expected_of_some_sites_is_expected_of_no_network() {
        let kwh = [2.0; 8];
        let (a, b) = (
            meters(&[amounts("A", "inv", Measured::Generation, &kwh)]),
            meters(&[amounts("B", "inv", Measured::Generation, &kwh)]),
        );
        let plugs = meters(&[amounts("C", "plugs", Measured::Charging, &kwh)]);
        let begin = a.numbers().start * QUARTER_S;
        // Of the second hour a quarter is not expected.
        let expected = Quarters::from_power(&[(begin, begin + 6_300, 9_000.0)]);
        let with = |meters| Roof { expected_ac: Some(&expected), ..roof(meters) };
        let zone = Zone::parse("UTC").unwrap();
        let day = zone.day_of(Instant::from_unix(begin));
        let told = |roofs: &[Roof]| {
            let hours = day_by_hour(roofs, &zone, day);
            [hours[0].expected, hours[1].expected]
        };
        let nine = Some(Energy::from_kilowatt_hours(9.0));
        assert_eq!(told(&[with(&a), roof(&plugs)]), [nine, None], "plugs generate nothing");
        assert_eq!(told(&[with(&a), roof(&b)]), [None, None]);
        assert_eq!(told(&[roof(&plugs)]), [None, None]);
        assert_eq!(told(&[]), [None, None]);
        assert!(day_by_hour(&[], &zone, day).iter().all(|hour| !hour.is_known), "nobody measures");
    }
}
