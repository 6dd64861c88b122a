//! Targets with their paths, the base year, revenue and the price of carbon.

use super::chart::path;
use super::meta::{Target, TargetKind};
use super::text::rounded;
use super::view::View;
use crate::document::{Block, Column, Figure, Section, Table};
use crate::drawing::Words;
use quantity::Fixed;
use std::collections::BTreeSet;

/// The entity's targets.
pub(super) fn section(view: &View<'_>) -> Section {
    let targets = &view.meta.targets;
    let mut blocks = Vec::new();
    if targets.is_empty() {
        blocks.push(Block::Paragraph(view.say("missing.targets").into()));
    } else {
        let charts = targets.iter().enumerate().map(|(place, target)| drawn(view, place, target));
        blocks.push(Block::Figures(charts.collect()));
        blocks.push(Block::Table(list(view, targets)));
        for target in targets {
            blocks.push(Block::Table(years(view, target)));
        }
    }
    Section { id: "targets", title: view.say("section.targets"), blocks }
}

fn unit(view: &View<'_>, target: &Target) -> &'static str {
    match target.kind {
        TargetKind::Absolute => view.mass(),
        TargetKind::Intensity => view.say("unit.intensity"),
    }
}

fn amount(view: &View<'_>, target: &Target, value: Fixed) -> Fixed {
    match target.kind {
        TargetKind::Absolute => view.scaled(value),
        TargetKind::Intensity => value,
    }
}

fn progress(view: &View<'_>, target: &Target) -> &'static str {
    view.say(match target.on_track {
        Some(true) => "target.on_track",
        Some(false) => "target.off_track",
        None => "target.unknown",
    })
}

fn drawn(view: &View<'_>, place: usize, target: &Target) -> Figure {
    let title =
        view.fill("target.chart", &[("name", &target.name), ("state", progress(view, target))]);
    let words = Words {
        id: format!("chart-target-{place}"),
        title,
        description: view.say("target.alt").into(),
    };
    let line = |line: &[(u16, Fixed)]| -> Vec<(u16, f64)> {
        line.iter().map(|&(year, kg)| (year, amount(view, target, kg).to_f64())).collect()
    };
    let legend = [view.say("target.path"), view.say("target.actual")];
    path(words, unit(view, target), legend, [&line(&target.path), &line(&target.actual)])
}

fn list(view: &View<'_>, targets: &[Target]) -> Table {
    let columns = vec![
        Column::words(view.say("column.target")),
        Column::words(view.say("column.kind")),
        Column::words(view.say("column.scopes")),
        Column::numbers(view.say("column.base_year"), ""),
        Column::numbers(view.say("column.base"), ""),
        Column::numbers(view.say("column.target_year"), ""),
        Column::words(view.say("column.unit")),
        Column::words(view.say("column.progress")),
    ];
    let rows = targets
        .iter()
        .map(|target| {
            let kind = match target.kind {
                TargetKind::Absolute => "target.absolute",
                TargetKind::Intensity => "target.intensity",
            };
            vec![
                target.name.clone(),
                view.say(kind).into(),
                target.scopes.clone(),
                target.base_year.to_string(),
                rounded(amount(view, target, target.base_kg)),
                target.target_year.to_string(),
                unit(view, target).into(),
                progress(view, target).into(),
            ]
        })
        .collect();
    Table::new(view.say("target.table"), columns, rows)
}

fn years(view: &View<'_>, target: &Target) -> Table {
    let years: BTreeSet<u16> =
        target.path.iter().chain(&target.actual).map(|(year, _)| *year).collect();
    let of = |line: &[(u16, Fixed)], year: u16| line.iter().find(|(y, _)| *y == year).map(|p| p.1);
    let shown = |value: Option<Fixed>| {
        value.map_or_else(|| "\u{2013}".into(), |kg| rounded(amount(view, target, kg)))
    };
    let unit = unit(view, target);
    let columns = vec![
        Column::words(view.say("column.year")),
        Column::numbers(view.say("target.path"), unit),
        Column::numbers(view.say("target.actual"), unit),
        Column::words(view.say("column.change")),
    ];
    let rows = years
        .into_iter()
        .map(|year| {
            let (path, actual) = (of(&target.path, year), of(&target.actual, year));
            vec![year.to_string(), shown(path), shown(actual), view.change(actual, path)]
        })
        .collect();
    let caption = view.fill("target.years", &[("name", &target.name)]);
    Table { folded: true, ..Table::new(caption, columns, rows) }
}

/// The base year and what was recalculated, apart from what was achieved.
pub(super) fn base_year(view: &View<'_>) -> Section {
    let mut blocks = Vec::new();
    match &view.meta.base_year {
        None => blocks.push(Block::Paragraph(view.say("missing.base_year").into())),
        Some(base) => {
            let current = view.points.value("ghg.total_location");
            let compared = base.recalculated_kg.unwrap_or(base.reported_kg);
            let row = |key: &str, kg: Option<Fixed>, beside: Option<Fixed>| {
                let against =
                    if beside.is_some() { view.change(kg, beside) } else { "\u{2013}".into() };
                vec![view.say(key).into(), view.value(kg, "kg CO2e"), against]
            };
            let columns = vec![
                Column::words(view.say("column.figure")),
                Column::numbers(view.say("column.value"), view.mass()),
                Column::words(view.say("column.change")),
            ];
            let mut rows = vec![row("base.reported", Some(base.reported_kg), None)];
            if let Some(kg) = base.recalculated_kg {
                rows.push(row("base.recalculated", Some(kg), Some(base.reported_kg)));
            }
            rows.push(row("base.now", current, Some(compared)));
            let caption = view.fill("base.table", &[("year", &base.year.to_string())]);
            blocks.push(Block::Table(Table::new(caption, columns, rows)));
            blocks.push(Block::Paragraph(base.text.clone()));
        }
    }
    blocks.push(Block::Paragraph(view.say("base.text").into()));
    Section { id: "base-year", title: view.say("section.base-year"), blocks }
}

/// The internal price of carbon and the revenue behind an intensity.
pub(super) fn price(view: &View<'_>) -> Section {
    let price = view.meta.carbon_price.as_ref().map_or_else(
        || view.say("missing.carbon_price").to_owned(),
        |price| {
            view.fill(
                "price.text",
                &[
                    ("price", &rounded(price.per_tonne)),
                    ("currency", &price.currency),
                    ("use", &price.used_for),
                ],
            )
        },
    );
    let revenue = view.meta.revenue.as_ref().map_or_else(
        || view.say("missing.revenue").to_owned(),
        |revenue| {
            view.fill(
                "revenue.text",
                &[("millions", &rounded(revenue.millions)), ("currency", &revenue.currency)],
            )
        },
    );
    let notes = vec![
        (view.say("price").to_owned(), price),
        (view.say("revenue").to_owned(), revenue),
        (view.say("credits").to_owned(), view.say("credits.text").to_owned()),
    ];
    Section { id: "price", title: view.say("section.price"), blocks: vec![Block::Notes(notes)] }
}
