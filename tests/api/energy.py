"""A site's energy over HTTP: readings in, days by hour, settled once, schedules, alarms, the network.

The server makes schedules every two seconds here instead of each quarter hour. On PostgreSQL two servers
do it side by side: what is made is made once.
"""

import sys
import tempfile
import time
from collections import Counter
from datetime import datetime, timedelta, timezone
from pathlib import Path

from once import Findings
from stand import Databases, House, Server, document

# A zone whose days begin at a half hour of UTC.
ZONE, OFFSET = "Asia/Kolkata", timezone(timedelta(hours=5, minutes=30))
TICK_S = 2
DAYS = 6
SITE = {
    "zone": ZONE,
    "lat": 28.6,
    "lon": 77.2,
    "peak_w": 20_000,
    "tilt_deg": 20,
    "azimuth_deg": 180,
    "gamma_per_c": -0.0035,
    "strings": [{"device": "S1", "peak_w": 10_000}, {"device": "S2", "peak_w": 10_000}],
    "battery": {"capacity_wh": 50_000, "power_w": 20_000},
}
# W in daylight, 06:00 to 18:00, and at night; strings apart.
GENERATION, LOAD, STRING, WEAK = 8_000, 3_000, 4_000, 1_500
KG_PER_KWH = 0.5


def local_now():
    return datetime.now(OFFSET)


def midnight(day):
    return datetime(day.year, day.month, day.day, tzinfo=OFFSET)


def quarters(day):
    return [midnight(day) + timedelta(minutes=15 * n) for n in range(96)]


def is_light(at):
    return 6 <= at.hour < 18


def channel(device, quantity, readings, form="mean", **more):
    values = [{"at": at.isoformat(), "value": value} for at, value in readings]
    return {"device": device, "quantity": quantity, "form": form, "readings": values} | more


def measured(day, weak=False):
    """What the devices of the site measured on a day."""
    by_light = lambda watts: [(at, watts if is_light(at) else 0) for at in quarters(day)]
    return {
        "channels": [
            channel("inv-1", "generation", by_light(GENERATION)),
            channel("m-load", "load", [(at, LOAD) for at in quarters(day)]),
            channel("S1", "string_generation", by_light(STRING)),
            channel("S2", "string_generation", by_light(WEAK if weak else STRING)),
        ]
    }


def outlook(day, vehicles=()):
    hours = []
    for n in range(24):
        start = midnight(day) + timedelta(hours=n)
        sun = {"ghi_w_m2": 700, "dni_w_m2": 700, "dhi_w_m2": 120} if is_light(start) else {}
        weather = {"ghi_w_m2": 0, "dni_w_m2": 0, "dhi_w_m2": 0, "temp_air_c": 25, "wind_speed_m_s": 2} | sun
        prices = {"buy_price": 0.3 if n >= 18 else 0.1, "sell_price": 0.05}
        known = {"start": start.isoformat(), "weather": weather, "grid_kg_per_kwh": KG_PER_KWH, "load_wh": LOAD}
        hours.append(known | prices)
    return {"hours": hours, "vehicles": list(vehicles)}


def wait_for(what, longest=40):
    end = time.monotonic() + longest
    found = what()
    while not found and time.monotonic() < end:
        time.sleep(0.1)
        found = what()
    return found


