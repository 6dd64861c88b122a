//! `greenchain carbon whatif`: the ledger's scenario planned again, with changes.
#![expect(clippy::format_push_string, reason = "words for people: one allocation more is nothing")]

use super::args::WhatifArgs;
use super::curve;
use crate::Answer;
use crate::progress::Progress;
use anyhow::{Context, Result, anyhow, bail};
use carbon::Registry;
use lake::{Lake, ledger};
use output::SCENARIO;
use planner::abatement::{Curve, Why, abatement};
use planner::lever::{self, Lever};
use planner::whatif::{Replanned, Tally, WhatIf, whatif as plan_whatif};
use serde_json::{Value, json};
use std::io::Write;
use store::OutputFolder;

pub(crate) fn whatif(args: &WhatifArgs) -> Result<Answer> {
    let progress = Progress::start();
    let levers =
        args.change.iter().map(|text| lever::parse(text)).collect::<Result<Vec<Lever>, _>>()?;
    let files = files(args)?;
    let checked = intake::read(&crate::folder::borrow(&files))
        .map_err(|faults| anyhow!("the ledger's scenario cannot be planned\n{faults}"))?;
    let told = |replanned: Replanned| {
        let names: Vec<String> = replanned.levers.iter().map(ToString::to_string).collect();
        let with = if names.is_empty() { "today".to_owned() } else { names.join(", ") };
        progress.tell(&format!("plan {} of {}: {with}", replanned.done, replanned.of));
    };
    let registry = Registry::built_in();
    let found = plan_whatif(&checked.scenario, &registry, &levers, &told)?;
    let curve = abatement(&checked.scenario, &registry, &found, &told)?;
    progress.end();
    if let Some(folder) = &args.out {
        let target = OutputFolder::begin(folder)?;
        target.write("curve.csv", curve::csv(&curve, &found)?.as_bytes())?;
        target.write("curve.svg", curve::svg(&curve, &checked.scenario).as_bytes())?;
        target.commit()?;
    }
    let mut stdout = std::io::stdout();
    if args.json {
        writeln!(stdout, "{}", as_json(&found, &curve))?;
    } else {
        write!(stdout, "{}", as_text(&found, &curve))?;
    }
    Ok(Answer::Yes)
}

/// The input files that the ledger keeps.
fn files(args: &WhatifArgs) -> Result<Vec<(String, Vec<u8>)>> {
    let lake = Lake::open(&args.ledger)?;
    let mut files = Vec::new();
    for listed in &lake.manifest().files {
        if let Some(name) = listed.path.strip_prefix(SCENARIO) {
            let bytes = ledger::checked(&args.ledger, lake.manifest(), &listed.path)
                .context("the ledger's scenario")?;
            files.push((name.to_owned(), bytes));
        }
    }
    if files.is_empty() {
        bail!(
            "{}: is of no planned day, so nothing can be planned again. Take the ledger of a `greenchain run`",
            args.ledger.display()
        );
    }
    Ok(files)
}

fn as_text(found: &WhatIf, curve: &Curve) -> String {
    let mut text = format!(
        "today: {} kg CO2e, cost {} (over {} days)\n\nalone, against today\n",
        found.reference.total(),
        found.reference.cost(),
        found.days.len()
    );
    for effect in &found.alone {
        text += &format!("  {:<28} {}\n", effect.lever.to_string(), in_words(&effect.change));
    }
    text +=
        &format!("  together more than the sum of each alone: {} kg\n", found.interaction.total());
    text += "\nmarginal abatement cost curve, each on top of those before\n";
    for step in &curve.steps {
        text += &format!(
            "  {:<28} {} kg less, {} a tonne; {} kg in all\n",
            step.lever.to_string(),
            step.abated,
            money_per_tonne(step.cost_per_tonne, step.cost.currency().to_string().as_str()),
            step.cumulative
        );
    }
    text += &format!("  in all {} kg of {}\n", curve.total, curve.reference);
    for apart in &curve.apart {
        text += &format!(
            "  apart: {:<21} {}: {}\n",
            apart.lever.to_string(),
            why(apart.why),
            in_words(&apart.change)
        );
    }
    text
}

fn money_per_tonne(amount: f64, currency: &str) -> String {
    format!("{currency} {amount:.2}")
}

pub(super) const fn why(why: Why) -> &'static str {
    match why {
        Why::AbatesNothing => "abates nothing",
        Why::DeliversFewer => "delivers fewer orders",
    }
}

fn in_words(change: &Tally) -> String {
    format!(
        "{} kg CO2e, operation {}, investment {}, {} kWh bought, {} l of fuel, {:.1} km, {} orders",
        change.total(),
        change.operating,
        change.investment,
        change.electricity_kwh,
        change.fuel_l,
        change.distance.kilometres(),
        change.orders
    )
}

fn tally_json(tally: &Tally) -> Value {
    let by_link: serde_json::Map<String, Value> = tally
        .by_link
        .iter()
        .map(|(link, carbon)| (link.name().to_owned(), json!(carbon.to_string())))
        .collect();
    json!({
        "kg_co2e": tally.total().to_string(),
        "kg_co2e_by_link": by_link,
        "operating": tally.operating.units(),
        "investment": tally.investment.units(),
        "electricity_kwh": tally.electricity_kwh.to_string(),
        "fuel_l": tally.fuel_l.to_string(),
        "distance_km": tally.distance.kilometres(),
        "orders": tally.orders,
    })
}

fn as_json(found: &WhatIf, curve: &Curve) -> Value {
    let alone: Vec<Value> = found
        .alone
        .iter()
        .map(|effect| json!({"lever": effect.lever.to_string(), "description": effect.lever.kind.description, "change": tally_json(&effect.change)}))
        .collect();
    let steps: Vec<Value> = curve
        .steps
        .iter()
        .map(|step| {
            json!({
                "lever": step.lever.to_string(),
                "abated_kg_co2e": step.abated.to_string(),
                "cost": step.cost.units(),
                "cost_per_tonne": step.cost_per_tonne,
                "cumulative_kg_co2e": step.cumulative.to_string(),
            })
        })
        .collect();
    let apart: Vec<Value> = curve
        .apart
        .iter()
        .map(|apart| json!({"lever": apart.lever.to_string(), "why": why(apart.why), "change": tally_json(&apart.change)}))
        .collect();
    json!({
        "currency": found.reference.operating.currency().to_string(),
        "days": found.days.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "today": tally_json(&found.reference),
        "alone": alone,
        "together": tally_json(&found.together),
        "interaction": tally_json(&found.interaction),
        "curve": {"steps": steps, "total_kg_co2e": curve.total.to_string(), "apart": apart},
    })
}
