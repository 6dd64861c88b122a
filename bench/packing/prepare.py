"""One plain form for every peer: python prepare.py ITEMS CARTONS FOLDER.

Writes items.tsv (order, sku, quantity, three sides in mm, g) and cartons.tsv (id, three sides in mm, g,
surface in mm2; from the least surface up). Peers count in whole mm, so anything finer is refused.
"""
import csv
import sys
from pathlib import Path

items, cartons, folder = sys.argv[1], sys.argv[2], Path(sys.argv[3])
folder.mkdir(parents=True, exist_ok=True)


def sides(row):
    mm = [float(row[side]) * 10 for side in ("length_cm", "width_cm", "height_cm")]
    if any(abs(side - round(side)) > 1e-6 for side in mm):
        sys.exit(f"{row}: sides must be whole mm")
    return [round(side) for side in mm]


def surface(mm):
    return 2 * (mm[0] * mm[1] + mm[0] * mm[2] + mm[1] * mm[2])


with open(items, newline="") as file, open(folder / "items.tsv", "w") as out:
    for row in csv.DictReader(file):
        if row.get("fragile", "0") == "1" or row.get("upright", "0") == "1":
            sys.exit("fragile and upright pieces: not every peer knows them")
        print(row["order_id"], row["sku"], row["quantity"], *sides(row), row["weight_g"], sep="\t", file=out)

with open(cartons, newline="") as file, open(folder / "cartons.tsv", "w") as out:
    rows = [(row["carton_id"], *sides(row), row["max_weight_g"]) for row in csv.DictReader(file)]
    for row in sorted(rows, key=lambda row: (surface(row[1:4]), row[0])):
        print(*row, surface(row[1:4]), sep="\t", file=out)
