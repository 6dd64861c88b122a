"""greenchain: python ours.py BINARY ITEMS CARTONS SUPPORT single|split OUT. Writes OUT.jsonl and OUT.json.

Three runs, each a process of its own; its seconds of packing are those it reports.
"""
import json
import subprocess
import sys
from pathlib import Path

binary, items, cartons, support, mode, out = sys.argv[1:7]
command = [binary, "pack", "--items", items, "--cartons", cartons, "--support", support, "--threads", "1", "--json"]
if mode == "single":
    command += ["--max-parcels", "1"]
seconds, answers = [], set()
for _ in range(3):
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    report = json.loads(next(line for line in done.stderr.splitlines() if line.startswith("{")))
    seconds.append(report["seconds_packing"])
    answers.add(done.stdout)
if len(answers) != 1:
    sys.exit("two runs differ")
Path(f"{out}.jsonl").write_text(answers.pop())
Path(f"{out}.json").write_text(json.dumps({"orders": report["orders"], "seconds": seconds}))
