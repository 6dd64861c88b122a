"""The server is killed again and again while orders come in, plans are made and released.

What was acknowledged is there, once; what was under way goes on. SQLite and PostgreSQL at a time, each
with its own server: KILLS is how often each is killed.
"""

import json
import random
import sys
import tempfile
import threading
import time
import uuid
from collections import Counter

from stand import Client, Databases, House, Server, document, order, starter

KILLS = {"SQLite": 60, "PostgreSQL": 20}
SEED = 4711
BULK = 25
# Orders of the release that is killed.
MANY = 600
# A job whose server died is begun again once its lease is over (30 s), then planned anew.
JOBS_END_S = 100


class Writer(threading.Thread):
    """Sends until it is told to end; what is not acknowledged is sent again, whatever happened to it."""

    def __init__(self, house, seed):
        super().__init__(daemon=True)
        self.client = Client(house.port, key=house.key, retries=False)
        self.random, self.ending = random.Random(seed), threading.Event()
        self.again, self.acked, self.refused = 0, {}, []

    def until_acked(self, send, good):
        while True:
            try:
                answer = send()
            except (OSError, ValueError) as fault:
                answer = fault
            except Exception as fault:  # http.client has exceptions of many kinds
                answer = fault
            if not isinstance(answer, Exception) and answer.status in good:
                return answer
            # 408 and 503 say themselves that the same request may be sent again.
            if not isinstance(answer, Exception) and answer.status not in (408, 503):
                self.refused.append(repr(answer))
                return None
            self.again += 1
            time.sleep(0.02)


class Single(Writer):
    """Orders one by one, each under an idempotency key."""

    def run(self):
        number = 0
        while not self.ending.is_set():
            number += 1
            name, key = f"single-{number}", str(uuid.UUID(int=self.random.getrandbits(128), version=4))
            body, headers = order(scenario="single"), {"Idempotency-Key": key}
            path = f"/api/v1/orders/{name}"
            answer = self.until_acked(
                lambda: self.client.put(path, body, headers=headers, timeout=20), (200, 201)
            )
            if answer:
                self.acked[name] = (key, answer.json())
            time.sleep(self.random.uniform(0, 0.01))


class Bulk(Writer):
    """Orders in bulk, without a key: the same lines again change nothing."""

    def run(self):
        number = 0
        while not self.ending.is_set():
            number += 1
            names = [f"bulk-{number}-{line}" for line in range(BULK)]
            lines = [json.dumps({"id": name, "order": order(scenario="bulk")}) for name in names]
            body, media = "\n".join(lines).encode(), "application/x-ndjson"
            path = "/api/v1/orders/bulk"
            answer = self.until_acked(lambda: self.client.post(path, body, media=media, timeout=20), (200,))
            if answer:
                told = [json.loads(line) for line in answer.body.splitlines()]
                assert len(told) == BULK and all(line["status"] == 200 for line in told), told
                self.acked |= dict.fromkeys(names)
            time.sleep(self.random.uniform(0, 0.04))


