//! Personal data: beside the events, not in them, so that it can go and they stay valid.

use crate::append::Person;
use crate::clock::Timestamp;
use crate::dialect::{reading, reading_as, writing};
use crate::error::EventsError;
use crate::event::Payload;
use crate::store::{Backend, Store};
use crate::text::Tenant;
use std::collections::BTreeMap;

pub(crate) const DROP: &str = "DELETE FROM persons WHERE tenant = $1 AND person = $2";
pub(crate) const ERASED: &str = "INSERT INTO erasures (tenant, person, erased_at) \
    VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";

impl Store {
    /// The data of a person; `None` where it was never there, or erased.
    pub async fn person(
        &self,
        tenant: &Tenant,
        person: &str,
    ) -> Result<Option<Person>, EventsError> {
        const PERSON: &str =
            "SELECT data, keep_until FROM persons WHERE tenant = $1 AND person = $2";
        let row: Option<(String, Option<i64>)> =
            reading!(self, tenant, |conn| sqlx::query_as(PERSON)
                .bind(tenant.as_str())
                .bind(person)
                .fetch_optional(conn)
                .await?);
        Ok(row.map(|(data, keep_until)| Person {
            person: person.into(),
            data: Payload::stored(data),
            keep_until: keep_until.map(Timestamp::from_micros),
        }))
    }

    /// The data of persons by id; who was never there, or erased, is left out.
    pub async fn persons(
        &self,
        tenant: &Tenant,
        persons: &[String],
    ) -> Result<BTreeMap<String, Payload>, EventsError> {
        let asked = serde_json::json!(persons).to_string();
        let rows: Vec<(String, String)> =
            reading_as!(self, tenant, |conn, dialect| sqlx::query_as(dialect.persons)
                .bind(tenant.as_str())
                .bind(asked)
                .fetch_all(conn)
                .await?);
        Ok(rows.into_iter().map(|(person, data)| (person, Payload::stored(data))).collect())
    }

    /// Erases a person: the data goes, and no more may come under that id. True if there was any.
    ///
    /// On SQLite the bytes are overwritten, in the log too. On PostgreSQL they go with the next `VACUUM`
    /// and the rotation of the server's log. Backups taken before hold them still.
    pub async fn erase(
        &self,
        tenant: &Tenant,
        person: &str,
        now: Timestamp,
    ) -> Result<bool, EventsError> {
        let n_rows = writing!(self, tenant, |conn, _| {
            let erased = sqlx::query(ERASED).bind(tenant.as_str()).bind(person).bind(now.micros());
            erased.execute(&mut *conn).await?;
            let gone = sqlx::query(DROP).bind(tenant.as_str()).bind(person);
            gone.execute(&mut *conn).await?.rows_affected()
        });
        if let Backend::Sqlite(database) = &self.backend {
            database.truncate_log().await?;
        }
        Ok(n_rows == 1)
    }

    /// The persons of a tenant that were erased, by id: to be erased again after a restore from a backup
    /// that was taken before.
    pub async fn erasures(&self, tenant: &Tenant) -> Result<Vec<(String, Timestamp)>, EventsError> {
        const ALL: &str =
            "SELECT person, erased_at FROM erasures WHERE tenant = $1 ORDER BY person";
        let rows: Vec<(String, i64)> = reading!(self, tenant, |conn| sqlx::query_as(ALL)
            .bind(tenant.as_str())
            .fetch_all(conn)
            .await?);
        Ok(rows.into_iter().map(|(who, at)| (who, Timestamp::from_micros(at))).collect())
    }
}
