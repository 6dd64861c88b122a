//! Rows are computed by the block, a column after another: of columns of one known length that cannot
//! overlap the compiler makes vector code, and a block stays in the nearest cache.

use std::ops::Range;

/// Rows of a block.
pub(super) const ROWS: usize = 64;

/// A quantity of the rows of a block.
pub(super) type Column = [f64; ROWS];

/// The rows of each block of so many.
pub(super) fn blocks(rows: usize) -> impl Iterator<Item = Range<usize>> {
    (0..rows).step_by(ROWS).map(move |begin| begin..rows.min(begin + ROWS))
}

/// Puts the numbers into the column; what is behind them stays.
pub(super) fn load(column: &mut Column, numbers: &[f64]) {
    column[..numbers.len()].copy_from_slice(numbers);
}
