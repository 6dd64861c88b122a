"""The way from an extract to distances once more, by other hands: independent.py FILE NAME DIR.

libosmium reads, a few lines here judge which ways a van may take (access, one-way, roundabouts; no
barriers, no turns), SciPy searches. Prints how far its shortest distances are from the measured ones,
between the same places.
"""

import json
import math
import sys

import numpy
import osmium
import pandas
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, dijkstra

path, name, folder = sys.argv[1:4]
OPEN = {"motorway", "trunk", "primary", "secondary", "tertiary", "motorway_link", "trunk_link", "primary_link",
        "secondary_link", "tertiary_link", "unclassified", "residential", "living_street", "service", "track", "road"}
CLOSED = {"no", "private", "agricultural", "forestry", "emergency", "military", "psv", "bus"}


class Roads(osmium.SimpleHandler):
    def __init__(self):
        super().__init__()
        self.places, self.arcs = {}, []

    def node(self, node):
        self.places[node.id] = (node.location.lat, node.location.lon)

    def way(self, way):
        tags = dict(way.tags)
        said = next((tags[key] for key in ["goods", "motorcar", "motor_vehicle", "vehicle", "access"] if key in tags), "")
        if tags.get("highway") not in OPEN or said in CLOSED or tags.get("area") == "yes":
            return
        ids = [node.ref for node in way.nodes if node.ref in self.places]
        oneway = tags.get("oneway", "yes" if tags.get("junction") == "roundabout" or tags["highway"] == "motorway" else "no")
        for a, b in zip(ids, ids[1:]):
            if oneway != "-1":
                self.arcs.append((a, b))
            if oneway not in ("yes", "true", "1"):
                self.arcs.append((b, a))


def metres(a, b):
    """Great circle on the sphere of radius 6371008.8 m, by vectors."""
    def vector(place):
        lat, lon = map(math.radians, place)
        return numpy.array([math.cos(lat) * math.cos(lon), math.cos(lat) * math.sin(lon), math.sin(lat)])
    return 6371008.8 * 2 * math.asin(min(1.0, float(numpy.linalg.norm(vector(a) - vector(b))) / 2))


roads = Roads()
roads.apply_file(path)
index = {node: at for at, node in enumerate(sorted({end for arc in roads.arcs for end in arc}))}
place_of = {index[node]: roads.places[node] for node in index}
best = {}
for a, b in roads.arcs:
    if a != b:
        best[index[a], index[b]] = max(metres(roads.places[a], roads.places[b]), 1e-6)
tails, heads = map(list, zip(*best))
matrix = csr_array((list(best.values()), (tails, heads)), shape=(len(index), len(index)))
_, component = connected_components(matrix, connection="strong")
largest = numpy.bincount(component).argmax()

ends = pandas.read_csv(f"{folder}/{name}-places.csv")
by_place = {}
for at, place in place_of.items():
    if component[at] == largest:
        by_place.setdefault((round(place[0] * 1e7), round(place[1] * 1e7)), at)
chosen = [(end, by_place[lat, lon]) for end, lat, lon in zip(ends["end"], ends["lat_e7"], ends["lon_e7"])
          if (lat, lon) in by_place]
rows = [at for _, at in chosen]
found = dijkstra(matrix, indices=rows)[:, rows]
side = int(math.isqrt(numpy.fromfile(f"{folder}/{name}-places.bin", "<u4").size))
mine = numpy.fromfile(f"{folder}/{name}-places.bin", "<u4").reshape(side, side)
keep = [end for end, _ in chosen]
mine = mine[numpy.ix_(keep, keep)].astype(float)
off = numpy.abs(found - mine)
print(json.dumps({
    "case": name, "places": side, "found": len(keep), "pairs": int(off.size),
    "equal_to_1_m": round(float((off <= 1.0).mean()), 5),
    "within_1_percent": round(float((off <= 0.01 * mine + 1).mean()), 5),
    "most_m": float(off.max()),
}))
