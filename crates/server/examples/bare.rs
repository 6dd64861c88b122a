//! The yardstick: a handler that writes one row, durable, and one that reads it: `bare URL ADDRESS`, with
//! `sqlite://FILE` or `postgres://…`. No callers, no rules, no events, nothing shown.

use axum::Router;
use axum::extract::{Json, Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::put;
use serde_json::Value;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{PgPool, SqlitePool};
use std::str::FromStr;
use tokio::net::TcpListener;

/// As many as our server has.
const CONNECTIONS: u32 = 16;
const READERS: u32 = 8;

const MAKE: &str = "CREATE TABLE IF NOT EXISTS rows (id TEXT PRIMARY KEY, body TEXT NOT NULL)";
const INSERT: &str = "INSERT INTO rows (id, body) VALUES ($1, $2)";
const SELECT: &str = "SELECT body FROM rows WHERE id = $1";

#[derive(Clone)]
enum Database {
    Sqlite { writer: SqlitePool, readers: SqlitePool },
    Postgres(PgPool),
}

impl Database {
    async fn open(url: &str) -> Result<Self, sqlx::Error> {
        if url.starts_with("postgres") {
            let options = PgConnectOptions::from_str(url)?.options([("synchronous_commit", "on")]);
            let pool = PgPoolOptions::new().max_connections(CONNECTIONS);
            let pool = pool.test_before_acquire(false).connect_with(options).await?;
            sqlx::query(MAKE).execute(&pool).await?;
            return Ok(Self::Postgres(pool));
        }
        let options = SqliteConnectOptions::from_str(url)?
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full);
        let pool = |n| SqlitePoolOptions::new().max_connections(n).test_before_acquire(false);
        let writer = pool(1).connect_with(options.clone().create_if_missing(true)).await?;
        sqlx::query(MAKE).execute(&writer).await?;
        Ok(Self::Sqlite { writer, readers: pool(READERS).connect_with(options).await? })
    }

    async fn insert(&self, id: &str, body: &str) -> Result<u64, sqlx::Error> {
        Ok(match self {
            Self::Sqlite { writer, .. } => {
                sqlx::query(INSERT).bind(id).bind(body).execute(writer).await?.rows_affected()
            }
            Self::Postgres(pool) => {
                sqlx::query(INSERT).bind(id).bind(body).execute(pool).await?.rows_affected()
            }
        })
    }

    async fn select(&self, id: &str) -> Result<Option<String>, sqlx::Error> {
        match self {
            Self::Sqlite { readers, .. } => {
                sqlx::query_scalar(SELECT).bind(id).fetch_optional(readers).await
            }
            Self::Postgres(pool) => sqlx::query_scalar(SELECT).bind(id).fetch_optional(pool).await,
        }
    }
}

async fn write(
    State(database): State<Database>,
    Path(id): Path<String>,
    Json(body): Json<Value>,
) -> Response {
    match database.insert(&id, &body.to_string()).await {
        Ok(recorded) => {
            (StatusCode::CREATED, Json(serde_json::json!({"recorded": recorded}))).into_response()
        }
        Err(fault) => (StatusCode::CONFLICT, fault.to_string()).into_response(),
    }
}

async fn read(State(database): State<Database>, Path(id): Path<String>) -> Response {
    match database.select(&id).await {
        Ok(Some(body)) => ([(header::CONTENT_TYPE, "application/json")], body).into_response(),
        Ok(None) => StatusCode::NOT_FOUND.into_response(),
        Err(fault) => (StatusCode::INTERNAL_SERVER_ERROR, fault.to_string()).into_response(),
    }
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let url = arguments.next().expect("URL of a database");
    let address = arguments.next().expect("an address");
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    runtime.expect("threads").block_on(async {
        let database = Database::open(&url).await.expect("a database");
        let router = Router::new().route("/rows/{id}", put(write).get(read)).with_state(database);
        let listener = TcpListener::bind(address).await.expect("the address is free");
        axum::serve(listener, router).await.expect("serving");
    });
}
