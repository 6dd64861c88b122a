//! An independent judge of a store: reads all of it in one snapshot and believes nothing.
//!
//! What it proves: no event was altered, removed, inserted or moved since its tenant's chain was last
//! closed; positions and versions have no gaps; what stands beside the events (streams, keys, outbox,
//! checkpoints) agrees with them. What it does not prove: that nobody with the right to write all tables
//! wrote the whole chain anew. Against that, keep an [`Anchor`] where they cannot write and hand it in.

use crate::clock::Timestamp;
use crate::dialect::surveying;
use crate::digest::{Digest, link};
use crate::error::EventsError;
use crate::event::{Event, Payload};
use crate::read::{EVENTS_AFTER, EventRow, event, stored_digest};
use crate::store::Store;
use crate::text::Tenant;

/// Events read at a time.
const STEP: i64 = 5_000;
/// Findings after which a tenant's are no longer counted out.
const FINDINGS_MAX: usize = 100;

/// A tenant's chain at a position, as it was told to somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Anchor {
    /// Whose.
    pub tenant: Tenant,
    /// Position of an event.
    pub position: u64,
    /// Its digest.
    pub digest: Digest,
}

/// Something that is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Whose.
    pub tenant: Tenant,
    /// Where: `position 17`, `stream parcel/P-1`, …
    pub place: String,
    /// What is wrong.
    pub fault: String,
}

/// What a check found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Checked {
    /// Events read.
    pub n_events: u64,
    /// The end of each tenant's chain: to be kept elsewhere, and handed in at the next check.
    pub heads: Vec<Anchor>,
    /// All that is wrong; none: the store is sound.
    pub findings: Vec<Finding>,
}

/// Questions about what stands beside the events; each row that comes back is a finding: its place and
/// its fault. `$1` is the tenant.
///
/// Streams are told and counted in one grouping: as joins, on a planner's wrong guess, they took minutes
/// for what takes seconds.
const BESIDE: [&str; 5] = [
    "SELECT 'stream ' || kind || '/' || id, 'is said to be at version ' || coalesce(max(said), 0) \
        || ' of months ' || coalesce(max(said_first), 0) || ' to ' || coalesce(max(said_last), 0) \
        || ', its ' || count(version) || ' events are versions ' || coalesce(min(version), 0) \
        || ' to ' || coalesce(max(version), 0) || ' of months ' || coalesce(min(month), 0) \
        || ' to ' || coalesce(max(month), 0) FROM (SELECT kind, id, version AS said, \
        first_month AS said_first, last_month AS said_last, NULL AS version, NULL AS month \
        FROM streams WHERE tenant = $1 UNION ALL SELECT kind, id, NULL, NULL, NULL, version, month \
        FROM events WHERE tenant = $1) AS told GROUP BY kind, id \
        HAVING max(said) IS DISTINCT FROM max(version) OR count(version) <> max(version) \
        OR min(version) <> 1 OR max(said_first) IS DISTINCT FROM min(month) \
        OR max(said_last) IS DISTINCT FROM max(month) ORDER BY kind, id LIMIT 100",
    "SELECT 'month ' || e.month, 'begins at position ' || e.first || ', not where it is said' \
        FROM (SELECT month, min(position) AS first FROM events WHERE tenant = $1 GROUP BY month) AS e \
        LEFT JOIN months AS m ON m.tenant = $1 AND m.month = e.month \
        WHERE m.first_position IS DISTINCT FROM e.first LIMIT 100",
    "SELECT 'idempotency key ' || i.key, 'names events past the last' FROM idempotency AS i \
        JOIN tenants AS t ON t.tenant = i.tenant WHERE i.tenant = $1 AND i.last_position > t.position \
        LIMIT 100",
    "SELECT 'message ' || o.seq, 'comes after the last' FROM outbox AS o \
        JOIN tenants AS t ON t.tenant = o.tenant WHERE o.tenant = $1 AND o.seq > t.outbox_seq LIMIT 100",
    "SELECT 'projection ' || p.name, 'took events past the last' FROM projections AS p \
        JOIN tenants AS t ON t.tenant = p.tenant WHERE p.tenant = $1 AND p.position > t.position LIMIT 100",
];

/// A walk along a tenant's chain.
struct Walk<'a> {
    tenant: &'a Tenant,
    anchors: Vec<&'a Anchor>,
    position: u64,
    recorded_at: Timestamp,
    digest: Digest,
    findings: Vec<Finding>,
}

