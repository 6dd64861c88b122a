"""Sent twice, sent late, sent too large, sent by many at a time: what the API promises of HTTP itself."""

import http.client
import json
import socket
import sys
import tempfile
import threading
import time
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from stand import SCENARIO, Client, House, Server, document, order, starter

MANY = 50


class Findings:
    def __init__(self):
        self.checks, self.failures = Counter(), []

    def expect(self, check, good, what=""):
        self.checks[check] += 1
        if not good:
            self.failures.append(f"{check}: {what}")

    def print(self):
        for check, count in self.checks.items():
            print(f"{count:5}  {check}")
        for failure in self.failures[:30]:
            print(f"FAILED {failure}")
        print(f"{self.checks.total()} checks, {len(self.failures)} failures")


def at_once(house, calls):
    """All calls at the same moment, each on a connection of its own."""
    gate = threading.Barrier(len(calls))

    def one(call):
        client = Client(house.port, key=house.key)
        client.get("/api/v1/session")
        gate.wait()
        return call(client)

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(one, calls))


def client_lines(answer):
    return [json.loads(line)["status"] for line in answer.body.splitlines()]


def key():
    return {"Idempotency-Key": str(uuid.uuid4())}


def events_of(house, kind, thing):
    return [e for e in house.all.all("/api/v1/audit") if (e["kind"], e["thing"]) == (kind, thing)]


def same_key(house, found):
    headers, path = key(), "/api/v1/orders/once-1"
    answers = at_once(house, [lambda client: client.put(path, order(), headers=headers)] * MANY)
    check = f"{MANY} identical requests at once under one key"
    found.expect(check, len({answer.body for answer in answers}) == 1, answers[:3])
    found.expect(check, {answer.status for answer in answers} == {201}, Counter(a.status for a in answers))
    fresh = [answer for answer in answers if answer.headers["Idempotency-Replayed"] is None]
    found.expect(check, len(fresh) == 1, f"{len(fresh)} say that they were the first")
    found.expect(check, len(events_of(house, "order", "once-1")) == 1, "one event")

    headers = key()
    body = {"scenario": SCENARIO, "options": {}}
    before = len(house.all.all("/api/v1/plans"))
    answers = at_once(house, [lambda client: client.post("/api/v1/plans", body, headers=headers)] * MANY)
    check = f"{MANY} plans asked for at once under one key"
    found.expect(check, {(a.status, a.body) for a in answers} == {(202, answers[0].body)}, answers[:3])
    found.expect(check, len(house.all.all("/api/v1/plans")) == before + 1, "one plan")
    house.wait_for_plan(answers[0].json()["id"], ["finished"])

    headers = key()
    body = {"name": "once", "scopes": ["orders-read"]}
    answers = at_once(house, [lambda client: client.post("/api/v1/keys", body, headers=headers)] * MANY)
    check = f"{MANY} keys made at once under one key"
    found.expect(check, len({answer.json()["id"] for answer in answers}) == 1, answers[:3])
    shown = [answer.json()["key"] for answer in answers if answer.json()["key"]]
    found.expect(check, len(shown) == 1, f"the secret is shown {len(shown)} times")

    check = f"{MANY} bodies that differ at once under one key"
    headers, path = key(), "/api/v1/orders/once-2"
    calls = [lambda client, n=n: client.put(path, order(n + 1), headers=headers) for n in range(MANY)]
    statuses = Counter(answer.status for answer in at_once(house, calls))
    found.expect(check, statuses == {201: 1, 422: MANY - 1}, statuses)

    check = f"{MANY} identical orders at once without a key"
    path = "/api/v1/orders/once-3"
    statuses = Counter(a.status for a in at_once(house, [lambda client: client.put(path, order())] * MANY))
    found.expect(check, statuses == {201: 1, 200: MANY - 1}, statuses)

    check = "20 identical bulks at once without a key"
    lines = [json.dumps({"id": f"once-bulk-{line}", "order": order()}) for line in range(40)]
    body, media = "\n".join(lines).encode(), "application/x-ndjson"
    answers = at_once(house, [lambda client: client.post("/api/v1/orders/bulk", body, media=media)] * 20)
    statuses = Counter(json.loads(line)["status"] for a in answers for line in a.body.splitlines())
    found.expect(check, statuses == {200: 20 * 40}, statuses)
    differing = body.replace(b'"quantity": 1', b'"quantity": 2')
    told = client_lines(house.all.post("/api/v1/orders/bulk", differing, media=media))
    found.expect(check, told == [409] * 40, f"other content: {told}")

    check = "a key belongs to its caller and its request"
    headers, client = key(), house.all
    first = client.put("/api/v1/orders/once-4", order(), headers=headers)
    for why, answer in (
        ("another body", client.put("/api/v1/orders/once-4", order(2), headers=headers)),
        ("another path", client.put("/api/v1/orders/once-5", order(), headers=headers)),
        ("another method", client.post("/api/v1/orders/once-4/cancel", {"reason": "no"}, headers=headers)),
    ):
        rule = answer.json()["type"].rsplit(":", 1)[1]
        found.expect(check, (answer.status, rule) == (422, "idempotency-key-reused"), f"{why}: {answer}")
    other = house.admin.put("/api/v1/orders/once-6", order(), headers=headers)
    found.expect(check, other.status == 201, f"another caller's key is another: {other}")
    again = client.put("/api/v1/orders/once-4", order(), headers=headers)
    found.expect(check, (again.status, again.body) == (201, first.body), f"again: {again}")


