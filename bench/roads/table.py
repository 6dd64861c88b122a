"""The rows of one run as tables: table.py RAW."""

import json
import sys
from pathlib import Path

raw = Path(sys.argv[1])


def rows(name):
    path = raw / name
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


ours = rows("ours.jsonl")
print("| case | nodes | arcs | read s | graph s | index s | 1 000 snaps s | file MB | read file s |")
print("|---|---|---|---|---|---|---|---|---|")
for row in ours:
    read, made = row.get("read_s", "-"), row.get("assemble_s", "-")
    print(f"| {row['case']} | {row['nodes']} | {row['arcs']} | {read} | {made} | {row['index_s']} "
          f"| {row['snap_1000_s']} | {row['file_mb']} | {row['file_read_s']} |")

print("\n| case | sought | tool | prepare s | table 1 000 x 1 000 s | cells that differ | by at most |")
print("|---|---|---|---|---|---|---|")
for row in ours:
    for goal, unit in [("fastest", "s"), ("shortest", "m")]:
        own = row[goal]
        print(f"| {row['case']} | {goal} | **roads** | {own['prepare_s']} | {own['table_s']} | | |")
        dijkstra = round(own["dijkstra_row_s"] * 1000, 2)
        print(f"| {row['case']} | {goal} | our Dijkstra, one row times 1 000 | 0 | {dijkstra} | | |")
        for peer in rows("peers.jsonl"):
            if (peer["case"], peer["goal"]) == (row["case"], goal):
                print(f"| {row['case']} | {goal} | {peer['tool']} | {peer['prepare_s']} | {peer['table_s']} "
                      f"| {peer['differ']} | {peer['most']} {unit} |")
    timed = round(row["timed_rows_50_s"] * 20, 2)
    print(f"| {row['case']} | fastest at 8:00 | **roads**, 50 rows times 20 | 0 | {timed} | | |")

print("\n| case | places | found by the other reader | pairs | equal to 1 m | within 1 % | most m |")
print("|---|---|---|---|---|---|---|")
for row in rows("independent.jsonl"):
    print(f"| {row['case']} | {row['places']} | {row['found']} | {row['pairs']} | {row['equal_to_1_m']:.2%} "
          f"| {row['within_1_percent']:.2%} | {row['most_m']:.0f} |")
