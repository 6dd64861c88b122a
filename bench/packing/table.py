"""The answers of one run as tables: python table.py FOLDER ITEMS CARTONS [REFERENCE].

FOLDER holds NAME.MODE.jsonl (answers) and NAME.MODE.json (seconds); MODE is single, split or own (a
peer's own choice of cartons). Those of greenchain are greenchain@SUPPORT.
"""
import csv
import json
import sys
from pathlib import Path

from check import judge_file, read_cartons, read_orders

FEW = 6
SUPPORTS = (0, 0.75, 1)
ROUNDING = 1e-9

folder = Path(sys.argv[1])
orders, cartons = read_orders(sys.argv[2]), read_cartons(sys.argv[3])
verdicts, seconds = {}, {}
for path in sorted(folder.glob("*.jsonl")):
    name, mode = path.stem.rsplit(".", 1)
    verdicts[name, mode] = judge_file(path, orders, cartons)
    seconds[name, mode] = json.loads(path.with_suffix(".json").read_text())


def cost(verdict):
    """What is left out weighs first, then material."""
    return (verdict.unpacked, round(verdict.surface_cm2, 4))


def meets(verdict, support):
    return not verdict.unpacked and verdict.support >= support - ROUNDING


def ours(support, mode):
    return verdicts.get((f"greenchain@{support:g}", mode))


def print_answers():
    loads = [float(line.split()[-1]) for line in (folder / "load.txt").read_text().splitlines()]
    print("\nEvery answer, judged by check.py. Orders/s: one thread, the first of three passes and the best.")
    print(f"Load of the machine as each began: {min(loads):g} to {max(loads):g}; much above 1, only the ratios mean something.")
    for few, title in ((False, ""), (True, f" (asked only for orders of at most {FEW} pieces)")):
        group = {key: found for key, found in verdicts.items() if (len(found) < len(orders)) == few}
        if not group:
            continue
        served = set.intersection(*({o for o, v in found.items() if not v.unpacked} for found in group.values()))
        print(f"\n| who{title} | cartons | orders/s first | best | not served | surface of {len(served)} served by all, cm2 | faults | fully served with support 0.75 | 1 |")
        print("|---|---|---|---|---|---|---|---|---|")
        for (name, mode), found in group.items():
            took = seconds[name, mode]
            rates = [took["orders"] / s for s in (took["seconds"][0], min(took["seconds"]))]
            surface = sum(found[order].surface_cm2 for order in served)
            left = sum(v.unpacked > 0 for v in found.values())
            faults = sum(bool(v.faults) for v in found.values())
            borne = [sum(meets(v, s) for v in found.values()) for s in (0.75, 1)]
            print(f"| {name} | {mode} | {rates[0]:,.0f} | {rates[1]:,.0f} | {left} | {surface:,.1f} | {faults} | {borne[0]} | {borne[1]} |")


def compare(mine, theirs, support):
    """Better, equal, worse, surface of mine and theirs where both serve, not compared."""
    better = equal = worse = apart = 0
    areas = [0.0, 0.0]
    for order, their in theirs.items():
        if not their.unpacked and not meets(their, support):
            apart += 1
            continue
        a, b = cost(mine[order]), cost(their)
        better, equal, worse = better + (a < b), equal + (a == b), worse + (a > b)
        if a[0] == 0 and b[0] == 0:
            areas = [areas[0] + a[1], areas[1] + b[1]]
    return better, equal, worse, areas, apart


def best_of(peers, support):
    """Per order the least among the peers' answers that meet the support. An order that a peer serves
    without enough support, and none serves with it, is not compared."""
    best = {}
    for order in orders:
        answers = [found[order] for found in peers if order in found]
        whole = [verdict for verdict in answers if not verdict.unpacked]
        borne = [verdict for verdict in whole if meets(verdict, support)]
        if borne or not whole:
            best[order] = min(borne or answers, key=cost)
    return best


def print_duels(mode, against):
    rows = {key: found for key, found in verdicts.items() if key[1] in against and "@" not in key[0]}
    if not rows:
        return
    print(f"\ngreenchain, {mode}, against each peer; a peer's packing that misses the support is not compared.\n")
    print("| support | peer | cartons | less material | equal | more | ours / theirs where both serve | not compared |")
    print("|---|---|---|---|---|---|---|---|")
    for support in SUPPORTS:
        mine = ours(support, mode)
        if mine is None:
            continue
        duels = {**rows, ("best of them", mode): best_of(rows.values(), support)}
        for (name, cartons_mode), found in duels.items():
            better, equal, worse, (a, b), apart = compare(mine, found, support)
            apart += len(orders) - len(found) if name == "best of them" else 0
            ratio = f"{a / b:.4f}" if b else "-"
            print(f"| {support:g} | {name} | {cartons_mode} | {better} | {equal} | {worse} | {ratio} | {apart} |")


def print_reference(path):
    """Against the exhaustive search over robot-packable placements."""
    print("\nSingle carton beside reference_dev.csv, orders searched to the end:\n")
    print("| support | less material | equal | more | one of the two has no carton |")
    print("|---|---|---|---|---|")
    rows = [row for row in csv.DictReader(open(path, newline="")) if row["search_exhausted"] == "1"]
    for support, column in ((0, "surface_cm2"), (1, "surface_full_support_cm2")):
        mine = ours(support, "single")
        if mine is None:
            continue
        less = equal = more = apart = 0
        for row in rows:
            found, known = mine[row["order_id"]], row[column]
            if support and int(row["pieces"]) > FEW:
                continue
            if not known or found.unpacked:
                apart += bool(known) or not found.unpacked
                continue
            ahead = round(found.surface_cm2 - float(known), 4)
            less, equal, more = less + (ahead < 0), equal + (ahead == 0), more + (ahead > 0)
        print(f"| {support} | {less} | {equal} | {more} | {apart} |")


def print_proven():
    few = [order for order, pieces in orders.items() if len(pieces) <= FEW]
    print(f"\nProven optimal by greenchain, of {len(few)} orders of at most {FEW} pieces, of all {len(orders)}, and what splitting saves:\n")
    print("| support | cartons | of few pieces | of all | orders better split | surface split / single |")
    print("|---|---|---|---|---|---|")
    for support in SUPPORTS:
        for mode in ("single", "split"):
            found = ours(support, mode)
            if found is None:
                continue
            share = [100 * sum(found[o].proven for o in some) / max(1, len(some)) for some in (few, list(orders))]
            single = ours(support, "single")
            both = [o for o in orders if single and not single[o].unpacked and not found[o].unpacked]
            less = sum(cost(found[o]) < cost(single[o]) for o in both)
            areas = [sum(v[o].surface_cm2 for o in both) for v in (found, single or {})]
            print(f"| {support:g} | {mode} | {share[0]:.2f} % | {share[1]:.2f} % | {less} | {areas[0] / areas[1] if areas[1] else 0:.4f} |")


print_answers()
if any(ours(support, mode) for support in SUPPORTS for mode in ("single", "split")):
    print_duels("single", ("single",))
    print_duels("split", ("split", "own"))
    if len(sys.argv) > 4:
        print_reference(sys.argv[4])
    print_proven()
