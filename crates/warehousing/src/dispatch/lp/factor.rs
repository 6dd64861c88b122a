//! L D L' of the symmetric quasi-definite systems of an interior point, with the order given.
//!
//! The pattern is analysed once; values change from step to step. Up-looking, row by row along the
//! elimination tree (Davis, Direct Methods for Sparse Linear Systems, 2006, chapter 4).

use super::real::{Real, Twofold};

/// Pattern of the upper triangle by columns, and of L.
pub(super) struct Pattern {
    /// Where each column of the upper triangle begins; its last entry is the diagonal.
    starts: Vec<usize>,
    rows: Vec<usize>,
    /// Parent of each column in the elimination tree; itself for a root.
    parents: Vec<usize>,
    lower_starts: Vec<usize>,
}

/// Numbers of a factorisation.
pub(super) struct Factor<T> {
    lower_rows: Vec<usize>,
    lower: Vec<T>,
    /// Inverse of D.
    inverse: Vec<T>,
    filled: Vec<usize>,
    work: Vec<T>,
    mark: Vec<usize>,
    path: Vec<usize>,
}

impl Pattern {
    /// Of a matrix whose column `j` has entries in `above[j]`, all less than `j`; these are sorted and
    /// made unique here. Every diagonal is there.
    pub(super) fn new(mut above: Vec<Vec<usize>>) -> Self {
        let size = above.len();
        let (mut starts, mut rows) = (vec![0], Vec::new());
        for (column, above) in above.iter_mut().enumerate() {
            above.sort_unstable();
            above.dedup();
            rows.extend_from_slice(above);
            rows.push(column);
            starts.push(rows.len());
        }
        let mut parents: Vec<usize> = (0..size).collect();
        let (mut counts, mut mark) = (vec![0; size], vec![usize::MAX; size]);
        for column in 0..size {
            mark[column] = column;
            for &row in &rows[starts[column]..starts[column + 1] - 1] {
                let mut row = row;
                while mark[row] != column {
                    if parents[row] == row {
                        parents[row] = column;
                    }
                    counts[row] += 1;
                    mark[row] = column;
                    row = parents[row];
                }
            }
        }
        let mut lower_starts = vec![0];
        for count in counts {
            lower_starts.push(lower_starts.last().copied().unwrap_or(0) + count);
        }
        Self { starts, rows, parents, lower_starts }
    }

    pub(super) fn entries(&self) -> usize {
        self.rows.len()
    }
    /// Where the entry of a row and a column, in any order, lies among the values.
    pub(super) fn place(&self, one: usize, other: usize) -> usize {
        let (row, column) = (one.min(other), one.max(other));
        let rows = &self.rows[self.starts[column]..self.starts[column + 1]];
        self.starts[column] + rows.binary_search(&row).expect("an entry of the pattern")
    }
    /// `right - M x`.
    fn residual(&self, values: &[f64], right: &[f64], x: &[f64]) -> Vec<f64> {
        let mut error = right.to_vec();
        for column in 0..x.len() {
            let (from, until) = (self.starts[column], self.starts[column + 1] - 1);
            let mut own = values[until] * x[column];
            for (&row, &value) in self.rows[from..until].iter().zip(&values[from..until]) {
                own += value * x[row];
                error[row] -= value * x[column];
            }
            error[column] -= own;
        }
        error
    }
    /// Where the diagonal of a column lies among the values.
    pub(super) fn diagonal(&self, column: usize) -> usize {
        self.starts[column + 1] - 1
    }
    /// Room for the numbers.
    pub(super) fn factor<T: Real>(&self) -> Factor<T> {
        let (size, fill) = (self.parents.len(), self.lower_starts.last().copied().unwrap_or(0));
        Factor {
            lower_rows: vec![0; fill],
            lower: vec![T::ZERO; fill],
            inverse: vec![T::ZERO; size],
            filled: vec![0; size],
            work: vec![T::ZERO; size],
            mark: vec![usize::MAX; size],
            path: Vec::with_capacity(size),
        }
    }
}

