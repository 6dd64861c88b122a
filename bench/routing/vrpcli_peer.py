"""vrp-cli: python vrpcli_peer.py FILE SECONDS SEED. VRP_CLI names the binary. Prints the routes as JSON."""
import json
import os
import subprocess
import sys
import tempfile
from datetime import datetime, timedelta, timezone
from pathlib import Path

from instance import read

file, seconds, _ = sys.argv[1:4]
case = read(Path(file))
start = datetime(2020, 1, 1, tzinfo=timezone.utc)
end = case.due[0] if case.timed else 10**7


def stamp(time):
    return (start + timedelta(seconds=time)).strftime("%Y-%m-%dT%H:%M:%SZ")


def task(stop, demand):
    place = {"location": {"index": stop}, "duration": case.service[stop]}
    if case.timed:
        place["times"] = [[stamp(case.ready[stop]), stamp(case.due[stop])]]
    return {"places": [place], "demand": [demand]}


paired = {stop for pair in case.pairs for stop in pair}
jobs = [
    {"id": str(stop), "deliveries": [task(stop, case.demand[stop])]}
    for stop in range(1, len(case.points)) if stop not in paired
]
for pickup, delivery in case.pairs:
    demand = case.demand[pickup]
    jobs.append({"id": f"{pickup}-{delivery}", "pickups": [task(pickup, demand)], "deliveries": [task(delivery, demand)]})
home = {"index": 0}
problem = {
    "plan": {"jobs": jobs},
    "fleet": {
        "vehicles": [{
            "typeId": "van", "vehicleIds": [f"van{i}" for i in range(case.vehicles)],
            "profile": {"matrix": "car"}, "costs": {"fixed": 0, "distance": 1, "time": 0},
            "shifts": [{
                "start": {"earliest": stamp(0), "location": home}, "end": {"latest": stamp(end), "location": home},
            }],
            "capacity": [case.capacity],
        }],
        "profiles": [{"name": "car"}],
    },
    "objectives": [{"type": "minimize-unassigned"}, {"type": "minimize-cost"}],
}
flat = [arc for row in case.matrix for arc in row]
with tempfile.TemporaryDirectory() as folder:
    files = {name: Path(folder) / f"{name}.json" for name in ("problem", "matrix", "solution")}
    files["problem"].write_text(json.dumps(problem))
    matrix = {"profile": "car", "travelTimes": flat if case.timed else [0] * len(flat), "distances": flat}
    files["matrix"].write_text(json.dumps(matrix))
    subprocess.run(
        [
            os.environ["VRP_CLI"], "solve", "pragmatic", files["problem"], "-m", files["matrix"],
            f"--max-time={int(float(seconds))}", "--parallelism", "1,1", "-o", files["solution"],
        ],
        check=True, capture_output=True,
    )
    solution = json.loads(files["solution"].read_text())
routes = []
for tour in solution["tours"]:
    route = []
    for stop in tour["stops"]:
        for activity in stop["activities"]:
            if activity["type"] == "delivery" and "-" not in activity["jobId"]:
                route.append(int(activity["jobId"]))
            elif activity["type"] in ("pickup", "delivery"):
                pickup, delivery = map(int, activity["jobId"].split("-"))
                route.append(pickup if activity["type"] == "pickup" else delivery)
    routes.append(route)
print(json.dumps({"routes": None if solution.get("unassigned") else routes}))
