//! The tables of a ledger as the query engine sees them.

use crate::{LakeError, seal};
use arrow_array::{ArrayRef, Decimal128Array, RecordBatch, StringArray};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use datafusion::catalog::TableProvider;
use datafusion::common::DataFusionError;
use datafusion::datasource::MemTable;
use datafusion::datasource::file_format::parquet::ParquetFormat;
use datafusion::datasource::listing::{
    ListingOptions, ListingTable, ListingTableConfig, ListingTableUrl,
};
use datafusion::execution::object_store::ObjectStoreUrl;
use datafusion::object_store::local::LocalFileSystem;
use datafusion::prelude::SessionContext;
use quantity::Fixed;
use std::fmt::Write;
use std::path::Path;
use std::sync::Arc;

/// Bytes of a delimited file at the most.
pub(crate) const DELIMITED_MAX: u64 = 1 << 30;
/// How the engine names the ledger's folder.
const PLACE: &str = "ledger://folder";
const DECIMAL: DataType = DataType::Decimal128(38, 9);

/// A delimited file: its columns, and which of them are decimals.
pub(crate) struct Delimited {
    /// Its path in the ledger.
    pub(crate) file: &'static str,
    columns: &'static [&'static str],
    decimals: &'static [&'static str],
}

const FACTOR_COLUMNS: [&str; 18] = carbon::factor_table::columns();

pub(crate) const FACTORS: Delimited = Delimited {
    file: "factors.csv",
    columns: &FACTOR_COLUMNS,
    decimals: &["wtt", "ttw", "generation", "biogenic", "uncertainty_pct"],
};
pub(crate) const MEASURES: Delimited = Delimited {
    file: "measures.csv",
    columns: &[
        "tenant",
        "period",
        "case",
        "link",
        "site_id",
        "measure",
        "unit",
        "amount",
        "method",
        "data_kind",
    ],
    decimals: &["amount"],
};

impl Delimited {
    fn schema(&self) -> SchemaRef {
        let field = |name: &&'static str| {
            let decimal = self.decimals.contains(name);
            Field::new(*name, if decimal { DECIMAL } else { DataType::Utf8 }, true)
        };
        Arc::new(Schema::new(self.columns.iter().map(field).collect::<Vec<_>>()))
    }
}

/// A table over exactly these Parquet files of a folder.
pub(crate) fn parquet<'a>(
    context: &SessionContext,
    folder: &Path,
    files: impl Iterator<Item = &'a str>,
    schema: &Schema,
) -> Result<Arc<dyn TableProvider>, DataFusionError> {
    let store = LocalFileSystem::new_with_prefix(folder)?;
    let place = ObjectStoreUrl::parse(PLACE)?;
    context.register_object_store(place.as_ref(), Arc::new(store));
    let urls: Vec<_> = files
        .map(|file| ListingTableUrl::parse(format!("{PLACE}/{}", percent(file))))
        .collect::<Result<_, _>>()?;
    // The reader of views does not copy text.
    let fields = schema.fields().iter().map(|field| match field.data_type() {
        DataType::Utf8 => field.as_ref().clone().with_data_type(DataType::Utf8View),
        _ => field.as_ref().clone(),
    });
    let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
    if urls.is_empty() {
        return held(RecordBatch::new_empty(schema));
    }
    let options = ListingOptions::new(Arc::new(ParquetFormat::default())).with_file_extension("");
    let config = ListingTableConfig::new_with_multi_paths(urls)
        .with_listing_options(options)
        .with_schema(schema);
    Ok(Arc::new(ListingTable::try_new(config)?))
}

/// A table held in memory.
pub(crate) fn held(batch: RecordBatch) -> Result<Arc<dyn TableProvider>, DataFusionError> {
    Ok(Arc::new(MemTable::try_new(batch.schema(), vec![vec![batch]])?))
}

/// A delimited file without rows.
pub(crate) fn empty(of: &Delimited) -> RecordBatch {
    RecordBatch::new_empty(of.schema())
}

/// Reads a delimited file (RFC 4180); an empty cell is null.
pub(crate) fn delimited(path: &Path, of: &Delimited) -> Result<RecordBatch, LakeError> {
    rows(&seal::read(path, DELIMITED_MAX)?, of)
}

pub(crate) fn rows(bytes: &[u8], of: &Delimited) -> Result<RecordBatch, LakeError> {
    const MEND: &str = "Restore the file from a copy, or make the ledger again";
    let refused = |fault: String| LakeError::file(of.file, fault, MEND);
    let mut reader = csv::ReaderBuilder::new().from_reader(bytes);
    let header = reader.headers().map_err(|fault| refused(fault.to_string()))?;
    if header != of.columns {
        return Err(refused(format!("its columns are not {}", of.columns.join(","))));
    }
    let mut texts: Vec<Vec<Option<String>>> = vec![Vec::new(); of.columns.len()];
    for row in reader.into_records() {
        let row = row.map_err(|fault| refused(fault.to_string()))?;
        for (column, cell) in texts.iter_mut().zip(&row) {
            column.push((!cell.is_empty()).then(|| cell.to_owned()));
        }
    }
    let mut columns: Vec<ArrayRef> = Vec::with_capacity(texts.len());
    for (name, cells) in of.columns.iter().zip(texts) {
        columns.push(if of.decimals.contains(name) {
            decimals(&cells).map_err(|cell| refused(format!("{name} is `{cell}`")))?
        } else {
            Arc::new(StringArray::from(cells))
        });
    }
    RecordBatch::try_new(of.schema(), columns).map_err(|fault| refused(fault.to_string()))
}

/// A column of decimals, or the cell that is none.
fn decimals(cells: &[Option<String>]) -> Result<ArrayRef, &str> {
    let value = |cell: &str| {
        let value: Fixed = cell.parse().map_err(|_| ())?;
        Ok(value.billionths())
    };
    let mut values = Vec::with_capacity(cells.len());
    for cell in cells {
        let cell = cell.as_deref();
        values.push(cell.map(|cell| value(cell).map_err(|()| cell)).transpose()?);
    }
    let column = Decimal128Array::from(values).with_data_type(DECIMAL);
    Ok(Arc::new(column))
}

/// A path as a URL writes it.
fn percent(path: &str) -> String {
    path.bytes().fold(String::with_capacity(path.len()), |mut text, byte| {
        if byte.is_ascii_alphanumeric() || b"-_.~/".contains(&byte) {
            text.push(char::from(byte));
        } else {
            write!(text, "%{byte:02X}").expect("a string takes all that is written");
        }
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_that_is_none_says_why() {
        let header = MEASURES.columns.join(",");
        let row = "main,2025,plan,packaging,,parcels,,7,counted,primary";
        for (text, expect, why) in [
            (format!("{header}\n{row}\n"), None, "as docs/LEDGER.md says"),
            (header.clone(), None, "no rows"),
            (format!("{header},more\n"), Some("columns"), "a column more"),
            (format!("{header}\n{row},\n"), Some("fields"), "a cell more"),
            (format!("{header}\n{}\n", row.replace(",7,", ",1e3,")), Some("`1e3`"), "no decimal"),
        ] {
            let fault = rows(text.as_bytes(), &MEASURES).err().map(|fault| fault.to_string());
            match expect {
                None => assert_eq!(fault, None, "{why}"),
                Some(part) => assert!(fault.unwrap().contains(part), "{why}"),
            }
        }
    }
}
