"""pandas, a row group at a time: python pandas_peer.py FOLDER OUT. Prints one JSON line.

Figures are binary floating point: exact decimals are beyond its columns. It answers the ten queries
from its own Parquet, a row group at a time, summing the groups' sums.
"""
import json
import resource
import shutil
import sys
import time
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

folder, out = Path(sys.argv[1]), Path(sys.argv[2])
shutil.rmtree(out, ignore_errors=True)
out.mkdir(parents=True)
factors = pd.read_csv(folder / "factors" / "factors.csv").fillna({"generation": 0.0})
factors = factors.set_index("factor_id")[["edition", "class", "wtt", "ttw", "generation"]]
DECIMALS = ["amount", "mass_kg", "sfd_km"]


def floats(table):
    for name in DECIMALS:
        at = table.schema.get_field_index(name)
        table = table.set_column(at, name, table.column(name).cast(pa.float64()))
    return table


begin = time.perf_counter()
source = pq.ParquetFile(folder / "activity.parquet")
for number in range(source.num_row_groups):
    frame = floats(source.read_row_group(number)).to_pandas()
    frame = frame.join(factors, on="factor_id")
    frame["tkm"] = frame["mass_kg"] / 1000 * frame["sfd_km"]
    frame["amount"] = frame["amount"].fillna(frame["tkm"])
    for half in ["wtt", "ttw", "generation"]:
        frame[f"{half}_kg_co2e"] = (frame["amount"] * frame[half]).round(9)
    frame = frame.drop(columns=["wtt", "ttw", "generation"])
    first = number * 1_000_000
    frame["line_id"] = [f"b0001-{row:09}" for row in range(first, first + len(frame))]
    for period, part in frame.groupby("period", observed=True):
        pq.write_table(
            pa.Table.from_pandas(part, preserve_index=False),
            out / f"{period}-{number}.parquet", compression="zstd", compression_level=1,
        )
calculated = time.perf_counter() - begin

QUERIES = [
    ([], ["wtt_kg_co2e", "ttw_kg_co2e"], None),
    (["link"], ["wtt_kg_co2e", "ttw_kg_co2e"], None),
    (["period"], ["wtt_kg_co2e", "ttw_kg_co2e"], None),
    (["data_kind"], ["wtt_kg_co2e", "ttw_kg_co2e"], None),
    (["factor_id", "unit"], ["amount", "wtt_kg_co2e", "ttw_kg_co2e"], None),
    (["operator", "period"], ["wtt_kg_co2e", "ttw_kg_co2e"], None),
    (["site_id"], ["generation_kg_co2e"], None),
    (["link"], ["tkm", "wtt_kg_co2e", "ttw_kg_co2e"], ("sfd_km", lambda column: column.notna())),
    (["operator", "payer"], ["ttw_kg_co2e", "wtt_kg_co2e"], ("period", lambda column: column.astype(str) < "2025-07")),
    (["method", "link"], ["wtt_kg_co2e", "ttw_kg_co2e"], ("operator", lambda column: column == "entity 7")),
]
times, total = [], None
for keys, sums, keep in QUERIES:
    begin = time.perf_counter()
    columns = keys + sums + ([keep[0]] if keep and keep[0] not in keys else [])
    parts = []
    for path in sorted(out.glob("*.parquet")):
        frame = pd.read_parquet(path, columns=columns)
        if keep:
            frame = frame[keep[1](frame[keep[0]])]
        parts.append(frame.groupby(keys, observed=True)[sums].sum() if keys else frame[sums].sum().to_frame().T)
    joined = pd.concat(parts)
    answer = joined.groupby(level=list(range(len(keys)))).sum() if keys else joined.sum()
    times.append(time.perf_counter() - begin)
    total = total or [repr(float(answer[name])) for name in sums]
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps({"calculate_s": calculated, "queries_s": times, "peak_kib": peak, "total": total, "version": pd.__version__}))
