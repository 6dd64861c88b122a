//! Sums since the beginning, and against last year.

use super::Live;
use crate::document::{Block, KeyFigure, Section};
use crate::number::{figure, grouped, percent};
use quantity::Energy;

fn key(name: &'static str, unit: &str, plan: String, method: impl Into<String>) -> KeyFigure {
    let (baseline, difference) = (String::new(), String::new());
    KeyFigure { name, unit: unit.into(), plan, baseline, difference, method: method.into() }
}

pub(super) fn section(live: &Live) -> Section {
    let overview = live.overview;
    let (flows, footprint) = (&overview.flows, &overview.footprint);
    let tonnes = (footprint.self_consumed + footprint.exported).kilograms_f64() / 1e3;
    let of_generation =
        |part: Energy| percent(part.kilowatt_hours(), flows.generation.kilowatt_hours());
    let growth = match overview.growth {
        Some(growth) => {
            let (now, before) = (growth.now.kilowatt_hours(), growth.before.kilowatt_hours());
            let share = if before > 0.0 { 100.0 * (now / before - 1.0) } else { 0.0 };
            let sign = if share > 0.0 { "+" } else { "" };
            key(
                "Growth against last year",
                "%",
                format!("{sign}{}", grouped(share, 1)),
                format!(
                    "{} kWh on {} dates of the last twelve months, {} on the same a year before",
                    figure(now),
                    growth.days,
                    figure(before)
                ),
            )
        }
        None => key(
            "Growth against last year",
            "",
            "\u{2013}".into(),
            "no date of the last twelve months is known a year before too",
        ),
    };
    let figures = vec![
        key("Generated", "kWh", figure(flows.generation.kilowatt_hours()), "AC, at the inverters"),
        key(
            "Installed",
            "MW",
            figure(overview.installed.kilowatts() / 1e3),
            "DC power of all modules at standard test conditions",
        ),
        key(
            "Used at the sites",
            "kWh",
            figure(flows.self_consumed.kilowatt_hours()),
            format!("{} of what was generated", of_generation(flows.self_consumed)),
        ),
        key(
            "Sold",
            "kWh",
            figure(flows.exported.kilowatt_hours()),
            format!("{} of what was generated", of_generation(flows.exported)),
        ),
        key("Bought", "kWh", figure(flows.imported.kilowatt_hours()), "from the grid"),
        key("Into vehicles", "kWh", figure(flows.charging.kilowatt_hours()), "at the plugs"),
        key(
            "Avoided",
            "t CO2e",
            figure(tonnes),
            "at the grid of each hour: own use and sold; both lines stand under Carbon",
        ),
        growth,
    ];
    Section { id: "totals", title: "Since the beginning", blocks: vec![Block::KeyFigures(figures)] }
}
