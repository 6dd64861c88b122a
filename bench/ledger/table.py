"""The rows of one run as a table: python table.py MILLIONS OURS DUCK PANDAS (files of one JSON line)."""
import json
import sys
from pathlib import Path

millions = float(sys.argv[1])
ours, duck, pandas = (json.loads(Path(path).read_text()) for path in sys.argv[2:5])
print(f"\n{millions:g} million lines, one run, 2 threads where a peer has threads\n")
print("| | calculate and write, s | million lines/s | ours is times as fast | ten queries, s | peak MiB |")
print("|---|---|---|---|---|---|")
for name, row, queries in [
    ("greenchain, over `ledger`", ours, sum(ours["queries_s"])),
    ("greenchain, over `totals`", ours, sum(ours["totals_s"])),
    (f"DuckDB {duck['version']}", duck, sum(duck["queries_s"])),
    (f"pandas {pandas['version']}", pandas, sum(pandas["queries_s"])),
]:
    ratio = row["calculate_s"] / ours["calculate_s"]
    print(
        f"| {name} | {row['calculate_s']:.2f} | {millions / row['calculate_s']:.2f} | {ratio:.2f} "
        f"| {queries:.2f} | {row['peak_kib'] / 1024:.0f} |"
    )
print("\nsum of WTT and of TTW, kg CO2e")
for name, row in [("greenchain", ours), ("DuckDB", duck), ("pandas", pandas)]:
    print(f"  {name}: {' '.join(row['total'])}")
print("\n| query | ledger, s | totals, s | DuckDB, s | pandas, s |\n|---|---|---|---|---|")
columns = zip(ours["queries_s"], ours["totals_s"], duck["queries_s"], pandas["queries_s"])
for number, times in enumerate(columns, 1):
    print(f"| {number} | " + " | ".join(f"{seconds:.3f}" for seconds in times) + " |")
