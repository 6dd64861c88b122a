//! Where the two databases speak differently, and the macros that let one body of code speak to both.
//!
//! Lists travel as one JSON text: the statement stays the same whatever their length, so that it is
//! prepared once.

/// Statements that differ.
pub(crate) struct Dialect {
    /// The row of a tenant, held until the end of the transaction. SQLite's writer holds the file.
    pub(crate) head: &'static str,
    /// Versions of streams: `$2` lists kinds and ids.
    pub(crate) versions: &'static str,
    /// Idempotency keys: `$2` lists them.
    pub(crate) kept: &'static str,
    /// Erased persons: `$2` lists them.
    pub(crate) erased: &'static str,
    /// Where months begin: `$2` lists months and positions.
    pub(crate) put_months: &'static str,
    /// Versions of streams: `$2` lists kinds, ids, versions and months.
    pub(crate) put_versions: &'static str,
    /// Idempotency keys: `$2` lists them whole.
    pub(crate) put_kept: &'static str,
    /// Messages: `$2` lists them whole.
    pub(crate) put_messages: &'static str,
    /// Persons: `$2` lists them whole.
    pub(crate) put_persons: &'static str,
    /// Data of persons: `$2` lists them.
    pub(crate) persons: &'static str,
    /// Messages that are due at `$2`, claimed until `$3`, of topic `$4`, at most `$5`.
    pub(crate) claim: &'static str,
    /// Names of all tenants.
    pub(crate) tenants: &'static str,
    /// Tenants with messages due at `$1`.
    pub(crate) outbox_tenants: &'static str,
    /// Checkpoint of a projection's generation, held.
    pub(crate) checkpoint: &'static str,
    /// Checkpoints of the projections that `$2` lists, held.
    pub(crate) checkpoints: &'static str,
    /// Moves those that `$2` lists on to `$3`.
    pub(crate) move_all: &'static str,
    /// Rows of a projection: `$4` lists keys.
    pub(crate) view_rows: &'static str,
    /// Rows of a projection: `$4` lists keys and values.
    pub(crate) put_view_rows: &'static str,
    /// Rows of a projection: `$4` lists keys.
    pub(crate) drop_view_rows: &'static str,
}

