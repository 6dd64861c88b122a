//! A string that falls behind: of what is expected of it, and of its siblings.
//!
//! The rule, day by day. Compared are quarter hours in which all strings are known that are known
//! for [`KNOWN_MIN`] of the day's light. A day counts with at least [`LIGHT_MIN_H`] of irradiation.
//! A string is *low* on a day where its yield is at most [`SIBLINGS_LOW`] of its siblings' median
//! and at most [`EXPECTED_LOW`] of what is expected. The alarm is raised on the third low day
//! among the last five that count, or at once where a string gives less than half. It is cleared
//! after three days in a row on which it reaches [`SIBLINGS_WELL`] of its siblings: between the two
//! nothing changes. Without siblings the expectation alone is asked, without expectation the
//! siblings. Without irradiance the best string's output for each kWp stands for it. Strings of one plane are compared; one that looks another way, or that a tree shades
//! each morning, is alarmed too.

use super::as_json;
use super::performance::Conditions;
use super::series::Quarters;
use quantity::{Day, Energy, Power};
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;
use std::ops::Range;

/// Of the siblings' median.
pub const SIBLINGS_LOW: f64 = 0.92;
/// Of what is expected.
pub const EXPECTED_LOW: f64 = 0.95;
/// Of the siblings' median: well again.
pub const SIBLINGS_WELL: f64 = 0.95;
/// At once.
pub const DEAD: f64 = 0.5;
/// Low days that raise, among so many.
pub const LOW_DAYS: usize = 3;
/// Days that count and are looked back upon.
pub const LOOK_BACK: usize = 5;
/// Days in a row that clear.
pub const WELL_DAYS: usize = 3;
/// Irradiation of a day that counts, in hours at 1 kW/m2.
pub const LIGHT_MIN_H: f64 = 1.0;
/// Share of the day's light in which a string must be known.
pub const KNOWN_MIN: f64 = 0.9;

/// Strings of one plane.
#[derive(Clone, Copy, Debug)]
pub struct Strings<'a> {
    /// Name, power and DC energy of each.
    pub strings: &'a [(&'a str, Power, &'a Quarters)],
    /// Light on the plane.
    pub conditions: &'a Conditions,
    /// Expected DC energy of a kWp; none where nothing is expected.
    pub expected: Option<&'a Quarters>,
}

/// How a string did on a day, as shares to the billionth; none where it cannot be said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct StringDay {
    /// Of the median of its siblings.
    pub of_siblings: Option<f64>,
    /// Of what is expected.
    pub of_expected: Option<f64>,
    /// Lacking to its siblings' median.
    #[serde(with = "as_json::energy")]
    pub lost: Energy,
}

/// A string that fell behind.
#[derive(Clone, Debug, PartialEq)]
pub struct Alarm {
    /// Place among the strings.
    pub string: usize,
    /// The day that raised it.
    pub raised: Day,
    /// The day that cleared it; none while it lasts.
    pub cleared: Option<Day>,
    /// On the day that raised it.
    pub at_raise: StringDay,
    /// Lost to its siblings' median from the first low day on, until cleared or now.
    pub lost: Energy,
}

