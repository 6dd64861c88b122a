//! Readings for tests.

use super::performance::Array;
use super::reading::{Channel, Form, Measured, Reading};
use super::series::{QUARTER_S, Quarters};
use super::settle::Roof;
use super::site::{SiteMeters, sites};
use quantity::{Day, Duration, Instant, Power, Zone};

/// kWh of quarter hours from midnight of 1 June 2025, UTC.
pub(super) fn amounts(site: &str, device: &str, measured: Measured, kwh: &[f64]) -> Channel {
    let first = Quarters::number(Instant::parse("2025-06-01T00:00:00Z").unwrap());
    let readings = (0..).zip(kwh).map(|(place, &value)| {
        let at = Instant::from_unix((first + place) * QUARTER_S);
        Reading { file: 0, row: place as u64 + 2, at, value }
    });
    let readings = readings.collect();
    Channel { site: site.into(), device: device.into(), measured, form: Form::Amount, readings }
}

/// The only site of some channels.
pub(super) fn meters(channels: &[Channel]) -> SiteMeters {
    sites(channels).0.remove(0)
}

/// A site of 100 kWp, without anything known of it but its meters.
pub(super) fn roof(meters: &SiteMeters) -> Roof<'_> {
    Roof {
        meters,
        array: Array { peak: Power::from_kilowatts(100.0), gamma_per_c: -0.0035 },
        modelled: None,
        expected_ac: None,
        expected_dc_per_kwp: None,
        string_powers: vec![Power::from_kilowatts(10.0); meters.strings.len()],
    }
}

/// kWh of every hour from one local day to another.
pub(super) fn steady(
    site: &str,
    measured: Measured,
    days: [&str; 2],
    zone: &Zone,
    kwh: f64,
) -> Channel {
    let at = |day| zone.at(Day::parse(day).unwrap(), Duration::ZERO).unix();
    let stamps = (at(days[0])..at(days[1])).step_by(3_600);
    let readings = stamps
        .map(|at| Reading { file: 0, row: 2, at: Instant::from_unix(at), value: kwh })
        .collect();
    let device = measured.name().to_owned();
    Channel { site: site.into(), device, measured, form: Form::Amount, readings }
}
