//! The outbox: what is to leave the house was written with the events, and leaves at least once.
//!
//! A message is claimed for a while. Its carrier says that it was delivered, or why not; if it says
//! nothing, the message is due again when the claim ends. Messages of one topic and key leave in their
//! order: the next waits until the one before it is delivered or dead.

use crate::append::Message;
use crate::clock::Timestamp;
use crate::dialect::{POSTGRES, SQLITE, reading, writing};
use crate::error::EventsError;
use crate::event::Payload;
use crate::store::{Backend, Store};
use crate::text::Tenant;

/// When a message that was not delivered is tried again, and when no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backoff {
    /// Wait after the first failure, in s; doubled after each further one.
    pub first_s: u32,
    /// The longest wait, in s.
    pub longest_s: u32,
    /// Attempts after which a message is dead.
    pub attempts_max: u32,
}

impl Backoff {
    /// Wait after so many attempts, in s; `None` where there is no further one.
    pub fn wait_s(&self, attempts: u32) -> Option<u32> {
        if attempts >= self.attempts_max {
            return None;
        }
        let doublings = attempts.saturating_sub(1).min(31);
        let wait = u64::from(self.first_s) << doublings;
        Some(wait.min(u64::from(self.longest_s)) as u32)
    }
}

/// What a carrier asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted<'a> {
    /// The topic.
    pub topic: &'a str,
    /// How long the messages are the carrier's, in s.
    pub lease_s: u32,
    /// At most so many.
    pub limit: u32,
    /// As in [`Backoff::attempts_max`].
    pub attempts_max: u32,
}

/// A message in the hands of its carrier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claimed {
    /// Number among the messages of the tenant.
    pub seq: u64,
    /// Which attempt this is, from 1. Who claims it after us has a higher one, and our word no longer
    /// counts.
    pub attempt: u32,
    /// The message.
    pub message: Message,
}

/// A message that was given up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadLetter {
    /// Number among the messages of the tenant.
    pub seq: u64,
    /// Attempts made.
    pub attempts: u32,
    /// What the last one failed of.
    pub fault: String,
    /// The message.
    pub message: Message,
}

impl Store {
    /// Tenants with messages that are due. Some may have to wait for others of their key.
    pub async fn tenants_with_messages(&self, now: Timestamp) -> Result<Vec<Tenant>, EventsError> {
        let names: Vec<String> = match &self.backend {
            Backend::Sqlite(database) => {
                let mut transaction = database.reading().await?;
                let query = sqlx::query_scalar(SQLITE.outbox_tenants).bind(now.micros());
                query.fetch_all(&mut *transaction).await?
            }
            Backend::Postgres(database) => {
                let query = sqlx::query_scalar(POSTGRES.outbox_tenants).bind(now.micros());
                query.fetch_all(database.application()).await?
            }
        };
        names.iter().map(|name| Tenant::new(name)).collect()
    }

    /// Takes messages that are due; by number. One whose carriers never came back, `attempts_max` times,
    /// is dead.
    pub async fn claim(
        &self,
        tenant: &Tenant,
        wanted: Wanted<'_>,
        now: Timestamp,
    ) -> Result<Vec<Claimed>, EventsError> {
        const GIVE_UP: &str = "UPDATE outbox SET dead = 1, fault = 'its carriers never came back' \
            WHERE tenant = $1 AND topic = $2 AND dead = 0 AND due_at <= $3 AND attempts >= $4";
        let until = now.plus_seconds(i64::from(wanted.lease_s));
        let mut rows: Vec<(i64, String, String, i64)> = writing!(self, tenant, |conn, dialect| {
            sqlx::query(GIVE_UP)
                .bind(tenant.as_str())
                .bind(wanted.topic)
                .bind(now.micros())
                .bind(i64::from(wanted.attempts_max))
                .execute(&mut *conn)
                .await?;
            sqlx::query_as(dialect.claim)
                .bind(tenant.as_str())
                .bind(now.micros())
                .bind(until.micros())
                .bind(wanted.topic)
                .bind(i64::from(wanted.limit))
                .fetch_all(conn)
                .await?
        });
        rows.sort_unstable_by_key(|row| row.0);
        let claimed = |(seq, key, payload, attempts): (i64, String, String, i64)| Claimed {
            seq: seq as u64,
            attempt: attempts as u32,
            message: Message { topic: wanted.topic.into(), key, payload: Payload::stored(payload) },
        };
        Ok(rows.into_iter().map(claimed).collect())
    }

