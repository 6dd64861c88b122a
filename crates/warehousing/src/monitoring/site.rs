//! The devices of a site together.

use super::reading::{Channel, Form, Measured};
use super::series::{Notice, Oddity, Quarters, quarters};
use std::collections::BTreeMap;
use std::ops::Range;

/// What the devices of a site measured.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SiteMeters {
    /// The site.
    pub site: String,
    /// Energies summed over devices; of a level the first device by name.
    flows: BTreeMap<Measured, Quarters>,
    /// DC energy of each string, by name.
    pub strings: Vec<(String, Quarters)>,
}

/// Devices with what each measured, by quantity.
type Devices<'a> = BTreeMap<Measured, Vec<(&'a str, Quarters)>>;

/// The sites by name, and all that is odd about their readings.
///
/// Where a device has a quantity in two forms, the register counts, else amounts; the other form is
/// named and left out.
pub fn sites(channels: &[Channel]) -> (Vec<SiteMeters>, Vec<Notice>) {
    let mut devices: BTreeMap<(&str, Measured, &str), Vec<&Channel>> = BTreeMap::new();
    for channel in channels {
        let key = (channel.site.as_str(), channel.measured, channel.device.as_str());
        devices.entry(key).or_default().push(channel);
    }
    let mut sites: BTreeMap<&str, Devices<'_>> = BTreeMap::new();
    let mut notices = Vec::new();
    for ((site, measured, device), mut forms) in devices {
        let rank = |channel: &&Channel| match channel.form {
            Form::Counter => 0,
            Form::Amount => 1,
            Form::Mean => 2,
        };
        forms.sort_by_key(rank);
        let (found, odd) = quarters(forms[0]);
        notices.extend(odd);
        notices.extend(forms[1..].iter().filter_map(|channel| left_out(channel)));
        let of_site = sites.entry(site).or_default();
        of_site.entry(measured).or_default().push((device, found));
    }
    let sites = sites.into_iter().map(|(site, devices)| together(site, devices)).collect();
    (sites, notices)
}

fn left_out(channel: &Channel) -> Option<Notice> {
    let first = channel.readings.first()?;
    Some(Notice {
        site: channel.site.clone(),
        device: channel.device.clone(),
        quantity: channel.measured.name(),
        file: first.file,
        row: first.row,
        at: first.at,
        oddity: Oddity::OtherForm { readings: channel.readings.len() },
    })
}

fn together(site: &str, devices: Devices<'_>) -> SiteMeters {
    let mut meters = SiteMeters { site: site.to_owned(), ..SiteMeters::default() };
    for (measured, mut devices) in devices {
        if measured == Measured::StringGeneration {
            let named = devices.into_iter().map(|(device, found)| (device.to_owned(), found));
            meters.strings = named.collect();
        } else if measured.is_energy() {
            let parts: Vec<&Quarters> = devices.iter().map(|(_, found)| found).collect();
            meters.flows.insert(measured, Quarters::sum(&parts));
        } else {
            meters.flows.insert(measured, devices.swap_remove(0).1);
        }
    }
    meters
}

impl SiteMeters {
    /// What was measured of a quantity, if it was.
    pub fn measured(&self, measured: Measured) -> Option<&Quarters> {
        self.flows.get(&measured)
    }
    /// Numbers of the quarter hours from the first to the last reading of any energy.
    pub fn numbers(&self) -> Range<i64> {
        let strings = self.strings.iter().map(|(_, found)| found);
        let energies = self.flows.iter().filter(|(measured, _)| measured.is_energy());
        let all: Vec<&Quarters> = energies.map(|(_, found)| found).chain(strings).collect();
        let begin = all.iter().map(|found| found.first).min().unwrap_or_default();
        begin..all.iter().map(|found| found.end()).max().unwrap_or(begin)
    }
    /// Whether all energies of the site but the strings' are known in a quarter hour, of those that
    /// have been measured by then: a meter that came later takes nothing from the years before.
    pub fn is_known(&self, number: i64) -> bool {
        let energies = self.flows.iter().filter(|(measured, _)| measured.is_energy());
        let mut begun = energies.filter(|(_, found)| found.first <= number).peekable();
        begun.peek().is_some() && begun.all(|(_, found)| found.is_known(number))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::monitoring::made_up::{amounts, meters};

    #[test]
    fn a_meter_that_came_later_takes_nothing_from_before() {
        let mut late = amounts("A", "plugs", Measured::Charging, &[1.0, 1.0, 1.0, 1.0]);
        late.readings.drain(..2);
        let second = {
            let mut second = amounts("A", "inv2", Measured::Generation, &[2.0, 2.0, 2.0, 2.0]);
            second.readings.drain(..1);
            second
        };
        let first = amounts("A", "inv1", Measured::Generation, &[5.0, 5.0, 5.0]);
        let site = meters(&[first, second, late]);
        let start = site.numbers().start;
        let known: Vec<bool> = (-1..5).map(|quarter| site.is_known(start + quarter)).collect();
        assert_eq!(
            known,
            [false, true, true, true, false, false],
            "inv1 fell silent after the third"
        );
        let generation = site.measured(Measured::Generation).unwrap();
        let kwh: Vec<f64> =
            (0..4).map(|quarter| generation.energy(start + quarter).kilowatt_hours()).collect();
        assert!(kwh.iter().zip([5.0, 7.0, 7.0, 2.0]).all(|(a, b)| (a - b).abs() < 1e-9), "{kwh:?}");
    }

    #[test]
    fn a_register_counts_before_the_power_of_the_same_device() {
        let mut power = amounts("A", "m", Measured::Import, &[9.0, 9.0]);
        power.form = Form::Mean;
        let mut register = amounts("A", "m", Measured::Import, &[100.0, 103.0]);
        register.form = Form::Counter;
        let (found, notices) = sites(&[power, register]);
        let import = found[0].measured(Measured::Import).unwrap();
        assert!((import.total().kilowatt_hours() - 3.0).abs() < 1e-9);
        assert_eq!(notices.len(), 1);
        assert_eq!(notices[0].oddity, Oddity::OtherForm { readings: 2 });
    }
}
