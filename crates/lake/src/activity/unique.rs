//! Whether an id stands twice in a file, exactly, in memory for the longest chunk.

use super::cells::Cells;
use super::fault::{Fault, Faults, shown};
use super::layout::Column;
use super::wrong::Wrong;
use arrow_array::{Array, StringArray};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Mutex, PoisonError};

/// Of so many repeated ids the rows are looked up; the others are only counted.
const LOOKED_UP_MAX: usize = 1_000;

/// The ids of a chunk, in short.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Span {
    /// The first and the last, where each is after the one before it.
    ascending: Option<(String, String)>,
}

/// What is known of the ids of the chunks that were read, in any order.
#[derive(Debug, Default)]
pub(super) struct Spans(Mutex<BTreeMap<usize, Span>>);

impl Spans {
    /// Takes note of the ids of a chunk.
    pub(super) fn note(&self, chunk: usize, ids: &StringArray) {
        let span = Span::of(ids);
        // Whoever panicked with the lock left a whole map behind.
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(chunk, span);
    }

    /// Whether the ids ascend in each chunk, and no chunk reaches into another: numbered rows do,
    /// and then no id can stand twice.
    fn are_apart(&self) -> bool {
        let spans = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let ends: Option<Vec<_>> = spans.values().map(|span| span.ascending.as_ref()).collect();
        let Some(mut ends) = ends else { return false };
        ends.sort_by(|(a, _), (b, _)| order(a).cmp(&order(b)));
        ends.windows(2).all(|pair| order(&pair[0].1) < order(&pair[1].0))
    }

    /// Refuses ids that stand twice in the chunks that were noted.
    ///
    /// `each` hands over the ids of the file with the row of the first, chunk by chunk. It is asked
    /// only where the ids do not ascend, and a second time only where two have equal hashes.
    pub(super) fn check(
        &self,
        file: &str,
        mut each: impl FnMut(&mut dyn FnMut(&StringArray, u64)) -> Result<(), Faults>,
    ) -> Result<(), Faults> {
        if self.are_apart() {
            return Ok(());
        }
        let mut hashes: Vec<u64> = Vec::new();
        each(&mut |ids, _| hashes.extend(ids.iter().flatten().map(hash)))?;
        hashes.sort_unstable();
        let twice = hashes.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| pair[0]);
        let total = twice.clone().count() as u64;
        let suspects: HashSet<u64> = twice.take(LOOKED_UP_MAX).collect();
        drop(hashes);
        if suspects.is_empty() {
            return Ok(());
        }
        let mut first: HashMap<String, u64> = HashMap::new();
        let mut faults = Faults::default();
        each(&mut |ids, first_row| {
            for (row, id) in (first_row..).zip(ids.iter().flatten()) {
                if !suspects.contains(&hash(id)) {
                    continue;
                }
                if first.insert(id.to_owned(), row).is_some() {
                    let (file, column) = (file.into(), Column::ActivityId.name());
                    let (value, wrong) = (shown(id), Wrong::Repeated);
                    faults.push(Fault::Cell { file, row, column, value, wrong });
                }
            }
        })?;
        // Equal hashes of different ids are no fault; of a thousand suspects all are not such.
        if faults.total > 0 && suspects.len() == LOOKED_UP_MAX {
            faults.total = faults.total.max(total);
        }
        faults.or(())
    }
}

impl Span {
    fn of(ids: &StringArray) -> Self {
        let ascend = (1..ids.len()).all(|row| order(ids.value(row - 1)) < order(ids.value(row)));
        let ends = (ascend && !ids.is_empty())
            .then(|| (ids.value(0).to_owned(), ids.value(ids.len() - 1).to_owned()));
        Self { ascending: ends }
    }
}

/// Shorter texts first, so that numbers without leading zeros ascend.
fn order(id: &str) -> (usize, &str) {
    (id.len(), id)
}

fn hash(id: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    id.hash(&mut hasher);
    hasher.finish()
}

/// The ids of the activities of some rows, where empty the row's number.
pub(super) fn activity_ids(cells: &mut Cells) -> StringArray {
    super::assemble::or_rows(cells.take_ids(Column::ActivityId), cells.first_row)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The rows of ids that stand twice; and how often the file was read for it.
    fn repeated(chunks: &[Vec<String>]) -> (Vec<u64>, usize) {
        let arrays: Vec<StringArray> =
            chunks.iter().map(|ids| ids.iter().map(Some).collect()).collect();
        let spans = Spans::default();
        arrays.iter().enumerate().rev().for_each(|(chunk, ids)| spans.note(chunk, ids));
        let mut read = 0;
        let found = spans.check("f", |hand_over| {
            read += 1;
            let mut row = 2;
            for ids in &arrays {
                hand_over(ids, row);
                row += ids.len() as u64;
            }
            Ok(())
        });
        let faults = found.err().unwrap_or_default();
        let row = |fault: &Fault| match fault {
            Fault::Cell { row, .. } => *row,
            _ => 0,
        };
        (faults.first.iter().map(row).collect(), read)
    }

    #[test]
    fn ids_that_stand_twice_are_told_with_their_row() {
        for (chunks, expect, why) in [
            (vec!["1 2 9 10", "11 12"], (vec![], 0), "numbers ascend, though not as words"),
            (vec!["11 12", "1 2"], (vec![], 0), "a chunk may be before another"),
            (vec!["2 1", "3"], (vec![], 1), "not ascending, all different"),
            (vec!["1 5", "3 4"], (vec![], 1), "chunks that reach into one another"),
            (vec!["1 2 2"], (vec![4], 2), "twice in a chunk"),
            (vec!["1 2", "2 3"], (vec![4], 2), "twice in two chunks"),
            (vec!["a a a"], (vec![3, 4], 2), "thrice is told twice"),
        ] {
            let chunks: Vec<Vec<String>> = chunks
                .into_iter()
                .map(|ids: &str| ids.split(' ').map(str::to_owned).collect())
                .collect();
            assert_eq!(repeated(&chunks), expect, "{why}");
        }
    }

    proptest! {
        #[test]
        fn an_id_is_told_wherever_it_stands_again(
            chunks in prop::collection::vec(prop::collection::vec("[ab]{1,3}", 0..6), 0..5),
        ) {
            let mut seen = HashSet::new();
            let rows = chunks.iter().flatten().zip(2..);
            let expect: Vec<u64> =
                rows.filter(|(id, _)| !seen.insert(*id)).map(|(_, row)| row).collect();
            prop_assert_eq!(repeated(&chunks).0, expect);
        }
    }
}
