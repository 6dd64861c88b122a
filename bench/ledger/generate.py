"""Activity by seed: python generate.py MILLIONS FOLDER. Columns as in docs/LEDGER.md."""
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

ROWS_PER_GROUP = 1_000_000
FACTORS = 400
UNITS = ["l", "kWh", "t", "tkm"]
CLASSES = ["fuel", "electricity", "material", "freight"]
LINKS = ["ordering", "packaging", "transportation", "warehousing", "recycling"]
KINDS = ["primary", "modelled", "default"]
METHODS = ["metered", "round energy by tkm share", "tare by mass", "mass by distance"]


def factors(path):
    """400 factors with figures of five places; every fourth values freight."""
    rng = np.random.default_rng(1)
    lines = ["factor_id,edition,activity,class,unit,wtt,ttw,generation,gwp_set,region,valid_from,source,licence"]
    for number in range(FACTORS):
        kind = number % 4
        wtt, ttw = rng.integers(1, 300_000, 2) / 100_000
        generation = f"{wtt / 2:.5f}" if CLASSES[kind] == "electricity" else ""
        ttw = 0 if CLASSES[kind] == "electricity" else ttw
        lines.append(
            f"made_factor_number_{number},made 2025,made factor {number},{CLASSES[kind]},{UNITS[kind]},"
            f"{wtt:.5f},{ttw:.5f},{generation},AR5,world,2025,made by seed,none"
        )
    path.write_text("\n".join(lines) + "\n")


def words(names, codes):
    return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int32)), pa.array(names))


def decimals(values, known=None):
    """Billionths as DECIMAL(18, 9); rows that are not known are null."""
    low = values.astype(np.int64)
    wide = np.empty(len(low) * 2, dtype=np.int64)
    wide[0::2], wide[1::2] = low, np.where(low < 0, -1, 0)
    mask = None if known is None else pa.array(known).buffers()[1]
    return pa.Array.from_buffers(pa.decimal128(18, 9), len(low), [mask, pa.py_buffer(wide)])


def group(first, count, rng):
    # As in books: a site has its operator and some twenty factors, a factor its link and method.
    site = rng.integers(0, 200, count)
    factor = (site * 7 + rng.integers(0, 20, count)) % FACTORS
    freight = factor % 4 == 3
    row = np.arange(first, first + count)
    amount = rng.integers(1, 10**12, count)
    mass = rng.integers(1, 2 * 10**12, count)
    distance = rng.integers(10**9, 900 * 10**9, count) // 10**6 * 10**6
    return pa.table({
        "link": words(LINKS, factor % 5),
        "activity": words([f"made activity {n}" for n in range(50)], factor % 50),
        "period": words([f"2025-{n:02}" for n in range(1, 13)], rng.integers(0, 12, count)),
        "amount": decimals(amount, ~freight),
        "unit": words(UNITS, factor % 4),
        "mass_kg": decimals(mass, freight),
        "sfd_km": decimals(distance, freight),
        "factor_id": words([f"made_factor_number_{n}" for n in range(FACTORS)], factor),
        "order_id": pa.array(np.char.add("O", (row // 4).astype(str))),
        "site_id": words([f"S{n:03}" for n in range(200)], site),
        "operator": words([f"entity {n}" for n in range(20)], site % 20),
        "payer": words([f"entity {n}" for n in range(20)], site % 10),
        "data_kind": words(KINDS, factor % 3),
        "method": words(METHODS, factor % 4),
    })


def main():
    lines, folder = int(float(sys.argv[1]) * 1_000_000), Path(sys.argv[2])
    (folder / "factors").mkdir(parents=True, exist_ok=True)
    factors(folder / "factors" / "factors.csv")
    rng = np.random.default_rng(20251124)
    writer = None
    for first in range(0, lines, ROWS_PER_GROUP):
        table = group(first, min(ROWS_PER_GROUP, lines - first), rng)
        if writer is None:
            writer = pq.ParquetWriter(
                folder / "activity.parquet", table.schema, compression="zstd", compression_level=1
            )
        writer.write_table(table, row_group_size=ROWS_PER_GROUP)
    writer.close()


main()
