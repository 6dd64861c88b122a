//! `greenchain carbon calc --explain`: a line as it would be, explained; nothing is kept.

use super::args::CalcArgs;
use super::factor_folder::Factors;
use super::{calc, explain};
use crate::Answer;
use crate::progress::Progress;
use anyhow::{Context, Result, bail};
use lake::feed::Feed;
use lake::ledger::{Addition, assemble};
use lake::{BatchKind, Lake};
use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;

/// A folder that is gone when the preview ends.
struct Scratch(PathBuf);

impl Drop for Scratch {
    fn drop(&mut self) {
        // What cannot be removed lies in the system's folder for such things.
        std::fs::remove_dir_all(&self.0).ok();
    }
}

pub(crate) fn preview(args: &CalcArgs, factors: &Factors, id: &str) -> Result<Answer> {
    let progress = Progress::start();
    let row = row_of(args, factors, id)?;
    let name = format!("greenchain-explain-{}", std::process::id());
    let scratch = Scratch(std::env::temp_dir().join(name));
    let folder = &scratch.0;
    std::fs::create_dir_all(folder).with_context(|| format!("{}", folder.display()))?;
    let written = calc::value(args, factors, "line", folder, &progress)?;
    let addition = Addition {
        batch: "line",
        kind: BatchKind::Calc,
        written,
        measures: String::new(),
        files: BTreeMap::new(),
        notes: Vec::new(),
    };
    assemble(folder, None, ("preview".to_owned(), None), addition)?;
    let lake = Lake::open(folder)?;
    let registry = output::lines::factors(folder, &lake)?;
    let text = explain::of_line(&lake, &registry, &format!("line-{row:09}"))?;
    progress.end();
    writeln!(std::io::stdout(), "{}", text.trim_end())?;
    Ok(Answer::Yes)
}

/// The row of an activity, by its id or by the number of its row, the header being the first.
fn row_of(args: &CalcArgs, factors: &Factors, id: &str) -> Result<u64> {
    let feed = Feed::new(args.activity.display().to_string(), calc::open(&args.activity, factors)?);
    for chunk in (0..).map_while(|number| feed.chunk(number)) {
        let chunk = chunk.map_err(|faults| anyhow::anyhow!("{faults}"))?;
        if let Some(place) = chunk.ids.iter().position(|known| known == Some(id)) {
            return Ok(chunk.number(place));
        }
    }
    match id.parse() {
        Ok(row) => Ok(row),
        Err(_) => bail!("{}: has no activity_id `{id}`", args.activity.display()),
    }
}
