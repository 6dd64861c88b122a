//! The cells of some rows as they were read, whatever file they came from, not yet judged.

use super::fault::{Fault, Faults, shown};
use super::layout::{COLUMNS, Column};
use super::wrong::Wrong;
use crate::columns::{Coded, NONE, UNKNOWN};
use arrow_array::{Array, StringArray};
use quantity::{Fixed, FixedError};
use std::collections::BTreeSet;

/// Largest decimal in billionths: DECIMAL(18,9).
pub(super) const BILLIONTHS_MAX: i64 = 999_999_999_999_999_999;

/// Columns of equal length; `None` where the file has not got one.
#[derive(Debug)]
pub(super) struct Cells {
    /// Row of the file on which the first stands.
    pub(super) first_row: u64,
    /// How many rows there are.
    pub(super) rows: usize,
    /// Columns of repeating words, without blanks around them.
    pub(super) words: [Option<Coded>; COLUMNS],
    /// Columns of texts, without blanks around them.
    pub(super) ids: [Option<StringArray>; COLUMNS],
    /// Columns of decimals; a cell that was no decimal is unknown, and is told.
    pub(super) numbers: [Option<Vec<i64>>; COLUMNS],
    /// What is wrong so far.
    pub(super) spots: Spots,
    /// Rows that could not be read at all, which stand in the columns as empty ones; by row.
    pub(super) lost: Vec<(usize, Fault)>,
}

impl Cells {
    /// Rows without columns yet.
    pub(super) fn new(first_row: u64, rows: usize) -> Self {
        Self {
            first_row,
            rows,
            words: [const { None }; COLUMNS],
            ids: [const { None }; COLUMNS],
            numbers: [const { None }; COLUMNS],
            spots: Spots::default(),
            lost: Vec::new(),
        }
    }
    /// Whether something is wrong.
    pub(super) fn is_faulty(&self) -> bool {
        !self.spots.0.is_empty() || !self.lost.is_empty()
    }
    /// A column of words.
    pub(super) fn words(&self, column: Column) -> Option<&Coded> {
        self.words[column as usize].as_ref()
    }
    /// A column of decimals.
    pub(super) fn numbers(&self, column: Column) -> Option<&[i64]> {
        self.numbers[column as usize].as_deref()
    }
    /// A decimal; unknown where the column is not there.
    pub(super) fn number(&self, column: Column, row: usize) -> i64 {
        self.numbers(column).map_or(UNKNOWN, |numbers| numbers[row])
    }
    /// Takes a column of words out; rows without words where it is not there.
    pub(super) fn take_words(&mut self, column: Column) -> Coded {
        let rows = self.rows;
        let absent = || Coded { words: Vec::new(), codes: vec![NONE; rows] };
        self.words[column as usize].take().unwrap_or_else(absent)
    }
    /// Takes a column of texts out; rows without text where it is not there.
    pub(super) fn take_ids(&mut self, column: Column) -> StringArray {
        let rows = self.rows;
        self.ids[column as usize].take().unwrap_or_else(|| StringArray::new_null(rows))
    }
    /// Takes a column of decimals out; rows without number where it is not there.
    pub(super) fn take_numbers(&mut self, column: Column) -> Vec<i64> {
        let rows = self.rows;
        self.numbers[column as usize].take().unwrap_or_else(|| vec![UNKNOWN; rows])
    }
    /// All that is wrong, by row.
    pub(super) fn faults(&self, file: &str) -> Faults {
        let is_lost = |row: usize| self.lost.binary_search_by_key(&row, |(row, _)| *row).is_ok();
        let mut spots: Vec<&Spot> =
            self.spots.0.iter().filter(|spot| !is_lost(spot.row as usize)).collect();
        spots.sort_by_key(|spot| (spot.row, spot.column));
        let mut first: Vec<(usize, Fault)> =
            self.lost.iter().take(super::FAULTS_KEPT).cloned().collect();
        first.extend(spots.iter().take(super::FAULTS_KEPT).map(|spot| {
            let row = self.first_row + u64::from(spot.row);
            let value = spot.value.clone().unwrap_or_else(|| self.text(spot.column, spot.row));
            let (column, wrong) = (spot.column.name(), spot.wrong);
            let fault = Fault::Cell { file: file.into(), row, column, value, wrong };
            (spot.row as usize, fault)
        }));
        first.sort_by_key(|(row, _)| *row);
        let first = first.into_iter().map(|(_, fault)| fault).take(super::FAULTS_KEPT).collect();
        let total = (self.lost.len() + spots.len()) as u64;
        Faults { first, total }
    }

