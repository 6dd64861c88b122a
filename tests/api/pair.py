"""Two servers on one PostgreSQL database: what one was told holds at the other.

What a server wrote it reads at once. What the other wrote it reads after its next look (half a second), but
a caller who has just come in at one is known at both.
"""

import sys
import tempfile
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from once import Findings, events_of, key
from stand import SCENARIO, Client, Databases, House, Server, document, order

LOOK_S = 3


def at_once(house, ports, calls):
    """All calls at the same moment, by turns at each server."""
    gate = threading.Barrier(len(calls))

    def one(numbered):
        number, call = numbered
        client = Client(ports[number % len(ports)], key=house.key)
        client.get("/healthz")
        gate.wait()
        return call(client)

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(one, enumerate(calls)))


def seconds_until(what):
    """How long it takes until it holds; LOOK_S where it does not."""
    begun = time.monotonic()
    while not what() and time.monotonic() - begun < LOOK_S:
        time.sleep(0.01)
    return time.monotonic() - begun


def known_at_once(first, second, house, found):
    """Whoever comes in at one server is known at the other with the next request."""
    check = "who comes in at one is known at the other at once"
    for number in range(10):
        _, made = house.make_key(f"pair {number}", ["orders-read"])
        answer = Client(second.port, key=made).get("/api/v1/orders?limit=1")
        found.expect(check, answer.status == 200, f"a key: {answer}")
        person = house.sign_in("administrator")
        there = Client(second.port, cookie=person.cookie, csrf=person.csrf)
        answer = there.get("/api/v1/session")
        found.expect(check, answer.status == 200, f"a session: {answer}")
    key_id, made = house.make_key("to be revoked", ["orders-read"])
    there = Client(second.port, key=made)
    found.expect(check, there.get("/api/v1/orders?limit=1").status == 200, "the key")
    assert house.admin.delete(f"/api/v1/keys/{key_id}").status == 200
    seconds = seconds_until(lambda: there.get("/api/v1/orders?limit=1").status == 401)
    found.expect("who is sent away at one is soon gone at the other", seconds < LOOK_S, f"{seconds:.1f} s")
    return seconds


def written_once(ports, house, found):
    check = "one key at both servers at once"
    headers, path = key(), "/api/v1/orders/pair-1"
    answers = at_once(house, ports, [lambda client: client.put(path, order(), headers=headers)] * 50)
    found.expect(check, {(a.status, a.body) for a in answers} == {(201, answers[0].body)}, answers[:4])
    found.expect(check, len(events_of(house, "order", "pair-1")) == 1, "one event")

    check = "one order at both servers at once"
    calls = [lambda client: client.put("/api/v1/orders/pair-2", order())] * 50
    statuses = Counter(answer.status for answer in at_once(house, ports, calls))
    found.expect(check, statuses == {201: 1, 200: 49}, statuses)

    check = "one version at both servers at once"
    tag = {"If-Match": house.all.get("/api/v1/stock/W1").headers["ETag"]}
    count = lambda number: {"cartons": [{"carton": "SMALL", "new": 100 + number, "reused": 0}]}
    calls = [
        lambda client, number=number: client.post("/api/v1/stock/W1/count", count(number), headers=tag)
        for number in range(20)
    ]
    statuses = Counter(answer.status for answer in at_once(house, ports, calls))
    found.expect(check, statuses == {200: 1, 412: 19}, statuses)


def planned_once(ports, house, found):
    """Jobs are shared: each plan is made by one of the two."""
    check = "each plan is made once"
    body = {"scenario": SCENARIO, "options": {}}
    asked = at_once(house, ports, [lambda client: client.post("/api/v1/plans", body)] * 8)
    found.expect(check, {answer.status for answer in asked} == {202}, asked[:3])
    plans = [answer.json()["id"] for answer in asked]
    for plan in plans:
        seconds_until(lambda plan=plan: house.all.get(f"/api/v1/plans/{plan}").status == 200)
        house.wait_for_plan(plan, ["finished"])
        own = Counter(event["type"] for event in events_of(house, "plan", plan))
        once = {"plan-asked": 1, "plan-started": 1, "plan-finished": 1}
        found.expect(check, own == once, f"{plan}: {own}")


def main():
    begun, found = time.monotonic(), Findings()
    with tempfile.TemporaryDirectory() as folder, Databases(folder) as databases:
        if not databases.owner:
            return
        place = databases.postgres("pair")
        # Both have the same data folder, as on a shared disk.
        with Server(*place) as first, Server(*place) as second:
            # The second made another link; the first knows of it after its next look.
            link = second.link
            time.sleep(1)
            house = House(first, "main", link).settle(document(first.port))
            house.set_scenario()
            ports = [first.port, second.port]
            gone = known_at_once(first, second, house, found)
            there = Client(second.port, key=house.key)
            house.all.put("/api/v1/orders/pair-0", order())
            lag = seconds_until(lambda: there.get("/api/v1/orders/pair-0").status == 200)
            found.expect("what one wrote the other shows", lag < LOOK_S, f"{lag:.1f} s")
            written_once(ports, house, found)
            planned_once(ports, house, found)
            positions = [event["position"] for event in house.all.all("/api/v1/audit")]
            found.expect("one trail", positions == list(range(1, len(positions) + 1)), "has gaps")
            print(f"read at the other after {lag:.2f} s, a revoked key is refused there after {gone:.2f} s")
            for server in (first, second):
                found.failures += [f"the server's log: {fault}" for fault in server.faults()]
    found.print()
    print(f"in {time.monotonic() - begun:.1f} s")
    sys.exit(bool(found.failures))


if __name__ == "__main__":
    main()
