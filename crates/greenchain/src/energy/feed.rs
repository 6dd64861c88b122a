//! `energy feed`: answers of public sources as tables of a scenario.

use super::faults::told;
use super::feed_args::{FeedArgs, Source};
use crate::{Answer, folder};
use anyhow::{Result, anyhow, bail};
use intake::feed::steps::{Regular, regular, utc};
use intake::feed::{Choice, Feed, Format, What, read};
use serde_json::json;
use std::fmt::Write as _;
use std::io::Write;
use std::path::Path;
use store::write_whole;

pub(super) fn run(args: &FeedArgs) -> Result<Answer> {
    let feeds: Vec<Feed> =
        args.answers.iter().map(|file| answer(file, args)).collect::<Result<_>>()?;
    let what = feeds[0].what;
    if feeds.iter().any(|feed| feed.what != what) {
        bail!("the answers are in several currencies. Give those of one area");
    }
    if let (Some(wanted), What::Price(currency)) = (args.currency, what)
        && wanted != currency
    {
        bail!("prices are in {currency}, not {wanted}. Give an answer in {wanted}");
    }
    let rows = together(&feeds, args)?;
    let mut stderr = std::io::stderr();
    for note in feeds.iter().flat_map(|feed| &feed.notes) {
        writeln!(stderr, "note: {note}")?;
    }
    for &(from, until) in &rows.missing {
        writeln!(stderr, "warning: nothing from {} to {}", utc(from), utc(until))?;
    }
    let text = csv(&rows, what, args);
    match &args.out {
        Some(file) => write_whole(file, text.as_bytes())?,
        None => write!(std::io::stdout(), "{text}")?,
    }
    if args.json {
        let missing: Vec<[String; 2]> =
            rows.missing.iter().map(|&(from, until)| [utc(from), utc(until)]).collect();
        let currency = match what {
            What::Price(currency) => Some(currency.to_string()),
            What::Intensity => None,
        };
        let summary = json!({
            "rows": rows.rows.len(), "step_min": rows.length_s / 60, "column": column(what),
            "currency": currency, "missing": missing,
        });
        writeln!(std::io::stdout(), "{summary}")?;
    }
    Ok(Answer::Yes)
}

fn answer(file: &Path, args: &FeedArgs) -> Result<Feed> {
    let format = match args.format {
        Source::UkCarbonIntensity => Format::UkCarbonIntensity,
        Source::ElectricityMaps => Format::ElectricityMaps,
        Source::Entsoe => Format::Entsoe,
        Source::Octopus => Format::Octopus,
        Source::Awattar => Format::Awattar,
    };
    let resolution_s = args.resolution_min.map(seconds);
    let choice = Choice { without_vat: args.without_vat, until: args.until, resolution_s };
    read(&file.display().to_string(), &folder::text(file)?, format, choice)
        .map_err(|faults| anyhow!("the answer cannot be read\n{}", told(&faults)))
}

fn seconds(minutes: f64) -> i64 {
    (minutes * 60.0).round() as i64
}

/// The steps of all answers; an answer may begin within another where both say the same.
fn together(feeds: &[Feed], args: &FeedArgs) -> Result<Regular> {
    let mut steps: Vec<_> = feeds.iter().flat_map(|feed| feed.steps.iter().copied()).collect();
    steps.sort_by_key(|step| (step.from, step.until));
    steps.dedup();
    if let Some(pair) = steps.windows(2).find(|pair| pair[1].from < pair[0].until) {
        bail!("two answers differ from {} on. Give one answer for each time", utc(pair[1].from));
    }
    regular(&steps, args.step_min.map(seconds)).map_err(|fault| anyhow!("--step-min: {fault}"))
}

const fn column(what: What) -> &'static str {
    match what {
        What::Price(_) => "price_per_kwh",
        What::Intensity => "kg_co2e_per_kwh",
    }
}

fn csv(rows: &Regular, what: What, args: &FeedArgs) -> String {
    let mut text = format!("timestamp,{}\n", column(what));
    for &(at, value) in &rows.rows {
        let _ = writeln!(text, "{},{value}", args.zone.rfc3339(at));
    }
    text
}
