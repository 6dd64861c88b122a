//! The last day by hour: generation, use, batteries, vehicles, price, grid; planned and measured.

use super::Live;
use super::day::{Day, batteries, generation_and_use, grid};
use crate::document::{Block, Column, Section, Table};
use crate::number::{grouped, places};
use quantity::{Duration, Energy, Instant};
use warehousing::Hour;
use warehousing::monitoring::balance::Flows;
use warehousing::monitoring::hours::DayHour;

/// What is known of an hour beside its measurements.
pub(super) struct Beside {
    /// Per kWh bought.
    pub(super) price: Option<f64>,
    /// kg CO2e per kWh bought.
    pub(super) intensity: Option<f64>,
    pub(super) planned: Option<Hour>,
}

pub(super) fn section(live: &Live) -> Section {
    let hours = &live.overview.last_day;
    let is_foreseen = !live.planned.is_empty() || hours.iter().any(|hour| hour.expected.is_some());
    let blocks = if !is_foreseen && !hours.iter().any(is_measured) {
        vec![Block::Paragraph("No reading of any energy on this day.".into())]
    } else {
        let beside = beside(live, hours);
        let day = Day { live, hours, beside: &beside };
        let mut figures = vec![generation_and_use(&day)];
        figures.extend(batteries(&day));
        figures.push(grid(&day));
        vec![Block::Figures(figures), Block::Table(by_hour(&day))]
    };
    Section { id: "day", title: "The last day", blocks }
}

/// Whether anything was: of an hour to come nothing is.
pub(super) fn is_measured(hour: &DayHour) -> bool {
    hour.is_known || hour.flows != Flows::default()
}

fn beside(live: &Live, hours: &[DayHour]) -> Vec<Beside> {
    let grid: Vec<(Instant, f64)> =
        live.grid.iter().map(|&(at, value)| (at, value.to_f64())).collect();
    let of = |hour: &DayHour| Beside {
        price: at_hour(live.prices, hour),
        intensity: at_hour(&grid, hour),
        planned: live.planned.iter().find(|planned| planned.start == hour.start).copied(),
    };
    hours.iter().map(of).collect()
}

/// The mean of the rows that begin in an hour, else the last that began less than an hour before.
fn at_hour(rows: &[(Instant, f64)], hour: &DayHour) -> Option<f64> {
    let an_hour = Duration::from_seconds(3_600);
    let from = rows.partition_point(|&(at, _)| at < hour.start);
    let until = rows.partition_point(|&(at, _)| at < hour.start + an_hour);
    let within = &rows[from..until];
    if within.is_empty() {
        let &(at, value) = rows.get(from.checked_sub(1)?)?;
        return (hour.start - at < an_hour).then_some(value);
    }
    Some(within.iter().map(|&(_, value)| value).sum::<f64>() / within.len() as f64)
}

fn by_hour(day: &Day) -> Table {
    let parts = |hour: &DayHour| {
        let f = &hour.flows;
        [f.generation, f.used, f.charging, f.battery_in, f.battery_out, f.imported, f.exported]
            .map(Energy::kilowatt_hours)
    };
    let digits = places(day.hours.iter().flat_map(parts));
    let shown = |value: Option<f64>, places: usize| {
        value.map_or_else(|| "\u{2013}".to_owned(), |value| grouped(value, places))
    };
    let is_planned = day.beside.iter().any(|beside| beside.planned.is_some());
    let rows = day.hours.iter().zip(day.beside).map(|(hour, beside)| {
        let mut row = vec![clock(day.live, hour)];
        row.extend(parts(hour).map(|kwh| shown(is_measured(hour).then_some(kwh), digits)));
        row.insert(2, shown(hour.expected.map(Energy::kilowatt_hours), digits));
        row.push(shown(hour.soc_kwh, digits));
        row.push(shown(beside.price, 3));
        row.push(shown(beside.intensity, 3));
        row.push(measured(hour).into());
        if is_planned {
            let planned = |of: fn(&Hour) -> Energy| {
                shown(beside.planned.as_ref().map(|hour| of(hour).kilowatt_hours()), digits)
            };
            row.push(planned(|hour| hour.charging));
            row.push(planned(|hour| hour.battery_in - hour.battery_out));
            row.push(planned(|hour| hour.stored));
            row.push(planned(|hour| hour.import - hour.export));
        }
        row
    });
    let mut table = Table::new("All sites by hour", columns(day, is_planned), rows.collect());
    table.folded = true;
    table
}

/// The local clock at its beginning.
pub(super) fn clock(live: &Live, hour: &DayHour) -> String {
    live.zone.rfc3339(hour.start).chars().skip(11).take(5).collect()
}

fn measured(hour: &DayHour) -> &'static str {
    match (hour.is_known, is_measured(hour)) {
        (true, _) => "all",
        (false, true) => "partly",
        (false, false) => "not",
    }
}

fn columns(day: &Day, is_planned: bool) -> Vec<Column> {
    let names = [
        "Generated",
        "Expected",
        "Used",
        "Vehicles",
        "Into battery",
        "Out of battery",
        "Bought",
        "Sold",
        "In battery",
    ];
    let mut columns = vec![Column::words("Hour from")];
    columns.extend(names.map(|name| Column::numbers(name, "kWh")));
    let per_kwh = match day.live.currency {
        "" => "per kWh".to_owned(),
        currency => format!("{currency}/kWh"),
    };
    columns.push(Column::numbers("Price", &per_kwh));
    columns.push(Column::numbers("Grid", "kg CO2e/kWh"));
    columns.push(Column::words("Measured"));
    if is_planned {
        let planned =
            ["Vehicles planned", "Battery planned", "In battery planned", "From grid planned"];
        columns.extend(planned.map(|name| Column::numbers(name, "kWh")));
    }
    columns
}
