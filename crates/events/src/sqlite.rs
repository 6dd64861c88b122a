//! SQLite: one file, one writer, readers beside it.
//!
//! Write-ahead log with `synchronous = FULL`: a commit returns after the log is on the disk.

use crate::append::{Append, Appended};
use crate::clock::Timestamp;
use crate::dialect::{SQLITE, tenant_rows};
use crate::error::EventsError;
use crate::event::Event;
use crate::migrate;
use crate::plan::{Asked, Head, Known, Planned, plan};
use crate::read::stored_digest;
use crate::text::{StreamId, Tenant};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{QueryBuilder, Sqlite, SqlitePool, Transaction};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// Rows of one statement: 14 values each, of the 32 766 that SQLite takes.
const ROWS: usize = 512;
/// Connections that read.
const READERS: u32 = 8;
/// How long another process may hold the file.
const BUSY: Duration = Duration::from_secs(30);

/// A connection to a file does not go stale: it is not tested each time.
fn pool(max_connections: u32) -> SqlitePoolOptions {
    SqlitePoolOptions::new().max_connections(max_connections).test_before_acquire(false)
}

#[derive(Debug, Clone)]
pub(crate) struct SqliteStore {
    writer: SqlitePool,
    readers: SqlitePool,
}

impl SqliteStore {
    pub(crate) async fn open(options: SqliteConnectOptions) -> Result<Self, EventsError> {
        let options = options
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(BUSY)
            .foreign_keys(false)
            // What was erased is overwritten with zeros.
            .pragma("secure_delete", "ON")
            .pragma("cache_size", "-65536");
        let writing = options.clone().create_if_missing(true);
        let writer = pool(1).connect_with(writing).await?;
        migrate::sqlite().run(&writer).await?;
        let reading = options.read_only(true);
        let readers = pool(READERS).connect_with(reading).await?;
        Ok(Self { writer, readers })
    }

    pub(crate) async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }

    pub(crate) async fn reading(&self) -> Result<Transaction<'static, Sqlite>, EventsError> {
        Ok(self.readers.begin().await?)
    }

    /// The file is held from the first moment on: what is read stays true until the commit.
    pub(crate) async fn writing(&self) -> Result<Transaction<'static, Sqlite>, EventsError> {
        Ok(self.writer.begin_with("BEGIN IMMEDIATE").await?)
    }

    /// What the log still holds of deleted rows goes, once no reader needs it.
    pub(crate) async fn truncate_log(&self) -> Result<(), EventsError> {
        sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(&self.writer).await?;
        Ok(())
    }

    /// Appends of several tenants in one transaction; an answer for each, in their order.
    pub(crate) async fn commit(
        &self,
        groups: Vec<(Tenant, Vec<Append>)>,
    ) -> Result<Vec<Vec<Result<Appended, EventsError>>>, EventsError> {
        let mut transaction = self.writing().await?;
        let mut all = Vec::with_capacity(groups.len());
        for (tenant, appends) in groups {
            let known = known(&mut transaction, &tenant, &Asked::by(&appends)).await?;
            let (planned, answers) = plan(&tenant, known, appends);
            if !planned.is_empty() {
                put_events(&mut transaction, &planned.events).await?;
                put_rest(&mut transaction, &tenant, &planned).await?;
            }
            all.push(answers);
        }
        transaction.commit().await?;
        Ok(all)
    }
}

tenant_rows!(SqliteConnection, SQLITE);

async fn put_events(conn: &mut SqliteConnection, events: &[Event]) -> Result<(), EventsError> {
    for chunk in events.chunks(ROWS) {
        let mut query = QueryBuilder::<Sqlite>::new(
            "INSERT INTO events (tenant, position, month, kind, id, version, event_type, \
            schema_version, recorded_at, actor, correlation, causation, payload, digest) ",
        );
        query.push_values(chunk, |mut row, event| {
            row.push_bind(event.tenant.as_str())
                .push_bind(event.position as i64)
                .push_bind(event.recorded_at.month())
                .push_bind(event.stream.kind())
                .push_bind(event.stream.id())
                .push_bind(event.version as i64)
                .push_bind(event.event_type.as_str())
                .push_bind(i64::from(event.schema_version))
                .push_bind(event.recorded_at.micros())
                .push_bind(event.actor.as_str())
                .push_bind(event.correlation.as_deref())
                .push_bind(event.causation.as_ref().map(|id| id.as_bytes().as_slice()))
                .push_bind(event.payload.as_str())
                .push_bind(event.digest.as_bytes().as_slice());
        });
        // Statements of a single row and of a full chunk come again and again, others do not.
        let again = chunk.len() == 1 || chunk.len() == ROWS;
        query.build().persistent(again).execute(&mut *conn).await?;
    }
    Ok(())
}
