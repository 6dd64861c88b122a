//! A finding, and a list of them that stays small.

use std::fmt;

/// Findings that are kept; the others are counted.
pub const FINDINGS_MAX: usize = 100;

/// One thing that is not as it should be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Finding {
    /// In which file of the ledger.
    pub file: String,
    /// In which row, from 1.
    pub row: Option<u64>,
    /// In which line.
    pub line_id: Option<String>,
    /// In which column.
    pub column: Option<&'static str>,
    /// What is wrong.
    pub fault: String,
    /// What stands there, where that helps.
    pub stored: Option<String>,
    /// What should stand there, where that is known.
    pub recomputed: Option<String>,
}

impl Finding {
    /// About a file as a whole.
    pub(super) fn of_file(file: &str, fault: impl Into<String>) -> Self {
        Self { file: file.to_owned(), fault: fault.into(), ..Self::default() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(row) = self.row {
            write!(f, ", row {row}")?;
        }
        if let Some(line) = &self.line_id {
            write!(f, ", line `{}`", line.escape_debug())?;
        }
        if let Some(column) = self.column {
            write!(f, ", {column}")?;
        }
        write!(f, ": {}", self.fault)?;
        if let Some(stored) = &self.stored {
            write!(f, "; stored `{}`", stored.escape_debug())?;
        }
        if let Some(recomputed) = &self.recomputed {
            write!(f, "; recomputed `{}`", recomputed.escape_debug())?;
        }
        Ok(())
    }
}

/// The first findings, and how many there are.
#[derive(Clone, Debug, Default)]
pub(super) struct Findings {
    pub(super) first: Vec<Finding>,
    pub(super) total: u64,
}

impl Findings {
    pub(super) fn push(&mut self, finding: Finding) {
        self.total += 1;
        if self.first.len() < FINDINGS_MAX {
            self.first.push(finding);
        }
    }
    /// Those of a later part of the ledger.
    pub(super) fn add(&mut self, later: Self) {
        self.total += later.total;
        let room = FINDINGS_MAX - self.first.len();
        self.first.extend(later.first.into_iter().take(room));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_finding_is_counted_and_the_first_are_kept() {
        let many = |file: &str, n: usize| {
            let mut findings = Findings::default();
            (0..n).for_each(|_| findings.push(Finding::of_file(file, "is wrong")));
            findings
        };
        let mut findings = many("a", 60);
        findings.add(many("b", 150));
        assert_eq!((findings.total, findings.first.len()), (210, FINDINGS_MAX));
        assert_eq!((&*findings.first[59].file, &*findings.first[60].file), ("a", "b"));
    }
}
