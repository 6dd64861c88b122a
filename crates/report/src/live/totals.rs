//! Sums since the beginning, and against last year.

use super::{Live, months};
use crate::document::{Block, KeyFigure, Section};
use crate::number::{figure, grouped, percent, plural};
use quantity::{Carbon, Energy};
use warehousing::monitoring::balance::Flows;
use warehousing::monitoring::growth::Growth;

fn key(name: &'static str, unit: &str, plan: String, method: impl Into<String>) -> KeyFigure {
    let (baseline, difference) = (String::new(), String::new());
    KeyFigure { name, unit: unit.into(), plan, baseline, difference, method: method.into() }
}

pub(super) fn section(live: &Live) -> Section {
    let mut blocks = vec![Block::KeyFigures(figures(live))];
    let shown = live.overview.last_day.first().map(|hour| live.zone.day_of(hour.start));
    if let Some((_, last)) = live.overview.days
        && shown > Some(last)
    {
        let text = format!("Sums to the end of {last}: the day above is not over.");
        blocks.insert(0, Block::Paragraph(text));
    }
    blocks.extend(months::drawn(live).map(|figure| Block::Figures(vec![figure])));
    Section { id: "totals", title: "Since the beginning", blocks }
}

fn figures(live: &Live) -> Vec<KeyFigure> {
    let overview = live.overview;
    let flows = &overview.flows;
    let of_generation =
        |part: Energy| percent(part.kilowatt_hours(), flows.generation.kilowatt_hours());
    let mut figures = vec![
        key("Generated", "kWh", figure(flows.generation.kilowatt_hours()), "AC, at the inverters"),
        installed(live),
        growth(
            "Growth against last year",
            overview.growth,
            "no date of the last twelve months is known a year before too",
        ),
    ];
    if overview.like_for_like != overview.growth {
        let none = "no site was there before both years";
        figures.push(growth("Growth of the same sites", overview.like_for_like, none));
    }
    figures.extend([
        key(
            "Avoided purchases",
            "kWh",
            figure(flows.self_consumed.kilowatt_hours()),
            format!(
                "used at the sites: {} of what was generated",
                of_generation(flows.self_consumed)
            ),
        ),
        avoided(live),
        key(
            "Sold",
            "kWh",
            figure(flows.exported.kilowatt_hours()),
            sold(flows, &of_generation(flows.exported_own())),
        ),
        key("Bought", "kWh", figure(flows.imported.kilowatt_hours()), "from the grid"),
        key("Into vehicles", "kWh", figure(flows.charging.kilowatt_hours()), "at the plugs"),
        key(
            "Through batteries",
            "kWh",
            figure(flows.battery_out.kilowatt_hours()),
            format!("out of them; {} kWh went in", figure(flows.battery_in.kilowatt_hours())),
        ),
    ]);
    figures
}

fn sold(flows: &Flows, own: &str) -> String {
    let resold = flows.resold.kilowatt_hours();
    if resold == 0.0 {
        return format!("{own} of what was generated");
    }
    format!("{own} of what was generated, and {} kWh that were not", figure(resold))
}

/// A dash rather than nothing where the grid of no hour is known.
fn avoided(live: &Live) -> KeyFigure {
    let footprint = &live.overview.footprint;
    let avoided = footprint.self_consumed + footprint.exported;
    let without = footprint.without_factor.kilowatt_hours();
    let mut method =
        "at the grid of each hour: own use and sold; both lines stand under Carbon".to_owned();
    if without > 0.0 {
        method =
            format!("{method}; without {} kWh of hours whose grid is not known", figure(without));
    }
    match (avoided, without > 0.0) {
        (Carbon::ZERO, true) => key("Avoided emissions", "", "\u{2013}".into(), method),
        _ => key("Avoided emissions", "t CO2e", figure(avoided.kilograms_f64() / 1e3), method),
    }
}

fn installed(live: &Live) -> KeyFigure {
    let mut method = "DC power of all modules at standard test conditions".to_owned();
    if let Some(growth) = live.overview.installed_growth {
        let before = figure(growth.before.kilowatts() / 1e3);
        let share =
            growth.share().map_or_else(String::new, |share| format!(", {} %", signed(share)));
        let undated = match growth.undated {
            0 => String::new(),
            more => format!("; {} of unknown date in both", plural(more, "site")),
        };
        method = format!("{method}; {before} MW a year before{share}{undated}");
    }
    let megawatts = figure(live.overview.installed.kilowatts() / 1e3);
    key("Installed", "MW", megawatts, method)
}

fn growth(name: &'static str, growth: Option<Growth>, none: &str) -> KeyFigure {
    let Some(growth) = growth else { return key(name, "", "\u{2013}".into(), none) };
    let [now, before] = [growth.now, growth.before].map(Energy::kilowatt_hours).map(figure);
    let method = format!(
        "{}: {now} kWh on {} of the last twelve months, {before} on the same a year before",
        plural(growth.sites, "site"),
        plural(growth.days, "date")
    );
    match growth.share() {
        Some(share) => key(name, "%", signed(share), method),
        None => key(name, "", "\u{2013}".into(), method),
    }
}

/// In percent, with its sign.
fn signed(share: f64) -> String {
    let sign = if share > 0.0 { "+" } else { "" };
    format!("{sign}{}", grouped(100.0 * share, 1))
}
