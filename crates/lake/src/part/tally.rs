//! Sums of lines by every column that a report groups by.

use super::column::{COLUMNS, Values};
use super::row_group::Picked;
use crate::columns::UNKNOWN;
use crate::interner::{Codes, Interner, groups};
use crate::totals::{GROUPS, SUMS, TotalsRow};
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

/// Sums of a batch.
#[derive(Default)]
pub(crate) struct Tally {
    interners: [Interner; GROUPS.len()],
    sums: HashMap<Key, Sum>,
}

impl Gathered {
    pub(super) fn tally(self) -> GroupTally {
        debug_assert!(are_the_totals_columns(), "the ledger has the totals' columns in order");
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
            for (&group, &decimal) in groups.of_row.iter().zip(column) {
                let known = if decimal == UNKNOWN { 0 } else { decimal };
                sums[group as usize].sums[number] += i128::from(known);
            }
        }
        let key = |&row: &u32| std::array::from_fn(|word| codes[word].codes[row as usize]);
        let keys = groups.first_rows.iter().map(key);
        let sums = keys.zip(sums).collect();
        GroupTally { words: self.words.into_iter().map(|picked| picked.words).collect(), sums }
    }
}

impl GroupTally {
    /// By case, what the lines emitted.
    pub(super) fn by_case(&self) -> BTreeMap<Arc<str>, Emission> {
        let mut sums = BTreeMap::new();
        for (key, sum) in &self.sums {
            let case = self.words[CASE][key[CASE] as usize].clone();
            *sums.entry(case).or_insert(Emission::ZERO) += Emission {
                wtt: Carbon::from_micrograms(sum.sums[WTT]),
                ttw: Carbon::from_micrograms(sum.sums[TTW]),
            };
        }
        sums
    }
}

impl Tally {
    /// Adds a row group; the order of row groups changes nothing.
    pub(crate) fn add(&mut self, group: &GroupTally) {
        let codes: [Vec<u32>; GROUPS.len()] = std::array::from_fn(|column| {
            group.words[column].iter().map(|word| self.interners[column].code(word)).collect()
        });
        for (key, sum) in &group.sums {
            let known = |column: usize| codes[column].get(key[column] as usize);
            let key = std::array::from_fn(|column| known(column).copied().unwrap_or(u32::MAX));
            let total = self.sums.entry(key).or_default();
            total.lines += sum.lines;
            for (total, part) in total.sums.iter_mut().zip(sum.sums) {
                *total += part;
            }
        }
    }
    /// All sums, by words.
    pub(crate) fn into_rows(self) -> Vec<TotalsRow> {
        let word = |column: usize, code: u32| {
            self.interners[column].words().get(code as usize).map(ToString::to_string)
        };
        let row = |(key, sum): (&Key, &Sum)| TotalsRow {
            groups: std::array::from_fn(|column| word(column, key[column])),
            lines: sum.lines,
            sums: sum.sums,
        };
        let mut rows: Vec<TotalsRow> = self.sums.iter().map(row).collect();
        rows.sort_unstable();
        rows
    }
}

fn are_the_totals_columns() -> bool {
    let named = |decimal: bool| {
        let columns = COLUMNS.iter().filter(|column| column.in_totals);
        let of_kind = move |values: &Values| matches!(values, Values::Decimals(_)) == decimal;
        columns.filter(move |column| of_kind(&column.values)).map(|column| column.name)
    };
    named(false).eq(GROUPS) && named(true).eq(SUMS)
}
