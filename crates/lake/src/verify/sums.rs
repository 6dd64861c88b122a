//! The sums that the ledger says it has: those of each file by case, and `totals.pq`.

use super::finding::{Finding, Findings};
use super::lines::Checked;
use super::parts::{PartFile, RowGroup};
use crate::manifest::CASES;
use crate::{Lake, LakeError, TotalsRow, seal, totals};
use quantity::{Emission, Fixed};
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::path::Path;

/// Compares the sums of every file with the manifest, and adds them up.
pub(super) fn of_files(
    files: &[PartFile<'_>],
    groups: &[RowGroup<'_>],
    checked: &[Checked],
    all: &mut BTreeMap<&'static str, Emission>,
    findings: &mut Findings,
) {
    let mut sums = vec![[Emission::ZERO; CASES.len()]; files.len()];
    for (group, one) in groups.iter().zip(checked) {
        for (sum, part) in sums[group.number].iter_mut().zip(one.sums) {
            *sum += part;
        }
    }
    for (file, sums) in files.iter().zip(sums) {
        for (case, recomputed) in CASES.iter().zip(sums) {
            let stored = file.part.sums.get(case.name()).copied().unwrap_or_default();
            if stored != recomputed {
                let text = |sum: Emission| format!("WTT {} kg, TTW {} kg", sum.wtt, sum.ttw);
                let fault =
                    format!("sum of case {} in the manifest is not the lines'", case.name());
                findings.push(Finding {
                    stored: Some(text(stored)),
                    recomputed: Some(text(recomputed)),
                    ..Finding::of_file(&file.part.path, fault)
                });
            }
            if recomputed != Emission::ZERO {
                *all.entry(case.name()).or_default() += recomputed;
            }
        }
    }
}

/// Compares `totals.pq` with what SQL sums up from the lines, and reads the other tables. Sums that
/// were not kept need no proof: there the table `totals` is the lines' own.
pub(super) fn totals(folder: &Path, findings: &mut Findings) {
    match stored_and_recomputed(folder) {
        Ok((stored, recomputed)) => compare(&stored, &recomputed, findings),
        Err(LakeError::File { file, fault, .. }) => findings.push(Finding::of_file(&file, fault)),
        Err(fault) => findings.push(Finding::of_file(totals::FILE, fault.to_string())),
    }
}

fn stored_and_recomputed(folder: &Path) -> Result<(Vec<TotalsRow>, Vec<TotalsRow>), LakeError> {
    let lake = Lake::open(folder)?;
    let stored = totals::read(seal::read(&folder.join(totals::FILE), totals::BYTES_MAX)?)?;
    if !totals::are_kept(folder, lake.manifest())? {
        return Ok((Vec::new(), Vec::new()));
    }
    let mut recomputed = Vec::new();
    lake.each_batch(&totals::statement(), |_, batch| {
        recomputed.extend(batch.iter().flat_map(totals::rows_of));
        Ok(())
    })?;
    recomputed.sort_unstable();
    Ok((stored, recomputed))
}

/// Walks both, which are sorted by group.
fn compare(stored: &[TotalsRow], recomputed: &[TotalsRow], findings: &mut Findings) {
    if !stored.is_sorted_by(|a, b| a.groups < b.groups) {
        let fault = "its rows are not in the order of their groups, or a group is there twice";
        findings.push(Finding::of_file(totals::FILE, fault));
        return;
    }
    let (mut here, mut there) = (0, 0);
    while here < stored.len() || there < recomputed.len() {
        let order = match (stored.get(here), recomputed.get(there)) {
            (Some(a), Some(b)) => a.groups.cmp(&b.groups),
            (Some(_), None) => Ordering::Less,
            (None, _) => Ordering::Greater,
        };
        let row = here as u64 + 1;
        let whole = |fault: &str, of: &TotalsRow| Finding {
            row: Some(row),
            stored: Some(name(of)),
            ..Finding::of_file(totals::FILE, fault)
        };
        match order {
            Ordering::Less => {
                findings.push(whole("no line is of this group", &stored[here]));
                here += 1;
            }
            Ordering::Greater => {
                let mut missing = whole("lines of this group are missing", &recomputed[there]);
                missing.recomputed = missing.stored.take();
                findings.push(missing);
                there += 1;
            }
            Ordering::Equal => {
                figures(row, &stored[here], &recomputed[there], findings);
                (here, there) = (here + 1, there + 1);
            }
        }
    }
}

/// The group's words, as a person names it.
fn name(row: &TotalsRow) -> String {
    let words: Vec<&str> = row.groups.iter().flatten().map(|word| &**word).collect();
    words.join(", ")
}

fn figures(row: u64, stored: &TotalsRow, recomputed: &TotalsRow, findings: &mut Findings) {
    let mut differ = |column, stored: String, recomputed: String| {
        if stored != recomputed {
            findings.push(Finding {
                row: Some(row),
                column: Some(column),
                stored: Some(stored),
                recomputed: Some(recomputed),
                ..Finding::of_file(totals::FILE, "is not the sum of the lines")
            });
        }
    };
    differ("lines", stored.lines.to_string(), recomputed.lines.to_string());
    let text = |billionths: i128| Fixed::from_billionths(billionths).to_string();
    for (column, (&stored, &recomputed)) in
        totals::SUMS.iter().zip(stored.sums.iter().zip(&recomputed.sums))
    {
        differ(column, text(stored), text(recomputed));
    }
}
