//! A network of sites since its beginning: sums, days, growth, a league, the last day by hour.

use super::balance::{Flows, GridMeter, flows, grid_meter};
use super::footprint::{Footprint, HourOfFlows, Market, Matching, footprint, matching};
use super::performance::{Array, Conditions, Yields, yields};
use super::reading::Measured;
use super::series::{QUARTER_S, Quarters};
use super::site::SiteMeters;
use super::string_alarm::{Alarm, DayNumbers, Strings};
use quantity::{Day, Duration, Energy, Fixed, Instant, Power, Zone};
use std::ops::Range;

const HOUR_QUARTERS: usize = 4;
/// A day counts for growth where so much of its generation is known.
const DAY_KNOWN_MIN: f64 = 0.95;
/// Days of the last twelve months.
const YEAR_DAYS: usize = 365;
/// Days of a network: 40 years.
const DAYS_MAX: usize = 14_700;

/// A site and what is known of it beside its meters.
#[derive(Clone, Debug)]
pub struct Roof<'a> {
    /// What was measured.
    pub meters: &'a SiteMeters,
    /// Its modules.
    pub array: Array,
    /// Light and warmth, modelled; what was measured at the site comes first.
    pub modelled: Option<&'a Conditions>,
    /// Expected AC energy.
    pub expected_ac: Option<&'a Quarters>,
    /// Expected DC energy of a kWp.
    pub expected_dc_per_kwp: Option<&'a Quarters>,
    /// Power of each string, in the order of the meters'.
    pub string_powers: Vec<Power>,
}

/// A day of a site.
#[derive(Clone, Debug, PartialEq)]
pub struct SiteDay {
    /// Which.
    pub day: Day,
    /// Its energies.
    pub flows: Flows,
    /// Yields of its generation.
    pub yields: Yields,
    /// Share of its quarter hours in which all meters are known.
    pub known: f64,
}

/// A string since the beginning.
#[derive(Clone, Debug, PartialEq)]
pub struct StringOverview {
    /// Its name.
    pub device: String,
    /// Its power.
    pub peak: Power,
    /// Yields of its DC energy.
    pub yields: Yields,
}

/// A site since the beginning.
#[derive(Clone, Debug, PartialEq)]
pub struct SiteOverview {
    /// Its name.
    pub site: String,
    /// Its modules.
    pub peak: Power,
    /// How its exchange with the grid is known.
    pub grid_meter: GridMeter,
    /// Light was measured at the site, not modelled.
    pub is_light_measured: bool,
    /// All energies.
    pub flows: Flows,
    /// Yields of its generation.
    pub yields: Yields,
    /// Generated and expected, in the quarter hours in which both are known.
    pub against_expected: Option<(Energy, Energy)>,
    /// By time.
    pub days: Vec<SiteDay>,
    /// By name.
    pub strings: Vec<StringOverview>,
    /// By the day that raised them.
    pub alarms: Vec<Alarm>,
}

impl SiteOverview {
    /// kWh for each kWp; none without modules.
    pub fn kwh_per_kwp(&self) -> Option<f64> {
        let kwp = self.peak.kilowatts();
        (kwp > 0.0).then(|| self.flows.generation.kilowatt_hours() / kwp)
    }
}

/// Generation of the last twelve months against the same dates a year before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Growth {
    /// Dates known in both years.
    pub days: usize,
    /// Generated on them in the last twelve months.
    pub now: Energy,
    /// And a year before.
    pub before: Energy,
}

/// An hour of the last day.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DayHour {
    /// Beginning.
    pub start: Instant,
    /// Energies.
    pub flows: Flows,
    /// In the batteries at its end, where known.
    pub soc_kwh: Option<f64>,
    /// All meters are known.
    pub is_known: bool,
}

/// All sites.
#[derive(Clone, Debug, PartialEq)]
pub struct Overview {
    /// The first local day with a reading, and the last.
    pub days: Option<(Day, Day)>,
    /// By name.
    pub sites: Vec<SiteOverview>,
    /// Power of all modules.
    pub installed: Power,
    /// All energies.
    pub flows: Flows,
    /// In CO2e.
    pub footprint: Footprint,
    /// Shares of use met by own generation, over all sites in the same hour.
    pub matching: Matching,
    /// Against a year before; none without a date known in both.
    pub growth: Option<Growth>,
    /// The last day by hour, all sites.
    pub last_day: Vec<DayHour>,
}

