//! Restore: a backup into an empty store, whole or not at all.

use crate::backup::{BackupSummary, FORMAT};
use crate::digest::{hex, unhex};
use crate::error::EventsError;
use crate::migrate::SCHEMA;
use crate::store::{Backend, Store};
use crate::tables::{Holds, TABLES, Table};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use sqlx::{PgConnection, Postgres, QueryBuilder, Sqlite, SqliteConnection};
use std::collections::BTreeSet;
use std::io::BufRead;

/// Rows of one statement: at most 14 values each, of the 32 766 that SQLite takes.
const ROWS: usize = 512;

struct Reader<'a> {
    input: &'a mut (dyn BufRead + Send),
    sum: Sha256,
    line: u64,
    n_rows: u64,
    n_events: u64,
}

/// Rows of one table.
struct Chunk {
    table: &'static Table,
    rows: Vec<Vec<Value>>,
}

impl Reader<'_> {
    fn fault(&self, fault: impl Into<String>) -> EventsError {
        EventsError::Backup { line: self.line, fault: fault.into() }
    }

    /// The next line, and the sum over all before it.
    fn next(&mut self) -> Result<(Value, String), EventsError> {
        let mut text = String::new();
        self.line += 1;
        if self.input.read_line(&mut text)? == 0 {
            return Err(self.fault("the file ends too early"));
        }
        let sum = hex(&self.sum.clone().finalize());
        self.sum.update(&text);
        let value = serde_json::from_str(&text).map_err(|fault| self.fault(fault.to_string()))?;
        Ok((value, sum))
    }

    fn head(&mut self) -> Result<(), EventsError> {
        let (head, _) = self.next()?;
        if head["format"] != FORMAT {
            return Err(self.fault("not a backup of an event store"));
        }
        match head["schema"].as_i64() {
            Some(schema) if schema == SCHEMA => Ok(()),
            other => Err(self.fault(format!("of schema {other:?}, this program has {SCHEMA}"))),
        }
    }

    /// Up to [`ROWS`] rows of one table into `chunk`; false at the end of the backup. `held` is the row
    /// of another table that ended the chunk before.
    fn fill(
        &mut self,
        chunk: &mut Chunk,
        held: &mut Option<(&'static Table, Vec<Value>)>,
    ) -> Result<bool, EventsError> {
        chunk.rows.clear();
        if let Some((table, row)) = held.take() {
            chunk.table = table;
            chunk.rows.push(row);
        }
        while chunk.rows.len() < ROWS {
            let (line, sum) = self.next()?;
            let Value::Array(cells) = line else {
                return self.end(&line, &sum).map(|()| false);
            };
            let (table, row) = self.row(cells)?;
            if chunk.rows.is_empty() {
                chunk.table = table;
            }
            if table.name != chunk.table.name {
                *held = Some((table, row));
                return Ok(true);
            }
            chunk.rows.push(row);
        }
        Ok(true)
    }

    fn row(&mut self, mut cells: Vec<Value>) -> Result<(&'static Table, Vec<Value>), EventsError> {
        let named = |table: &&Table| cells.first().is_some_and(|name| name == table.name);
        let Some(table) = TABLES.iter().find(named) else {
            return Err(self.fault("a row of no table"));
        };
        let row = cells.split_off(1);
        let fits = |(cell, (_, holds, may_be_empty)): (&Value, &(_, Holds, bool))| match holds {
            _ if cell.is_null() => *may_be_empty,
            Holds::Text => cell.is_string(),
            Holds::Number => cell.is_i64(),
            Holds::Bytes => cell.as_str().is_some_and(|digits| unhex(digits).is_some()),
        };
        if row.len() != table.columns.len() || !row.iter().zip(table.columns).all(fits) {
            return Err(self.fault(format!("not a row of {}", table.name)));
        }
        self.n_rows += 1;
        self.n_events += u64::from(table.name == "events");
        Ok((table, row))
    }

    fn end(&mut self, line: &Value, sum: &str) -> Result<(), EventsError> {
        if line["rows"].as_u64() != Some(self.n_rows) {
            return Err(self.fault("rows are missing"));
        }
        if line["sha256"] != sum {
            return Err(self.fault("the sum over the file is not the one it names"));
        }
        Ok(())
    }
}

