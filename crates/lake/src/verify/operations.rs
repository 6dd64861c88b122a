//! The intensities of transport and hub operation categories, made again from `operations.csv`.

use super::files::Sound;
use super::finding::{Finding, Findings};
use crate::ledger::is_operations;
use crate::{Manifest, manifest, seal};
use carbon::operation::{self, EDITION_END};
use carbon::{Factor, Registry, intensities};
use std::collections::BTreeMap;
use std::path::Path;

/// Every intensity of the registry must be the one that some `operations.csv` of the ledger makes.
pub(super) fn check(
    folder: &Path,
    manifest: &Manifest,
    registry: &Registry,
    sound: &Sound<'_>,
    findings: &mut Findings,
) {
    let mut made = BTreeMap::new();
    for file in manifest.files.iter().filter(|file| is_operations(&file.path)) {
        // A file that is not sound has its finding already.
        if !sound.has(&file.path) {
            continue;
        }
        match make(&folder.join(&file.path), registry) {
            Ok(factors) => made.extend(factors.into_iter().map(|factor| (key(&factor), factor))),
            Err(faults) => {
                for fault in faults {
                    findings.push(Finding::of_file(&file.path, fault));
                }
            }
        }
    }
    for factor in registry.iter().filter(|factor| factor.edition.ends_with(EDITION_END)) {
        if made.get(&key(factor)).is_some_and(|made| made == factor) {
            continue;
        }
        let (id, edition) = (&factor.id, &factor.edition);
        findings.push(Finding {
            stored: Some(shown(factor)),
            recomputed: made.get(&key(factor)).map(shown),
            ..Finding::of_file(
                "factors.csv",
                format!("factor `{id}`, edition `{edition}`, is not what operations.csv makes"),
            )
        });
    }
}

fn key(factor: &Factor) -> (String, String) {
    (factor.id.to_string(), factor.edition.to_string())
}

fn shown(factor: &Factor) -> String {
    format!("{} kg CO2e per {}: {}", factor.wtw(), factor.unit.name(), factor.note)
}

fn make(path: &Path, registry: &Registry) -> Result<Vec<Factor>, Vec<String>> {
    let bytes = seal::read(path, manifest::BYTES_MAX).map_err(|fault| vec![fault.to_string()])?;
    let text = String::from_utf8(bytes).map_err(|fault| vec![fault.to_string()])?;
    let told = |faults: Vec<operation::OperationFault>| {
        faults.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    let operations = operation::read(&text).map_err(told)?;
    intensities(&operations, registry).map_err(told)
}
