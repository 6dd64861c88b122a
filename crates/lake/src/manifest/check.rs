//! The checks of a manifest, a function each; all faults are collected.

use super::{FILE, FILES_MAX, FORMAT, LIST_MAX, Manifest, ManifestFault, NOTE_MAX, Part, WORD_MAX};
use crate::seal;
use carbon::{Case, Period};
use std::collections::BTreeSet;

const CHANGED: &str = "Restore the file from a copy: it was changed after it was sealed";

/// The cases that a line may be of.
pub(crate) const CASES: [Case; 3] = [Case::Plan, Case::Baseline, Case::Actual];

/// All that is wrong with a manifest that was read or is to be written.
pub(super) fn faults(manifest: &Manifest) -> Vec<ManifestFault> {
    let mut faults = Faults(Vec::new());
    if manifest.format != FORMAT {
        let fault = format!("is {}, not {FORMAT}", manifest.format);
        faults.add("format", fault, "Read the ledger with the version that wrote it");
        return faults.0;
    }
    sizes(manifest, &mut faults);
    for (number, part) in manifest.parts().enumerate() {
        self::part(&format!("line file {number}"), part, &mut faults);
    }
    for file in &manifest.files {
        path(&format!("file `{}`", file.path), &file.path, &mut faults);
        hash(&format!("file `{}`", file.path), &file.sha256, &mut faults);
    }
    unique(manifest, &mut faults);
    chain(manifest, &mut faults);
    if manifest.seal != manifest.seal() {
        faults.add("seal", "is not the seal of what the manifest says", CHANGED);
    }
    faults.0
}

struct Faults(Vec<ManifestFault>);

impl Faults {
    fn add(&mut self, place: &str, fault: impl Into<String>, mend: &'static str) {
        self.0.push(ManifestFault { place: place.to_owned(), fault: fault.into(), mend });
    }
}

fn sizes(manifest: &Manifest, faults: &mut Faults) {
    let files = manifest.files.len() + manifest.parts().count();
    for (place, n, max) in [
        ("batches", manifest.batches.len(), LIST_MAX),
        ("notes", manifest.notes.len(), LIST_MAX),
        ("files", files, FILES_MAX),
    ] {
        if n > max {
            faults.add(place, format!("are {n}, more than {max}"), "Split the ledger");
        }
    }
    let entity = manifest.entity.as_deref().map(|text| ("entity", text));
    let names = manifest.batches.iter().map(|batch| ("batch", batch.name.as_str()));
    for (place, text) in names.chain([("name", manifest.name.as_str())]).chain(entity) {
        word(place, text, faults);
    }
    for note in &manifest.notes {
        word("note", &note.subject, faults);
        if note.text.len() > NOTE_MAX {
            faults.add("note", format!("has more than {NOTE_MAX} bytes"), "Shorten it");
        }
    }
}

fn word(place: &str, text: &str, faults: &mut Faults) {
    if text.is_empty() || text.len() > WORD_MAX || text.contains(char::is_control) {
        let fault = format!("is `{}`", text.escape_debug());
        faults.add(place, fault, "Write 1 to 1,000 bytes of text on one line");
    }
}

fn part(place: &str, part: &Part, faults: &mut Faults) {
    path(place, &part.path, faults);
    hash(place, &part.sha256, faults);
    word(place, &part.tenant, faults);
    let period: Option<Period> = part.period.parse().ok();
    if period.is_none_or(|period| period.to_string() != part.period) {
        let fault = format!("period is `{}`", part.period.escape_debug());
        faults.add(place, fault, "Write a year or a month, as in 2025 or 2025-07");
    }
    for case in part.sums.keys() {
        if CASES.iter().all(|known| known.name() != case) {
            let fault = format!("case is `{}`", case.escape_debug());
            faults.add(place, fault, "Write plan, baseline or actual");
        }
    }
}

/// A path leads to a file in the ledger's folder, on every system, and nowhere else.
fn path(place: &str, path: &str, faults: &mut Faults) {
    let plain = |part: &str| !matches!(part, "" | "." | "..");
    let strange = |letter: char| letter.is_control() || matches!(letter, '\\' | ':');
    if path == FILE
        || path.len() > WORD_MAX
        || path.contains(strange)
        || !path.split('/').all(plain)
    {
        let fault = format!("path is `{}`", path.escape_debug());
        faults.add(place, fault, "Write a path in the ledger's folder, with `/` between names");
    }
}

fn hash(place: &str, text: &str, faults: &mut Faults) {
    if !seal::is_seal(text) {
        let fault = format!("sha256 is `{}`", text.escape_debug());
        faults.add(place, fault, "Write 64 small hexadecimal digits");
    }
}

fn unique(manifest: &Manifest, faults: &mut Faults) {
    let mut names = BTreeSet::new();
    for batch in &manifest.batches {
        if !names.insert(&batch.name) {
            let fault = format!("`{}` is there twice", batch.name);
            faults.add("batches", fault, "Give each batch a name of its own");
        }
    }
    let mut paths = BTreeSet::new();
    let parts = manifest.parts().map(|part| &part.path);
    for path in parts.chain(manifest.files.iter().map(|file| &file.path)) {
        if !paths.insert(path) {
            faults.add("files", format!("`{path}` is there twice"), "List each file once");
        }
    }
}

fn chain(manifest: &Manifest, faults: &mut Faults) {
    let mut previous = seal::NONE;
    for batch in &manifest.batches {
        let place = format!("batch `{}`", batch.name);
        if batch.previous != previous {
            faults.add(&place, "does not follow the batch before", CHANGED);
        }
        if batch.seal != batch.computed_seal() {
            faults.add(&place, "has not its seal", CHANGED);
        }
        previous = &batch.seal;
    }
}
