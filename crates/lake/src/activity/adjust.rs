//! Driven ways into the distance that counts, where the registry's folder says how
//! (`distance_adjustment.csv`).

use super::cells::Cells;
use super::layout::Column;
use super::wrong::Wrong;
use crate::columns::{NONE, UNKNOWN};
use carbon::DistanceKind;
use carbon::distance_adjustment::{DistanceAdjustment, adjust as counted};
use quantity::Fixed;

/// Fills in the distance of rows that have a mode and only the driven one, and says so as their
/// method. A mode with rows for both kinds of distance goes by the shortest feasible one.
pub(super) fn adjust(cells: &mut Cells, adjustments: &[DistanceAdjustment]) {
    if adjustments.is_empty() || cells.words(Column::Mode).is_none() {
        return;
    }
    let wanting: Vec<usize> = (0..cells.rows).filter(|&row| is_only_driven(cells, row)).collect();
    if wanting.is_empty() {
        return;
    }
    let modes = cells.take_words(Column::Mode);
    let mut methods = cells.take_words(Column::Method);
    let mut ways = [Column::SfdKm, Column::GcdKm].map(|column| cells.take_numbers(column));
    // By mode: the row of the table, and the word for the method.
    let by_mode: Vec<Option<(&DistanceAdjustment, u32)>> = modes
        .words
        .iter()
        .map(|mode| {
            let row = DistanceKind::ALL.iter().find_map(|kind| {
                adjustments.iter().find(|row| *row.mode == **mode && row.to == *kind)
            })?;
            methods.words.push(words(row).into());
            Some((row, methods.words.len() as u32 - 1))
        })
        .collect();
    for row in wanting {
        let Some((by, word)) = by_mode.get(modes.codes[row] as usize).copied().flatten() else {
            cells.spots.push(row, Column::Mode, Wrong::NoAdjustment);
            continue;
        };
        let driven = Fixed::from_billionths(cells.number(Column::ActualKm, row).into());
        let km = counted(adjustments, &by.mode, by.to, driven);
        let Some(km) = km.and_then(|km| i64::try_from(km.billionths()).ok()) else {
            cells.spots.push(row, Column::ActualKm, Wrong::NothingLeft);
            continue;
        };
        ways[by.to as usize][row] = km;
        if methods.codes[row] == NONE {
            methods.codes[row] = word;
        }
    }
    let [sfd, gcd] = ways;
    cells.numbers[Column::SfdKm as usize] = Some(sfd);
    cells.numbers[Column::GcdKm as usize] = Some(gcd);
    cells.words[Column::Method as usize] = Some(methods);
    cells.words[Column::Mode as usize] = Some(modes);
}

/// A mode and a driven way, and none that counts.
fn is_only_driven(cells: &Cells, row: usize) -> bool {
    let known = |column: Column| cells.number(column, row) != UNKNOWN;
    let has_mode = cells.words(Column::Mode).is_some_and(|modes| modes.codes[row] != NONE);
    let counts = [Column::SfdKm, Column::GcdKm].into_iter().chain(Column::COORDINATES).any(known);
    has_mode && known(Column::ActualKm) && known(Column::MassKg) && !counts
}

fn words(by: &DistanceAdjustment) -> String {
    let DistanceAdjustment { mode, to, percent, add_km, .. } = by;
    format!("mass by {} of the driven way ({mode}: {percent} % and {add_km} km longer)", to.name())
}
