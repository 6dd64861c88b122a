//! What can be wrong with an activity file: the place, what is there, the mend.

use super::wrong::Wrong;
use super::{RECORD_BYTES_MAX, ROWS_MAX, SHARES_MAX};
use std::fmt;

/// So many faults are kept with their words; the rest are only counted.
pub const FAULTS_KEPT: usize = 100;
/// Longest value that is repeated in a fault, in characters.
const SHOWN_CHARS: usize = 60;

/// Something wrong with an activity file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The system refuses the file.
    #[error("{file}: not readable: {message}. Check its path and its rights.")]
    Unreadable {
        /// Which file.
        file: String,
        /// What the system says.
        message: String,
    },
    /// No bytes at all.
    #[error("{file}: empty. Write a header and a row for each activity.")]
    Empty {
        /// Which file.
        file: String,
    },
    /// Columns separated by something other than a comma.
    #[error("{file}: columns are separated by `{found}`. Separate them by `,`.")]
    Separator {
        /// Which file.
        file: String,
        /// By what: `;`, `|`, or `tab`.
        found: &'static str,
    },
    /// A needed column is not there.
    #[error("{file}: has no column `{column}`. Add it{}.", renamed(.unknown))]
    MissingColumn {
        /// Which file.
        file: String,
        /// Which column.
        column: &'static str,
        /// Columns of the file that are not known: it may be one of them.
        unknown: Vec<String>,
    },
    /// Two columns of one name.
    #[error("{file}: has two columns `{column}`. Remove one of the two.")]
    DuplicateColumn {
        /// Which file.
        file: String,
        /// Which column.
        column: &'static str,
    },
    /// A Parquet column of a type that its cells do not have.
    #[error("{file}: column `{column}` is of type {kind}. Write it as {mend}.")]
    ColumnType {
        /// Which file.
        file: String,
        /// Which column.
        column: &'static str,
        /// Its type in Arrow's words.
        kind: String,
        /// Types that it may have.
        mend: &'static str,
    },
    /// Bytes that are no Parquet.
    #[error("{file}: not readable as Parquet: {message}. Write the file again.")]
    Parquet {
        /// Which file.
        file: String,
        /// What the decoder says.
        message: String,
    },
    /// A row with more or fewer fields than the header.
    #[error(
        "{file}:{row}: has {found} fields where the header has {expected}. Check its commas and quotes."
    )]
    Fields {
        /// Which file.
        file: String,
        /// Which row.
        row: u64,
        /// Fields of the row.
        found: u64,
        /// Columns of the header.
        expected: u64,
    },
    /// Bytes that are no text.
    #[error("{file}:{row}: not UTF-8. Save the file as UTF-8.")]
    NotUtf8 {
        /// Which file.
        file: String,
        /// Which row.
        row: u64,
    },
    /// A row that does not end: [`RECORD_BYTES_MAX`].
    #[error(
        "{file}:{row}: longer than {RECORD_BYTES_MAX} bytes. Look for a quote that is not closed."
    )]
    RowTooLong {
        /// Which file.
        file: String,
        /// Which row.
        row: u64,
    },
    /// More rows than a batch can number: [`ROWS_MAX`].
    #[error("{file}: more than {ROWS_MAX} rows. Split it.")]
    TooManyRows {
        /// Which file.
        file: String,
    },
    /// More shares of rounds than a file may make: [`SHARES_MAX`].
    #[error("{file}: its rounds make more than {SHARES_MAX} shares. Split it by rounds.")]
    TooManyShares {
        /// Which file.
        file: String,
    },
    /// A cell has a wrong value.
    #[error("{file}:{row}: {column} is `{value}`: {wrong}. {}", .wrong.mend())]
    Cell {
        /// Which file.
        file: String,
        /// Which row; the header is row 1, in Parquet too.
        row: u64,
        /// Which column.
        column: &'static str,
        /// What is in the cell.
        value: String,
        /// What is wrong with that.
        wrong: Wrong,
    },
}

/// All that is wrong: the first [`FAULTS_KEPT`], and how many there are.
#[derive(Clone, Debug, Default, PartialEq, Eq, thiserror::Error)]
pub struct Faults {
    /// The first of them.
    pub first: Vec<Fault>,
    /// How many there are.
    pub total: u64,
}

impl Faults {
    /// One more.
    pub(super) fn push(&mut self, fault: Fault) {
        self.total += 1;
        if self.first.len() < FAULTS_KEPT {
            self.first.push(fault);
        }
    }
    /// Those of another part of the file; in the order in which the parts are given.
    pub fn append(&mut self, other: Self) {
        self.total += other.total;
        let room = FAULTS_KEPT - self.first.len();
        self.first.extend(other.first.into_iter().take(room));
    }
    /// The value, where nothing is wrong.
    pub(super) fn or<T>(self, value: T) -> Result<T, Self> {
        if self.total == 0 { Ok(value) } else { Err(self) }
    }
}

impl From<Fault> for Faults {
    fn from(fault: Fault) -> Self {
        Self { first: vec![fault], total: 1 }
    }
}

impl fmt::Display for Faults {
    /// One a line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, fault) in self.first.iter().enumerate() {
            write!(f, "{}{fault}", if place == 0 { "" } else { "\n" })?;
        }
        match self.total - self.first.len() as u64 {
            0 => Ok(()),
            more => write!(f, "\nand {more} more"),
        }
    }
}

fn renamed(unknown: &[String]) -> String {
    match unknown {
        [] => String::new(),
        names => format!(" (or rename one of: {})", names.join(", ")),
    }
}

/// A value as a fault repeats it: on one line, cut where it is long.
pub(super) fn shown(value: &str) -> String {
    let mut chars = value.chars().map(|c| if c.is_control() { ' ' } else { c });
    let mut text: String = chars.by_ref().take(SHOWN_CHARS).collect();
    if chars.next().is_some() {
        text.push('…');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_shown_on_one_line_and_cut() {
        for (value, expect, why) in [
            ("kg", "kg".to_string(), "as it is"),
            ("a\nb", "a b".to_string(), "a line break would break the list of faults"),
            (&"é".repeat(61), format!("{}…", "é".repeat(60)), "characters, not bytes"),
        ] {
            assert_eq!(shown(value), expect, "{why}");
        }
    }

    #[test]
    fn faults_beyond_a_hundred_are_counted() {
        let mut faults = Faults::default();
        (0..70).for_each(|_| faults.push(Fault::Empty { file: "f".into() }));
        faults.append(faults.clone());
        let text = faults.to_string();
        assert_eq!(text.lines().count(), 101);
        assert!(text.ends_with("\nand 40 more"), "{text}");
    }
}