impl Walk<'_> {
    fn find(&mut self, place: String, fault: impl Into<String>) {
        if self.findings.len() < FINDINGS_MAX {
            let tenant = self.tenant.clone();
            self.findings.push(Finding { tenant, place, fault: fault.into() });
        }
    }

    fn step(&mut self, event: &Event) {
        let place = format!("position {}", event.position);
        if event.position != self.position + 1 {
            self.find(place.clone(), format!("follows position {}", self.position));
        }
        if event.recorded_at < self.recorded_at {
            self.find(place.clone(), "was recorded before the event before it");
        }
        if Payload::new(event.payload.as_str()).is_err() {
            self.find(place.clone(), "its payload is not JSON");
        }
        if link(&self.digest, event) != event.digest {
            self.find(
                place.clone(),
                "its digest is not that of its content and the event before it",
            );
        }
        if self
            .anchors
            .iter()
            .any(|kept| kept.position == event.position && kept.digest != event.digest)
        {
            self.find(place, "its digest is not the one that was kept");
        }
        // From what is stored, so that one altered event is one finding.
        self.digest = event.digest;
        self.position = event.position;
        self.recorded_at = event.recorded_at;
    }

    fn end(&mut self, position: u64, digest: Digest) {
        if (position, digest) != (self.position, self.digest) {
            let fault = format!("is said to be at position {position}, ends at {}", self.position);
            self.find("chain".into(), fault);
        }
        let beyond = |anchor: &&&Anchor| anchor.position > self.position;
        if let Some(anchor) = self.anchors.iter().find(beyond) {
            let fault =
                format!("ends at {}, a digest of {} was kept", self.position, anchor.position);
            self.find("chain".into(), fault);
        }
    }
}

/// The whole walk of one tenant: one body for both databases.
macro_rules! walk {
    ($conn:ident, $walk:expr, $n_events:expr) => {{
        let tenant = $walk.tenant;
        let mut after = 0_i64;
        loop {
            let rows: Vec<EventRow> = sqlx::query_as(EVENTS_AFTER)
                .bind(tenant.as_str())
                .bind(after)
                .bind(STEP)
                // Whatever is said of months.
                .bind(0_i64)
                .bind(i64::MAX)
                .fetch_all(&mut *$conn)
                .await?;
            let Some(last) = rows.last() else { break };
            after = last.0;
            $n_events += rows.len() as u64;
            for row in rows {
                let position = row.0;
                match event(tenant, row) {
                    Ok(event) => $walk.step(&event),
                    Err(fault) => $walk.find(format!("position {position}"), fault.to_string()),
                }
            }
        }
        for question in BESIDE {
            let rows: Vec<(String, String)> =
                sqlx::query_as(question).bind(tenant.as_str()).fetch_all(&mut *$conn).await?;
            for (place, fault) in rows {
                $walk.find(place, fault);
            }
        }
    }};
}

impl Store {
    /// Checks all tenants, beside what was kept of them earlier, while the store goes on. On PostgreSQL the
    /// login must own the tables.
    pub async fn check(&self, anchors: &[Anchor]) -> Result<Checked, EventsError> {
        const HEADS: &str = "SELECT tenant, position, digest FROM tenants ORDER BY tenant";
        const STRAYS: &str = "SELECT DISTINCT tenant FROM streams WHERE tenant NOT IN \
            (SELECT tenant FROM tenants) ORDER BY tenant";
        let mut checked = Checked::default();
        surveying!(self, |conn| {
            let heads: Vec<(String, i64, Vec<u8>)> =
                sqlx::query_as(HEADS).fetch_all(&mut *conn).await?;
            for (name, position, digest) in heads {
                let tenant = Tenant::new(&name)?;
                let mut walk = begin(&tenant, anchors);
                walk!(conn, walk, checked.n_events);
                let digest = stored_digest("tenants.digest", digest)?;
                walk.end(position as u64, digest);
                checked.findings.append(&mut walk.findings);
                checked.heads.push(Anchor { tenant, position: position as u64, digest });
            }
            let strays: Vec<String> = sqlx::query_scalar(STRAYS).fetch_all(&mut *conn).await?;
            for stray in strays {
                let (tenant, place) = (Tenant::new(&stray)?, "tenant".into());
                checked.findings.push(Finding { tenant, place, fault: "is not known".into() });
            }
        });
        for anchor in anchors {
            if !checked.heads.iter().any(|head| head.tenant == anchor.tenant) {
                let (tenant, place) = (anchor.tenant.clone(), "tenant".into());
                checked.findings.push(Finding { tenant, place, fault: "is gone".into() });
            }
        }
        Ok(checked)
    }
}

fn begin<'a>(tenant: &'a Tenant, anchors: &'a [Anchor]) -> Walk<'a> {
    Walk {
        tenant,
        anchors: anchors.iter().filter(|anchor| anchor.tenant == *tenant).collect(),
        position: 0,
        recorded_at: Timestamp::from_micros(i64::MIN),
        digest: Digest::ZERO,
        findings: Vec::new(),
    }
}
