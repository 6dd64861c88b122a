//! `greenchain carbon report`: the ESG report of a ledger.

use super::args::{Index, Lang, ReportArgs};
use super::lines;
use crate::progress::Progress;
use crate::{Answer, folder};
use anyhow::{Context, Result, anyhow, bail};
use carbon::uncertainty::{Group, Uncertainties, intervals};
use carbon::{DataKind, Link, Period, Registry, registry_report, target};
use lake::{Lake, quoted};
use quantity::{Carbon, Emission, Fixed, Seed};
use report::esg::{
    Answers, Case, Interval, Meta, Note, Report, Revenue, Span, Standard, Target, TargetKind,
    queries,
};
use serde_json::json;
use std::collections::BTreeMap;
use std::io::Write;
use store::OutputFolder;

pub(crate) fn report(args: &ReportArgs) -> Result<Answer> {
    let progress = Progress::start();
    let lake = Lake::open(&args.ledger)?;
    let factors = lines::factors(&args.ledger, &lake)?;
    let meta = meta(args, &lake, &factors)?;
    let mut answers = Answers::default();
    for query in queries(&meta) {
        progress.tell(&format!("asking the ledger: {}", query.id));
        let answer = lake.query(&query.sql).with_context(|| format!("query {}", query.id))?;
        let rows = answer.rows.iter().map(|row| row.iter().map(lake::Cell::text).collect());
        answers.insert(query.id, rows.collect());
    }
    let report = report::esg::report(&meta, &answers)?;
    let target = OutputFolder::begin(&args.out)?;
    let both = !args.html && !args.pdf;
    let mut written = vec!["esg-figures.csv"];
    target.write("esg-figures.csv", report.figures_csv().as_bytes())?;
    if args.html || both {
        target.write("esg.html", report.html().as_bytes())?;
        written.push("esg.html");
    }
    if args.pdf || both {
        progress.tell("setting the PDF");
        target.write("esg.pdf", &super::font::pdf(&report, args.lang, args.font.as_deref())?)?;
        written.push("esg.pdf");
    }
    target.commit()?;
    progress.end();
    tell(args, &meta, &report, &written)?;
    Ok(Answer::Yes)
}

fn tell(args: &ReportArgs, meta: &Meta, report: &Report, written: &[&str]) -> Result<()> {
    let mut stdout = std::io::stdout();
    if args.json {
        let figures: Vec<_> = report
            .figures
            .iter()
            .map(|figure| {
                json!({
                    "figure_id": figure.id,
                    "name": figure.name,
                    "value": figure.value.map(|value| value.to_string()),
                    "unit": figure.unit,
                    "low_95": figure.interval.map(|interval| interval.low.to_string()),
                    "high_95": figure.interval.map(|interval| interval.high.to_string()),
                    "query": figure.query,
                    "standards": figure.standards,
                })
            })
            .collect();
        let all = json!({"entity": meta.entity, "from": meta.span.from.to_string(), "to": meta.span.to.to_string(), "figures": figures});
        writeln!(stdout, "{all}")?;
        return Ok(());
    }
    for name in written {
        writeln!(stdout, "{}", args.out.join(name).display())?;
    }
    Ok(())
}

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

fn meta(args: &ReportArgs, lake: &Lake, factors: &Registry) -> Result<Meta> {
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
        tenant,
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
        verification: None,
        targets: Vec::new(),
        intervals: simulated(args, lake, factors, &of_tenant, case, span)?,
        revenue: args.revenue.as_deref().map(revenue).transpose()?,
        carbon_price: None,
        base_year: None,
        running: None,
        missing_factors: registry_report::missing().into_iter().map(|gap| gap.what).collect(),
        exclusions: Vec::new(),
    };
    meta.targets = targets(args, lake, &meta)?;
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

/// Intervals of the entity's total, of its links and of transport, by simulation.
fn simulated(
    args: &ReportArgs,
    lake: &Lake,
    factors: &Registry,
    condition: &str,
    case: Case,
    span: Span,
) -> Result<BTreeMap<String, Interval>> {
    let uncertainties = Uncertainties::of(factors);
    let drawn = |table: &str, halves: &str, which: &str| -> Result<_> {
        let sql = format!(
            "SELECT factor_id, factor_edition, data_kind, link, {halves} FROM {table} \
             WHERE {condition} AND \"case\" = '{}' AND substr(period, 1, {}) BETWEEN '{}' AND '{}' \
             AND {which} GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4",
            case.reported(),
            if span.is_of_years() { 4 } else { 7 },
            span.from,
            span.to
        );
        let mut groups = Vec::new();
        for row in lake.query(&sql)?.rows {
            let kilograms = |at: usize| row[at].text().parse::<Fixed>().map(Carbon::from_kilograms);
            groups.push(Group {
                factor: (row[0].text().into(), row[1].text().into()),
                data_kind: lines::known(&row[2].text(), &DataKind::ALL, DataKind::name)?,
                link: lines::known(&row[3].text(), &Link::ALL, Link::name)?,
                emission: Emission { wtt: kilograms(4)?, ttw: kilograms(5)? },
            });
        }
        Ok(intervals(&groups, &uncertainties, args.draws, Seed::new(SEED)))
    };
    let kept = |interval: carbon::uncertainty::Interval| Interval {
        low: interval.low.kilograms(),
        high: interval.high.kilograms(),
    };
    let mut known = BTreeMap::new();
    // What is in the entity's books; halves do not matter to a sum of both.
    let ours = drawn("scoped", "sum(kg_co2e), 0", "scope <> 'outside'")?;
    for (link, interval) in ours.by_link {
        if interval.wtw.high > Carbon::ZERO {
            known.insert(format!("link.{}", link.name()), kept(interval.wtw));
        }
    }
    known.insert("ghg.total_location".to_owned(), kept(ours.total.wtw));
    let halves = "sum(wtt_kg_co2e), sum(ttw_kg_co2e)";
    let which = "(link = 'transportation' OR class = 'freight') AND class <> 'hub'";
    let moved = drawn("totals", halves, which)?.total;
    for (id, interval) in [("wtw", moved.wtw), ("wtt", moved.wtt), ("ttw", moved.ttw)] {
        known.insert(format!("iso.{id}"), kept(interval));
    }
    Ok(known)
}

/// Of the simulation: the same ledger gives the same intervals.
const SEED: u64 = 14083;

/// `12.5 EUR`
fn revenue(text: &str) -> Result<Revenue> {
    let wrong =
        || anyhow!("--revenue is `{text}`. Write millions and the currency, as in '12.5 EUR'");
    let (millions, currency) = text.split_once(' ').ok_or_else(wrong)?;
    Ok(Revenue {
        millions: millions.parse().map_err(|_| wrong())?,
        currency: currency.trim().to_owned(),
    })
}

/// Targets with their paths, and what each year of the ledger emitted.
fn targets(args: &ReportArgs, lake: &Lake, meta: &Meta) -> Result<Vec<Target>> {
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
