//! Retention: what is not an event goes when its time has come.

use crate::clock::Timestamp;
use crate::dialect::{reading, writing};
use crate::error::EventsError;
use crate::store::Store;
use crate::text::Tenant;

/// Persons erased in one run.
const PERSONS: i64 = 1_000;

/// How long what is kept, in s.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// Idempotency keys. A request sent again after that takes effect again.
    pub keys_s: u32,
    /// Dead letters.
    pub dead_letters_s: u32,
}

/// What has gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Expired {
    /// Idempotency keys.
    pub n_keys: u64,
    /// Dead letters.
    pub n_dead_letters: u64,
    /// Persons past the date that came with their data: erased.
    pub n_persons: u64,
}

impl Store {
    /// Removes what has been kept long enough. At most a thousand persons at a time: ask again while
    /// there are some. Events stay.
    pub async fn expire(
        &self,
        tenant: &Tenant,
        retention: Retention,
        now: Timestamp,
    ) -> Result<Expired, EventsError> {
        const KEYS: &str = "DELETE FROM idempotency WHERE tenant = $1 AND recorded_at < $2";
        const LETTERS: &str =
            "DELETE FROM outbox WHERE tenant = $1 AND dead = 1 AND recorded_at < $2";
        const DUE: &str = "SELECT person FROM persons \
            WHERE tenant = $1 AND keep_until < $2 ORDER BY keep_until, person LIMIT $3";
        let before = |age_s: u32| now.plus_seconds(-i64::from(age_s)).micros();
        let (n_keys, n_dead_letters) = writing!(self, tenant, |conn, _| {
            let keys = sqlx::query(KEYS).bind(tenant.as_str()).bind(before(retention.keys_s));
            let n_keys = keys.execute(&mut *conn).await?.rows_affected();
            let letters = sqlx::query(LETTERS).bind(tenant.as_str());
            let letters = letters.bind(before(retention.dead_letters_s));
            (n_keys, letters.execute(&mut *conn).await?.rows_affected())
        });
        let due: Vec<String> = reading!(self, tenant, |conn| sqlx::query_scalar(DUE)
            .bind(tenant.as_str())
            .bind(now.micros())
            .bind(PERSONS)
            .fetch_all(conn)
            .await?);
        let mut n_persons = 0;
        for person in due {
            n_persons += u64::from(self.erase(tenant, &person, now).await?);
        }
        Ok(Expired { n_keys, n_dead_letters, n_persons })
    }
}
