//! No bytes make the reader panic.

use crate::good::Folder;
use crate::{packaging_rules, parquet};
use proptest::prelude::*;
use std::sync::LazyLock;

/// Written once: encoding costs more than reading.
static PARQUET: LazyLock<Folder> = LazyLock::new(parquet::all);

/// Overwrites, removes or repeats bytes.
fn mutate(bytes: &mut Vec<u8>, edits: &[(u8, u32, u8)]) {
    for &(kind, at, byte) in edits {
        let at = at as usize % bytes.len().max(1);
        match kind {
            0 if at < bytes.len() => bytes[at] = byte,
            1 if at < bytes.len() => drop(bytes.remove(at)),
            2 => bytes.insert(at, byte),
            _ => bytes.truncate(at),
        }
    }
}

fn edits() -> impl Strategy<Value = Vec<(u8, u32, u8)>> {
    // Signs that mean something to CSV and TOML come up as often as all others together.
    let byte =
        prop_oneof![any::<u8>(), prop::sample::select(b",;\"\n\r=[]'\\-.0\xef\xbb".to_vec())];
    let kind = prop_oneof![4 => Just(0_u8), 2 => Just(1_u8), 2 => Just(2_u8), 1 => Just(3_u8)];
    prop::collection::vec((kind, any::<u32>(), byte), 1..8)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn arbitrary_bytes_are_told_or_read(file in 0..11_usize, bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        for mut folder in [Folder::good(), PARQUET.clone()] {
            folder.0[file].1.clone_from(&bytes);
            prop_assert!(folder.read().is_err(), "noise is no file of a scenario");
        }
    }

    #[test]
    fn mutated_texts_are_told_or_read(file in 0..11_usize, edits in edits()) {
        let mut folder = Folder::good();
        mutate(&mut folder.0[file].1, &edits);
        if let Err(faults) = folder.read() {
            prop_assert!(faults.total >= 1 && !faults.to_string().contains("\n\n"));
        }
    }

    #[test]
    fn mutated_rules_are_told_or_read(edits in edits()) {
        let mut folder = packaging_rules::folder();
        let rules = folder.0.iter_mut().find(|(name, _)| *name == packaging_rules::FILE);
        mutate(&mut rules.unwrap().1, &edits);
        if let Err(faults) = folder.read() {
            prop_assert!(faults.total >= 1 && !faults.to_string().contains("\n\n"));
        }
    }

    #[test]
    fn mutated_parquet_is_told_or_read(file in 0..11_usize, edits in edits()) {
        let mut folder = PARQUET.clone();
        mutate(&mut folder.0[file].1, &edits);
        if let Err(faults) = folder.read() {
            prop_assert!(faults.total >= 1 && !faults.to_string().contains("\n\n"));
        }
    }
}
