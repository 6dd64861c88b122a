//! The ledger as Parquet, and the factors that it used as a table.

use crate::StoreError;
use arrow_array::{ArrayRef, Decimal128Array, RecordBatch, StringArray};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use carbon::{Line, Registry, factor_table};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::ArrowWriterOptions;
use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::file::properties::WriterProperties;
use parquet::schema::types::ColumnPath;
use std::fs::{self, File};
use std::path::Path;
use std::sync::Arc;

/// Name of the one file of a ledger written at once.
pub const PART: &str = "part-0.parquet";
/// Digits of a figure, and of those the ones after the point.
const DECIMAL: (u8, i8) = (38, quantity::fixed::PLACES as i8);
/// Lines turned into columns at a time: some 20 MB.
const LINES_PER_BATCH: usize = 65_536;

/// Writes the lines of some cases to `folder`, which is made if it is not there, as [`PART`].
///
/// Columns: `line_id, case, link, order_id?, site_id?, activity, amount, unit, factor_id,
/// factor_edition, method, data_kind, wtt_kg_co2e, ttw_kg_co2e`; amounts and figures are
/// `DECIMAL(38, 9)`, so that any engine sums them exactly. The same lines give the same bytes. No
/// lines give a valid file without rows.
pub fn write_ledger(folder: &Path, cases: &[&[Line]]) -> Result<(), StoreError> {
    fs::create_dir_all(folder).map_err(StoreError::io("create", folder))?;
    let path = folder.join(PART);
    let file = File::create(&path).map_err(StoreError::io("create", &path))?;
    let schema = schema();
    // The Arrow schema would only repeat the Parquet schema, in bytes of its own.
    let options =
        ArrowWriterOptions::new().with_skip_arrow_metadata(true).with_properties(properties());
    let mut writer = ArrowWriter::try_new_with_options(file, schema.clone(), options)
        .map_err(StoreError::parquet(&path))?;
    for lines in cases.iter().flat_map(|lines| lines.chunks(LINES_PER_BATCH)) {
        let batch = RecordBatch::try_new(schema.clone(), columns(lines)?)
            .map_err(StoreError::parquet(&path))?;
        writer.write(&batch).map_err(StoreError::parquet(&path))?;
    }
    writer.close().map_err(StoreError::parquet(&path))?;
    Ok(())
}

/// Writes a registry to `path` as the table that `carbon::factor_table` reads.
#[expect(clippy::disallowed_methods, reason = "the store writes files, into a run's folder")]
pub fn write_factors(path: &Path, registry: &Registry) -> Result<(), StoreError> {
    fs::write(path, factor_table::write(registry)).map_err(StoreError::io("write", path))
}

fn properties() -> WriterProperties {
    // Text repeats and goes by dictionary, the default. Ids of lines do not: each shares its
    // beginning with the one before.
    let line_id = ColumnPath::from("line_id");
    WriterProperties::builder()
        .set_created_by("greenchain".to_owned())
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_column_dictionary_enabled(line_id.clone(), false)
        .set_column_encoding(line_id, Encoding::DELTA_BYTE_ARRAY)
        .build()
}

fn schema() -> SchemaRef {
    let text = |name: &str| Field::new(name, DataType::Utf8, false);
    let decimal = |name: &str| Field::new(name, DataType::Decimal128(DECIMAL.0, DECIMAL.1), false);
    Arc::new(Schema::new(vec![
        text("line_id"),
        text("case"),
        text("link"),
        text("order_id").with_nullable(true),
        text("site_id").with_nullable(true),
        text("activity"),
        decimal("amount"),
        text("unit"),
        text("factor_id"),
        text("factor_edition"),
        text("method"),
        text("data_kind"),
        decimal("wtt_kg_co2e"),
        decimal("ttw_kg_co2e"),
    ]))
}

