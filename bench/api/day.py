"""A day of many orders, in the form of the starter scenario: day.py STARTER FOLDER ORDERS.

Four warehouses around a city, vans enough to drive all rounds at once, no hubs. Same arguments, same files.
"""

import csv
import pathlib
import random
import shutil
import sys

starter, folder, n_orders = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), int(sys.argv[3])
draw = random.Random(20260714)
shutil.copytree(starter, folder, dirs_exist_ok=True)


def write(name, header, rows):
    with open(folder / name, "w", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(header.split(","))
        out.writerows(rows)


sites = [("W1", 39.77, -104.77), ("W2", 39.70, -105.05), ("W3", 39.80, -105.00), ("W4", 39.66, -104.90)]
write(
    "sites.csv",
    "site_id,kind,lat,lon,pv_kwp,tilt_deg,azimuth_deg,battery_kwh,battery_kw,load_kwh_day",
    [(site, "warehouse", lat, lon, 15, 10, 180, 20, 10, 60) for site, lat, lon in sites]
    + [("S01", "station", 39.7317, -104.9826, "", "", "", "", "", "")],
)
vans = max(4, n_orders // 100)
write(
    "vehicles.csv",
    "vehicle_type,energy,count,site_id,capacity_kg,capacity_l,kwh_or_l_per_100km_empty,"
    "kwh_or_l_per_100km_full,battery_kwh,charge_kw,speed_kmh,cost_per_km,cost_per_h,range_km",
    [("diesel_van", "diesel", vans, site, 1200, 11000, 9.5, 11.8, "", "", 28, 0.42, 33.0, "") for site, *_ in sites],
)
with open(starter / "cartons.csv") as file:
    header, *cartons = csv.reader(file)
stock = header.index("stock_new")
# Reused ones would be shared out to the warehouses, and a plan takes them wherever it likes.
for carton in cartons:
    carton[stock], carton[header.index("stock_reused")] = n_orders * 4, 0
write("cartons.csv", ",".join(header), cartons)

orders, items = [], []
for number in range(n_orders):
    order, (site, lat, lon) = f"D{number:06}", draw.choice(sites)
    place = [f"{lat + draw.uniform(-0.05, 0.05):.6f}", f"{lon + draw.uniform(-0.05, 0.05):.6f}"]
    placed = f"2026-07-14T{draw.randrange(6, 11):02}:{draw.randrange(60):02}:00-06:00"
    orders.append((order, placed, site, *place, "2026-07-17T23:59:59-06:00", "standard", f"C{number}"))
    items.append((order, draw.choice(["book", "shirt", "mug", "shampoo"]), draw.randint(1, 2)))
write("orders.csv", "order_id,placed_at,origin_site,dest_lat,dest_lon,promised_by,option,customer_id", orders)
write("order_items.csv", "order_id,sku,quantity", items)
