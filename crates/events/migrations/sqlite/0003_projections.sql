CREATE TABLE snapshots (
  tenant TEXT NOT NULL,
  kind TEXT NOT NULL,
  id TEXT NOT NULL,
  version INTEGER NOT NULL,
  schema_version INTEGER NOT NULL,
  state TEXT NOT NULL,
  PRIMARY KEY (tenant, kind, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE projections (
  tenant TEXT NOT NULL,
  name TEXT NOT NULL,
  generation INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  position INTEGER NOT NULL,
  live INTEGER NOT NULL,
  PRIMARY KEY (tenant, name, generation)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX projections_live ON projections (tenant, name) WHERE live = 1;

CREATE TABLE projection_rows (
  tenant TEXT NOT NULL,
  name TEXT NOT NULL,
  generation INTEGER NOT NULL,
  key TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (tenant, name, generation, key)
) STRICT, WITHOUT ROWID;
