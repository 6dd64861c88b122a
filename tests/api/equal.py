"""The same calls to a server on SQLite and to one on PostgreSQL give the same answers.

The calls are drawn by a seed from commands with ids that mean something: many are right, many are not.
What is drawn by chance on each side (ids of plans, accounts and keys, secrets, digests, moments) is put
behind a name that both sides share; all else must be the same to the byte.
"""

import base64
import difflib
import json
import random
import re
import sys
import tempfile
import time
from collections import Counter

from stand import SCENARIO, Client, Databases, House, Server, document, form, quoted, starter

CALLS, SEED = 400, 20171125
HEADERS = ("Content-Type", "ETag", "Location", "Idempotency-Replayed", "WWW-Authenticate", "Allow")
# Values that each side draws for itself, by the name of their field.
OWN = {"digest": "DIGEST", "key": "KEY", "link": "LINK", "csrf": "CSRF", "recipient_digest": "DIGEST"}
MOMENT = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$")
KINDS = ("orders", "plans", "parcels", "rounds", "vehicles", "stations", "stock", "scenarios")
KINDS += ("accounts", "keys", "webhooks")


class Side:
    """A server, and which of its ids stands behind which name."""

    def __init__(self, name, server):
        self.name, self.server, self.named, self.client = name, server, {}, None

    def begin(self):
        self.server.start()
        self.house = House(self.server, "main", self.server.link)
        self.name_id("account", self.house.maker)
        permissions = document(self.server.port)["components"]["schemas"]["Permission"]["enum"]
        key, self.house.key = self.house.make_key("all", permissions)
        self.name_id("key", key)
        self.client = Client(self.server.port, key=self.house.key)
        self.house.all = self.client

    def name_id(self, kind, actual):
        if actual in self.named:
            return self.named[actual]
        count = sum(name.startswith(f"{kind}=") for name in self.named.values())
        name = f"{kind}={count:03}"
        self.named[actual] = name
        if kind == "plan":
            # Parcels and rounds begin with the end of their plan's id.
            self.named[actual[-12:]] = f"end={count:03}"
        return name

    def shared(self, text):
        """With the names that both sides share."""
        for actual in sorted(self.named, key=len, reverse=True):
            text = text.replace(actual, self.named[actual])
        return text

    def own(self, text):
        """With the ids of this side."""
        for actual, name in self.named.items():
            text = text.replace(name, actual)
        return text

    def told(self, value, field="", session=False):
        """A value of an answer as both sides should have it."""
        if isinstance(value, dict):
            # An event's id is half of its digest; a plan's files hold the ids of the plan.
            event = "position" in value and "digest" in value
            file = "sha256" in value and "name" in value
            kept = {key: one for key, one in value.items() if not (file and key in ("sha256", "bytes"))}
            opened = value.get("kind") == "session"
            return {
                key: "ID" if event and key == "id" else self.told(one, key, opened)
                for key, one in kept.items()
            }
        if isinstance(value, list):
            return [self.told(one, field) for one in value]
        if not isinstance(value, str):
            return value
        if field in OWN:
            return OWN[field]
        # Each call says its own id; what came before them, and jobs, have ids by chance.
        if field == "request" and not value.startswith("call-"):
            return "REQUEST"
        if field == "session" or session and field == "thing":
            return "SESSION"
        if field == "next":
            return self.shared(base64.urlsafe_b64decode(value + "=" * (-len(value) % 4)).decode())
        if field == "recorded_at" or MOMENT.match(value) and not value.startswith("2026-07"):
            return "MOMENT"
        # An account or key that was refused had an id already.
        return re.sub(r"(account|key|plan)/[0-9a-f-]{24,36}", r"\1/ID", self.shared(value))

    def ask(self, call):
        body = call.get("body")
        if isinstance(body, dict):
            body = json.loads(self.own(json.dumps(body)))
        elif isinstance(body, bytes):
            body = self.own(body.decode()).encode()
        headers = {name: self.own(value) for name, value in call.get("headers", {}).items()}
        # Names stand in paths as they are and percent-encoded.
        path = self.own(call["path"].replace("%3D", "="))
        return self.client.ask(call["method"], path, body, call.get("media"), headers)

    def answer(self, call, answer):
        media = (answer.headers["Content-Type"] or "").split(";")[0]
        if media == "application/x-ndjson":
            body = [self.told(json.loads(line)) for line in answer.body.splitlines()]
        elif media.endswith("json"):
            body = self.told(answer.json())
        elif media == "text/html":
            body = len(answer.body) > 1000
        else:
            body = self.shared(answer.body.decode(errors="replace"))
        if call.get("sorted") and isinstance(body, dict) and "items" in body:
            body["items"].sort(key=lambda one: json.dumps(one, sort_keys=True))
        headers = {name: self.shared(answer.headers[name]) for name in HEADERS if answer.headers[name]}
        return {"status": answer.status, "headers": headers, "body": body}

    def all(self, kind):
        items = [self.told(one) for one in self.client.all(f"/api/v1/{kind}")]
        return sorted(items, key=lambda one: json.dumps(one, sort_keys=True))


