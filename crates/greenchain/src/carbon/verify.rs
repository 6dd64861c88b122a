//! `greenchain carbon verify`: is the ledger what it says?

use super::args::VerifyArgs;
use super::sums;
use crate::Answer;
use crate::progress::Progress;
use anyhow::Result;
use carbon::Registry;
use lake::{Finding, Verdict};
use serde_json::{Value, json};
use std::io::Write;

pub(crate) fn verify(args: &VerifyArgs) -> Result<Answer> {
    let progress = Progress::start();
    let verdict = lake::verify(&args.ledger, &Registry::built_in(), &|step| {
        progress.tell(&format!("{}: {} of {}", step.step, step.done, step.of));
    })?;
    progress.end();
    let mut stdout = std::io::stdout();
    if args.json {
        writeln!(stdout, "{}", as_json(&verdict))?;
    } else {
        for finding in &verdict.findings {
            writeln!(stdout, "{finding}")?;
        }
        let rest = verdict.total - verdict.findings.len() as u64;
        if rest > 0 {
            writeln!(stdout, "… and {rest} more")?;
        }
        let found = if verdict.is_proved() { "all agrees" } else { "it does not agree" };
        writeln!(
            stdout,
            "{found}: {} lines recomputed, {} files hashed\n{}\nseal {}",
            verdict.lines,
            verdict.files,
            sums::as_text(&verdict.sums),
            verdict.seal.as_deref().unwrap_or("cannot be read")
        )?;
    }
    Ok(if verdict.is_proved() { Answer::Yes } else { Answer::No })
}

fn as_json(verdict: &Verdict) -> Value {
    let findings: Vec<Value> = verdict.findings.iter().map(finding_json).collect();
    json!({
        "valid": verdict.is_proved(),
        "findings": findings,
        "finding_count": verdict.total,
        "lines": verdict.lines,
        "files": verdict.files,
        "sums": sums::as_json(&verdict.sums),
        "seal": verdict.seal,
    })
}

fn finding_json(finding: &Finding) -> Value {
    json!({
        "file": finding.file,
        "row": finding.row,
        "line_id": finding.line_id,
        "column": finding.column,
        "fault": finding.fault,
        "stored": finding.stored,
        "recomputed": finding.recomputed,
    })
}
