//! The files of `energy actual` into what is known of each site.

use super::ActualArgs;
use crate::folder;
use anyhow::{Result, anyhow, bail};
use intake::metering::{self, ExpectedStep, Read, StringPowers};
use intake::{Faults, File};
use network::Site;
use quantity::{Fixed, Instant, Power};
use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;
use warehousing::monitoring::performance::{Array, Conditions};
use warehousing::monitoring::reading::Channel;
use warehousing::monitoring::series::{Notice, Quarters};
use warehousing::monitoring::settle::Roof;
use warehousing::monitoring::site::{SiteMeters, sites};

/// What is expected of a site.
struct Expected {
    conditions: Conditions,
    ac: Quarters,
    dc_per_kwp: Option<Quarters>,
}

/// All that the files say.
pub(super) struct Known {
    /// By name, with the readings of each.
    meters: Vec<SiteMeters>,
    pub(super) notices: Vec<Notice>,
    /// By id.
    pub(super) sites: Vec<Site>,
    expected: BTreeMap<String, Expected>,
    strings: StringPowers,
    /// kg CO2e per kWh, by time.
    pub(super) grid: Vec<(Instant, Fixed)>,
    /// Per kWh, by time.
    pub(super) prices: Vec<(Instant, f64)>,
}

/// Reads a table and tells its warnings.
fn table<T>(
    path: &Path,
    read: impl FnOnce(File) -> std::result::Result<Read<T>, Faults>,
) -> Result<T> {
    let (name, bytes) = (path.display().to_string(), folder::bytes(path)?);
    let found = read(File { name: &name, bytes: &bytes })
        .map_err(|faults| anyhow!("{name} is not valid\n{faults}"))?;
    for warning in &found.warnings {
        writeln!(std::io::stderr(), "warning: {warning}")?;
    }
    Ok(found.value)
}

/// A table of a scenario, if it is given.
fn optional<T: Default>(
    path: Option<&Path>,
    read: impl FnOnce(File) -> std::result::Result<Read<T>, Faults>,
) -> Result<T> {
    path.map_or_else(|| Ok(T::default()), |path| table(path, read))
}

impl Known {
    pub(super) fn gather(args: &ActualArgs) -> Result<Self> {
        let sites_known = table(&args.sites, metering::sites)?;
        let mut channels: Vec<Channel> = Vec::new();
        for (number, path) in (0_u16..).zip(&args.readings) {
            join(&mut channels, table(path, |file| metering::readings(file, number))?);
        }
        let (meters, notices) = sites(&channels);
        let place = |id: &str| sites_known.iter().find(|site| site.id == id);
        if let Some(unknown) = meters.iter().find(|meters| place(&meters.site).is_none()) {
            let (site, file) = (&unknown.site, args.sites.display());
            bail!("site_id `{site}` of the readings: no such site in {file}. Add it there");
        }
        let mut expected = BTreeMap::new();
        for (id, path) in &args.expected {
            let Some(site) = place(id) else {
                bail!("--expected {id}=…: no such site in {}. Add it there", args.sites.display());
            };
            expected.insert(id.clone(), of_site(&table(path, metering::expected)?, site));
        }
        let intensities = optional(args.grid.as_deref(), metering::intensities)?;
        let fixed = |(at, value)| Fixed::from_f64(value).map(|value| (at, value));
        Ok(Self {
            meters,
            notices,
            expected,
            strings: optional(args.strings.as_deref(), metering::strings)?,
            grid: intensities.into_iter().filter_map(fixed).collect(),
            prices: optional(args.tariff.as_deref(), metering::prices)?,
            sites: sites_known,
        })
    }

    /// Power of a site's modules.
    pub(super) fn peak(&self, site: &str) -> Power {
        let solar = self.sites.iter().find(|known| known.id == site).and_then(|known| known.solar);
        solar.map_or(Power::ZERO, |solar| solar.peak)
    }

    /// As the domain takes them.
    pub(super) fn roofs(&self, args: &ActualArgs) -> Vec<Roof<'_>> {
        let roof = |meters| self.roof(meters, args.temp_coeff);
        self.meters.iter().map(roof).collect()
    }

    fn roof<'a>(&'a self, meters: &'a SiteMeters, gamma_per_c: f64) -> Roof<'a> {
        let peak = self.peak(&meters.site);
        let expected = self.expected.get(&meters.site);
        let equal = Power::new(peak.milliwatts() / (meters.strings.len() as i64).max(1));
        let power = |(device, _): &(String, Quarters)| {
            let key = (meters.site.clone(), device.clone());
            self.strings.get(&key).copied().unwrap_or(equal)
        };
        Roof {
            meters,
            array: Array { peak, gamma_per_c },
            modelled: expected.map(|expected| &expected.conditions),
            expected_ac: expected.map(|expected| &expected.ac),
            expected_dc_per_kwp: expected.and_then(|expected| expected.dc_per_kwp.as_ref()),
            string_powers: meters.strings.iter().map(power).collect(),
        }
    }
}

/// Adds the readings of another file to those of the same channel.
fn join(channels: &mut Vec<Channel>, more: Vec<Channel>) {
    for channel in more {
        let same = channels.iter_mut().find(|known| {
            (&known.site, &known.device, known.measured, known.form)
                == (&channel.site, &channel.device, channel.measured, channel.form)
        });
        match same {
            Some(known) => known.readings.extend(channel.readings),
            None => channels.push(channel),
        }
    }
}

fn of_site(steps: &[ExpectedStep], site: &Site) -> Expected {
    let of = |value: fn(&ExpectedStep) -> f64, times: f64| -> Vec<(i64, i64, f64)> {
        let span = |step: &ExpectedStep| (step.from.unix(), step.until.unix());
        steps.iter().map(|step| (span(step).0, span(step).1, value(step) * times)).collect()
    };
    let kwp = site.solar.map_or(0.0, |solar| solar.peak.kilowatts());
    Expected {
        conditions: Conditions {
            irradiance: Quarters::from_levels(&of(|step| step.poa_w_m2, 1.0)),
            temperature: Quarters::from_levels(&of(|step| step.cell_temp_c, 1.0)),
        },
        ac: Quarters::from_power(&of(|step| step.ac_w, 1.0)),
        dc_per_kwp: (kwp > 0.0).then(|| Quarters::from_power(&of(|step| step.dc_w, 1.0 / kwp))),
    }
}
