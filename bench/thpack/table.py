"""Means of one run beside published ones: python table.py SECONDS SUPPORT ROWS (a file of JSON lines).

Published means are over all 100 instances of a class, on other machines and with other limits of
time; the first row is what BoxPacker's own tests expect of it.
"""
import json
import sys
from collections import defaultdict
from pathlib import Path

BOXPACKER = ("BoxPacker, as its tests expect", [79.55, 79.39, 79.34, 79.19, 78.74, 78.24, 77.26])
FREE = [
    BOXPACKER,
    ("Bortfeldt, Gehring 2001", [87.81, 89.40, 90.48, 90.63, 90.73, 90.72, 90.65]),
    ("Parreño et al. 2008", [93.85, 94.22, 94.25, 94.09, 93.87, 93.52, 92.94]),
    ("Parreño et al. 2010", [94.93, 95.19, 94.99, 94.71, 94.33, 94.04, 93.53]),
    ("Fanslau, Bortfeldt 2010", [95.05, 95.43, 95.47, 95.18, 95.00, 94.79, 94.24]),
    ("Gonçalves, Resende 2012", [95.28, 95.90, 96.13, 96.01, 95.84, 95.72, 95.29]),
]
FULL = [
    BOXPACKER,
    ("Fanslau, Bortfeldt 2010", [94.51, 94.73, 94.74, 94.41, 94.13, 93.85, 93.20]),
    ("Gonçalves, Resende 2012", [94.34, 94.88, 95.05, 94.74, 94.53, 94.32, 93.78]),
]

seconds, support = sys.argv[1], float(sys.argv[2])
shares = defaultdict(list)
for line in Path(sys.argv[3]).read_text().splitlines():
    row = json.loads(line)
    shares[row["class"]].append(100 * row["volume_utilisation"])
classes = sorted(shares)
counts = sorted({len(rows) for rows in shares.values()})


def line(name, means):
    cells = " | ".join(f"{mean:.2f}" for mean in means)
    print(f"| {name} | {cells} | {sum(means) / len(means):.2f} |")


print(f"\nMean utilisation in %, {seconds} s an instance, support {support:g}, "
      f"{' or '.join(map(str, counts))} instances a class\n")
print("| | " + " | ".join(f"BR{kind}" for kind in classes) + " | mean |")
print("|---" * (len(classes) + 2) + "|")
line("greenchain", [sum(shares[kind]) / len(shares[kind]) for kind in classes])
for name, means in FULL if support >= 1 else FREE:
    if all(kind <= len(means) for kind in classes):
        line(name, [means[kind - 1] for kind in classes])