pub(crate) const SQLITE: Dialect = Dialect {
    head: "SELECT position, outbox_seq, month, recorded_at, digest FROM tenants WHERE tenant = $1",
    versions: "SELECT s.kind, s.id, s.version FROM json_each($2) AS j CROSS JOIN streams AS s \
        ON s.tenant = $1 AND s.kind = j.value ->> 0 AND s.id = j.value ->> 1",
    kept: "SELECT i.key, i.request, i.answer, i.first_position, i.last_position, i.recorded_at \
        FROM json_each($2) AS j CROSS JOIN idempotency AS i ON i.tenant = $1 AND i.key = j.value",
    erased: "SELECT e.person FROM json_each($2) AS j CROSS JOIN erasures AS e \
        ON e.tenant = $1 AND e.person = j.value",
    put_months: "INSERT INTO months (tenant, month, first_position) \
        SELECT $1, value ->> 0, value ->> 1 FROM json_each($2)",
    put_versions: "INSERT INTO streams (tenant, kind, id, version, first_month, last_month) \
        SELECT $1, value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4 \
        FROM json_each($2) WHERE true ON CONFLICT (tenant, kind, id) \
        DO UPDATE SET version = excluded.version, last_month = excluded.last_month",
    put_kept: "INSERT INTO idempotency \
        (tenant, key, request, answer, first_position, last_position, recorded_at) \
        SELECT $1, value ->> 0, unhex(value ->> 1), value ->> 2, value ->> 3, value ->> 4, value ->> 5 \
        FROM json_each($2)",
    put_messages: "INSERT INTO outbox \
        (tenant, seq, topic, key, payload, recorded_at, attempts, due_at, dead) \
        SELECT $1, value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, 0, value ->> 4, 0 \
        FROM json_each($2)",
    put_persons: "INSERT INTO persons (tenant, person, data, recorded_at, keep_until) \
        SELECT $1, value ->> 0, value ->> 1, value ->> 2, value ->> 3 FROM json_each($2) WHERE true \
        ON CONFLICT (tenant, person) DO UPDATE SET data = excluded.data, \
        recorded_at = excluded.recorded_at, keep_until = excluded.keep_until",
    persons: "SELECT p.person, p.data FROM json_each($2) AS j CROSS JOIN persons AS p \
        ON p.tenant = $1 AND p.person = j.value",
    claim: "UPDATE outbox SET attempts = attempts + 1, due_at = $3 \
        WHERE tenant = $1 AND seq IN (SELECT o.seq FROM outbox AS o \
        WHERE o.tenant = $1 AND o.topic = $4 AND o.dead = 0 AND o.due_at <= $2 \
        AND NOT EXISTS (SELECT 1 FROM outbox AS b WHERE b.tenant = o.tenant \
        AND b.topic = o.topic AND b.key = o.key AND b.seq < o.seq AND b.dead = 0) \
        ORDER BY o.seq LIMIT $5) RETURNING seq, key, payload, attempts",
    tenants: "SELECT tenant FROM tenants ORDER BY tenant",
    outbox_tenants: "SELECT DISTINCT tenant FROM outbox WHERE dead = 0 AND due_at <= $1 ORDER BY tenant",
    checkpoint: "SELECT revision, position, generation FROM projections \
        WHERE tenant = $1 AND name = $2 AND (generation = $3 OR ($3 = 0 AND live = 1))",
    checkpoints: "SELECT name, revision, position, generation FROM projections \
        WHERE tenant = $1 AND live = 1 AND name IN (SELECT value FROM json_each($2)) ORDER BY name",
    move_all: "UPDATE projections SET position = $3 WHERE tenant = $1 AND live = 1 \
        AND name IN (SELECT value FROM json_each($2)) AND position < $3",
    view_rows: "SELECT r.key, r.value FROM json_each($4) AS j CROSS JOIN projection_rows AS r \
        ON r.tenant = $1 AND r.name = $2 AND r.generation = $3 AND r.key = j.value",
    put_view_rows: "INSERT INTO projection_rows (tenant, name, generation, key, value) \
        SELECT $1, $2, $3, value ->> 0, value ->> 1 FROM json_each($4) WHERE true \
        ON CONFLICT (tenant, name, generation, key) DO UPDATE SET value = excluded.value",
    drop_view_rows: "DELETE FROM projection_rows WHERE tenant = $1 AND name = $2 \
        AND generation = $3 AND key IN (SELECT value FROM json_each($4))",
};

