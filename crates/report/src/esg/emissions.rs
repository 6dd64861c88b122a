//! Emissions by scope, by category, by link of the chain and over time.

use super::EsgError;
use super::answers::decimal;
use super::chart::{Bar, Stack, columns, levels};
use super::datapoint::Datapoint;
use super::view::View;
use crate::document::{Block, Column, Figure, Section, Table};
use crate::drawing::Words;
use crate::number::percent;
use quantity::Fixed;
use std::collections::BTreeMap;

/// Scopes 1, 2 and 3.
pub(super) fn scopes(view: &View<'_>) -> Section {
    let bars =
        bars(view, &["ghg.scope1", "ghg.scope2_location", "ghg.scope2_market", "ghg.scope3"]);
    let mut blocks = vec![Block::Paragraph(view.say("scopes.text").into())];
    let compared = bars.iter().filter(|(id, _)| id != "ghg.scope2_market");
    if let Some(title) = largest(view, "scopes.chart", compared) {
        blocks.push(Block::Figures(vec![chart(view, "chart-scopes", title, "scopes.alt", &bars)]));
    }
    blocks.push(Block::Table(view.table_of("scopes.table", "scopes")));
    Section { id: "scopes", title: view.say("section.scopes"), blocks }
}

/// The categories of scope 3, each with its name.
pub(super) fn categories(view: &View<'_>) -> Section {
    let points: Vec<&Datapoint> = view.points.family("ghg.scope3.").collect();
    let blocks = vec![
        Block::Paragraph(view.say("categories.text").into()),
        Block::Table(view.table(view.say("categories.table"), &points)),
    ];
    Section { id: "categories", title: view.say("section.categories"), blocks }
}

/// The five links of the chain.
pub(super) fn links(view: &View<'_>) -> Section {
    let ids = ["ordering", "packaging", "transportation", "warehousing", "recycling"];
    let ids = ids.map(|link| format!("link.{link}"));
    let bars = bars(view, &ids.each_ref().map(String::as_str));
    let mut blocks = vec![Block::Paragraph(view.say("links.text").into())];
    if let Some(title) = largest(view, "links.chart", bars.iter()) {
        blocks.push(Block::Figures(vec![chart(view, "chart-links", title, "links.alt", &bars)]));
    }
    blocks.push(Block::Table(view.table_of("links.table", "links")));
    Section { id: "links", title: view.say("section.links"), blocks }
}

/// The bars of figures that have a value.
fn bars(view: &View<'_>, ids: &[&str]) -> Vec<(String, Bar)> {
    let scaled = |kg: Fixed| view.scaled(kg).to_f64();
    let points = ids.iter().filter_map(|id| view.points.find(id));
    points
        .filter_map(|point| {
            let beside = view.points.baseline(&point.id).map(scaled);
            let bar = Bar { name: point.name.clone(), value: scaled(point.value?), beside };
            Some((point.id.clone(), bar))
        })
        .collect()
}

/// A title that names the largest, the earlier of equals; none where nothing is above zero.
fn largest<'a>(
    view: &View<'_>,
    key: &str,
    bars: impl Iterator<Item = &'a (String, Bar)>,
) -> Option<String> {
    let bars: Vec<&Bar> = bars.map(|(_, bar)| bar).collect();
    let all: f64 = bars.iter().map(|bar| bar.value).sum();
    let first = bars.iter().fold(None::<&Bar>, |most, bar| match most {
        Some(most) if most.value >= bar.value => Some(most),
        _ => Some(bar),
    })?;
    let share = percent(first.value, all);
    (first.value > 0.0).then(|| view.fill(key, &[("name", &first.name), ("share", &share)]))
}

fn chart(view: &View<'_>, id: &str, title: String, alt: &str, bars: &[(String, Bar)]) -> Figure {
    let words = Words { id: id.into(), title, description: view.say(alt).into() };
    let bars: Vec<Bar> = bars.iter().map(|(_, bar)| bar.clone()).collect();
    levels(words, view.mass(), [view.say("column.plan"), view.say("column.baseline")], &bars)
}

