//! The door of the store.

use crate::append::{Append, Appended};
use crate::dialect::{POSTGRES, SQLITE};
use crate::error::EventsError;
use crate::history::Pasts;
use crate::postgres::PostgresStore;
use crate::sqlite::SqliteStore;
use crate::text::Tenant;
use crate::turns::Turns;
use crate::writer::Writer;
use sqlx::postgres::PgConnectOptions;
use sqlx::sqlite::SqliteConnectOptions;
use std::path::Path;
use std::str::FromStr;

/// An open event store. Cheap to clone; all clones share connections and writer.
#[derive(Debug, Clone)]
pub struct Store {
    pub(crate) backend: Backend,
    writer: Writer,
    pub(crate) pasts: Pasts,
    pub(crate) turns: Turns,
}

#[derive(Debug, Clone)]
pub(crate) enum Backend {
    Sqlite(SqliteStore),
    Postgres(PostgresStore),
}

impl Backend {
    pub(crate) async fn commit(
        &self,
        groups: Vec<(Tenant, Vec<Append>)>,
    ) -> Result<Vec<Vec<Result<Appended, EventsError>>>, EventsError> {
        match self {
            Self::Sqlite(database) => database.commit(groups).await,
            Self::Postgres(database) => {
                let mut all = Vec::with_capacity(groups.len());
                for (tenant, appends) in groups {
                    all.push(database.commit(tenant, appends).await?);
                }
                Ok(all)
            }
        }
    }
}

impl Store {
    /// Opens `sqlite://FILE` or `postgres://…`, brings its schema up to date, starts its writer. Within
    /// a Tokio runtime.
    ///
    /// On PostgreSQL the first to open a store, and the first after an upgrade, must be the owner of its
    /// tables; others need only be members of the role `greenchain_app`.
    pub async fn open(url: &str) -> Result<Self, EventsError> {
        let kind = url.split(':').next().unwrap_or_default();
        let backend = match kind {
            "sqlite" => {
                Backend::Sqlite(SqliteStore::open(SqliteConnectOptions::from_str(url)?).await?)
            }
            "postgres" | "postgresql" => {
                Backend::Postgres(PostgresStore::open(PgConnectOptions::from_str(url)?).await?)
            }
            _ => return Err(EventsError::Url { url: kind.chars().take(64).collect() }),
        };
        Ok(Self::with(backend))
    }

    /// Opens the SQLite file at that path, made where it is absent.
    pub async fn open_file(path: &Path) -> Result<Self, EventsError> {
        let options = SqliteConnectOptions::new().filename(path);
        Ok(Self::with(Backend::Sqlite(SqliteStore::open(options).await?)))
    }

    fn with(backend: Backend) -> Self {
        let writer = Writer::start(&backend);
        Self { backend, writer, pasts: Pasts::default(), turns: Turns::default() }
    }

    /// Records events, with all that goes with them: whole or not at all. Returns once it is durable.
    ///
    /// On [`EventsError::Database`] it may or may not have happened: ask again with the same
    /// idempotency key.
    pub async fn append(&self, append: Append) -> Result<Appended, EventsError> {
        append.check()?;
        self.writer.append(append).await
    }

    /// The names of all tenants that have written something, in order.
    pub async fn tenants(&self) -> Result<Vec<Tenant>, EventsError> {
        let names: Vec<String> = match &self.backend {
            Backend::Sqlite(database) => {
                let mut transaction = database.reading().await?;
                sqlx::query_scalar(SQLITE.tenants).fetch_all(&mut *transaction).await?
            }
            Backend::Postgres(database) => {
                sqlx::query_scalar(POSTGRES.tenants).fetch_all(database.application()).await?
            }
        };
        names.iter().map(|name| Tenant::new(name)).collect()
    }

    /// Ends all connections, once what is under way has ended. Appends after it are refused.
    pub async fn close(&self) {
        match &self.backend {
            Backend::Sqlite(database) => database.close().await,
            Backend::Postgres(database) => database.close().await,
        }
    }
}
