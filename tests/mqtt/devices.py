"""Readings from devices over a real broker, schedules and alarms back. See README.md."""

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from datetime import datetime, timedelta
from pathlib import Path

import energy
from energy import LOAD, OFFSET, SITE, STRING, TICK_S, channel, is_light, midnight, outlook, quarters
from once import Findings
from stand import Client, House, Server, document, free_port

USER, PASSWORD, OTHER = "greenchain", "pa55 word@of:the/house", "a device"
MOSQUITTO = "/usr/sbin/mosquitto"


class Broker:
    """mosquitto over a folder: with a user for the server and one for devices, kept over a kill."""

    def __init__(self, folder):
        self.folder, self.port, self.tls_port, self.process = Path(folder), free_port(), free_port(), None
        self.folder.mkdir()
        os.chmod(self.folder, 0o777)
        passwords = self.folder / "passwords"
        for flags, user in ((["-c", "-b"], USER), (["-b"], OTHER)):
            subprocess.run(["mosquitto_passwd", *flags, str(passwords), user, PASSWORD], check=True)
        self.certify()
        os.chmod(passwords, 0o644)
        # Devices may publish anywhere: the other tenant's topic passes the broker here.
        (self.folder / "rules").write_text(
            f"user {USER}\ntopic read greenchain/+/sites/+/readings\ntopic write greenchain/#\n"
            f"user {OTHER}\ntopic readwrite greenchain/#\n"
        )
        (self.folder / "settings").write_text(
            f"per_listener_settings false\nallow_anonymous false\npassword_file {passwords}\n"
            f"acl_file {self.folder}/rules\npersistence true\npersistence_location {self.folder}/\n"
            "autosave_interval 1\nautosave_on_changes true\nmax_queued_messages 10000\n"
            f"listener {self.port} 127.0.0.1\nlistener {self.tls_port} 127.0.0.1\n"
            f"certfile {self.folder}/broker.crt\nkeyfile {self.folder}/broker.key\n"
        )

    def certify(self):
        """An authority of our own, and the broker's certificate from it."""
        here = self.folder
        one = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
        one += ["-days", "2", "-keyout", here / "ca.key", "-out", here / "ca.crt", "-subj", "/CN=An authority"]
        two = ["openssl", "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
        two += ["-keyout", here / "broker.key", "-out", here / "broker.csr", "-subj", "/CN=localhost"]
        (here / "names").write_text("subjectAltName=DNS:localhost\nbasicConstraints=CA:FALSE\n")
        three = ["openssl", "x509", "-req", "-in", here / "broker.csr", "-CA", here / "ca.crt", "-CAkey", here / "ca.key"]
        three += ["-CAcreateserial", "-days", "2", "-out", here / "broker.crt", "-extfile", here / "names"]
        for command in (one, two, three):
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.chmod(here / "broker.key", 0o644)

    def start(self):
        command = [MOSQUITTO, "-c", str(self.folder / "settings")]
        with open(self.folder.parent / "broker.log", "ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log)
        end = time.monotonic() + 10
        while self.publish("greenchain/none", b"-", check=False) != 0:
            told = log_of(self.folder)
            assert self.process.poll() is None and time.monotonic() < end, f"the broker did not start: {told}"
            time.sleep(0.05)

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def client(self, tool):
        return [tool, "-h", "127.0.0.1", "-p", str(self.port), "-u", OTHER, "-P", PASSWORD, "-q", "1"]

    def publish(self, topic, body, check=True):
        """Returns once the broker has it."""
        payload = body if isinstance(body, bytes) else json.dumps(body).encode()
        command = self.client("mosquitto_pub") + ["-t", topic, "-s"]
        done = subprocess.run(command, input=payload, stderr=subprocess.DEVNULL)
        assert not check or done.returncode == 0, f"publishing to {topic}: {done.returncode}"
        return done.returncode

    def listen(self, topic, more=()):
        return Listener(self.client("mosquitto_sub") + ["-t", topic, "-F", "%r %t %p", *more])


def log_of(folder):
    return (folder.parent / "broker.log").read_text(errors="replace")[-500:]


class Listener:
    """What comes by a topic: whether it was kept, the topic, the message."""

    def __init__(self, command):
        self.came = []
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        threading.Thread(target=self.read, daemon=True).start()
        time.sleep(0.3)

    def read(self):
        for line in self.process.stdout:
            kept, topic, message = line.rstrip("\n").split(" ", 2)
            self.came.append((kept == "1", topic, json.loads(message)))

    def stop(self):
        self.process.terminate()
        self.process.wait()


def wait_for(what, longest=30):
    return energy.wait_for(what, longest)


class Trial:
    def __init__(self, server, broker, found):
        self.server, self.broker, self.found = server, broker, found
        self.house = House(server, "main", server.link).settle(document(server.port))
        self.call = self.house.all
        self.today = datetime.now(OFFSET).date()
        body = SITE | {"commissioned": str(self.today - timedelta(days=9))}
        for site in ("W1", "a/b"):
            path = f"/api/v1/sites/{site.replace('/', '%2F')}/energy"
            assert self.call.put(path, body).status == 201, site

    def expect(self, check, good, what=""):
        self.found.expect(check, good, what)

    def readings(self):
        """Every value that the trail holds, by site, device and stamp."""
        values = []
        for event in self.call.all("/api/v1/audit"):
            if event["type"] in ("readings-taken", "readings-corrected"):
                site, said = event["thing"].rsplit("/", 1)[0], event["payload"]
                values += [(site, said["device"], at, value) for at, value in said["values"]]
        return values

    def metric(self, outcome):
        text = self.call.get("/metrics").body.decode()
        found = re.search(rf'greenchain_mqtt_messages_total{{outcome="{outcome}"}} (\d+)', text)
        return int(found[1]) if found else 0

    def once(self):
        check = "what a device publishes is recorded once"
        noon = midnight(self.today - timedelta(days=1)) + timedelta(hours=12)
        body = {"channels": [channel("inv-1", "generation", [(noon, 41_250.5)])]}
        for _ in range(3):
            self.broker.publish("greenchain/main/sites/W1/readings", body)
        self.expect(check, wait_for(self.readings), "nothing came")
        expect = [("W1", "inv-1", int(noon.timestamp()), 41_250.5)]
        wait_for(lambda: self.metric("recorded") + self.metric("known") == 3)
        self.expect(check, self.readings() == expect, self.readings())
        self.expect(check, (self.metric("recorded"), self.metric("known")) == (1, 2), "counted otherwise")
        actors = {one["actor"] for one in self.call.all("/api/v1/audit") if one["type"] == "readings-taken"}
        self.expect("in the name of mqtt", actors == {"mqtt"}, actors)
        self.broker.publish("greenchain/main/sites/a%2Fb/readings", body)
        self.expect("a name that is no level of a topic", wait_for(lambda: len(self.readings()) == 2), "")

    def refused(self):
        check = "a wrong message is answered"
        refused = self.broker.listen("greenchain/main/sites/+/refused")
        noon = midnight(self.today - timedelta(days=1)) + timedelta(hours=12)
        differs = {"channels": [channel("inv-1", "generation", [(noon, 1)])]}
        cases = [
            ("W1", differs, "reading-differs"),
            ("W9", differs, "energy-site-unknown"),
            ("W1", b"{", "malformed"),
            ("W1", {"channels": 5}, "content"),
            ("W1", b" " * ((1 << 20) + 1), "too-large"),
        ]
        before = len(self.readings())
        for number, (site, body, rule) in enumerate(cases):
            self.broker.publish(f"greenchain/main/sites/{site}/readings", body)
            self.expect(check, wait_for(lambda: len(refused.came) > number), f"{rule}: nothing came")
            _, topic, problem = refused.came[-1]
            self.expect(check, topic == f"greenchain/main/sites/{site}/refused", topic)
            self.expect(check, problem["type"] == f"urn:greenchain:problem:{rule}", problem)
        self.expect(check, self.metric("refused") == len(cases), self.metric("refused"))
        refused.stop()
        check = "another tenant's topic writes nothing"
        self.broker.publish("greenchain/north/sites/W1/readings", differs)
        self.broker.publish("greenchain/main/sites/W1/other", differs)
        time.sleep(1)
        self.expect(check, len(self.readings()) == before, "something was recorded")
        again = {"channels": [channel("inv-1", "generation", [(noon, 41_250.5)])]}
        self.broker.publish("greenchain/main/sites/W1/readings", again)
        self.expect("nothing wrong comes twice", wait_for(lambda: self.metric("known") >= 3), "")
        self.expect("nothing wrong comes twice", self.metric("refused") == len(cases), "")

    def outgoing(self):
        check = "the schedule lies at the broker"
        live = self.broker.listen("greenchain/main/sites/+/schedule")
        for day in (self.today, self.today + timedelta(days=1)):
            assert self.call.put(f"/api/v1/sites/W1/outlook/{day}", outlook(day)).status == 200
        self.expect(check, wait_for(lambda: len(live.came) >= 3), "nothing was published")
        moments = [message["schedule"]["made_at"] for _, _, message in live.came]
        self.expect("schedules come in their order", moments == sorted(moments), moments)
        late = self.broker.listen("greenchain/main/sites/W1/schedule")
        self.expect(check, wait_for(lambda: late.came), "a latecomer sees none")
        kept, _, message = late.came[0]
        self.expect(check, kept and len(message["schedule"]["steps"]["load_wh"]) > 20, message)
        for listener in (live, late):
            listener.stop()
        check = "an alarm is told"
        alarms = self.broker.listen("greenchain/main/sites/+/alarms")
        day = self.today - timedelta(days=1)
        watts = {"S1": STRING, "S2": STRING // 4}
        strings = [
            channel(name, "string_generation", [(at, power if is_light(at) else 0) for at in quarters(day)])
            for name, power in watts.items()
        ]
        self.broker.publish("greenchain/main/sites/W1/readings", {"channels": strings})
        self.expect(check, wait_for(lambda: alarms.came), "none came")
        if alarms.came:
            _, topic, told = alarms.came[0]
            self.expect(check, topic == "greenchain/main/sites/W1/alarms", topic)
            self.expect(check, (told["type"], told["event"]["device"]) == ("string-alarm-raised", "S2"), told)
        alarms.stop()

    def frozen(self):
        """The broker is frozen until a schedule is on its way, then killed and started again."""
        check = "what was on its way to a killed broker goes out again, in order"

        def made():
            events = [one for one in self.call.all("/api/v1/audit") if one["type"] == "schedule-made"]
            return [one["payload"]["made_at"] for one in events if one["thing"].rsplit("/", 1)[0] == "W1"]

        # Its subscription outlives the broker; what the broker keeps comes again with each connection.
        watcher = self.broker.listen("greenchain/main/sites/W1/schedule", ["-i", "watcher", "-c"])
        came = lambda: [message["schedule"]["made_at"] for kept, _, message in watcher.came if not kept]
        self.expect(check, wait_for(came), "nothing comes")
        first, longest_s = came()[0], 0
        for _ in range(3):
            before = len(made())
            self.broker.process.send_signal(signal.SIGSTOP)
            self.expect(check, wait_for(lambda before=before: len(made()) > before), "no schedule is made")
            time.sleep(1)
            self.broker.kill()
            self.broker.start()
            wanted, begun = made(), time.monotonic()
            wanted = wanted[wanted.index(first) :]
            # Sooner than the claim of a message ends: its carrier gave it back.
            is_there = wait_for(lambda wanted=wanted: set(wanted) <= set(came()), 20)
            self.expect(check, is_there, f"{sorted(set(wanted) - set(came()))} did not come")
            longest_s = max(longest_s, time.monotonic() - begun)
        found = came()
        once = list(dict.fromkeys(found))
        wanted = made()
        self.expect(check, once == wanted[wanted.index(first) :][: len(once)], f"{found} of {wanted}")
        self.expect(check, len(found) - len(once) <= 3, f"{len(found) - len(once)} are doubled")
        watcher.stop()
        doubled = len(found) - len(once)
        print(f"{len(once)} schedules over 3 kills of the broker, {doubled} twice, the last after {longest_s:.1f} s")

    def breaks(self):
        """Devices go on while the broker and the server are killed by turns."""
        check = "nothing is lost or doubled when broker and server are killed"
        day = self.today - timedelta(days=2)
        stop, sent = threading.Event(), []

        def device(name):
            for number in range(400):
                if stop.is_set():
                    return
                at = midnight(day) + timedelta(minutes=number)
                body = {"channels": [channel(name, "load", [(at, LOAD + number)])]}
                # What the broker has not taken a device sends again.
                while self.broker.publish("greenchain/main/sites/W1/readings", body, check=False) != 0:
                    time.sleep(0.05)
                sent.append(("W1", name, int(at.timestamp()), LOAD + number))

        threads = [threading.Thread(target=device, args=(f"d{n}",)) for n in range(4)]
        for thread in threads:
            thread.start()
        for turn in range(6):
            time.sleep(1.2)
            if turn % 3 == 2:
                # What was just saved is there after a kill; a broker that is stopped saves all.
                self.broker.process.terminate()
                self.broker.process.wait()
                time.sleep(0.3)
                self.broker.start()
            else:
                self.server.kill()
                self.server.start()
        stop.set()
        for thread in threads:
            thread.join()
        wanted = set(sent)
        mine = lambda: [one for one in self.readings() if one[1].startswith("d")]
        wait_for(lambda: wanted <= set(mine()), 90)
        found = mine()
        self.expect(check, wanted <= set(found), f"{len(wanted - set(found))} of {len(wanted)} are lost")
        self.expect(check, len(found) == len(set(found)), f"{len(found) - len(set(found))} are doubled")
        print(f"{len(sent)} messages over 4 kills of the server and 2 restarts of the broker")

    def secret(self):
        log = self.server.log.read_text(errors="replace")
        self.expect("the log holds no password", PASSWORD not in log and "pa55" not in log, "it does")
        self.found.failures += [f"the server's log: {fault}" for fault in self.server.faults()]


def quoted(text):
    return re.sub(r"[^a-zA-Z0-9]", lambda one: f"%{ord(one[0]):02X}", text)


def arguments(broker, scheme="mqtt", password=PASSWORD, more=()):
    host = f"localhost:{broker.tls_port}" if scheme == "mqtts" else f"127.0.0.1:{broker.port}"
    url = f"{scheme}://{USER}:{quoted(password)}@{host}"
    return ["--mqtt", url, "--schedule-seconds", str(TICK_S), *more]


def connected(server):
    text = Client(server.port).get("/metrics").body.decode()
    return "greenchain_mqtt_connected 1" in text


def doors(broker, folder, found):
    """TLS by an authority of one's own, and what does not come in."""
    ca = str(broker.folder / "ca.crt")
    for name, options, expect, why in [
        ("tls", dict(scheme="mqtts", more=["--mqtt-ca", ca]), True, "TLS by its own authority"),
        ("strange", dict(scheme="mqtts"), False, "an authority that the system does not know"),
        ("wrong", dict(password="guessed"), False, "a wrong password"),
    ]:
        more = list(options.pop("more", [])) + ["--mqtt-client-id", f"greenchain-{name}"]
        with Server(Path(folder) / name, arguments=arguments(broker, more=more, **options)) as server:
            is_in = wait_for(lambda: connected(server), 8 if expect else 3)
            found.expect("who comes in to the broker", bool(is_in) == expect, why)
            log = server.log.read_text()
            told = "the broker is not there" in log
            found.expect("who does not come in is told", told != expect, f"{why}: {log[-300:]}")
    wrong = subprocess.run(
        [os.environ["GREENCHAIN"], "serve", "--data", str(Path(folder) / "x"), "--mqtt", "http://secret@host"],
        capture_output=True, text=True, timeout=30,
    )
    good = wrong.returncode == 2 and "secret" not in wrong.stderr and "mqtts://" in wrong.stderr
    found.expect("a URL that is none is refused without being shown", good, wrong.stderr)


def main():
    begun, found = time.monotonic(), Findings()
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        broker = Broker(Path(folder) / "broker")
        broker.start()
        try:
            with Server(Path(folder) / "data", arguments=arguments(broker)) as server:
                trial = Trial(server, broker, found)
                found.expect("the server comes in", wait_for(lambda: connected(server)), "")
                for part in (trial.once, trial.refused, trial.outgoing, trial.frozen, trial.breaks, trial.secret):
                    part()
            doors(broker, folder, found)
        finally:
            broker.kill()
    found.print()
    print(f"in {time.monotonic() - begun:.1f} s")
    sys.exit(bool(found.failures))


if __name__ == "__main__":
    main()
