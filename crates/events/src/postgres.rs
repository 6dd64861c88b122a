//! PostgreSQL: a pool that works as the application's role, and one of the owner for what concerns all
//! tenants.
//!
//! Each transaction is one tenant's: `SET LOCAL app.tenant` comes with its `BEGIN`, and row-level
//! security hides all else. A commit returns after the log is on the disk.

use crate::append::{Append, Appended};
use crate::clock::Timestamp;
use crate::dialect::{POSTGRES, tenant_rows};
use crate::error::EventsError;
use crate::event::Event;
use crate::migrate;
use crate::plan::{Asked, Head, Known, Planned, plan};
use crate::read::stored_digest;
use crate::text::{StreamId, Tenant};
use sqlx::migrate::Migrator;
use sqlx::postgres::{PgConnectOptions, PgConnection, PgPoolOptions};
use sqlx::{AssertSqlSafe, Connection, Executor, PgPool, Postgres, Transaction};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;

/// Connections of the application: the lanes of the writer, and those who read.
const CONNECTIONS: u32 = 16;
/// How long a connection may have been idle and still be taken to be good.
const IDLE: Duration = Duration::from_secs(1);
/// Connections of the owner, opened when they are needed.
const OWNER_CONNECTIONS: u32 = 2;

#[derive(Debug, Clone)]
pub(crate) struct PostgresStore {
    application: PgPool,
    owner: PgPool,
    /// Months whose partitions are there.
    months: Arc<Mutex<BTreeSet<i64>>>,
}

impl PostgresStore {
    pub(crate) async fn open(options: PgConnectOptions) -> Result<Self, EventsError> {
        let options = options
            .application_name("greenchain")
            .options([("search_path", "greenchain,pg_temp"), ("synchronous_commit", "on")]);
        let mut conn = PgConnection::connect_with(&options).await?;
        let migrator = migrate::postgres();
        // Only the owner may migrate; whoever finds all migrations done need not be.
        if !migrated(&mut conn, &migrator).await {
            migrator.run(&mut conn).await?;
        }
        conn.close().await?;
        let application = PgPoolOptions::new()
            .max_connections(CONNECTIONS)
            // A round trip for each transaction would tell no more than the transaction itself.
            .test_before_acquire(false)
            .before_acquire(|conn, idle| {
                Box::pin(async move {
                    if idle.idle_for > IDLE {
                        conn.ping().await?;
                    }
                    Ok(true)
                })
            })
            .after_connect(|conn, _| {
                Box::pin(async move {
                    conn.execute("SET ROLE greenchain_app").await?;
                    Ok(())
                })
            })
            .connect_with(options.clone())
            .await?;
        let owner = PgPoolOptions::new()
            .max_connections(OWNER_CONNECTIONS)
            .min_connections(0)
            .connect_lazy_with(options);
        Ok(Self { application, owner, months: Arc::default() })
    }

    pub(crate) async fn close(&self) {
        self.application.close().await;
        self.owner.close().await;
    }

    pub(crate) fn application(&self) -> &PgPool {
        &self.application
    }

    pub(crate) async fn reading(
        &self,
        tenant: &Tenant,
    ) -> Result<Transaction<'static, Postgres>, EventsError> {
        self.begin(format!(
            "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL app.tenant = '{tenant}'"
        ))
        .await
    }

    pub(crate) async fn writing(
        &self,
        tenant: &Tenant,
    ) -> Result<Transaction<'static, Postgres>, EventsError> {
        self.begin(format!("BEGIN; SET LOCAL app.tenant = '{tenant}'")).await
    }

    /// `statement` holds nothing but what a [`Tenant`] may be made of.
    async fn begin(
        &self,
        statement: String,
    ) -> Result<Transaction<'static, Postgres>, EventsError> {
        Ok(self.application.begin_with(AssertSqlSafe(statement)).await?)
    }

    /// One snapshot of all tenants, as the owner.
    pub(crate) async fn surveying(&self) -> Result<Transaction<'static, Postgres>, EventsError> {
        let mut transaction =
            self.owner.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?;
        ensure_owner(&mut transaction).await?;
        Ok(transaction)
    }

    /// A transaction that may write rows of all tenants, as the owner.
    pub(crate) async fn restoring(&self) -> Result<Transaction<'static, Postgres>, EventsError> {
        let mut transaction = self.owner.begin().await?;
        ensure_owner(&mut transaction).await?;
        Ok(transaction)
    }

    /// Appends of one tenant in one transaction; an answer for each, in their order.
    pub(crate) async fn commit(
        &self,
        tenant: Tenant,
        appends: Vec<Append>,
    ) -> Result<Vec<Result<Appended, EventsError>>, EventsError> {
        let mut transaction = self.writing(&tenant).await?;
        let asked = Asked::by(&appends);
        let mut before = known(&mut transaction, &tenant, &asked).await?;
        if before.head == Head::EMPTY {
            // Its first events: the row is there before it can be held.
            sqlx::query(
                "INSERT INTO tenants (tenant, position, outbox_seq, month, recorded_at, digest) \
                VALUES ($1, 0, 0, 0, 0, $2) ON CONFLICT DO NOTHING",
            )
            .bind(tenant.as_str())
            .bind(Head::EMPTY.digest.as_bytes().as_slice())
            .execute(&mut *transaction)
            .await?;
            before = known(&mut transaction, &tenant, &asked).await?;
        }
        let (planned, answers) = plan(&tenant, before, appends);
        if planned.is_empty() {
            // A tenant that has written nothing is none.
            transaction.rollback().await?;
            return Ok(answers);
        }
        let months: BTreeSet<i64> =
            planned.events.iter().map(|event| event.recorded_at.month()).collect();
        self.ensure_months(months).await?;
        put_events(&mut transaction, &planned.events).await?;
        put_rest(&mut transaction, &tenant, &planned).await?;
        transaction.commit().await?;
        Ok(answers)
    }

    /// Makes the partitions of months that are new. On a connection of its own, since it is to last
    /// even where the append does not.
    async fn ensure_months(&self, months: BTreeSet<i64>) -> Result<(), EventsError> {
        let mut there = self.months.lock().await;
        for month in months {
            if !there.contains(&month) {
                sqlx::query("SELECT ensure_month($1)")
                    .bind(month)
                    .execute(&self.application)
                    .await?;
                there.insert(month);
            }
        }
        Ok(())
    }
}

