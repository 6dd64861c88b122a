"""The table of a run: table.py FOLDER SERVER_VERSION."""

import json
import os
import sys

folder, version = sys.argv[1:3]
CASES = [
    ("order", "orders, one by one", "requests/s"),
    ("read", "an order, while others write", "requests/s"),
    ("page", "a page of 100 orders, while others write", "requests/s"),
    ("bulk-1000-1", "orders, 1,000 lines by 1", "events/s"),
    ("bulk-1000-8", "orders, 1,000 lines by 8", "events/s"),
    ("bulk-10000-1", "orders, 10,000 lines by 1", "events/s"),
    ("bulk-10000-8", "orders, 10,000 lines by 8", "events/s"),
    ("pack", "parcels packed", "requests/s"),
    ("load", "parcels loaded", "requests/s"),
    ("stop", "stops served", "requests/s"),
]


def rows(side, name):
    with open(f"{folder}/{side}-{name}.jsonl") as file:
        return {row["case"]: row for row in map(json.loads, file)}


def ms(row):
    return f"{row['p50_ms']:,.1f}, {row['p99_ms']:,.1f}"


print(f"{os.cpu_count()} cores, PostgreSQL {version}\n")
for name, title in [("sqlite", "SQLite"), ("postgres", "PostgreSQL")]:
    ours, bare = rows("ours", name), rows("bare", name)
    loads = [f"{side['machine']['load_before']:.1f}" for side in (bare, ours)]
    print(f"{title}; load before bare {loads[0]}, before ours {loads[1]}:\n")
    print("| case | unit | ours | p50, p99 ms | errors | shown after ms | bare | p50, p99 ms | ours/bare |")
    print("|---|---|---|---|---|---|---|---|---|")
    for case, what, unit in CASES:
        row, peer = ours.get(case), bare.get(case)
        if row is None:
            continue
        shown = f"{row['shown_after_ms']:,.0f}" if "shown_after_ms" in row else ""
        # Without an answer there is nothing to divide by.
        ratio = f"{row['per_s'] / peer['per_s']:.2f}" if peer and peer["per_s"] else ""
        beside = f"{peer['per_s']:,.0f} | {ms(peer)}" if peer else " | "
        print(f"| {what} | {unit} | {row['per_s']:,.0f} | {ms(row)} | {row['errors']} | {shown} | {beside} | {ratio} |")
    cpu = ours["server"]["cpu_s"]
    print(f"\n{ours['release']['parcels']:,} parcels on {ours['release']['rounds']} rounds; the server took {cpu:,.0f} s of a core\n")
