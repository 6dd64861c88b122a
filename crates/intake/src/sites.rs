//! `sites`: warehouses, hubs, stations.

use crate::findings::{Findings, Told};
use crate::listed::Listed;
use crate::table::{Layout, Row};
use crate::warning::Warning;
use crate::wrong::{Span, Wrong};
use crate::{File, cell, folder};
use network::{Battery, Site, SiteKind, Solar};
use quantity::{Energy, Power};

const LAYOUT: Layout = Layout {
    csv: "sites.csv",
    parquet: "sites.parquet",
    needed: &["site_id", "kind", "lat", "lon"],
    optional: &["pv_kwp", "tilt_deg", "azimuth_deg", "battery_kwh", "battery_kw", "load_kwh_day"],
    needs_rows: true,
};
/// By their places in [`KIND_NAMES`].
const KINDS: [SiteKind; 3] = [SiteKind::Warehouse, SiteKind::Hub, SiteKind::Station];
const KIND_NAMES: &[&str] = &[KINDS[0].name(), KINDS[1].name(), KINDS[2].name()];
/// Power in kW of a site's modules or battery: up to 1 GW.
const KW: Span = Span { least: 0.0, most: 1e6 };
/// Energy in kWh: up to 10 GWh.
const KWH: Span = Span { least: 0.0, most: 1e7 };
const TILT_DEG: Span = Span { least: 0.0, most: 90.0 };
/// Clockwise from north; negative degrees are a sign of a count from south.
const AZIMUTH_DEG: Span = Span { least: 0.0, most: 360.0 };
/// Tilt of modules of which only the power is known: a flat roof's.
const TILT_DEFAULT_DEG: f64 = 10.0;
/// Hours in which a battery of unknown power fills.
const BATTERY_DEFAULT_H: f64 = 2.0;

/// The sites by id. No modules, battery or load are as good as zero of them.
pub(crate) fn read(files: &[File], findings: &mut Findings) -> Listed<Site> {
    let table = folder::needed(files, &LAYOUT, findings);
    Listed::read(table.as_ref(), LAYOUT.csv, "site_id", findings, |row, id| {
        let kind = row.needed("kind", cell::choice(KIND_NAMES));
        let point = row.point("lat", "lon");
        let solar = solar(row, point.is_ok_and(|point| point.lat() < 0.0));
        let battery = battery(row);
        let load = row.optional("load_kwh_day", cell::number(KWH));
        Ok(Site {
            id: id?.into(),
            kind: KINDS[kind?],
            point: point?,
            solar: solar?,
            battery: battery?,
            load_per_day: Energy::from_kilowatt_hours(load?.unwrap_or(0.0)),
        })
    })
}

fn solar(row: &mut Row, southern: bool) -> Result<Option<Solar>, Told> {
    let peak = row.optional("pv_kwp", cell::number(KW));
    let tilt = row.optional("tilt_deg", cell::number(TILT_DEG));
    let azimuth = row.optional("azimuth_deg", cell::number(AZIMUTH_DEG));
    let toward_equator = if southern { 0.0 } else { 180.0 };
    let (peak, tilt, azimuth) = (peak?, tilt?, azimuth?);
    Ok(peak.filter(|&peak| peak > 0.0).map(|peak| Solar {
        peak: Power::from_kilowatts(peak),
        tilt_deg: tilt.unwrap_or(TILT_DEFAULT_DEG),
        azimuth_deg: azimuth.unwrap_or(toward_equator),
    }))
}

fn battery(row: &mut Row) -> Result<Option<Battery>, Told> {
    let capacity = row.optional("battery_kwh", cell::number(KWH));
    let power = row.optional("battery_kw", cell::number(KW));
    let (capacity, power) = (capacity?, power?);
    match (capacity.filter(|&kwh| kwh > 0.0), power) {
        (Some(_), Some(0.0)) => Err(row.wrong("battery_kw", Wrong::Zero(KW))),
        (Some(kwh), power) => Ok(Some(Battery {
            capacity: Energy::from_kilowatt_hours(kwh),
            power: Power::from_kilowatts(power.unwrap_or(kwh / BATTERY_DEFAULT_H)),
        })),
        (None, power) => {
            if power.is_some_and(|kw| kw > 0.0) {
                let number = row.number;
                row.warn(|file| Warning::PowerWithoutBattery { file, row: number });
            }
            Ok(None)
        }
    }
}
