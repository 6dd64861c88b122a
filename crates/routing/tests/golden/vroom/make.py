"""Makes problems by seed and VROOM's answers to them: make.py FIRST LAST FOLDER, with `vroom` on the path."""

import json
import random
import subprocess
import sys
from pathlib import Path

MOMENT = 1_796_000_000


def ways(draw, places):
    points = [(draw.random() * 4000, draw.random() * 4000) for _ in range(places)]

    def metres(i, j):
        straight = ((points[i][0] - points[j][0]) ** 2 + (points[i][1] - points[j][1]) ** 2) ** 0.5
        return 0 if i == j else int(straight * (1 + 0.2 * draw.random()))

    distances = [[metres(i, j) for j in range(places)] for i in range(places)]
    durations = [[int(x / (8 + 4 * draw.random())) for x in row] for row in distances]
    return distances, durations


def matrices(seed, distances, durations):
    of = {"durations": durations}
    if seed % 2 == 0:
        of["distances"] = distances
    if seed % 7 == 3:
        of.pop("distances", None)
        of["costs"] = [[x // 3 for x in row] for row in distances]
    return of


def tasks(draw, seed, base, places):
    def window():
        start = draw.randint(0, 9000)
        return [base + start, base + start + draw.randint(600, 4000)]

    def task(place):
        return {"id": place, "location_index": place, "service": draw.randint(0, 400)}

    jobs, shipments, place = [], [], 2
    while place < places:
        priority = {"priority": draw.randint(0, 100)} if seed % 4 == 1 else {}
        if place + 1 < places and draw.random() < 0.3:
            pickup, delivery = task(place), task(place + 1)
            if draw.random() < 0.5:
                delivery["time_windows"] = [window()]
            amount = [draw.randint(0, 3), 1]
            shipments.append({"pickup": pickup, "delivery": delivery, "amount": amount, **priority})
            place += 2
            continue
        job = task(place)
        place += 1
        if draw.random() < 0.5:
            job["time_windows"] = [window()]
        if draw.random() < 0.3:
            job["time_windows"] = [[base + 1000, base + 2000], [base + 5000, base + 9000]]
        if draw.random() < 0.3:
            job["setup"] = draw.randint(1, 300)
        # The amount is drawn before its key.
        amount = [draw.randint(0, 4), 1]
        job[draw.choice(["delivery", "pickup"])] = amount
        if draw.random() < 0.3:
            job["skills"] = [draw.choice([1, 5])]
        if seed % 5 == 2 and draw.random() < 0.5:
            job["service_per_type"] = {"big": draw.randint(0, 900)}
        jobs.append({**job, **priority})
    return jobs, shipments


def vehicle(draw, seed, base, number, of):
    v = {
        "id": number,
        "start_index": 0,
        "end_index": draw.choice([0, 1]),
        "capacity": [draw.randint(6, 12), draw.randint(3, 8)],
        "skills": [1, 5] if draw.random() < 0.7 else [],
    }
    if draw.random() < 0.2:
        del v["end_index"]
    if base or draw.random() < 0.6:
        v["time_window"] = [base + draw.randint(0, 500), base + 14000]
    if draw.random() < 0.5:
        windows = [[base + 3000, base + 5000]]
        v["breaks"] = [{"id": 1, "time_windows": windows, "service": draw.randint(60, 900)}]
    if draw.random() < 0.3:
        v["max_tasks"] = draw.randint(3, 8)
    if draw.random() < 0.3:
        v["max_travel_time"] = draw.randint(1500, 4000)
    if "distances" in of and draw.random() < 0.3:
        v["max_distance"] = draw.randint(8000, 20000)
    if "costs" not in of:
        costs = {"fixed": draw.choice([0, 500])}
        if draw.random() < 0.5:
            costs["per_hour"] = draw.choice([1800, 3600, 7200])
        if "distances" in of and draw.random() < 0.5:
            costs["per_km"] = draw.choice([100, 1000])
        v["costs"] = costs
    if seed % 5 == 2:
        v["type"] = draw.choice(["big", "small"])
    if seed % 6 == 5:
        v["speed_factor"] = 2.0
    return v


def problem(seed):
    draw = random.Random(seed)
    places = draw.randint(6, 14) + 2
    distances, durations = ways(draw, places)
    if seed % 6 == 5:
        # Even, so that the halves of a speed factor of 2 are whole.
        durations = [[2 * x for x in row] for row in durations]
    base = 0 if seed % 3 else MOMENT
    of = matrices(seed, distances, durations)
    jobs, shipments = tasks(draw, seed, base, places)
    fleet = [vehicle(draw, seed, base, k + 1, of) for k in range(draw.randint(2, 4))]
    return {"jobs": jobs, "shipments": shipments, "vehicles": fleet, "matrices": {"car": of}}


def told(answer):
    """The keys of an answer that the test reads."""
    step = ("type", "id", "arrival", "waiting_time", "setup", "service")
    return {
        "summary": {"cost": answer["summary"]["cost"]},
        "unassigned": [{key: task[key] for key in ("id", "type")} for task in answer["unassigned"]],
        "routes": [
            {
                "vehicle": route["vehicle"],
                "steps": [{key: s[key] for key in step if key in s} for s in route["steps"]],
            }
            for route in answer["routes"]
        ],
    }


def main():
    first, last, folder = int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])
    for seed in range(first, last + 1):
        given, answer = folder / f"{seed}.in.json", folder / f"{seed}.out.json"
        given.write_text(json.dumps(problem(seed), separators=(",", ":")) + "\n")
        subprocess.run(["vroom", "-i", given, "-o", answer], check=True)
        kept = told(json.loads(answer.read_text()))
        answer.write_text(json.dumps(kept, separators=(",", ":")) + "\n")


main()
