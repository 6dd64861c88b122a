//! `greenchain carbon reverse`: lines that take others back.

use super::args::ReverseArgs;
use crate::Answer;
use anyhow::{Context, Result, bail};
use lake::calc::{Batch, write_lines};
use lake::ledger::{Addition, Existing, assemble, next_batch};
use lake::{BatchKind, Lake, Note, quoted};
use output::lines;
use std::collections::BTreeMap;
use std::io::Write;
use store::OutputFolder;

pub(crate) fn reverse(args: &ReverseArgs) -> Result<Answer> {
    let lake = Lake::open(&args.ledger)?;
    let existing = Existing::read(&args.ledger)?.context("the ledger has no manifest")?;
    let batch = next_batch(Some(&existing));
    let mut ids = args.lines.clone();
    ids.sort();
    ids.dedup();
    let mut reversals = Vec::new();
    for (number, id) in ids.iter().enumerate() {
        let condition = format!("line_id = {0} OR reverses = {0}", quoted(id));
        let found = lines::read(&lake, &condition)?;
        let Some(line) = found.iter().find(|line| *line.id == **id) else {
            bail!("{}: has no line `{id}`", args.ledger.display());
        };
        if line.reverses.is_some() {
            bail!("line `{id}` takes another back; calculate the activity again instead");
        }
        if let Some(known) = found.iter().find(|line| line.reverses.is_some()) {
            bail!("line `{id}` is taken back already, by `{}`", known.id);
        }
        reversals.push(line.reversal(format!("{batch}-{:09}", number + 2).into()));
    }
    let factors = lines::factors(&args.ledger, &lake)?;
    let target = OutputFolder::begin(&args.ledger)?;
    let written = write_lines(
        &reversals,
        &factors,
        Batch { name: &batch, folder: target.path(), threads: 1, progress: &|_| {} },
    )?;
    let note = Note {
        subject: format!("batch {batch}"),
        text: format!("{} taken back: {}", ids.join(", "), args.reason),
    };
    let addition = Addition {
        batch: &batch,
        kind: BatchKind::Reversal,
        written,
        measures: String::new(),
        files: BTreeMap::new(),
        notes: vec![note],
    };
    let manifest = assemble(target.path(), Some(existing), Default::default(), addition)?;
    target.commit()?;
    let count = ids.len();
    writeln!(
        std::io::stdout(),
        "batch {batch}: {count} lines taken back\nseal {}",
        manifest.seal()
    )?;
    Ok(Answer::Yes)
}
