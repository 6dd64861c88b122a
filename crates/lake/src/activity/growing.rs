//! Cells as they are read, row by row or batch by batch.

use super::cells::Cells;
use super::layout::{Column, Kind, Layout};
use crate::columns::{Coded, NONE};
use arrow_array::builder::StringBuilder;
use std::collections::HashMap;
use std::sync::Arc;

/// Bytes set aside for an id.
const ID_BYTES: usize = 8;

/// The columns of a file that are read, of equal length.
pub(super) struct Columns {
    /// Each with its place in the file.
    pub(super) growing: Vec<(Column, usize, Growing)>,
    /// How many rows there are.
    pub(super) rows: usize,
    /// What is wrong with them; the columns come in the end.
    pub(super) cells: Cells,
}

/// A column.
pub(super) enum Growing {
    Words(Words),
    Ids(StringBuilder),
    Numbers(Vec<i64>),
}

impl Columns {
    /// The columns of a layout among `wanted`, with room for so many rows.
    pub(super) fn new(layout: &Layout, wanted: &[Column], rows: usize) -> Self {
        let column = |&column: &Column| {
            let growing = match column.kind() {
                Kind::Word => Growing::Words(Words::with_capacity(rows)),
                Kind::Id => Growing::Ids(StringBuilder::with_capacity(rows, rows * ID_BYTES)),
                Kind::Number => Growing::Numbers(Vec::with_capacity(rows)),
            };
            Some((column, layout.place(column)?, growing))
        };
        let growing = wanted.iter().filter_map(column).collect();
        Self { growing, rows: 0, cells: Cells::new(0, 0) }
    }

    /// The cells; the first stands on this row of the file.
    pub(super) fn finish(self, first_row: u64) -> Cells {
        let mut cells = Cells { first_row, rows: self.rows, ..self.cells };
        for (column, _, growing) in self.growing {
            let place = column as usize;
            match growing {
                Growing::Words(words) => cells.words[place] = Some(words.finish()),
                Growing::Ids(mut ids) => cells.ids[place] = Some(ids.finish()),
                Growing::Numbers(numbers) => cells.numbers[place] = Some(numbers),
            }
        }
        cells
    }
}

/// A column of words, each word once.
#[derive(Debug, Default)]
pub(super) struct Words {
    known: HashMap<Arc<str>, u32>,
    coded: Coded,
}

impl Words {
    /// No words, with room for so many rows.
    pub(super) fn with_capacity(rows: usize) -> Self {
        let coded = Coded { words: Vec::new(), codes: Vec::with_capacity(rows) };
        Self { known: HashMap::new(), coded }
    }
    /// The code of a word, without the blanks around it; [`NONE`] of an empty one.
    pub(super) fn code(&mut self, text: &str) -> u32 {
        let text = text.trim();
        if text.is_empty() {
            return NONE;
        }
        if let Some(&code) = self.known.get(text) {
            return code;
        }
        let (code, word) = (self.coded.words.len() as u32, Arc::<str>::from(text));
        self.known.insert(word.clone(), code);
        self.coded.words.push(word);
        code
    }
    /// The next row's word.
    pub(super) fn push(&mut self, text: &str) {
        // Neighbours are often alike: that is seen faster than a word is found.
        let last = self.coded.codes.last().copied().unwrap_or(NONE);
        let code = match self.coded.words.get(last as usize) {
            Some(word) if **word == *text => last,
            _ => self.code(text),
        };
        self.coded.codes.push(code);
    }
    /// The next row's code, one of those that [`Words::code`] gave.
    pub(super) fn push_code(&mut self, code: u32) {
        self.coded.codes.push(code);
    }
    /// The codes of the next rows.
    pub(super) fn extend(&mut self, codes: impl Iterator<Item = u32>) {
        self.coded.codes.extend(codes);
    }
    /// The column.
    pub(super) fn finish(self) -> Coded {
        self.coded
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_word_is_held_once() {
        let mut words = Words::default();
        for text in ["b", "a", " b ", "", "b"] {
            words.push(text);
        }
        let coded = words.finish();
        assert_eq!(coded.words.iter().map(|word| &**word).collect::<Vec<_>>(), ["b", "a"]);
        assert_eq!(coded.codes, [0, 1, 0, NONE, 0]);
    }
}
