//! A store for a test, and what tests are full of.

use events::{
    Append, Digest, Event, Expected, Message, NewEvent, Once, Payload, Person, Store, StreamId,
    Tenant, Timestamp, Write,
};
use sqlx::{AssertSqlSafe, Connection, PgConnection, SqliteConnection};
use std::path::PathBuf;

/// A place for a store, which goes with the test. Its name holds the process: two runs at once do not
/// meet.
pub(crate) enum Bed {
    Sqlite { folder: PathBuf },
    Postgres { server: String, database: String },
}

impl Bed {
    pub(crate) fn sqlite(name: &str) -> Self {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"))
            .join(format!("events-{name}-{}", std::process::id()));
        drop(std::fs::remove_dir_all(&folder));
        std::fs::create_dir_all(&folder).unwrap();
        Self::Sqlite { folder }
    }

    pub(crate) async fn postgres(name: &str) -> Option<Self> {
        let server = server()?;
        let database = format!("events_{name}_{}", std::process::id());
        let mut conn = PgConnection::connect(&server).await.unwrap();
        for statement in [
            format!("DROP DATABASE IF EXISTS {database} WITH (FORCE)"),
            format!("CREATE DATABASE {database}"),
        ] {
            sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut conn).await.unwrap();
        }
        Some(Self::Postgres { server, database })
    }

    pub(crate) fn is_sqlite(&self) -> bool {
        matches!(self, Self::Sqlite { .. })
    }

    pub(crate) fn url(&self) -> String {
        match self {
            Self::Sqlite { folder } => format!("sqlite://{}", folder.join("store.db").display()),
            Self::Postgres { server, database } => {
                let (before, _) = server.rsplit_once('/').unwrap();
                format!("{before}/{database}")
            }
        }
    }

    pub(crate) async fn open(&self) -> Store {
        if self.is_sqlite() {
            let Self::Sqlite { folder } = self else { unreachable!() };
            Store::open_file(&folder.join("store.db")).await.unwrap()
        } else {
            Store::open(&self.url()).await.unwrap()
        }
    }

    /// Runs a statement as the owner, past the store.
    pub(crate) async fn sql(&self, statement: &str) {
        let statement = AssertSqlSafe(statement.to_owned());
        if self.is_sqlite() {
            let mut conn = SqliteConnection::connect(&self.url()).await.unwrap();
            sqlx::raw_sql(statement).execute(&mut conn).await.unwrap();
            conn.close().await.unwrap();
        } else {
            let mut conn = self.owner().await;
            sqlx::raw_sql(statement).execute(&mut conn).await.unwrap();
            conn.close().await.unwrap();
        }
    }

    /// A connection of the owner; only on PostgreSQL.
    pub(crate) async fn owner(&self) -> PgConnection {
        let mut conn = PgConnection::connect(&self.url()).await.unwrap();
        sqlx::raw_sql("SET search_path = greenchain").execute(&mut conn).await.unwrap();
        conn
    }

    pub(crate) async fn clear(self) {
        match self {
            Self::Sqlite { folder } => std::fs::remove_dir_all(folder).unwrap(),
            Self::Postgres { server, database } => {
                let mut conn = PgConnection::connect(&server).await.unwrap();
                let drop = format!("DROP DATABASE {database} WITH (FORCE)");
                sqlx::raw_sql(AssertSqlSafe(drop)).execute(&mut conn).await.unwrap();
            }
        }
    }
}

pub(crate) fn server() -> Option<String> {
    std::env::var("GREENCHAIN_TEST_POSTGRES").ok()
}

pub(crate) fn say_skipped() {
    eprintln!("skipped on PostgreSQL: GREENCHAIN_TEST_POSTGRES is not set; ./test sets it");
}

pub(crate) fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

/// The test on SQLite, then on PostgreSQL where there is a server.
pub(crate) fn on_both(name: &str, test: &impl AsyncFn(&Bed)) {
    runtime().block_on(async {
        let bed = Bed::sqlite(name);
        test(&bed).await;
        bed.clear().await;
        match Bed::postgres(name).await {
            Some(bed) => {
                test(&bed).await;
                bed.clear().await;
            }
            None => say_skipped(),
        }
    });
}

/// The test on PostgreSQL only, where there is a server.
pub(crate) fn on_postgres(name: &str, test: &impl AsyncFn(&Bed)) {
    runtime().block_on(async {
        match Bed::postgres(name).await {
            Some(bed) => {
                test(&bed).await;
                bed.clear().await;
            }
            None => say_skipped(),
        }
    });
}

pub(crate) fn acme() -> Tenant {
    Tenant::new("acme").unwrap()
}

pub(crate) fn parcel(id: &str) -> StreamId {
    StreamId::new("parcel", id).unwrap()
}

/// 30 November 2026, and so many seconds.
pub(crate) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_micros(1_796_000_000_000_000).plus_seconds(seconds)
}

pub(crate) fn json(text: &str) -> Payload {
    Payload::new(text).unwrap()
}

pub(crate) fn scanned(count: usize) -> Vec<NewEvent> {
    let event = |n| NewEvent {
        event_type: "scanned".into(),
        schema_version: 1,
        payload: json(&format!(r#"{{"n":{n}, "who":"p-1"}}"#)),
    };
    (0..count).map(event).collect()
}

/// An append of `count` events to one parcel.
pub(crate) fn append(id: &str, expected: Expected, count: usize) -> Append {
    let mut append = Append::new(acme(), "user:4", at(0));
    append.writes.push(Write { stream: parcel(id), expected, events: scanned(count) });
    append
}

pub(crate) fn once(key: &str, request: &str) -> Once {
    let answer = format!(r#"{{"answered":"{request}"}}"#);
    Once { key: key.into(), request: Digest::of(request.as_bytes()), answer }
}

pub(crate) fn message(key: &str, payload: &str) -> Message {
    Message { topic: "webhook".into(), key: key.into(), payload: json(payload) }
}

pub(crate) fn person(id: &str, data: &str) -> Person {
    Person { person: id.into(), data: json(data), keep_until: None }
}

/// All events of a tenant.
pub(crate) async fn all(store: &Store, tenant: &Tenant) -> Vec<Event> {
    store.events(tenant, 0, 1_000_000).await.unwrap()
}

/// A check finds nothing.
pub(crate) async fn assert_sound(store: &Store) {
    assert_eq!(store.check(&[]).await.unwrap().findings, []);
}
