//! What can go wrong at the store's edge.

use crate::append::Expected;
use crate::text::StreamId;
use std::sync::Arc;

/// A refusal or a fault. Refusals ([`EventsError::Conflict`], [`EventsError::KeyReused`],
/// [`EventsError::Erased`]) have written nothing.
#[derive(Debug, Clone, thiserror::Error)]
pub enum EventsError {
    /// A text, number or size that the store does not take.
    #[error("{field} is `{value}`: {fault}. {mend}")]
    Text {
        /// Which part of what was asked for.
        field: &'static str,
        /// The value, cut to a readable length.
        value: String,
        /// What is wrong with it.
        fault: &'static str,
        /// What would be right.
        mend: &'static str,
    },
    /// Somebody else wrote to the stream in between.
    #[error(
        "stream {stream} is at version {actual}, not at {expected}. Read it again and decide anew"
    )]
    Conflict {
        /// The stream.
        stream: StreamId,
        /// The version that the writer knew.
        expected: Expected,
        /// The version that it has.
        actual: u64,
    },
    /// An idempotency key came with another request than the first time.
    #[error(
        "idempotency key `{key}` was used for another request. Take a new key for a new request"
    )]
    KeyReused {
        /// The key.
        key: String,
    },
    /// Data of a person that was erased.
    #[error("person `{person}` was erased. A person who comes back gets a new id")]
    Erased {
        /// The id of the person.
        person: String,
    },
    /// The rows of a projection were made by other code.
    #[error("projection `{name}` holds rows of revision {found}, not {wanted}. Rebuild it")]
    Revision {
        /// Name of the projection.
        name: String,
        /// Revision of the rows that are there.
        found: u32,
        /// Revision of the code.
        wanted: u32,
    },
    /// A projection could not take an event.
    #[error("projection `{name}` stops at position {position}: {fault}")]
    Apply {
        /// Name of the projection.
        name: String,
        /// Position of the event.
        position: u64,
        /// What the projection says.
        fault: String,
    },
    /// Another rebuild of the same projection took over.
    #[error("another rebuild of projection `{name}` took over. Wait for it to end")]
    Superseded {
        /// Name of the projection.
        name: String,
    },
    /// A backup that cannot be read.
    #[error("backup, line {line}: {fault}. Take another backup")]
    Backup {
        /// Line of the file, from 1.
        line: u64,
        /// What is wrong with it.
        fault: String,
    },
    /// A store that is not empty cannot be restored into.
    #[error("the store already has tenants. Restore into an empty one")]
    NotEmpty,
    /// The login may not see all tenants.
    #[error("login `{login}` does not own the tables. Give the URL of their owner")]
    NotOwner {
        /// Name of the login.
        login: String,
    },
    /// A value that the store itself cannot have written.
    #[error("{place} holds {fault}. Run a check of the store")]
    Stored {
        /// Which column.
        place: &'static str,
        /// What is in it.
        fault: String,
    },
    /// A URL of no kind that the store knows.
    #[error(
        "database URL `{url}`: neither sqlite nor postgres. Write sqlite://FILE or postgres://…"
    )]
    Url {
        /// The URL, without its password.
        url: String,
    },
    /// The store was closed.
    #[error("the event store is closed")]
    Closed,
    /// The database refused or could not be reached. What was asked for may or may not have happened:
    /// ask again with the same idempotency key.
    #[error("database: {0}")]
    Database(Arc<sqlx::Error>),
    /// A migration failed.
    #[error("migration: {0}")]
    Migration(Arc<sqlx::migrate::MigrateError>),
    /// Reading or writing a backup.
    #[error("backup: {0}")]
    Io(Arc<std::io::Error>),
}

impl From<sqlx::Error> for EventsError {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(Arc::new(error))
    }
}

impl From<sqlx::migrate::MigrateError> for EventsError {
    fn from(error: sqlx::migrate::MigrateError) -> Self {
        Self::Migration(Arc::new(error))
    }
}

impl From<std::io::Error> for EventsError {
    fn from(error: std::io::Error) -> Self {
        Self::Io(Arc::new(error))
    }
}
