ALTER TABLE tenants ADD COLUMN outbox_seq INTEGER NOT NULL DEFAULT 0;

CREATE TABLE outbox (
  tenant TEXT NOT NULL,
  seq INTEGER NOT NULL,
  topic TEXT NOT NULL,
  key TEXT NOT NULL,
  payload TEXT NOT NULL,
  recorded_at INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  due_at INTEGER NOT NULL,
  dead INTEGER NOT NULL,
  fault TEXT,
  PRIMARY KEY (tenant, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX outbox_due ON outbox (dead, due_at, tenant);
CREATE INDEX outbox_order ON outbox (tenant, topic, key, seq);

CREATE TABLE persons (
  tenant TEXT NOT NULL,
  person TEXT NOT NULL,
  data TEXT NOT NULL,
  recorded_at INTEGER NOT NULL,
  keep_until INTEGER,
  PRIMARY KEY (tenant, person)
) STRICT, WITHOUT ROWID;
CREATE INDEX persons_due ON persons (tenant, keep_until);

CREATE TABLE erasures (
  tenant TEXT NOT NULL,
  person TEXT NOT NULL,
  erased_at INTEGER NOT NULL,
  PRIMARY KEY (tenant, person)
) STRICT, WITHOUT ROWID;
