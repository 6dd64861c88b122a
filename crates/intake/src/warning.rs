//! What was left out or mended on the way to a scenario that can be planned.

use quantity::Day;

/// Something to look at that does not stop the plan.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Warning {
    /// A column that no link reads.
    #[error("{file}: column `{column}` is not known and was ignored")]
    UnknownColumn {
        /// Which file.
        file: String,
        /// Which column.
        column: String,
    },
    /// A key that no link reads.
    #[error("{file}: {key} is not known and was ignored")]
    UnknownKey {
        /// Which file.
        file: &'static str,
        /// Path of the key.
        key: String,
    },
    /// A sensor's small negative irradiances, set to zero.
    #[error(
        "{file}: {cells} small negative values of {column} were set to 0, the first in row {row}"
    )]
    SetToZero {
        /// Which file.
        file: String,
        /// Which column.
        column: &'static str,
        /// How many cells.
        cells: usize,
        /// Row of the first.
        row: u64,
    },
    /// A site with the power of a battery, but not its capacity.
    #[error("{file}:{row}: battery_kw without battery_kwh was ignored: the site has no battery")]
    PowerWithoutBattery {
        /// Which file.
        file: String,
        /// Row of the site.
        row: u64,
    },
    /// Orders so far apart that a year may be a slip.
    #[error(
        "{file}: placed_at spans {days} days, from {} (row {}) to {} (row {}): every day between is planned. Check the years.",
        .first.0, .first.1, .last.0, .last.1
    )]
    LongSpan {
        /// Which file.
        file: String,
        /// Whole days from the first to the last.
        days: i64,
        /// Local day and row of the earliest.
        first: (Day, u64),
        /// Local day and row of the latest.
        last: (Day, u64),
    },
}
