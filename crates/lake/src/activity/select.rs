//! Some rows of activities.

use crate::columns::{Activities, Coded};
use arrow_array::StringArray;

/// The activities of these rows, in their order.
pub(super) fn select(of: &Activities, rows: &[u32]) -> Activities {
    let numbers = |column: &[i64]| rows.iter().map(|&row| column[row as usize]).collect();
    let texts = |column: &StringArray| -> StringArray {
        let all = column.iter().collect::<Vec<_>>();
        rows.iter().map(|&row| all[row as usize]).collect()
    };
    Activities {
        first_row: of.first_row,
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
