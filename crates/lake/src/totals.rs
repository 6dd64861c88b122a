//! `totals.pq`: sums over all lines by every column that a report groups by; and the columns of the
//! tables `ledger` and `totals`.
//!
//! Where there are more than [`ROWS_MAX`] sums they save nobody work and fill the memory: none are
//! kept, and the table `totals` is computed from the lines when it is asked.

use crate::interner::Interner;
use crate::{LakeError, Manifest};
use arrow_array::cast::AsArray;
use arrow_array::types::{Decimal128Type, Int64Type};
use arrow_array::{Array, ArrayRef, Decimal128Array, Int64Array, RecordBatch, StringArray};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use bytes::Bytes;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::arrow::arrow_writer::ArrowWriterOptions;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;
use parquet::file::reader::{FileReader, SerializedFileReader};
use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;

/// Name of the file of sums in a ledger.
pub const FILE: &str = "totals.pq";
/// Bytes of `totals.pq` at the most.
pub const BYTES_MAX: u64 = 1 << 30;
/// Sums that are kept at the most: some 200 MB while they are made.
pub const ROWS_MAX: usize = 500_000;

/// The columns that lines are grouped by; those of [`OPTIONAL`] may be null.
pub const GROUPS: [&str; 14] = [
    "tenant",
    "period",
    "case",
    "link",
    "class",
    "site_id",
    "operator",
    "payer",
    "distance_kind",
    "unit",
    "factor_id",
    "factor_edition",
    "method",
    "data_kind",
];
/// The grouping columns that may be null.
pub const OPTIONAL: [&str; 4] = ["site_id", "operator", "payer", "distance_kind"];
/// The columns that are summed: tkm, the amount in its unit, kg.
pub const SUMS: [&str; 7] = [
    "tkm",
    "amount",
    "wtt_kg_co2e",
    "ttw_kg_co2e",
    "generation_kg_co2e",
    "market_kg_co2e",
    "biogenic_kg_co2",
];

/// Digits of a line's figure, and of those the ones after the point.
pub(crate) const LINE_DECIMAL: (u8, i8) = (18, 9);
/// The same of a sum.
pub(crate) const SUM_DECIMAL: (u8, i8) = (38, 9);

/// Sums by group, in the order of groups; `None` where they would be more than [`ROWS_MAX`].
pub type Totals = Option<Vec<TotalsRow>>;

/// Sums over the lines that are alike in every grouping column.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct TotalsRow {
    /// What they have in common, in the order of [`GROUPS`].
    pub groups: [Option<Arc<str>>; GROUPS.len()],
    /// How many lines.
    pub lines: u64,
    /// Sums in billionths, in the order of [`SUMS`]; below 10^38.
    pub sums: [i128; SUMS.len()],
}

/// The columns of a file of lines: `docs/LEDGER.md`, table `ledger`.
pub fn schema() -> SchemaRef {
    let text = |name: &str| Field::new(name, DataType::Utf8, false);
    let decimal =
        |name: &str| Field::new(name, DataType::Decimal128(LINE_DECIMAL.0, LINE_DECIMAL.1), false);
    let optional = |name: &str| text(name).with_nullable(true);
    Arc::new(Schema::new(vec![
        text("line_id"),
        text("tenant"),
        text("period"),
        text("case"),
        text("link"),
        text("class"),
        text("activity"),
        optional("order_id"),
        optional("site_id"),
        optional("shipment_id"),
        optional("tce_id"),
        optional("round_id"),
        optional("operator"),
        optional("payer"),
        decimal("mass_kg").with_nullable(true),
        decimal("distance_km").with_nullable(true),
        optional("distance_kind"),
        decimal("tkm").with_nullable(true),
        decimal("amount"),
        text("unit"),
        text("factor_id"),
        text("factor_edition"),
        text("method"),
        text("data_kind"),
        decimal("wtt_kg_co2e"),
        decimal("ttw_kg_co2e"),
        decimal("generation_kg_co2e"),
        decimal("market_kg_co2e"),
        decimal("biogenic_kg_co2"),
        optional("reverses"),
    ]))
}

/// The columns of `totals.pq`: `docs/LEDGER.md`, table `totals`.
pub fn totals_schema() -> SchemaRef {
    let group = |name: &&str| Field::new(*name, DataType::Utf8, OPTIONAL.contains(name));
    let sum =
        |name: &&str| Field::new(*name, DataType::Decimal128(SUM_DECIMAL.0, SUM_DECIMAL.1), false);
    let lines = Field::new("lines", DataType::Int64, false);
    let groups = GROUPS.iter().map(group);
    Arc::new(Schema::new(groups.chain([lines]).chain(SUMS.iter().map(sum)).collect::<Vec<_>>()))
}

