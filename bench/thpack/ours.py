"""greenchain: python ours.py BINARY FOLDER CLASSES INSTANCES SECONDS SUPPORT. One JSON line an instance.

CLASSES and INSTANCES are lists such as 1,3,5-7. One instance at a time, on one thread.
"""
import json
import subprocess
import sys
from pathlib import Path

binary, folder, classes, instances, seconds, support = sys.argv[1:7]


def numbers(text):
    for part in text.split(","):
        first, _, last = part.partition("-")
        yield from range(int(first), int(last or first) + 1)


for kind in numbers(classes):
    for instance in numbers(instances):
        done = subprocess.run(
            [
                binary, "pack", "--thpack", Path(folder) / f"thpack{kind}.txt", "--instance", str(instance),
                "--time", seconds, "--support", support,
            ],
            check=True, capture_output=True, text=True,
        )
        row = json.loads(done.stdout)
        print(json.dumps({
            "class": kind,
            "instance": instance,
            "volume_utilisation": row["volume_utilisation"],
            "boxes": len(row["placements"]),
        }), flush=True)
