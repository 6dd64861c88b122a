//! Instances and solutions as files.

use super::args::{Format, Rounding, RouteArgs};
use crate::folder;
use anyhow::{Context, Result, bail};
use routing::{Instance, Plan, Precision, read};
use serde::Deserialize;
use serde::de::IgnoredAny;
use std::path::Path;
use store::write_whole;

/// How a file is written: as the arguments say, or as it looks.
pub(super) fn format(args: &RouteArgs, text: &str) -> Result<Format> {
    let Some(format) = args.format.or_else(|| looks_like(text)) else {
        bail!("{}: looks like none of the formats. Name it with --format", args.file.display());
    };
    Ok(format)
}

/// An instance of one of the field's formats; none of a JSON format.
pub(super) fn instance(args: &RouteArgs, text: &str, format: Format) -> Result<Option<Instance>> {
    let given = args.precision.map(|rounding| match rounding {
        Rounding::Double => Precision::Double,
        Rounding::Trunc1 => Precision::Trunc1,
        Rounding::Round => Precision::Round,
    });
    let precision = given.unwrap_or(Precision::Double);
    let read = match format {
        Format::Vrplib => read::vrplib::read(text, given),
        Format::Solomon => read::solomon::read(text, precision),
        Format::Lilim => read::lilim::read(text, precision),
        Format::Json | Format::Vroom => return Ok(None),
    };
    read.map(Some).with_context(|| args.file.display().to_string())
}

/// The keys that only VROOM's input has.
#[derive(Default, Deserialize)]
struct Keys {
    jobs: Option<IgnoredAny>,
    shipments: Option<IgnoredAny>,
}

/// By its keys, or by the first lines: sections with a colon, the word VEHICLE, or three numbers.
fn looks_like(text: &str) -> Option<Format> {
    if text.trim_start().starts_with('{') {
        let keys: Keys = serde_json::from_str(text).unwrap_or_default();
        let vroom = keys.jobs.is_some() || keys.shipments.is_some();
        return Some(if vroom { Format::Vroom } else { Format::Json });
    }
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let first = lines.next()?;
    if first.contains(':') {
        return Some(Format::Vrplib);
    }
    let numbers = first.split_whitespace().filter(|word| word.parse::<f64>().is_ok()).count();
    if numbers == 3 && first.split_whitespace().count() == 3 {
        return Some(Format::Lilim);
    }
    lines.next().filter(|line| line.eq_ignore_ascii_case("vehicle")).map(|_| Format::Solomon)
}

pub(super) fn plan(file: &Path, instance: &Instance) -> Result<Plan> {
    let solution = read::solution::read(&folder::text(file)?);
    let solution = solution.with_context(|| file.display().to_string())?;
    Ok(solution.plan(instance))
}

pub(super) fn write(file: &Path, instance: &Instance, plan: &Plan, cost: f64) -> Result<()> {
    Ok(write_whole(file, read::solution::write(instance, plan, cost).as_bytes())?)
}