/// Exactly these migrations were done, to the byte.
async fn migrated(conn: &mut PgConnection, migrator: &Migrator) -> bool {
    let done = "SELECT version, checksum FROM greenchain._sqlx_migrations ORDER BY version";
    let Ok(done) = sqlx::query_as::<_, (i64, Vec<u8>)>(done).fetch_all(conn).await else {
        return false;
    };
    done.iter()
        .map(|(version, checksum)| (*version, checksum.as_slice()))
        .eq(migrator.iter().map(|known| (known.version, known.checksum.as_ref())))
}

/// Row-level security would show any other login an empty store, and a backup of nothing.
async fn ensure_owner(conn: &mut PgConnection) -> Result<(), EventsError> {
    let (login, owns): (String, bool) = sqlx::query_as(
        "SELECT current_user::text, pg_has_role(current_user, relowner, 'USAGE') \
        FROM pg_class WHERE oid = 'greenchain.events'::regclass",
    )
    .fetch_one(conn)
    .await?;
    if owns { Ok(()) } else { Err(EventsError::NotOwner { login }) }
}

tenant_rows!(PgConnection, POSTGRES);

/// A column of each array. The last two parameters are the tenant and nothing that differs by row.
async fn put_events(conn: &mut PgConnection, events: &[Event]) -> Result<(), EventsError> {
    let Some(tenant) = events.first().map(|event| event.tenant.as_str()) else { return Ok(()) };
    let numbers = |of: fn(&Event) -> i64| -> Vec<i64> { events.iter().map(of).collect() };
    let texts = |of: fn(&Event) -> &str| -> Vec<&str> { events.iter().map(of).collect() };
    let correlations: Vec<Option<&str>> =
        events.iter().map(|event| event.correlation.as_deref()).collect();
    let causations: Vec<Option<&[u8]>> = events
        .iter()
        .map(|event| event.causation.as_ref().map(|id| id.as_bytes().as_slice()))
        .collect();
    let digests: Vec<&[u8]> =
        events.iter().map(|event| event.digest.as_bytes().as_slice()).collect();
    sqlx::query(
        "INSERT INTO events (tenant, position, month, kind, id, version, event_type, \
        schema_version, recorded_at, actor, correlation, causation, payload, digest) \
        SELECT $1, * FROM unnest($2::bigint[], $3::bigint[], $4::text[], $5::text[], $6::bigint[], \
        $7::text[], $8::bigint[], $9::bigint[], $10::text[], $11::text[], $12::bytea[], \
        $13::text[], $14::bytea[])",
    )
    .bind(tenant)
    .bind(numbers(|event| event.position as i64))
    .bind(numbers(|event| event.recorded_at.month()))
    .bind(texts(|event| event.stream.kind()))
    .bind(texts(|event| event.stream.id()))
    .bind(numbers(|event| event.version as i64))
    .bind(texts(|event| &event.event_type))
    .bind(numbers(|event| i64::from(event.schema_version)))
    .bind(numbers(|event| event.recorded_at.micros()))
    .bind(texts(|event| &event.actor))
    .bind(correlations)
    .bind(causations)
    .bind(texts(|event| event.payload.as_str()))
    .bind(digests)
    .execute(conn)
    .await?;
    Ok(())
}
