//! The files of the folder beside the files of the manifest, and their hashes.

use super::finding::{Finding, Findings};
use super::{Progress, Tell};
use crate::{LakeError, Manifest, manifest, seal};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

/// Folders in each other at the most.
const DEPTH_MAX: usize = 8;

/// The files that are there and have their hash.
pub(super) struct Sound<'a>(BTreeSet<&'a str>);

impl Sound<'_> {
    pub(super) fn has(&self, path: &str) -> bool {
        self.0.contains(path)
    }
}

/// Compares folder and manifest, and every hash.
pub(super) fn check<'a>(
    folder: &Path,
    manifest: &'a Manifest,
    findings: &mut Findings,
    tell: Tell<'_>,
) -> Result<Sound<'a>, LakeError> {
    let mut there = BTreeMap::new();
    walk(folder, "", 0, &mut there, findings)?;
    let parts = manifest.parts().map(|part| (part.path.as_str(), part.sha256.as_str(), None));
    let others = manifest
        .files
        .iter()
        .map(|file| (file.path.as_str(), file.sha256.as_str(), Some(file.bytes)));
    let listed: Vec<_> = parts.chain(others).collect();
    let mut unlisted: BTreeSet<&str> = there.keys().map(String::as_str).collect();
    unlisted.remove(manifest::FILE);
    for (path, ..) in &listed {
        unlisted.remove(path);
    }
    for path in unlisted {
        findings.push(Finding::of_file(path, "is not in the manifest"));
    }
    let hashes = hashes(folder, &listed, &there, tell);
    let mut sound = BTreeSet::new();
    for ((path, sha256, bytes), hash) in listed.into_iter().zip(hashes) {
        match hash {
            Some(Ok((hash, size))) if hash == sha256 && bytes.is_none_or(|bytes| bytes == size) => {
                sound.insert(path);
            }
            Some(Ok((hash, _))) => findings.push(Finding {
                stored: Some(sha256.to_owned()),
                recomputed: Some(hash),
                ..Finding::of_file(
                    path,
                    "is not the file that was sealed: its hash or size differs",
                )
            }),
            Some(Err(fault)) => findings.push(Finding::of_file(path, fault.to_string())),
            None => findings.push(Finding::of_file(path, "is in the manifest, not in the folder")),
        }
    }
    Ok(Sound(sound))
}

/// Every file under a folder with its size; what is neither file nor folder is a finding.
fn walk(
    folder: &Path,
    below: &str,
    depth: usize,
    there: &mut BTreeMap<String, u64>,
    findings: &mut Findings,
) -> Result<(), LakeError> {
    let here = folder.join(below);
    let entries = fs::read_dir(&here).map_err(LakeError::io("list", &here))?;
    for entry in entries {
        let entry = entry.map_err(LakeError::io("list", &here))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = if below.is_empty() { name } else { format!("{below}/{name}") };
        let kind = entry.metadata().map_err(LakeError::io("look at", &entry.path()))?;
        if kind.is_dir() && depth < DEPTH_MAX {
            walk(folder, &path, depth + 1, there, findings)?;
        } else if kind.is_file() {
            there.insert(path, kind.len());
        } else {
            findings.push(Finding::of_file(&path, "is no plain file. A ledger has only those"));
        }
    }
    Ok(())
}

type Hash = Option<Result<(String, u64), LakeError>>;

/// The hash of each file that is there, on all cores.
fn hashes(
    folder: &Path,
    listed: &[(&str, &str, Option<u64>)],
    there: &BTreeMap<String, u64>,
    tell: Tell<'_>,
) -> Vec<Hash> {
    let of = listed.iter().filter_map(|(path, ..)| there.get(*path)).sum();
    let done = AtomicU64::new(0);
    let hash = |path: &str| {
        there.contains_key(path).then(|| {
            seal::of_file(&folder.join(path), |bytes| {
                let done = done.fetch_add(bytes, Ordering::Relaxed) + bytes;
                tell(Progress { step: "hashes", done, of });
            })
        })
    };
    let threads = thread::available_parallelism().map_or(1, usize::from);
    // Every worker takes each `threads`-th file: files of a ledger are of like size.
    let mut by_worker: Vec<std::vec::IntoIter<Hash>> = thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|first| {
                let own = listed.iter().skip(first).step_by(threads);
                let hash = &hash;
                scope.spawn(move || own.map(|(path, ..)| hash(path)).collect::<Vec<_>>())
            })
            .collect();
        let joined = workers.into_iter().map(|worker| worker.join().expect("hashing never panics"));
        joined.map(Vec::into_iter).collect()
    });
    (0..listed.len()).filter_map(|number| by_worker[number % threads].next()).collect()
}
