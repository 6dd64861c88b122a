//! Targets with their paths, beside what the ledger's years emitted.

use super::super::args::ReportArgs;
use crate::folder;
use anyhow::{Result, anyhow, bail};
use carbon::target;
use lake::{Lake, quoted};
use quantity::Fixed;
use report::esg::{Meta, Target, TargetKind};
use std::collections::BTreeMap;

/// Targets with their paths, and what each year of the ledger emitted.
pub(super) fn targets(args: &ReportArgs, lake: &Lake, meta: &Meta) -> Result<Vec<Target>> {
    let Some(path) = &args.targets else { return Ok(Vec::new()) };
    let known = target::read(&folder::text(path)?).map_err(|faults| {
        let text: Vec<String> =
            faults.iter().map(|fault| format!("{}: {fault}", path.display())).collect();
        anyhow!("the targets cannot be used\n{}", text.join("\n"))
    })?;
    let mut targets = Vec::new();
    for target in known {
        let actual = actual(lake, meta, &target)?;
        let in_base_year = actual.iter().find(|(year, _)| *year == target.base_year);
        let Some(base_kg) = target.base_kg.or(in_base_year.map(|(_, kg)| *kg)) else {
            bail!(
                "{}: target `{}` has no base_kg, and the ledger has no line of {}. Fill it in",
                path.display(),
                target.name,
                target.base_year
            );
        };
        let years = target.base_year..=target.target_year;
        let path = years.filter_map(|year| Some((year, target.path(base_kg, year)?))).collect();
        let last = actual.last().and_then(|&(year, kg)| target.progress(base_kg, year, kg));
        targets.push(Target {
            name: target.name.clone(),
            kind: match target.kind {
                target::Kind::Absolute => TargetKind::Absolute,
                target::Kind::Intensity { .. } => TargetKind::Intensity,
            },
            scopes: target.scopes.name().to_owned(),
            base_year: target.base_year,
            base_kg,
            target_year: target.target_year,
            path,
            actual,
            on_track: last.map(|progress| progress.on_track),
        });
    }
    Ok(targets)
}

fn actual(lake: &Lake, meta: &Meta, target: &target::Target) -> Result<Vec<(u16, Fixed)>> {
    let scopes = match target.scopes {
        target::Scopes::OneAndTwo => "scope IN ('1', '2')",
        target::Scopes::Three => "scope = '3'",
        target::Scopes::All => "scope IN ('1', '2', '3')",
    };
    let books =
        format!("tenant = {} AND \"case\" = '{}'", quoted(&meta.tenant), meta.case.reported());
    let by_year = |sql: String| -> Result<BTreeMap<u16, Fixed>> {
        let answer = lake.query(&sql)?;
        let rows = answer.rows.iter().filter(|row| row[1] != lake::Cell::Null);
        rows.map(|row| Ok((row[0].text().parse()?, row[1].text().parse()?))).collect()
    };
    let emitted = by_year(format!(
        "SELECT substr(period, 1, 4), sum(kg_co2e) FROM scoped WHERE {books} AND {scopes} GROUP BY 1 ORDER BY 1"
    ))?;
    let per = match &target.kind {
        target::Kind::Absolute => return Ok(emitted.into_iter().collect()),
        target::Kind::Intensity { per } if per == "tkm" => by_year(format!(
            "SELECT substr(period, 1, 4), sum(tkm) FROM totals WHERE {books} GROUP BY 1 ORDER BY 1"
        ))?,
        target::Kind::Intensity { per } => by_year(format!(
            "SELECT substr(period, 1, 4), sum(amount) FROM measures WHERE {books} AND measure = {} GROUP BY 1 ORDER BY 1",
            quoted(per)
        ))?,
    };
    let intensity = |(year, kg): (u16, Fixed)| Some((year, kg.checked_div(*per.get(&year)?)?));
    Ok(emitted.into_iter().filter_map(intensity).collect())
}
