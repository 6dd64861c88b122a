//! An activity file as Parquet: chunks of rows that can be decoded in any order and side by side.

use super::cells::Cells;
use super::decode::{self, Decoder};
use super::fault::{Fault, Faults, shown};
use super::layout::{Column, Kind, Layout};
use super::source::Source;
use super::{CHUNK_ROWS_MAX, CHUNK_ROWS_MIN, ROWS_MAX};
use arrow_schema::{DataType, Field, Schema};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder,
};
use parquet::basic::{ConvertedType, Type as PhysicalType};
use parquet::errors::ParquetError;
use parquet::file::metadata::ParquetMetaData;
use parquet::schema::types::Type;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// Rows that are decoded at once: the decoder's columns then stay in the processor's caches, which
/// takes a third less time than a million.
const BATCH_ROWS: usize = 1 << 14;
/// Most digits of a decimal in 64 bits.
const LONG_DIGITS: u8 = 18;

/// A Parquet file, its columns found and its rows divided into chunks.
pub(super) struct Columnar {
    file: String,
    source: Source,
    metadata: ArrowReaderMetadata,
    pub(super) layout: Layout,
    chunks: Vec<Chunk>,
}

/// Some whole row groups, or a part of one.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Chunk {
    groups: Vec<usize>,
    /// Rows of the groups before the first.
    offset: usize,
    rows: usize,
    /// Row of the file on which the first stands; the header is row 1.
    first_row: u64,
}

impl Columnar {
    /// Reads the footer.
    pub(super) fn open(file: &str, source: &Source) -> Result<Self, Faults> {
        contained(file, || Self::footer(file, source))
    }

    fn footer(file: &str, source: &Source) -> Result<Self, Faults> {
        let damaged = |error: ParquetError| Faults::from(parquet(file, &error));
        // Parquet's own types say all that a cell needs; Arrow's copy of them is one more parser.
        let options = ArrowReaderOptions::new().with_skip_arrow_metadata(true);
        let plain = ArrowReaderMetadata::load(source, options.clone()).map_err(damaged)?;
        let names: Vec<&str> =
            plain.schema().fields().iter().map(|field| field.name().as_str()).collect();
        let layout = Layout::of(file, &names)?;
        check_types(file, &layout, &plain)?;
        let schema = Schema::new(hinted(&layout, &plain));
        let options = options.with_schema(Arc::new(schema));
        let metadata =
            ArrowReaderMetadata::try_new(plain.metadata().clone(), options).map_err(damaged)?;
        let chunks = divide(file, metadata.metadata())?;
        Ok(Self { file: file.into(), source: source.clone(), metadata, layout, chunks })
    }

    /// How many chunks there are.
    pub(super) fn chunks(&self) -> usize {
        self.chunks.len()
    }

    /// The cells of a chunk.
    pub(super) fn cells(&self, chunk: usize) -> Result<Cells, Faults> {
        self.cells_of(chunk, &Column::ALL)
    }

    /// The cells of some columns of a chunk.
    pub(super) fn cells_of(&self, chunk: usize, columns: &[Column]) -> Result<Cells, Faults> {
        contained(&self.file, || {
            self.decode(&self.chunks[chunk], columns)
                .map_err(|error| parquet(&self.file, &error).into())
        })
    }

    fn decode(&self, chunk: &Chunk, columns: &[Column]) -> Result<Cells, ParquetError> {
        let roots = columns.iter().filter_map(|&column| self.layout.place(column));
        let mask = ProjectionMask::roots(self.metadata.parquet_schema(), roots);
        let (source, metadata) = (self.source.clone(), self.metadata.clone());
        let batches = ParquetRecordBatchReaderBuilder::new_with_metadata(source, metadata)
            .with_projection(mask)
            .with_row_groups(chunk.groups.clone())
            .with_offset(chunk.offset)
            .with_limit(chunk.rows)
            .with_batch_size(BATCH_ROWS)
            .build()?;
        let mut decoder = Decoder::new(&self.layout, columns, chunk.rows);
        for batch in batches {
            let batch = batch?;
            let array = |place: usize| {
                let name = self.metadata.schema().field(place).name();
                batch.column_by_name(name).map(|array| &**array)
            };
            decoder.append(batch.num_rows(), array)?;
        }
        let cells = decoder.finish(chunk.first_row);
        if cells.rows == chunk.rows {
            return Ok(cells);
        }
        let (found, told) = (cells.rows, chunk.rows);
        Err(ParquetError::General(format!("{told} rows were announced, {found} are there")))
    }
}

