"""A server to test from outside: started on a free port, filled, stopped or killed.

`Server` is the process and its data, `Client` speaks HTTP to it as one caller, `House` is a tenant with
an account for each role and a key for each permission, and `House.fill` lets a day be lived in it.
"""

import http.client
import json
import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import uuid
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "nine walls that hold no wind"
SCENARIO = "starter"


def binary():
    """The program under test: GREENCHAIN, or the debug build of this repository."""
    named = os.environ.get("GREENCHAIN")
    if named:
        return named
    target = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    return str(target / "debug" / "greenchain")


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def quoted(text):
    return urllib.parse.quote(text, safe="")


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    def json(self):
        return json.loads(self.body)

    def __repr__(self):
        return f"{self.status} {self.body[:300]!r}"


class Client:
    """One caller; one connection a thread."""

    def __init__(self, port, key=None, cookie=None, csrf=None, retries=True):
        self.port, self.key, self.cookie, self.csrf = port, key, cookie, csrf
        self.retries = retries
        self.local = threading.local()

    def headers(self, method):
        headers = {}
        if self.key:
            headers["Authorization"] = f"Bearer {self.key}"
        if self.cookie:
            headers["Cookie"] = f"greenchain={self.cookie}"
        if self.csrf and method not in ("GET", "HEAD"):
            headers["X-CSRF-Token"] = self.csrf
        return headers

    def ask(self, method, path, body=None, media=None, headers=None, timeout=90):
        """Sends a request. `body` is bytes, or anything else that JSON can write."""
        if body is not None and not isinstance(body, bytes):
            body, media = json.dumps(body).encode(), media or "application/json"
        sent = self.headers(method)
        if media:
            sent["Content-Type"] = media
        sent.update(headers or {})
        for last in (not self.retries, True):
            held = getattr(self.local, "held", None)
            fresh = held is None
            if fresh:
                held = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
                self.local.held = held
            try:
                held.request(method, path, body, sent)
                answer = held.getresponse()
                return Answer(answer.status, answer.headers, answer.read())
            except (OSError, http.client.HTTPException):
                held.close()
                self.local.held = None
                # A connection kept open may have ended since; a new one has no such excuse.
                if last or fresh:
                    raise
        raise AssertionError("not reached")

    def get(self, path, **more):
        return self.ask("GET", path, **more)

    def put(self, path, body=None, **more):
        return self.ask("PUT", path, body, **more)

    def post(self, path, body=None, **more):
        return self.ask("POST", path, body, **more)

    def delete(self, path, **more):
        return self.ask("DELETE", path, **more)

    def all(self, path, limit=1000):
        """Every item of a list, page by page."""
        cursor, items = None, []
        while True:
            where = f"{path}{'&' if '?' in path else '?'}limit={limit}"
            answer = self.get(where + (f"&cursor={cursor}" if cursor else ""))
            assert answer.status == 200, f"GET {where}: {answer}"
            page = answer.json()
            items += page["items"]
            cursor = page["next"]
            if cursor is None:
                return items


class Server:
    """A process over a data folder, and over a PostgreSQL database where one is named."""

    def __init__(self, data, database=None, arguments=(), owner=None, per_s=0):
        self.data, self.database, self.owner = Path(data), database, owner or database
        self.arguments = [*arguments, "--requests-per-s", str(per_s)]
        self.port, self.process, self.link = free_port(), None, None

    def environment(self, database):
        keep = {name: value for name, value in os.environ.items() if not name.startswith("GREENCHAIN")}
        if database:
            keep["GREENCHAIN_DATABASE_URL"] = database
        return keep

    def start(self, longest=60, every=0.01):
        # Each start has a log of its own, so that the link of this start is found.
        self.data.mkdir(parents=True, exist_ok=True)
        self.log = self.data.parent / f"{self.data.name}.log"
        begun = self.log.stat().st_size if self.log.exists() else 0
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [binary(), "serve", "--data", str(self.data), "--listen", f"127.0.0.1:{self.port}"]
                + ["--quiet", *self.arguments],
                stdout=log,
                stderr=log,
                env=self.environment(self.database),
            )
        end = time.monotonic() + longest
        while not self.is_ready():
            if self.process.poll() is not None or time.monotonic() > end:
                told = self.log.read_bytes()[begun:].decode(errors="replace")
                raise AssertionError(f"the server did not start:\n{told}")
            time.sleep(every)
        told = self.log.read_bytes()[begun:].decode(errors="replace")
        links = re.findall(r"\S+/invitation#(\S+)", told)
        self.link = links[-1] if links else None
        return self

    def is_ready(self):
        try:
            asked = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
            asked.request("GET", "/readyz")
            return asked.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self, longest=60):
        """Asks it to stop; returns the seconds that took."""
        begun = time.monotonic()
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(longest)
            except subprocess.TimeoutExpired:
                self.kill()
                raise AssertionError(f"the server did not stop within {longest} s") from None
        return time.monotonic() - begun

    def verb(self, *arguments):
        """Another verb of the program on the same data, by the owner of the database."""
        return subprocess.run(
            [binary(), *arguments, "--data", str(self.data)],
            capture_output=True,
            text=True,
            env=self.environment(self.owner),
            timeout=300,
        )

    def faults(self):
        """Lines of the log that tell of a fault of the server's own."""
        told = self.log.read_text(errors="replace")
        return [line for line in told.splitlines() if " ERROR " in line or "panicked" in line]

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        if self.process and self.process.poll() is None:
            self.kill()


