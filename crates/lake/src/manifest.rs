//! `manifest.json`: which files a ledger has, what is in them, and the seal over all of it.
//!
//! Its form is canonical: what [`Manifest::to_json`] writes is the only text that
//! [`Manifest::read`] takes, so that no byte of it changes unseen. No time is in it: the same
//! ledger has the same seal.

mod check;

pub(crate) use check::CASES;

use crate::seal;
use quantity::{Carbon, Emission, Fixed};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::collections::BTreeMap;

/// Name of the manifest in a ledger.
pub const FILE: &str = "manifest.json";
/// Version of the form that is written and read.
pub const FORMAT: u32 = 1;
/// Bytes of a manifest at the most.
pub const BYTES_MAX: u64 = 64 << 20;
/// Files of a ledger at the most.
pub const FILES_MAX: usize = 100_000;
/// Batches and notes of a ledger at the most, each.
pub const LIST_MAX: usize = 100_000;
/// Bytes of a name, a word or a path at the most.
pub const WORD_MAX: usize = 1_000;
/// Bytes of a note at the most.
pub const NOTE_MAX: usize = 100_000;

/// A Parquet file of ledger lines: those of one tenant and period, of one batch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// In the ledger's folder.
    pub path: String,
    /// SHA-256 of its bytes, 64 small hexadecimal digits.
    pub sha256: String,
    /// Lines in it.
    pub rows: u64,
    /// Whose books.
    pub tenant: String,
    /// Year or month.
    pub period: String,
    /// What its lines emitted, by case.
    #[serde(serialize_with = "write_sums", deserialize_with = "read_sums")]
    pub sums: BTreeMap<String, Emission>,
}

/// Where a batch of lines comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum BatchKind {
    /// Calculated from activity.
    Calc,
    /// A planned day.
    Plan,
    /// Lines that take back others.
    Reversal,
}

/// Lines that were added together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Batch {
    /// Unique in the ledger.
    pub name: String,
    /// Where its lines come from.
    pub kind: BatchKind,
    /// Its files.
    pub files: Vec<Part>,
    /// Seal of the batch before; [`seal::NONE`] for the first.
    pub previous: String,
    /// SHA-256 of the batch in canonical form, this field empty: it covers every batch before.
    pub seal: String,
}

/// A file of a ledger that holds no lines.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listed {
    /// In the ledger's folder: `factors.csv`, `scenario/orders.csv`.
    pub path: String,
    /// SHA-256 of its bytes, 64 small hexadecimal digits.
    pub sha256: String,
    /// How many bytes.
    pub bytes: u64,
}

/// A remark that a reader of the ledger must see.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Note {
    /// What it is about.
    pub subject: String,
    /// The remark.
    pub text: String,
}

/// What is in a ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    format: u32,
    /// Of the ledger, for people.
    pub name: String,
    /// Who reports, where no other is named.
    pub entity: Option<String>,
    batches: Vec<Batch>,
    /// The files that hold no lines.
    pub files: Vec<Listed>,
    /// What a reader must know.
    pub notes: Vec<Note>,
    seal: String,
}

/// A fault of a manifest, with its place and mend.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("manifest.json: {place}: {fault}. {mend}")]
pub struct ManifestFault {
    /// Which field.
    pub place: String,
    /// What is wrong.
    pub fault: String,
    /// What to do.
    pub mend: &'static str,
}

