"""Forty roofs made by seed from an instance of a year: network.py YEAR.json OUT. Loads and modules are scaled,
the battery with them; selling earns a cent less than buying costs, as a usual contract has it."""

import json
import random
import sys

with open(sys.argv[1]) as file:
    year = json.load(file)
chance = random.Random(40)
peak = max(year["pv_kwh"])
total = 0.0
for roof in range(40):
    site = json.loads(json.dumps(year))
    kw = chance.uniform(250.0, 1_100.0)
    total += kw
    use = chance.uniform(0.5, 1.6)
    site["name"] = f"roof-{roof:02}"
    site["pv_kwh"] = [round(kwh * kw / peak, 4) for kwh in year["pv_kwh"]]
    site["load_kwh"] = [round(kwh * use * chance.uniform(0.9, 1.1), 4) for kwh in year["load_kwh"]]
    site["sell_price"] = [min(sell, buy - 0.01) for buy, sell in zip(year["buy_price"], year["sell_price"])]
    share = kw / 750.0
    for key in ("capacity_kwh", "charge_kw", "discharge_kw", "soc_min_kwh", "soc_max_kwh", "soc_initial_kwh", "soc_final_min_kwh"):
        site["battery"][key] = round(site["battery"][key] * share, 3)
    with open(f"{sys.argv[2]}/roof-{roof:02}.json", "w") as file:
        json.dump(site, file)
print(f"{total / 1000.0:.2f} MW AC")
