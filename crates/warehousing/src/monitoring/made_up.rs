//! Readings for tests.

use super::reading::{Channel, Form, Measured, Reading};
use super::series::{QUARTER_S, Quarters};
use super::site::{SiteMeters, sites};
use quantity::Instant;

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