/// The columns of [`schema`].
fn columns(lines: &[Line]) -> Result<Vec<ArrayRef>, StoreError> {
    let text = |of: fn(&Line) -> &str| -> ArrayRef {
        Arc::new(StringArray::from_iter_values(lines.iter().map(of)))
    };
    let optional = |of: fn(&Line) -> Option<&str>| -> ArrayRef {
        Arc::new(lines.iter().map(of).collect::<StringArray>())
    };
    Ok(vec![
        text(|line| &line.id),
        text(|line| line.case.name()),
        text(|line| line.activity.link.name()),
        optional(|line| line.activity.order.as_deref()),
        optional(|line| line.activity.site.as_deref()),
        text(|line| &line.activity.name),
        decimals(lines, "amount", |line| line.activity.amount.billionths())?,
        text(|line| line.activity.unit.name()),
        text(|line| &line.activity.factor_id),
        text(|line| &line.factor_edition),
        text(|line| line.activity.method),
        text(|line| line.activity.data_kind.name()),
        decimals(lines, "wtt_kg_co2e", |line| line.emission.wtt.micrograms())?,
        decimals(lines, "ttw_kg_co2e", |line| line.emission.ttw.micrograms())?,
    ])
}

/// A decimal column from billionths: of a kilogram these are micrograms.
fn decimals(
    lines: &[Line],
    column: &'static str,
    billionths: fn(&Line) -> i128,
) -> Result<ArrayRef, StoreError> {
    let limit = 10_u128.pow(DECIMAL.0.into());
    if let Some(line) = lines.iter().find(|line| billionths(line).unsigned_abs() >= limit) {
        return Err(StoreError::TooLarge { line_id: line.id.to_string(), column });
    }
    let column = Decimal128Array::from_iter_values(lines.iter().map(billionths))
        .with_precision_and_scale(DECIMAL.0, DECIMAL.1)
        .expect("38 digits with 9 places are a decimal");
    Ok(Arc::new(column))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scratch::Scratch;
    use arrow_array::{Array, RecordBatchReader};
    use carbon::{Activity, Case, DataKind, Link, Unit, account, ids};
    use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};
    use parquet::basic::Type;
    use parquet::file::reader::{FileReader, SerializedFileReader};
    use quantity::{Carbon, Fixed};

    fn lines(count: usize) -> Vec<Line> {
        let done = (0..count).map(|n| Activity {
            link: Link::ALL[n % 5],
            order: (n % 3 > 0).then(|| format!("O{}", n / 4).into()),
            site: (n % 3 == 0).then(|| "S1".into()),
            name: format!("diesel, round R{}", n / 50).into(),
            // No amount is exact in binary.
            amount: Fixed::from_billionths(n as i128 * 1_000_000_007 + 1),
            unit: Unit::Litre,
            factor_id: ids::DIESEL.into(),
            method: "round energy by tkm share",
            data_kind: DataKind::Modelled,
        });
        account(Case::Plan, done.collect(), &Registry::built_in()).unwrap()
    }

    fn written(scratch: &Scratch, lines: &[Line]) -> File {
        write_ledger(scratch.path(), &[lines]).unwrap();
        File::open(scratch.path().join(PART)).unwrap()
    }

    fn reader(file: File) -> ParquetRecordBatchReader {
        ParquetRecordBatchReaderBuilder::try_new(file).unwrap().build().unwrap()
    }

    fn sum(file: File, column: &str) -> i128 {
        let figures = |batch: RecordBatch| -> i128 {
            let column = batch.column_by_name(column).unwrap();
            column.as_any().downcast_ref::<Decimal128Array>().unwrap().values().iter().sum()
        };
        reader(file).map(|batch| figures(batch.unwrap())).sum()
    }

    /// Every field as text, nothing as a dash.
    fn rows(file: File) -> Vec<Vec<String>> {
        let mut rows = Vec::new();
        for batch in reader(file).map(Result::unwrap) {
            for row in 0..batch.num_rows() {
                let field = |column: &ArrayRef| match column.as_any().downcast_ref::<StringArray>()
                {
                    _ if column.is_null(row) => "-".to_owned(),
                    Some(texts) => texts.value(row).to_owned(),
                    None => column
                        .as_any()
                        .downcast_ref::<Decimal128Array>()
                        .unwrap()
                        .value_as_string(row),
                };
                rows.push(batch.columns().iter().map(field).collect());
            }
        }
        rows
    }

    #[test]
    fn what_is_written_reads_back() {
        let scratch = Scratch::new("reads-back");
        let file = written(&scratch, &lines(2));
        assert_eq!(*reader(file.try_clone().unwrap()).schema(), *schema());
        let diesel = ["l", "diesel_blend_l", "DESNZ 2025", "round energy by tkm share", "modelled"];
        let mut first = vec!["plan-00000000", "plan", "ordering", "-", "S1", "diesel, round R0"];
        first.push("0.000000001");
        first.extend(diesel);
        first.extend(["0.000000001", "0.000000003"]);
        let mut second = vec!["plan-00000001", "plan", "packaging", "O0", "-", "diesel, round R0"];
        second.push("1.000000008");
        second.extend(diesel);
        second.extend(["0.611010005", "2.570820021"]);
        assert_eq!(rows(file), [first, second]);
    }

    #[test]
    fn the_sums_are_exact_over_batches() {
        let scratch = Scratch::new("sums");
        let lines = lines(LINES_PER_BATCH + 1_000);
        let file = written(&scratch, &lines);
        let total = carbon::total(&lines);
        for (column, expect) in [("wtt_kg_co2e", total.wtt), ("ttw_kg_co2e", total.ttw)] {
            let sum = Carbon::from_micrograms(sum(file.try_clone().unwrap(), column));
            assert_eq!(sum, expect, "{column}");
        }
    }

    #[test]
    fn no_lines_are_a_valid_ledger() {
        let scratch = Scratch::new("empty");
        let file = written(&scratch, &[]);
        assert_eq!(*reader(file.try_clone().unwrap()).schema(), *schema());
        assert_eq!(rows(file), Vec::<Vec<String>>::new());
    }

    #[test]
    fn the_same_lines_give_the_same_bytes() {
        let (one, two) = (Scratch::new("bytes-1"), Scratch::new("bytes-2"));
        let bytes = |scratch: &Scratch| {
            let file = written(scratch, &lines(5_000));
            std::io::Read::bytes(file).collect::<Result<Vec<u8>, _>>().unwrap()
        };
        assert!(bytes(&one) == bytes(&two));
    }

    #[test]
    fn text_goes_by_dictionary_and_all_is_compressed() {
        let scratch = Scratch::new("encodings");
        let file = SerializedFileReader::new(written(&scratch, &lines(5_000))).unwrap();
        assert_eq!(file.metadata().file_metadata().created_by(), Some("greenchain"));
        for column in file.metadata().row_group(0).columns() {
            let name = column.column_path().string();
            let repeats = name != "line_id" && column.column_type() == Type::BYTE_ARRAY;
            assert_eq!(column.dictionary_page_offset().is_some(), repeats, "{name}");
            assert!(matches!(column.compression(), Compression::ZSTD(_)), "{name}");
        }
    }

    #[test]
    fn a_figure_beyond_38_digits_is_refused() {
        let scratch = Scratch::new("too-large");
        let mut lines = lines(2);
        lines[1].emission.ttw = Carbon::from_micrograms(-10_i128.pow(38));
        let error = write_ledger(scratch.path(), &[&lines]).unwrap_err();
        assert!(matches!(error, StoreError::TooLarge { line_id, column }
            if line_id == "plan-00000001" && column == "ttw_kg_co2e"));
    }

    #[test]
    fn the_factors_used_read_back() {
        let scratch = Scratch::new("factors");
        let path = scratch.path().join("factors.csv");
        write_factors(&path, &Registry::built_in()).unwrap();
        let text = std::io::read_to_string(File::open(&path).unwrap()).unwrap();
        assert_eq!(factor_table::read(&text), Ok(Registry::built_in()));
    }
}