impl Manifest {
    /// Of a ledger without files.
    pub fn new(name: String, entity: Option<String>) -> Self {
        Self {
            format: FORMAT,
            name,
            entity,
            batches: Vec::new(),
            files: Vec::new(),
            notes: Vec::new(),
            seal: String::new(),
        }
    }
    /// Adds a batch behind the last one.
    pub fn add_batch(&mut self, name: String, kind: BatchKind, files: Vec<Part>) {
        let previous = self.last_seal().to_owned();
        let mut batch = Batch { name, kind, files, previous, seal: String::new() };
        batch.seal = batch.computed_seal();
        self.batches.push(batch);
    }
    /// The batches, the first added first.
    pub fn batches(&self) -> &[Batch] {
        &self.batches
    }
    /// The files of lines of all batches, in their order.
    pub fn parts(&self) -> impl Iterator<Item = &Part> {
        self.batches.iter().flat_map(|batch| &batch.files)
    }
    /// A listed file.
    pub fn file(&self, path: &str) -> Option<&Listed> {
        self.files.iter().find(|file| file.path == path)
    }
    /// SHA-256 over everything else in canonical form.
    pub fn seal(&self) -> String {
        seal::of_bytes(canonical(&Self { seal: String::new(), ..self.clone() }).as_bytes())
    }
    /// The sealed manifest, as it stands in the file.
    ///
    /// All faults that [`Manifest::read`] would find in it, else.
    pub fn to_json(&self) -> Result<String, Vec<ManifestFault>> {
        let sealed = Self { seal: self.seal(), ..self.clone() };
        let faults = check::faults(&sealed);
        if faults.is_empty() { Ok(canonical(&sealed)) } else { Err(faults) }
    }
    /// Reads a manifest strictly: no unknown field, no other form than the canonical one, every
    /// seal right. On failure all faults.
    pub fn read(bytes: &[u8]) -> Result<Self, Vec<ManifestFault>> {
        let manifest: Self = serde_json::from_slice(bytes).map_err(|fault| {
            vec![ManifestFault {
                place: format!("line {}, column {}", fault.line(), fault.column()),
                fault: unplaced(&fault),
                mend: "Restore the file from a copy, or make the ledger again",
            }]
        })?;
        let mut faults = check::faults(&manifest);
        if faults.is_empty() && canonical(&manifest).as_bytes() != bytes {
            faults.push(ManifestFault {
                place: "the whole".to_owned(),
                fault: "is not in canonical form".to_owned(),
                mend: "Restore the file from a copy: it was changed by hand",
            });
        }
        if faults.is_empty() { Ok(manifest) } else { Err(faults) }
    }

    fn last_seal(&self) -> &str {
        self.batches.last().map_or(seal::NONE, |batch| &batch.seal)
    }
}

impl Batch {
    fn computed_seal(&self) -> String {
        seal::of_bytes(canonical(&Self { seal: String::new(), ..self.clone() }).as_bytes())
    }
}

/// Indented by two spaces, fields in their order, a line end at the end.
fn canonical(value: &impl Serialize) -> String {
    let text = serde_json::to_string_pretty(value);
    text.expect("text, integers and lists have a form in JSON") + "\n"
}

/// The message without the place that `serde_json` appends.
fn unplaced(fault: &serde_json::Error) -> String {
    let text = fault.to_string();
    text.split(" at line ").next().unwrap_or(&text).to_owned()
}

/// An emission as the manifest writes it: exact decimals in kilograms, as text.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Pair {
    wtt: String,
    ttw: String,
}

fn write_sums<S: Serializer>(
    sums: &BTreeMap<String, Emission>,
    writer: S,
) -> Result<S::Ok, S::Error> {
    let text = |emission: &Emission| Pair {
        wtt: emission.wtt.kilograms().to_string(),
        ttw: emission.ttw.kilograms().to_string(),
    };
    writer.collect_map(sums.iter().map(|(case, emission)| (case, text(emission))))
}

fn read_sums<'de, D: Deserializer<'de>>(reader: D) -> Result<BTreeMap<String, Emission>, D::Error> {
    let kilograms = |text: &str| {
        let fixed: Result<Fixed, _> = text.parse();
        fixed
            .map(Carbon::from_kilograms)
            .map_err(|fault| de::Error::custom(format_args!("`{text}` kg is {fault}")))
    };
    BTreeMap::<String, Pair>::deserialize(reader)?
        .into_iter()
        .map(|(case, pair)| {
            Ok((case, Emission { wtt: kilograms(&pair.wtt)?, ttw: kilograms(&pair.ttw)? }))
        })
        .collect()
}

#[cfg(test)]
mod tests;