/// Emissions of a period: scope 1, scope 2 location-based, scope 3, scope 2 market-based; of a scope
/// without a line none.
type Row = [Option<Fixed>; 4];

/// Scopes 1 to 3, of those that are there.
fn total(row: &Row) -> Fixed {
    row[..3].iter().flatten().copied().sum()
}

/// By period of the report, and by year as far back as the ledger goes.
pub(super) fn trend(view: &View<'_>) -> Result<Section, EsgError> {
    let (periods, years) = (by_period(view, "trend")?, by_period(view, "years")?);
    let mut blocks = Vec::new();
    if periods.is_empty() {
        blocks.push(Block::Paragraph(view.say("absent.trend").into()));
    }
    for (id, key, rows) in [("chart-trend", "trend", &periods), ("chart-years", "years", &years)] {
        // One column compares nothing.
        if rows.len() > 1 {
            blocks.push(Block::Figures(vec![drawn(view, id, rows)]));
        }
        if !rows.is_empty() {
            blocks.push(Block::Table(table(view, &format!("trend.table.{key}"), rows)));
        }
    }
    Ok(Section { id: "trend", title: view.say("section.trend"), blocks })
}

fn by_period(view: &View<'_>, query: &'static str) -> Result<BTreeMap<String, Row>, EsgError> {
    let mut rows: BTreeMap<String, Row> = BTreeMap::new();
    for [case, period, scope, kg, market] in view.answers.rows(query)? {
        if case != view.meta.case.reported() {
            continue;
        }
        let row = rows.entry(period.into()).or_default();
        let kg = decimal(query, kg)?;
        match scope {
            "1" => *row[0].get_or_insert_default() += kg,
            "2" => {
                *row[1].get_or_insert_default() += kg;
                *row[3].get_or_insert_default() += decimal(query, market)?;
            }
            _ => *row[2].get_or_insert_default() += kg,
        }
    }
    Ok(rows)
}

fn drawn(view: &View<'_>, id: &str, rows: &BTreeMap<String, Row>) -> Figure {
    let most = rows.iter().fold(None::<(&String, Fixed)>, |most, (period, row)| match most {
        Some((_, kg)) if kg >= total(row) => most,
        _ => Some((period, total(row))),
    });
    let (period, kg) =
        most.map_or((String::new(), Fixed::ZERO), |(period, kg)| (view.text.period(period), kg));
    let kg = format!("{} {}", view.kg(kg), view.mass());
    let title = view.fill("trend.chart", &[("period", &period), ("kg", &kg)]);
    let words = Words { id: id.into(), title, description: view.say("trend.alt").into() };
    let stacks: Vec<Stack> = rows
        .iter()
        .map(|(period, [one, two, three, _])| Stack {
            label: period.clone(),
            parts: [*one, *two, *three].map(|kg| kg.map_or(0.0, |kg| view.scaled(kg).to_f64())),
        })
        .collect();
    let legend = ["scope.1", "scope.2", "scope.3"].map(|key| view.say(key));
    columns(words, view.mass(), legend, &stacks)
}

fn table(view: &View<'_>, caption: &str, rows: &BTreeMap<String, Row>) -> Table {
    let columns = ["scope.1", "scope.2", "scope.3", "scope.all", "scope.2_market"];
    let mut heads = vec![Column::words(view.say("column.period"))];
    heads.extend(columns.map(|key| Column::numbers(view.say(key), view.mass())));
    let body = rows
        .iter()
        .map(|(period, row)| {
            let [one, two, three, market] = *row;
            let shown = |kg: Option<Fixed>| view.value(kg, "kg CO2e");
            let mut cells = vec![view.text.period(period)];
            cells.extend([one, two, three, Some(total(row)), market].map(shown));
            cells
        })
        .collect();
    Table::new(view.say(caption), heads, body)
}
