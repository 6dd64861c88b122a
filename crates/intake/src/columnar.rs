//! Parquet to a table: every column becomes the text that a CSV file would hold.

use crate::fault::{Fault, ROWS_MAX, TEXT_BYTES_MAX, shown};
use crate::findings::{Findings, Told};
use crate::table::{Layout, Table, places};
use arrow_array::cast::AsArray;
use arrow_array::types as t;
use arrow_array::{Array, RecordBatch};
use arrow_schema::{DataType, TimeUnit};
use bytes::Bytes;
use csv::StringRecord;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder,
};
use parquet::errors::ParquetError;
use quantity::{Instant, Zone};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// First and last second that a timestamp's text can show: the years 1 to 9998.
const SHOWN_SECONDS: std::ops::Range<i64> = -62_135_596_800..253_370_764_800;

/// The table in the bytes of a Parquet file; an error only where all rows are hidden.
pub(crate) fn read(
    file: &str,
    bytes: &[u8],
    layout: &Layout,
    findings: &mut Findings,
) -> Result<Table, Told> {
    // The decoder panics on some damaged files (by its own assertions, even in the footer). A
    // damaged file is a fault of the scenario; half-told warnings are all that it can leave here.
    let decoded = catch_unwind(AssertUnwindSafe(|| {
        let (table, batches) = open(file, bytes, layout, findings)
            .map_err(|error| findings.fault(unreadable(file, &error.to_string())))?;
        fill(table, batches, findings)
    }));
    decoded.unwrap_or_else(|_| Err(findings.fault(unreadable(file, "it is damaged"))))
}

fn unreadable(file: &str, message: &str) -> Fault {
    Fault::Parquet { file: file.into(), message: shown(message) }
}

/// A table still without rows, and the reader of its columns in the order of its places.
fn open(
    file: &str,
    bytes: &[u8],
    layout: &Layout,
    findings: &mut Findings,
) -> Result<(Table, ParquetRecordBatchReader), ParquetError> {
    // Parquet's own types say all that a cell needs; Arrow's copy of them is one more parser.
    let options = ArrowReaderOptions::new().with_skip_arrow_metadata(true);
    let bytes = Bytes::copy_from_slice(bytes);
    let builder = ParquetRecordBatchReaderBuilder::try_new_with_options(bytes, options)?;
    let schema = builder.schema().clone();
    let header: Vec<&str> = schema.fields().iter().map(|field| field.name().trim()).collect();
    let mut places = places(file, &header, layout, findings);
    for (column, place) in &mut places {
        if let Some(at) = *place
            && !is_cell(schema.field(at).data_type())
        {
            let kind = shown(&schema.field(at).data_type().to_string());
            findings.fault(Fault::ColumnType { file: file.into(), column, kind });
            *place = None;
        }
    }
    let mut wanted: Vec<usize> = places.iter().filter_map(|(_, place)| *place).collect();
    wanted.sort_unstable();
    // A projected batch holds the wanted columns alone, in the file's order.
    for (_, place) in &mut places {
        *place = place.and_then(|at| wanted.iter().position(|&root| root == at));
    }
    let mask = ProjectionMask::roots(builder.parquet_schema(), wanted);
    let table = Table { file: file.into(), places, rows: Vec::new(), complete: true };
    Ok((table, builder.with_projection(mask).build()?))
}

fn fill(
    mut table: Table,
    batches: ParquetRecordBatchReader,
    findings: &mut Findings,
) -> Result<Table, Told> {
    let mut text_bytes = 0;
    for batch in batches {
        let batch =
            batch.map_err(|error| findings.fault(unreadable(&table.file, &error.to_string())))?;
        for record in records(&batch) {
            text_bytes += record.as_slice().len();
            if table.rows.len() == ROWS_MAX || text_bytes > TEXT_BYTES_MAX {
                return Err(findings.fault(Fault::TooLarge { file: table.file }));
            }
            table.rows.push((table.rows.len() as u64 + 1, record));
        }
    }
    Ok(table)
}

