//! A network against itself a year before: what it generates, and what is installed.

use super::overview::SettledSite;
use quantity::{Day, Energy, Power};

/// A day counts where so much of it is known.
pub(super) const DAY_KNOWN_MIN: f64 = 0.95;
/// Days of the last twelve months.
pub(super) const YEAR_DAYS: usize = 365;

/// Generation of the last twelve months against the same dates a year before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Growth {
    /// Sites that were there at the end.
    pub sites: usize,
    /// Dates known in both years.
    pub days: usize,
    /// Generated on them in the last twelve months.
    pub now: Energy,
    /// And a year before.
    pub before: Energy,
}

impl Growth {
    /// As a share of what was generated before; none where that was nothing.
    pub fn share(&self) -> Option<f64> {
        let before = self.before.kilowatt_hours();
        (before > 0.0).then(|| self.now.kilowatt_hours() / before - 1.0)
    }
}

/// Power of modules at the end of the last day against a year before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InstalledGrowth {
    /// At the end.
    pub now: Power,
    /// A year before.
    pub before: Power,
    /// Sites of unknown date; they are in both.
    pub undated: usize,
}

impl InstalledGrowth {
    /// As a share of what was installed before; none where that was nothing.
    pub fn share(&self) -> Option<f64> {
        let before = self.before.kilowatts();
        (before > 0.0).then(|| self.now.kilowatts() / before - 1.0)
    }
}

/// Growth of generation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Growths {
    /// Of all sites, new ones included: a date counts where each site that was there is known.
    pub(super) total: Option<Growth>,
    /// Of the sites that were there before the first date of the earlier year.
    pub(super) like_for_like: Option<Growth>,
}

/// Whether a site was there on a day; one of unknown date always was.
pub(super) fn is_there(site: &SettledSite, day: Day) -> bool {
    site.commissioned.is_none_or(|commissioned| commissioned <= day)
}

/// Power of a site's modules on a day: that of the last day settled by then.
pub(super) fn peak_on(site: &SettledSite, day: Day) -> Power {
    if !is_there(site, day) {
        return Power::ZERO;
    }
    let settled = site.days.partition_point(|settled| settled.day <= day);
    settled.checked_sub(1).map_or(site.peak, |last| site.days[last].peak)
}

/// - `last`: the last day of the network.
///
/// None where no site's date is known.
pub(super) fn installed_growth(sites: &[SettledSite], last: Day) -> Option<InstalledGrowth> {
    let undated = sites.iter().filter(|site| site.commissioned.is_none()).count();
    if undated == sites.len() {
        return None;
    }
    let on = |day| sites.iter().map(|site| peak_on(site, day)).sum();
    Some(InstalledGrowth { now: on(last), before: on(year_before(last)?), undated })
}

/// - `days`: every day of the network, one after another.
pub(super) fn growths(sites: &[SettledSite], days: &[Day]) -> Growths {
    let aligned: Vec<Aligned> = sites.iter().map(|site| Aligned::new(site, days)).collect();
    let pairs: Vec<(usize, usize)> = (days.len().saturating_sub(YEAR_DAYS)..days.len())
        .filter(|&place| !is_leap_day(days[place]))
        .filter_map(|place| {
            let earlier = year_before(days[place])?;
            Some((place, days.binary_search(&earlier).ok()?))
        })
        .collect();
    let Some(&(_, first)) = pairs.first() else { return Growths::default() };
    let all: Vec<&Aligned> = aligned.iter().collect();
    let before_both: Vec<&Aligned> =
        aligned.iter().filter(|of| is_there(of.site, days[first])).collect();
    Growths {
        total: compared(&all, days, &pairs),
        like_for_like: compared(&before_both, days, &pairs),
    }
}

/// A site's days by their place among the network's.
struct Aligned<'a> {
    site: &'a SettledSite,
    /// Place among the site's days.
    places: Vec<Option<usize>>,
}

impl<'a> Aligned<'a> {
    fn new(site: &'a SettledSite, days: &[Day]) -> Self {
        let mut next = 0;
        let mut place = |day: &Day| {
            while site.days.get(next).is_some_and(|settled| settled.day < *day) {
                next += 1;
            }
            site.days.get(next).is_some_and(|settled| settled.day == *day).then_some(next)
        };
        Self { site, places: days.iter().map(&mut place).collect() }
    }

    /// Generated on a day, by its place; none where it is not known. A site that is not there yet
    /// generates nothing.
    fn generated(&self, days: &[Day], place: usize) -> Option<Energy> {
        if !is_there(self.site, days[place]) {
            return Some(Energy::ZERO);
        }
        let settled = &self.site.days[self.places[place]?];
        (settled.known() >= DAY_KNOWN_MIN).then_some(settled.flows.generation)
    }
}

/// Dates on which every site that is there is known, in both years; there must be one in the first.
fn compared(sites: &[&Aligned], days: &[Day], pairs: &[(usize, usize)]) -> Option<Growth> {
    let &(last, _) = pairs.last()?;
    let on = |place: usize| -> Option<Energy> {
        sites.iter().map(|site| site.generated(days, place)).sum()
    };
    let there = |place: usize| sites.iter().filter(|of| is_there(of.site, days[place])).count();
    let none = Growth { sites: there(last), days: 0, now: Energy::ZERO, before: Energy::ZERO };
    let found = pairs.iter().filter(|&&(_, earlier)| there(earlier) > 0).fold(
        none,
        |sum, &(place, earlier)| {
            let Some((now, before)) = on(place).zip(on(earlier)) else { return sum };
            Growth { days: sum.days + 1, now: sum.now + now, before: sum.before + before, ..sum }
        },
    );
    (found.days > 0).then_some(found)
}

fn is_leap_day(day: Day) -> bool {
    day.to_string().ends_with("-02-29")
}

/// The same date a year before, of 29 February the 28th; none before the year 0.
fn year_before(day: Day) -> Option<Day> {
    let text = day.to_string();
    let (year, date) = text.split_once('-')?;
    let year = year.parse::<i32>().ok()? - 1;
    let date = if date == "02-29" { "02-28" } else { date };
    Day::parse(&format!("{year:04}-{date}")).ok()
}

#[cfg(test)]
mod tests;
