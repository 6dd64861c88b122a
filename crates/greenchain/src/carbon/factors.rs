//! `greenchain carbon factors`: which factors there are, and which are missing.

use super::args::FactorsArgs;
use super::factor_folder;
use crate::Answer;
use anyhow::Result;
use carbon::{Period, factor_table, registry_report};
use serde_json::json;
use std::io::Write;

pub(crate) fn factors(args: &FactorsArgs) -> Result<Answer> {
    let factors = factor_folder::read(args.factors.as_deref())?;
    let missing = registry_report::missing();
    // Each factor as if used when its edition begins: what is said is of its figures alone.
    let begins = |from: Option<Period>| from.or("2025".parse().ok());
    let uses: Vec<_> = factors
        .registry
        .iter()
        .filter_map(|factor| Some((factor, begins(factor.valid_from)?)))
        .collect();
    let remarks = registry_report::report(&uses);
    let mut stdout = std::io::stdout();
    if args.json {
        let list: Vec<_> = factors
            .registry
            .iter()
            .map(|factor| {
                let figure = |figure: Option<quantity::Fixed>| figure.map(|f| f.to_string());
                json!({
                    "factor_id": &*factor.id,
                    "edition": &*factor.edition,
                    "activity": factor.activity,
                    "class": factor.class.name(),
                    "unit": factor.unit.name(),
                    "wtt": figure(factor.wtt),
                    "ttw": figure(factor.ttw),
                    "generation": figure(factor.generation),
                    "biogenic": figure(factor.biogenic),
                    "gwp_set": factor.gwp_set.name(),
                    "region": factor.region,
                    "source": factor.source,
                    "licence": factor.licence,
                    "note": factor.note,
                })
            })
            .collect();
        let missing: Vec<_> = missing
            .iter()
            .map(|gap| json!({"what": gap.what, "why_needed": gap.why_needed, "looked_for": gap.looked_for, "stands_in": gap.stands_in}))
            .collect();
        let remarks: Vec<_> = remarks
            .iter()
            .map(|(subject, text)| json!({"subject": subject, "text": text}))
            .collect();
        let all = json!({"factors": list, "remarks": remarks, "missing": missing});
        writeln!(stdout, "{all}")?;
    } else {
        write!(stdout, "{}", factor_table::write(&factors.registry))?;
        let mut stderr = std::io::stderr();
        for gap in &missing {
            writeln!(stderr, "missing: {}: {}. {}", gap.what, gap.why_needed, gap.looked_for)?;
        }
    }
    Ok(Answer::Yes)
}
