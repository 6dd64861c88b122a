"""A day of a mixed fleet in VROOM's input format: made.py STOPS SEED FILE.

Half of the stops have a window of 2 to 4 hours, every fifth is a shipment, every fifth asks for a skill that
half of the vehicles have, every vehicle takes a break of half an hour between 4 and 5 hours after its start.
"""

import json
import math
import random
import sys


def made(stops, seed):
    draw = random.Random(seed)
    points = [(0.0, 0.0)] + [(draw.gauss(0, 6000), draw.gauss(0, 6000)) for _ in range(2 * stops)]
    seconds = [[int(math.dist(a, b) * 1.3 / 8) for b in points] for a in points]
    jobs, shipments = [], []
    for stop in range(stops):
        windows = {}
        if draw.random() < 0.5:
            opens = draw.randint(0, 6) * 3600
            windows = {"time_windows": [[opens, opens + draw.randint(2, 4) * 3600]]}
        skills = [1] if draw.random() < 0.2 else []
        amount = [draw.randint(1, 5)]
        task = {"id": stop, "location_index": 1 + stop, "service": 180}
        if stop % 5 == 0:
            left = {"id": stop, "location_index": 1 + stops + stop, "service": 180, **windows}
            shipments.append(
                {"amount": amount, "skills": skills, "pickup": task, "delivery": left}
            )
        else:
            jobs.append({**task, "delivery": amount, "skills": skills, **windows})
    vehicles = [
        {
            "id": number,
            "profile": "car",
            "start_index": 0,
            "end_index": 0,
            "capacity": [80],
            "time_window": [0, 36000],
            "skills": [1] if number % 2 == 0 else [],
            "breaks": [{"id": number, "time_windows": [[14400, 18000]], "service": 1800}],
        }
        for number in range(max(4, stops // 20))
    ]
    return {
        "jobs": jobs,
        "shipments": shipments,
        "vehicles": vehicles,
        "matrices": {"car": {"durations": seconds}},
    }


if __name__ == "__main__":
    with open(sys.argv[3], "w") as file:
        json.dump(made(int(sys.argv[1]), int(sys.argv[2])), file)
