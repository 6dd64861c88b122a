//! Migrations: forward only, inside the binary, each in a transaction of its own.
//!
//! One that was released is never edited: its checksum is kept in the database, and a store that does
//! not match, or is of a later release, is not opened.

use sqlx::SqlSafeStr;
use sqlx::migrate::{Migration, MigrationType, Migrator};

const SQLITE: [(&str, &str); 3] = [
    ("streams", include_str!("../migrations/sqlite/0001_streams.sql")),
    ("outbox and persons", include_str!("../migrations/sqlite/0002_outbox_persons.sql")),
    ("projections", include_str!("../migrations/sqlite/0003_projections.sql")),
];

const POSTGRES: [(&str, &str); 3] = [
    ("streams", include_str!("../migrations/postgres/0001_streams.sql")),
    ("outbox and persons", include_str!("../migrations/postgres/0002_outbox_persons.sql")),
    ("projections", include_str!("../migrations/postgres/0003_projections.sql")),
];

/// Version of the schema that this code speaks.
pub(crate) const SCHEMA: i64 = SQLITE.len() as i64;
const _: () = assert!(SQLITE.len() == POSTGRES.len());

fn migrator(sources: [(&'static str, &'static str); 3]) -> Migrator {
    let migrations = sources.into_iter().zip(1..).map(|((what, sql), version)| {
        Migration::new(version, what.into(), MigrationType::Simple, sql.into_sql_str(), false)
    });
    Migrator::with_migrations(migrations.collect())
}

pub(crate) fn sqlite() -> Migrator {
    migrator(SQLITE)
}

pub(crate) fn postgres() -> Migrator {
    let mut migrator = migrator(POSTGRES);
    migrator.create_schema("greenchain");
    migrator
}
