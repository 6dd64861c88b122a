"""Routing instances as whole numbers, the same for every peer, and a judge of routes.

VRPLIB Euclidean files (distances rounded), Solomon and Gehring-Homberger files (distances and times cut
to a tenth, counted in tenths), Li and Lim files (the same).
"""
import math


class Instance:
    def __init__(self, name, kind, capacity, vehicles, points, demand, ready, due, service, pairs):
        self.name, self.kind, self.capacity, self.vehicles = name, kind, capacity, vehicles
        self.points, self.demand = points, demand
        self.ready, self.due, self.service, self.pairs = ready, due, service, pairs
        self.timed = kind != "cvrp"
        self.scale = 10 if self.timed else 1
        n = len(points)
        self.matrix = [[self._arc(points[i], points[j]) for j in range(n)] for i in range(n)]

    def _arc(self, a, b):
        length = math.hypot(a[0] - b[0], a[1] - b[1])
        # Against the last bit of products: 4.7 * 10 is 47, not 46.
        return int(10 * length + 1e-9) if self.timed else int(length + 0.5)

    def judge(self, routes):
        """Cost in units of the file, or ValueError with what is wrong."""
        seen = sorted(stop for route in routes for stop in route)
        if seen != list(range(1, len(self.points))):
            raise ValueError("not every stop exactly once")
        if len([route for route in routes if route]) > self.vehicles:
            raise ValueError("too many vehicles")
        cost = 0
        for route in routes:
            load, time, last = 0, 0, 0
            for stop in [*route, 0]:
                cost += self.matrix[last][stop]
                time = max(time + self.matrix[last][stop], self.ready[stop])
                if self.timed and time > self.due[stop]:
                    raise ValueError(f"late at {stop}")
                time += self.service[stop]
                load += self.demand[stop]
                if load > self.capacity:
                    raise ValueError(f"too full at {stop}")
                last = stop
            place = {stop: at for at, stop in enumerate(route)}
            for pickup, delivery in self.pairs:
                if (pickup in place) != (delivery in place) or place.get(pickup, 0) > place.get(delivery, 0):
                    raise ValueError(f"pair {pickup}, {delivery} is torn")
        return cost / self.scale


def read(path):
    text = path.read_text()
    return _vrplib(path, text) if ":" in text.splitlines()[0] else _windows(path, text)


def _vrplib(path, text):
    points, demand, section, capacity = [], [], "", 0
    for line in text.splitlines():
        words = line.split()
        if not words:
            continue
        if words[0].endswith("_SECTION") or words[0] == "EOF":
            section = words[0]
        elif line.startswith("CAPACITY"):
            capacity = int(words[-1])
        elif section == "NODE_COORD_SECTION":
            points.append((float(words[1]), float(words[2])))
        elif section == "DEMAND_SECTION":
            demand.append(int(words[1]))
    n = len(points)
    return Instance(path.stem, "cvrp", capacity, n - 1, points, demand, [0] * n, [0] * n, [0] * n, [])


def _windows(path, text):
    rows = [[float(word) for word in line.split()] for line in text.splitlines() if _numbers(line)]
    head, rows = rows[0], [row for row in rows[1:] if len(row) >= 7]
    is_lilim = len(rows[0]) >= 9
    capacity, vehicles = int(head[1]), int(head[0])
    tenths = lambda column: [round(row[column] * 10) for row in rows]
    pairs = [(i, int(row[8])) for i, row in enumerate(rows) if is_lilim and row[8] > 0]
    return Instance(
        path.stem, "pdptw" if is_lilim else "vrptw", capacity, vehicles, [(row[1], row[2]) for row in rows],
        [int(row[3]) for row in rows], tenths(4), tenths(5), tenths(6), pairs,
    )


def _numbers(line):
    words = line.split()
    try:
        [float(word) for word in words]
    except ValueError:
        return False
    return len(words) >= 2