class Trial:
    def __init__(self, name, servers):
        self.name, self.servers, self.found = name, servers, Findings()
        # Each start makes a new link; the first server knows of the last one after its next look.
        time.sleep(1)
        self.house = House(servers[0], "main", servers[-1].link).settle(document(servers[0].port))
        self.call = self.house.all
        # A day is settled twenty minutes after its end.
        self.today = (local_now() - timedelta(minutes=21)).date()
        self.days = [self.today - timedelta(days=n) for n in range(DAYS, 0, -1)]

    def expect(self, check, good, what=""):
        self.found.expect(check, good, f"{self.name}: {what}")

    def recorded(self, check, answer, count):
        good = answer.status in (200, 201) and answer.json()["recorded"] == count
        self.expect(check, good, f"{answer}, not {count}")

    def refused(self, check, answer, status, rule):
        kind = answer.json()["type"].rsplit(":", 1)[1] if answer.status >= 400 else ""
        self.expect(check, (answer.status, kind) == (status, rule), f"{answer}, not {status} {rule}")

    def events(self, *types):
        return [event for event in self.call.all("/api/v1/audit") if event["type"] in types]

    def settled(self):
        days = {}
        for day in {day.replace(day=1) for day in self.days}:
            answer = self.call.get(f"/api/v1/sites/W1/energy/months/{day}")
            if answer.status == 200:
                days |= {one["day"]: one["settled"] for one in answer.json()["days"]}
        return days

    def take(self, body, **more):
        return self.call.post("/api/v1/sites/W1/readings", body, **more)

    def run(self):
        self.describe()
        self.readings()
        self.table()
        self.by_hour()
        self.settlement()
        self.alarm()
        self.network()
        self.silence()
        self.schedule()
        self.quiet()
        self.restart()

    def describe(self):
        check = "a site is described once"
        self.refused(check, self.take(measured(self.days[0])), 404, "energy-site-unknown")
        body = SITE | {"commissioned": str(self.days[0])}
        path = "/api/v1/sites/W1/energy"
        self.recorded(check, self.call.put(path, body), 1)
        self.recorded(check, self.call.put(path, body), 0)
        self.refused(check, self.call.put(path, body | {"zone": "Moon"}), 409, "zone-unknown")
        self.expect(check, self.call.get(path).json()["energy"] == body, self.call.get(path))
        self.expect(check, len(self.call.all("/api/v1/energy/sites")) == 1, "the list")

    def readings(self):
        check = "readings are taken once"
        for day in self.days:
            # What is known of the grid comes first, so that the day is settled with it.
            self.recorded(check, self.call.put(f"/api/v1/sites/W1/outlook/{day}", outlook(day)), 1)
        for day in self.days[:-1]:
            body = measured(day)
            # Two days of UTC, four channels.
            self.recorded(check, self.take(body), 8)
            self.recorded(check, self.take(body), 0)
        noon = midnight(self.days[0]) + timedelta(hours=12)
        one = lambda value, **more: {"channels": [channel("inv-1", "generation", [(noon, value)], **more)]}
        self.refused("a reading that differs is refused", self.take(one(1)), 409, "reading-differs")
        self.recorded("a correction is explicit", self.take(one(1, correct=True)), 1)
        self.recorded("a correction is explicit", self.take(one(GENERATION, correct=True)), 1)
        check = "what cannot be is refused by name"
        later = datetime.now(OFFSET) + timedelta(days=2)
        early = midnight(self.days[0]) - timedelta(days=2)
        for readings, rule in [
            ([(later, 1)], "reading-in-future"),
            ([(early, 1)], "reading-too-early"),
            ([(noon, 1e10)], "reading-out-of-range"),
        ]:
            body = {"channels": [channel("inv-9", "generation", readings)]}
            self.refused(check, self.take(body), 409, rule)
        body = {"channels": [channel("S9", "string_generation", [(noon, 1)])]}
        self.refused(check, self.take(body), 409, "string-unknown")
        answer = self.take(b'{"channels": [{"device": "a", "quantity": "load", "form": "mean", '
            b'"readings": [{"at": "2026-07-14T12:00:00Z", "value": NaN}]}]}', media="application/json")
        self.expect(check, answer.status == 400, f"not a number: {answer}")

    def table(self):
        check = "a table is taken whole or not at all"
        day, head = self.days[-1], "timestamp,site_id,device,quantity,value,unit\n"
        rows = [
            f"{one['at']},W1,{part['device']},{part['quantity']},{one['value'] / 1e3},kW\n"
            for part in measured(day, weak=True)["channels"]
            for one in part["readings"]
        ]
        send = lambda text: self.take((head + text).encode(), media="text/csv")
        before = len(self.events("readings-taken"))
        answer = send("".join(rows) + f"{midnight(day).isoformat()},W2,a,load,1,kW\nx,W1,a,load,1,kW\n")
        self.refused(check, answer, 422, "files")
        self.expect(check, answer.json()["errors"][0]["row"] == len(rows) + 3, answer)
        self.expect(check, len(self.events("readings-taken")) == before, "something was taken")
        other = f"{midnight(day).isoformat()},W2,a,load,1,kW\n"
        self.refused(check, send(other), 422, "files")
        self.recorded(check, send("".join(rows)), 8)
        self.recorded(check, send("".join(rows)), 0)
        self.recorded("JSON and table say the same", self.take(measured(day, weak=True)), 0)

    def by_hour(self):
        check = "a day by hour"
        shown = self.call.get(f"/api/v1/sites/W1/energy/days/{self.days[1]}").json()
        hours = shown["hours"]
        self.expect(check, len(hours) == 24 and all(hour["is_known"] for hour in hours), hours[:2])
        total = lambda field: sum(hour[field] for hour in hours)
        expect = {
            "generation_wh": GENERATION * 12,
            "load_wh": LOAD * 24,
            "self_consumed_wh": LOAD * 12,
            "export_wh": (GENERATION - LOAD) * 12,
            "import_wh": LOAD * 12,
        }
        found = {field: total(field) for field in expect}
        self.expect(check, found == expect, found)
        noon = hours[12]
        self.expect(check, noon["start"].startswith(f"{self.days[1]}T12:00:00+05:30"), noon)
        self.expect(check, noon["grid_kg_per_kwh"] == KG_PER_KWH and noon["buy_price"] == 0.1, noon)
        self.expect(check, 5_000 < noon["expected_wh"] < 20_000, noon)
        answer = self.call.get(f"/api/v1/sites/W9/energy/days/{self.days[1]}")
        self.expect(check, answer.status == 404, answer)
        every = self.call.get(f"/api/v1/energy/days/{self.days[1]}")
        self.expect("the only site is the network", every.json() == shown | {"site": None}, every)
        other = self.call.get(f"/api/v1/energy/days/{self.days[1]}?zone=UTC").json()["hours"]
        self.expect(check, other[0]["start"] == f"{self.days[1]}T00:00:00+00:00", other[:1])
        self.refused(check, self.call.get(f"/api/v1/energy/days/{self.days[1]}?zone=Moon"), 400, "zone-unknown")
        channels = self.call.get(f"/api/v1/sites/W1/readings/{self.days[1]}").json()["channels"]
        self.expect(check, len(channels) == 4, channels)

    def settlement(self):
        check = "each ended day is settled"
        days = {str(day) for day in self.days}
        self.expect(check, wait_for(lambda: set(self.settled()) == days), f"{set(self.settled())} of {days}")
        whole = lambda: [one["flows"]["generation"] for one in self.settled().values()]
        self.expect(check, wait_for(lambda: set(whole()) == {GENERATION * 12_000}), whole())
        check = "late readings settle a day again"
        count = lambda: len(self.events("day-settled"))
        late = channel("m-load", "load", [(at, LOAD + 1_000) for at in quarters(self.days[2])], correct=True)
        before = count()
        self.recorded(check, self.take({"channels": [late]}), 2)
        used = lambda: self.settled()[str(self.days[2])]["flows"]["used"]
        self.expect(check, wait_for(lambda: used() == (LOAD + 1_000) * 24_000), used())
        time.sleep(3)
        # The day itself; those beside it have the same sums as before.
        self.expect(check, count() == before + 1, f"{count()} events after {before}")

    def alarm(self):
        check = "a string that is behind is alarmed once"
        behind = lambda: self.call.get("/api/v1/sites/W1/alarms").json()["behind"]
        self.expect(check, wait_for(lambda: [one["device"] for one in behind()] == ["S2"]), behind())
        self.expect(check, behind() and behind()[0]["of_siblings"] == WEAK / STRING, behind())
        self.expect(check, len(self.events("string-alarm-raised")) == 1, "the trail")
        check = "a string that was measured wrongly is cleared"
        well = measured(self.days[-1])["channels"][-1] | {"correct": True}
        # It was right at night.
        self.recorded(check, self.take({"channels": [well]}), 1)
        self.expect(check, wait_for(lambda: behind() == []), behind())
        self.expect(check, len(self.events("string-alarm-cleared")) == 1, "the trail")

    def network(self):
        check = "the network since the beginning"
        shown = self.call.get("/api/v1/energy").json()
        self.expect(check, shown["first_day"] == str(self.days[0]), shown)
        self.expect(check, shown["last_day"] == str(self.days[-1]), shown)
        self.expect(check, shown["installed_mw"] == 0.02, shown)
        kwh = GENERATION * 12 * DAYS / 1e3
        self.expect(check, shown["energy"]["generation_kwh"] == kwh, shown["energy"])
        # On the third day the building used more of the sun.
        own = (LOAD * 12 * DAYS + 1_000 * 12) / 1e3
        self.expect(check, shown["energy"]["self_consumed_kwh"] == own, shown["energy"])
        kg = float(shown["carbon"]["self_consumed_kg_co2e"])
        self.expect(check, kg == own * KG_PER_KWH, shown["carbon"])
        league = shown["league"]
        self.expect(check, [(one["rank"], one["site"]) for one in league] == [(1, "W1")], league)
        self.expect(check, league[0]["kwh_per_kwp_day"] == GENERATION * 12 / 20_000, league)

    def silence(self):
        check = "a meter that fell silent leaves its days unknown"
        body = SITE | {"commissioned": str(self.days[0])}
        assert self.call.put("/api/v1/sites/W2/energy", body).status == 201
        for number, day in enumerate(self.days):
            channels = measured(day)["channels"][:2]
            if number < 3:
                channels.append(channel("m-grid", "import", [(at, 500) for at in quarters(day)]))
            assert self.call.post("/api/v1/sites/W2/readings", {"channels": channels}).status == 200

        def known():
            days = {}
            for day in {day.replace(day=1) for day in self.days}:
                answer = self.call.get(f"/api/v1/sites/W2/energy/months/{day}")
                if answer.status == 200:
                    days |= {one["day"]: one["settled"]["known_quarters"] for one in answer.json()["days"]}
            return [days.get(str(day)) for day in self.days]

        expect = [96, 96, 96, 0, 0, 0]
        self.expect(check, wait_for(lambda: known() == expect), known())

    def schedule(self):
        check = "a schedule from now on"
        come = datetime.now(OFFSET) - timedelta(hours=1)
        vehicle = {"vehicle": "van-1", "from": come.isoformat(timespec="seconds"), "energy_wh": 10_000}
        vehicle |= {"until": (come + timedelta(hours=6)).isoformat(timespec="seconds"), "power_w": 11_000}
        today = local_now().date()
        for day, vehicles in ((today, [vehicle]), (today + timedelta(days=1), [])):
            path = f"/api/v1/sites/W1/outlook/{day}"
            self.recorded(check, self.call.put(path, outlook(day, vehicles)), 1)
            self.recorded(check, self.call.put(path, outlook(day, vehicles)), 0)
        shown = lambda: self.call.get("/api/v1/sites/W1/schedule")
        complete = lambda: shown().status == 200 and len(shown().json()["schedule"]["steps"]["load_wh"]) >= 24
        self.expect(check, wait_for(complete), shown())
        made = shown().json()["schedule"]
        age = (datetime.now(OFFSET) - datetime.fromisoformat(made["made_at"])).total_seconds()
        self.expect(check, -1 <= age < 4 * TICK_S + 2, f"{age} s old")
        columns = made["steps"]
        for step in range(len(columns["load_wh"])):
            of = lambda *names, step=step: sum(columns[name][step] for name in names)
            come_in = of("generation_wh", "import_wh", "battery_out_wh")
            go_out = of("load_wh", "charging_wh", "battery_in_wh", "export_wh")
            self.expect("every step of a schedule balances", abs(come_in - go_out) < 1e-6, step)
        given = sum(made["sessions"][0]["energy_wh"]) + made["sessions"][0]["short_wh"]
        self.expect(check, abs(given - 10_000) < 1e-6, made["sessions"])
        check = "a schedule begins with what is in the battery"
        soc = channel("bat", "soc", [(datetime.now(OFFSET).replace(microsecond=0), 42_000.5)])
        self.recorded(check, self.take({"channels": [soc]}), 1)
        stored = lambda: [shown().json()["schedule"][one] for one in ("stored_wh", "stored_is_measured")]
        self.expect(check, wait_for(lambda: stored() == [42_000.5, True]), stored())

    def quiet(self):
        """Nothing comes in, and the clock goes on."""
        check = "each quarter hour has one schedule"
        time.sleep(1)
        begun = self.house.head()[0]
        time.sleep(5 * TICK_S)
        events = [one for one in self.call.all("/api/v1/audit") if one["position"] > begun]
        types = Counter(event["type"] for event in events)
        self.expect(check, set(types) == {"schedule-made"}, types)
        made = Counter(event["payload"]["made_at"] for event in events)
        self.expect(check, len(made) >= 3 and set(made.values()) == {1}, made)

    def restart(self):
        check = "a server that comes back settles nothing twice"
        before = len(self.events("day-settled", "string-alarm-raised", "string-alarm-cleared"))
        self.servers[0].kill()
        self.servers[0].start()
        time.sleep(4)
        after = len(self.events("day-settled", "string-alarm-raised", "string-alarm-cleared"))
        self.expect(check, after == before, f"{after}, not {before}")
        for server in self.servers:
            self.found.failures += [f"the server's log: {fault}" for fault in server.faults()]


def main():
    begun, failures = time.monotonic(), []
    arguments = ("--schedule-seconds", str(TICK_S))
    with tempfile.TemporaryDirectory() as folder, Databases(folder) as databases:
        places = [("SQLite", [databases.sqlite("energy")])]
        if databases.owner:
            data, database, _, owner = databases.postgres("energy")
            places.append(("PostgreSQL", [(data, database, arguments, owner)] * 2))
        for name, several in places:
            servers = [Server(place[0], place[1], arguments, *place[3:]) for place in several]
            try:
                for server in servers:
                    server.start()
                trial = Trial(name, servers)
                trial.run()
                print(f"{name}, {len(servers)} servers")
                trial.found.print()
                failures += trial.found.failures
            finally:
                for server in servers:
                    if server.process and server.process.poll() is None:
                        server.kill()
    print(f"in {time.monotonic() - begun:.1f} s")
    sys.exit(bool(failures))


if __name__ == "__main__":
    main()
