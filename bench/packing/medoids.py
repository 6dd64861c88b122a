"""A carton set by k-medoids: python medoids.py HISTORY COUNT > CARTONS. The comparison for `cartons design`.

Orders are points in the space of their three sorted sides (several pieces joined along their shortest),
clustered around COUNT medoids, as Yang & Mu (arXiv 1809.10210) do; a carton holds the whole of its
cluster. Then, to be kind, orders go to the carton of least surface that holds them and cartons shrink
to what they hold, until nothing changes. Sides are rounded up to 5 mm; a carton bears 2 kg and
0.5 kg a litre, at most 30 kg, which is the rule of the given cartons.
"""
import math
import sys
from collections import Counter

from check import read_orders

GRID = 50
LARGEST = (11_000, 10_500, 6_000)


def tight(pieces):
    sides = [sorted(piece.sides, reverse=True) for piece in pieces]
    box = (max(s[0] for s in sides), max(s[1] for s in sides), sum(s[2] for s in sides))
    return tuple(sorted((-(-side // GRID) * GRID for side in box), reverse=True))


def surface(box):
    return 2 * (box[0] * box[1] + box[0] * box[2] + box[1] * box[2])


def inside(a, b):
    return all(x <= y for x, y in zip(a, b))


def hull(boxes):
    return tuple(max(sides) for sides in zip(*boxes))


points = Counter(box for pieces in read_orders(sys.argv[1]).values() if inside(box := tight(pieces), LARGEST))
count = int(sys.argv[2])
boxes = sorted(points, key=lambda box: (surface(box), box))
medoids = [boxes[(2 * i + 1) * len(boxes) // (2 * count)] for i in range(count)]
while True:
    clusters = {medoid: [] for medoid in medoids}
    for box in boxes:
        clusters[min(medoids, key=lambda medoid: (math.dist(box, medoid), medoid))].append(box)
    moved = [
        min(cluster, key=lambda c: (sum(points[b] * math.dist(b, c) for b in cluster), c))
        for cluster in clusters.values()
        if cluster
    ]
    if sorted(moved) == sorted(medoids):
        break
    medoids = moved

cartons = sorted({hull(cluster) for cluster in clusters.values() if cluster}, key=surface)
while True:
    held = {}
    for box in boxes:
        held.setdefault(next(c for c in cartons if inside(box, c)), []).append(box)
    shrunk = sorted({hull(boxes) for boxes in held.values()}, key=surface)
    if shrunk == cartons:
        break
    cartons = shrunk

print("carton_id,length_cm,width_cm,height_cm,max_weight_g,tare_g,material")
for number, (l, w, h) in enumerate(cartons, 1):
    load = min(30_000, 2_000 + l * w * h // 2_000_000)
    print(f"M{number:02},{l / 100},{w / 100},{h / 100},{load},0,k-medoids")
