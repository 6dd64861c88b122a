//! Migrations: each on the data of the version before it.

use crate::bed::{Bed, acme, all, append, assert_sound, at, on_both, once, parcel, runtime};
use events::{Append, Expected, Store, Wanted};
use serde_json::Value;
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{Connection, PgConnection, SqlSafeStr, SqliteConnection};

macro_rules! migrations {
    ($folder:literal) => {
        [
            include_str!(concat!("../../migrations/", $folder, "/0001_streams.sql")),
            include_str!(concat!("../../migrations/", $folder, "/0002_outbox_persons.sql")),
            include_str!(concat!("../../migrations/", $folder, "/0003_projections.sql")),
        ]
    };
}

/// Rows of the version, a JSON object each: `table` and its columns; bytes begin with `x:`.
const DATA: [&str; 2] =
    [include_str!("../golden/data_v1.jsonl"), include_str!("../golden/data_v2.jsonl")];

fn migrator(sources: [&'static str; 3]) -> Migrator {
    let migrations = sources.into_iter().zip(1..).map(|(sql, version)| {
        Migration::new(version, "".into(), MigrationType::Simple, sql.into_sql_str(), false)
    });
    Migrator::with_migrations(migrations.collect())
}

fn inserts(bed: &Bed, data: &str) -> String {
    let insert = |line: &str| {
        let row: Value = serde_json::from_str(line).unwrap();
        let (mut names, mut values) = (Vec::new(), Vec::new());
        for (name, value) in row.as_object().unwrap().iter().filter(|(name, _)| *name != "table") {
            names.push(name.as_str());
            values.push(match value {
                Value::String(text) => match text.strip_prefix("x:") {
                    Some(digits) if bed.is_sqlite() => format!("x'{digits}'"),
                    Some(digits) => format!("'\\x{digits}'"),
                    None => format!("'{text}'"),
                },
                other => other.to_string(),
            });
        }
        let schema = if bed.is_sqlite() { "" } else { "greenchain." };
        let table = row["table"].as_str().unwrap();
        let (names, values) = (names.join(", "), values.join(", "));
        format!("INSERT INTO {schema}{table} ({names}) VALUES ({values});\n")
    };
    data.lines().map(insert).collect()
}

/// A store as the version left it.
async fn of_version(bed: &Bed, version: i64) {
    if bed.is_sqlite() {
        let url = format!("{}?mode=rwc", bed.url());
        let mut conn = SqliteConnection::connect(&url).await.unwrap();
        migrator(migrations!("sqlite")).run_to(version, &mut conn).await.unwrap();
        conn.close().await.unwrap();
    } else {
        let mut conn = PgConnection::connect(&bed.url()).await.unwrap();
        let path = "CREATE SCHEMA greenchain; SET search_path = greenchain";
        sqlx::raw_sql(path).execute(&mut conn).await.unwrap();
        migrator(migrations!("postgres")).run_to(version, &mut conn).await.unwrap();
        sqlx::raw_sql("SELECT ensure_month(202611)").execute(&mut conn).await.unwrap();
        conn.close().await.unwrap();
    }
    bed.sql(&inserts(bed, DATA[version as usize - 1])).await;
}

async fn assert_goes_on(store: &Store) {
    assert_sound(store).await;
    let events = all(store, &acme()).await;
    assert_eq!(events.len(), 3);
    assert_eq!(events[2].payload.as_str(), r#"{"n":0, "who":"p-1"}"#);
    let again = Append { once: Some(once("k", "one")), ..append("1", Expected::Any, 1) };
    assert!(store.append(again).await.unwrap().replayed, "the key is known");
    store.append(append("1", Expected::Version(2), 1)).await.unwrap();
    assert_eq!(store.version(&acme(), &parcel("1")).await.unwrap(), 3);
    store.project(&acme(), &crate::projecting::Scans).await.unwrap();
    assert_sound(store).await;
}

#[test]
fn a_store_of_the_first_version_goes_on() {
    on_both("migrate_v1", &async |bed| {
        of_version(bed, 1).await;
        assert_goes_on(&bed.open().await).await;
    });
}

#[test]
fn a_store_of_the_second_version_goes_on() {
    on_both("migrate_v2", &async |bed| {
        of_version(bed, 2).await;
        let store = bed.open().await;
        assert!(store.person(&acme(), "p-1").await.unwrap().is_some());
        let wanted = Wanted { topic: "webhook", lease_s: 1, limit: 9, attempts_max: 9 };
        assert_eq!(store.claim(&acme(), wanted, at(0)).await.unwrap().len(), 1);
        assert_goes_on(&store).await;
    });
}

#[test]
fn a_store_of_a_later_release_or_with_another_past_is_not_opened() {
    on_both("migrate_refused", &async |bed| {
        bed.open().await.close().await;
        let table =
            if bed.is_sqlite() { "_sqlx_migrations" } else { "greenchain._sqlx_migrations" };
        let bytes = if bed.is_sqlite() { "x'00'" } else { "'\\x00'" };
        bed.sql(&format!(
            "INSERT INTO {table} (version, description, success, checksum, execution_time) \
            VALUES (4, 'later', true, {bytes}, 0)"
        ))
        .await;
        let fault = Store::open(&bed.url()).await.unwrap_err().to_string();
        assert!(fault.contains("migration 4 was previously applied but is missing"), "{fault}");
        bed.sql(&format!("DELETE FROM {table} WHERE version = 4")).await;
        bed.open().await.close().await;
        bed.sql(&format!("UPDATE {table} SET checksum = {bytes} WHERE version = 2")).await;
        let fault = Store::open(&bed.url()).await.unwrap_err().to_string();
        assert!(
            fault.contains("migration 2 was previously applied but has been modified"),
            "{fault}"
        );
    });
}

#[test]
fn what_is_no_store_is_said_plainly() {
    runtime().block_on(async {
        let fault = Store::open("mysql://me:secret@there/db").await.unwrap_err().to_string();
        assert!(fault.starts_with("database URL `mysql`: neither"), "{fault}");
        let bed = Bed::sqlite("no_store");
        let Bed::Sqlite { folder } = &bed else { unreachable!() };
        let mut file = std::fs::File::create(folder.join("store.db")).unwrap();
        std::io::Write::write_all(&mut file, &[7; 5_000]).unwrap();
        assert!(Store::open(&bed.url()).await.unwrap_err().to_string().contains("not a database"));
    });
}