/// A pivot below this share of its diagonal as it came is mostly rounding: it is lifted to that, and
/// what that spoils is refined away.
const LEAST_PIVOT: f64 = 1e-11;
const REFINEMENTS: u32 = 6;

impl<T: Real> Factor<T> {
    /// Factors the matrix with these values; a pivot below `least` of its diagonal is lifted to that.
    pub(super) fn refactor(&mut self, pattern: &Pattern, values: &[T], least: f64) {
        let size = pattern.parents.len();
        self.filled.copy_from_slice(&pattern.lower_starts[..size]);
        self.mark.fill(usize::MAX);
        for column in 0..size {
            self.mark[column] = column;
            let (from, until) = (pattern.starts[column], pattern.starts[column + 1] - 1);
            self.path.clear();
            // The pattern of the row of L: paths in the tree, each listed from its end.
            for (&row, &value) in pattern.rows[from..until].iter().zip(&values[from..until]) {
                let mut row = row;
                self.work[row] = self.work[row].add(value);
                let begin = self.path.len();
                while self.mark[row] != column {
                    self.path.push(row);
                    self.mark[row] = column;
                    row = pattern.parents[row];
                }
                self.path[begin..].reverse();
            }
            let diagonal = values[until];
            let mut pivot = diagonal;
            for at in (0..self.path.len()).rev() {
                let row = self.path[at];
                let value = std::mem::replace(&mut self.work[row], T::ZERO);
                let (begin, end) = (pattern.lower_starts[row], self.filled[row]);
                let (rows, lower) = (&self.lower_rows[begin..end], &self.lower[begin..end]);
                for (&below, &lower) in rows.iter().zip(lower) {
                    self.work[below] = self.work[below].less(lower, value);
                }
                let lower = value.times(self.inverse[row]);
                pivot = pivot.less(lower, value);
                self.lower_rows[end] = column;
                self.lower[end] = lower;
                self.filled[row] = end + 1;
            }
            let floor = least * diagonal.value().abs();
            let small =
                if diagonal.value() > 0.0 { pivot.value() < floor } else { pivot.value() > -floor };
            if small {
                pivot = T::of(floor.copysign(diagonal.value()));
            }
            self.inverse[column] = if pivot.value() == 0.0 { T::ZERO } else { pivot.inverse() };
        }
    }

    fn substitute(&self, pattern: &Pattern, right: &mut [T]) {
        let size = right.len();
        for column in 0..size {
            let value = right[column];
            if value != T::ZERO {
                let range = pattern.lower_starts[column]..pattern.lower_starts[column + 1];
                for (&row, &lower) in self.lower_rows[range.clone()].iter().zip(&self.lower[range])
                {
                    right[row] = right[row].less(lower, value);
                }
            }
        }
        for column in (0..size).rev() {
            let range = pattern.lower_starts[column]..pattern.lower_starts[column + 1];
            let mut value = right[column].times(self.inverse[column]);
            for (&row, &lower) in self.lower_rows[range.clone()].iter().zip(&self.lower[range]) {
                value = value.less(lower, right[row]);
            }
            right[column] = value;
        }
    }
}

/// A system of the plain kind, or of twice the digits.
pub(super) enum System {
    Plain { factor: Factor<f64>, values: Vec<f64> },
    Twofold { factor: Factor<Twofold>, values: Vec<Twofold> },
}

impl System {
    pub(super) fn plain(pattern: &Pattern) -> Self {
        Self::Plain { factor: pattern.factor(), values: vec![0.0; pattern.entries()] }
    }
    pub(super) fn twofold(pattern: &Pattern) -> Self {
        Self::Twofold { factor: pattern.factor(), values: vec![Twofold::ZERO; pattern.entries()] }
    }
    pub(super) fn is_plain(&self) -> bool {
        matches!(self, Self::Plain { .. })
    }