/// The rows as the bytes of `totals.pq`, sorted by group; the same rows in any order give the same
/// bytes. A sum of more than 29 digits before the point, or a group without a word that it must
/// have, is refused.
pub fn write(rows: &[TotalsRow]) -> Result<Vec<u8>, LakeError> {
    let mut sorted: Vec<&TotalsRow> = rows.iter().collect();
    sorted.sort_unstable();
    let refused = |fault: &dyn ToString| LakeError::file(FILE, fault.to_string(), "Make it again");
    let batch = batch(&sorted).map_err(|fault| refused(&fault))?;
    let properties = WriterProperties::builder()
        .set_created_by("greenchain".to_owned())
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .build();
    // The Arrow schema would only repeat the Parquet schema, in bytes of its own.
    let options =
        ArrowWriterOptions::new().with_skip_arrow_metadata(true).with_properties(properties);
    let mut writer = ArrowWriter::try_new_with_options(Vec::new(), totals_schema(), options)
        .map_err(|fault| refused(&fault))?;
    writer.write(&batch).map_err(|fault| refused(&fault))?;
    writer.into_inner().map_err(|fault| refused(&fault))
}

/// Both together; `None` where either is, or more than `rows_max` are left.
pub(crate) fn merged(known: Totals, added: Totals, rows_max: usize) -> Totals {
    let (known, added) = (known?, added?);
    if known.is_empty() {
        return (added.len() <= rows_max).then_some(added);
    }
    let mut sums: BTreeMap<[Option<Arc<str>>; GROUPS.len()], TotalsRow> = BTreeMap::new();
    for row in known.into_iter().chain(added) {
        match sums.get_mut(&row.groups) {
            Some(sum) => {
                sum.lines += row.lines;
                for (sum, part) in sum.sums.iter_mut().zip(row.sums) {
                    *sum += part;
                }
            }
            None => {
                sums.insert(row.groups.clone(), row);
            }
        }
    }
    (sums.len() <= rows_max).then(|| sums.into_values().collect())
}

/// Reads the rows of `totals.pq`, in the order of the file. Whoever reads a file that may be
/// damaged compares its hash first.
pub fn read(bytes: Vec<u8>) -> Result<Vec<TotalsRow>, LakeError> {
    let refused = |fault: &dyn ToString| {
        LakeError::file(FILE, fault.to_string(), "Restore the file, or make the ledger again")
    };
    let builder = ParquetRecordBatchReaderBuilder::try_new(Bytes::from(bytes))
        .map_err(|fault| refused(&fault))?;
    if builder.schema().fields() != totals_schema().fields() {
        return Err(refused(&"has other columns than docs/LEDGER.md says"));
    }
    let mut rows = Vec::new();
    for batch in builder.build().map_err(|fault| refused(&fault))? {
        rows.extend(rows_of(&batch.map_err(|fault| refused(&fault))?));
    }
    Ok(rows)
}

/// Whether a ledger keeps sums. Any line is of some group: a `totals.pq` without rows beside lines
/// holds sums that were not kept.
pub(crate) fn are_kept(folder: &Path, manifest: &Manifest) -> Result<bool, LakeError> {
    let refused = |fault: &dyn ToString| {
        LakeError::file(FILE, fault.to_string(), "Restore the file, or make the ledger again")
    };
    let path = folder.join(FILE);
    let file = File::open(&path).map_err(LakeError::io("open", &path))?;
    let read = SerializedFileReader::new(file).map_err(|fault| refused(&fault))?;
    let rows = read.metadata().file_metadata().num_rows();
    Ok(rows > 0 || manifest.parts().all(|part| part.rows == 0))
}

/// The statement that computes `totals` from `ledger`, in columns of [`totals_schema`].
pub(crate) fn statement() -> String {
    let groups = GROUPS.map(|name| format!("\"{name}\"")).join(", ");
    let sums =
        SUMS.map(|name| format!("CAST(coalesce(sum({name}), 0) AS DECIMAL(38, 9)) AS {name}"));
    format!(
        "SELECT {groups}, CAST(count(*) AS BIGINT) AS lines, {} FROM ledger GROUP BY {groups}",
        sums.join(", ")
    )
}

