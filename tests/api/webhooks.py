"""Webhooks at their receiver: signed as Standard Webhooks 1.0 says, in order, again after a failure."""

import base64
import hashlib
import hmac
import json
import sys
import tempfile
import threading
import time
from collections import defaultdict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from once import Findings
from stand import House, Server, document, order

CODED = b"a secret of twenty-four b"
SECRETS = {
    "all": "whsec_" + base64.b64encode(CODED).decode(),
    "cancelled": "a-plain-secret-that-is-no-base64!",
    "failing": "whsec_" + base64.b64encode(CODED[::-1]).decode(),
    "moved": "whsec_" + base64.b64encode(b"another secret of its own").decode(),
}


class Receiver(BaseHTTPRequestHandler):
    """Notes what comes, and answers as it is told to."""

    # Each webhook posts to a path of its own.
    got = defaultdict(list)
    answers = {}

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        hook = self.path.strip("/")
        tried = len(self.got[hook])
        self.got[hook].append((time.monotonic(), time.time(), dict(self.headers), body))
        status = self.answers.get(hook, lambda _: 204)(tried)
        self.send_response(status)
        if status == 302:
            self.send_header("Location", "/redirected")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


def signed(secret, headers, body):
    """What the standard says of the receiver, written from its text: v1, HMAC-SHA256 over id.timestamp.body."""
    coded = secret.removeprefix("whsec_")
    key = base64.b64decode(coded) if secret != coded else secret.encode()
    said = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    good = base64.b64encode(hmac.new(key, said, hashlib.sha256).digest()).decode()
    given = [one.split(",", 1) for one in headers["webhook-signature"].split(" ")]
    return any(version == "v1" and hmac.compare_digest(value, good) for version, value in given)


def wait_for(what, longest=20):
    end = time.monotonic() + longest
    while not what() and time.monotonic() < end:
        time.sleep(0.05)
    return what()


def ids(hook):
    return [headers["webhook-id"] for _, _, headers, _ in Receiver.got[hook]]


def check_messages(hook, found):
    """Every message of a webhook by itself."""
    for _, came, headers, body in Receiver.got[hook]:
        headers = {name.lower(): value for name, value in headers.items()}
        found.expect("signature", signed(SECRETS[hook], headers, body), f"{hook}: {headers}")
        others = [secret for name, secret in SECRETS.items() if name != hook]
        wrong = any(signed(secret, headers, body) for secret in others)
        found.expect("signature", not wrong, f"{hook}: another secret does too")
        late = came - int(headers["webhook-timestamp"])
        found.expect("timestamp", -2 <= late <= 5, f"{hook}: {late} s")
        message = json.loads(body)
        found.expect("content", set(message) == {"type", "data"}, f"{hook}: {message}")
        found.expect("content", headers["content-type"] == "application/json", headers)
    numbers = [int(one.rsplit("-", 1)[1]) for one in ids(hook)]
    found.expect("order", numbers == sorted(numbers), f"{hook}: {numbers}")