pub(crate) const POSTGRES: Dialect = Dialect {
    head: "SELECT position, outbox_seq, month, recorded_at, digest FROM tenants WHERE tenant = $1 FOR UPDATE",
    // Each lateral subquery with its limit is one descent of the index, whatever the planner believes
    // about sizes. As joins, these read all rows of the tenant once a table had grown.
    versions: "SELECT s.kind, s.id, s.version FROM json_array_elements($2::json) AS j \
        CROSS JOIN LATERAL (SELECT kind, id, version FROM streams \
        WHERE tenant = $1 AND kind = j ->> 0 AND id = j ->> 1 LIMIT 1) AS s",
    kept: "SELECT i.* FROM json_array_elements_text($2::json) AS j CROSS JOIN LATERAL \
        (SELECT key, request, answer, first_position, last_position, recorded_at \
        FROM idempotency WHERE tenant = $1 AND key = j LIMIT 1) AS i",
    erased: "SELECT e.person FROM json_array_elements_text($2::json) AS j CROSS JOIN LATERAL \
        (SELECT person FROM erasures WHERE tenant = $1 AND person = j LIMIT 1) AS e",
    put_months: "INSERT INTO months (tenant, month, first_position) \
        SELECT $1, (j ->> 0)::bigint, (j ->> 1)::bigint FROM jsonb_array_elements($2::jsonb) AS j",
    put_versions: "INSERT INTO streams (tenant, kind, id, version, first_month, last_month) \
        SELECT $1, j ->> 0, j ->> 1, (j ->> 2)::bigint, (j ->> 3)::bigint, (j ->> 4)::bigint \
        FROM jsonb_array_elements($2::jsonb) AS j ON CONFLICT (tenant, kind, id) \
        DO UPDATE SET version = excluded.version, last_month = excluded.last_month",
    put_kept: "INSERT INTO idempotency \
        (tenant, key, request, answer, first_position, last_position, recorded_at) \
        SELECT $1, j ->> 0, decode(j ->> 1, 'hex'), j ->> 2, (j ->> 3)::bigint, (j ->> 4)::bigint, \
        (j ->> 5)::bigint FROM jsonb_array_elements($2::jsonb) AS j",
    put_messages: "INSERT INTO outbox \
        (tenant, seq, topic, key, payload, recorded_at, attempts, due_at, dead) \
        SELECT $1, (j ->> 0)::bigint, j ->> 1, j ->> 2, j ->> 3, (j ->> 4)::bigint, 0, \
        (j ->> 4)::bigint, 0 FROM jsonb_array_elements($2::jsonb) AS j",
    put_persons: "INSERT INTO persons (tenant, person, data, recorded_at, keep_until) \
        SELECT $1, j ->> 0, j ->> 1, (j ->> 2)::bigint, (j ->> 3)::bigint \
        FROM jsonb_array_elements($2::jsonb) AS j \
        ON CONFLICT (tenant, person) DO UPDATE SET data = excluded.data, \
        recorded_at = excluded.recorded_at, keep_until = excluded.keep_until",
    persons: "SELECT p.person, p.data FROM json_array_elements_text($2::json) AS j \
        CROSS JOIN LATERAL (SELECT person, data FROM persons \
        WHERE tenant = $1 AND person = j LIMIT 1) AS p",
    claim: "UPDATE outbox SET attempts = attempts + 1, due_at = $3 \
        WHERE tenant = $1 AND seq = ANY (ARRAY(SELECT o.seq FROM outbox AS o \
        WHERE o.tenant = $1 AND o.topic = $4 AND o.dead = 0 AND o.due_at <= $2 \
        AND NOT EXISTS (SELECT 1 FROM outbox AS b WHERE b.tenant = o.tenant \
        AND b.topic = o.topic AND b.key = o.key AND b.seq < o.seq AND b.dead = 0) \
        ORDER BY o.seq LIMIT $5 FOR UPDATE OF o SKIP LOCKED)) RETURNING seq, key, payload, attempts",
    tenants: "SELECT tenant_names()",
    outbox_tenants: "SELECT outbox_tenants($1)",
    checkpoint: "SELECT revision, position, generation FROM projections \
        WHERE tenant = $1 AND name = $2 AND (generation = $3 OR ($3 = 0 AND live = 1)) FOR UPDATE",
    checkpoints: "SELECT name, revision, position, generation FROM projections \
        WHERE tenant = $1 AND live = 1 \
        AND name = ANY (ARRAY(SELECT json_array_elements_text($2::json))) ORDER BY name FOR UPDATE",
    move_all: "UPDATE projections SET position = $3 WHERE tenant = $1 AND live = 1 \
        AND name = ANY (ARRAY(SELECT json_array_elements_text($2::json))) AND position < $3",
    view_rows: "SELECT r.key, r.value FROM json_array_elements_text($4::json) AS j \
        CROSS JOIN LATERAL (SELECT key, value FROM projection_rows \
        WHERE tenant = $1 AND name = $2 AND generation = $3 AND key = j LIMIT 1) AS r",
    put_view_rows: "INSERT INTO projection_rows (tenant, name, generation, key, value) \
        SELECT $1, $2, $3, j ->> 0, j ->> 1 FROM json_array_elements($4::json) AS j \
        ON CONFLICT (tenant, name, generation, key) DO UPDATE SET value = excluded.value",
    drop_view_rows: "DELETE FROM projection_rows WHERE tenant = $1 AND name = $2 \
        AND generation = $3 AND key = ANY (ARRAY(SELECT json_array_elements_text($4::json)))",
};

