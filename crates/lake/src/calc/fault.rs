//! What is wrong with activities, all of it at once.

use std::fmt;

/// Faults told one by one.
pub const FAULTS_KEPT: usize = 100;

/// A cell that cannot be valued.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
#[error("row {row}: {column} is `{value}`: {mend}")]
pub struct Fault {
    /// Row of the file.
    pub row: u64,
    /// The column.
    pub column: &'static str,
    /// What stands there.
    pub value: String,
    /// What is wrong, and what to write instead.
    pub mend: String,
}

/// Faults of a batch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Faults {
    /// The first [`FAULTS_KEPT`], by row.
    pub first: Vec<Fault>,
    /// How many there are.
    pub total: u64,
}

impl Faults {
    /// One more. The shares of a round have the faults of what is shared, which are told once.
    pub(super) fn push(&mut self, fault: Fault) {
        if self.first.last() == Some(&fault) {
            return;
        }
        self.total += 1;
        // Those of a chunk come column by column: twice as many are held before the first are
        // chosen, so that choosing costs little.
        self.first.push(fault);
        if self.first.len() >= 2 * FAULTS_KEPT {
            self.keep_first();
        }
    }
    /// Those of another chunk; the order of chunks changes nothing.
    pub(super) fn add(&mut self, other: Self) {
        self.total += other.total;
        self.first.extend(other.first);
        self.keep_first();
    }

    fn keep_first(&mut self) {
        self.first.sort_unstable();
        self.first.truncate(FAULTS_KEPT);
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for fault in &self.first {
            writeln!(f, "{fault}")?;
        }
        let rest = self.total - self.first.len() as u64;
        if rest > 0 { write!(f, "and {rest} more") } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_faults_are_kept_in_whatever_order_they_come() {
        let fault = |row: u64| {
            let mut faults = Faults::default();
            faults.push(Fault { row, column: "unit", value: String::new(), mend: String::new() });
            faults
        };
        let mut faults = Faults::default();
        for row in (0..1_000).rev() {
            faults.add(fault(row));
        }
        assert_eq!(faults.total, 1_000);
        let rows: Vec<u64> = faults.first.iter().map(|fault| fault.row).collect();
        assert_eq!(rows, (0..FAULTS_KEPT as u64).collect::<Vec<_>>());
    }
}
