//! Files of lines, opened; their row groups are what the cores share among them.

use crate::{LakeError, Part, totals};
use arrow_array::RecordBatch;
use arrow_schema::{DataType, Schema};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader,
    ParquetRecordBatchReaderBuilder,
};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Rows that are looked at together.
const BATCH_ROWS: usize = 16_384;
const MEND: &str = "Restore the file from a copy, or make the ledger again";

/// Whether the words of a column repeat: it is read as a dictionary, so that a word is looked at
/// once.
fn is_coded(column: &str) -> bool {
    totals::GROUPS.contains(&column) || ["reverses", "round_id"].contains(&column)
}

/// A file of lines that has its hash.
pub(super) struct PartFile<'a> {
    pub(super) part: &'a Part,
    path: PathBuf,
    metadata: ArrowReaderMetadata,
}

/// Some of its lines.
pub(super) struct RowGroup<'a> {
    pub(super) file: &'a PartFile<'a>,
    /// Number of the file.
    pub(super) number: usize,
    /// Number of the group in the file.
    group: usize,
    /// Row of the file before the first, from 0.
    pub(super) first_row: u64,
    pub(super) rows: u64,
}

impl<'a> PartFile<'a> {
    /// Opens a file and looks at its columns and its number of rows.
    pub(super) fn open(folder: &Path, part: &'a Part) -> Result<Self, LakeError> {
        let refused = |fault: &dyn ToString| LakeError::file(&part.path, fault.to_string(), MEND);
        let path = folder.join(&part.path);
        let file = File::open(&path).map_err(LakeError::io("open", &path))?;
        let plain = ArrowReaderOptions::new().with_skip_arrow_metadata(true);
        let read = ArrowReaderMetadata::load(&file, plain).map_err(|fault| refused(&fault))?;
        if read.schema().fields() != totals::schema().fields() {
            return Err(refused(&"has other columns than docs/LEDGER.md says"));
        }
        let rows = read.metadata().file_metadata().num_rows();
        if u64::try_from(rows) != Ok(part.rows) {
            return Err(refused(&format!("has {rows} rows, the manifest says {}", part.rows)));
        }
        let coded = ArrowReaderOptions::new().with_schema(Arc::new(coded(&totals::schema())));
        let metadata = ArrowReaderMetadata::try_new(read.metadata().clone(), coded)
            .map_err(|fault| refused(&fault))?;
        Ok(Self { part, path, metadata })
    }
    /// Its row groups; `number` is the file's.
    pub(super) fn groups(&'a self, number: usize) -> impl Iterator<Item = RowGroup<'a>> {
        let mut first_row = 0;
        let groups = self.metadata.metadata().row_groups().iter().enumerate();
        groups.map(move |(group, meta)| {
            let rows = u64::try_from(meta.num_rows()).unwrap_or(0);
            let this = RowGroup { file: self, number, group, first_row, rows };
            first_row += rows;
            this
        })
    }
}

impl RowGroup<'_> {
    /// Its lines, some columns of them; `None` is all.
    pub(super) fn batches(
        &self,
        columns: Option<&[&str]>,
    ) -> Result<ParquetRecordBatchReader, LakeError> {
        self.reader(columns, 0, usize::MAX)
    }
    /// One line, all columns; `row` is the file's, from 0.
    pub(super) fn line(&self, row: u64) -> Option<RecordBatch> {
        let offset = usize::try_from(row.checked_sub(self.first_row)?).ok()?;
        self.reader(None, offset, 1).ok()?.next()?.ok()
    }

    fn reader(
        &self,
        columns: Option<&[&str]>,
        offset: usize,
        limit: usize,
    ) -> Result<ParquetRecordBatchReader, LakeError> {
        let refused =
            |fault: &dyn ToString| LakeError::file(&self.file.part.path, fault.to_string(), MEND);
        let file = File::open(&self.file.path).map_err(LakeError::io("open", &self.file.path))?;
        let metadata = self.file.metadata.clone();
        let schema = totals::schema();
        let wanted = schema.fields().iter().enumerate();
        let wanted = wanted.filter(|(_, field)| {
            columns.is_none_or(|names| names.contains(&field.name().as_str()))
        });
        let mask =
            ProjectionMask::roots(metadata.parquet_schema(), wanted.map(|(column, _)| column));
        ParquetRecordBatchReaderBuilder::new_with_metadata(file, metadata)
            .with_row_groups(vec![self.group])
            .with_projection(mask)
            .with_batch_size(BATCH_ROWS)
            .with_offset(offset)
            .with_limit(limit.min(self.rows as usize))
            .build()
            .map_err(|fault| refused(&fault))
    }
}

fn coded(schema: &Schema) -> Schema {
    let dictionary = DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
    let fields = schema.fields().iter().map(|field| {
        let field = field.as_ref().clone();
        if is_coded(field.name()) { field.with_data_type(dictionary.clone()) } else { field }
    });
    Schema::new(fields.collect::<Vec<_>>())
}