fn records(batch: &RecordBatch) -> Vec<StringRecord> {
    let columns: Vec<Vec<String>> = batch.columns().iter().map(|column| cells(column)).collect();
    (0..batch.num_rows())
        .map(|row| columns.iter().map(|column| column[row].as_str()).collect())
        .collect()
}

/// A type whose values are cells, among those that Parquet's own types become: dictionaries and
/// long texts are plain texts in the file.
fn is_cell(kind: &DataType) -> bool {
    match kind {
        DataType::Utf8
        | DataType::Null
        | DataType::Boolean
        | DataType::Timestamp(_, _)
        | DataType::Float32
        | DataType::Float64 => true,
        kind => kind.is_integer() || kind.is_decimal(),
    }
}

/// Each value as the text of a cell; null is empty. The type satisfies [`is_cell`].
fn cells(array: &dyn Array) -> Vec<String> {
    /// The texts of an array of values, by a function of the value's place.
    macro_rules! each {
        ($values:expr, |$i:ident| $text:expr) => {
            (0..array.len())
                .map(|$i| if array.is_null($i) { String::new() } else { $text })
                .collect()
        };
    }
    macro_rules! numbers {
        ($kind:ty) => {{
            let values = array.as_primitive::<$kind>();
            each!(values, |i| values.value(i).to_string())
        }};
    }
    macro_rules! decimals {
        ($kind:ty) => {{
            let values = array.as_primitive::<$kind>();
            each!(values, |i| values.value_as_string(i))
        }};
    }
    macro_rules! texts {
        ($values:expr) => {{
            let values = $values;
            each!(values, |i| values.value(i).to_string())
        }};
    }
    match array.data_type() {
        DataType::Utf8 => texts!(array.as_string::<i32>()),
        DataType::Boolean => texts!(array.as_boolean()),
        DataType::Int8 => numbers!(t::Int8Type),
        DataType::Int16 => numbers!(t::Int16Type),
        DataType::Int32 => numbers!(t::Int32Type),
        DataType::Int64 => numbers!(t::Int64Type),
        DataType::UInt8 => numbers!(t::UInt8Type),
        DataType::UInt16 => numbers!(t::UInt16Type),
        DataType::UInt32 => numbers!(t::UInt32Type),
        DataType::UInt64 => numbers!(t::UInt64Type),
        DataType::Float32 => numbers!(t::Float32Type),
        DataType::Float64 => numbers!(t::Float64Type),
        DataType::Decimal128(_, _) => decimals!(t::Decimal128Type),
        DataType::Decimal256(_, _) => decimals!(t::Decimal256Type),
        DataType::Timestamp(unit, zone) => timestamps(array, *unit, zone.is_some()),
        _ => vec![String::new(); array.len()],
    }
}

/// Timestamps as RFC 3339; without an offset where the column has no zone.
fn timestamps(array: &dyn Array, unit: TimeUnit, zoned: bool) -> Vec<String> {
    let (counts, per_second): (&[i64], i64) = match unit {
        TimeUnit::Second => (array.as_primitive::<t::TimestampSecondType>().values(), 1),
        TimeUnit::Millisecond => {
            (array.as_primitive::<t::TimestampMillisecondType>().values(), 1_000)
        }
        TimeUnit::Microsecond => {
            (array.as_primitive::<t::TimestampMicrosecondType>().values(), 1_000_000)
        }
        TimeUnit::Nanosecond => {
            (array.as_primitive::<t::TimestampNanosecondType>().values(), 1_000_000_000)
        }
    };
    let utc = Zone::parse("UTC").expect("every table of zones has UTC");
    let text = |i: usize| {
        let seconds = counts[i].div_euclid(per_second);
        if array.is_null(i) {
            String::new()
        } else if !SHOWN_SECONDS.contains(&seconds) {
            // No date: the number itself is shown in the fault.
            counts[i].to_string()
        } else {
            let text = utc.rfc3339(Instant::from_unix(seconds));
            if zoned { text } else { text.trim_end_matches("+00:00").to_string() }
        }
    };
    (0..array.len()).map(text).collect()
}