def versions(house, found):
    client, path = house.all, "/api/v1/orders/version-1"
    client.put(path, order())
    tag = client.get(path).headers["ETag"]
    check = "If-Match"
    headers = key() | {"If-Match": tag}
    first = client.post(f"{path}/cancel", {"reason": "twice"}, headers=headers)
    found.expect(check, first.status == 200, first)
    late = client.post(f"{path}/cancel", {"reason": "late"}, headers={"If-Match": tag})
    found.expect(check, late.status == 412, f"an old version: {late}")
    again = client.post(f"{path}/cancel", {"reason": "twice"}, headers=headers)
    found.expect(check, (again.status, again.body) == (200, first.body), f"sent again: {again}")
    for given, status in (("*", 200), ('"99"', 412), ("7", 400), ('W/"1"', 400)):
        answer = client.post(f"{path}/cancel", {"reason": "twice"}, headers={"If-Match": given})
        found.expect(check, answer.status == status, f"{given}: {answer}")
    racing = [{"If-Match": client.get("/api/v1/stock/W1").headers["ETag"]}] * 20
    count = lambda n: {"cartons": [{"carton": "SMALL", "new": 1000 + n, "reused": 0}]}
    calls = [
        lambda one, n=n, headers=headers: one.post("/api/v1/stock/W1/count", count(n), headers=headers)
        for n, headers in enumerate(racing)
    ]
    statuses = Counter(answer.status for answer in at_once(house, calls))
    found.expect(check, statuses == {200: 1, 412: 19}, f"20 at once with one version: {statuses}")

    check = "conditional GET"
    things = house.things
    for path in (
        f"orders/{things['order']}",
        f"plans/{things['plan']}",
        f"parcels/{things['parcel']}",
        f"rounds/{things['round']}",
        f"vehicles/{things['vehicle']}",
        "stations/S01",
        "stock/W1",
        f"scenarios/{SCENARIO}",
        f"accounts/{things['account']}",
        "sites/W1/meters/2026-07-15",
        "webhooks/partner-1",
    ):
        path = f"/api/v1/{path}"
        shown = client.get(path)
        tag = shown.headers["ETag"]
        for given in (tag, f"W/{tag}", f'"0", {tag}', "*"):
            answer = client.get(path, headers={"If-None-Match": given})
            good = (answer.status, answer.body, answer.headers["ETag"]) == (304, b"", tag)
            found.expect(check, good, f"{path} {given}: {answer}")
        answer = client.get(path, headers={"If-None-Match": '"0"'})
        found.expect(check, (answer.status, answer.body) == (200, shown.body), f"{path}: {answer}")
    path = "/api/v1/stock/W1"
    tag = client.get(path).headers["ETag"]
    house.did(f"{path}/count", {"cartons": []})
    found.expect(check, client.get(path, headers={"If-None-Match": tag}).status == 200, "after a change")