impl Strings<'_> {
    /// How each string did on a day; none where the day does not count.
    pub fn day(&self, numbers: Range<i64>) -> Option<Vec<StringDay>> {
        let light = |number| self.light(number);
        let lit: Vec<i64> = numbers.filter(|&number| light(number) > 0.0).collect();
        let reference_h: f64 = lit.iter().map(|&number| light(number) / 4_000.0).sum();
        if reference_h < LIGHT_MIN_H {
            return None;
        }
        let known = |energy: &Quarters| {
            let known: f64 = lit.iter().filter(|&&n| energy.is_known(n)).map(|&n| light(n)).sum();
            known >= KNOWN_MIN * 4_000.0 * reference_h
        };
        let compared: Vec<bool> = self.strings.iter().map(|(_, _, energy)| known(energy)).collect();
        let all_known = |number: i64| {
            let mut of = self.strings.iter().zip(&compared);
            of.all(|((_, _, energy), &compared)| !compared || energy.is_known(number))
        };
        let common: Vec<i64> = lit.into_iter().filter(|&number| all_known(number)).collect();
        let hours = |energy: &Quarters, power: Power| {
            let sum: Energy = common.iter().map(|&number| energy.energy(number)).sum();
            (power > Power::ZERO).then(|| sum.kilowatt_hours() / power.kilowatts())
        };
        let yields: Vec<Option<f64>> = self
            .strings
            .iter()
            .zip(&compared)
            .map(|(&(_, power, energy), &compared)| hours(energy, power).filter(|_| compared))
            .collect();
        let one_kwp = Power::from_kilowatts(1.0);
        let expected = self.expected.and_then(|expected| hours(expected, one_kwp));
        Some((0..yields.len()).map(|string| self.judge(string, &yields, expected)).collect())
    }

    /// W/m2 in a quarter hour.
    fn light(&self, number: i64) -> f64 {
        let irradiance = &self.conditions.irradiance;
        if !irradiance.is_empty() {
            return irradiance.level(number).unwrap_or_default();
        }
        let strings = self.strings.iter().filter(|(_, power, _)| *power > Power::ZERO);
        let of_kwp = strings
            .map(|(_, power, energy)| energy.energy(number).kilowatt_hours() / power.kilowatts());
        // kWh of a kWp in a quarter hour.
        4_000.0 * of_kwp.fold(0.0, f64::max)
    }

    fn judge(&self, string: usize, yields: &[Option<f64>], expected: Option<f64>) -> StringDay {
        let Some(own) = yields[string] else { return StringDay::default() };
        let others = (0..yields.len()).filter(|&other| other != string);
        let median = median(others.filter_map(|other| yields[other]).collect());
        // A decimal of so few digits is the same number after a turn through JSON.
        let rounded = |share: f64| (share * 1e9).round() / 1e9;
        let share = |of: Option<f64>| of.filter(|&of| of > 0.0).map(|of| rounded(own / of));
        let kwp = self.strings[string].1.kilowatts();
        let lost = (median.unwrap_or(own) - own).max(0.0) * kwp;
        StringDay {
            of_siblings: share(median),
            of_expected: share(expected),
            lost: Energy::from_kilowatt_hours(lost),
        }
    }
}

impl StringDay {
    fn is_low(&self) -> bool {
        match (self.of_siblings, self.of_expected) {
            (Some(siblings), Some(expected)) => {
                siblings <= SIBLINGS_LOW && expected <= EXPECTED_LOW
            }
            (Some(share), None) | (None, Some(share)) => share <= SIBLINGS_LOW,
            (None, None) => false,
        }
    }
    /// What clears: the siblings, else the expectation.
    fn share(&self) -> Option<f64> {
        self.of_siblings.or(self.of_expected)
    }
}

/// The last days of a string, and its alarm while there is one.
#[derive(Clone, Debug, Default)]
pub(super) struct Watch {
    last: VecDeque<(bool, Energy)>,
    well: usize,
    alarm: Option<usize>,
}

impl Watch {
    /// A day after those seen; an alarm that it raises is pushed, one that it clears is marked.
    pub(super) fn day(
        &mut self,
        string: usize,
        day: Day,
        found: StringDay,
        alarms: &mut Vec<Alarm>,
    ) {
        let Some(share) = found.share() else { return };
        let is_low = found.is_low();
        if let Some(alarm) = self.alarm {
            alarms[alarm].lost += found.lost;
            self.well = if share >= SIBLINGS_WELL { self.well + 1 } else { 0 };
            if self.well == WELL_DAYS {
                alarms[alarm].cleared = Some(day);
                *self = Self::default();
            }
            return;
        }
        if self.last.len() == LOOK_BACK {
            self.last.pop_front();
        }
        self.last.push_back((is_low, if is_low { found.lost } else { Energy::ZERO }));
        let low_days = self.last.iter().filter(|(is_low, _)| *is_low).count();
        if low_days >= LOW_DAYS || is_low && share <= DEAD {
            let lost = self.last.iter().map(|&(_, lost)| lost).sum();
            self.alarm = Some(alarms.len());
            alarms.push(Alarm { string, raised: day, cleared: None, at_raise: found, lost });
        }
    }
}

fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let half = values.len() / 2;
    match values.len() {
        0 => None,
        odd if odd % 2 == 1 => Some(values[half]),
        _ => Some(f64::midpoint(values[half - 1], values[half])),
    }
}

#[cfg(test)]
mod tests;