    /// Fills the values by `add`, which is given a place, a number and its factor; then factors.
    pub(super) fn refactor(
        &mut self,
        pattern: &Pattern,
        entries: impl Fn(&mut dyn FnMut(usize, Twofold, f64)),
    ) {
        match self {
            Self::Plain { factor, values } => {
                values.fill(0.0);
                entries(&mut |place, number, by| values[place] = values[place].plus(number, by));
                factor.refactor(pattern, values, LEAST_PIVOT);
            }
            Self::Twofold { factor, values } => {
                values.fill(Twofold::ZERO);
                entries(&mut |place, number, by| values[place] = values[place].plus(number, by));
                factor.refactor(pattern, values, LEAST_PIVOT * LEAST_PIVOT);
            }
        }
    }

    /// Solves; a plain system refines until the rows hold as well as they can.
    pub(super) fn solve(&self, pattern: &Pattern, right: &[f64]) -> Vec<Twofold> {
        match self {
            Self::Plain { factor, values } => {
                refined(factor, pattern, values, right).into_iter().map(Twofold::of).collect()
            }
            Self::Twofold { factor, .. } => {
                let mut found: Vec<Twofold> =
                    right.iter().map(|&right| Twofold::of(right)).collect();
                factor.substitute(pattern, &mut found);
                found
            }
        }
    }
}

fn refined(factor: &Factor<f64>, pattern: &Pattern, values: &[f64], right: &[f64]) -> Vec<f64> {
    let size = |rows: &[f64]| rows.iter().fold(0.0_f64, |most, row| most.max(row.abs()));
    let goal = 1e-15 * size(right);
    let mut found = right.to_vec();
    factor.substitute(pattern, &mut found);
    let mut error = pattern.residual(values, right, &found);
    let mut unmet = size(&error);
    for _ in 0..REFINEMENTS {
        if unmet <= goal {
            break;
        }
        factor.substitute(pattern, &mut error);
        let better: Vec<f64> = found.iter().zip(&error).map(|(x, dx)| x + dx).collect();
        error = pattern.residual(values, right, &better);
        let now = size(&error);
        if now >= unmet {
            break;
        }
        found = better;
        let little = now > 0.5 * unmet;
        unmet = now;
        if little {
            break;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_system_is_solved(
            size in 1_usize..12,
            pairs in prop::collection::vec((0_usize..12, 0_usize..12, -1.0..1.0_f64), 0..30),
            right in prop::collection::vec(-5.0..5.0_f64, 12), negative in 0_usize..12,
        ) {
            let pairs: Vec<_> = pairs.into_iter()
                .map(|(row, column, value)| (row % size, column % size, value))
                .filter(|(row, column, _)| row < column).collect();
            let mut above = vec![Vec::new(); size];
            for &(row, column, _) in &pairs {
                above[column].push(row);
            }
            let pattern = Pattern::new(above);
            let mut values = vec![0.0; pattern.entries()];
            let mut dense = vec![vec![0.0; size]; size];
            for &(row, column, value) in &pairs {
                values[pattern.place(column, row)] += value;
                dense[row][column] += value;
                dense[column][row] += value;
            }
            for column in 0..size {
                let diagonal = if column > negative { -40.0 } else { 40.0 };
                values[pattern.diagonal(column)] = diagonal;
                dense[column][column] = diagonal;
            }
            for mut system in [System::plain(&pattern), System::twofold(&pattern)] {
            system.refactor(&pattern, |add| {
                values.iter().enumerate().for_each(|(place, &value)| add(place, Twofold::of(value), 1.0));
            });
            let found = system.solve(&pattern, &right[..size]);
            for (row, &right) in dense.iter().zip(&right) {
                let is: f64 = row.iter().zip(&found).map(|(a, x)| a * x.value()).sum();
                prop_assert!((is - right).abs() < 1e-9, "{} {}", is, right);
            }
            }
        }
    }
}
