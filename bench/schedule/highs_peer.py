"""The model of `energy schedule` given to HiGHS: a relaxation first, then binaries at the steps that do two
things at once, again until none does. Usage: highs_peer.py INSTANCE OBJECTIVE; prints optimum, seconds."""

import json
import sys
import time

import highspy
import numpy as np


def build(d, weights, binaries):
    """Columns, rows and the steps' columns of an instance; `binaries` are (kind, step)."""
    cost, lower, upper, integer, rows = [], [], [], [], []

    def column(c, up, kind=0, low=0.0):
        cost.append(c)
        lower.append(low)
        upper.append(up)
        integer.append(kind)
        return len(cost) - 1

    n, h, grid, b = d["n"], d["step_h"], d["grid"], d.get("battery")
    wc, wk = weights
    inf = highspy.kHighsInf
    credit = d.get("export_credit_kg_co2e_per_kwh") or [0.0] * n
    cap = lambda kw: inf if kw is None else kw * h
    most_in, most_out = (b["charge_kw"] * h, b["discharge_kw"] * h) if b else (0.0, 0.0)
    plugged = np.zeros(n)
    for s in d["ev_sessions"]:
        plugged[s["arrival_step"] : s["departure_step"]] += s["max_kw"] * h
    steps, balance = [], [[] for _ in range(n)]
    for t in range(n):
        i = column(wc * d["buy_price"][t] + wk * d["grid_kg_co2e_per_kwh"][t], cap(grid.get("import_limit_kw")))
        e = column(-wc * d["sell_price"][t] - wk * credit[t], cap(grid.get("export_limit_kw")))
        u = column(0.0, d["pv_kwh"][t])
        balance[t] += [(i, 1.0), (e, -1.0), (u, -1.0)]
        step = {"grid": (i, e)}
        if b:
            c, g = column(0.0, most_in), column(wc * b["wear_cost_per_kwh"], most_out)
            low = max(b["soc_min_kwh"], b["soc_final_min_kwh"]) if t == n - 1 else b["soc_min_kwh"]
            s = column(0.0, b["soc_max_kwh"], low=low)
            balance[t] += [(c, -1.0), (g, 1.0)]
            kept = (1.0 - b["self_discharge_per_h"]) ** h
            row = [(s, 1.0), (c, -b["charge_efficiency"]), (g, 1.0 / b["discharge_efficiency"])]
            row += [(steps[-1]["s"], -kept)] if t else []
            rest = 0.0 if t else kept * b["soc_initial_kwh"]
            rows.append((row, rest, rest))
            step.update(battery=(c, g), s=s)
        steps.append(step)
        for kind in ("grid", "battery"):
            if (kind, t) in binaries:
                one, other = step[kind]
                z = column(0.0, 1.0, 1)
                if kind == "grid":
                    a = min(upper[one], d["load_kwh"][t] + plugged[t] + most_in)
                    o = max(0.0, min(upper[other], d["pv_kwh"][t] + most_out - d["load_kwh"][t]))
                else:
                    a, o = most_in, most_out
                rows.append(([(one, 1.0), (z, -a)], -inf, 0.0))
                rows.append(([(other, 1.0), (z, o)], -inf, o))
    for s in d["ev_sessions"]:
        row = []
        for t in range(s["arrival_step"], s["departure_step"]):
            x = column(0.0, s["max_kw"] * h)
            balance[t].append((x, -1.0))
            row.append((x, s["efficiency"]))
        rows.append((row, s["energy_kwh"], s["energy_kwh"]))
    for t in range(n):
        rest = d["load_kwh"][t] - d["pv_kwh"][t]
        rows.append((balance[t], rest, rest))
    if wc > 0.0:
        for charge in grid["demand_charges"]:
            p = column(wc * charge["price_per_kw"], inf)
            for t in {t for a, z in charge["windows"] for t in range(a, z)}:
                rows.append(([(p, h), (steps[t]["grid"][0], -1.0)], 0.0, inf))
    return cost, lower, upper, integer, rows, steps


def solve(parts):
    cost, lower, upper, integer, rows, _ = parts
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(cost), len(rows)
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = map(np.array, (cost, lower, upper))
    if any(integer):
        kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
        lp.integrality_ = [kinds[kind] for kind in integer]
    lp.row_lower_ = np.array([row[1] for row in rows])
    lp.row_upper_ = np.array([row[2] for row in rows])
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = np.cumsum([0] + [len(row[0]) for row in rows])
    lp.a_matrix_.index_ = np.array([column for row in rows for column, _ in row[0]])
    lp.a_matrix_.value_ = np.array([a for row in rows for _, a in row[0]])
    highs = highspy.Highs()
    highs.silent()
    highs.setOptionValue("threads", 1)
    highs.setOptionValue("mip_rel_gap", 1e-7)
    highs.setOptionValue("primal_feasibility_tolerance", 1e-9)
    highs.setOptionValue("dual_feasibility_tolerance", 1e-9)
    highs.passModel(lp)
    highs.run()
    return highs.getInfo().objective_function_value, np.array(highs.getSolution().col_value)


def main():
    with open(sys.argv[1]) as file:
        d = json.load(file)
    weights = {"cost": (1.0, 0.0), "carbon": (0.0, 1.0), "blend": (1.0, d["carbon_price_per_t"] / 1000.0)}
    binaries, begin = set(), time.process_time()
    while True:
        parts = build(d, weights[sys.argv[2]], binaries)
        objective, x = solve(parts)
        more = {
            (kind, t)
            for t, step in enumerate(parts[5])
            for kind in ("grid", "battery")
            if kind in step and min(x[step[kind][0]], x[step[kind][1]]) > 1e-6
        } - binaries
        if not more:
            break
        binaries |= more
    print(f"{objective:.6f} {time.process_time() - begin:.3f} {len(binaries)}")


main()
