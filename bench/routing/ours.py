"""greenchain: python ours.py FILE SECONDS SEED [MORE…]. GREENCHAIN names the binary. Prints the routes as JSON."""
import json
import os
import subprocess
import sys

file, seconds, seed, *more = sys.argv[1:]
precision = [] if file.endswith(".vrp") else ["--precision", "trunc1"]
done = subprocess.run(
    [os.environ["GREENCHAIN"], "route", file, "--time", seconds, "--seed", seed, "--json", *precision, *more],
    check=False, capture_output=True, text=True,
)
found = json.loads(done.stdout)
print(json.dumps({"routes": found["routes"] if found["feasible"] else None, "iterations": found["iterations"]}))
