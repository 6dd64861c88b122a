"""PyVRP: python pyvrp_peer.py FILE SECONDS SEED. Prints the routes as JSON."""
import json
import sys
from pathlib import Path

import numpy
from pyvrp import Client, Depot, Location, ProblemData, Shipment, VehicleType, solve
from pyvrp.stop import MaxRuntime

from instance import read

file, seconds, seed = sys.argv[1:4]
case = read(Path(file))
n = len(case.points)
matrix = numpy.array(case.matrix)
end = {"tw_early": case.ready[0], "tw_late": case.due[0]} if case.timed else {}


def window(stop, name=""):
    if not case.timed:
        return {}
    return {
        f"{name}tw_early": case.ready[stop], f"{name}tw_late": case.due[stop],
        f"{name}service_duration": case.service[stop],
    }


paired = {stop for pair in case.pairs for stop in pair}
alone = [stop for stop in range(1, n) if stop not in paired]
data = ProblemData(
    locations=[Location(x, y) for x, y in case.points],
    clients=[Client(stop, delivery=[case.demand[stop]], **window(stop)) for stop in alone],
    depots=[Depot(0)],
    vehicle_types=[VehicleType(num_available=case.vehicles, capacity=[case.capacity], **end)],
    distance_matrices=[matrix],
    duration_matrices=[matrix if case.timed else numpy.zeros_like(matrix)],
    shipments=[
        Shipment(
            pickup, delivery, amount=[case.demand[pickup]],
            **window(pickup, "pickup_"), **window(delivery, "delivery_"),
        )
        for pickup, delivery in case.pairs
    ],
)
result = solve(data, stop=MaxRuntime(float(seconds)), seed=int(seed), collect_stats=False, display=False)


def stops(route):
    for visit in route.schedule():
        if visit.is_client():
            yield alone[visit.idx]
        elif visit.is_pickup():
            yield case.pairs[visit.idx][0]
        elif visit.is_delivery():
            yield case.pairs[visit.idx][1]


routes = [list(stops(route)) for route in result.best.routes()] if result.is_feasible() else None
print(json.dumps({"routes": routes, "iterations": result.num_iterations}))
