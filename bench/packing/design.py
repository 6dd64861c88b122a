"""Carton sets on later months: python design.py BINARY ITEMS CARTONS MONTH FOLDER.

Orders before MONTH are the history; sets of as many cartons as CARTONS has are made on it by
greenchain and by k-medoids. The orders of MONTH and after are packed by `greenchain pack`, one carton each,
with each set, and every answer is judged.
"""
import csv
import json
import subprocess
import sys
import time
from pathlib import Path

from check import judge_file, read_cartons, read_orders

SUPPORT = 0.75
binary, items, given, month, folder = sys.argv[1:5] + [Path(sys.argv[5])]
columns = ("carton_id", "length_cm", "width_cm", "height_cm", "max_weight_g", "tare_g", "material")

with open(items, newline="") as file:
    lines = list(csv.DictReader(file))
for name, some in (
    ("history", [line for line in lines if line["month"] < month]),
    ("later", [line for line in lines if line["month"] >= month]),
):
    with open(folder / f"{name}.csv", "w", newline="") as file:
        writer = csv.DictWriter(file, lines[0].keys())
        writer.writeheader()
        writer.writerows(some)

count = str(len(read_cartons(given)))
here = Path(__file__).parent
history = folder / "history.csv"
medoids = subprocess.run([sys.executable, here / "medoids.py", history, count], check=True, capture_output=True, text=True)
(folder / "medoids.csv").write_text(medoids.stdout)
begin = time.perf_counter()
command = [binary, "cartons", "design", "--orders", history, "--count", count, "--json"]
designed = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
seconds = time.perf_counter() - begin
with open(folder / "greenchain.csv", "w", newline="") as file:
    writer = csv.DictWriter(file, columns, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(designed["cartons"])


def packed(cartons, period, out):
    """Verdicts on the orders of a period packed with a set."""
    orders = folder / f"{period}.csv"
    command = [binary, "pack", "--items", orders, "--cartons", cartons, "--support", str(SUPPORT)]
    command += ["--max-parcels", "1", "--threads", "1", "--json"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    answers = folder / f"{out}.{period}.jsonl"
    answers.write_text(done.stdout)
    return judge_file(answers, read_orders(orders), read_cartons(cartons))


sets = {"given": given, "k-medoids": folder / "medoids.csv", "greenchain": folder / "greenchain.csv"}
print(f"\n{count} cartons, made on the orders before {month}; one carton an order, support {SUPPORT}\n")
print("| set | months | orders | not served | faults | surface where all serve, cm2 | less than given |")
print("|---|---|---|---|---|---|---|")
for period, title in (("history", f"before {month}"), ("later", f"from {month}")):
    verdicts = {name: packed(cartons, period, name) for name, cartons in sets.items()}
    served = set.intersection(*({o for o, v in found.items() if not v.unpacked} for found in verdicts.values()))
    surfaces = {name: sum(found[order].surface_cm2 for order in served) for name, found in verdicts.items()}
    for name, found in verdicts.items():
        left = sum(v.unpacked > 0 for v in found.values())
        faults = sum(bool(v.faults) for v in found.values())
        less = 100 * (1 - surfaces[name] / surfaces["given"])
        print(f"| {name} | {title} | {len(found)} | {left} | {faults} | {surfaces[name]:,.1f} | {less:.2f} % |")
if designed.get("lower_bound"):
    gap = 100 * (designed["material"] / designed["lower_bound"] - 1)
    print(f"\ngreenchain's design took {seconds:.1f} s and is {gap:.2f} % above its lower bound on the history.")
