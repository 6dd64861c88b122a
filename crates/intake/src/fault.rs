//! What can be wrong with the files of a scenario: the place, what is there, the mend.

use crate::wrong::Wrong;
use std::fmt;

/// So many faults are kept with their words; the rest are only counted.
pub const FAULTS_KEPT: usize = 10_000;
/// So many of them are told to a person at once.
const FAULTS_TOLD: usize = 50;
/// Most rows of one table.
pub const ROWS_MAX: usize = 20_000_000;
/// Most bytes of text in the cells of one table.
pub const TEXT_BYTES_MAX: usize = 2_000_000_000;
/// Longest value that is repeated in a fault, in characters.
const SHOWN_CHARS: usize = 60;

/// Something wrong with a file.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Fault {
    /// A table that every scenario has is not there.
    #[error("{csv}: missing. Add it, or {parquet}.")]
    MissingTable {
        /// Its name as CSV.
        csv: &'static str,
        /// Its name as Parquet.
        parquet: &'static str,
    },
    /// There are no settings.
    #[error("greenchain.toml: missing. Add it, with currency, country and timezone.")]
    MissingSettings,
    /// The same table twice.
    #[error("{csv}: given as {parquet} too. Remove one of the two.")]
    GivenTwice {
        /// Its name as CSV.
        csv: &'static str,
        /// Its name as Parquet.
        parquet: &'static str,
    },
    /// No bytes, or only blanks.
    #[error("{file}: empty. Write at least {needed}.")]
    Empty {
        /// Which file.
        file: String,
        /// What it must hold.
        needed: String,
    },
    /// A header alone, where a table needs rows.
    #[error("{file}: has no rows. Add one at least{}.", if *.optional { ", or remove the file" } else { "" })]
    NoRows {
        /// Which file.
        file: String,
        /// A scenario may do without the file.
        optional: bool,
    },
    /// Bytes that are no text.
    #[error("{file}:{row}: not UTF-8. Save the file as UTF-8.")]
    NotUtf8 {
        /// Which file.
        file: String,
        /// Line of the first such byte.
        row: u64,
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
    /// A row with more or fewer fields than the header.
    #[error(
        "{file}:{row}: has {found} fields where the header has {expected}. Check its commas and quotes."
    )]
    Fields {
        /// Which file.
        file: String,
        /// Line where the row begins.
        row: u64,
        /// Fields of the row.
        found: usize,
        /// Columns of the header.
        expected: usize,
    },
    /// Bytes that are no Parquet.
    #[error("{file}: not readable as Parquet: {message}. Write the file again.")]
    Parquet {
        /// Which file.
        file: String,
        /// What the decoder says.
        message: String,
    },
    /// A Parquet column of a type that no cell has.
    #[error(
        "{file}: column `{column}` is of type {kind}. Write it as text, number, boolean or timestamp."
    )]
    ColumnType {
        /// Which file.
        file: String,
        /// Which column.
        column: &'static str,
        /// Its type in Arrow's words.
        kind: String,
    },
    /// More than one scenario can hold: [`ROWS_MAX`], [`TEXT_BYTES_MAX`].
    #[error(
        "{file}: too large. A table holds at most {ROWS_MAX} rows and {TEXT_BYTES_MAX} bytes of text; split the scenario."
    )]
    TooLarge {
        /// Which file.
        file: String,
    },
    /// Not TOML.
    #[error("{file}:{row}:{column}: {message}. Correct the TOML there.")]
    Toml {
        /// Which file.
        file: &'static str,
        /// Line, from 1.
        row: usize,
        /// Character in the line, from 1.
        column: usize,
        /// What the parser says.
        message: String,
    },
    /// A needed setting is not there.
    #[error("{file}: {path} is missing. Write it, as in {key} = {example}.")]
    MissingSetting {
        /// Which file.
        file: &'static str,
        /// Path of the key: `industry[2].name`.
        path: String,
        /// The key alone.
        key: &'static str,
        /// A value that it may have, as it is written.
        example: &'static str,
    },
    /// A setting has a wrong value.
    #[error("{file}: {key} is `{value}`: {wrong}. {}", .wrong.mend())]
    Setting {
        /// Which file.
        file: &'static str,
        /// Path of the key: `policy.support`.
        key: String,
        /// What it is.
        value: String,
        /// What is wrong with that.
        wrong: Wrong,
    },
    /// A cell has a wrong value.
    #[error("{file}:{row}: {column} is `{value}`: {wrong}. {}", .wrong.mend())]
    Cell {
        /// Which file.
        file: String,
        /// Line in the file, the header is line 1; for Parquet the row, from 1.
        row: u64,
        /// Which column.
        column: &'static str,
        /// What is in the cell.
        value: String,
        /// What is wrong with that.
        wrong: Wrong,
    },
}

