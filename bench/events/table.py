"""The table of a run: table.py FOLDER SERVER_VERSION."""

import json
import os
import sys

folder, version = sys.argv[1:3]
rows = {name: [json.loads(line) for line in open(f"{folder}/{name}.jsonl")] for name in ["sqlite", "postgres"]}
print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, PostgreSQL {version}\n")
print("| writers | events an append | tenants | SQLite events/s | p50, p99 ms | PostgreSQL events/s | p50, p99 ms |")
print("|---|---|---|---|---|---|---|")
whole = []
for ours, theirs in zip(rows["sqlite"], rows["postgres"]):
    if "whole" in ours:
        whole.append((ours, theirs))
        continue
    cells = [f"{row.get('events_per_s', row['calls_per_s']):,} | {row['p50_ms']:.2f}, {row['p99_ms']:.2f}" for row in (ours, theirs)]
    case = f"{ours['writers']} | {ours['events_per_append']} | {ours['tenants']}" if "writers" in ours else f"16 readers | {ours['read']} (calls/s) | 1"
    print(f"| {case} | {cells[0]} | {cells[1]} |")
print("\n| whole | SQLite events/s | of | PostgreSQL events/s | of |")
print("|---|---|---|---|---|")
for ours, theirs in whole:
    cells = [f"{row['events_per_s']:,} | {row['events']:,}" for row in (ours, theirs)]
    print(f"| {ours['whole']} | {cells[0]} | {cells[1]} |")
