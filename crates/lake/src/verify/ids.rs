//! Whether every line has an id of its own.
//!
//! Hashes of 64 bits are kept, sorted and compared; the few that are equal are looked up in the
//! files, so that two ids with one hash are not taken for one.

use super::finding::{Finding, Findings};
use super::lines::Checked;
use super::parts::RowGroup;
use super::words::Lines;
use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::thread;

/// Hashes that are looked up in the files; the others are counted.
const TRACED_MAX: usize = 10_000;

/// Adds the ids of some lines to two heaps of like size.
pub(super) fn collect(lines: &Lines<'_>, heaps: &mut [Vec<u64>; 2]) {
    for id in lines.ids().iter().flatten() {
        let hash = hash(id);
        heaps[usize::from(hash & 1 == 1)].push(hash);
    }
}

/// Finds the ids that more than one line has; takes the heaps.
pub(super) fn check(groups: &[RowGroup<'_>], checked: &mut [Checked], findings: &mut Findings) {
    let mut heaps = [Vec::new(), Vec::new()];
    for one in checked {
        for (heap, part) in heaps.iter_mut().zip(std::mem::take(&mut one.ids)) {
            heap.extend(part);
        }
    }
    let [even, odd] = heaps;
    let (mut repeated, more) = thread::scope(|scope| {
        let odd = scope.spawn(|| repeated(odd));
        let even = repeated(even);
        (even, odd.join().expect("sorting never panics"))
    });
    repeated.extend(more);
    repeated.sort_unstable();
    let untraced = repeated.split_off(repeated.len().min(TRACED_MAX));
    if !repeated.is_empty() {
        trace(groups, &repeated, findings);
    }
    findings.total += untraced.len() as u64;
}

fn hash(id: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    id.hash(&mut hasher);
    hasher.finish()
}

/// The hashes that are there more than once, each once, in order.
fn repeated(mut hashes: Vec<u64>) -> Vec<u64> {
    hashes.sort_unstable();
    let pairs = hashes.windows(2).filter(|pair| pair[0] == pair[1]);
    let mut repeated: Vec<u64> = pairs.map(|pair| pair[0]).collect();
    repeated.dedup();
    repeated
}

/// Reads the ids again and names the lines that repeat one.
fn trace(groups: &[RowGroup<'_>], repeated: &[u64], findings: &mut Findings) {
    let mut seen: BTreeMap<String, u64> = BTreeMap::new();
    for group in groups {
        let part = group.file.part;
        let Ok(batches) = group.batches(Some(&["line_id"])) else { continue };
        let mut first_row = group.first_row;
        for batch in batches.map_while(Result::ok) {
            let lines = Lines { part, first_row, batch: &batch };
            for (row, id) in lines.ids().iter().enumerate() {
                let id = id.unwrap_or_default();
                if repeated.binary_search(&hash(id)).is_err() {
                    continue;
                }
                let times = seen.entry(id.to_owned()).or_default();
                *times += 1;
                if *times > 1 {
                    findings.push(Finding {
                        stored: None,
                        ..lines.finding(row, "line_id", "is the id of an earlier line too", &id)
                    });
                }
            }
            first_row += batch.num_rows() as u64;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn repeated_are_those_that_are_there_twice(
            hashes in prop::collection::vec(0_u64..40, 0..60),
        ) {
            let expect: Vec<u64> = (0..40)
                .filter(|n| hashes.iter().filter(|&one| one == n).count() > 1)
                .collect();
            prop_assert_eq!(repeated(hashes), expect);
        }
    }
}