def trial(server, url, found):
    house = House(server, "main", server.link).settle(document(server.port))
    house.set_scenario()
    for hook, secret in SECRETS.items():
        events = ["order-cancelled"] if hook == "cancelled" else ["*"]
        if hook == "moved":
            events = ["order-cancelled"]
        body = {"url": f"{url}/{hook}", "events": events, "secret": secret}
        assert house.all.put(f"/api/v1/webhooks/{hook}", body).status == 200
    # Its second message fails once, the rest must wait behind it.
    Receiver.answers["failing"] = lambda tried: 500 if tried == 1 else 200
    # A redirect is an answer like any other that is no success: nobody is led elsewhere.
    Receiver.answers["moved"] = lambda tried: 302 if tried == 0 else 200
    names = [f"hook-{number:02}" for number in range(20)]
    for name in names:
        assert house.all.put(f"/api/v1/orders/{name}", order()).status == 201
    for name in names[::2]:
        cancelled = house.all.post(f"/api/v1/orders/{name}/cancel", {"reason": "enough"})
        assert cancelled.status == 200
    sent = len(names) + len(names[::2])
    arrived = {"all": sent, "cancelled": len(names[::2]), "failing": sent + 1, "moved": len(names[::2]) + 1}
    for hook, count in arrived.items():
        wait_for(lambda hook=hook, count=count: len(Receiver.got[hook]) >= count)
    time.sleep(1)
    for hook, count in arrived.items():
        found.expect("as many as there are", len(ids(hook)) == count, f"{hook}: {len(ids(hook))} of {count}")
        check_messages(hook, found)
    told = [json.loads(body) for _, _, _, body in Receiver.got["all"]]
    wanted = [("order-received", name) for name in names] + [("order-cancelled", name) for name in names[::2]]
    got = [(message["type"], message["data"]["id"]) for message in told]
    found.expect("order", got == wanted, f"as it happened: {got}")
    found.expect("once", len(set(ids("all"))) == sent, "each message has an id of its own")
    only = {json.loads(body)["type"] for _, _, _, body in Receiver.got["cancelled"]}
    found.expect("only what is wanted", only == {"order-cancelled"}, only)
    for hook, again in (("failing", 1), ("moved", 0)):
        first, second = Receiver.got[hook][again : again + 2]
        found.expect("again after a failure", ids(hook)[again] == ids(hook)[again + 1], ids(hook)[:4])
        found.expect("again after a failure", first[3] == second[3], "with the same body")
        found.expect(
            "again after a failure", 4.5 < second[0] - first[0] < 15, f"{second[0] - first[0]:.1f} s"
        )
        found.expect("again after a failure", len(set(ids(hook))) == len(ids(hook)) - 1, "nothing else twice")
    found.expect("redirects", not Receiver.got["redirected"], "is followed")
    shown = house.all.get("/api/v1/webhooks/all")
    found.expect("the secret is not shown", SECRETS["all"].encode() not in shown.body, shown)
    trail = json.dumps(house.all.all("/api/v1/audit"))
    found.expect("the secret is not shown", SECRETS["all"] not in trail, "in the trail")
    # A server that has just started knows at once whom to tell.
    server.kill()
    server.start()
    assert house.all.put("/api/v1/orders/hook-after", order()).status == 201
    wait_for(lambda: "hook-after" in str(Receiver.got["all"][-1][3]))
    found.expect("after a restart", "hook-after" in str(Receiver.got["all"][-1][3]), "nothing came")
    # Taken away: nothing more comes.
    before = len(ids("all"))
    assert house.all.delete("/api/v1/webhooks/all").status == 200
    assert house.all.put("/api/v1/orders/hook-last", order()).status == 201
    wait_for(lambda: "hook-last" in str(Receiver.got["failing"][-1][3]))
    found.expect("taken away", len(ids("all")) == before, "it is still told")
    found.expect("dead letters", house.all.all("/api/v1/dead-letters") == [], "there are some")


def private(server, port, found):
    """A server that may not reach private addresses tells nobody there, by whatever name."""
    house = House(server, "main", server.link).settle(document(server.port))
    house.set_scenario()
    places = [f"127.0.0.1:{port}", f"localhost:{port}", f"[::ffff:127.0.0.1]:{port}", f"0.0.0.0:{port}"]
    places += [f"2130706433:{port}", f"0x7f.1:{port}"]
    for number, place in enumerate(places):
        body = {"url": f"http://{place}/private", "events": ["*"], "secret": SECRETS["all"]}
        answer = house.all.put(f"/api/v1/webhooks/private-{number}", body)
        found.expect("private addresses", answer.status in (200, 422), answer)
    assert house.all.put("/api/v1/orders/private", order()).status == 201
    time.sleep(3)
    found.expect("private addresses", not Receiver.got["private"], Receiver.got["private"][:1])


def main():
    begun, found = time.monotonic(), Findings()
    receiver = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=receiver.serve_forever, daemon=True).start()
    port = receiver.server_address[1]
    with tempfile.TemporaryDirectory() as folder:
        with Server(Path(folder) / "data", arguments=["--webhooks-to-private"]) as server:
            trial(server, f"http://127.0.0.1:{port}", found)
            found.failures += [f"the server's log: {fault}" for fault in server.faults()]
        with Server(Path(folder) / "private") as server:
            private(server, port, found)
            found.failures += [f"the server's log: {fault}" for fault in server.faults()]
    receiver.shutdown()
    found.print()
    print(f"in {time.monotonic() - begun:.1f} s")
    sys.exit(bool(found.failures))


if __name__ == "__main__":
    main()
