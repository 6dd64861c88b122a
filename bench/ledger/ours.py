"""greenchain: python ours.py BINARY FOLDER OUT QUERIES. Prints one JSON line.

Each query is a process of its own; its start is counted. The queries run over `ledger` (every line)
and again over `totals` (the sums that reports read), and both must answer alike.
"""
import json
import resource
import shutil
import subprocess
import sys
import time
from pathlib import Path

binary, folder, out, queries = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), Path(sys.argv[4])
shutil.rmtree(out, ignore_errors=True)


def peak():
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss


begin = time.perf_counter()
subprocess.run(
    [binary, "carbon", "calc", folder / "activity.parquet", "--factors", folder / "factors", "--out", out],
    check=True, stdout=subprocess.DEVNULL,
)
calculated, calculate_peak = time.perf_counter() - begin, peak()


def ask(sql):
    begin = time.perf_counter()
    done = subprocess.run([binary, "carbon", "query", out, sql, "--format", "csv"], check=True, capture_output=True, text=True)
    return time.perf_counter() - begin, done.stdout


result = {"calculate_s": calculated, "calculate_peak_kib": calculate_peak, "queries_s": [], "totals_s": []}
for query in filter(None, map(str.strip, queries.read_text().split(";"))):
    seconds, lines = ask(query.replace("sum(lines)", "count(*)"))
    again, sums = ask(query.replace("FROM ledger", "FROM totals"))
    if lines.splitlines()[1:] != sums.splitlines()[1:]:
        sys.exit(f"ledger and totals differ on: {query}")
    result["queries_s"].append(seconds)
    result["totals_s"].append(again)
    result.setdefault("total", lines.splitlines()[1].split(","))
result["peak_kib"] = peak()
print(json.dumps(result))
