"""py3dbp: python py3dbp_peer.py FOLDER. Carton by carton from the least surface up.

Prints one JSON line an order, in the form of `greenchain pack`, and on standard error the seconds of
each of three passes: making its objects and packing, without reading and printing.
"""
import itertools
import json
import sys
import time
from pathlib import Path

from py3dbp import Bin, Item, Packer

folder = Path(sys.argv[1])
cartons = []
for line in (folder / "cartons.tsv").read_text().splitlines():
    name, *numbers = line.split("\t")
    cartons.append((name, *map(int, numbers)))
rows = [line.split("\t") for line in (folder / "items.tsv").read_text().splitlines()]
orders = {}
for order, sku, quantity, *numbers in rows:
    orders.setdefault(order, []).extend([(sku, *map(int, numbers))] * int(quantity))


def pack(pieces):
    volume = sum(l * w * h for _, l, w, h, _ in pieces)
    mass = sum(piece[4] for piece in pieces)
    for name, l, w, h, mass_max, _ in cartons:
        if volume > l * w * h or mass > mass_max:
            continue
        packer = Packer()
        packer.add_bin(Bin(name, l, w, h, mass_max))
        for piece in pieces:
            packer.add_item(Item(*piece))
        packer.pack(bigger_first=True, number_of_decimals=0)
        if len(packer.bins[0].items) == len(pieces):
            return packer.bins[0]
    return None


def cm(mm):
    return float(mm) / 10


seconds = []
for _ in range(3):
    begin = time.perf_counter()
    packed = {order: pack(pieces) for order, pieces in orders.items()}
    seconds.append(time.perf_counter() - begin)
axes = ("x_cm", "y_cm", "z_cm", "dx_cm", "dy_cm", "dz_cm")
for order, into in packed.items():
    parcels = []
    if into is not None:
        items = [
            {"sku": item.name, **dict(zip(axes, map(cm, itertools.chain(item.position, item.get_dimension()))))}
            for item in into.items
        ]
        parcels = [{"carton_id": into.name, "items": items}]
    unpacked = [] if parcels else [{"sku": piece[0]} for piece in orders[order]]
    print(json.dumps({"order_id": order, "parcels": parcels, "unpacked": unpacked}))
print(json.dumps({"orders": len(orders), "seconds": seconds}), file=sys.stderr)
