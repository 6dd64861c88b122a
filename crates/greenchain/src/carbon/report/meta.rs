//! What a report is of: by the arguments, the ledger, and what people disclose.

use super::super::args::{Index, Lang, ReportArgs};
use super::{disclosures, running, simulation, targets};
use anyhow::{Context, Result, bail};
use carbon::{Period, Registry, registry_report};
use lake::{Lake, quoted};
use report::esg::{Case, Meta, Note, Span, Standard};

/// One word of a ledger where no option names it: the only one there is.
fn only(lake: &Lake, column: &str, condition: &str, option: &str) -> Result<String> {
    let sql = format!(
        "SELECT DISTINCT {column} FROM totals WHERE {column} IS NOT NULL AND {condition} ORDER BY 1 LIMIT 20"
    );
    let words: Vec<String> = lake.query(&sql)?.rows.iter().map(|row| row[0].text()).collect();
    match words.as_slice() {
        [word] => Ok(word.clone()),
        [] => bail!("the ledger names no {column}. Name one with {option}"),
        several => bail!("the ledger has several: {}. Name one with {option}", several.join(", ")),
    }
}

pub(super) fn meta(args: &ReportArgs, lake: &Lake, factors: &Registry) -> Result<Meta> {
    let tenant = match &args.tenant {
        Some(tenant) => tenant.clone(),
        None => only(lake, "tenant", "true", "--tenant")?,
    };
    let of_tenant = format!("tenant = {}", quoted(&tenant));
    let entity = match args.entity.as_ref().or(lake.manifest().entity.as_ref()) {
        Some(entity) => entity.clone(),
        None => only(lake, "operator", &of_tenant, "--entity")?,
    };
    lake.scope_for(&entity)?;
    let case = case(args, lake, &of_tenant)?;
    let span = span(args, lake, &of_tenant, case)?;
    let disclosed = disclosures::read(args.disclosures.as_deref())?;
    let uses = uses(lake, factors, &of_tenant)?;
    let notes = lake
        .manifest()
        .notes
        .iter()
        .map(|note| Note { subject: note.subject.clone(), text: note.text.clone() });
    let registry_notes = registry_report::report(&uses)
        .into_iter()
        .map(|(subject, text)| Note { subject: subject.to_owned(), text });
    let mut meta = Meta {
        name: lake.manifest().name.clone(),
        entity,
        span,
        case,
        lang: match args.lang {
            Lang::En => report::Lang::En,
            Lang::Zh => report::Lang::Zh,
        },
        standards: args.index.iter().map(|index| standard(*index)).collect(),
        notes: notes.collect(),
        registry_notes: registry_notes.collect(),
        seal: Some(lake.manifest().seal()),
        verification: disclosed.verification,
        targets: Vec::new(),
        intervals: simulation::intervals(args.draws, lake, factors, (&of_tenant, case, span))?,
        revenue: disclosed.revenue,
        carbon_price: disclosed.carbon_price,
        base_year: disclosed.base_year,
        running: running::running(&args.ledger, lake, &tenant, span)?,
        tenant,
        missing_factors: registry_report::missing().into_iter().map(|gap| gap.what).collect(),
        exclusions: disclosed.exclusions,
    };
    meta.targets = targets::targets(args, lake, &meta)?;
    Ok(meta)
}

const fn standard(index: Index) -> Standard {
    match index {
        Index::Ghg => Standard::Ghg,
        Index::Iso14083 => Standard::Iso14083,
        Index::Issb => Standard::Issb,
        Index::Esrs => Standard::Esrs,
        Index::Gri => Standard::Gri,
        Index::Hkex => Standard::Hkex,
    }
}

fn case(args: &ReportArgs, lake: &Lake, condition: &str) -> Result<Case> {
    let named = if let Some(case) = &args.case {
        case.clone()
    } else {
        let sql = format!("SELECT DISTINCT \"case\" FROM totals WHERE {condition} ORDER BY 1");
        let known = lake.query(&sql)?;
        let has = |word: &str| known.rows.iter().any(|row| row[0].text() == word);
        if has("actual") { "actual".to_owned() } else { "plan".to_owned() }
    };
    match named.as_str() {
        "actual" => Ok(Case::Actual),
        "plan" => Ok(Case::PlanBesideBaseline),
        other => bail!("--case is `{other}`. Write actual or plan"),
    }
}

fn span(args: &ReportArgs, lake: &Lake, condition: &str, case: Case) -> Result<Span> {
    if let Some(text) = &args.period {
        let period: Period = text.parse().with_context(|| format!("--period is `{text}`"))?;
        return Ok(Span { from: period, to: period });
    }
    let sql = format!(
        "SELECT min(period), max(period) FROM totals WHERE {condition} AND \"case\" = '{}'",
        case.reported()
    );
    let answer = lake.query(&sql)?;
    let period = |at: usize| answer.rows[0][at].text().parse::<Period>();
    match (period(0), period(1)) {
        (Ok(from), Ok(to)) => Ok(Span { from, to }),
        _ => bail!("the ledger has no line of the case `{}`", case.reported()),
    }
}

/// Factors with the periods in which lines name them.
fn uses<'a>(
    lake: &Lake,
    factors: &'a Registry,
    condition: &str,
) -> Result<Vec<(&'a carbon::Factor, Period)>> {
    let sql = format!(
        "SELECT DISTINCT factor_id, factor_edition, period FROM totals WHERE {condition} ORDER BY 1, 2, 3"
    );
    let mut uses = Vec::new();
    for row in lake.query(&sql)?.rows {
        if let Some(factor) = factors.edition(&row[0].text(), &row[1].text()) {
            uses.push((factor, row[2].text().parse()?));
        }
    }
    Ok(uses)
}