def postgres_owner():
    """The URL of a PostgreSQL owner, or nothing and the reason."""
    url = os.environ.get("GREENCHAIN_TEST_POSTGRES")
    if not url:
        print("skipped on PostgreSQL: GREENCHAIN_TEST_POSTGRES names no server", flush=True)
    return url


def sql(url, statement, check=True):
    command = ["psql", "-qX", "-v", "ON_ERROR_STOP=1", "-c", statement, url]
    subprocess.run(command, check=check, stdout=subprocess.DEVNULL)


def new_database(owner):
    """A database of our own on that server."""
    name = f"api_{secrets.token_hex(6)}"
    sql(owner, f'CREATE DATABASE "{name}"')
    return urllib.parse.urlunsplit(urllib.parse.urlsplit(owner)._replace(path=f"/{name}"))


class Databases:
    """The databases to test on, each with a folder; all is gone at the end."""

    def __init__(self, folder):
        self.folder, self.owner, self.made, self.role = Path(folder), postgres_owner(), [], None

    def sqlite(self, name):
        return self.folder / f"{name}-sqlite", None

    def postgres(self, name):
        """A new database. Its owner makes the tables; the server comes in as one who may only use them,
        for whom row-level security holds."""
        url = new_database(self.owner)
        self.made.append(url)
        folder = self.folder / f"{name}-postgres"
        Server(folder / "owner", url).start().stop()
        if self.role is None:
            self.role = f"api_{secrets.token_hex(6)}"
            sql(self.owner, f'CREATE ROLE "{self.role}" LOGIN IN ROLE greenchain_app')
        parts = urllib.parse.urlsplit(url)
        place = parts.netloc.rsplit("@", 1)[1]
        server = urllib.parse.urlunsplit(parts._replace(netloc=f"{self.role}@{place}"))
        return folder / "server", server, (), url

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for url in self.made:
            name = urllib.parse.urlsplit(url).path[1:]
            sql(self.owner, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)', check=False)
        if self.role:
            sql(self.owner, f'DROP ROLE IF EXISTS "{self.role}"', check=False)


def form(files):
    """Files as multipart/form-data: body and media type."""
    boundary = uuid.uuid4().hex
    parts = []
    for name, content in files.items():
        content = content.encode() if isinstance(content, str) else content
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"; filename="{name}"\r\n\r\n'
        parts.append(head.encode() + content + b"\r\n")
    body = b"".join(parts) + f"--{boundary}--\r\n".encode()
    return body, f"multipart/form-data; boundary={boundary}"


def starter():
    """The files of the starter scenario by name."""
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "starter"
        subprocess.run([binary(), "new", str(made)], check=True, stdout=subprocess.DEVNULL)
        files = {path.name: path.read_bytes() for path in sorted(made.iterdir())}
    files.pop("README.md")
    return files


def order(quantity=1, scenario=SCENARIO):
    """What is sent for an order of books to one place in Denver."""
    recipient = {"dest_lat": 39.7412, "dest_lon": -104.9815}
    items = [{"sku": "book", "quantity": quantity}]
    placed = "2026-07-14T08:12:00-06:00"
    return {
        "scenario": scenario,
        "placed_at": placed,
        "origin_site": "W1",
        "recipient": recipient,
        "items": items,
    }