/// Runs a body in a transaction that `begin` opens, and commits it.
macro_rules! in_transaction {
    ($begin:expr, |$conn:ident| $body:expr) => {{
        let mut transaction = $begin.await?;
        let $conn = &mut *transaction;
        let result = $body;
        transaction.commit().await?;
        result
    }};
}

/// Runs a body in a transaction of a tenant that only reads.
macro_rules! reading {
    ($store:expr, $tenant:expr, |$conn:ident| $body:expr) => {
        match &$store.backend {
            $crate::store::Backend::Sqlite(database) => {
                $crate::dialect::in_transaction!(database.reading(), |$conn| $body)
            }
            $crate::store::Backend::Postgres(database) => {
                $crate::dialect::in_transaction!(database.reading($tenant), |$conn| $body)
            }
        }
    };
}

/// As [`reading`], where the statement differs.
macro_rules! reading_as {
    ($store:expr, $tenant:expr, |$conn:ident, $dialect:ident| $body:expr) => {
        match &$store.backend {
            $crate::store::Backend::Sqlite(database) => {
                let $dialect = &$crate::dialect::SQLITE;
                $crate::dialect::in_transaction!(database.reading(), |$conn| $body)
            }
            $crate::store::Backend::Postgres(database) => {
                let $dialect = &$crate::dialect::POSTGRES;
                $crate::dialect::in_transaction!(database.reading($tenant), |$conn| $body)
            }
        }
    };
}

/// Runs a body in a transaction of a tenant that writes.
macro_rules! writing {
    ($store:expr, $tenant:expr, |$conn:ident, $dialect:pat_param| $body:expr) => {
        match &$store.backend {
            $crate::store::Backend::Sqlite(database) => {
                let $dialect = &$crate::dialect::SQLITE;
                $crate::dialect::in_transaction!(database.writing(), |$conn| $body)
            }
            $crate::store::Backend::Postgres(database) => {
                let $dialect = &$crate::dialect::POSTGRES;
                $crate::dialect::in_transaction!(database.writing($tenant), |$conn| $body)
            }
        }
    };
}

/// Runs a body in one snapshot of all tenants, which only reads.
macro_rules! surveying {
    ($store:expr, |$conn:ident| $body:expr) => {
        match &$store.backend {
            $crate::store::Backend::Sqlite(database) => {
                $crate::dialect::in_transaction!(database.reading(), |$conn| $body)
            }
            $crate::store::Backend::Postgres(database) => {
                $crate::dialect::in_transaction!(database.surveying(), |$conn| $body)
            }
        }
    };
}

