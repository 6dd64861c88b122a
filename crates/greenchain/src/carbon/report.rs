//! `greenchain carbon report`: the ESG report of a ledger.

mod meta;
mod disclosures;
mod running;
mod simulation;
mod targets;

use super::args::ReportArgs;
use crate::Answer;
use crate::progress::Progress;
use anyhow::{Context, Result};
use lake::Lake;
use output::lines;
use report::esg::{Answers, Meta, Report, queries};
use serde_json::json;
use std::io::Write;
use store::OutputFolder;

pub(crate) fn report(args: &ReportArgs) -> Result<Answer> {
    let progress = Progress::start();
    let lake = Lake::open(&args.ledger)?;
    let factors = lines::factors(&args.ledger, &lake)?;
    let meta = meta::meta(args, &lake, &factors)?;
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
