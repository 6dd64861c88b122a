//! Numbering by first occurrence: of words, and of combinations of codes.

use crate::columns::{Coded, NONE};
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Arc;

/// Words, each held once, numbered from 0 as they first come.
#[derive(Clone, Debug, Default)]
pub struct Interner {
    words: Vec<Arc<str>>,
    codes: HashMap<Arc<str>, u32>,
}

impl Interner {
    /// The number of a word, new or known.
    pub fn code(&mut self, word: &str) -> u32 {
        if let Some(&code) = self.codes.get(word) {
            return code;
        }
        let (word, code) = (Arc::<str>::from(word), self.words.len() as u32);
        assert!(code < NONE, "so many words are more than memory");
        self.words.push(word.clone());
        self.codes.insert(word, code);
        code
    }
    /// The word itself, as it is held.
    pub fn word(&mut self, word: &str) -> Arc<str> {
        let code = self.code(word);
        self.words[code as usize].clone()
    }
    /// The words by number.
    pub fn words(&self) -> &[Arc<str>] {
        &self.words
    }
    /// The words by number, for good.
    pub fn into_words(self) -> Vec<Arc<str>> {
        self.words
    }
}

/// Rows that agree in some columns, numbered from 0 as they first come.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Groups {
    /// By row, its group.
    pub of_row: Vec<u32>,
    /// By group, the first row of it.
    pub first_rows: Vec<u32>,
}

/// A column of codes below `words`, or [`NONE`].
#[derive(Clone, Copy, Debug)]
pub struct Codes<'a> {
    /// By row.
    pub codes: &'a [u32],
    /// How many different codes there may be.
    pub words: usize,
}

impl<'a> Codes<'a> {
    /// Of a column of words.
    pub fn of(column: &'a Coded) -> Self {
        Self { codes: &column.codes, words: column.words.len() }
    }
}

/// A table of up to so many entries is filled directly, without hashing; of many rows, one of up to
/// so many entries a row: to clear an entry takes a tenth of the time of a hash.
const DIRECT_ENTRIES_MAX: u64 = 1 << 16;
const DIRECT_ENTRIES_PER_ROW: u64 = 8;

/// Groups rows by columns of equal length, at most 2^32 rows.
pub fn groups(rows: usize, columns: &[Codes<'_>]) -> Groups {
    let (mut keys, mut span) = (vec![0_u64; rows], 1_u64);
    for column in columns {
        assert_eq!(column.codes.len(), rows, "columns are of equal length");
        // `NONE` wraps round to 0.
        let radix = column.words as u64 + 1;
        if radix <= 2 && column.codes.iter().all(|&code| code == column.codes[0]) {
            continue;
        }
        // As long as tables are filled directly that is done column by column; once they cannot
        // be, the keys grow and are hashed at the end.
        let direct = direct_entries(rows);
        let wide = span.checked_mul(radix);
        if wide.is_none() || (span <= direct && wide > Some(direct) && span > 1) {
            let known = numbered(&keys, span);
            span = known.first_rows.len() as u64;
            keys = known.of_row.into_iter().map(u64::from).collect();
        }
        span = span.checked_mul(radix).expect("two numbers of 32 bits have a product of 64");
        for (key, &code) in keys.iter_mut().zip(column.codes) {
            *key = *key * radix + u64::from(code.wrapping_add(1));
        }
    }
    numbered(&keys, span)
}

/// Entries of a table that is filled directly.
fn direct_entries(rows: usize) -> u64 {
    DIRECT_ENTRIES_MAX.max(DIRECT_ENTRIES_PER_ROW * rows as u64)
}

/// Numbers keys below `span`.
fn numbered(keys: &[u64], span: u64) -> Groups {
    let mut first_rows = Vec::new();
    let mut next = |row: usize| {
        first_rows.push(row as u32);
        first_rows.len() as u32 - 1
    };
    let of_row = if span <= direct_entries(keys.len()) {
        let mut table = vec![NONE; span as usize];
        let number = |(row, &key): (usize, &u64)| {
            let known = &mut table[key as usize];
            if *known == NONE {
                *known = next(row);
            }
            *known
        };
        keys.iter().enumerate().map(number).collect()
    } else {
        let mut table: HashMap<u64, u32, BuildHasherDefault<KeyHasher>> = HashMap::default();
        let number = |(row, &key): (usize, &u64)| *table.entry(key).or_insert_with(|| next(row));
        keys.iter().enumerate().map(number).collect()
    };
    Groups { of_row, first_rows }
}

/// Hashes one number by a multiplication: the keys are ours, nobody can choose them to collide.
#[derive(Default)]
struct KeyHasher(u64);

impl Hasher for KeyHasher {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.write_u64(u64::from(byte));
        }
    }
    fn write_u64(&mut self, key: u64) {
        // The golden ratio's bits; the table takes the lower ones, the best are in the middle.
        self.0 = (self.0 ^ key).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(26);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn words_are_numbered_as_they_first_come() {
        let mut interner = Interner::default();
        let codes = ["b", "a", "b", ""].map(|word| interner.code(word));
        assert_eq!(codes, [0, 1, 0, 2]);
        assert_eq!(interner.into_words(), ["b", "a", ""].map(Arc::from));
    }

    #[test]
    fn no_word_is_a_value_of_its_own() {
        let column = Codes { codes: &[NONE, 0, NONE, 1], words: 2 };
        let expect = Groups { of_row: vec![0, 1, 0, 2], first_rows: vec![0, 1, 3] };
        assert_eq!(groups(4, &[column]), expect);
    }

    proptest! {
        /// Up to twelve columns of up to a million words each: too many for one key of 64 bits.
        #[test]
        fn rows_are_in_one_group_exactly_where_they_agree(
            rows in prop::collection::vec(prop::collection::vec(0_u32..3, 12), 1..40),
            sizes in prop::collection::vec(prop_oneof![Just(3_usize), Just(1_000_000)], 12),
        ) {
            let columns: Vec<Vec<u32>> =
                (0..12).map(|column| rows.iter().map(|row| row[column]).collect()).collect();
            let codes: Vec<Codes<'_>> = columns
                .iter()
                .zip(&sizes)
                .map(|(codes, &words)| Codes { codes, words })
                .collect();
            let found = groups(rows.len(), &codes);
            for (row, &group) in found.of_row.iter().enumerate() {
                let first = found.first_rows[group as usize] as usize;
                prop_assert_eq!(&rows[row], &rows[first]);
                let earliest = rows.iter().position(|other| *other == rows[row]);
                prop_assert_eq!(earliest, Some(first));
            }
        }
    }
}
