//! `greenchain carbon verify`: is the ledger what it says?

use super::args::VerifyArgs;
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
        let sums: Vec<String> = verdict
            .sums
            .iter()
            .map(|(case, sum)| {
                format!("{case} {} kg CO2e (WTT {}, TTW {})", sum.wtw(), sum.wtt, sum.ttw)
            })
            .collect();
        let found = if verdict.total == 0 { "all agrees" } else { "it does not agree" };
        writeln!(
            stdout,
            "{found}: {} lines recomputed, {} files hashed\n{}\nseal {}",
            verdict.lines,
            verdict.files,
            sums.join("\n"),
            verdict.seal.as_deref().unwrap_or("cannot be read")
        )?;
    }
    Ok(if verdict.total == 0 { Answer::Yes } else { Answer::No })
}

fn as_json(verdict: &Verdict) -> Value {
    let findings: Vec<Value> = verdict.findings.iter().map(finding_json).collect();
    let sums: serde_json::Map<String, Value> = verdict
        .sums
        .iter()
        .map(|(case, sum)| {
            let [wtt, ttw, wtw] = [sum.wtt, sum.ttw, sum.wtw()].map(|part| part.to_string());
            let sums = json!({"wtt_kg_co2e": wtt, "ttw_kg_co2e": ttw, "wtw_kg_co2e": wtw});
            ((*case).to_owned(), sums)
        })
        .collect();
    json!({
        "valid": verdict.total == 0,
        "findings": findings,
        "finding_count": verdict.total,
        "lines": verdict.lines,
        "files": verdict.files,
        "sums": sums,
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
