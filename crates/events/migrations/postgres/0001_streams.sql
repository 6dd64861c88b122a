-- The role the program works as: it owns nothing, so that row-level security binds it. Roles are the
-- server's and not the database's: another database may be making it at this moment.
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'greenchain_app') THEN
    CREATE ROLE greenchain_app NOLOGIN;
  END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$;
DO $$ BEGIN
  IF NOT pg_has_role(current_user, 'greenchain_app', 'MEMBER') THEN
    EXECUTE format('GRANT greenchain_app TO %I', current_user);
  END IF;
END $$;
GRANT USAGE ON SCHEMA greenchain TO greenchain_app;
GRANT SELECT ON _sqlx_migrations TO greenchain_app;

-- One row a tenant: the head of its events. Whoever writes events of a tenant holds this row.
CREATE TABLE tenants (
  tenant TEXT COLLATE "C" PRIMARY KEY,
  position BIGINT NOT NULL,
  month BIGINT NOT NULL,
  recorded_at BIGINT NOT NULL,
  digest BYTEA NOT NULL
) WITH (fillfactor = 50);

-- Where the events of a month begin: a reader then names the months, and all other partitions are
-- neither planned for nor locked.
CREATE TABLE months (
  tenant TEXT COLLATE "C" NOT NULL,
  month BIGINT NOT NULL,
  first_position BIGINT NOT NULL,
  PRIMARY KEY (tenant, month)
);

CREATE TABLE streams (
  tenant TEXT COLLATE "C" NOT NULL,
  kind TEXT COLLATE "C" NOT NULL,
  id TEXT COLLATE "C" NOT NULL,
  version BIGINT NOT NULL,
  first_month BIGINT NOT NULL,
  last_month BIGINT NOT NULL,
  PRIMARY KEY (tenant, kind, id)
);

-- By month, then by tenant. That neither index can span months is no loss: positions and versions
-- are given under the lock of the tenant's row.
CREATE TABLE events (
  tenant TEXT COLLATE "C" NOT NULL,
  position BIGINT NOT NULL,
  month BIGINT NOT NULL,
  kind TEXT COLLATE "C" NOT NULL,
  id TEXT COLLATE "C" NOT NULL,
  version BIGINT NOT NULL,
  event_type TEXT NOT NULL,
  schema_version BIGINT NOT NULL,
  recorded_at BIGINT NOT NULL,
  actor TEXT NOT NULL,
  correlation TEXT,
  causation BYTEA,
  payload TEXT NOT NULL,
  digest BYTEA NOT NULL,
  PRIMARY KEY (tenant, position, month),
  UNIQUE (tenant, kind, id, version, month)
) PARTITION BY LIST (month);

CREATE TABLE idempotency (
  tenant TEXT COLLATE "C" NOT NULL,
  key TEXT COLLATE "C" NOT NULL,
  request BYTEA NOT NULL,
  answer TEXT NOT NULL,
  first_position BIGINT NOT NULL,
  last_position BIGINT NOT NULL,
  recorded_at BIGINT NOT NULL,
  PRIMARY KEY (tenant, key)
);

-- Makes the partitions of a month. The application may not create tables: this it may ask for.
CREATE FUNCTION ensure_month(wanted BIGINT) RETURNS VOID
LANGUAGE plpgsql SECURITY DEFINER SET search_path = greenchain, pg_temp AS $$
BEGIN
  IF wanted NOT BETWEEN 197001 AND 999912 OR wanted % 100 NOT BETWEEN 1 AND 12 THEN
    RAISE EXCEPTION 'no month: %', wanted;
  END IF;
  PERFORM pg_advisory_xact_lock(hashtext('greenchain.ensure_month'));
  IF to_regclass(format('greenchain.events_%s', wanted)) IS NULL THEN
    EXECUTE format('CREATE TABLE events_%s PARTITION OF events FOR VALUES IN (%s) PARTITION BY HASH (tenant)', wanted, wanted);
    FOR part IN 0..3 LOOP
      EXECUTE format('CREATE TABLE events_%s_%s PARTITION OF events_%s FOR VALUES WITH (MODULUS 4, REMAINDER %s)', wanted, part, wanted, part);
    END LOOP;
  END IF;
END $$;
REVOKE ALL ON FUNCTION ensure_month FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ensure_month TO greenchain_app;

-- The names of the tenants, and nothing of theirs: for what runs for each of them in turn.
CREATE FUNCTION tenant_names() RETURNS SETOF TEXT
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = greenchain, pg_temp AS
$$ SELECT tenant FROM tenants ORDER BY tenant $$;
REVOKE ALL ON FUNCTION tenant_names FROM PUBLIC;
GRANT EXECUTE ON FUNCTION tenant_names TO greenchain_app;

DO $$
DECLARE name TEXT;
BEGIN
  FOREACH name IN ARRAY ARRAY['tenants', 'months', 'streams', 'events', 'idempotency'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY own_tenant ON %I USING (tenant = current_setting(''app.tenant'', true))', name);
  END LOOP;
END $$;

GRANT SELECT, INSERT, UPDATE ON tenants, streams TO greenchain_app;
GRANT SELECT, INSERT ON months, events TO greenchain_app;
GRANT SELECT, INSERT, DELETE ON idempotency TO greenchain_app;
