//! A network of sites since its beginning, made of settled days: sums, a league, alarms.

use super::balance::{Flows, GridMeter};
use super::footprint::{Footprint, Market, Matching, footprint, matching};
use super::growth::{DAY_KNOWN_MIN, Growth, InstalledGrowth, YEAR_DAYS};
use super::growth::{growths, installed_growth, peak_on};
use super::hours::{DayHour, day_by_hour};
use super::performance::{YieldSums, Yields};
use super::series::Quarters;
use super::settle::{Against, Roof, SettledDay, SettledString, settle_days};
use super::storage::{DaySums, day_sums};
use super::string_alarm::{Alarm, Watch};
use quantity::{Day, Energy, Fixed, Instant, Power, Zone};
use std::collections::BTreeSet;

/// Days of a network: 40 years.
const DAYS_MAX: usize = 14_700;

/// A site with its settled days.
#[derive(Clone, Debug, PartialEq)]
pub struct SettledSite {
    /// Its name.
    pub site: String,
    /// Power of its modules now.
    pub peak: Power,
    /// The first day that counts for growth; where it is not known the site always was there.
    pub commissioned: Option<Day>,
    /// By day, each once; days may be missing.
    pub days: Vec<SettledDay>,
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

/// What a site yielded on the days of the last twelve months that are known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LastYear {
    /// How many.
    pub days: usize,
    /// Generated on them.
    pub generated: Energy,
    /// Power of the modules on each of them, summed.
    pub peaks: Power,
}