/// Sums sites up.
///
/// - `grid`: kg CO2e per kWh bought, by time; an hour takes the mean of the rows that begin in it,
///   else the last row that began less than an hour before.
pub fn overview(
    roofs: &[Roof],
    zone: &Zone,
    grid: &[(Instant, Fixed)],
    market: Market,
) -> Overview {
    let days = local_days(roofs, zone);
    let sites: Vec<SiteOverview> = roofs.iter().map(|roof| site(roof, &days)).collect();
    let hours: Vec<(Instant, Flows)> = days
        .iter()
        .flat_map(|day| hours_of(&day.numbers))
        .map(|hour| (Quarters::begin(hour.start), all_sites(roofs, &hour)))
        .collect();
    let valued: Vec<HourOfFlows> = hours
        .iter()
        .map(|&(start, flows)| HourOfFlows { flows, grid_kg_per_kwh: of_hour(grid, start) })
        .collect();
    let flows_by_hour: Vec<Flows> = hours.iter().map(|&(_, flows)| flows).collect();
    Overview {
        days: days.first().zip(days.last()).map(|(first, last)| (first.day, last.day)),
        installed: sites.iter().map(|site| site.peak).sum(),
        flows: flows_by_hour.iter().copied().sum(),
        footprint: footprint(&valued, market),
        matching: matching(&flows_by_hour, market.cancelled),
        growth: growth(&sites),
        last_day: days.last().map(|day| last_day(roofs, day)).unwrap_or_default(),
        sites,
    }
}

/// Every local day from the first reading to the last.
fn local_days(roofs: &[Roof], zone: &Zone) -> Vec<DayNumbers> {
    let spans = roofs.iter().map(|roof| roof.meters.numbers()).filter(|span| !span.is_empty());
    let spans: Vec<Range<i64>> = spans.collect();
    let first = spans.iter().map(|span| span.start).min();
    let Some((first, end)) = first.zip(spans.iter().map(|span| span.end).max()) else {
        return Vec::new();
    };
    let midnight = |day: Day| Quarters::number(zone.at(day, Duration::ZERO));
    let mut days = Vec::new();
    let mut day = zone.day_of(Quarters::begin(first));
    while midnight(day) < end && days.len() < DAYS_MAX {
        days.push(DayNumbers { day, numbers: midnight(day)..midnight(day.next()) });
        day = day.next();
    }
    days
}

fn hours_of(numbers: &Range<i64>) -> impl Iterator<Item = Range<i64>> + use<> {
    let end = numbers.end;
    numbers
        .clone()
        .step_by(HOUR_QUARTERS)
        .map(move |from| from..(from + HOUR_QUARTERS as i64).min(end))
}

fn all_sites(roofs: &[Roof], numbers: &Range<i64>) -> Flows {
    roofs.iter().flat_map(|roof| numbers.clone().map(|number| flows(roof.meters, number))).sum()
}

