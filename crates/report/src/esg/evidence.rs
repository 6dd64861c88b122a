//! How good the figures are and where they come from: uncertainty, data kinds, methods, factors,
//! and every figure with its query.

use super::EsgError;
use super::answers::decimal;
use super::meta::Note;
use super::operations::{data_kind, verification};
use super::query::Query;
use super::text::exact;
use super::view::View;
use crate::document::{Align, Block, Column, Section, Table};
use crate::number::percent;

/// 95 % intervals.
pub(super) fn uncertainty(view: &View<'_>) -> Section {
    let rows: Vec<Vec<String>> = view
        .points
        .iter()
        .filter_map(|point| {
            let interval = point.interval?;
            let cell = |value| view.value(Some(value), &point.unit);
            Some(vec![
                point.name.clone(),
                view.value(point.value, &point.unit),
                cell(interval.low),
                cell(interval.high),
                view.unit(&point.unit),
            ])
        })
        .collect();
    let mut blocks = Vec::new();
    if rows.is_empty() {
        blocks.push(Block::Paragraph(view.say("missing.intervals").into()));
    } else {
        let columns = vec![
            Column::words(view.say("column.figure")),
            Column::numbers(view.say("column.value"), ""),
            Column::numbers(view.say("column.low"), ""),
            Column::numbers(view.say("column.high"), ""),
            Column::words(view.say("column.unit")),
        ];
        blocks.push(Block::Paragraph(view.say("uncertainty.text").into()));
        blocks.push(Block::Table(Table::new(view.say("uncertainty.table"), columns, rows)));
    }
    Section { id: "uncertainty", title: view.say("section.uncertainty"), blocks }
}

/// Kinds of data, by emissions and by method.
pub(super) fn quality(view: &View<'_>) -> Result<Section, EsgError> {
    let total = view.points.value("ghg.total_location").map_or(0.0, quantity::Fixed::to_f64);
    let mut rows = Vec::new();
    for [case, link, method, kind, kg] in view.answers.rows("methods")? {
        if case == view.meta.case.reported() {
            let kg = decimal("methods", kg)?;
            rows.push(vec![
                link_name(view, link),
                method.to_owned(),
                data_kind(view, kind),
                view.kg(kg),
                percent(kg.to_f64(), total),
            ]);
        }
    }
    let mut blocks = vec![
        Block::Paragraph(view.say("quality.text").into()),
        Block::Table(view.table_of("quality.table", "quality")),
    ];
    if !rows.is_empty() {
        let columns = vec![
            Column::words(view.say("column.link")),
            Column::words(view.say("column.method")),
            Column::words(view.say("column.data")),
            Column::numbers(view.say("column.emissions"), view.mass()),
            Column::numbers(view.say("column.share"), ""),
        ];
        blocks.push(Block::Table(Table::new(view.say("quality.methods"), columns, rows)));
    }
    Ok(Section { id: "quality", title: view.say("section.quality"), blocks })
}

fn link_name(view: &View<'_>, link: &str) -> String {
    let is_known = carbon::Link::ALL.iter().any(|known| known.name() == link);
    if is_known { view.say(&format!("figure.link.{link}")).into() } else { link.into() }
}

/// Boundary, methods, warming potentials, what is missing and what is left out.
pub(super) fn methods(view: &View<'_>) -> Result<Section, EsgError> {
    let note = |key: &str, text: String| (view.say(key).to_owned(), text);
    let missing = match view.meta.missing_factors.as_slice() {
        [] => view.say("methods.missing.none").to_owned(),
        missing => view.fill("methods.missing.text", &[("list", &missing.join("; "))]),
    };
    let seal = view.meta.seal.clone();
    let mut notes = vec![
        note("methods.boundary", view.say("methods.boundary.text").into()),
        note("methods.valuation", view.say("methods.valuation.text").into()),
        note("methods.scope2", view.say("methods.scope2.text").into()),
        note("methods.gases", view.say("methods.gases.text").into()),
        note("methods.gwp", gwp(view)?),
        note("methods.missing", missing),
        note("methods.outside", view.inline("ghg.outside")),
        note("methods.verification", verification(view)),
        note("methods.seal", seal.unwrap_or_else(|| view.say("methods.seal.none").into())),
    ];
    if !view.meta.span.is_of_years() {
        let rows = view.answers.rows::<1>("undated")?;
        let lines = rows.first().map_or("0", |[lines]| if lines.is_empty() { "0" } else { lines });
        notes.push(note("methods.undated", view.fill("methods.undated.text", &[("n", lines)])));
    }
    let mut blocks = vec![Block::Notes(notes)];
    for (key, list) in [
        ("methods.exclusions", &view.meta.exclusions),
        ("methods.notes", &view.meta.notes),
        ("methods.registry", &view.meta.registry_notes),
    ] {
        if !list.is_empty() {
            blocks.push(Block::Heading(view.say(key).into()));
            let pair = |note: &Note| (note.subject.clone(), note.text.clone());
            blocks.push(Block::Notes(list.iter().map(pair).collect()));
        }
    }
    let terms = ["wtt", "ttw", "wtw", "tkm", "location", "market", "biogenic"];
    blocks.push(Block::Heading(view.say("methods.terms").into()));
    blocks.push(Block::Notes(
        terms
            .map(|term| {
                let text = view.say(&format!("term.{term}.text")).to_owned();
                (view.say(&format!("term.{term}")).to_owned(), text)
            })
            .to_vec(),
    ));
    Ok(Section { id: "methods", title: view.say("section.methods"), blocks })
}

