"""The peers on the arcs and ends of one case: peers.py DIR NAME FAST_PATHS.

Each end becomes a node of its own, tied to the road as the measured snap has it, so that all tools
search one and the same graph. Processor seconds of one thread. Prints JSON lines.
"""

import json
import os
import subprocess
import sys
import time

import numpy
import pandas

folder, name, fast_paths = sys.argv[1:4]
arcs = pandas.read_csv(f"{folder}/{name}-arcs.csv")
ends = pandas.read_csv(f"{folder}/{name}-ends.csv")
nodes = int(max(arcs["tail"].max(), arcs["head"].max())) + 1
count = int(ends["end"].max()) + 1
first_source, first_target = nodes, nodes + count
sources = ends[ends["role"] == "source"]
targets = ends[ends["role"] == "target"]
columns = ["millis", "centimetres"]
joined = pandas.concat([
    arcs,
    sources.assign(tail=first_source + sources["end"], head=sources["node"])[["tail", "head", *columns]],
    targets.assign(tail=targets["node"], head=first_target + targets["end"])[["tail", "head", *columns]],
])
# Of arcs between the same two nodes the cheapest in what is sought.
by_time = joined.sort_values(columns).drop_duplicates(["tail", "head"], ignore_index=True)
by_length = joined.sort_values(columns[::-1]).drop_duplicates(["tail", "head"], ignore_index=True)
total = nodes + 2 * count
source_list = numpy.arange(first_source, first_source + count)
target_list = numpy.arange(first_target, first_target + count)
ours = {
    "fastest": numpy.fromfile(f"{folder}/{name}-fastest.bin", "<u4").reshape(count, count),
    "shortest": numpy.fromfile(f"{folder}/{name}-shortest.bin", "<u4").reshape(count, count),
}
unit = {"fastest": 1000, "shortest": 100}


# On one street one may drive straight along, which the graph of the peers does not have.
street = sources.groupby("end")["street"].first().to_numpy()
same = street[:, None] == street[None, :]


def differences(goal, values):
    """Cells that are not ours, by more than rounding, and the largest difference in s or m."""
    values = numpy.asarray(values, dtype=float)
    part = tuple(slice(side) for side in values.shape)
    off = numpy.abs(numpy.floor(values / unit[goal] + 0.5) - ours[goal][part])
    off[same[part]] = 0
    return int((off > 0).sum()), float(off.max())


# A peer's library writes its progress to standard output: that is not for the rows.
answers = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)


def say(tool, **figures):
    print(json.dumps({"tool": tool, "case": name, **figures}), file=answers, flush=True)


def peer_pandana():
    import pandana

    # By time only: its preparation by length did not end within five minutes on the made city.
    zeros = pandas.Series(numpy.zeros(total))
    # It keeps thousandths of a weight, in 32 bits: seconds stay whole milliseconds.
    weights = by_time[["millis"]] / 1000
    start = time.process_time()
    net = pandana.Network(zeros, zeros, by_time["tail"], by_time["head"], weights, twoway=False)
    prepared = time.process_time()
    found = net.shortest_path_lengths(numpy.repeat(source_list, count), numpy.tile(target_list, count))
    took = time.process_time() - prepared
    off, most = differences("fastest", numpy.array(found).reshape(count, count) * 1000)
    say(f"pandana {pandana.__version__}", goal="fastest", prepare_s=round(prepared - start, 3),
        table_s=round(took, 3), differ=off, most=most)


def peer_scipy():
    import scipy
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import dijkstra

    rows = 50
    for goal, frame, weight in [("fastest", by_time, "millis"), ("shortest", by_length, "centimetres")]:
        # No arc of nothing: a sparse matrix would not keep it.
        matrix = csr_array((numpy.maximum(frame[weight], 1e-6), (frame["tail"], frame["head"])), shape=(total, total))
        start = time.process_time()
        found = dijkstra(matrix, indices=source_list[:rows])[:, first_target:]
        took = time.process_time() - start
        off, most = differences(goal, found)
        say(f"scipy {scipy.__version__}", goal=goal, prepare_s=0, table_s=round(took * count / rows, 2),
            differ=off, most=most)


def peer_fast_paths():
    path = f"{folder}/{name}-joined.csv"
    # It takes no weight of zero: 1 ms stands for it.
    by_time.assign(millis=by_time["millis"].clip(lower=1))[["tail", "head", "millis"]].to_csv(path, index=False)
    answer = json.loads(subprocess.run([fast_paths, path, str(first_source), str(first_target)], check=True,
                                       capture_output=True, text=True).stdout)
    off, most = differences("fastest", numpy.array(answer["weights"]).reshape(100, 100))
    say("fast_paths 1.0.0", goal="fastest", prepare_s=answer["prepare_s"],
        table_s=round(answer["pairs_10000_s"] * count * count / 10_000, 2), differ=off, most=most)


for peer in [peer_pandana, peer_scipy, peer_fast_paths]:
    try:
        peer()
    except (ImportError, OSError, subprocess.CalledProcessError) as error:
        print(f"{peer.__name__} skipped: {error}", file=sys.stderr)
