//! Backup: the whole store of one moment as one text, which either database can be restored from, while
//! the store goes on.
//!
//! A line of JSON each: a head, rows as `[table, cell, …]` (bytes as hexadecimal digits), and an end
//! with the number of rows and SHA-256 over all that stands before it.

use crate::dialect::surveying;
use crate::digest::hex;
use crate::error::EventsError;
use crate::migrate::SCHEMA;
use crate::store::Store;
use crate::tables::{Holds, TABLES, Table};
use futures_util::TryStreamExt;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use sqlx::{AssertSqlSafe, Row};
use std::io::Write;

/// What the first line says that the file is.
pub(crate) const FORMAT: &str = "greenchain event store backup";

/// What a backup holds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BackupSummary {
    /// Rows of all tables.
    pub n_rows: u64,
    /// Events among them.
    pub n_events: u64,
}

struct Sealed<'a> {
    out: &'a mut (dyn Write + Send),
    sum: Sha256,
}

impl Sealed<'_> {
    fn line(&mut self, value: &Value) -> Result<(), EventsError> {
        let line = format!("{value}\n");
        self.sum.update(&line);
        Ok(self.out.write_all(line.as_bytes())?)
    }
}

/// The rows of a table: one body for both databases.
macro_rules! copy_table {
    ($conn:ident, $table:expr, $sealed:expr) => {{
        let table: &Table = $table;
        let select =
            format!("SELECT {} FROM {} ORDER BY {}", table.names(), table.name, table.order);
        let mut rows = sqlx::query(AssertSqlSafe(select)).fetch(&mut *$conn);
        let mut n_rows = 0;
        while let Some(row) = rows.try_next().await? {
            let mut cells = vec![json!(table.name)];
            for (at, (_, holds, _)) in table.columns.iter().enumerate() {
                cells.push(match holds {
                    Holds::Text => json!(row.try_get::<Option<String>, _>(at)?),
                    Holds::Number => json!(row.try_get::<Option<i64>, _>(at)?),
                    Holds::Bytes => {
                        json!(row.try_get::<Option<Vec<u8>>, _>(at)?.map(|bytes| hex(&bytes)))
                    }
                });
            }
            $sealed.line(&Value::Array(cells))?;
            n_rows += 1;
        }
        n_rows
    }};
}

impl Store {
    /// Writes a backup. On PostgreSQL the login must own the tables. The caller makes what it writes to
    /// durable.
    pub async fn backup(&self, out: &mut (dyn Write + Send)) -> Result<BackupSummary, EventsError> {
        let mut sealed = Sealed { out, sum: Sha256::new() };
        sealed.line(&json!({ "format": FORMAT, "schema": SCHEMA }))?;
        let mut summary = BackupSummary::default();
        surveying!(self, |conn| {
            for table in &TABLES {
                let n_rows: u64 = copy_table!(conn, table, sealed);
                summary.n_rows += n_rows;
                if table.name == "events" {
                    summary.n_events = n_rows;
                }
            }
        });
        let sum = hex(&sealed.sum.clone().finalize());
        sealed.line(&json!({ "rows": summary.n_rows, "sha256": sum }))?;
        sealed.out.flush()?;
        Ok(summary)
    }
}