/// Where a fault is; what a kind of fault has not is `None`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place<'a> {
    /// Which file.
    pub file: &'a str,
    /// Line of the file, or row of a Parquet file, from 1.
    pub row: Option<u64>,
    /// Column, or path of a setting.
    pub column: Option<&'a str>,
    /// What is there.
    pub value: Option<&'a str>,
}

impl Fault {
    /// Where it is.
    pub fn place(&self) -> Place<'_> {
        let at = |file, row, column, value| Place { file, row, column, value };
        match self {
            Self::MissingTable { csv, .. } | Self::GivenTwice { csv, .. } => {
                at(*csv, None, None, None)
            }
            Self::MissingSettings => at(crate::settings::FILE, None, None, None),
            Self::MissingSetting { file, path, .. } => at(*file, None, Some(path.as_str()), None),
            Self::Setting { file, key, value, .. } => {
                at(*file, None, Some(key.as_str()), Some(value))
            }
            Self::Toml { file, row, .. } => at(*file, Some(*row as u64), None, None),
            Self::Empty { file, .. }
            | Self::NoRows { file, .. }
            | Self::Separator { file, .. }
            | Self::Parquet { file, .. }
            | Self::TooLarge { file } => at(file, None, None, None),
            Self::NotUtf8 { file, row } | Self::Fields { file, row, .. } => {
                at(file, Some(*row), None, None)
            }
            Self::MissingColumn { file, column, .. }
            | Self::DuplicateColumn { file, column }
            | Self::ColumnType { file, column, .. } => at(file, None, Some(*column), None),
            Self::Cell { file, row, column, value, .. } => {
                at(file, Some(*row), Some(*column), Some(value))
            }
        }
    }
}

/// All that is wrong with a scenario: the first [`FAULTS_KEPT`], and how many there are.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Faults {
    /// The first of them, by file and row.
    pub first: Vec<Fault>,
    /// How many there are.
    pub total: usize,
}

impl Faults {
    pub(crate) fn push(&mut self, fault: Fault) {
        self.total += 1;
        if self.first.len() < FAULTS_KEPT {
            self.first.push(fault);
        }
    }
}

impl fmt::Display for Faults {
    /// One a line, the first fifty.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let told = &self.first[..self.first.len().min(FAULTS_TOLD)];
        for (i, fault) in told.iter().enumerate() {
            write!(f, "{}{fault}", if i == 0 { "" } else { "\n" })?;
        }
        match self.total - told.len() {
            0 => Ok(()),
            more => write!(f, "\nand {more} more"),
        }
    }
}

impl std::error::Error for Faults {}

fn renamed(unknown: &[String]) -> String {
    match unknown {
        [] => String::new(),
        names => format!(" (or rename one of: {})", names.join(", ")),
    }
}

/// A value as a fault repeats it: on one line, cut where it is long.
pub(crate) fn shown(value: &str) -> String {
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
            ("24:10", "24:10".to_string(), "as it is"),
            ("a\nb", "a b".to_string(), "a line break would break the list of faults"),
            (&"x".repeat(61), format!("{}…", "x".repeat(60)), "an unclosed quote holds a file"),
            (&"é".repeat(60), "é".repeat(60), "characters are counted, not bytes"),
        ] {
            assert_eq!(shown(value), expect, "{why}");
        }
    }

    #[test]
    fn faults_beyond_fifty_are_only_counted() {
        let mut faults = Faults::default();
        (0..53).for_each(|_| faults.push(Fault::MissingSettings));
        let text = faults.to_string();
        assert_eq!(text.lines().count(), 51);
        assert!(text.ends_with("\nand 3 more"), "{text}");
    }
}
