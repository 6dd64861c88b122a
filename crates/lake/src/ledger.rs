//! A ledger put together in a staging folder: a batch of lines, and beside it what the whole ledger
//! then holds: factors, sums, measures, the manifest. Lines of earlier batches are not touched.

use crate::calc::Written;
use crate::query::tables;
use crate::totals::{self, Totals};
use crate::{BatchKind, LakeError, Listed, Manifest, Note, manifest, seal};
use carbon::{Registry, factor_table};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Name of the file of factors in a ledger.
pub const FACTORS: &str = "factors.csv";
/// Name of the file of measures in a ledger.
pub const MEASURES: &str = "measures.csv";
/// The header of measures.
pub const MEASURES_HEADER: &str =
    "tenant,period,case,link,site_id,measure,unit,amount,method,data_kind\n";

/// Whether a file of a ledger is the `operations.csv` of a batch: `operations.b0001.csv`.
pub fn is_operations(path: &str) -> bool {
    path.starts_with("operations.")
}

/// Whether a file of a ledger is the `instruments.csv` of a batch.
pub fn is_instruments(path: &str) -> bool {
    path.starts_with("instruments.")
}

/// A ledger that is there, as far as a batch more needs to know it.
pub struct Existing {
    /// What is in it.
    pub manifest: Manifest,
    factors: Registry,
    totals: Totals,
    measures: String,
}

impl Existing {
    /// Reads the ledger of a folder; `None` where there is none. Its small files must have the
    /// hashes that the manifest says.
    pub fn read(folder: &Path) -> Result<Option<Self>, LakeError> {
        let path = folder.join(manifest::FILE);
        if !path.exists() {
            return Ok(None);
        }
        let bytes = seal::read(&path, manifest::BYTES_MAX)?;
        let manifest = Manifest::read(&bytes).map_err(LakeError::Manifest)?;
        let factors = text(folder, &manifest, FACTORS)?;
        let factors = factor_table::read(&factors).map_err(|faults| {
            LakeError::file(FACTORS, faults[0].to_string(), "Restore it from a copy")
        })?;
        let totals = totals::read(checked(folder, &manifest, totals::FILE)?)?;
        let totals = totals::are_kept(folder, &manifest)?.then_some(totals);
        let measures = match manifest.file(MEASURES) {
            Some(_) => text(folder, &manifest, MEASURES)?,
            None => MEASURES_HEADER.to_owned(),
        };
        Ok(Some(Self { manifest, factors, totals, measures }))
    }
    /// Factors by which its lines were valued.
    pub fn factors(&self) -> &Registry {
        &self.factors
    }
}

/// The name of the next calculated batch: `b0001`.
pub fn next_batch(existing: Option<&Existing>) -> String {
    let batches = existing.map_or(0, |ledger| ledger.manifest.batches().len());
    format!("b{:04}", batches + 1)
}

/// What goes into a ledger with a batch.
pub struct Addition<'a> {
    /// Name of the batch, with which its lines were written.
    pub batch: &'a str,
    /// Where the lines come from.
    pub kind: BatchKind,
    /// What was written to the staging folder.
    pub written: Written,
    /// Rows of `measures.csv`, with its header; empty for none.
    pub measures: String,
    /// Other files, by their path in the ledger.
    pub files: BTreeMap<String, Vec<u8>>,
    /// Remarks that a reader must see.
    pub notes: Vec<Note>,
}

/// Puts a batch and all that changes with it into the staging folder.
///
/// - `new`: name and reporting entity of a ledger that is not there yet.
pub fn assemble(
    staging: &Path,
    existing: Option<Existing>,
    new: (String, Option<String>),
    addition: Addition<'_>,
) -> Result<Manifest, LakeError> {
    let mut ledger = existing.unwrap_or_else(|| Existing {
        manifest: Manifest::new(new.0, new.1),
        factors: Registry::default(),
        totals: Some(Vec::new()),
        measures: MEASURES_HEADER.to_owned(),
    });
    let Written { parts, totals: added, factors, .. } = addition.written;
    ledger
        .factors
        .add_all(&factors)
        .map_err(|fault| LakeError::file(FACTORS, fault.to_string(), "Give it another edition"))?;
    let mut files = addition.files;
    files.insert(FACTORS.to_owned(), factor_table::write(&ledger.factors).into_bytes());
    let totals = totals::merged(ledger.totals, added, totals::ROWS_MAX);
    // Too many to keep: a table without rows, in place of the one that may be there.
    files.insert(totals::FILE.to_owned(), totals::write(&totals.unwrap_or_default())?);
    if let Some(rows) = addition.measures.strip_prefix(MEASURES_HEADER) {
        ledger.measures += rows;
    } else if !addition.measures.is_empty() {
        let fault = format!("its columns are not {}", MEASURES_HEADER.trim_end());
        return Err(LakeError::file(MEASURES, fault, "Write these, in this order"));
    }
    tables::rows(ledger.measures.as_bytes(), &tables::MEASURES)?;
    files.insert(MEASURES.to_owned(), ledger.measures.into_bytes());
    let mut manifest = ledger.manifest;
    manifest.add_batch(addition.batch.to_owned(), addition.kind, parts);
    for note in addition.notes {
        if !manifest.notes.contains(&note) {
            manifest.notes.push(note);
        }
    }
    for (path, bytes) in &files {
        write(&staging.join(path), bytes)?;
        let listed =
            Listed { path: path.clone(), sha256: seal::of_bytes(bytes), bytes: bytes.len() as u64 };
        match manifest.files.iter_mut().find(|file| file.path == *path) {
            Some(known) => *known = listed,
            None => manifest.files.push(listed),
        }
    }
    manifest.files.sort_by(|a, b| a.path.cmp(&b.path));
    let text = manifest.to_json().map_err(LakeError::Manifest)?;
    write(&staging.join(manifest::FILE), text.as_bytes())?;
    Ok(manifest)
}

/// A listed file whose bytes have the hash that the manifest says.
pub fn checked(folder: &Path, manifest: &Manifest, path: &str) -> Result<Vec<u8>, LakeError> {
    const MEND: &str = "Restore the ledger from a copy; `carbon verify` says what differs";
    let listed =
        manifest.file(path).ok_or_else(|| LakeError::file(path, "is not in the manifest", MEND))?;
    let bytes = seal::read(&folder.join(path), listed.bytes)?;
    if seal::of_bytes(&bytes) != listed.sha256 {
        return Err(LakeError::file(path, "is not the file that the manifest lists", MEND));
    }
    Ok(bytes)
}

fn text(folder: &Path, manifest: &Manifest, path: &str) -> Result<String, LakeError> {
    String::from_utf8(checked(folder, manifest, path)?)
        .map_err(|fault| LakeError::file(path, fault.to_string(), "Restore it from a copy"))
}

#[expect(clippy::disallowed_methods, reason = "the lake writes files, into a staging folder")]
fn write(path: &Path, bytes: &[u8]) -> Result<(), LakeError> {
    let folder: PathBuf = path.parent().map(Path::to_owned).unwrap_or_default();
    fs::create_dir_all(&folder).map_err(LakeError::io("create", &folder))?;
    fs::write(path, bytes).map_err(LakeError::io("write", path))
}

#[cfg(test)]
mod tests;
