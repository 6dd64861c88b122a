//! Linear programmes of a schedule: `min c·x` with `A x = b` and every x in a finite box.
//!
//! Read: [`Lp`] (the programme), `factor` (the symmetric systems of a step), `real` (their numbers),
//! [`interior`] (the method). The rows of a schedule follow time, so eliminating them in that order leaves little
//! behind; [`Lp`] takes its rows in the order in which they are to be eliminated.

mod real;
mod factor;
pub(super) mod interior;

/// `min c·x`, `A x = b`, `0 <= x <= upper`, with A by columns.
#[derive(Clone, Debug, Default)]
pub(super) struct Lp {
    pub(super) cost: Vec<f64>,
    /// Finite, so that every vector of row prices proves a bound. A column with none is left out.
    pub(super) upper: Vec<f64>,
    pub(super) right: Vec<f64>,
    /// Where each column's entries begin in `entries`; one more than there are columns.
    pub(super) starts: Vec<u32>,
    /// Row and coefficient.
    pub(super) entries: Vec<(u32, f64)>,
    /// Columns that stay in the system since they touch many rows, with the row behind which each
    /// is eliminated.
    pub(super) kept: Vec<(u32, u32)>,
}

impl Lp {
    /// Adds a column.
    pub(super) fn push(
        &mut self,
        cost: f64,
        upper: f64,
        entries: impl IntoIterator<Item = (u32, f64)>,
    ) {
        self.cost.push(cost);
        self.upper.push(upper);
        self.entries.extend(entries);
        self.starts.push(self.entries.len() as u32);
    }
    pub(super) fn columns(&self) -> usize {
        self.cost.len()
    }
    pub(super) fn rows(&self) -> usize {
        self.right.len()
    }
    /// Rows and coefficients of a column.
    pub(super) fn column(&self, column: usize) -> &[(u32, f64)] {
        &self.entries[self.starts[column] as usize..self.starts[column + 1] as usize]
    }
    /// `c - A'y`.
    pub(super) fn reduced_costs(&self, prices: &[f64], reduced: &mut [f64]) {
        for (column, reduced) in reduced.iter_mut().enumerate() {
            let paid: f64 =
                self.column(column).iter().map(|&(row, a)| a * prices[row as usize]).sum();
            *reduced = self.cost[column] - paid;
        }
    }
    /// What no solution is below, whatever the prices are: each column takes the better end of its box
    /// (Neumaier and Shcherbina, 2004).
    pub(super) fn bound(&self, prices: &[f64], reduced: &[f64]) -> f64 {
        let rows: f64 = self.right.iter().zip(prices).map(|(right, price)| right * price).sum();
        let columns = reduced.iter().zip(&self.upper);
        rows + columns.map(|(&reduced, &upper)| reduced.min(0.0) * upper).sum::<f64>()
    }
}