fn parquet(file: &str, error: &ParquetError) -> Fault {
    Fault::Parquet { file: file.into(), message: shown(&error.to_string()) }
}

/// The decoder panics on some damaged files, by its own assertions. A damaged file is a fault of
/// the file; the closures here leave nothing half done.
fn contained<T>(file: &str, read: impl FnOnce() -> Result<T, Faults>) -> Result<T, Faults> {
    catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|_| {
        Err(Fault::Parquet { file: file.into(), message: "it is damaged".into() }.into())
    })
}

/// Tells the columns of types that their cells do not have.
fn check_types(file: &str, layout: &Layout, metadata: &ArrowReaderMetadata) -> Result<(), Faults> {
    let mut faults = Faults::default();
    for column in Column::ALL {
        let Some(place) = layout.place(column) else { continue };
        let kind = metadata.schema().field(place).data_type();
        let mend = match column.kind() {
            _ if *kind == DataType::Utf8 && !is_checked_text(metadata, place) => "plain text",
            _ if decode::holds(column, kind) => continue,
            _ if column == Column::Period => "text, integer, date or timestamp",
            Kind::Word | Kind::Id => "text or integer",
            Kind::Number => "decimal of at most nine places, integer, double or text",
        };
        let kind = shown(&kind.to_string());
        faults.push(Fault::ColumnType { file: file.into(), column: column.name(), kind, mend });
    }
    faults.or(())
}

/// Whether the decoder checks that a column of text is UTF-8: it does for the plain one alone.
fn is_checked_text(metadata: &ArrowReaderMetadata, place: usize) -> bool {
    let root = &metadata.parquet_schema().root_schema().get_fields()[place];
    root.get_basic_info().converted_type() == ConvertedType::UTF8
}

/// The fields as they are asked for: text that repeats as dictionaries, so that no row needs a
/// string, and decimals that fit 64 bits as such.
fn hinted(layout: &Layout, metadata: &ArrowReaderMetadata) -> Vec<Field> {
    let mut fields: Vec<Field> =
        metadata.schema().fields().iter().map(|field| Field::clone(field)).collect();
    for column in Column::ALL {
        let Some(place) = layout.place(column) else { continue };
        let root = &metadata.parquet_schema().root_schema().get_fields()[place];
        let kind = match (column.kind(), fields[place].data_type()) {
            (Kind::Word, DataType::Utf8) => {
                DataType::Dictionary(DataType::Int32.into(), DataType::Utf8.into())
            }
            (Kind::Number, DataType::Decimal128(digits, places))
                if *digits <= LONG_DIGITS && is_long(root) =>
            {
                DataType::Decimal64(*digits, *places)
            }
            _ => continue,
        };
        fields[place].set_data_type(kind);
    }
    fields
}

/// Whether a decimal is held in 64 bits at most.
fn is_long(root: &Type) -> bool {
    let Type::PrimitiveType { physical_type, type_length, .. } = root else { return false };
    match physical_type {
        PhysicalType::INT64 => true,
        PhysicalType::FIXED_LEN_BYTE_ARRAY => *type_length <= 8,
        _ => false,
    }
}

/// Divides the rows: small row groups are read together, a large one in parts.
fn divide(file: &str, metadata: &ParquetMetaData) -> Result<Vec<Chunk>, Faults> {
    let mut chunks: Vec<Chunk> = Vec::new();
    let mut next_row = 2;
    for (group, row_group) in metadata.row_groups().iter().enumerate() {
        let mut left = u64::try_from(row_group.num_rows())
            .map_err(|_| Fault::Parquet { file: file.into(), message: "it is damaged".into() })?;
        if left > ROWS_MAX || next_row + left > ROWS_MAX + 1 {
            return Err(Fault::TooManyRows { file: file.into() }.into());
        }
        if let Some(last) = chunks.last_mut()
            && last.rows < CHUNK_ROWS_MIN
            && last.rows as u64 + left <= CHUNK_ROWS_MAX as u64
        {
            last.groups.push(group);
            last.rows += left as usize;
            next_row += left;
            continue;
        }
        let mut offset = 0;
        while left > 0 {
            let rows = left.min(CHUNK_ROWS_MAX as u64) as usize;
            chunks.push(Chunk { groups: vec![group], offset, rows, first_row: next_row });
            offset += rows;
            left -= rows as u64;
            next_row += rows as u64;
        }
    }
    Ok(chunks)
}
