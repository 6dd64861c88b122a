//! Reading events.

use crate::clock::Timestamp;
use crate::dialect::{events_after, reading, reading_as};
use crate::digest::Digest;
use crate::error::EventsError;
use crate::event::{Event, EventId, Payload};
use crate::plan::Kept;
use crate::store::Store;
use crate::text::{StreamId, Tenant};

/// Position, kind, id, version, type, schema version, time, actor, correlation, causation, payload,
/// digest.
pub(crate) type EventRow = (
    i64,
    String,
    String,
    i64,
    String,
    i64,
    i64,
    String,
    Option<String>,
    Option<Vec<u8>>,
    String,
    Vec<u8>,
);

/// Key, request, answer, first and last position, time.
pub(crate) type KeptRow = (String, Vec<u8>, String, i64, i64, i64);

/// The months in which the first and the last of `$3` events after position `$2` lie: there are no gaps.
pub(crate) const MONTHS_AFTER: &str = "SELECT \
    coalesce(max(month) FILTER (WHERE first_position <= $2 + 1), 0), coalesce(max(month), 0) \
    FROM months WHERE tenant = $1 AND first_position <= $2 + $3";

/// Events of a tenant after position `$2`, in order, of months `$4` to `$5`.
pub(crate) const EVENTS_AFTER: &str = "SELECT position, kind, id, version, event_type, \
    schema_version, recorded_at, actor, correlation, causation, payload, digest FROM events \
    WHERE tenant = $1 AND position > $2 AND month BETWEEN $4 AND $5 \
    ORDER BY position LIMIT $3";

const STREAM_MONTHS: &str =
    "SELECT first_month, last_month FROM streams WHERE tenant = $1 AND kind = $2 AND id = $3";

const STREAM_AFTER: &str = "SELECT position, kind, id, version, event_type, schema_version, \
    recorded_at, actor, correlation, causation, payload, digest FROM events \
    WHERE tenant = $1 AND kind = $2 AND id = $3 AND version > $4 \
    AND month BETWEEN $6 AND $7 ORDER BY version LIMIT $5";

pub(crate) fn stored_digest(place: &'static str, bytes: Vec<u8>) -> Result<Digest, EventsError> {
    let n_bytes = bytes.len();
    let bytes = bytes.try_into();
    let fault = |_| EventsError::Stored { place, fault: format!("{n_bytes} bytes, not 32") };
    bytes.map(Digest::from_bytes).map_err(fault)
}

pub(crate) fn event(tenant: &Tenant, row: EventRow) -> Result<Event, EventsError> {
    let causation = row.9.map(|bytes| {
        let fault = format!("{} bytes, not 16", bytes.len());
        let bytes = bytes.try_into();
        bytes
            .map(EventId::from_bytes)
            .map_err(|_| EventsError::Stored { place: "events.causation", fault })
    });
    Ok(Event {
        tenant: tenant.clone(),
        position: row.0 as u64,
        stream: StreamId::new(&row.1, &row.2)?,
        version: row.3 as u64,
        event_type: row.4,
        schema_version: row.5 as u32,
        recorded_at: Timestamp::from_micros(row.6),
        actor: row.7,
        correlation: row.8,
        causation: causation.transpose()?,
        payload: Payload::stored(row.10),
        digest: stored_digest("events.digest", row.11)?,
    })
}

pub(crate) fn kept(row: KeptRow) -> Result<Kept, EventsError> {
    Ok(Kept {
        key: row.0,
        request: stored_digest("idempotency.request", row.1)?,
        answer: row.2,
        first: row.3 as u64,
        last: row.4 as u64,
        recorded_at: Timestamp::from_micros(row.5),
    })
}

impl Store {
    /// Up to `limit` events of a tenant after a position (0: from the first), in their order. None is
    /// ever missed: a position is visible only once all before it are.
    pub async fn events(
        &self,
        tenant: &Tenant,
        after: u64,
        limit: u32,
    ) -> Result<Vec<Event>, EventsError> {
        let rows: Vec<EventRow> =
            reading!(self, tenant, |conn| events_after!(conn, tenant, after, limit));
        rows.into_iter().map(|row| event(tenant, row)).collect()
    }