def session_of(answer):
    """Cookie of a session that an answer set."""
    return re.match(r"greenchain=([^;]*)", answer.headers["Set-Cookie"]).group(1)


class House:
    """A tenant with its people and keys."""

    def __init__(self, server, tenant, link):
        self.server, self.tenant, self.port = server, tenant, server.port
        accepted = self.accept(link)
        self.admin = self.client_of(accepted)
        self.people, self.keys, self.key_ids = {}, {}, {}
        self.maker = accepted.json()["account"]
        self.accounts = {"administrator": self.maker}
        self.things = {}

    def accept(self, link):
        body = {"token": link, "password": PASSWORD}
        answer = Client(self.port).post("/api/v1/invitations/accept", body)
        assert answer.status == 200, f"the invitation: {answer}"
        return answer

    def client_of(self, answer):
        csrf = answer.json()["csrf"]
        return Client(self.port, cookie=session_of(answer), csrf=csrf)

    def invite(self, login, roles):
        """A person who has come in: account, client."""
        body = {"name": f"The {login}", "login": login, "roles": roles}
        answer = self.admin.post("/api/v1/accounts", body)
        assert answer.status == 201, f"inviting {login}: {answer}"
        invited = answer.json()
        accepted = self.accept(invited["link"].split("#")[1])
        return invited["id"], self.client_of(accepted)

    def sign_in(self, login):
        body = {"tenant": self.tenant, "login": login, "password": PASSWORD}
        answer = Client(self.port).post("/api/v1/session", body)
        assert answer.status == 200, f"{login} signs in: {answer}"
        return self.client_of(answer)

    def make_key(self, name, scopes):
        """A new key: its id, the key."""
        answer = self.admin.post("/api/v1/keys", {"name": name, "scopes": scopes})
        assert answer.status == 201, f"key {name}: {answer}"
        return answer.json()["id"], answer.json()["key"]

    def settle(self, document):
        """An account for each role, a key for each permission, and one for all."""
        for role in document["components"]["schemas"]["Role"]["enum"]:
            self.accounts[role], self.people[role] = self.invite(f"a-{role}", [role])
        permissions = document["components"]["schemas"]["Permission"]["enum"]
        for permission in permissions:
            self.key_ids[permission], key = self.make_key(permission, [permission])
            self.keys[permission] = Client(self.port, key=key)
        self.key_ids["all"], self.key = self.make_key("all", permissions)
        self.all = Client(self.port, key=self.key)
        return self

    def head(self):
        """Position and digest of the last event."""
        events = self.all.all("/api/v1/audit")
        return (events[-1]["position"], events[-1]["digest"]) if events else (0, "")

    def set_scenario(self, scenario=SCENARIO, files=None):
        body, media = form(files or starter())
        answer = self.all.put(f"/api/v1/scenarios/{quoted(scenario)}", body, media=media)
        assert answer.status == 200, f"the scenario: {answer}"

    def wait_for_plan(self, plan, status, longest=120):
        end = time.monotonic() + longest
        while True:
            view = self.all.get(f"/api/v1/plans/{plan}").json()
            if view["status"] in status:
                return view
            assert view["status"] != "failed" and time.monotonic() < end, f"plan is {view}"
            time.sleep(0.03)

    def plan(self, scenario=SCENARIO):
        answer = self.all.post("/api/v1/plans", {"scenario": scenario, "options": {}})
        assert answer.status == 202, f"a plan: {answer}"
        plan = answer.json()["id"]
        self.wait_for_plan(plan, ["finished"])
        return plan

    def release(self, plan):
        answer = self.all.post(f"/api/v1/plans/{plan}/release")
        assert answer.status == 202, f"a release: {answer}"
        self.wait_for_plan(plan, ["released"])

    def did(self, path, body):
        answer = self.all.post(path, body)
        assert answer.status == 200, f"POST {path} {body}: {answer}"
        return answer.json()

    def live_on_the_sun(self):
        """W1 is described, measured on one day, and that day is foreseen."""
        body = {"zone": "America/Denver", "lat": 39.74, "lon": -104.99, "commissioned": "2024-05-01"}
        body |= {"peak_w": 20_000, "tilt_deg": 15, "azimuth_deg": 180, "gamma_per_c": -0.0035, "strings": []}
        assert self.all.put("/api/v1/sites/W1/energy", body).status == 201
        values = [{"at": f"2026-07-15T{hour:02}:00:00-06:00", "value": 9000} for hour in range(8, 17)]
        channel = {"device": "inv-1", "quantity": "generation", "form": "mean", "readings": values}
        self.did("/api/v1/sites/W1/readings", {"channels": [channel]})
        known = {"buy_price": 0.2, "sell_price": 0.05, "grid_kg_per_kwh": 0.4, "load_wh": 9000}
        hours = [{"start": f"2026-07-15T{hour:02}:00:00-06:00"} | known for hour in range(24)]
        outlook = {"hours": hours, "vehicles": []}
        assert self.all.put("/api/v1/sites/W1/outlook/2026-07-15", outlook).status == 200

    def fill(self):
        """A day is lived, so that there is something of every kind."""
        self.set_scenario()
        plan = self.plan()
        self.release(plan)
        rounds = self.all.all(f"/api/v1/rounds?plan={plan}")
        parcels = {one["id"]: one for one in self.all.all(f"/api/v1/parcels?plan={plan}")}
        driven = next(one for one in rounds if one["kind"] == "delivery" and one["site"] == "W1")
        loaded = [parcel for stop in driven["stops"] for parcel in stop["parcels"]]
        for parcel in loaded:
            known = parcels[parcel]
            packed = {"site": known["site"], "package": known["planned_package"]}
            self.did(f"/api/v1/parcels/{parcel}/pack", packed)
            self.did(f"/api/v1/parcels/{parcel}/load", {"round": driven["id"]})
        vehicle = f"{driven['site']}-{driven['vehicle_type']}-1"
        self.did(f"/api/v1/rounds/{driven['id']}/depart", {"vehicle": vehicle})
        first = {"parcel": driven["stops"][0]["parcels"][0]}
        self.did(f"/api/v1/rounds/{driven['id']}/stops", {"stop": 0, "delivered": [first]})
        self.did("/api/v1/stations/S01/cartons", {"carton": "SMALL", "grade": "reuse"})
        self.did("/api/v1/stock/W1/count", {"cartons": [{"carton": "SMALL", "new": 7, "reused": 1}]})
        reading = {"from": "2026-07-15T08:00:00-06:00", "until": "2026-07-15T09:00:00-06:00"}
        reading |= {"meter": "M1", "kind": "import", "energy_wh": 1200}
        self.did("/api/v1/sites/W1/meters/2026-07-15", {"readings": [reading]})
        self.live_on_the_sun()
        hook = {"url": "https://partner.example/hooks", "events": ["order-cancelled"]}
        hook["secret"] = "whsec_" + "A" * 32
        assert self.all.put("/api/v1/webhooks/partner-1", hook).status == 200
        self.things = {
            "tenant": self.tenant,
            "order": "A001",
            "plan": plan,
            "parcel": loaded[0],
            "round": driven["id"],
            "vehicle": vehicle,
            "station": "S01",
            "stock": "W1",
            "site": "W1",
            "day": "2026-07-15",
            "webhook": "partner-1",
            "scenario": SCENARIO,
            "account": self.accounts.get("packer", self.accounts["administrator"]),
            "key": self.key_ids.get("orders-read", ""),
            "number": "1",
        }
        return self


def document(port):
    answer = Client(port).get("/api/openapi.json")
    assert answer.status == 200, f"the document: {answer}"
    return answer.json()


def two_houses(server):
    """The first tenant, filled, and another one with an administrator and a key."""
    told = document(server.port)
    house = House(server, "main", server.link).settle(told).fill()
    made = server.verb("tenant", "north", "--public-url", f"http://127.0.0.1:{server.port}")
    assert made.returncode == 0, f"greenchain tenant: {made.stderr}"
    other = House(server, "north", made.stdout.strip().split("#")[1]).settle(told)
    return told, house, other


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        with Server(Path(place) / "data") as running:
            begun = time.monotonic()
            _, first, second = two_houses(running)
            print(f"two tenants in {time.monotonic() - begun:.1f} s: {json.dumps(first.things, indent=1)}")
            print(f"audit head {first.head()}; the other's {second.head()}")
            print(f"stopped in {running.stop():.2f} s; faults: {running.faults()}")
            sys.exit(bool(running.faults()))
