"""VROOM by pyvroom: python vroom_peer.py FILE SECONDS SEED. Prints the routes as JSON.

It has no seed, and stops by itself or at the time limit.
"""
import datetime
import json
import sys
from pathlib import Path

import numpy
import vroom

from instance import read

file, seconds, _ = sys.argv[1:4]
case = read(Path(file))
problem = vroom.Input()
matrix = numpy.array(case.matrix, dtype=numpy.uint32)
problem.set_durations_matrix("car", matrix)
problem.set_costs_matrix("car", matrix)
window = lambda stop: [vroom.TimeWindow(case.ready[stop], case.due[stop])] if case.timed else []
for vehicle in range(case.vehicles):
    day = {"time_window": window(0)[0]} if case.timed else {}
    problem.add_vehicle(vroom.Vehicle(vehicle, start=0, end=0, capacity=[case.capacity], profile="car", **day))
paired = {stop for pair in case.pairs for stop in pair}
for stop in range(1, len(case.points)):
    if stop not in paired:
        problem.add_job(vroom.Job(
            stop, location=stop, delivery=[case.demand[stop]], default_service=case.service[stop],
            time_windows=window(stop),
        ))
for pickup, delivery in case.pairs:
    problem.add_shipment(
        vroom.ShipmentStep(pickup, pickup, default_service=case.service[pickup], time_windows=window(pickup)),
        vroom.ShipmentStep(delivery, delivery, default_service=case.service[delivery], time_windows=window(delivery)),
        vroom.Amount([case.demand[pickup]]),
    )
solution = problem.solve(
    exploration_level=5, nb_threads=1, timeout=datetime.timedelta(seconds=float(seconds))
)
routes = {}
for _, row in solution.routes.iterrows():
    if row["type"] in ("job", "pickup", "delivery"):
        routes.setdefault(row["vehicle_id"], []).append(int(row["id"]))
served = sum(map(len, routes.values()))
print(json.dumps({"routes": list(routes.values()) if served == len(case.points) - 1 else None}))