class Trial:
    """One database, its server, the kills."""

    def __init__(self, name, server, kills):
        self.name, self.server, self.kills = name, server, kills
        self.random, self.failures, self.told = random.Random(f"{SEED}/{name}"), [], Counter()
        self.plans, self.expected = [], {}

    def expect(self, good, what):
        if not good:
            self.failures.append(f"{self.name}: {what}")

    def run(self):
        begun = time.monotonic()
        self.server.start()
        self.house = House(self.server, "main", self.server.link)
        permissions = document(self.server.port)["components"]["schemas"]["Permission"]["enum"]
        _, self.house.key = self.house.make_key("all", permissions)
        self.house.all = Client(self.server.port, key=self.house.key)
        self.house.key_ids["all"] = ""
        self.files = starter()
        for scenario in ("single", "bulk"):
            self.scenario(scenario, orders=False)
        writers = [Single(self.house, SEED), Bulk(self.house, SEED + 1)]
        for writer in writers:
            writer.start()
        self.kill_large_release()
        for kill in range(1, self.kills):
            self.kill(kill)
        for writer in writers:
            writer.ending.set()
            writer.join(60)
            self.expect(not writer.is_alive(), "a writer ends")
            self.expect(not writer.refused, f"nothing is refused: {writer.refused[:3]}")
            self.told["sent again"] += writer.again
        self.check(writers)
        self.server.stop()
        self.expect(not self.server.faults(), f"the log: {self.server.faults()[:3]}")
        self.seconds = time.monotonic() - begun

    def scenario(self, name, orders=True):
        """The starter scenario under a name of its own, its orders too."""
        files = dict(self.files)
        if orders:
            for table in ("orders.csv", "order_items.csv"):
                files[table] = files[table].replace(b"\nA0", b"\n%s-A0" % name.encode())
        else:
            files.pop("orders.csv"), files.pop("order_items.csv")
        self.house.set_scenario(name, files)

    def kill_large_release(self):
        """Kills while a release is written that takes several appends."""
        chance, files = self.random, dict(self.files)
        near = (
            lambda: f"{39.74 + chance.uniform(-0.004, 0.004):.6f},{-104.98 + chance.uniform(-0.004, 0.004):.6f}"
        )
        orders = [f"many-{number},2026-07-14T08:12:00-06:00,W1,{near()}" for number in range(MANY)]
        items = [f"many-{number},book,1" for number in range(MANY)]
        files["orders.csv"] = "\n".join(["order_id,placed_at,origin_site,dest_lat,dest_lon", *orders, ""])
        files["order_items.csv"] = "\n".join(["order_id,sku,quantity", *items, ""])
        files["vehicles.csv"] = files["vehicles.csv"].replace(
            b"diesel_van,diesel,2,", b"diesel_van,diesel,40,"
        )
        self.house.set_scenario("many", files)
        self.plans.append(self.house.plan("many"))
        released = self.house.all.post(f"/api/v1/plans/{self.plans[-1]}/release")
        self.expect(released.status == 202, f"a release is asked for: {released}")
        time.sleep(chance.uniform(0.05, 0.2))
        self.kill_now()

    def kill(self, number):
        """Kills at a moment by chance: while orders come in, a plan is made, or one is released."""
        client = self.house.all
        kind = ("orders", "plan", "release")[number % 3]
        if kind == "plan":
            scenario = f"plan{number}"
            self.scenario(scenario)
            asked = client.post("/api/v1/plans", {"scenario": scenario, "options": {}})
            self.expect(asked.status == 202, f"a plan is asked for: {asked}")
            self.plans.append(asked.json()["id"])
            time.sleep(self.random.uniform(0, 0.5))
        elif kind == "release":
            # One release at a time is the rule: one that was cut off goes on when its lease is over.
            by_status = {view["status"]: view["id"] for view in self.views()}
            if "finished" in by_status and "releasing" not in by_status:
                released = client.post(f"/api/v1/plans/{by_status['finished']}/release")
                self.expect(released.status == 202, f"a release is asked for: {released}")
            time.sleep(self.random.uniform(0, 0.03))
        else:
            time.sleep(self.random.uniform(0, 0.4))
        self.kill_now()

    def kill_now(self):
        self.server.kill()
        begun = time.monotonic()
        self.server.start(every=0.005)
        self.told["ms to start"] = max(self.told["ms to start"], int(1e3 * (time.monotonic() - begun)))
        for view in self.views():
            # Whatever is not at its end was cut off by this kill or one before.
            if view["status"] in ("asked", "running"):
                self.told[f"interrupted {view['id']}"] = 1
            if view["status"] == "releasing":
                self.told[f"cut-off {view['id']}"] = 1
        self.told["kills"] += 1

    def views(self):
        return [self.house.all.get(f"/api/v1/plans/{plan}").json() for plan in self.plans]

    def end_jobs(self):
        """Every plan comes to its end, and is released."""
        end = time.monotonic() + JOBS_END_S
        while True:
            views = self.views()
            for view in views:
                if view["status"] == "finished":
                    self.house.all.post(f"/api/v1/plans/{view['id']}/release")
            states = Counter(view["status"] for view in views)
            if set(states) <= {"released"} or time.monotonic() > end:
                self.expect(set(states) <= {"released"}, f"all plans are released at the end: {dict(states)}")
                return
            time.sleep(0.2)

    def check(self, writers):
        self.end_jobs()
        events = self.house.all.all("/api/v1/audit")
        positions = [event["position"] for event in events]
        self.expect(positions == list(range(1, len(events) + 1)), "positions are without gaps")
        self.expect(len({event["digest"] for event in events}) == len(events), "digests differ")
        versions = {}
        for event in events:
            stream = (event["kind"], event["thing"])
            self.expect(event["version"] == versions.get(stream, 0) + 1, f"versions of {stream}")
            versions[stream] = event["version"]
        received = Counter(event["thing"] for event in events if event["type"] == "order-received")
        doubled = [name for name, count in received.items() if count > 1]
        self.expect(not doubled, f"orders are received once: {doubled[:5]}")
        acked = [name for writer in writers for name in writer.acked]
        lost = [name for name in acked if name not in received]
        self.expect(not lost, f"what was acknowledged is there: {len(lost)} lost, {lost[:5]}")
        shown = {one["id"]: one for one in self.house.all.all("/api/v1/orders")}
        self.expect(set(shown) == set(received), "the list of orders is that of the trail")
        self.check_plans(events, shown)
        self.check_replay(writers[0])
        self.told["events"], self.told["orders acknowledged"] = len(events), len(acked)
        self.check_store()

    def check_plans(self, events, orders):
        """A plan is finished and released once, with every parcel of its files once."""
        for plan in self.plans:
            own = Counter(
                event["type"] for event in events if event["kind"] == "plan" and event["thing"] == plan
            )
            for once in ("plan-asked", "plan-finished", "plan-release-asked", "plan-released"):
                self.expect(own[once] == 1, f"{plan}: {own[once]} times {once}")
            told = self.house.all.get(f"/api/v1/plans/{plan}/files/release.json").json()
            for kind, type_ in (("parcel", "parcel-planned"), ("round", "round-planned")):
                files = Counter(one["id"] for one in told[f"{kind}s"])
                trail = Counter(
                    event["thing"]
                    for event in events
                    if event["type"] == type_ and event["payload"]["plan"] == plan
                )
                self.expect(files and files == trail, f"{plan}: each {kind} of the files once in the trail")
                listed = Counter(one["id"] for one in self.house.all.all(f"/api/v1/{kind}s?plan={plan}"))
                self.expect(files == listed, f"{plan}: each {kind} is listed once")
            for parcel in told["parcels"]:
                for name in parcel["orders"]:
                    self.expect(orders[name]["status"] != "open", f"{name} is in a parcel and open")

    def check_replay(self, single):
        """The keys of before the kills still give the answers of then."""
        for name in random.Random(SEED).sample(sorted(single.acked), min(40, len(single.acked))):
            key, answer = single.acked[name]
            headers = {"Idempotency-Key": key}
            again = self.house.all.put(f"/api/v1/orders/{name}", order(scenario="single"), headers=headers)
            self.expect(again.json() == answer, f"{name} is answered as before: {again} {answer}")

    def check_store(self):
        done = self.server.verb("store", "check")
        if done.returncode == 2 and "unrecognized subcommand" in done.stderr:
            print(f"{self.name}: no verb `store check` yet: the trail was walked", flush=True)
            return
        self.told["store check"] = done.returncode
        self.expect(done.returncode == 0, f"store check: {done.stdout} {done.stderr}")

    def print(self):
        interrupted = sum(name.startswith("interrupted") for name in self.told)
        cut_off = sum(name.startswith("cut-off") for name in self.told)
        figures = {name: value for name, value in self.told.items() if " " not in name or name[0] not in "ic"}
        print(f"{self.name}: {len(self.plans)} plans, {interrupted} interrupted, {cut_off} releases cut off")
        print(f"  {dict(figures)}, {self.seconds:.1f} s, {len(self.failures)} failures")
        for failure in self.failures[:20]:
            print(f"FAILED {failure}")


def guarded(trial):
    try:
        trial.run()
    except Exception as fault:  # a thread's end would else be silent
        trial.failures.append(f"{trial.name}: {type(fault).__name__}: {fault}")
        trial.seconds = 0.0


def main():
    with tempfile.TemporaryDirectory() as folder, Databases(folder) as databases:
        places = {"SQLite": databases.sqlite("killing")}
        if databases.owner:
            places["PostgreSQL"] = databases.postgres("killing")
        trials = [Trial(name, Server(*place), KILLS[name]) for name, place in places.items()]
        threads = [threading.Thread(target=guarded, args=(trial,)) for trial in trials]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for trial in trials:
            trial.print()
            if trial.server.process and trial.server.process.poll() is None:
                trial.server.kill()
        sys.exit(any(trial.failures for trial in trials))


if __name__ == "__main__":
    main()