class Draw:
    """Draws the calls. It knows what was answered, under shared names."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.orders, self.plans, self.accounts, self.keys, self.hooks = (
            ["A001", "A002", "none"],
            [],
            [],
            [],
            [],
        )
        self.parcels, self.rounds, self.released = {}, {}, []
        self.files, self.scenarios = starter(), [SCENARIO, "bare", "none"]
        self.bodies, self.number = {}, 0

    def pick(self, things, other="none"):
        return self.random.choice(things) if things else other

    def chance(self, share):
        return self.random.random() < share

    def order(self):
        chance = self.random
        items = [
            {
                "sku": chance.choice(
                    ["book", "mug", "shirt", "unknown"] if self.chance(0.2) else ["book", "mug"]
                ),
                "quantity": chance.randint(1, 3),
            }
            for _ in range(chance.randint(1, 2))
        ]
        body = {
            "scenario": self.pick(self.scenarios if self.chance(0.2) else [SCENARIO]),
            "placed_at": f"2026-07-14T{chance.randint(8, 20):02}:12:00-06:00",
            "origin_site": "W1" if self.chance(0.95) else "S01",
            "recipient": {
                "dest_lat": round(39.70 + chance.random() * 0.06, 5),
                "dest_lon": round(-105.02 + chance.random() * 0.1, 5),
            },
            "items": items,
        }
        if self.chance(0.5):
            body["option"] = chance.choice(
                ["green", "standard", "door", "station", "station:S01", "slot:10-13", "slot:13-10"]
            )
        if self.chance(0.4):
            body["recipient"]["customer_id"] = chance.choice(["ann", "ben", "cleo"])
        return body

    def call(self, method, path, body=None, **more):
        return {"method": method, "path": f"/api/v1/{path}", "body": body, **more}

    # One method for each kind of call.

    def put_order(self):
        known = self.chance(0.3)
        name = self.pick(self.orders) if known else f"order-{len(self.orders):03} {self.pick('aä/%')}"
        body = self.bodies[name] if name in self.bodies and self.chance(0.6) else self.order()
        if name not in self.orders:
            self.orders.append(name)
        self.bodies.setdefault(name, body)
        return self.call("PUT", f"orders/{quoted(name)}", body)

    def bulk(self):
        lines = []
        for _ in range(self.random.randint(2, 8)):
            name = self.pick(self.orders) if self.chance(0.2) else f"bulk-{len(self.orders):03}"
            self.orders.append(name)
            line = json.dumps({"id": name, "order": self.order()})
            lines.append(line[: len(line) // 2] if self.chance(0.1) else line)
        body = "\n".join(lines).encode()
        return self.call("POST", "orders/bulk", body, media="application/x-ndjson")

    def upload(self):
        name = f"file-{len(self.orders):03}"
        self.orders.append(name)
        head = "order_id,placed_at,origin_site,dest_lat,dest_lon\n"
        files = {
            "orders.csv": f"{head}{name},2026-07-14T09:00:00-06:00,W1,39.73,{'-104.97' if self.chance(0.7) else 'x'}\n",
            "order_items.csv": f"order_id,sku,quantity\n{name},{'book' if self.chance(0.8) else 'none'},1\n",
        }
        body, media = form(files)
        return self.call("POST", f"scenarios/{SCENARIO}/orders", body, media=media)

    def cancel_order(self):
        return self.call("POST", f"orders/{quoted(self.pick(self.orders))}/cancel", {"reason": "not wanted"})

    def erase_recipient(self):
        return self.call("DELETE", f"orders/{quoted(self.pick(self.orders))}/recipient")

    def put_scenario(self):
        name = self.pick(self.scenarios[:2])
        files = {
            key: text for key, text in self.files.items() if not key.startswith("order") or name == SCENARIO
        }
        if self.chance(0.3):
            files["vehicles.csv"] = files["vehicles.csv"].replace(
                b"diesel,2", b"diesel,3" if self.chance(0.5) else b"coal,3"
            )
        body, media = form(files)
        return self.call("PUT", f"scenarios/{name}", body, media=media)

    def ask_plan(self):
        return self.call("POST", "plans", {"scenario": self.pick(self.scenarios), "options": {}})

    def end_plan(self):
        return self.call("POST", f"plans/{self.pick(self.plans)}/cancel")

    def release(self):
        return self.call("POST", f"plans/{self.pick(self.plans)}/release")

    def plan_file(self):
        name = self.pick(["summary.json", "parcels.csv", "routes.geojson", "none", "ledger/manifest.json"])
        return self.call("GET", f"plans/{self.pick(self.plans)}/files/{quoted(name)}")

    def report(self):
        return self.call("GET", f"plans/{self.pick(self.plans)}/report")

    def ledger(self):
        sql = self.pick(
            [
                "SELECT link, sum(wtt_kg_co2e + ttw_kg_co2e) AS kg FROM ledger WHERE \"case\" = 'plan' GROUP BY link ORDER BY link",
                "SELECT count(*) AS n FROM ledger",
                "DROP TABLE ledger",
                "SELECT none FROM ledger",
            ]
        )
        return self.call("POST", "ledger/query", {"plan": self.pick(self.plans), "sql": sql})

    def parcel(self):
        return self.pick(sorted(self.parcels))

    def pack(self):
        name = self.parcel()
        known = self.parcels.get(name, {"site": "W1", "planned_package": {"kind": "own-package"}})
        body = {"site": known["site"] if self.chance(0.9) else "H1", "package": known["planned_package"]}
        if self.chance(0.3):
            body["gross_g"] = self.random.randint(1, 5000)
        return self.call("POST", f"parcels/{quoted(name)}/pack", body)

    def load(self):
        name = self.parcel()
        own = self.parcels.get(name, {"round": "none"})["round"]
        body = {"round": own if self.chance(0.8) else self.pick(sorted(self.rounds))}
        return self.call("POST", f"parcels/{quoted(name)}/{'load' if self.chance(0.8) else 'unload'}", body)

    def round(self):
        return self.pick(sorted(self.rounds))

    def depart(self):
        name = self.round()
        known = self.rounds.get(name, {"site": "W1", "vehicle_type": "none"})
        vehicle = f"{known['site']}-{known['vehicle_type']}-{self.random.randint(1, 2)}"
        return self.call("POST", f"rounds/{quoted(name)}/depart", {"vehicle": vehicle})

    def serve(self):
        name = self.round()
        stops = self.rounds.get(name, {"stops": [{"parcels": []}]})["stops"]
        stop = self.random.randrange(len(stops))
        here, body = list(stops[stop]["parcels"]), {"stop": stop, "delivered": [], "failed": []}
        for parcel in here:
            if self.chance(0.8):
                body["delivered"].append({"parcel": parcel})
            else:
                body["failed"].append({"parcel": parcel, "reason": "nobody at home"})
        return self.call("POST", f"rounds/{quoted(name)}/stops", body)

    def come_back(self):
        body = {"distance_m": self.random.randint(1, 90_000), "energy_wh": self.random.randint(1, 20_000)}
        return self.call("POST", f"rounds/{quoted(self.round())}/return", body)

    def hand_back(self):
        body = {"carton": self.pick(["SMALL", "FLAT", "none"]), "grade": self.pick(["reuse", "recycle"])}
        if self.parcels and self.chance(0.5):
            body["parcel"] = self.parcel()
        return self.call("POST", f"stations/{self.pick(['S01', 'none'])}/cartons", body)

    def count(self):
        cartons = [
            {"carton": name, "new": self.random.randint(0, 9), "reused": 0} for name in ("FLAT", "SMALL")
        ]
        return self.call("POST", f"stock/{self.pick(['W1', 'none'])}/count", {"cartons": cartons})

    def meters(self):
        hour = self.random.randint(8, 12)
        reading = {"meter": self.pick(["M1", "M2"]), "kind": self.pick(["import", "generation"])}
        reading |= {
            "from": f"2026-07-15T{hour:02}:00:00-06:00",
            "until": f"2026-07-15T{hour + 1:02}:00:00-06:00",
        }
        reading["energy_wh"] = self.random.randint(0, 3)
        return self.call(
            "POST", f"sites/{self.pick(['W1', 'H1'])}/meters/2026-07-15", {"readings": [reading]}
        )

    def vehicle(self):
        name = self.pick(["W1-diesel_van-1", "W1-electric_van-1", "H1-cargo_bike-1", "none"])
        if self.chance(0.5):
            return self.call("POST", f"vehicles/{name}/refuel", {"fuel_ml": self.random.randint(0, 50_000)})
        body = {"site": "W1", "from": "2026-07-15T20:00:00-06:00", "until": "2026-07-15T23:00:00-06:00"}
        return self.call(
            "POST", f"vehicles/{name}/charging", body | {"energy_wh": self.random.randint(0, 30_000)}
        )

    def hook(self):
        name = self.pick(["one", "two", "three"])
        if self.chance(0.3):
            return self.call("DELETE", f"webhooks/{name}")
        body = {"url": f"https://partner.example/{self.random.randint(1, 3)}", "events": ["never-happens"]}
        return self.call("PUT", f"webhooks/{name}", body | {"secret": "x" * self.random.choice([24, 30, 10])})

    def invite(self):
        roles = self.random.sample(["planner", "packer", "driver", "auditor"], self.random.randint(0, 2))
        body = {"name": "Someone", "login": f"login-{self.random.randint(1, 9)}", "roles": roles}
        return self.call("POST", "accounts", body)

    def account(self):
        path = f"accounts/{self.pick(self.accounts)}"
        kind = self.random.randrange(5)
        if kind == 0:
            return self.call("PUT", f"{path}/roles", {"roles": [self.pick(["planner", "partner"])]})
        if kind == 1:
            return self.call("DELETE", path)
        if kind == 2:
            return self.call("POST", f"{path}/invitation")
        return self.call("DELETE", f"{path}/person") if kind == 3 else self.call("GET", path)

    def key(self):
        if self.keys and self.chance(0.4):
            return self.call("DELETE", f"keys/{self.pick(self.keys)}")
        return self.call(
            "POST", "keys", {"name": "a key", "scopes": [self.pick(["orders-read", "stock-count"])]}
        )

    def sign_in(self):
        body = {"tenant": self.pick(["main", "none"]), "login": self.pick(["administrator", "login-1"])}
        return self.call("POST", "session", body | {"password": "a password that is wrong"})

    def get_one(self):
        path = self.pick(
            [
                f"orders/{quoted(self.pick(self.orders))}",
                f"plans/{self.pick(self.plans)}",
                f"parcels/{quoted(self.parcel())}",
                f"rounds/{quoted(self.round())}",
                "vehicles/W1-electric_van-1",
                "stations/S01",
                "stock/W1",
                f"scenarios/{self.pick(self.scenarios)}",
                "sites/W1/meters/2026-07-15",
                "webhooks/one",
                f"scenarios/{SCENARIO}/files/products.csv",
                "session",
            ]
        )
        headers = {"If-None-Match": f'"{self.random.randint(1, 3)}"'} if self.chance(0.5) else {}
        return self.call("GET", path, headers=headers)

    def get_list(self):
        limit = self.random.choice([1, 2, 5, 100, 0, 1001])
        path = self.pick(
            [
                f"orders?limit={limit}",
                f"orders?status={self.pick(['open', 'planned', 'cancelled', 'none'])}&limit={limit}",
                f"vehicles?limit={limit}",
                f"stock?limit={limit}",
                f"stations?limit={limit}",
                f"scenarios?limit={limit}",
                f"webhooks?limit={limit}",
                f"plans?limit={limit}",
                f"plans?status={self.pick(['finished', 'released'])}",
                f"parcels?plan={self.pick(self.plans)}&limit={limit}",
                f"rounds?plan={self.pick(self.plans)}&status=planned",
                f"audit?limit={limit}",
                "dead-letters",
            ]
        )
        cursor = (
            base64.urlsafe_b64encode(self.pick(["A005", "order-004 a", "W1", "9"]).encode())
            .decode()
            .rstrip("=")
        )
        return self.call(
            "GET", path + (f"{'&' if '?' in path else '?'}cursor={cursor}" if self.chance(0.4) else "")
        )

    def get_all(self):
        return self.call(
            "GET", f"{self.pick(['accounts', 'keys', 'parcels', 'rounds'])}?limit=1000", sorted=True
        )

    WEIGHTS = {
        "put_order": 12, "bulk": 4, "upload": 2, "cancel_order": 4, "erase_recipient": 1, "put_scenario": 2,
        "ask_plan": 3, "end_plan": 1, "release": 4, "plan_file": 3, "report": 1, "ledger": 3, "pack": 14,
        "load": 14, "depart": 5, "serve": 8, "come_back": 2, "hand_back": 3, "count": 3, "meters": 3,
        "vehicle": 4, "hook": 3, "invite": 3, "account": 4, "key": 2, "sign_in": 1, "get_one": 10,
        "get_list": 10, "get_all": 2,
    }  # fmt: skip

    def next(self):
        self.number += 1
        kind = self.random.choices(list(self.WEIGHTS), self.WEIGHTS.values())[0]
        call = getattr(self, kind)()
        headers = call.setdefault("headers", {})
        headers["X-Request-Id"] = f"call-{self.number}"
        if call["method"] != "GET" and self.chance(0.2):
            headers["Idempotency-Key"] = f"key-{self.random.randint(1, 40)}"
        if call["method"] != "GET" and self.chance(0.1):
            headers["If-Match"] = f'"{self.random.randint(0, 3)}"'
        return kind, call

    def heard(self, call, answer, side):
        """What may be drawn from now on."""
        path, body = call["path"].removeprefix("/api/v1/"), answer["body"]
        if call["method"] == "POST" and answer["status"] in (201, 202):
            for kind, known in (("plans", self.plans), ("accounts", self.accounts), ("keys", self.keys)):
                if path == kind and body["id"] not in known:
                    known.append(body["id"])
        if path.endswith("/release") and answer["status"] == 202 and path.split("/")[1] not in self.released:
            plan = path.split("/")[1]
            self.released.append(plan)
            for kind, known in (("parcels", self.parcels), ("rounds", self.rounds)):
                found = side.client.all(side.own(f"/api/v1/{kind}?plan={plan}"))
                known |= {one["id"]: one for one in map(side.told, found)}


class Trial:
    def __init__(self, sides, seed, calls):
        self.seed, self.calls = seed, calls
        self.sides, self.failures, self.statuses, self.kinds = sides, [], Counter(), Counter()

    def compare(self, what, told):
        first, second = (json.dumps(one, indent=1, sort_keys=True).splitlines() for one in told)
        if first != second:
            difference = [line for line in difflib.unified_diff(first, second, lineterm="", n=1)][2:14]
            self.failures.append(
                f"{what}: {self.sides[0].name} and {self.sides[1].name}:\n  " + "\n  ".join(difference)
            )

    def run(self):
        for side in self.sides:
            side.begin()
        draw = Draw(self.seed)
        for scenario in (SCENARIO, "bare"):
            for side in self.sides:
                files = {
                    key: text for key, text in draw.files.items() if scenario != "bare" or "order" not in key
                }
                side.house.set_scenario(scenario, files)
        for _ in range(self.calls):
            kind, call = draw.next()
            answers = [side.ask(call) for side in self.sides]
            for side, answer in zip(self.sides, answers):
                self.settle(side, call, answer)
            told = [side.answer(call, answer) for side, answer in zip(self.sides, answers)]
            self.compare(f"call {draw.number} {call['method']} {call['path']}", told)
            self.statuses[told[0]["status"]] += 1
            self.kinds[kind] += 1
            draw.heard(call, told[0], self.sides[0])
        self.compare("the audit trail", [side.told(side.client.all("/api/v1/audit")) for side in self.sides])
        self.shown = [{kind: side.all(kind) for kind in KINDS} for side in self.sides]
        for kind in KINDS:
            self.compare(f"all {kind}", [shown[kind] for shown in self.shown])
        self.rebuild()
        for side in self.sides:
            self.failures += [f"{side.name}: log: {fault}" for fault in side.server.faults()]

    def settle(self, side, call, answer):
        """New ids get their names, and what goes on beside the requests comes to its end."""
        path = call["path"].removeprefix("/api/v1/")
        if call["method"] == "POST" and answer.status in (201, 202) and path in ("plans", "accounts", "keys"):
            made = answer.json()["id"]
            side.name_id(path[:-1], made)
            if path == "plans":
                side.house.wait_for_plan(made, ["finished", "released", "cancelled"])
        if path.endswith("/release") and answer.status == 202:
            side.house.wait_for_plan(side.own(path.split("/")[1]), ["released"])

    def rebuild(self):
        """All that is shown is made anew from the events: it must not differ by a byte."""
        before = [{kind: side.client.all(f"/api/v1/{kind}") for kind in KINDS} for side in self.sides]
        for side, shown in zip(self.sides, before):
            done = side.server.verb("store", "rebuild")
            if done.returncode == 2 and "unrecognized subcommand" in done.stderr:
                print(f"{side.name}: no verb `store rebuild` yet: projections are not made anew")
                continue
            if done.returncode != 0:
                self.failures.append(f"{side.name}: store rebuild: {done.stderr}")
            after = {kind: side.client.all(f"/api/v1/{kind}") for kind in KINDS}
            if json.dumps(after) != json.dumps(shown):
                self.failures.append(f"{side.name}: what is shown differs once it is made anew")
            checked = side.server.verb("store", "check")
            if checked.returncode != 0:
                self.failures.append(f"{side.name}: store check: {checked.stdout} {checked.stderr}")

    def print(self):
        print(
            f"{self.kinds.total()} calls of {len(self.kinds)} kinds; answered {dict(sorted(self.statuses.items()))}"
        )
        events = len(self.sides[0].client.all("/api/v1/audit"))
        shown = {kind: len(items) for kind, items in self.shown[0].items()}
        print(f"{events} events; shown at the end: {shown}")
        for failure in self.failures[:20]:
            print(f"FAILED {failure}")
        print(f"{len(self.failures)} failures")


def main():
    begun = time.monotonic()
    # equal.py [SEED [CALLS]]: other calls than those of every day.
    given = [int(number) for number in sys.argv[1:]]
    numbers = given + [SEED, CALLS][len(given) :]
    with tempfile.TemporaryDirectory() as folder, Databases(folder) as databases:
        if not databases.owner:
            return
        sides = [Side("SQLite", Server(*databases.sqlite("equal")))]
        # PostgreSQL was started once by the owner of its tables: each start makes a new first link.
        sides[0].server.start().stop()
        sides.append(Side("PostgreSQL", Server(*databases.postgres("equal"))))
        trial = Trial(sides, *numbers)
        try:
            trial.run()
            trial.print()
        finally:
            for side in sides:
                if side.server.process and side.server.process.poll() is None:
                    side.server.kill()
    print(f"in {time.monotonic() - begun:.1f} s")
    sys.exit(bool(trial.failures))


if __name__ == "__main__":
    main()