/// Defines how rows of a chunk are inserted into one kind of database.
macro_rules! insert {
    ($name:ident, $database:ty, $connection:ty) => {
        async fn $name(conn: &mut $connection, chunk: &Chunk) -> Result<(), EventsError> {
            let columns = chunk.table.columns;
            let mut query = QueryBuilder::<$database>::new(format!(
                "INSERT INTO {} ({}) ",
                chunk.table.name,
                chunk.table.names()
            ));
            query.push_values(&chunk.rows, |mut values, row| {
                for (cell, (_, holds, _)) in row.iter().zip(columns) {
                    match holds {
                        Holds::Text => values.push_bind(cell.as_str()),
                        Holds::Number => values.push_bind(cell.as_i64()),
                        Holds::Bytes => values.push_bind(cell.as_str().and_then(unhex)),
                    };
                }
            });
            let again = chunk.rows.len() == ROWS;
            query.build().persistent(again).execute(conn).await?;
            Ok(())
        }
    };
}

insert!(insert_sqlite, Sqlite, SqliteConnection);
insert!(insert_postgres, Postgres, PgConnection);

const TENANTS: &str = "SELECT count(*) FROM tenants";

impl Store {
    /// Restores a backup into this store, which must be empty. On PostgreSQL the login must own the
    /// tables. A check of the store should follow.
    pub async fn restore(
        &self,
        input: &mut (dyn BufRead + Send),
    ) -> Result<BackupSummary, EventsError> {
        let mut reader = Reader { input, sum: Sha256::new(), line: 0, n_rows: 0, n_events: 0 };
        reader.head()?;
        let mut chunk = Chunk { table: &TABLES[0], rows: Vec::new() };
        let (mut held, mut more) = (None, true);
        match &self.backend {
            Backend::Sqlite(database) => {
                let mut conn = database.writing().await?;
                empty(sqlx::query_scalar(TENANTS).fetch_one(&mut *conn).await?)?;
                while more {
                    more = reader.fill(&mut chunk, &mut held)?;
                    if !chunk.rows.is_empty() {
                        insert_sqlite(&mut conn, &chunk).await?;
                    }
                }
                conn.commit().await?;
            }
            Backend::Postgres(database) => {
                let mut conn = database.restoring().await?;
                empty(sqlx::query_scalar(TENANTS).fetch_one(&mut *conn).await?)?;
                let mut months = BTreeSet::new();
                while more {
                    more = reader.fill(&mut chunk, &mut held)?;
                    ensure_months(&mut conn, &chunk, &mut months).await?;
                    if !chunk.rows.is_empty() {
                        insert_postgres(&mut conn, &chunk).await?;
                    }
                }
                conn.commit().await?;
            }
        }
        Ok(BackupSummary { n_rows: reader.n_rows, n_events: reader.n_events })
    }
}

fn empty(n_tenants: i64) -> Result<(), EventsError> {
    if n_tenants == 0 { Ok(()) } else { Err(EventsError::NotEmpty) }
}

async fn ensure_months(
    conn: &mut PgConnection,
    chunk: &Chunk,
    there: &mut BTreeSet<i64>,
) -> Result<(), EventsError> {
    let Some(at) = chunk.table.month() else { return Ok(()) };
    let months: BTreeSet<i64> = chunk.rows.iter().filter_map(|row| row[at].as_i64()).collect();
    for month in months {
        if there.insert(month) {
            sqlx::query("SELECT ensure_month($1)").bind(month).execute(&mut *conn).await?;
        }
    }
    Ok(())
}