    /// Up to `limit` events of a stream after a version (0: from the first), in their order.
    pub async fn stream(
        &self,
        tenant: &Tenant,
        stream: &StreamId,
        after: u64,
        limit: u32,
    ) -> Result<Vec<Event>, EventsError> {
        let rows: Vec<EventRow> = reading!(self, tenant, |conn| {
            let months: Option<(i64, i64)> = sqlx::query_as(STREAM_MONTHS)
                .bind(tenant.as_str())
                .bind(stream.kind())
                .bind(stream.id())
                .fetch_optional(&mut *conn)
                .await?;
            match months {
                None => Vec::new(),
                Some((first, last)) => {
                    sqlx::query_as(STREAM_AFTER)
                        .bind(tenant.as_str())
                        .bind(stream.kind())
                        .bind(stream.id())
                        .bind(after as i64)
                        .bind(i64::from(limit))
                        .bind(first)
                        .bind(last)
                        .fetch_all(&mut *conn)
                        .await?
                }
            }
        });
        rows.into_iter().map(|row| event(tenant, row)).collect()
    }

    /// Version of a stream; 0 where it does not exist.
    pub async fn version(&self, tenant: &Tenant, stream: &StreamId) -> Result<u64, EventsError> {
        const VERSION: &str =
            "SELECT version FROM streams WHERE tenant = $1 AND kind = $2 AND id = $3";
        let version: Option<i64> = reading!(self, tenant, |conn| sqlx::query_scalar(VERSION)
            .bind(tenant.as_str())
            .bind(stream.kind())
            .bind(stream.id())
            .fetch_optional(conn)
            .await?);
        Ok(version.unwrap_or_default() as u64)
    }

    /// Versions of streams; those that do not exist are left out.
    pub async fn versions(
        &self,
        tenant: &Tenant,
        streams: &[StreamId],
    ) -> Result<Vec<(StreamId, u64)>, EventsError> {
        let names: Vec<[&str; 2]> =
            streams.iter().map(|stream| [stream.kind(), stream.id()]).collect();
        let asked = serde_json::json!(names).to_string();
        let rows: Vec<(String, String, i64)> =
            reading_as!(self, tenant, |conn, dialect| sqlx::query_as(dialect.versions)
                .bind(tenant.as_str())
                .bind(asked)
                .fetch_all(conn)
                .await?);
        rows.into_iter()
            .map(|(kind, id, version)| Ok((StreamId::new(&kind, &id)?, version as u64)))
            .collect()
    }

    /// Position and digest of a tenant's last event; 0 and [`Digest::ZERO`] before the first.
    pub async fn head(&self, tenant: &Tenant) -> Result<(u64, Digest), EventsError> {
        const HEAD: &str = "SELECT position, digest FROM tenants WHERE tenant = $1";
        let row: Option<(i64, Vec<u8>)> = reading!(self, tenant, |conn| sqlx::query_as(HEAD)
            .bind(tenant.as_str())
            .fetch_optional(conn)
            .await?);
        match row {
            Some((position, digest)) => {
                Ok((position as u64, stored_digest("tenants.digest", digest)?))
            }
            None => Ok((0, Digest::ZERO)),
        }
    }

    /// What was answered under an idempotency key, so that a request need not be worked on again.
    /// Refused if the key was used for another request.
    pub async fn answered(
        &self,
        tenant: &Tenant,
        key: &str,
        request: &Digest,
    ) -> Result<Option<Kept>, EventsError> {
        const KEPT: &str = "SELECT key, request, answer, first_position, last_position, recorded_at \
            FROM idempotency WHERE tenant = $1 AND key = $2";
        let row: Option<KeptRow> = reading!(self, tenant, |conn| sqlx::query_as(KEPT)
            .bind(tenant.as_str())
            .bind(key)
            .fetch_optional(conn)
            .await?);
        match row.map(kept).transpose()? {
            Some(kept) if kept.request != *request => {
                Err(EventsError::KeyReused { key: key.into() })
            }
            other => Ok(other),
        }
    }
}