def paging(house, found):
    """Pages are read while orders come in before, among and after those that are there."""
    client = house.all
    there = [f"page-{number:03}" for number in range(0, 300, 3)]
    for name in there:
        client.put(f"/api/v1/orders/{name}", order())
    ending = threading.Event()

    def write():
        writer, number = Client(house.port, key=house.key), 0
        while not ending.is_set():
            writer.put(f"/api/v1/orders/page-{number * 7 % 300:03}-{number}", order())
            number += 1
            time.sleep(0.002)

    thread = threading.Thread(target=write)
    thread.start()
    try:
        for limit in (1, 7, 100):
            for path, of in (("/api/v1/orders", "id"), ("/api/v1/audit", "position")):
                if (limit, of) == (1, "position"):
                    continue
                before = [item[of] for item in client.all(path)]
                seen = [item[of] for item in client.all(path, limit)]
                twice = [name for name, count in Counter(seen).items() if count > 1]
                missing = set(before) - set(seen)
                check = "paging while writes go on"
                found.expect(check, not twice, f"{path} by {limit}: twice {twice[:5]}")
                found.expect(check, not missing, f"{path} by {limit}: missing {sorted(missing)[:5]}")
                found.expect(check, seen == sorted(seen), f"{path} by {limit}: not in order")
    finally:
        ending.set()
        thread.join()


def too_large(house, found):
    client, check = house.all, "too large"
    wide = order() | {"promised_by": "x" * (1 << 20)}
    answer = client.put("/api/v1/orders/large", wide)
    found.expect(check, answer.status == 413, f"a body past 1 MiB: {answer}")
    # Without a length: it is found while it comes.
    held = http.client.HTTPConnection("127.0.0.1", house.port, timeout=30)
    head = {"Authorization": f"Bearer {house.key}", "Content-Type": "application/json"}
    pieces = iter([b'{"scenario": "'] + [b"x" * 65536] * 32)
    try:
        held.request("PUT", "/api/v1/orders/large", pieces, head, encode_chunked=True)
        status = held.getresponse().status
    except (BrokenPipeError, ConnectionResetError):
        # The answer came while the rest was still being sent.
        status = held.sock and 413
    found.expect(check, status == 413, f"in chunks: {status}")
    lines = b"{}\n" * 100_001
    answer = client.post("/api/v1/orders/bulk", lines, media="application/x-ndjson")
    found.expect(check, answer.status == 413, f"past 100000 lines: {answer.status}")
    answer = client.get("/api/v1/orders?limit=1001")
    found.expect(check, answer.status == 400, f"past 1000 rows: {answer}")
    raw = f"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Long: {'a' * 1_000_000}\r\n\r\n"
    with socket.create_connection(("127.0.0.1", house.port), 10) as line:
        try:
            line.sendall(raw.encode())
            told = line.recv(100)
        except (BrokenPipeError, ConnectionResetError):
            told = b""
    found.expect(check, b" 200 " not in told, f"a head of a megabyte: {told}")
    answer = client.get("/healthz")
    found.expect(check, answer.status == 200, "the server goes on")


def seconds_until_cut(port, send, every=None):
    """How long the server keeps a connection whose request does not come to its end."""
    begun = time.monotonic()
    with socket.create_connection(("127.0.0.1", port)) as line:
        line.sendall(send)
        line.settimeout(every or 40)
        told = b""
        while True:
            try:
                piece = line.recv(4096)
                if not piece:
                    return time.monotonic() - begun, told
                told += piece
            except TimeoutError:
                if time.monotonic() - begun > 40:
                    return 40.0, told
                try:
                    line.sendall(b"X-Slow: 1\r\n")
                except OSError:
                    return time.monotonic() - begun, told
            except OSError:
                return time.monotonic() - begun, told


def slow(house, found):
    """Clients that never come to an end are cut: heads after 10 s, bodies after --request-seconds."""
    port = house.port
    put = f"PUT /api/v1/orders/slow HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {house.key}\r\n"
    put += "Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"
    cases = {
        "half a head": (b"GET /healthz HTTP/1.1\r\nHost: x\r\n", None),
        "a head that drips": (b"GET /healthz HTTP/1.1\r\nHost: x\r\n", 1),
        "half a body": (put.encode(), None),
    }
    with ThreadPoolExecutor(len(cases)) as pool:
        done = {why: pool.submit(seconds_until_cut, port, *case) for why, case in cases.items()}
        for why, future in done.items():
            seconds, told = future.result()
            found.expect("slow clients are cut", seconds < 15, f"{why}: held for {seconds:.1f} s")
            if why == "half a body":
                found.expect("slow clients are cut", b" 408 " in told, f"{why}: {told[:200]}")


