//! A site's local day, settled: sums that add up over days and sites, to be kept in place of the
//! quarter hours that they were made from.

use super::as_json;
use super::balance::{Flows, GridMeter, grid_meter};
use super::footprint::{HourOfFlows, Lines, Matched};
use super::hours::{balances, hours_of, numbers_of, of_hour};
use super::performance::{Array, Conditions, YieldSums, yield_sums};
use super::reading::Measured;
use super::series::Quarters;
use super::site::SiteMeters;
use super::storage::{BatteryDay, Carried};
use super::string_alarm::{StringDay, Strings};
use quantity::{Day, Energy, Fixed, Instant, Power, Zone};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::ops::Range;

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

/// Generated and expected in the quarter hours in which both are known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Against {
    /// AC, out of the inverters.
    #[serde(with = "as_json::energy")]
    pub generated: Energy,
    /// Of the same quarter hours.
    #[serde(with = "as_json::energy")]
    pub expected: Energy,
}

/// A string's day.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SettledString {
    /// Its name.
    pub device: String,
    /// Its power.
    #[serde(with = "as_json::power")]
    pub peak: Power,
    /// Beside its siblings and its expectation; no shares on a day too dark to judge.
    pub beside: StringDay,
    /// Of its DC energy.
    pub yields: YieldSums,
}

/// A site's local day. In JSON energies are whole milliwatt-hours, power milliwatts, carbon
/// micrograms of CO2e: what is read back is what was written, to the last digit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SettledDay {
    /// Which.
    #[serde(with = "as_json::day")]
    pub day: Day,
    /// Power of the modules on that day.
    #[serde(with = "as_json::power")]
    pub peak: Power,
    /// How the exchange with the grid was known.
    pub grid_meter: GridMeter,
    /// Light was measured at the site, not modelled.
    pub is_light_measured: bool,
    /// Quarter hours of the day: 92, 96 or 100.
    pub quarters: u32,
    /// Of them, those in which all meters are known.
    pub known_quarters: u32,
    /// Its energies; of what the battery gives, own is what went in on the same day.
    pub flows: Flows,
    /// Of its generation.
    pub yields: YieldSums,
    /// None where nothing is expected of the site.
    pub against_expected: Option<Against>,
    /// In CO2e, by the grid of each hour.
    pub carbon: Lines,
    /// Own generation at hand, hour by hour.
    pub matched: Matched,
    /// What the battery hands on from day to day, for [`day_sums`](super::storage::day_sums).
    #[serde(default)]
    pub battery: BatteryDay,
    /// By name.
    pub strings: Vec<SettledString>,
}

impl SettledDay {
    /// Share of its quarter hours in which all meters are known.
    pub fn known(&self) -> f64 {
        f64::from(self.known_quarters) / f64::from(self.quarters.max(1))
    }
}

/// Settles a local day.
///
/// - `roof`: with the readings of the day, of the last stamp before it and the first after it, for
///   registers count from stamp to stamp. A meter without any reading in `roof` is taken for one
///   that the site does not have.
/// - `grid`: kg CO2e per kWh bought, by time; an hour takes the mean of the rows that begin in it,
///   else the last row that began less than an hour before.
pub fn settle(roof: &Roof, zone: &Zone, day: Day, grid: &[(Instant, Fixed)]) -> SettledDay {
    of_day(roof, &conditions(roof), (day, numbers_of(zone, day)), grid)
}

/// Settles days of a site, as [`settle`] does each.
pub fn settle_days(
    roof: &Roof,
    zone: &Zone,
    days: &[Day],
    grid: &[(Instant, Fixed)],
) -> Vec<SettledDay> {
    let conditions = conditions(roof);
    days.iter().map(|&day| of_day(roof, &conditions, (day, numbers_of(zone, day)), grid)).collect()
}

/// Measured at the site, else modelled.
fn conditions<'a>(roof: &Roof<'a>) -> Cow<'a, Conditions> {
    let Some(irradiance) = roof.meters.measured(Measured::Irradiance) else {
        return roof.modelled.map_or_else(Cow::default, Cow::Borrowed);
    };
    let temperature = roof
        .meters
        .measured(Measured::ModuleTemperature)
        .or(roof.modelled.map(|modelled| &modelled.temperature));
    Cow::Owned(Conditions {
        irradiance: irradiance.clone(),
        temperature: temperature.cloned().unwrap_or_default(),
    })
}

fn of_day(
    roof: &Roof,
    conditions: &Conditions,
    (day, numbers): (Day, Range<i64>),
    grid: &[(Instant, Fixed)],
) -> SettledDay {
    let meters = roof.meters;
    let nothing = Quarters::default();
    let generation = meters.measured(Measured::Generation).unwrap_or(&nothing);
    let (balances, left) = balances(meters, &numbers);
    let hours: Vec<HourOfFlows> = hours_of(&numbers)
        .zip(balances)
        .map(|(hour, balance)| HourOfFlows {
            balance,
            grid_kg_per_kwh: of_hour(grid, Quarters::begin(hour.start)),
        })
        .collect();
    let known = numbers.clone().filter(|&number| meters.is_known(number)).count();
    SettledDay {
        day,
        peak: roof.array.peak,
        grid_meter: grid_meter(meters),
        is_light_measured: meters.measured(Measured::Irradiance).is_some(),
        quarters: (numbers.end - numbers.start) as u32,
        known_quarters: known as u32,
        flows: hours.iter().map(|hour| hour.balance.flows).sum(),
        yields: yield_sums(generation, conditions, roof.array, numbers.clone()),
        against_expected: roof.expected_ac.map(|expected| both(generation, expected, &numbers)),
        carbon: Lines::of(&hours),
        matched: Matched::of(&hours),
        battery: BatteryDay {
            left: left.all,
            own_left: left.own,
            carried: hours.iter().map(|hour| hour.balance.carried).sum::<Carried>(),
            carbon: Lines::carried(&hours),
            matched: Matched::carried(&hours),
        },
        strings: strings(roof, conditions, &numbers),
    }
}

fn both(generation: &Quarters, expected: &Quarters, numbers: &Range<i64>) -> Against {
    let known = |&number: &i64| generation.is_known(number) && expected.is_known(number);
    numbers.clone().filter(known).fold(Against::default(), |sum, number| Against {
        generated: sum.generated + generation.energy(number),
        expected: sum.expected + expected.energy(number),
    })
}

fn strings(roof: &Roof, conditions: &Conditions, numbers: &Range<i64>) -> Vec<SettledString> {
    let strings: Vec<(&str, Power, &Quarters)> = roof
        .meters
        .strings
        .iter()
        .zip(&roof.string_powers)
        .map(|((device, energy), &power)| (device.as_str(), power, energy))
        .collect();
    let compared = Strings { strings: &strings, conditions, expected: roof.expected_dc_per_kwp };
    let beside = compared.day(numbers.clone());
    let beside = beside.unwrap_or_else(|| vec![StringDay::default(); strings.len()]);
    strings
        .iter()
        .zip(beside)
        .map(|(&(device, peak, energy), beside)| SettledString {
            device: device.to_owned(),
            peak,
            beside,
            yields: yield_sums(energy, conditions, Array { peak, ..roof.array }, numbers.clone()),
        })
        .collect()
}

#[cfg(test)]
mod tests;
