CREATE TABLE snapshots (
  tenant TEXT COLLATE "C" NOT NULL,
  kind TEXT COLLATE "C" NOT NULL,
  id TEXT COLLATE "C" NOT NULL,
  version BIGINT NOT NULL,
  schema_version BIGINT NOT NULL,
  state TEXT NOT NULL,
  PRIMARY KEY (tenant, kind, id)
);

CREATE TABLE projections (
  tenant TEXT COLLATE "C" NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  generation BIGINT NOT NULL,
  revision BIGINT NOT NULL,
  position BIGINT NOT NULL,
  live BIGINT NOT NULL,
  PRIMARY KEY (tenant, name, generation)
);
CREATE UNIQUE INDEX projections_live ON projections (tenant, name) WHERE live = 1;

CREATE TABLE projection_rows (
  tenant TEXT COLLATE "C" NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  generation BIGINT NOT NULL,
  key TEXT COLLATE "C" NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (tenant, name, generation, key)
);

DO $$
DECLARE name TEXT;
BEGIN
  FOREACH name IN ARRAY ARRAY['snapshots', 'projections', 'projection_rows'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY own_tenant ON %I USING (tenant = current_setting(''app.tenant'', true))', name);
  END LOOP;
END $$;

GRANT SELECT, INSERT, UPDATE, DELETE ON snapshots, projections, projection_rows TO greenchain_app;
