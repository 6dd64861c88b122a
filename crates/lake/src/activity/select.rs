//! Some rows of activities, which stay on the rows of the file that they are on.

use crate::columns::{Activities, Coded, Rows};
use arrow_array::{Array, StringArray};

/// The activities of these rows, in their order.
pub(super) fn select(of: &Activities, rows: &[u32]) -> Activities {
    let numbers = |column: &[i64]| rows.iter().map(|&row| column[row as usize]).collect();
    let texts = |column: &StringArray| -> StringArray {
        let text = |row: usize| column.is_valid(row).then(|| column.value(row));
        rows.iter().map(|&row| text(row as usize)).collect()
    };
    Activities {
        first_row: of.first_row,
        rows: Rows::Apart(rows.iter().map(|&row| of.row(row as usize) as u32).collect()),
        ids: texts(&of.ids),
        order_ids: texts(&of.order_ids),
        shipment_ids: texts(&of.shipment_ids),
        words: of.words.each_ref().map(|column| Coded {
            words: column.words.clone(),
            codes: rows.iter().map(|&row| column.codes[row as usize]).collect(),
        }),
        amounts: numbers(&of.amounts),
        masses_kg: numbers(&of.masses_kg),
        distances_km: numbers(&of.distances_km),
    }
}
