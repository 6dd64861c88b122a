//! The columns of activities from cells that were judged and counted.

use super::cells::Cells;
use super::count::{Counted, Counting};
use super::decode::append_number;
use super::layout::Column;
use crate::columns::{Activities, Coded, NONE, Rows, WORDS, Word};
use arrow_array::builder::StringBuilder;
use arrow_array::{Array, StringArray};
use carbon::{Case, DistanceKind, Period, Unit};

/// Whose books, where the file does not say.
const TENANT: &str = "main";

/// The columns of activities from cells with nothing wrong.
pub(super) fn assemble(mut cells: Cells, counted: Counted) -> Activities {
    let periods = &mut cells.words[Column::Period as usize];
    for word in periods.iter_mut().flat_map(|periods| &mut periods.words) {
        // Words that no row has may be anything.
        if let Ok(period) = word.parse::<Period>() {
            *word = period.to_string().into();
        }
    }
    let mut factors = cells.take_words(Column::FactorId);
    for column in [Column::TocId, Column::HocId] {
        let categories = cells.take_words(column);
        let first = factors.words.len() as u32;
        factors.words.extend(categories.words);
        for (code, &category) in factors.codes.iter_mut().zip(&categories.codes) {
            *code = if category == NONE { *code } else { first + category };
        }
    }
    let mut units = cells.take_words(Column::Unit);
    let first = units.words.len() as u32;
    units.words.extend([Unit::Tonne, Unit::TonneKilometre].map(|unit| unit.name().into()));
    for (code, unit) in units.codes.iter_mut().zip(&counted.units) {
        *code = match unit {
            Some(Unit::Tonne) => first,
            Some(_) => first + 1,
            None => *code,
        };
    }
    let mut methods = cells.take_words(Column::Method);
    let first = methods.words.len() as u32;
    methods.words.extend(Counting::ALL.map(|counting| counting.name().into()));
    for (code, &counting) in methods.codes.iter_mut().zip(&counted.counting) {
        *code = if *code == NONE { first + counting as u32 } else { *code };
    }
    let kinds = DistanceKind::ALL.map(|kind| kind.name().into()).to_vec();
    let mut words = [const { Coded { words: Vec::new(), codes: Vec::new() } }; WORDS];
    let mut put = |word: Word, coded: Coded| words[word as usize] = coded;
    put(Word::Tenant, or_word(cells.take_words(Column::Tenant), TENANT));
    put(Word::Case, or_word(cells.take_words(Column::Case), Case::Actual.name()));
    put(Word::FactorId, factors);
    put(Word::Unit, units);
    put(Word::Method, methods);
    put(Word::DistanceKind, Coded { words: kinds, codes: counted.kinds });
    for (word, column) in [
        (Word::Link, Column::Link),
        (Word::Activity, Column::Activity),
        (Word::Period, Column::Period),
        (Word::FactorEdition, Column::FactorEdition),
        (Word::DataKind, Column::DataKind),
        (Word::SiteId, Column::SiteId),
        (Word::TceId, Column::TceId),
        (Word::RoundId, Column::RoundId),
        (Word::Operator, Column::Operator),
        (Word::Payer, Column::Payer),
    ] {
        put(word, cells.take_words(column));
    }
    Activities {
        first_row: cells.first_row,
        rows: Rows::InTurn,
        ids: cells.take_ids(Column::ActivityId),
        order_ids: cells.take_ids(Column::OrderId),
        shipment_ids: cells.take_ids(Column::ShipmentId),
        words,
        amounts: counted.amounts,
        masses_kg: cells.take_numbers(Column::MassKg),
        distances_km: counted.distances_km,
    }
}

/// A column with a word in place of none.
fn or_word(mut coded: Coded, word: &str) -> Coded {
    if coded.codes.contains(&NONE) {
        let code = coded.words.len() as u32;
        coded.words.push(word.into());
        coded.codes.iter_mut().filter(|code| **code == NONE).for_each(|none| *none = code);
    }
    coded
}

/// Ids with the row's number in place of none.
pub(super) fn or_rows(ids: StringArray, first_row: u64) -> StringArray {
    if ids.null_count() == 0 {
        return ids;
    }
    let mut filled = StringBuilder::with_capacity(ids.len(), ids.value_data().len());
    for (row, id) in (first_row..).zip(&ids) {
        match id {
            Some(id) => filled.append_value(id),
            None => append_number(&mut filled, row.into()),
        }
    }
    filled.finish()
}
