//! Sums of lines by every column that a report groups by.

use super::column::{COLUMNS, Values};
use super::row_group::Picked;
use crate::columns::UNKNOWN;
use crate::interner::{Codes, Interner, groups};
use crate::totals::{GROUPS, SUMS, Totals, TotalsRow};
use quantity::{Carbon, Emission};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

const CASE: usize = 2;
const WTT: usize = 2;
const TTW: usize = 3;

/// The columns of a row group that totals need, in their order.
#[derive(Default)]
pub(super) struct Gathered {
    pub(super) words: Vec<Picked>,
    pub(super) decimals: Vec<Vec<i64>>,
}

#[derive(Clone, Copy, Default)]
struct Sum {
    lines: u64,
    sums: [i128; SUMS.len()],
}

type Key = [u32; GROUPS.len()];

/// Sums of a row group.
pub(crate) struct GroupTally {
    words: Vec<Vec<Arc<str>>>,
    sums: Vec<(Key, Sum)>,
}

/// Sums of a batch, as long as they are not too many.
pub(crate) struct Tally {
    interners: [Interner; GROUPS.len()],
    sums: Option<HashMap<Key, Sum>>,
    rows_max: usize,
}

impl Gathered {
    /// By case, what the lines emitted.
    pub(super) fn by_case(&self) -> BTreeMap<Arc<str>, Emission> {
        debug_assert!(are_the_totals_columns(), "the ledger has the totals' columns in order");
        let Picked { words, codes } = &self.words[CASE];
        let mut sums = vec![[0_i128; 2]; words.len()];
        for (row, &case) in codes.iter().enumerate() {
            let [wtt, ttw] = &mut sums[case as usize];
            *wtt += i128::from(self.decimals[WTT][row]);
            *ttw += i128::from(self.decimals[TTW][row]);
        }
        let emission = |[wtt, ttw]: [i128; 2]| Emission {
            wtt: Carbon::from_micrograms(wtt),
            ttw: Carbon::from_micrograms(ttw),
        };
        words.iter().cloned().zip(sums.into_iter().map(emission)).collect()
    }

    pub(super) fn tally(self) -> GroupTally {
        let rows = self.decimals.first().map_or(0, Vec::len);
        let codes: Vec<Codes<'_>> = self
            .words
            .iter()
            .map(|picked| Codes { codes: &picked.codes, words: picked.words.len() })
            .collect();
        let groups = groups(rows, &codes);
        let mut sums = vec![Sum::default(); groups.first_rows.len()];
        for &group in &groups.of_row {
            sums[group as usize].lines += 1;
        }
        for (number, column) in self.decimals.iter().enumerate() {
            if column.iter().all(|&decimal| decimal == 0) {
                continue;
            }
            // One column at a time: its sums are close together in memory.
            let mut of_column = vec![0_i128; sums.len()];
            for (&group, &decimal) in groups.of_row.iter().zip(column) {
                let known = if decimal == UNKNOWN { 0 } else { decimal };
                of_column[group as usize] += i128::from(known);
            }
            for (sum, of_column) in sums.iter_mut().zip(of_column) {
                sum.sums[number] = of_column;
            }
        }
        let key = |&row: &u32| std::array::from_fn(|word| codes[word].codes[row as usize]);
        let keys = groups.first_rows.iter().map(key);
        let sums = keys.zip(sums).collect();
        GroupTally { words: self.words.into_iter().map(|picked| picked.words).collect(), sums }
    }
}

impl Tally {
    /// None yet, and at the most `rows_max` to come.
    pub(crate) fn new(rows_max: usize) -> Self {
        Self { interners: Default::default(), sums: Some(HashMap::new()), rows_max }
    }
    /// Whether there are not too many yet: else row groups need not be summed.
    pub(crate) fn is_kept(&self) -> bool {
        self.sums.is_some()
    }
    /// Adds a row group; the order of row groups changes nothing.
    pub(crate) fn add(&mut self, group: &GroupTally) {
        let Some(sums) = &mut self.sums else { return };
        let codes: [Vec<u32>; GROUPS.len()] = std::array::from_fn(|column| {
            group.words[column].iter().map(|word| self.interners[column].code(word)).collect()
        });
        for (key, sum) in &group.sums {
            let known = |column: usize| codes[column].get(key[column] as usize);
            let key = std::array::from_fn(|column| known(column).copied().unwrap_or(u32::MAX));
            let total = sums.entry(key).or_default();
            total.lines += sum.lines;
            for (total, part) in total.sums.iter_mut().zip(sum.sums) {
                *total += part;
            }
        }
        if sums.len() > self.rows_max {
            *self = Self { sums: None, ..Self::new(self.rows_max) };
        }
    }
    /// All sums, by words.
    pub(crate) fn into_rows(self) -> Totals {
        let words = self.interners.each_ref().map(Interner::words);
        let ranks = words.map(ranks);
        // What is not there comes first. Places among the words are compared faster than words.
        let ranked = |key: &Key| -> Key {
            let rank = |column: usize| ranks[column].get(key[column] as usize).map_or(0, |r| r + 1);
            std::array::from_fn(rank)
        };
        let row = |(key, sum): (&Key, &Sum)| TotalsRow {
            groups: std::array::from_fn(|column| words[column].get(key[column] as usize).cloned()),
            lines: sum.lines,
            sums: sum.sums,
        };
        let sums = self.sums.as_ref()?;
        let mut rows: Vec<(Key, TotalsRow)> =
            sums.iter().map(|sum| (ranked(sum.0), row(sum))).collect();
        rows.sort_unstable_by_key(|(key, _)| *key);
        Some(rows.into_iter().map(|(_, row)| row).collect())
    }
}

/// By code, the place of a word among all of them in order.
fn ranks(words: &[Arc<str>]) -> Vec<u32> {
    let mut codes: Vec<u32> = (0..words.len() as u32).collect();
    codes.sort_unstable_by_key(|&code| &words[code as usize]);
    let mut ranks = vec![0; words.len()];
    for (rank, &code) in codes.iter().enumerate() {
        ranks[code as usize] = rank as u32;
    }
    ranks
}

fn are_the_totals_columns() -> bool {
    let named = |decimal: bool| {
        let columns = COLUMNS.iter().filter(|column| column.in_totals);
        let of_kind = move |values: &Values| matches!(values, Values::Decimals(_)) == decimal;
        columns.filter(move |column| of_kind(&column.values)).map(|column| column.name)
    };
    named(false).eq(GROUPS) && named(true).eq(SUMS)
}