    fn text(&self, column: Column, row: u32) -> String {
        let row = row as usize;
        if let Some(numbers) = self.numbers(column) {
            let known =
                (numbers[row] != UNKNOWN).then(|| Fixed::from_billionths(numbers[row].into()));
            return known.map_or_else(String::new, |number| number.to_string());
        }
        if let Some(ids) = &self.ids[column as usize] {
            return if ids.is_null(row) { String::new() } else { shown(ids.value(row)) };
        }
        self.words(column).and_then(|words| words.get(row)).map_or_else(String::new, shown)
    }
}

/// Something wrong with a cell; words only if it is among the first.
#[derive(Debug)]
struct Spot {
    row: u32,
    column: Column,
    wrong: Wrong,
    /// What is in the cell, where the columns do not hold it.
    value: Option<String>,
}

/// What is wrong with the cells of some rows.
#[derive(Debug, Default)]
pub(super) struct Spots(Vec<Spot>);

impl Spots {
    /// One more, of a cell that the columns hold.
    pub(super) fn push(&mut self, row: usize, column: Column, wrong: Wrong) {
        self.0.push(Spot { row: row as u32, column, wrong, value: None });
    }
    /// The same of each of these rows.
    pub(super) fn push_all(&mut self, rows: &[usize], column: Column, wrong: Wrong) {
        self.0.extend(rows.iter().map(|&row| Spot { row: row as u32, column, wrong, value: None }));
    }
    /// One more, of a text that the columns cannot hold.
    pub(super) fn push_text(&mut self, row: usize, column: Column, wrong: Wrong, text: &str) {
        self.0.push(Spot { row: row as u32, column, wrong, value: Some(shown(text)) });
    }
    /// The rows with something wrong.
    pub(super) fn rows(&self) -> BTreeSet<usize> {
        self.0.iter().map(|spot| spot.row as usize).collect()
    }
}

/// Reads a decimal into billionths.
pub(super) fn decimal(text: &str) -> Result<i64, Wrong> {
    let number: Fixed = text.parse().map_err(|error| match error {
        FixedError::NotANumber => Wrong::NotANumber,
        FixedError::TooLarge => Wrong::TooLarge,
        FixedError::TooFine => Wrong::TooFine,
    })?;
    within(number.billionths())
}

/// Billionths that the ledger can hold.
pub(super) fn within(billionths: i128) -> Result<i64, Wrong> {
    match i64::try_from(billionths) {
        Ok(number) if (-BILLIONTHS_MAX..=BILLIONTHS_MAX).contains(&number) => Ok(number),
        _ => Err(Wrong::TooLarge),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_of_the_ledger() {
        for (text, expect, why) in [
            ("1.5", Ok(1_500_000_000), "plain"),
            ("999999999.999999999", Ok(BILLIONTHS_MAX), "the largest"),
            ("1000000000", Err(Wrong::TooLarge), "ten digits before the point"),
            ("0.1234567891", Err(Wrong::TooFine), "ten places"),
            ("1e3", Err(Wrong::NotANumber), "an exponent"),
            ("1,5", Err(Wrong::NotANumber), "a comma"),
        ] {
            assert_eq!(decimal(text), expect, "{why}");
        }
    }
}
