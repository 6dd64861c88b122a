//! The marginal abatement cost curve as files: a table, and a drawing.
#![expect(clippy::format_push_string, reason = "words for people: one allocation more is nothing")]

use super::whatif::why;
use anyhow::Result;
use planner::Scenario;
use planner::abatement::Curve;
use planner::whatif::WhatIf;

/// A row a lever; those that are not on the curve behind, with the reason.
pub(crate) fn csv(curve: &Curve, found: &WhatIf) -> Result<String> {
    let mut rows = csv::Writer::from_writer(Vec::new());
    rows.write_record([
        "lever",
        "abated_kg_co2e",
        "cost",
        "cost_per_tonne",
        "cumulative_kg_co2e",
        "alone_kg_co2e",
        "why_apart",
    ])?;
    let alone = |lever: &planner::lever::Lever| {
        let effect = found.alone.iter().find(|effect| effect.lever == *lever);
        effect.map_or_else(String::new, |effect| effect.change.total().to_string())
    };
    for step in &curve.steps {
        rows.write_record([
            step.lever.to_string(),
            step.abated.to_string(),
            format!("{:.2}", step.cost.units()),
            format!("{:.2}", step.cost_per_tonne),
            step.cumulative.to_string(),
            alone(&step.lever),
            String::new(),
        ])?;
    }
    for apart in &curve.apart {
        rows.write_record([
            apart.lever.to_string(),
            "0".to_owned(),
            format!("{:.2}", apart.change.cost().units()),
            String::new(),
            String::new(),
            alone(&apart.lever),
            why(apart.why).to_owned(),
        ])?;
    }
    Ok(String::from_utf8(rows.into_inner()?)?)
}

const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 360.0;
const LEFT: f64 = 90.0;
const RIGHT: f64 = 16.0;
const TOP: f64 = 40.0;
const BOTTOM: f64 = 110.0;

/// Blocks as wide as what they abate and as high as what a tonne costs.
pub(crate) fn svg(curve: &Curve, scenario: &Scenario) -> String {
    let total = curve.total.kilograms_f64().max(f64::MIN_POSITIVE);
    let costs = || curve.steps.iter().map(|step| step.cost_per_tonne);
    let (low, high) = (costs().fold(0.0, f64::min), costs().fold(0.0, f64::max));
    let span = (high - low).max(1.0);
    let y = |cost: f64| TOP + (high - cost) / span * (HEIGHT - TOP - BOTTOM);
    let x = |kg: f64| LEFT + kg / total * (WIDTH - LEFT - RIGHT);
    let currency = scenario.currency;
    let mut body = format!(
        "<title>Levers abate {} of {} kg CO2e</title><desc>Blocks by cost per tonne, as wide as what each lever abates on top of those before it.</desc>\
         <rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"#fff\"/>\
         <text x=\"{LEFT}\" y=\"20\" font-weight=\"bold\">Levers abate {} of {} kg CO2e</text>",
        curve.total, curve.reference, curve.total, curve.reference
    );
    for cost in [high, 0.0, low] {
        body += &format!(
            "<line x1=\"{LEFT}\" x2=\"{}\" y1=\"{1}\" y2=\"{1}\" stroke=\"#bbb\"/><text x=\"{2}\" y=\"{3}\" text-anchor=\"end\">{cost:.0}</text>",
            WIDTH - RIGHT,
            y(cost),
            LEFT - 6.0,
            y(cost) + 4.0
        );
    }
    for (place, step) in curve.steps.iter().enumerate() {
        let end = step.cumulative.kilograms_f64();
        let begin = end - step.abated.kilograms_f64();
        let (top, bottom) = (y(step.cost_per_tonne.max(0.0)), y(step.cost_per_tonne.min(0.0)));
        let fill = ["#2f6f4f", "#6fa287"][place % 2];
        let middle = x(f64::midpoint(begin, end));
        body += &format!(
            "<rect x=\"{}\" y=\"{top}\" width=\"{}\" height=\"{}\" fill=\"{fill}\"/>\
             <text transform=\"translate({middle},{}) rotate(40)\">{}</text>",
            x(begin),
            x(end) - x(begin),
            (bottom - top).max(1.0),
            HEIGHT - BOTTOM + 16.0,
            step.lever
        );
    }
    body += &format!(
        "<text transform=\"translate(14,{}) rotate(-90)\" text-anchor=\"middle\">{currency} per t CO2e</text>\
         <text x=\"{}\" y=\"{}\" text-anchor=\"end\">kg CO2e abated, to {}</text>",
        f64::midpoint(HEIGHT - BOTTOM, TOP),
        WIDTH - RIGHT,
        HEIGHT - 8.0,
        curve.total
    );
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" width=\"{WIDTH}\" height=\"{HEIGHT}\" font-family=\"sans-serif\" font-size=\"12\">{body}</svg>\n"
    )
}