/// Sets of warming potentials behind the emissions, and that unlike ones were added where so.
fn gwp(view: &View<'_>) -> Result<String, EsgError> {
    let mut sets = Vec::new();
    for [case, set, kg] in view.answers.rows("gwp")? {
        if case == view.meta.case.reported() {
            let kg = decimal("gwp", kg)?;
            sets.push(format!("{set}: {} {}", view.kg(kg), view.mass()));
        }
    }
    if sets.is_empty() {
        return Ok(view.say("absent").into());
    }
    let list = sets.join("; ");
    let key = if sets.len() > 1 { "methods.gwp.mixed" } else { "methods.gwp.one" };
    Ok(view.fill(key, &[("list", &list)]))
}

/// The factor table with editions, licences and notes.
pub(super) fn factors(view: &View<'_>) -> Result<Section, EsgError> {
    let mut rows = Vec::new();
    let mut notes = Vec::new();
    for row in view.answers.rows::<12>("factors")? {
        let [
            id,
            edition,
            activity,
            unit,
            wtt,
            ttw,
            gwp,
            region,
            uncertainty,
            source,
            licence,
            note,
        ] = row;
        let figure = |cell: &str| -> Result<String, EsgError> {
            if cell.is_empty() {
                return Ok(view.say("factor.none").into());
            }
            Ok(exact(decimal("factors", cell)?))
        };
        let cells = [activity.into(), figure(wtt)?, figure(ttw)?, unit.into(), region.into()];
        let interval = match uncertainty {
            "" => "\u{2013}".to_owned(),
            percent => format!("\u{b1}{} %", exact(decimal("factors", percent)?)),
        };
        let mut cells: Vec<String> = [id.to_owned()].into_iter().chain(cells).collect();
        cells.extend([gwp.into(), interval, edition.into(), source.into(), licence.into()]);
        rows.push(cells);
        if !note.is_empty() {
            notes.push((format!("{id}, {edition}"), note.to_owned()));
        }
    }
    let heads = ["factor", "of", "wtt", "ttw", "per", "region", "gwp"];
    let more = ["uncertainty", "edition", "source", "licence"];
    let columns = heads.into_iter().chain(more).map(|key| {
        let align = if ["wtt", "ttw"].contains(&key) { Align::Right } else { Align::Left };
        let unit = if align == Align::Right { "kg CO2e".into() } else { String::new() };
        Column { name: view.say(&format!("column.{key}")).into(), unit, align }
    });
    let mut blocks = Vec::new();
    if rows.is_empty() {
        blocks.push(Block::Paragraph(view.say("absent.factors").into()));
    } else {
        blocks.push(Block::Table(Table::new(view.say("factors.table"), columns.collect(), rows)));
    }
    if let Some([count]) = view.answers.rows::<1>("scenario_factors")?.first()
        && *count != "0"
    {
        blocks.push(Block::Paragraph(view.fill("factors.scenario", &[("n", count)])));
    }
    if !notes.is_empty() {
        blocks.push(Block::Heading(view.say("factors.notes").into()));
        blocks.push(Block::Notes(notes));
    }
    Ok(Section { id: "factors", title: view.say("section.factors"), blocks })
}

/// Every figure to the last digit, and every query.
pub(super) fn figures(view: &View<'_>, queries: &[Query]) -> Section {
    let rows = view
        .points
        .iter()
        .map(|point| {
            vec![
                point.id.clone(),
                point.value.map_or_else(|| view.say("absent").into(), exact),
                point.unit.clone(),
                point.query.to_owned(),
                point.method.clone(),
                point.factor_editions.clone(),
            ]
        })
        .collect();
    let columns = vec![
        Column::words(view.say("column.id")),
        Column::numbers(view.say("column.value"), ""),
        Column::words(view.say("column.unit")),
        Column::words(view.say("column.query")),
        Column::words(view.say("column.method")),
        Column::words(view.say("column.editions")),
    ];
    let figures = Table::new(view.say("figures.table"), columns, rows);
    let columns = vec![Column::words(view.say("column.query")), Column::words("SQL")];
    let rows = queries.iter().map(|query| vec![query.id.to_owned(), query.sql.clone()]).collect();
    let queries = Table::new(view.say("figures.queries"), columns, rows);
    let blocks = vec![
        Block::Paragraph(view.say("figures.text").into()),
        Block::Table(Table { folded: true, ..figures }),
        Block::Table(Table { folded: true, ..queries }),
    ];
    Section { id: "figures", title: view.say("section.figures"), blocks }
}
