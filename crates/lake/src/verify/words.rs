//! Columns of a batch of lines, and words that are none.

use super::finding::{Finding, Findings};
use crate::Part;
use crate::manifest::CASES;
use arrow_array::cast::AsArray;
use arrow_array::types::{Decimal128Type, Int32Type};
use arrow_array::{Array, ArrayRef, Decimal128Array, Int32Array, RecordBatch, StringArray};
use carbon::{Class, DataKind, DistanceKind, Link, Unit};

/// A column of repeating words: each word once, and by row which of them.
pub(super) struct Words<'a> {
    codes: &'a Int32Array,
    words: &'a StringArray,
}

impl<'a> Words<'a> {
    /// The word of a row; `None` is not known.
    pub(super) fn get(&self, row: usize) -> Option<&'a str> {
        let code = self.code(row)?;
        self.words.is_valid(code).then(|| self.words.value(code))
    }
    /// Which word a row has.
    pub(super) fn code(&self, row: usize) -> Option<usize> {
        self.codes.is_valid(row).then(|| self.codes.value(row) as usize)
    }
    /// A word by its code; none is empty.
    pub(super) fn word(&self, code: usize) -> &'a str {
        if code < self.words.len() { self.words.value(code) } else { "" }
    }
    /// How many words there are.
    pub(super) fn len(&self) -> usize {
        self.words.len()
    }
    /// Something of each word.
    pub(super) fn each<T>(&self, of: impl Fn(&str) -> T) -> Vec<T> {
        let words = (0..self.words.len()).map(|code| self.words.value(code));
        words.map(of).collect()
    }
}

/// Some lines of a file, as they were read.
pub(super) struct Lines<'a> {
    pub(super) part: &'a Part,
    /// Row of the file before the first of them, from 0.
    pub(super) first_row: u64,
    pub(super) batch: &'a RecordBatch,
}

impl<'a> Lines<'a> {
    pub(super) fn len(&self) -> usize {
        self.batch.num_rows()
    }
    pub(super) fn words(&self, name: &str) -> Words<'a> {
        let column = self.column(name).as_dictionary::<Int32Type>();
        Words { codes: column.keys(), words: column.values().as_string() }
    }
    pub(super) fn decimals(&self, name: &str) -> &'a Decimal128Array {
        self.column(name).as_primitive::<Decimal128Type>()
    }
    pub(super) fn ids(&self) -> &'a StringArray {
        self.column("line_id").as_string()
    }
    /// A finding in a cell.
    pub(super) fn finding(
        &self,
        row: usize,
        column: &'static str,
        fault: &str,
        stored: &impl ToString,
    ) -> Finding {
        Finding {
            row: Some(self.first_row + row as u64 + 1),
            line_id: Some(self.ids().value(row).to_owned()),
            column: Some(column),
            stored: Some(stored.to_string()),
            ..Finding::of_file(&self.part.path, fault)
        }
    }

    fn column(&self, name: &str) -> &'a ArrayRef {
        self.batch.column_by_name(name).expect("the file's columns were compared, this one is read")
    }
}

/// Words that the ledger does not know, and those of other books or another period than the file's.
pub(super) fn check(lines: &Lines<'_>, findings: &mut Findings) {
    let (tenant, period) = (&lines.part.tenant, &lines.part.period);
    let mut unknown = |column, fault, known: &dyn Fn(&str) -> bool| {
        let words = lines.words(column);
        let known = words.each(known);
        if known.iter().all(|&known| known) {
            return;
        }
        for row in 0..lines.len() {
            if let Some(code) = words.code(row)
                && !known[code]
            {
                let stored = words.get(row).unwrap_or_default();
                findings.push(lines.finding(row, column, fault, &stored));
            }
        }
    };
    unknown("tenant", "is not the file's", &|word| word == tenant);
    unknown("period", "is not the file's", &|word| word == period);
    let strange = "is no word of the ledger";
    unknown("case", strange, &|word| CASES.iter().any(|case| case.name() == word));
    unknown("link", strange, &|word| Link::ALL.iter().any(|link| link.name() == word));
    unknown("class", strange, &|word| Class::ALL.iter().any(|class| class.name() == word));
    unknown("unit", strange, &|word| Unit::ALL.iter().any(|unit| unit.name() == word));
    unknown("data_kind", strange, &|word| DataKind::ALL.iter().any(|kind| kind.name() == word));
    unknown("distance_kind", strange, &|word| {
        DistanceKind::ALL.iter().any(|kind| kind.name() == word)
    });
}
