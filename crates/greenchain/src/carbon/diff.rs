//! `greenchain carbon diff`: what changed by method, and what by performance.

use super::args::DiffArgs;
use crate::Answer;
use anyhow::{Context, Result, anyhow, bail};
use carbon::compare::{Change, Group, Key, compare, percent, recalculate, sums};
use carbon::{Link, Registry, Unit};
use lake::{Lake, quoted};
use output::lines;
use quantity::{Carbon, Emission, Fixed};
use serde_json::{Value, json};
use std::io::Write;
use std::path::Path;

pub(crate) fn diff(args: &DiffArgs) -> Result<Answer> {
    let (earlier, mut factors) = groups(&args.earlier, &args.case)?;
    let (later, of_later) = groups(&args.later, &args.case)?;
    factors.add_all(&of_later)?;
    let told = |faults: Vec<carbon::compare::CompareError>| {
        let text: Vec<String> = faults.iter().map(ToString::to_string).collect();
        anyhow!("the ledgers cannot be compared\n{}", text.join("\n"))
    };
    let changes = compare(&earlier, &later, &factors).map_err(told)?;
    let threshold: Fixed = args.threshold.parse().context("--threshold is not a decimal number")?;
    let base = recalculate(&earlier, &of_later_editions(&earlier, &of_later, &factors)?, threshold)
        .map_err(told)?;
    let (method, performance) = sums(&changes);
    let total =
        |groups: &[Group]| groups.iter().map(|group| group.emission).sum::<Emission>().wtw();
    let (before, after) = (total(&earlier), total(&later));
    let mut stdout = std::io::stdout();
    if args.json {
        let rows: Vec<Value> = changes.iter().map(change_json).collect();
        let all = json!({
            "before_kg_co2e": before.to_string(),
            "after_kg_co2e": after.to_string(),
            "method_kg_co2e": method.wtw().to_string(),
            "performance_kg_co2e": performance.wtw().to_string(),
            "base_year": {
                "reported_kg_co2e": base.reported.wtw().to_string(),
                "restated_kg_co2e": base.restated.wtw().to_string(),
                "change_pct": base.change_pct.map(|pct| pct.to_string()),
                "recalculation_due": base.due,
            },
            "changes": rows,
        });
        writeln!(stdout, "{all}")?;
        return Ok(Answer::Yes);
    }
    writeln!(stdout, "kg CO2e, well to wheel")?;
    let share =
        |part: Carbon| percent(part, before).map_or_else(String::new, |pct| format!(" ({pct} %)"));
    writeln!(stdout, "  {}: {before}", args.earlier.display())?;
    writeln!(stdout, "  by method: {}{}", method.wtw(), share(method.wtw()))?;
    writeln!(stdout, "  by performance: {}{}", performance.wtw(), share(performance.wtw()))?;
    writeln!(stdout, "  {}: {after}\n", args.later.display())?;
    for change in &changes {
        writeln!(
            stdout,
            "  {}, {}: by method {}, by performance {}",
            change.key.link.name(),
            change.key.factor_id,
            change.method.wtw(),
            change.performance.wtw()
        )?;
    }
    let due = if base.due { "is to be recalculated" } else { "stands" };
    writeln!(
        stdout,
        "\nbase year: reported {}, by the later factors {}; it {due} at a threshold of {threshold} %",
        base.reported.wtw(),
        base.restated.wtw()
    )?;
    Ok(Answer::Yes)
}

/// The later ledger's factors, and the earlier ones where it names none of an id: those have not
/// changed.
fn of_later_editions(earlier: &[Group], later: &Registry, all: &Registry) -> Result<Registry> {
    let mut registry = later.clone();
    for group in earlier {
        let id = &group.key.factor_id;
        if later.editions(id).next().is_none() {
            let factor = all.edition(id, &group.edition);
            registry.add(factor.with_context(|| format!("no factor `{id}`"))?.clone())?;
        }
    }
    Ok(registry)
}

/// Sums of a ledger's case by link, factor and unit, over all its periods.
fn groups(folder: &Path, case: &str) -> Result<(Vec<Group>, Registry)> {
    let lake = Lake::open(folder)?;
    let sql = format!(
        "SELECT link, factor_id, factor_edition, unit, sum(amount), sum(wtt_kg_co2e), \
         sum(ttw_kg_co2e) FROM totals WHERE \"case\" = {} GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4",
        quoted(case)
    );
    let answer = lake.query(&sql)?;
    if answer.rows.is_empty() {
        bail!("{}: has no line of the case `{case}`", folder.display());
    }
    let mut groups = Vec::new();
    for row in answer.rows {
        let text = |at: usize| row[at].text();
        let number = |at: usize| text(at).parse::<Fixed>();
        groups.push(Group {
            key: Key {
                period: None,
                case: None,
                link: lines::known(&text(0), &Link::ALL, Link::name)?,
                factor_id: text(1).into(),
                unit: lines::known(&text(3), &Unit::ALL, Unit::name)?,
            },
            edition: text(2).into(),
            amount: number(4)?,
            emission: Emission {
                wtt: Carbon::from_kilograms(number(5)?),
                ttw: Carbon::from_kilograms(number(6)?),
            },
        });
    }
    Ok((groups, lines::factors(folder, &lake)?))
}

fn change_json(change: &Change) -> Value {
    let side = |side: Option<carbon::compare::Side>| {
        side.map(|side| {
            json!({"amount": side.amount.to_string(), "kg_co2e": side.emission.wtw().to_string()})
        })
    };
    json!({
        "link": change.key.link.name(),
        "factor_id": &*change.key.factor_id,
        "unit": change.key.unit.name(),
        "before": side(change.before),
        "after": side(change.after),
        "method_kg_co2e": change.method.wtw().to_string(),
        "performance_kg_co2e": change.performance.wtw().to_string(),
    })
}