/// The rows of a batch in columns of [`totals_schema`]; text may be of any Arrow kind.
pub(crate) fn rows_of(batch: &RecordBatch) -> Vec<TotalsRow> {
    let columns = batch.columns();
    let texts: Vec<StringArray> = columns[..GROUPS.len()].iter().map(strings).collect();
    // The same few words over and over: each is held once.
    let mut words: [Interner; GROUPS.len()] = Default::default();
    let lines = columns[GROUPS.len()].as_primitive::<Int64Type>();
    let sums = &columns[GROUPS.len() + 1..];
    (0..batch.num_rows())
        .map(|row| TotalsRow {
            groups: std::array::from_fn(|group| {
                let text = &texts[group];
                text.is_valid(row).then(|| words[group].word(text.value(row)))
            }),
            lines: lines.value(row) as u64,
            sums: std::array::from_fn(|sum| sums[sum].as_primitive::<Decimal128Type>().value(row)),
        })
        .collect()
}

/// A column of text as plain strings.
fn strings(column: &ArrayRef) -> StringArray {
    match column.data_type() {
        DataType::Utf8View => column.as_string_view().iter().collect(),
        _ => column.as_string::<i32>().clone(),
    }
}

fn batch(rows: &[&TotalsRow]) -> Result<RecordBatch, arrow_schema::ArrowError> {
    let mut columns: Vec<ArrayRef> = Vec::with_capacity(GROUPS.len() + 1 + SUMS.len());
    for group in 0..GROUPS.len() {
        let texts = rows.iter().map(|row| row.groups[group].as_deref());
        columns.push(Arc::new(texts.collect::<StringArray>()));
    }
    let lines = rows.iter().map(|row| row.lines as i64);
    columns.push(Arc::new(Int64Array::from_iter_values(lines)));
    for sum in 0..SUMS.len() {
        let sums = Decimal128Array::from_iter_values(rows.iter().map(|row| row.sums[sum]))
            .with_precision_and_scale(SUM_DECIMAL.0, SUM_DECIMAL.1)?;
        sums.validate_decimal_precision(SUM_DECIMAL.0)?;
        columns.push(Arc::new(sums));
    }
    RecordBatch::try_new(totals_schema(), columns)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(period: &str, site: Option<&str>, sum: i128) -> TotalsRow {
        let groups = GROUPS.map(|name| match name {
            "period" => Some(period.into()),
            "site_id" => site.map(Arc::from),
            _ => Some(name.into()),
        });
        TotalsRow { groups, lines: 3, sums: [sum; SUMS.len()] }
    }

    #[test]
    fn totals_read_back_in_order() {
        let (a, b) = (row("2025-01", None, -1), row("2025-02", Some("hub"), i128::pow(10, 37)));
        let bytes = write(&[b.clone(), a.clone()]).unwrap();
        assert_eq!(bytes, write(&[a.clone(), b.clone()]).unwrap(), "the order changes nothing");
        assert_eq!(read(bytes).unwrap(), [a, b]);
        assert_eq!(read(write(&[]).unwrap()).unwrap(), [], "a ledger without lines");
    }

    #[test]
    fn sums_are_kept_while_they_are_few() {
        let one = |period, sum| Some(vec![row(period, None, sum)]);
        for (known, added, expect, why) in [
            (one("2025-01", 1), one("2025-01", 2), Some(vec![3]), "a group of both"),
            (one("2025-02", 1), one("2025-01", 2), Some(vec![2, 1]), "two groups, in order"),
            (one("2025-02", 1), None, None, "the batch has too many"),
            (
                None,
                one("2025-02", 1),
                None,
                "the ledger had too many: the lines are not summed again",
            ),
            (
                Some(vec![row("2025-01", None, 1), row("2025-02", None, 1)]),
                one("2025-03", 1),
                None,
                "too many together",
            ),
        ] {
            let found = merged(known, added, 2);
            let sums = |rows: Vec<TotalsRow>| rows.iter().map(|row| row.sums[0]).collect();
            assert_eq!(found.map(sums), expect, "{why}");
        }
    }

    #[test]
    fn what_the_file_cannot_hold_is_refused() {
        let mut unnamed = row("2025", None, 0);
        unnamed.groups[0] = None;
        for (row, fault, why) in [
            (row("2025", None, i128::pow(10, 38)), "too large", "39 digits"),
            (unnamed, "null", "a line without a tenant"),
        ] {
            let refused = write(&[row]).unwrap_err().to_string();
            assert!(refused.contains(fault), "{why}: {refused}");
        }
    }

    #[test]
    fn a_table_of_other_columns_is_refused() {
        let batch = RecordBatch::new_empty(schema());
        let mut writer = ArrowWriter::try_new(Vec::new(), schema(), None).unwrap();
        writer.write(&batch).unwrap();
        let refused = read(writer.into_inner().unwrap()).unwrap_err().to_string();
        assert!(refused.contains("other columns"), "{refused}");
    }
}
