//! Cells judged, and turned into activities.

use super::assemble::assemble;
use super::cells::Cells;
use super::count::count;
use super::fault::Faults;
use super::layout::Column;
use super::round::RoundRows;
use super::select::select;
use super::shape::{Filled, bit};
use super::wrong::Wrong;
use crate::columns::{Activities, NONE, UNKNOWN};
use carbon::{Case, DataKind, Link, Period, Unit};
use std::sync::Arc;

/// The activities of some rows, and what belongs to rounds apart; or all that is wrong.
pub(super) fn activities(file: &str, mut cells: Cells) -> Result<(Activities, RoundRows), Faults> {
    vocabulary(&mut cells);
    for column in [Column::Amount, Column::MassKg, Column::SfdKm, Column::GcdKm] {
        not_negative(&mut cells, column);
    }
    let filled = filled(&cells);
    let counted = count(&mut cells, &filled);
    if cells.is_faulty() {
        return Err(cells.faults(file));
    }
    let next_row = cells.first_row + cells.rows as u64;
    let any_round = filled.iter().any(|filled| filled & bit::ROUND != 0);
    let activities = assemble(cells, counted);
    if !any_round {
        return Ok((activities, RoundRows::none(next_row)));
    }
    let is_round = |&row: &u32| filled[row as usize] & bit::ROUND != 0;
    let (rounds, plain): (Vec<u32>, Vec<u32>) = (0..filled.len() as u32).partition(is_round);
    let rounds = RoundRows::of(&activities, &rounds, next_row);
    Ok((select(&activities, &plain), rounds))
}

/// Checks the words that the specification lists, and fills in what may be left out.
fn vocabulary(cells: &mut Cells) {
    for column in Column::NEEDED {
        let codes = cells.words(column).map_or(&[][..], |words| &words.codes);
        if codes.contains(&NONE) {
            let empty: Vec<usize> = (0..codes.len()).filter(|&row| codes[row] == NONE).collect();
            cells.spots.push_all(&empty, column, Wrong::Empty);
        }
    }
    let cases = [Case::Actual, Case::Plan, Case::Baseline].map(Case::name);
    check(cells, Column::Link, Wrong::Link, |word| {
        Link::ALL.iter().any(|link| link.name() == word)
    });
    check(cells, Column::Case, Wrong::Case, |word| cases.contains(&word));
    check(cells, Column::Unit, Wrong::Unit, |word| {
        Unit::ALL.iter().any(|unit| unit.name() == word)
    });
    check(cells, Column::DataKind, Wrong::DataKind, |word| {
        DataKind::ALL.iter().any(|kind| kind.name() == word)
    });
    check(cells, Column::Period, Wrong::Period, |word| word.parse::<Period>().is_ok());
}

/// Tells the rows of words that are not among the known ones; a word that no row has is no fault.
fn check(cells: &mut Cells, column: Column, wrong: Wrong, is_known: impl Fn(&str) -> bool) {
    let Some(words) = cells.words(column) else { return };
    let bad: Vec<bool> = words.words.iter().map(|word| !is_known(word)).collect();
    if !bad.contains(&true) {
        return;
    }
    let is_bad = |&row: &usize| bad.get(words.codes[row] as usize).is_some_and(|&bad| bad);
    let rows: Vec<usize> = (0..words.codes.len()).filter(is_bad).collect();
    cells.spots.push_all(&rows, column, wrong);
}

fn not_negative(cells: &mut Cells, column: Column) {
    let numbers = cells.numbers(column).unwrap_or_default();
    let is_negative = |number: i64| number < 0 && number != UNKNOWN;
    if !numbers.iter().fold(false, |any, &number| any | is_negative(number)) {
        return;
    }
    let rows: Vec<usize> = (0..numbers.len()).filter(|&row| is_negative(numbers[row])).collect();
    cells.spots.push_all(&rows, column, Wrong::Negative);
}

/// By row, which cells are filled.
fn filled(cells: &Cells) -> Vec<Filled> {
    let mut filled = vec![0; cells.rows];
    for (column, bits) in [
        (Column::Amount, bit::AMOUNT),
        (Column::MassKg, bit::MASS),
        (Column::SfdKm, bit::SFD),
        (Column::GcdKm, bit::GCD),
        (Column::ActualKm, bit::ACTUAL),
    ] {
        for (filled, &number) in filled.iter_mut().zip(cells.numbers(column).unwrap_or_default()) {
            *filled |= if number == UNKNOWN { 0 } else { bits };
        }
    }
    for (column, bits) in [
        (Column::FactorId, bit::FACTOR),
        (Column::TocId, bit::TOC),
        (Column::HocId, bit::HOC),
        (Column::RoundId, bit::ROUND),
    ] {
        let codes = cells.words(column).map_or(&[][..], |words| &words.codes);
        for (filled, &code) in filled.iter_mut().zip(codes) {
            *filled |= if code == NONE { 0 } else { bits };
        }
    }
    if let Some(units) = cells.words(Column::Unit) {
        let bits = |word: &Arc<str>| match &**word {
            "tkm" => bit::UNIT | bit::TKM,
            "t" => bit::UNIT | bit::TONNE,
            _ => bit::UNIT,
        };
        let by_code: Vec<Filled> = units.words.iter().map(bits).collect();
        for (filled, &code) in filled.iter_mut().zip(&units.codes) {
            *filled |= by_code.get(code as usize).copied().unwrap_or(0);
        }
    }
    let coordinates = Column::COORDINATES;
    if coordinates.iter().any(|&column| cells.numbers(column).is_some()) {
        for (row, filled) in filled.iter_mut().enumerate() {
            let known = |column: &&Column| cells.number(**column, row) != UNKNOWN;
            *filled |= match coordinates.iter().filter(known).count() {
                0 => 0,
                4 => bit::PLACE | bit::PLACES,
                _ => bit::PLACE,
            };
        }
    }
    filled
}