    /// The message was delivered: it goes. False if it was no longer ours.
    pub async fn delivered(&self, tenant: &Tenant, claimed: &Claimed) -> Result<bool, EventsError> {
        const GONE: &str =
            "DELETE FROM outbox WHERE tenant = $1 AND seq = $2 AND attempts = $3 AND dead = 0";
        let n_rows = writing!(self, tenant, |conn, _| sqlx::query(GONE)
            .bind(tenant.as_str())
            .bind(claimed.seq as i64)
            .bind(i64::from(claimed.attempt))
            .execute(conn)
            .await?
            .rows_affected());
        Ok(n_rows == 1)
    }

    /// The carrier goes on with a message: it stays the carrier's for so long from now. False: it is
    /// no longer the carrier's, who should let go.
    pub async fn extend(
        &self,
        tenant: &Tenant,
        claimed: &Claimed,
        lease_s: u32,
        now: Timestamp,
    ) -> Result<bool, EventsError> {
        const LONGER: &str = "UPDATE outbox SET due_at = $4 \
            WHERE tenant = $1 AND seq = $2 AND attempts = $3 AND dead = 0";
        let n_rows = writing!(self, tenant, |conn, _| sqlx::query(LONGER)
            .bind(tenant.as_str())
            .bind(claimed.seq as i64)
            .bind(i64::from(claimed.attempt))
            .bind(now.plus_seconds(i64::from(lease_s)).micros())
            .execute(conn)
            .await?
            .rows_affected());
        Ok(n_rows == 1)
    }

    /// The message was not delivered: it is tried again later, or dead. False if it was no longer ours.
    pub async fn undelivered(
        &self,
        tenant: &Tenant,
        claimed: &Claimed,
        backoff: Backoff,
        now: Timestamp,
        fault: &str,
    ) -> Result<bool, EventsError> {
        const LATER: &str = "UPDATE outbox SET due_at = $4, dead = $5, fault = $6 \
            WHERE tenant = $1 AND seq = $2 AND attempts = $3 AND dead = 0";
        let wait_s = backoff.wait_s(claimed.attempt);
        let due_at = now.plus_seconds(i64::from(wait_s.unwrap_or_default()));
        let fault: String = fault.chars().filter(|letter| *letter != '\0').take(1_000).collect();
        let n_rows = writing!(self, tenant, |conn, _| sqlx::query(LATER)
            .bind(tenant.as_str())
            .bind(claimed.seq as i64)
            .bind(i64::from(claimed.attempt))
            .bind(due_at.micros())
            .bind(i64::from(wait_s.is_none()))
            .bind(&fault)
            .execute(conn)
            .await?
            .rows_affected());
        Ok(n_rows == 1)
    }

    /// Up to `limit` dead letters after a number, by number.
    pub async fn dead_letters(
        &self,
        tenant: &Tenant,
        after: u64,
        limit: u32,
    ) -> Result<Vec<DeadLetter>, EventsError> {
        const DEAD: &str = "SELECT seq, topic, key, payload, attempts, fault FROM outbox \
            WHERE tenant = $1 AND dead = 1 AND seq > $2 ORDER BY seq LIMIT $3";
        type Row = (i64, String, String, String, i64, Option<String>);
        let rows: Vec<Row> = reading!(self, tenant, |conn| sqlx::query_as(DEAD)
            .bind(tenant.as_str())
            .bind(after as i64)
            .bind(i64::from(limit))
            .fetch_all(conn)
            .await?);
        let letter = |(seq, topic, key, payload, attempts, fault): Row| DeadLetter {
            seq: seq as u64,
            attempts: attempts as u32,
            fault: fault.unwrap_or_default(),
            message: Message { topic, key, payload: Payload::stored(payload) },
        };
        Ok(rows.into_iter().map(letter).collect())
    }

    /// A dead letter is to be tried again, from the first attempt. False if there is none of that number.
    pub async fn revive(
        &self,
        tenant: &Tenant,
        seq: u64,
        now: Timestamp,
    ) -> Result<bool, EventsError> {
        const AGAIN: &str = "UPDATE outbox SET dead = 0, attempts = 0, due_at = $3 \
            WHERE tenant = $1 AND seq = $2 AND dead = 1";
        let n_rows = writing!(self, tenant, |conn, _| sqlx::query(AGAIN)
            .bind(tenant.as_str())
            .bind(seq as i64)
            .bind(now.micros())
            .execute(conn)
            .await?
            .rows_affected());
        Ok(n_rows == 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_longest_and_then_end() {
        let backoff = Backoff { first_s: 5, longest_s: 60, attempts_max: 6 };
        let waits: Vec<Option<u32>> = (1..=6).map(|attempts| backoff.wait_s(attempts)).collect();
        assert_eq!(waits, [Some(5), Some(10), Some(20), Some(40), Some(60), None]);
        let patient = Backoff { first_s: u32::MAX, longest_s: u32::MAX, attempts_max: u32::MAX };
        assert_eq!(patient.wait_s(4_000_000_000), Some(u32::MAX), "no overflow");
    }
}
