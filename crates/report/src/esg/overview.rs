//! The figures that matter most, and what the whole report came to.

use super::meta::Case;
use super::view::View;
use crate::document::{Block, KeyFigure, Section};

/// Figures shown first, where the ledger has them.
const KEY_FIGURES: [&str; 12] = [
    "ghg.total_location",
    "ghg.scope1",
    "ghg.scope2_location",
    "ghg.scope2_market",
    "ghg.scope3",
    "iso.intensity_wtw",
    "intensity.parcel",
    "packaging.per_parcel",
    "waste.diverted",
    "fleet.electric_share",
    "fleet.robot_deliveries",
    "solar.installed",
];

/// What the report covers.
pub(super) fn scope(view: &View<'_>) -> String {
    let meta = view.meta;
    let case = match meta.case {
        Case::Actual => view.say("case.actual"),
        Case::PlanBesideBaseline => view.say("case.plan"),
    };
    view.fill(
        "scope",
        &[
            ("entity", &meta.entity),
            ("tenant", &meta.tenant),
            ("period", &view.text.span(meta.span)),
            ("case", case),
        ],
    )
}

/// What came out, in a sentence.
pub(super) fn finding(view: &View<'_>) -> String {
    let total = view.points.value("ghg.total_location");
    if total.is_none() {
        return view.say("finding.nothing").into();
    }
    let (total_text, scope1) = (view.inline("ghg.total_location"), view.inline("ghg.scope1"));
    let (scope2, scope3) = (view.inline("ghg.scope2_location"), view.inline("ghg.scope3"));
    let mut finding = view.fill(
        "finding",
        &[
            ("entity", &view.meta.entity),
            ("period", &view.text.span(view.meta.span)),
            ("total", &total_text),
            ("scope1", &scope1),
            ("scope2", &scope2),
            ("scope3", &scope3),
        ],
    );
    if let Some(beside) = view.points.baseline("ghg.total_location") {
        let change = view.change(total, Some(beside));
        finding.push_str(&view.fill("finding.beside", &[("change", &change)]));
    }
    finding
}

/// The section.
pub(super) fn section(view: &View<'_>) -> Section {
    let figures: Vec<KeyFigure> = KEY_FIGURES
        .iter()
        .filter_map(|id| view.points.find(id).filter(|point| point.value.is_some()))
        .map(|point| {
            let beside = view.points.baseline(&point.id);
            let is_beside = view.meta.case.beside().is_some();
            let shown = |value| if is_beside { value } else { String::new() };
            KeyFigure {
                name: name(view, &point.id),
                unit: view.unit(&point.unit),
                plan: view.value(point.value, &point.unit),
                baseline: shown(view.value(beside, &point.unit)),
                difference: shown(view.change(point.value, beside)),
                method: view.fill("from_query", &[("query", point.query)]),
            }
        })
        .collect();
    let all = || view.points.family("");
    let (there, known) = (all().filter(|point| point.value.is_some()).count(), all().count());
    let count =
        view.fill("summary.count", &[("there", &there.to_string()), ("all", &known.to_string())]);
    let mut blocks = Vec::new();
    if !figures.is_empty() {
        blocks.push(Block::KeyFigures(figures));
    }
    blocks.push(Block::Paragraph(count));
    Section { id: "summary", title: view.say("section.summary"), blocks }
}

fn name(view: &View<'_>, id: &str) -> &'static str {
    view.say(&format!("figure.{id}"))
}
