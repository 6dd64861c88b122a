//! Tenants: neither through the store nor past it does one see another.

use crate::bed::{
    acme, all, append, assert_sound, at, message, on_both, on_postgres, once, parcel, person,
};
use events::{Append, Expected, Payload, Snapshot, Store, Tenant, Wanted};
use sqlx::{AssertSqlSafe, PgConnection, Row};

fn other() -> Tenant {
    Tenant::new("other").unwrap()
}

async fn fill(store: &Store, tenant: &Tenant) {
    let mut append = Append { tenant: tenant.clone(), ..append("1", Expected::Any, 3) };
    append.once = Some(once("k", "one"));
    append.messages = vec![message("a", "1")];
    append.persons = vec![person("p-1", r#"{"name":"Ada"}"#)];
    store.append(append).await.unwrap();
    store.erase(tenant, "p-2", at(0)).await.unwrap();
    let state = Payload::new("{}").unwrap();
    let snapshot = Snapshot { version: 3, schema_version: 1, state };
    store.keep_snapshot(tenant, &parcel("1"), &snapshot).await.unwrap();
    store.project(tenant, &crate::projecting::Scans).await.unwrap();
}

#[test]
fn the_same_names_are_other_things_to_another_tenant() {
    on_both("tenants", &async |bed| {
        let store = bed.open().await;
        fill(&store, &acme()).await;
        assert_eq!(all(&store, &other()).await, []);
        assert_eq!(store.person(&other(), "p-1").await.unwrap(), None);
        assert_eq!(store.snapshot(&other(), &parcel("1")).await.unwrap(), None);
        assert_eq!(store.row(&other(), "scans", "parcel/1").await.unwrap(), None);
        let wanted = Wanted { topic: "webhook", lease_s: 1, limit: 9, attempts_max: 9 };
        assert_eq!(store.claim(&other(), wanted, at(0)).await.unwrap(), []);
        fill(&store, &other()).await;
        assert_eq!(all(&store, &other()).await[0].position, 1, "positions of its own");
        assert_eq!(store.tenants().await.unwrap(), [acme(), other()]);
        assert_sound(&store).await;
    });
}

const TABLES: [&str; 11] = [
    "tenants",
    "months",
    "streams",
    "events",
    "idempotency",
    "outbox",
    "persons",
    "erasures",
    "snapshots",
    "projections",
    "projection_rows",
];

async fn count(conn: &mut PgConnection, table: &str) -> i64 {
    let count = format!("SELECT count(*) FROM {table}");
    sqlx::query(AssertSqlSafe(count)).fetch_one(conn).await.unwrap().get(0)
}

async fn fault(conn: &mut PgConnection, statement: &str) -> String {
    let statement = AssertSqlSafe(statement.to_owned());
    sqlx::raw_sql(statement).execute(conn).await.unwrap_err().to_string()
}

#[test]
fn raw_sql_of_the_application_sees_its_tenant_only() {
    on_postgres("row_security", &async |bed| {
        let store = bed.open().await;
        fill(&store, &acme()).await;
        let mut conn = bed.owner().await;
        let listed: Vec<String> = sqlx::query_scalar(
            "SELECT relname::text FROM pg_class WHERE relnamespace = 'greenchain'::regnamespace \
            AND relkind IN ('r', 'p') AND NOT relispartition AND relname <> '_sqlx_migrations' ORDER BY 1",
        )
        .fetch_all(&mut conn)
        .await
        .unwrap();
        let mut known = TABLES.map(String::from);
        known.sort_unstable();
        assert_eq!(listed, known, "every table is looked at");
        sqlx::raw_sql("SET ROLE greenchain_app").execute(&mut conn).await.unwrap();
        for (tenant, n_rows) in [("acme", true), ("other", false), ("", false)] {
            let set = AssertSqlSafe(format!("SET app.tenant = '{tenant}'"));
            sqlx::raw_sql(set).execute(&mut conn).await.unwrap();
            for table in TABLES {
                assert_eq!(count(&mut conn, table).await > 0, n_rows, "{table} as `{tenant}`");
            }
        }
        sqlx::raw_sql("RESET app.tenant").execute(&mut conn).await.unwrap();
        assert_eq!(count(&mut conn, "events").await, 0, "as nobody");
    });
}

#[test]
fn raw_sql_of_the_application_cannot_write_to_another_or_change_an_event() {
    on_postgres("row_writes", &async |bed| {
        let store = bed.open().await;
        fill(&store, &acme()).await;
        let mut conn = bed.owner().await;
        let role = "SET ROLE greenchain_app; SET app.tenant = 'other'";
        sqlx::raw_sql(role).execute(&mut conn).await.unwrap();
        let month = at(0).month();
        for (statement, said) in [
            (
                "INSERT INTO persons VALUES ('acme', 'p-9', '{}', 0, NULL)".to_owned(),
                "violates row-level security policy",
            ),
            ("UPDATE events SET actor = 'me'".to_owned(), "permission denied"),
            ("DELETE FROM events".to_owned(), "permission denied"),
            ("TRUNCATE events".to_owned(), "permission denied"),
            (format!("SELECT * FROM events_{month}"), "permission denied"),
            (format!("SELECT * FROM events_{month}_0"), "permission denied"),
            ("ALTER TABLE events DISABLE ROW LEVEL SECURITY".to_owned(), "must be owner"),
            ("SELECT ensure_month(202613)".to_owned(), "no month: 202613"),
        ] {
            let fault = fault(&mut conn, &statement).await;
            assert!(fault.contains(said), "{statement}: {fault}");
        }
        let moved = sqlx::query("UPDATE persons SET data = '{}'").execute(&mut conn).await.unwrap();
        assert_eq!(moved.rows_affected(), 0);
        let gone = sqlx::query("DELETE FROM outbox").execute(&mut conn).await.unwrap();
        assert_eq!(gone.rows_affected(), 0);
    });
}

#[test]
fn a_login_that_does_not_own_the_tables_works_but_takes_no_backup() {
    on_postgres("app_login", &async |bed| {
        bed.open().await.close().await;
        bed.sql("DROP ROLE IF EXISTS clerk; CREATE ROLE clerk LOGIN IN ROLE greenchain_app").await;
        let url = bed.url();
        let (_, place) = url.split_once('@').unwrap();
        let store = Store::open(&format!("postgres://clerk@{place}")).await.unwrap();
        fill(&store, &acme()).await;
        assert_eq!(all(&store, &acme()).await.len(), 3);
        let fault = store.backup(&mut Vec::new()).await.unwrap_err().to_string();
        assert_eq!(fault, "login `clerk` does not own the tables. Give the URL of their owner");
        assert!(store.check(&[]).await.is_err());
        store.close().await;
        bed.sql("DROP ROLE clerk").await;
    });
}
