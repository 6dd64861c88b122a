//! What was done: transport by ISO 14083, energy, packaging, waste, fleet, sun, and what was avoided.

use super::EsgError;
use super::answers::decimal;
use super::text::{exact, rounded};
use super::view::View;
use crate::document::{Block, Column, Section, Table};
use crate::number::percent;
use quantity::Fixed;

/// Transport chains by ISO 14083.
pub(super) fn transport(view: &View<'_>) -> Result<Section, EsgError> {
    let kinds = ["sfd", "gcd"].map(|kind| view.points.value(&format!("iso.tkm_{kind}")).is_some());
    let distance = view.say(match kinds {
        [true, true] => "iso.distance.both",
        [true, false] => "iso.distance.sfd",
        [false, true] => "iso.distance.gcd",
        [false, false] => "iso.distance.none",
    });
    let note = |key: &str, text: String| (view.say(key).to_owned(), text);
    let notes = vec![
        note("iso.boundary", view.say("iso.boundary.text").into()),
        note("iso.activity", view.say("iso.activity.text").into()),
        note("iso.distance", distance.into()),
        note("iso.empty", running(view)),
        note("iso.allocation", view.say("iso.allocation.text").into()),
        note("iso.excluded", view.say("iso.excluded.text").into()),
        note("iso.sources", view.say("iso.sources.text").into()),
        note("iso.verification", verification(view)),
    ];
    let mut blocks = vec![Block::Table(view.table_of("iso.table", "iso14083"))];
    let rows = by_distance(view)?;
    if !rows.is_empty() {
        let columns = vec![
            Column::words(view.say("column.distance")),
            Column::words(view.say("column.data")),
            Column::numbers(view.say("column.lines"), ""),
            Column::numbers(view.say("column.activity"), "tkm"),
            Column::numbers("WTT", view.mass()),
            Column::numbers("TTW", view.mass()),
            Column::numbers("WTW", view.mass()),
        ];
        blocks.push(Block::Table(Table::new(view.say("iso.detail"), columns, rows)));
    }
    blocks.push(Block::Notes(notes));
    Ok(Section { id: "iso14083", title: view.say("section.iso14083"), blocks })
}

fn by_distance(view: &View<'_>) -> Result<Vec<Vec<String>>, EsgError> {
    let mut rows = Vec::new();
    for [case, distance, kind, lines, tkm, wtt, ttw] in view.answers.rows("transport")? {
        if case != view.meta.case.reported() {
            continue;
        }
        let (wtt, ttw) = (decimal("transport", wtt)?, decimal("transport", ttw)?);
        let tkm = match tkm {
            "" => "\u{2013}".to_owned(),
            tkm => rounded(decimal("transport", tkm)?),
        };
        let distance = match distance {
            "sfd" => view.say("distance.sfd"),
            "gcd" => view.say("distance.gcd"),
            _ => view.say("distance.none"),
        };
        let mut row = vec![distance.to_owned(), data_kind(view, kind)];
        row.extend([exact(decimal("transport", lines)?), tkm]);
        row.extend([wtt, ttw, wtt + ttw].map(|kg| view.kg(kg)));
        rows.push(row);
    }
    Ok(rows)
}

/// How an amount is known, in words; a kind of a later version of the ledger as it is written.
pub(super) fn data_kind(view: &View<'_>, kind: &str) -> String {
    match kind {
        "primary" | "modelled" | "default" => view.say(&format!("data.{kind}")).into(),
        other => other.into(),
    }
}

fn running(view: &View<'_>) -> String {
    let Some(running) = view.meta.running else { return view.say("iso.empty.text").into() };
    let (empty, all) = (running.empty_km, running.loaded_km + running.empty_km);
    let share = percent(empty.to_f64(), all.to_f64());
    view.fill("iso.empty.share", &[("share", &share), ("km", &rounded(all))])
}

/// Who verified the figures.
pub(super) fn verification(view: &View<'_>) -> String {
    view.meta.verification.clone().unwrap_or_else(|| view.say("iso.verification.none").into())
}

/// Energy of the entity.
pub(super) fn energy(view: &View<'_>) -> Section {
    let mut blocks = vec![
        Block::Paragraph(view.say("energy.text").into()),
        Block::Table(view.table_of("energy.table", "energy")),
    ];
    if view.points.family("energy.fuel.").next().is_some() {
        blocks.push(Block::Paragraph(view.say("energy.fuel").into()));
    }
    Section { id: "energy", title: view.say("section.energy"), blocks }
}

/// Packaging bought, used again and saved.
pub(super) fn packaging(view: &View<'_>) -> Section {
    let ids = ["saved_original", "saved_reused", "saved_bagged", "saved_right_sized"];
    let saved: Vec<Fixed> =
        ids.iter().filter_map(|id| view.points.value(&format!("packaging.{id}"))).collect();
    let mut blocks = vec![
        Block::Paragraph(view.say("packaging.text").into()),
        Block::Table(view.table_of("packaging.table", "packaging")),
    ];
    if !saved.is_empty() {
        let kg = rounded(saved.into_iter().sum());
        blocks.push(Block::Paragraph(view.fill("packaging.saved", &[("kg", &kg)])));
    }
    Section { id: "packaging", title: view.say("section.packaging"), blocks }
}

/// Sections that are a sentence and the table of their figures.
pub(super) fn plain(view: &View<'_>, id: &'static str) -> Section {
    let blocks = vec![
        Block::Paragraph(view.say(&format!("{id}.text")).into()),
        Block::Table(view.table_of(&format!("{id}.table"), id)),
    ];
    Section { id, title: view.say(&format!("section.{id}")), blocks }
}
