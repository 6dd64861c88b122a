//! The activity file of docs/LEDGER.md, CSV or Parquet, read into checked [`Activities`].
//!
//! Read: `layout` (its columns), `delimited` and `columnar` (a file's rows as `cells`), `decode`
//! and `numbers` (Arrow's columns), `shape` (what a row is), `adjust` (driven
//! ways), `validate`, `freight` and `count` (how much it is),
//! `assemble`, [`round`] (a round's shares), `unique` (ids), [`fault`] and [`wrong`] (what is told).

pub mod fault;
pub mod wrong;
mod layout;
mod source;
mod cells;
mod growing;
mod delimited;
mod columnar;
mod decode;
mod numbers;
mod shape;
mod freight;
mod count;
mod assemble;
mod adjust;
mod validate;
mod select;
pub mod round;
mod unique;

pub use fault::{FAULTS_KEPT, Fault, Faults};
pub use round::{RoundRows, shares};
pub use wrong::Wrong;

use crate::columns::Activities;
use bytes::Bytes;
use carbon::distance_adjustment::DistanceAdjustment;
use columnar::Columnar;
use delimited::Delimited;
use layout::{Column, Layout};
use source::Source;
use std::path::Path;
use unique::Spans;

/// Most rows of a file, with the header: line ids number nine digits of them.
pub const ROWS_MAX: u64 = 999_999_999;
/// Most rows of a chunk.
pub const CHUNK_ROWS_MAX: usize = 1 << 20;
/// Rows from which on no small row group is added to a chunk; of CSV all but the last have as many.
pub const CHUNK_ROWS_MIN: usize = 1 << 16;
/// Most bytes of a row of CSV, beyond what is read ahead.
pub const RECORD_BYTES_MAX: usize = 1 << 20;
/// A chunk of CSV ends where its text has so many bytes.
pub const CSV_CHUNK_BYTES: usize = 1 << 26;
/// Most shares that the rounds of a file may make.
pub const SHARES_MAX: usize = 20_000_000;

/// Plain activities of a chunk, and its rows of rounds.
pub type Chunk = (Activities, RoundRows);

/// An activity file, its header checked.
///
/// Read all chunks, ask [`ActivityFile::repeated_ids`], then turn the collected [`RoundRows`] into
/// [`shares`]. Rows are counted as records: the header is row 1, in Parquet too; blank lines of a
/// CSV file are none.
pub enum ActivityFile {
    /// Chunks one after the other.
    Csv(CsvActivities),
    /// Chunks in any order, side by side.
    Parquet(ParquetActivities),
}

/// An activity file as CSV.
pub struct CsvActivities {
    file: String,
    source: Source,
    rows: Delimited,
    chunks: usize,
    spans: Spans,
    adjustments: Vec<DistanceAdjustment>,
}

/// An activity file as Parquet.
pub struct ParquetActivities {
    file: String,
    rows: Columnar,
    spans: Spans,
    adjustments: Vec<DistanceAdjustment>,
}

impl ActivityFile {
    /// Opens a file and reads its header; Parquet is known by its first bytes.
    pub fn open(path: &Path) -> Result<Self, Faults> {
        Self::of(path.display().to_string(), Source::Path(path.into()))
    }
    /// The same of a file's bytes; `file` names it in faults.
    pub fn from_bytes(file: &str, bytes: Bytes) -> Result<Self, Faults> {
        Self::of(file.into(), Source::Bytes(bytes))
    }

    fn of(file: String, source: Source) -> Result<Self, Faults> {
        let is_parquet = source.is_parquet().map_err(|error| Fault::Unreadable {
            file: file.clone(),
            message: error.to_string(),
        })?;
        let (spans, adjustments) = (Spans::default(), Vec::new());
        if is_parquet {
            let rows = Columnar::open(&file, &source)?;
            return Ok(Self::Parquet(ParquetActivities { file, rows, spans, adjustments }));
        }
        let rows = Delimited::open(&file, &source)?;
        Ok(Self::Csv(CsvActivities { file, source, rows, chunks: 0, spans, adjustments }))
    }

    /// Rows with a mode and only the driven way are counted by these; without them they are refused.
    #[must_use]
    pub fn adjusted_by(mut self, table: Vec<DistanceAdjustment>) -> Self {
        match &mut self {
            Self::Csv(csv) => csv.adjustments = table,
            Self::Parquet(parquet) => parquet.adjustments = table,
        }
        self
    }

    /// Columns that the specification does not know; they are not read.
    pub fn unknown_columns(&self) -> &[String] {
        match self {
            Self::Csv(csv) => &csv.rows.layout.unknown,
            Self::Parquet(parquet) => &parquet.rows.layout.unknown,
        }
    }

    /// Refuses an `activity_id` that stands on two rows; asked once all chunks are read.
    pub fn repeated_ids(&self) -> Result<(), Faults> {
        match self {
            Self::Csv(csv) => csv.repeated_ids(),
            Self::Parquet(parquet) => parquet.repeated_ids(),
        }
    }
}

impl CsvActivities {
    /// The next some ten thousand rows, or all that is wrong with them; `None` at the end. After
    /// faults the next ones may still be asked for, to tell their faults too.
    pub fn next_chunk(&mut self) -> Option<Result<Chunk, Faults>> {
        let cells = self.rows.next()?;
        self.chunks += 1;
        let of = (&self.rows.layout, &self.spans, &self.adjustments[..]);
        Some(chunk(&self.file, self.chunks - 1, cells, of))
    }

    pub(crate) fn repeated_ids(&self) -> Result<(), Faults> {
        self.spans.check(&self.file, |hand_over| {
            let mut rows = Delimited::open(&self.file, &self.source)?;
            while let Some(mut cells) = rows.next() {
                hand_over(&unique::activity_ids(&mut cells), cells.first_row);
            }
            Ok(())
        })
    }
}

impl ParquetActivities {
    /// How many chunks there are.
    pub fn chunks(&self) -> usize {
        self.rows.chunks()
    }
    /// A chunk of at most [`CHUNK_ROWS_MAX`] rows, or all that is wrong with it.
    pub fn chunk(&self, number: usize) -> Result<Chunk, Faults> {
        let of = (&self.rows.layout, &self.spans, &self.adjustments[..]);
        chunk(&self.file, number, self.rows.cells(number)?, of)
    }

    pub(crate) fn repeated_ids(&self) -> Result<(), Faults> {
        self.spans.check(&self.file, |hand_over| {
            for chunk in 0..self.chunks() {
                let mut cells = self.rows.cells_of(chunk, &[Column::ActivityId])?;
                hand_over(&unique::activity_ids(&mut cells), cells.first_row);
            }
            Ok(())
        })
    }
}

fn chunk(
    file: &str,
    number: usize,
    mut cells: cells::Cells,
    (layout, spans, adjustments): (&Layout, &Spans, &[DistanceAdjustment]),
) -> Result<Chunk, Faults> {
    // Rows without ids of their own are numbered, and no two have the same number.
    if layout.place(Column::ActivityId).is_some() {
        let ids = unique::activity_ids(&mut cells);
        spans.note(number, &ids);
        cells.ids[Column::ActivityId as usize] = Some(ids);
    }
    adjust::adjust(&mut cells, adjustments);
    validate::activities(file, cells)
}

#[cfg(test)]
mod tests;
