//! The last day by hour: generation, load, battery, charging, price, grid.

use super::Live;
use crate::document::{Block, Column, Figure, Section, Table};
use crate::drawing::{Drawing, Frame, Hatch, Words};
use crate::energy_day::{
    SIGNAL, Signal, WIDTH, draw_energies, draw_hours, draw_legend, draw_signal,
};
use crate::number::{figure, grouped, places};
use quantity::{Duration, Energy, Instant};
use warehousing::Hour;
use warehousing::monitoring::overview::DayHour;

/// From one signal to the next.
const SIGNAL_STEP: f64 = 78.0;

pub(super) fn section(live: &Live) -> Section {
    let hours = &live.overview.last_day;
    let blocks = if hours.is_empty() {
        vec![Block::Paragraph("No reading of any energy.".into())]
    } else {
        vec![Block::Figures(vec![drawn(live, hours)]), Block::Table(by_hour(live, hours))]
    };
    Section { id: "day", title: "The last day", blocks }
}

/// As the drawing takes it.
fn hour(hour: &DayHour) -> Hour {
    let flows = &hour.flows;
    Hour {
        start: hour.start,
        pv: flows.generation,
        load: (flows.used - flows.charging).or_zero(),
        charging: flows.charging,
        charging_from_grid: Energy::ZERO,
        battery_in: flows.battery_in,
        battery_out: flows.battery_out,
        stored: Energy::from_kilowatt_hours(hour.soc_kwh.unwrap_or_default()),
        import: flows.imported,
        export: flows.exported,
    }
}

fn drawn(live: &Live, hours: &[DayHour]) -> Figure {
    let day = live.zone.day_of(hours[0].start);
    let id = "last-day".to_owned();
    let of_day: Vec<Hour> = hours.iter().map(hour).collect();
    let mut drawing = Drawing::default();
    drawing.hatch(&id, "charging", Hatch::Falling);
    drawing.hatch(&id, "battery", Hatch::Level);
    draw_legend(&mut drawing, &id);
    draw_energies(&mut drawing, &id, &of_day);
    draw_hours(&mut drawing, live.zone, &of_day);
    let (prices, intensities) = (prices(live, hours), intensities(live, hours));
    let stored: Vec<Option<f64>> = hours.iter().map(|hour| hour.soc_kwh).collect();
    let mut frame = SIGNAL;
    let mut told = Vec::new();
    for (title, unit, values) in [
        ("price of electricity", format!("{} per kWh", live.currency), &prices),
        ("carbon intensity of the grid", "kg CO2e per kWh".to_owned(), &intensities),
        ("energy in the batteries", "kWh".to_owned(), &stored),
    ] {
        // A signal with holes would be drawn as zero there.
        let values: Vec<f64> = values.iter().flatten().copied().collect();
        if values.len() == hours.len() {
            draw_signal(
                &mut drawing,
                &Signal { title: title.into(), unit, values: &values },
                frame,
            );
            frame = Frame { y: frame.y + SIGNAL_STEP, ..frame };
            told.push(title);
        }
    }
    let sum = |part: fn(&DayHour) -> Energy| hours.iter().map(part).sum::<Energy>();
    let generated = sum(|hour| hour.flows.generation).kilowatt_hours();
    let used = sum(|hour| hour.flows.used).kilowatt_hours();
    let bought = sum(|hour| hour.flows.imported).kilowatt_hours();
    let below =
        if told.is_empty() { String::new() } else { format!("; below, {}", told.join(" and ")) };
    let words = Words {
        id,
        title: format!(
            "{day}: {} kWh generated, {} used, {} bought",
            figure(generated),
            figure(used),
            figure(bought)
        ),
        description: format!(
            "All sites by hour, in kWh: the buildings' load, charging of vehicles and charging of \
             batteries as stacked bars, the modules' output as a line{below}. The table by hour \
             has the figures."
        ),
    };
    drawing.finish(words, WIDTH, frame.y - SIGNAL_STEP + SIGNAL.height + 8.0)
}

/// The mean of the rows that begin in each hour, else the last that began less than an hour before.
fn at_hours(rows: &[(Instant, f64)], hours: &[DayHour]) -> Vec<Option<f64>> {
    let an_hour = Duration::from_seconds(3_600);
    let at = |hour: &DayHour| {
        let from = rows.partition_point(|&(at, _)| at < hour.start);
        let until = rows.partition_point(|&(at, _)| at < hour.start + an_hour);
        let within = &rows[from..until];
        if within.is_empty() {
            let &(at, value) = rows.get(from.checked_sub(1)?)?;
            return (hour.start - at < an_hour).then_some(value);
        }
        Some(within.iter().map(|&(_, value)| value).sum::<f64>() / within.len() as f64)
    };
    hours.iter().map(at).collect()
}

fn prices(live: &Live, hours: &[DayHour]) -> Vec<Option<f64>> {
    at_hours(live.prices, hours)
}

fn intensities(live: &Live, hours: &[DayHour]) -> Vec<Option<f64>> {
    let rows: Vec<(Instant, f64)> =
        live.grid.iter().map(|&(at, value)| (at, value.to_f64())).collect();
    at_hours(&rows, hours)
}

fn by_hour(live: &Live, hours: &[DayHour]) -> Table {
    let parts = |hour: &DayHour| {
        let f = &hour.flows;
        [f.generation, f.used, f.charging, f.battery_in, f.battery_out, f.imported, f.exported]
            .map(Energy::kilowatt_hours)
    };
    let digits = places(hours.iter().flat_map(parts));
    let shown = |value: Option<f64>, places: usize| {
        value.map_or_else(|| "\u{2013}".to_owned(), |value| grouped(value, places))
    };
    let (prices, intensities) = (prices(live, hours), intensities(live, hours));
    let rows = hours
        .iter()
        .zip(prices.into_iter().zip(intensities))
        .map(|(hour, (price, intensity))| {
            let clock: String = live.zone.rfc3339(hour.start).chars().skip(11).take(5).collect();
            let mut row = vec![clock];
            row.extend(parts(hour).map(|kwh| grouped(kwh, digits)));
            row.push(shown(hour.soc_kwh, digits));
            row.push(shown(price, 3));
            row.push(shown(intensity, 3));
            row.push(if hour.is_known { "all".into() } else { "partly".into() });
            row
        })
        .collect();
    let names =
        ["Generated", "Used", "Vehicles", "Into battery", "Out of battery", "Bought", "Sold"];
    let mut columns = vec![Column::words("Hour from")];
    columns.extend(names.map(|name| Column::numbers(name, "kWh")));
    columns.push(Column::numbers("In battery", "kWh"));
    columns.push(Column::numbers("Price", &format!("{}/kWh", live.currency)));
    columns.push(Column::numbers("Grid", "kg CO2e/kWh"));
    columns.push(Column::words("Measured"));
    let mut table = Table::new("All sites by hour", columns, rows);
    table.folded = true;
    table
}
