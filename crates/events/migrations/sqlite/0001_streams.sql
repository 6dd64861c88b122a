-- One row a tenant: the head of its events. Whoever writes events of a tenant holds this row.
CREATE TABLE tenants (
  tenant TEXT PRIMARY KEY,
  position INTEGER NOT NULL,
  month INTEGER NOT NULL,
  recorded_at INTEGER NOT NULL,
  digest BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- Where the events of a month begin. Of use where they lie in a partition of their own.
CREATE TABLE months (
  tenant TEXT NOT NULL,
  month INTEGER NOT NULL,
  first_position INTEGER NOT NULL,
  PRIMARY KEY (tenant, month)
) STRICT, WITHOUT ROWID;

CREATE TABLE streams (
  tenant TEXT NOT NULL,
  kind TEXT NOT NULL,
  id TEXT NOT NULL,
  version INTEGER NOT NULL,
  first_month INTEGER NOT NULL,
  last_month INTEGER NOT NULL,
  PRIMARY KEY (tenant, kind, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE events (
  tenant TEXT NOT NULL,
  position INTEGER NOT NULL,
  month INTEGER NOT NULL,
  kind TEXT NOT NULL,
  id TEXT NOT NULL,
  version INTEGER NOT NULL,
  event_type TEXT NOT NULL,
  schema_version INTEGER NOT NULL,
  recorded_at INTEGER NOT NULL,
  actor TEXT NOT NULL,
  correlation TEXT,
  causation BLOB,
  payload TEXT NOT NULL,
  digest BLOB NOT NULL,
  PRIMARY KEY (tenant, position),
  UNIQUE (tenant, kind, id, version)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER events_never_change BEFORE UPDATE ON events
BEGIN SELECT RAISE(ABORT, 'events never change'); END;
CREATE TRIGGER events_never_go BEFORE DELETE ON events
BEGIN SELECT RAISE(ABORT, 'events never go'); END;

CREATE TABLE idempotency (
  tenant TEXT NOT NULL,
  key TEXT NOT NULL,
  request BLOB NOT NULL,
  answer TEXT NOT NULL,
  first_position INTEGER NOT NULL,
  last_position INTEGER NOT NULL,
  recorded_at INTEGER NOT NULL,
  PRIMARY KEY (tenant, key)
) STRICT, WITHOUT ROWID;
