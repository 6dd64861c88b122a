//! An independent judge of a ledger: it shares types with the writers, and none of their arithmetic
//! but `carbon::value`, `carbon::intensities` and `carbon::Market`.
//!
//! In order: the manifest's form, chain and seal; the files of the folder and their hashes; the
//! factors, and what `operations.csv` makes; every line, recomputed, those of a round together; line
//! ids; lines taken back; the sums of files; `totals.pq`. A file whose hash is wrong is not read any
//! further.

mod files;
mod finding;
mod freight;
mod ids;
mod lines;
mod market;
mod operations;
mod parts;
mod reversals;
mod rounds;
mod sums;
mod words;
mod workers;

pub use finding::{FINDINGS_MAX, Finding};

use crate::{LakeError, Manifest, manifest, seal};
use carbon::{Registry, factor_table};
use finding::Findings;
use parts::{PartFile, RowGroup};
use quantity::Emission;
use std::collections::BTreeMap;
use std::path::Path;

/// What `verify` found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The first findings, [`FINDINGS_MAX`] at the most, in the order of the checks and of the
    /// ledger.
    pub findings: Vec<Finding>,
    /// How many findings there are.
    pub total: u64,
    /// Lines recomputed.
    pub lines: u64,
    /// Files whose hash was compared.
    pub files: usize,
    /// What the lines emitted, by case, as they stand.
    pub sums: BTreeMap<&'static str, Emission>,
    /// The manifest's seal, as computed; nothing where the manifest cannot be read.
    pub seal: Option<String>,
}

impl Verdict {
    /// Whether the ledger is proved: nothing was found.
    pub const fn is_proved(&self) -> bool {
        self.total == 0
    }

    fn add(&mut self, findings: Findings) {
        self.total += findings.total;
        let room = FINDINGS_MAX - self.findings.len();
        self.findings.extend(findings.first.into_iter().take(room));
    }
}

/// How far it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// What is being done, in words.
    pub step: &'static str,
    /// How much of it is done: bytes or lines.
    pub done: u64,
    /// Of how much.
    pub of: u64,
}

/// Told of progress, from any thread.
pub type Tell<'a> = &'a (dyn Fn(Progress) + Sync);

/// Verifies the ledger of a folder.
///
/// - `known`: the built-in factors; a factor of theirs has their figures in the ledger too.
///
/// An error only where the folder cannot be read; all that is wrong with the ledger is a finding.
/// Memory: eight bytes a line, some 150 bytes a line taken back, and the sums.
pub fn verify(folder: &Path, known: &Registry, tell: Tell<'_>) -> Result<Verdict, LakeError> {
    let bytes = seal::read(&folder.join(manifest::FILE), manifest::BYTES_MAX)?;
    let mut findings = Findings::default();
    let manifest = match Manifest::read(&bytes) {
        Ok(manifest) => manifest,
        Err(faults) => {
            for fault in faults {
                findings.push(Finding::of_file(manifest::FILE, fault.to_string()));
            }
            return Ok(verdict(findings, None));
        }
    };
    let sound = files::check(folder, &manifest, &mut findings, tell)?;
    let mut verdict = verdict(findings, Some(manifest.seal()));
    verdict.files = manifest.files.len() + manifest.parts().count();
    let registry = factors(folder, known, &sound, &mut verdict);
    if let Some(registry) = registry {
        let mut findings = Findings::default();
        operations::check(folder, &manifest, &registry, &sound, &mut findings);
        verdict.add(findings);
        all_lines(folder, &manifest, &registry, &sound, &mut verdict, tell);
    }
    if verdict.is_proved() {
        tell(Progress { step: "totals", done: 0, of: verdict.lines });
        let mut findings = Findings::default();
        sums::totals(folder, &mut findings);
        verdict.add(findings);
        tell(Progress { step: "totals", done: verdict.lines, of: verdict.lines });
    }
    Ok(verdict)
}

fn verdict(findings: Findings, seal: Option<String>) -> Verdict {
    let (lines, files, sums) = (0, 0, BTreeMap::new());
    let mut verdict = Verdict { findings: Vec::new(), total: 0, lines, files, sums, seal };
    verdict.add(findings);
    verdict
}

/// The ledger's own factors, compared with those that are known.
fn factors(
    folder: &Path,
    known: &Registry,
    sound: &files::Sound<'_>,
    verdict: &mut Verdict,
) -> Option<Registry> {
    const FILE: &str = "factors.csv";
    let mut findings = Findings::default();
    let mut refused = |fault: String| findings.push(Finding::of_file(FILE, fault));
    let mut read = None;
    if sound.has(FILE) {
        match table(&folder.join(FILE)) {
            Ok(registry) => read = Some(registry),
            Err(faults) => faults.into_iter().for_each(&mut refused),
        }
    } else {
        refused("the lines are not recomputed: there is no sound table of factors".to_owned());
    }
    for factor in read.iter().flat_map(Registry::iter) {
        let built_in = known.edition(&factor.id, &factor.edition);
        if built_in.is_some_and(|known| known != factor) {
            let (id, edition) = (&factor.id, &factor.edition);
            refused(format!("factor `{id}`, edition `{edition}`, is not the known one"));
        }
    }
    verdict.add(findings);
    read
}

/// A table of factors, or what is wrong with it.
fn table(path: &Path) -> Result<Registry, Vec<String>> {
    let bytes = seal::read(path, manifest::BYTES_MAX).map_err(|fault| vec![fault.to_string()])?;
    let text = String::from_utf8(bytes).map_err(|fault| vec![fault.to_string()])?;
    factor_table::read(&text).map_err(|faults| faults.iter().map(ToString::to_string).collect())
}

/// Everything that is read from the files of lines.
fn all_lines(
    folder: &Path,
    manifest: &Manifest,
    registry: &Registry,
    sound: &files::Sound<'_>,
    verdict: &mut Verdict,
    tell: Tell<'_>,
) {
    let mut findings = Findings::default();
    let opened: Vec<PartFile<'_>> = manifest
        .parts()
        .filter(|part| sound.has(&part.path))
        .filter_map(|part| match PartFile::open(folder, part) {
            Ok(file) => Some(file),
            Err(fault) => {
                findings.push(Finding::of_file(&part.path, fault.to_string()));
                None
            }
        })
        .collect();
    let groups: Vec<RowGroup<'_>> =
        opened.iter().enumerate().flat_map(|(number, file)| file.groups(number)).collect();
    let of = groups.iter().map(|group| group.rows).sum();
    let markets = market::markets(folder, manifest, registry, sound, &groups, &mut findings);
    let judge = lines::Judge { registry, markets };
    let mut checked = workers::map(
        &groups,
        |group| lines::check(group, &judge),
        |done| {
            tell(Progress { step: "lines", done, of });
        },
    );
    for one in &mut checked {
        findings.add(std::mem::take(&mut one.findings));
        verdict.lines += one.lines;
    }
    sums::of_files(&opened, &groups, &checked, &mut verdict.sums, &mut findings);
    rounds::check(&opened, &mut checked, registry, &mut findings);
    ids::check(&groups, &mut checked, &mut findings);
    if opened.len() == manifest.parts().count() {
        let taken_back = checked.iter_mut().flat_map(|one| std::mem::take(&mut one.reversals));
        reversals::check(&groups, taken_back.collect(), &mut findings);
    }
    verdict.add(findings);
}

#[cfg(test)]
mod tests;
