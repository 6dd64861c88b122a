"""OR-Tools: python ortools_peer.py FILE SECONDS SEED. Prints the routes as JSON."""
import json
import sys
from pathlib import Path

from ortools.constraint_solver import pywrapcp, routing_enums_pb2

from instance import read

file, seconds, seed = sys.argv[1:4]
case = read(Path(file))
n = len(case.points)
manager = pywrapcp.RoutingIndexManager(n, case.vehicles, 0)
model = pywrapcp.RoutingModel(manager)
arcs = model.RegisterTransitMatrix(case.matrix)
model.SetArcCostEvaluatorOfAllVehicles(arcs)
load = model.RegisterUnaryTransitVector(case.demand)
model.AddDimension(load, 0, case.capacity, True, "load")
if case.timed:
    times = model.RegisterTransitMatrix(
        [[case.service[i] + case.matrix[i][j] for j in range(n)] for i in range(n)]
    )
    model.AddDimension(times, case.due[0], case.due[0], False, "time")
    time = model.GetDimensionOrDie("time")
    for i in range(1, n):
        time.CumulVar(manager.NodeToIndex(i)).SetRange(case.ready[i], case.due[i])
    for pickup, delivery in case.pairs:
        a, b = manager.NodeToIndex(pickup), manager.NodeToIndex(delivery)
        model.AddPickupAndDelivery(a, b)
        model.solver().Add(model.VehicleVar(a) == model.VehicleVar(b))
        model.solver().Add(time.CumulVar(a) <= time.CumulVar(b))
parameters = pywrapcp.DefaultRoutingSearchParameters()
strategy = routing_enums_pb2.FirstSolutionStrategy
parameters.first_solution_strategy = strategy.PARALLEL_CHEAPEST_INSERTION if case.timed else strategy.SAVINGS
parameters.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
parameters.time_limit.FromMilliseconds(int(float(seconds) * 1000))
solution = model.SolveWithParameters(parameters)
routes = None
if solution:
    routes = []
    for vehicle in range(case.vehicles):
        index, route = model.Start(vehicle), []
        while not model.IsEnd(index):
            route.append(manager.IndexToNode(index))
            index = solution.Value(model.NextVar(index))
        if len(route) > 1:
            routes.append(route[1:])
print(json.dumps({"routes": routes}))