/// Defines, for one kind of connection, how what is known of a tenant is read and what was planned is
/// written; all but the rows of events, which each database takes in its own way.
macro_rules! tenant_rows {
    ($connection:ty, $dialect:expr) => {
        async fn known(
            conn: &mut $connection,
            tenant: &Tenant,
            asked: &Asked,
        ) -> Result<Known, EventsError> {
            type HeadRow = (i64, i64, i64, i64, Vec<u8>);
            let head = sqlx::query_as::<_, HeadRow>($dialect.head).bind(tenant.as_str());
            let head = match head.fetch_optional(&mut *conn).await? {
                Some((position, outbox_seq, month, recorded_at, digest)) => Head {
                    position: position as u64,
                    outbox_seq: outbox_seq as u64,
                    month,
                    recorded_at: Timestamp::from_micros(recorded_at),
                    digest: stored_digest("tenants.digest", digest)?,
                },
                None => Head::EMPTY,
            };
            let mut versions = BTreeMap::new();
            if !asked.streams.is_empty() {
                let names: Vec<[&str; 2]> =
                    asked.streams.iter().map(|stream| [stream.kind(), stream.id()]).collect();
                let rows = sqlx::query_as::<_, (String, String, i64)>($dialect.versions)
                    .bind(tenant.as_str())
                    .bind(serde_json::json!(names).to_string())
                    .fetch_all(&mut *conn)
                    .await?;
                for (kind, id, version) in rows {
                    versions.insert(StreamId::new(&kind, &id)?, version as u64);
                }
            }
            let mut kept = BTreeMap::new();
            if !asked.keys.is_empty() {
                let rows = sqlx::query_as::<_, crate::read::KeptRow>($dialect.kept)
                    .bind(tenant.as_str())
                    .bind(serde_json::json!(asked.keys).to_string())
                    .fetch_all(&mut *conn)
                    .await?;
                for row in rows {
                    let row = crate::read::kept(row)?;
                    kept.insert(row.key.clone(), row);
                }
            }
            let mut erased = BTreeSet::new();
            if !asked.persons.is_empty() {
                let rows = sqlx::query_scalar::<_, String>($dialect.erased)
                    .bind(tenant.as_str())
                    .bind(serde_json::json!(asked.persons).to_string())
                    .fetch_all(&mut *conn)
                    .await?;
                erased.extend(rows);
            }
            Ok(Known { head, versions, kept, erased })
        }

        async fn put_rest(
            conn: &mut $connection,
            tenant: &Tenant,
            planned: &Planned,
        ) -> Result<(), EventsError> {
            for (statement, list) in [
                ($dialect.put_months, crate::writer::months_list(planned)),
                ($dialect.put_versions, crate::writer::versions_list(planned)),
                ($dialect.put_kept, crate::writer::kept_list(planned)),
                ($dialect.put_messages, crate::writer::messages_list(planned)),
                ($dialect.put_persons, crate::writer::persons_list(planned)),
            ] {
                if let Some(list) = list {
                    let query = sqlx::query(statement).bind(tenant.as_str()).bind(list);
                    query.execute(&mut *conn).await?;
                }
            }
            let head = &planned.head;
            sqlx::query(
                "INSERT INTO tenants (tenant, position, outbox_seq, month, recorded_at, digest) \
                VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (tenant) DO UPDATE SET \
                position = excluded.position, outbox_seq = excluded.outbox_seq, \
                month = excluded.month, recorded_at = excluded.recorded_at, digest = excluded.digest",
            )
            .bind(tenant.as_str())
            .bind(head.position as i64)
            .bind(head.outbox_seq as i64)
            .bind(head.month)
            .bind(head.recorded_at.micros())
            .bind(head.digest.as_bytes().as_slice())
            .execute(&mut *conn)
            .await?;
            Ok(())
        }
    };
}

/// Rows of up to `$limit` events of a tenant after a position, in order.
macro_rules! events_after {
    ($conn:ident, $tenant:expr, $after:expr, $limit:expr) => {{
        let (first, last): (i64, i64) = sqlx::query_as($crate::read::MONTHS_AFTER)
            .bind($tenant.as_str())
            .bind($after as i64)
            .bind(i64::from($limit))
            .fetch_one(&mut *$conn)
            .await?;
        let rows: Vec<$crate::read::EventRow> = sqlx::query_as($crate::read::EVENTS_AFTER)
            .bind($tenant.as_str())
            .bind($after as i64)
            .bind(i64::from($limit))
            .bind(first)
            .bind(last)
            .fetch_all(&mut *$conn)
            .await?;
        rows
    }};
}

pub(crate) use {
    events_after, in_transaction, reading, reading_as, surveying, tenant_rows, writing,
};
