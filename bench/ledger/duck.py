"""DuckDB at its best: python duck.py FOLDER OUT QUERIES. Prints one JSON line."""
import json
import resource
import shutil
import sys
import time
from pathlib import Path

import duckdb

folder, out, queries = Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3])
shutil.rmtree(out, ignore_errors=True)
db = duckdb.connect()
db.execute("SET threads = 2; SET preserve_insertion_order = false; SET memory_limit = '12GB'")
db.execute(f"CREATE TABLE read AS SELECT * FROM read_csv('{folder}/factors/factors.csv', all_varchar = true)")
db.execute("CREATE TYPE fid AS ENUM (SELECT factor_id FROM read)")
db.execute(
    """CREATE TABLE factors AS SELECT factor_id::fid AS factor_id, edition, class, unit,
    wtt::DECIMAL(9,5) AS wtt, ttw::DECIMAL(9,5) AS ttw,
    coalesce(generation, '0')::DECIMAL(9,5) AS generation FROM read"""
)
begin = time.perf_counter()
db.execute(
    f"""COPY (
    WITH done AS (
      SELECT *, (mass_kg / 1000 * sfd_km)::DECIMAL(18,9) AS tkm
      FROM read_parquet('{folder}/activity.parquet', file_row_number = true)
    ), counted AS (
      SELECT * REPLACE (coalesce(amount, tkm) AS amount, factor_id::fid AS factor_id) FROM done
    )
    SELECT 'b0001-' || lpad(file_row_number::VARCHAR, 9, '0') AS line_id, 'main' AS tenant, c.period,
      'actual' AS "case", link, f.class, activity, order_id, site_id, operator, payer, mass_kg,
      sfd_km AS distance_km, CASE WHEN sfd_km IS NOT NULL THEN 'sfd' END AS distance_kind, tkm, amount,
      c.unit, c.factor_id::VARCHAR AS factor_id, f.edition AS factor_edition, method, data_kind,
      (amount::DECIMAL(28,9) * wtt)::DECIMAL(18,9) AS wtt_kg_co2e,
      (amount::DECIMAL(28,9) * ttw)::DECIMAL(18,9) AS ttw_kg_co2e,
      (amount::DECIMAL(28,9) * generation)::DECIMAL(18,9) AS generation_kg_co2e
    FROM counted c JOIN factors f USING (factor_id)
    ) TO '{out}' (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, PARTITION_BY (period), WRITE_PARTITION_COLUMNS true)"""
)
calculated = time.perf_counter() - begin
db.execute(f"CREATE VIEW ledger AS SELECT *, 1 AS lines FROM read_parquet('{out}/**/*.parquet', hive_partitioning = false)")
times, answers = [], []
for query in filter(None, map(str.strip, queries.read_text().split(";"))):
    begin = time.perf_counter()
    answers.append([[str(cell) for cell in row] for row in db.execute(query).fetchall()])
    times.append(time.perf_counter() - begin)
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps({"calculate_s": calculated, "queries_s": times, "peak_kib": peak, "total": answers[0][0], "version": duckdb.__version__}))
