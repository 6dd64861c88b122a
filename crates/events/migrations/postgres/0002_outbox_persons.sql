ALTER TABLE tenants ADD COLUMN outbox_seq BIGINT NOT NULL DEFAULT 0;

CREATE TABLE outbox (
  tenant TEXT COLLATE "C" NOT NULL,
  seq BIGINT NOT NULL,
  topic TEXT COLLATE "C" NOT NULL,
  key TEXT COLLATE "C" NOT NULL,
  payload TEXT NOT NULL,
  recorded_at BIGINT NOT NULL,
  attempts BIGINT NOT NULL,
  due_at BIGINT NOT NULL,
  dead BIGINT NOT NULL,
  fault TEXT,
  PRIMARY KEY (tenant, seq)
);
CREATE INDEX outbox_due ON outbox (dead, due_at, tenant);
CREATE INDEX outbox_order ON outbox (tenant, topic, key, seq);

CREATE TABLE persons (
  tenant TEXT COLLATE "C" NOT NULL,
  person TEXT COLLATE "C" NOT NULL,
  data TEXT NOT NULL,
  recorded_at BIGINT NOT NULL,
  keep_until BIGINT,
  PRIMARY KEY (tenant, person)
);
CREATE INDEX persons_due ON persons (tenant, keep_until);

CREATE TABLE erasures (
  tenant TEXT COLLATE "C" NOT NULL,
  person TEXT COLLATE "C" NOT NULL,
  erased_at BIGINT NOT NULL,
  PRIMARY KEY (tenant, person)
);

-- Which tenants have messages that are due, and nothing of the messages.
CREATE FUNCTION outbox_tenants(now BIGINT) RETURNS SETOF TEXT
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = greenchain, pg_temp AS
$$ SELECT DISTINCT tenant FROM outbox WHERE dead = 0 AND due_at <= now ORDER BY tenant $$;
REVOKE ALL ON FUNCTION outbox_tenants FROM PUBLIC;
GRANT EXECUTE ON FUNCTION outbox_tenants TO greenchain_app;

DO $$
DECLARE name TEXT;
BEGIN
  FOREACH name IN ARRAY ARRAY['outbox', 'persons', 'erasures'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY own_tenant ON %I USING (tenant = current_setting(''app.tenant'', true))', name);
  END LOOP;
END $$;

GRANT SELECT, INSERT, UPDATE, DELETE ON outbox, persons TO greenchain_app;
GRANT SELECT, INSERT ON erasures TO greenchain_app;
