//! Snapshots: the state of a stream at a version, so that not all its events need be read.

use crate::dialect::{reading, writing};
use crate::error::EventsError;
use crate::event::Payload;
use crate::store::Store;
use crate::text::{StreamId, Tenant};

/// What the first `version` events of a stream came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// Version of the stream.
    pub version: u64,
    /// Version of the state's schema: of another than the reader's it is of no use.
    pub schema_version: u32,
    /// The state.
    pub state: Payload,
}

impl Store {
    /// Keeps a snapshot, unless there is one of a later version. It is only ever a shorter way: what
    /// counts are the events.
    pub async fn keep_snapshot(
        &self,
        tenant: &Tenant,
        stream: &StreamId,
        snapshot: &Snapshot,
    ) -> Result<(), EventsError> {
        const KEEP: &str = "INSERT INTO snapshots \
            (tenant, kind, id, version, schema_version, state) VALUES ($1, $2, $3, $4, $5, $6) \
            ON CONFLICT (tenant, kind, id) DO UPDATE SET version = excluded.version, \
            schema_version = excluded.schema_version, state = excluded.state \
            WHERE excluded.version >= snapshots.version";
        writing!(self, tenant, |conn, _| sqlx::query(KEEP)
            .bind(tenant.as_str())
            .bind(stream.kind())
            .bind(stream.id())
            .bind(snapshot.version as i64)
            .bind(i64::from(snapshot.schema_version))
            .bind(snapshot.state.as_str())
            .execute(conn)
            .await?
            .rows_affected());
        Ok(())
    }

    /// The snapshot of a stream.
    pub async fn snapshot(
        &self,
        tenant: &Tenant,
        stream: &StreamId,
    ) -> Result<Option<Snapshot>, EventsError> {
        const LATEST: &str = "SELECT version, schema_version, state FROM snapshots \
            WHERE tenant = $1 AND kind = $2 AND id = $3";
        let row: Option<(i64, i64, String)> = reading!(self, tenant, |conn| sqlx::query_as(LATEST)
            .bind(tenant.as_str())
            .bind(stream.kind())
            .bind(stream.id())
            .fetch_optional(conn)
            .await?);
        Ok(row.map(|(version, schema_version, state)| Snapshot {
            version: version as u64,
            schema_version: schema_version as u32,
            state: Payload::stored(state),
        }))
    }
}