fn of_hour(rows: &[(Instant, Fixed)], start: Instant) -> Option<Fixed> {
    let hour = Duration::from_seconds(HOUR_QUARTERS as i64 * QUARTER_S);
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

fn site(roof: &Roof, days: &[DayNumbers]) -> SiteOverview {
    let measured = roof.meters.measured(Measured::Irradiance).map(|irradiance| Conditions {
        irradiance: irradiance.clone(),
        temperature: roof
            .meters
            .measured(Measured::ModuleTemperature)
            .or(roof.modelled.map(|modelled| &modelled.temperature))
            .cloned()
            .unwrap_or_default(),
    });
    let none = Conditions::default();
    let conditions = measured.as_ref().or(roof.modelled).unwrap_or(&none);
    let nothing = Quarters::default();
    let generation = roof.meters.measured(Measured::Generation).unwrap_or(&nothing);
    let of_days: Vec<SiteDay> =
        days.iter().map(|day| site_day(roof, day, generation, conditions)).collect();
    let span = days.first().map_or(0, |day| day.numbers.start)
        ..days.last().map_or(0, |day| day.numbers.end);
    SiteOverview {
        site: roof.meters.site.clone(),
        peak: roof.array.peak,
        grid_meter: grid_meter(roof.meters),
        is_light_measured: measured.is_some(),
        flows: of_days.iter().map(|day| day.flows).sum(),
        yields: yields(generation, conditions, roof.array, span.clone()),
        against_expected: roof.expected_ac.map(|expected| both(generation, expected, &span)),
        days: of_days,
        strings: string_overviews(roof, conditions, &span),
        alarms: string_alarms(roof, conditions, days),
    }
}

fn site_day(
    roof: &Roof,
    DayNumbers { day, numbers }: &DayNumbers,
    generation: &Quarters,
    conditions: &Conditions,
) -> SiteDay {
    let known = numbers.clone().filter(|&number| roof.meters.is_known(number)).count();
    SiteDay {
        day: *day,
        flows: numbers.clone().map(|number| flows(roof.meters, number)).sum(),
        yields: yields(generation, conditions, roof.array, numbers.clone()),
        known: known as f64 / (numbers.end - numbers.start).max(1) as f64,
    }
}

fn both(generation: &Quarters, expected: &Quarters, span: &Range<i64>) -> (Energy, Energy) {
    let known = |&number: &i64| generation.is_known(number) && expected.is_known(number);
    span.clone().filter(known).fold((Energy::ZERO, Energy::ZERO), |(had, hoped), number| {
        (had + generation.energy(number), hoped + expected.energy(number))
    })
}

fn string_overviews(
    roof: &Roof,
    conditions: &Conditions,
    span: &Range<i64>,
) -> Vec<StringOverview> {
    let strings = roof.meters.strings.iter().zip(&roof.string_powers);
    strings
        .map(|((device, energy), &peak)| StringOverview {
            device: device.clone(),
            peak,
            yields: yields(energy, conditions, Array { peak, ..roof.array }, span.clone()),
        })
        .collect()
}

fn string_alarms(roof: &Roof, conditions: &Conditions, days: &[DayNumbers]) -> Vec<Alarm> {
    let strings: Vec<(&str, Power, &Quarters)> = roof
        .meters
        .strings
        .iter()
        .zip(&roof.string_powers)
        .map(|((device, energy), &power)| (device.as_str(), power, energy))
        .collect();
    Strings { strings: &strings, conditions, expected: roof.expected_dc_per_kwp }.alarms(days)
}

/// The last twelve months against the same dates a year before, where both are known at every site.
fn growth(sites: &[SiteOverview]) -> Option<Growth> {
    let days = &sites.first()?.days;
    let is_known =
        |place: &usize| sites.iter().all(|site| site.days[*place].known >= DAY_KNOWN_MIN);
    let generated = |place: usize| -> Energy {
        sites.iter().map(|site| site.days[place].flows.generation).sum()
    };
    let known: Vec<usize> = (0..days.len()).filter(is_known).collect();
    let year = days.len().saturating_sub(YEAR_DAYS);
    let mut found = Growth { days: 0, now: Energy::ZERO, before: Energy::ZERO };
    for &place in &known[known.partition_point(|&place| place < year)..] {
        // Of 29 February there is none; days are in order.
        let Some(earlier) = year_before(days[place].day) else { continue };
        let Ok(same) = known.binary_search_by_key(&earlier, |&place| days[place].day) else {
            continue;
        };
        found.days += 1;
        found.now += generated(place);
        found.before += generated(known[same]);
    }
    (found.days > 0).then_some(found)
}

fn year_before(day: Day) -> Option<Day> {
    let text = day.to_string();
    let (year, date) = text.split_once('-')?;
    let year = year.parse::<i32>().ok()? - 1;
    Day::parse(&format!("{year:04}-{date}")).ok()
}

fn last_day(roofs: &[Roof], day: &DayNumbers) -> Vec<DayHour> {
    hours_of(&day.numbers)
        .map(|hour| {
            let stored = |roof: &Roof| roof.meters.measured(Measured::Soc)?.level(hour.end - 1);
            let stored: Vec<f64> = roofs.iter().filter_map(stored).collect();
            let is_known = |number| roofs.iter().all(|roof| roof.meters.is_known(number));
            DayHour {
                start: Quarters::begin(hour.start),
                flows: all_sites(roofs, &hour),
                soc_kwh: (!stored.is_empty()).then(|| stored.iter().sum()),
                is_known: hour.clone().all(is_known),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::monitoring::made_up::amounts;
    use crate::monitoring::reading::{Channel, Form, Reading};
    use crate::monitoring::site::sites;

    const UTC: &str = "UTC";

    fn roof(meters: &SiteMeters) -> Roof<'_> {
        let array = Array { peak: Power::from_kilowatts(100.0), gamma_per_c: -0.0035 };
        let (modelled, expected_ac, expected_dc_per_kwp) = (None, None, None);
        Roof {
            meters,
            array,
            modelled,
            expected_ac,
            expected_dc_per_kwp,
            string_powers: Vec::new(),
        }
    }

    /// kWh of every hour from one local day to another.
    fn steady(site: &str, measured: Measured, days: [&str; 2], zone: &Zone, kwh: f64) -> Channel {
        let at = |day| zone.at(Day::parse(day).unwrap(), Duration::ZERO).unix();
        let stamps = (at(days[0])..at(days[1])).step_by(3_600);
        let readings = stamps
            .map(|at| Reading { file: 0, row: 2, at: Instant::from_unix(at), value: kwh })
            .collect();
        let device = measured.name().to_owned();
        Channel { site: site.into(), device, measured, form: Form::Amount, readings }
    }

    #[test]
    fn days_of_23_and_25_hours_are_days() {
        let zone = Zone::parse("Europe/Berlin").unwrap();
        for (from, until, hours) in
            [("2025-03-30", "2025-03-31", 23), ("2025-10-26", "2025-10-27", 25)]
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
    fn growth_compares_the_same_dates_of_both_years() {
        let zone = Zone::parse(UTC).unwrap();
        let before = steady("A", Measured::Generation, ["2024-02-27", "2024-03-10"], &zone, 1.0);
        let mut now = steady("A", Measured::Generation, ["2025-02-20", "2025-03-04"], &zone, 1.5);
        now.readings.splice(0..0, before.readings);
        let (meters, _) = sites(&[now]);
        let found = overview(&[roof(&meters[0])], &zone, &[], Market::default()).growth.unwrap();
        // 27 and 28 February, 1 to 3 March; 29 February has no other.
        assert_eq!(found.days, 5);
        assert!((found.now.kilowatt_hours() - 5.0 * 36.0).abs() < 1e-9);
        assert!((found.before.kilowatt_hours() - 5.0 * 24.0).abs() < 1e-9);
        let (meters, _) = sites(&[amounts("A", "m", Measured::Generation, &[1.0])]);
        let found = overview(&[roof(&meters[0])], &zone, &[], Market::default());
        assert_eq!(found.growth, None);
    }

    #[test]
    fn what_one_roof_sells_matches_what_another_uses_in_the_hour() {
        let zone = Zone::parse(UTC).unwrap();
        let day = ["2025-06-01", "2025-06-02"];
        let channels = [
            steady("A", Measured::Generation, day, &zone, 3.0),
            steady("A", Measured::Export, day, &zone, 3.0),
            steady("B", Measured::Import, day, &zone, 4.0),
        ];
        let (meters, _) = sites(&channels);
        let roofs: Vec<Roof> = meters.iter().map(roof).collect();
        let grid = [(Instant::parse("2025-06-01T00:00:00Z").unwrap(), "0.5".parse().unwrap())];
        let found = overview(&roofs, &zone, &grid, Market::default());
        assert_eq!(found.matching.hourly, Some(0.75));
        assert_eq!(found.installed, Power::from_kilowatts(200.0));
        assert_eq!(
            found.footprint.exported.kilograms().to_string(),
            "1.5",
            "one hour has a factor"
        );
        assert_eq!(found.footprint.without_factor, Energy::from_kilowatt_hours(23.0 * 7.0));
        assert_eq!(overview(&[], &zone, &[], Market::default()).days, None);
    }

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
}