impl LastYear {
    /// kWh for each kWp and day, which compares sites of any age; none without a day or modules.
    pub fn kwh_per_kwp_day(&self) -> Option<f64> {
        let kwp = self.peaks.kilowatts();
        (kwp > 0.0).then(|| self.generated.kilowatt_hours() / kwp)
    }
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
    /// Yields of its generation, in hours at the power of now.
    pub yields: Yields,
    /// Generated and expected, in the quarter hours in which both are known.
    pub against_expected: Option<(Energy, Energy)>,
    /// The last twelve months of the network.
    pub last_year: LastYear,
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

/// All sites.
#[derive(Clone, Debug, PartialEq)]
pub struct Overview {
    /// The first local day with a reading, and the last.
    pub days: Option<(Day, Day)>,
    /// In the order given.
    pub sites: Vec<SiteOverview>,
    /// Power of all modules that are there on the last day.
    pub installed: Power,
    /// All energies.
    pub flows: Flows,
    /// In CO2e.
    pub footprint: Footprint,
    /// Shares of use met by own generation, at each site in the same hour.
    pub matching: Matching,
    /// Of all sites against a year before; none without a date known in both.
    pub growth: Option<Growth>,
    /// Of the sites that were there before both years.
    pub like_for_like: Option<Growth>,
    /// Of power; none where no site's date is known.
    pub installed_growth: Option<InstalledGrowth>,
    /// The last day by hour, all sites.
    pub last_day: Vec<DayHour>,
}

/// Sums sites up from their quarter hours: settles every day, then [`overview_of`].
///
/// - `grid`: as for [`settle`](super::settle::settle).
pub fn overview(
    roofs: &[Roof],
    zone: &Zone,
    grid: &[(Instant, Fixed)],
    market: Market,
) -> Overview {
    let days = local_days(roofs, zone);
    let settled = |roof: &Roof| SettledSite {
        site: roof.meters.site.clone(),
        peak: roof.array.peak,
        commissioned: None,
        days: settle_days(roof, zone, &days, grid),
    };
    let sites: Vec<SettledSite> = roofs.iter().map(settled).collect();
    let last_day = days.last().map(|&day| day_by_hour(roofs, zone, day)).unwrap_or_default();
    overview_of(&sites, last_day, market)
}

/// Sums sites up from settled days.
///
/// - `last_day`: by hour, as [`day_by_hour`] tells it; only shown.
pub fn overview_of(sites: &[SettledSite], last_day: Vec<DayHour>, market: Market) -> Overview {
    let days = every_day(sites);
    let year = days.get(days.len().saturating_sub(YEAR_DAYS)).copied();
    let sums: Vec<Vec<DaySums>> = sites.iter().map(|site| day_sums(&site.days)).collect();
    let DaySums { flows, carbon, matched } = sums.iter().flatten().copied().sum();
    let growths = growths(sites, &days);
    let last = days.last().copied();
    Overview {
        days: days.first().copied().zip(last),
        installed: sites.iter().map(|site| last.map_or(site.peak, |day| peak_on(site, day))).sum(),
        flows,
        footprint: footprint(carbon, flows.imported, market),
        matching: matching(matched, flows.used, market.cancelled),
        growth: growths.total,
        like_for_like: growths.like_for_like,
        installed_growth: last.and_then(|day| installed_growth(sites, day)),
        sites: sites.iter().zip(&sums).map(|(site, sums)| of_site(site, sums, year)).collect(),
        last_day,
    }
}

/// Every local day from the first reading to the last.
fn local_days(roofs: &[Roof], zone: &Zone) -> Vec<Day> {
    let spans = || roofs.iter().map(|roof| roof.meters.numbers()).filter(|span| !span.is_empty());
    let day_of = |number| zone.day_of(Quarters::begin(number));
    let first = spans().map(|span| span.start).min().map(day_of);
    between(first.zip(spans().map(|span| span.end - 1).max().map(day_of)))
}

/// Every day from the first settled to the last.
fn every_day(sites: &[SettledSite]) -> Vec<Day> {
    let first = sites.iter().filter_map(|site| site.days.first()).map(|day| day.day).min();
    let last = sites.iter().filter_map(|site| site.days.last()).map(|day| day.day).max();
    between(first.zip(last))
}

fn between(ends: Option<(Day, Day)>) -> Vec<Day> {
    let Some((first, last)) = ends else { return Vec::new() };
    let days = std::iter::successors(Some(first), |day| Some(day.next()));
    days.take(DAYS_MAX).take_while(|&day| day <= last).collect()
}

/// Sums a site up from its settled days.
///
/// - `year`: the first day of the last twelve months; none for all days.
pub fn site_overview(site: &SettledSite, year: Option<Day>) -> SiteOverview {
    of_site(site, &day_sums(&site.days), year)
}

fn of_site(site: &SettledSite, sums: &[DaySums], year: Option<Day>) -> SiteOverview {
    let days = &site.days;
    // A day without any reading says nothing of how its site is metered.
    let latest = days.iter().rev().find(|day| day.known_quarters > 0).or(days.last());
    let against: Option<Against> =
        days.iter().filter_map(|day| day.against_expected).reduce(|sum, day| Against {
            generated: sum.generated + day.generated,
            expected: sum.expected + day.expected,
        });
    let (strings, alarms) = strings(days);
    SiteOverview {
        site: site.site.clone(),
        peak: site.peak,
        grid_meter: latest.map_or(GridMeter::Unknown, |day| day.grid_meter),
        is_light_measured: latest.is_some_and(|day| day.is_light_measured),
        flows: sums.iter().map(|sums| sums.flows).sum(),
        yields: days.iter().map(|day| day.yields).sum::<YieldSums>().hours(site.peak),
        against_expected: against.map(|against| (against.generated, against.expected)),
        last_year: last_year(site, year),
        days: days.iter().zip(sums).map(|(day, sums)| site_day(day, sums)).collect(),
        strings,
        alarms,
    }
}

fn last_year(site: &SettledSite, year: Option<Day>) -> LastYear {
    // Other meters may have begun before the modules did.
    let generates = |day: &&SettledDay| day.flows.generation > Energy::ZERO;
    let begin = site.commissioned.or_else(|| Some(site.days.iter().find(generates)?.day));
    let counts = |day: &&SettledDay| Some(day.day) >= year.max(begin);
    let known = site.days.iter().filter(counts).filter(|day| day.known() >= DAY_KNOWN_MIN);
    known.fold(LastYear::default(), |sum, day| LastYear {
        days: sum.days + 1,
        generated: sum.generated + day.flows.generation,
        peaks: sum.peaks + day.peak,
    })
}

fn site_day(day: &SettledDay, sums: &DaySums) -> SiteDay {
    SiteDay {
        day: day.day,
        flows: sums.flows,
        yields: day.yields.hours(day.peak),
        known: day.known(),
    }
}

/// Strings by name, with the power of their last day, and their alarms day after day. A string may
/// come later than others, or go.
fn strings(days: &[SettledDay]) -> (Vec<StringOverview>, Vec<Alarm>) {
    let changed = |place: &usize| {
        place
            .checked_sub(1)
            .is_none_or(|last| !same_strings(&days[last].strings, &days[*place].strings))
    };
    let names: BTreeSet<&str> = (0..days.len())
        .filter(changed)
        .flat_map(|place| &days[place].strings)
        .map(|string| string.device.as_str())
        .collect();
    let names: Vec<&str> = names.into_iter().collect();
    let mut found = vec![(Power::ZERO, YieldSums::default(), Watch::default()); names.len()];
    let mut alarms = Vec::new();
    let mut places: Vec<usize> = Vec::new();
    for (number, day) in days.iter().enumerate() {
        if changed(&number) {
            let place = |string: &SettledString| {
                names.binary_search(&string.device.as_str()).expect("every name was gathered")
            };
            places = day.strings.iter().map(place).collect();
        }
        for (string, &place) in day.strings.iter().zip(&places) {
            let (peak, yields, watch) = &mut found[place];
            *peak = string.peak;
            *yields = *yields + string.yields;
            watch.day(place, day.day, string.beside, &mut alarms);
        }
    }
    let overviews = names.iter().zip(found).map(|(&device, (peak, yields, _))| StringOverview {
        device: device.to_owned(),
        peak,
        yields: yields.hours(peak),
    });
    (overviews.collect(), alarms)
}

fn same_strings(before: &[SettledString], after: &[SettledString]) -> bool {
    before.len() == after.len()
        && before.iter().zip(after).all(|(before, after)| before.device == after.device)
}

#[cfg(test)]
mod tests;