def rates(server, found):
    """A caller that asks too often is told when to come again, and others are not held up."""
    with Server(server.data.parent / "rates", per_s=20) as strict:
        house = House(strict, "main", strict.link)
        answers = [house.admin.get("/api/v1/session") for _ in range(80)]
        refused = [answer for answer in answers if answer.status == 429]
        check = "rate limit"
        found.expect(check, 10 < len(refused) < 60, f"{len(refused)} of 80 at 20/s are refused")
        found.expect(check, all(a.headers["Retry-After"] for a in refused), "Retry-After")
        time.sleep(1.1)
        found.expect(check, house.admin.get("/api/v1/session").status == 200, "after a second")


def stopping(house, server, found):
    """The word to stop: what is under way is answered, jobs are laid down and taken up again."""
    check = "SIGTERM"
    # The plan is of another scenario than the orders: else it would be of them too once it goes on.
    bare = {name: text for name, text in starter().items() if not name.startswith("order")}
    house.set_scenario("stopping", bare)
    names = [f"stop-{number}" for number in range(1500)]
    lines = [json.dumps({"id": name, "order": order(scenario="stopping")}) for name in names]
    text = "\n".join(lines).encode()
    bulk = lambda n: Client(house.port, key=house.key, retries=False).post(
        "/api/v1/orders/bulk", text.replace(b"stop-", b"stop-%d-" % n), media="application/x-ndjson"
    )
    plan = house.all.post("/api/v1/plans", {"scenario": SCENARIO, "options": {}}).json()["id"]
    idle = socket.create_connection(("127.0.0.1", house.port))
    stream = socket.create_connection(("127.0.0.1", house.port))
    ask = (
        f"GET /api/v1/plans/{plan}/progress HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {house.key}\r\n\r\n"
    )
    stream.sendall(ask.encode())
    with ThreadPoolExecutor(4) as pool:
        under_way = [pool.submit(bulk, number) for number in range(4)]
        time.sleep(0.15)
        seconds = server.stop()
        for future in under_way:
            try:
                answer = future.result()
                good = answer.status == 200 and client_lines(answer) == [200] * len(names)
            except (OSError, http.client.HTTPException) as fault:
                answer, good = fault, False
            found.expect(check, good, f"a request under way is answered: {answer!r}"[:300])
    found.expect(check, seconds < 20, f"stopped after {seconds:.1f} s")
    found.expect(check, server.process.returncode == 0, f"status {server.process.returncode}")
    idle.close(), stream.close()
    print(f"SIGTERM with 4 requests of {len(names)} orders under way: stopped in {seconds:.2f} s")
    server.start()
    begun = time.monotonic()
    view = house.wait_for_plan(plan, ["finished"], longest=60)
    waited = time.monotonic() - begun
    # A lease lasts 30 s: a server that stops in peace gives it back.
    found.expect(check, waited < 20, f"the plan goes on after {waited:.1f} s: {view['status']}")
    received = Counter(e["thing"] for e in house.all.all("/api/v1/audit") if e["type"] == "order-received")
    found.expect(check, max(received.values()) == 1, "each order once")
    there = sum(name.startswith("stop-") for name in received)
    found.expect(check, there == 4 * len(names), f"{there} of {4 * len(names)} orders are there")


def main():
    begun, found = time.monotonic(), Findings()
    with tempfile.TemporaryDirectory() as folder:
        with Server(Path(folder) / "data", arguments=["--request-seconds", "8"]) as server:
            house = House(server, "main", server.link).settle(document(server.port)).fill()
            with ThreadPoolExecutor(1) as beside:
                waiting = beside.submit(slow, house, found)
                same_key(house, found)
                versions(house, found)
                paging(house, found)
                too_large(house, found)
                waiting.result()
            rates(server, found)
            stopping(house, server, found)
            for fault in server.faults():
                found.failures.append(f"the server's log: {fault}")
    found.print()
    print(f"in {time.monotonic() - begun:.1f} s")
    sys.exit(bool(found.failures))


if __name__ == "__main__":
    main()
