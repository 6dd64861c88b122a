"""Gaps of all peers: python table.py RAW.jsonl DATA. One row an instance, means by class."""
import csv
import json
import sys
from collections import defaultdict
from pathlib import Path

from instance import read

raw, data = Path(sys.argv[1]), Path(sys.argv[2])
COLUMN = {"cvrp-x": "best_known", "vrptw": "dist_trunc1"}
rows = [json.loads(line) for line in raw.read_text().splitlines()]


def references():
    for folder, column in COLUMN.items():
        table = data / folder / "bks.csv"
        for row in csv.DictReader(table.open()):
            if row[column]:
                yield row["instance"] if "instance" in row else row["name"], float(row[column])


known = dict(references())
costs = defaultdict(lambda: defaultdict(list))
classes = {}
for row in rows:
    path = Path(row["file"])
    classes[path.stem] = path.parent.name
    cost = None
    if row["routes"] is not None:
        # Raises where a peer's routes are wrong: then the table would mean nothing.
        cost = read(path).judge(row["routes"])
    costs[path.stem][row["who"]].append(cost)

names = sorted({row["who"] for row in rows}, key=lambda who: (not who.startswith("greenchain"), who))
print(f"Gap in % to best known, or ~ to the best of this run; mean of the seeds, and the worst behind /.\n")
print("| instance | reference | " + " | ".join(names) + " |")
print("|" + "---|" * (len(names) + 2))
gaps = defaultdict(lambda: defaultdict(list))
for instance, by_name in costs.items():
    found = [cost for list_ in by_name.values() for cost in list_ if cost is not None]
    reference = known.get(instance, min(found, default=0))
    mark = "" if instance in known else "~"
    cells = []
    for name in names:
        list_ = by_name.get(name, [])
        if not list_ or None in list_:
            cells.append("-")
            continue
        each = [(cost / reference - 1) * 100 for cost in list_]
        gaps[classes[instance]][name].append((sum(each) / len(each), instance))
        worst = f" / {max(each):.2f}" if len(each) > 1 else ""
        cells.append(f"{sum(each) / len(each):.2f}{worst}")
    print(f"| {instance} | {mark}{reference:g} | " + " | ".join(cells) + " |")
for kind, by_name in gaps.items():
    cells = []
    for name in names:
        list_ = [gap for gap, _ in by_name.get(name, [])]
        count = f" ({len(list_)})" if len(list_) < max(map(len, by_name.values())) else ""
        cells.append(f"{sum(list_) / len(list_):.2f}{count}" if list_ else "-")
    print(f"| mean {kind} | | " + " | ".join(cells) + " |")
