//! `weather`, `tariff`, `grid`: values by the hour.

use crate::findings::{Findings, Told};
use crate::table::{Layout, Row, Table};
use crate::warning::Warning;
use crate::wrong::{Span, Wrong};
use crate::{File, cell, folder};
use planner::{Grid, Tariff};
use quantity::Instant;
use std::collections::{BTreeMap, HashMap};
use warehousing::WeatherHour;

const WEATHER: Layout = Layout {
    csv: "weather.csv",
    parquet: "weather.parquet",
    needed: &["timestamp", "ghi_w_m2", "dni_w_m2", "dhi_w_m2", "temp_air_c", "wind_speed_m_s"],
    optional: &[],
    needs_rows: true,
};
const TARIFF: Layout = Layout {
    csv: "tariff.csv",
    parquet: "tariff.parquet",
    needed: &["timestamp", "price_per_kwh"],
    optional: &[],
    needs_rows: true,
};
const GRID: Layout = Layout {
    csv: "grid.csv",
    parquet: "grid.parquet",
    needed: &["timestamp", "kg_co2e_per_kwh"],
    optional: &[],
    needs_rows: true,
};
/// W/m2. Above the sun's own 1361 by the light of clouds; 9999 is a station's sign for "none".
const IRRADIANCE: Span = Span { least: 0.0, most: 2_000.0 };
/// W/m2 that a pyranometer loses to the night sky.
const SENSOR_OFFSET: f64 = -5.0;
/// °C, wider than any record.
const TEMP_AIR: Span = Span { least: -100.0, most: 70.0 };
/// m/s, wider than any record.
const WIND_SPEED: Span = Span { least: 0.0, most: 150.0 };
/// Per kWh; below zero where power is in surplus.
const PRICE: Span = Span { least: -1e6, most: 1e6 };
/// kg CO2e per kWh; the dirtiest grids are near 1.
const INTENSITY: Span = Span { least: 0.0, most: 10.0 };
/// The price of a scenario without tariff, per kWh in its currency: an assumption, told in the
/// report, of a day twice as dear as a night.
const TARIFF_ASSUMED: Tariff = Tariff::TwoStep { day: 0.20, night: 0.12 };

/// The weather by time, empty where absent.
pub(crate) fn weather(files: &[File], findings: &mut Findings) -> Result<Vec<WeatherHour>, Told> {
    let Some(table) = folder::optional(files, &WEATHER, findings)? else { return Ok(Vec::new()) };
    let mut mended: BTreeMap<&'static str, (usize, u64)> = BTreeMap::new();
    let hours = by_time(&table, findings, |row, start| {
        let mut sun = |column| irradiance(row, column, &mut mended);
        let (ghi, dni, dhi) = (sun("ghi_w_m2"), sun("dni_w_m2"), sun("dhi_w_m2"));
        let temp_air = row.needed("temp_air_c", cell::number(TEMP_AIR));
        let wind_speed = row.needed("wind_speed_m_s", cell::number(WIND_SPEED));
        Ok(WeatherHour {
            start: start?,
            ghi: ghi?,
            dni: dni?,
            dhi: dhi?,
            temp_air: temp_air?,
            wind_speed: wind_speed?,
        })
    });
    for (column, (cells, row)) in mended {
        findings.warn(Warning::SetToZero { file: table.file.clone(), column, cells, row });
    }
    hours
}

/// An irradiance; a sensor's small negative value is zero and counted in `mended`.
fn irradiance(
    row: &mut Row,
    column: &'static str,
    mended: &mut BTreeMap<&'static str, (usize, u64)>,
) -> Result<f64, Told> {
    let any_sign = Span { least: SENSOR_OFFSET, ..IRRADIANCE };
    let value = row.needed(column, |text| match cell::number(any_sign)(text) {
        Err(Wrong::TooSmall(_)) => Err(Wrong::Negative(IRRADIANCE)),
        Err(Wrong::TooLarge(_)) => Err(Wrong::TooLarge(IRRADIANCE)),
        other => other,
    })?;
    if value < 0.0 {
        mended.entry(column).or_insert((0, row.number)).0 += 1;
    }
    Ok(value.max(0.0))
}

/// The prices.
pub(crate) fn tariff(files: &[File], findings: &mut Findings) -> Result<Tariff, Told> {
    let Some(table) = folder::optional(files, &TARIFF, findings)? else {
        return Ok(TARIFF_ASSUMED);
    };
    values(&table, "price_per_kwh", PRICE, findings).map(Tariff::Hourly)
}

/// The grid's intensities.
pub(crate) fn grid(files: &[File], findings: &mut Findings) -> Result<Grid, Told> {
    let Some(table) = folder::optional(files, &GRID, findings)? else { return Ok(Grid::Default) };
    values(&table, "kg_co2e_per_kwh", INTENSITY, findings).map(Grid::Hourly)
}

/// Numbers of one column by time.
fn values(
    table: &Table,
    column: &'static str,
    span: Span,
    findings: &mut Findings,
) -> Result<Vec<(Instant, f64)>, Told> {
    by_time(table, findings, |row, start| {
        let value = row.needed(column, cell::number(span));
        Ok((start?, value?))
    })
}

/// What `read` makes of each row, by the row's time. A time may be only once.
fn by_time<T>(
    table: &Table,
    findings: &mut Findings,
    mut read: impl FnMut(&mut Row, Result<Instant, Told>) -> Result<T, Told>,
) -> Result<Vec<T>, Told> {
    let mut rows: Vec<Result<(Instant, T), Told>> = Vec::new();
    let mut first: HashMap<Instant, u64> = HashMap::new();
    table.each(findings, |row| {
        let start = row.needed("timestamp", cell::instant);
        let value = read(row, start);
        if let Ok(start) = start
            && let Some(earlier) = first.insert(start, row.number)
        {
            row.wrong("timestamp", Wrong::Duplicate { row: earlier });
        }
        rows.push(start.and_then(|start| Ok((start, value?))));
    });
    let mut rows: Vec<(Instant, T)> = rows.into_iter().collect::<Result<_, _>>()?;
    rows.sort_by_key(|&(start, _)| start);
    Ok(rows.into_iter().map(|(_, value)| value).collect())
}
