"""Every operation of the document against every kind of caller.

Who may do what is read from the table that people read (docs/PERMISSIONS.md), what an operation demands
from the document, and what the server does from its answers: the three must agree. An operation that is
open to all stands in OPEN below, or this test fails; one without an example fails it too.
"""

import base64
import contextlib
import difflib
import os
import re
import sqlite3
import sys
import tempfile
import time
from collections import Counter, defaultdict
from pathlib import Path

from operations import NOWHERE, operations
from stand import PASSWORD, ROOT, Client, Server, two_houses

# All that is open to whoever asks. Add a line here only with the reason why it has to be.
OPEN = {
    "GET /healthz": "the supervisor of the process has no key",
    "GET /readyz": "nor has the load balancer",
    "GET /metrics": "Prometheus; figures without names",
    "POST /api/v1/session": "to sign in",
    "GET /api/v1/oidc/{tenant}/start": "to sign in by the tenant's OpenID provider",
    "GET /api/v1/oidc/{tenant}/callback": "whom the provider sends back",
    "POST /api/v1/invitations/accept": "whoever holds the invitation's token",
}
# What another tenant may do with ids that the first one uses: it makes a thing of its own by that name.
MAKES_OWN = {
    "PUT /api/v1/scenarios/{id}",
    "PUT /api/v1/webhooks/{webhook}",
    "POST /api/v1/accounts",
    "POST /api/v1/keys",
    "POST /api/v1/stock/{id}/count",
    "POST /api/v1/sites/{site}/meters/{day}",
    "PUT /api/v1/sites/{site}/energy",
    "GET /api/v1/energy",
    "GET /api/v1/energy/sites",
    "GET /api/v1/energy/days/{day}",
    "POST /api/v1/stations/{id}/cartons",
    "POST /api/v1/orders/bulk",
    "PUT /api/v1/session/password",
    "DELETE /api/v1/session",
    "GET /api/v1/session",
}
DEMANDS = Path(__file__).resolve().parent / "demands.txt"
SAFE = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'",
    "X-Request-Id": "",
}
CHECKS = ["no credentials", "wrong secret", "malformed", "no csrf", "lacking key", "key", "role yes"]
CHECKS += ["role no", "other tenant", "revoked", "closed"]


class Results:
    """What was found, by operation and check."""

    def __init__(self):
        self.counts, self.failures = defaultdict(Counter), []

    def expect(self, operation, check, answer, good, detail=""):
        self.counts[str(operation)][check] += 1
        if not good:
            self.failures.append(f"{operation}: {check} {detail}: answered {answer}")
        # Every answer, also a refusal, has what keeps browsers from doing more with it than show it.
        for name, value in SAFE.items():
            given = answer.headers[name]
            if given is None or value not in given:
                self.failures.append(f"{operation}: {check} {detail}: {name} is {given}")

    def print(self):
        total = Counter()
        for counts in self.counts.values():
            total.update(counts)
        print(f"{len(self.counts)} operations, {total.total()} checks, {len(self.failures)} failures")
        width = max(map(len, self.counts))
        print(f"{'':{width}}  " + "  ".join(CHECKS))
        for operation, counts in {**self.counts, "all": total}.items():
            row = "  ".join(f"{counts[check] or '-':>{len(check)}}" for check in CHECKS)
            print(f"{operation:{width}}  {row}")
        for failure in self.failures:
            print(f"FAILED {failure}")


def table():
    """Permission to roles, as the table for people has it; else from where it is made."""
    page = ROOT / "docs" / "PERMISSIONS.md"
    if page.exists():
        rows = [line.strip("| \n").split("|") for line in page.read_text().splitlines() if "|" in line]
        roles = [name.strip() for name in rows[0][1:]]
        rows = [[cell.strip() for cell in row] for row in rows[2:]]
        marks = {row[0].strip("`"): row[1:] + [""] * len(roles) for row in rows}
        return {name: {r for r, mark in zip(roles, row) if mark == "x"} for name, row in marks.items()}
    source = (ROOT / "crates/access/src/permission.rs").read_text()
    text = source[source.index("pub const TABLE") :]
    kebab = lambda name: re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower()
    rows = re.findall(r"\(\s*P::(\w+),\s*&\[([^\]]*)\]", text)
    return {
        kebab(name): {kebab(role.strip()) for role in roles.split(",") if role.strip()}
        for name, roles in rows
    }


def with_flipped_end(token):
    """The same token with another secret."""
    head, secret = token.rsplit(".", 1)
    return f"{head}.{'A' if secret[0] != 'A' else 'B'}{secret[1:]}"


def strangers(house):
    """Requests of nobody: what is sent, by check."""
    port, key, session = house.port, house.key, house.admin.cookie
    csrf = house.admin.csrf
    prefix, _, secret = key.split(".")
    basic = base64.b64encode(b"administrator:" + PASSWORD.encode()).decode()
    return {
        "no credentials": [("nothing", Client(port), {}), ("csrf alone", Client(port, csrf=csrf), {})],
        "wrong secret": [
            ("of the key", Client(port, key=with_flipped_end(key)), {}),
            ("of the session", Client(port, cookie=with_flipped_end(session), csrf=csrf), {}),
            ("of an unknown key", Client(port, key=f"{prefix}.nobody.{secret}"), {}),
            ("in another tenant", Client(port, key=key.replace("_main.", "_north.")), {}),
            ("in no tenant", Client(port, key=key.replace("_main.", "_nowhere.")), {}),
        ],
        "malformed": [
            ("no token", Client(port, key="x"), {}),
            ("empty", Client(port), {"Authorization": "Bearer "}),
            ("another scheme", Client(port), {"Authorization": f"Basic {basic}"}),
            ("key without scheme", Client(port), {"Authorization": key}),
            ("a session as key", Client(port, key=session), {}),
            ("a key as session", Client(port, cookie=key, csrf=csrf), {}),
            ("cut off", Client(port, key=key[:-1]), {}),
            ("longer", Client(port, key=key + "A"), {}),
            ("not ASCII", Client(port), {"Authorization": "Bearer \xff\xfe"}),
            ("a bad key beside a good session", Client(port, key="x", cookie=session, csrf=csrf), {}),
        ],
    }


def check_strangers(house, operation, results):
    for check, callers in strangers(house).items():
        for why, client, headers in callers:
            answer = operation.ask(client, house.things_or_not, headers=headers)
            results.expect(operation, check, answer, answer.status == 401, why)


def check_csrf(house, operation, results):
    session = house.admin.cookie
    for csrf in (None, "", "A" * len(house.admin.csrf), house.people["auditor"].csrf):
        if operation.changes:
            answer = operation.ask(Client(house.port, cookie=session, csrf=csrf), NOWHERE)
            results.expect(operation, "no csrf", answer, answer.status == 403, repr(csrf))


def allowed(answer):
    return answer.status not in (401, 403) and answer.status < 500


def check_keys(house, operation, results):
    for permission, key in house.keys.items():
        answer = operation.ask(key, NOWHERE)
        may = operation.demand in ("signed-in", permission)
        good = allowed(answer) if may else answer.status == 403
        results.expect(operation, "key" if may else "lacking key", answer, good, permission)


def check_roles(house, operation, results, holders):
    for role, person in house.people.items():
        # Signing out ends a session: each of these has its own.
        ends = str(operation) == "DELETE /api/v1/session"
        client = house.sign_in(f"a-{role}") if ends else person
        answer = operation.ask(client, NOWHERE)
        may = operation.demand == "signed-in" or role in holders[operation.demand]
        good = allowed(answer) if may else answer.status == 403
        results.expect(operation, "role yes" if may else "role no", answer, good, role)


def check_gone(house, operation, results, gone):
    for check, why, client in gone:
        answer = operation.ask(client, house.things_or_not)
        results.expect(operation, check, answer, answer.status == 401, why)


def real(things):
    """Puts the first tenant's ids where an example names some."""

    def change(example):
        if not isinstance(example, dict):
            return example
        swap = {"scenario": "scenario", "plan": "plan", "round": "round", "parcel": "parcel"}
        changed = {key: things[swap[key]] if key in swap else change(value) for key, value in example.items()}
        if "vehicle" in changed:
            changed["vehicle"] = things["vehicle"]
        if changed.get("login"):
            changed["login"] = f"{changed['login']}-{time.monotonic_ns()}"[:100]
        return changed

    return change


def check_other_tenant(house, other, operation, results):
    """The other tenant's administrator names things of the first."""
    if str(operation) in OPEN:
        return
    things = house.things | {"file": "orders.csv"}
    session = other.sign_in("administrator") if str(operation) == "DELETE /api/v1/session" else other.admin
    for client in (session, other.all):
        answer = operation.ask(client, things, real(house.things))
        own = str(operation) in MAKES_OWN
        listed = not own and operation.method == "GET" and not operation.named
        if own:
            good = answer.status < 500 and answer.status not in (401, 403)
        elif listed:
            known = [house.things[name] for name in ("order", "plan", "account", "key")]
            known += [house.things["parcel"], house.things["round"]]
            seen = [item for item in answer.json()["items"] if item.get("id") in known]
            kept = operation.path.rsplit("/", 1)[1] in ("accounts", "keys", "audit", "scenarios", "webhooks")
            kept = kept or operation.path.rsplit("/", 1)[1] in ("stock", "stations", "vehicles")
            good = answer.status == 200 and not seen and (kept or not answer.json()["items"])
        else:
            good = answer.status == 404
        results.expect(operation, "other tenant", answer, good)


def gone_callers(house):
    """Keys and sessions that ended, each in a way of its own."""
    scopes, admin = list(house.keys), house.admin
    key_id, key = house.make_key("to be revoked", scopes)
    assert admin.delete(f"/api/v1/keys/{key_id}").status == 200
    account, closed = house.invite("leaver", ["administrator"])
    made = closed.post("/api/v1/keys", {"name": "of a leaver", "scopes": scopes}).json()["key"]
    assert closed.get("/api/v1/session").status == 200
    assert Client(house.port, key=made).get("/api/v1/orders").status == 200
    assert admin.delete(f"/api/v1/accounts/{account}").status == 200
    signed_out = house.sign_in("a-administrator")
    assert signed_out.delete("/api/v1/session").status == 204
    _, other = house.invite("changer", ["administrator"])
    present = house.sign_in("changer")
    new = {"present": PASSWORD, "new": f"{PASSWORD} again"}
    assert present.put("/api/v1/session/password", new).status == 204
    assert present.get("/api/v1/session").status == 200, "the session that set the password goes on"
    return [
        ("revoked", "key", Client(house.port, key=key)),
        ("closed", "session of a closed account", closed),
        ("closed", "key of a closed account", Client(house.port, key=made)),
        ("closed", "session that was signed out", signed_out),
        ("closed", "session from before another password", other),
    ]


def check_more_than_one_has(house, results):
    """Nobody gives what they do not have, in any of the ways to give."""
    people, keys = house.keys["people-manage"], house.keys["keys-manage"]
    admin, packer = house.accounts["administrator"], house.accounts["packer"]
    body = {"name": "Eve", "login": "eve", "roles": ["administrator"]}
    tries = [
        ("invite an administrator", people.post("/api/v1/accounts", body)),
        ("raise the packer", people.put(f"/api/v1/accounts/{packer}/roles", {"roles": ["administrator"]})),
        ("take over the administrator", people.post(f"/api/v1/accounts/{admin}/invitation")),
        ("a key for all", keys.post("/api/v1/keys", {"name": "all", "scopes": list(house.keys)})),
    ]
    account, session = house.invite("demoted", ["administrator"])
    made = session.post("/api/v1/keys", {"name": "of the demoted", "scopes": list(house.keys)})
    key = Client(house.port, key=made.json()["key"])
    changed = house.admin.put(f"/api/v1/accounts/{account}/roles", {"roles": ["auditor"]})
    assert changed.status == 200, changed
    count = {"cartons": []}
    tries += [
        ("a session after its roles went", session.post("/api/v1/stock/W1/count", count)),
        ("a key after its maker's roles went", key.post("/api/v1/stock/W1/count", count)),
    ]
    for what, answer in tries:
        results.expect("more than one has", "role no", answer, answer.status in (401, 403, 409), what)


def check_sessions(house, results):
    """The cookie is out of reach of scripts and other sites; whoever guesses passwords has to wait, and
    learns nothing of which logins there are."""
    sign_in = lambda login, password: Client(house.port).post(
        "/api/v1/session", {"tenant": house.tenant, "login": login, "password": password}
    )
    _, _ = house.invite("guessed", ["driver"])
    good = sign_in("guessed", PASSWORD)
    cookie = good.headers["Set-Cookie"]
    attributes = {part.strip().split("=")[0] for part in cookie.split(";")[1:]}
    safe = {"HttpOnly", "SameSite", "Path", "Max-Age"} <= attributes and "SameSite=Strict" in cookie
    results.expect("sessions", "no credentials", good, good.status == 200 and safe, cookie)
    wrong = [sign_in("guessed", f"a wrong password {number}") for number in range(7)]
    late, nobody = sign_in("guessed", PASSWORD), sign_in("no-such-login", PASSWORD)
    for answer in [*wrong, late, nobody]:
        same = (answer.status, answer.body) == (401, wrong[0].body)
        results.expect("sessions", "wrong secret", answer, same and not answer.headers["Set-Cookie"])


def check_names_leave_nothing(server, house, results):
    """Whoever names tenants that are not there makes the server keep nothing."""
    key, path = house.key, f"file:{server.data}/greenchain.db?mode=ro"
    for number in range(20):
        tenant = f"made-up-{number}"
        answer = Client(house.port, key=key.replace("_main.", f"_{tenant}.")).get("/api/v1/orders")
        results.expect("made-up tenants", "wrong secret", answer, answer.status == 401)
        body = {"tenant": tenant, "login": "someone", "password": PASSWORD}
        answer = Client(house.port).post("/api/v1/session", body)
        results.expect("made-up tenants", "wrong secret", answer, answer.status == 401)
    with contextlib.closing(sqlite3.connect(path, uri=True)) as database:
        tables = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        for (table,) in tables:
            columns = [column[1] for column in database.execute(f'PRAGMA table_info("{table}")')]
            if "tenant" in columns:
                kept = f"SELECT count(*) FROM \"{table}\" WHERE tenant LIKE 'made-up-%'"
                (count,) = database.execute(kept).fetchone()
                if count:
                    results.failures.append(f"{count} rows of {table} for tenants that are not there")


def wholly(house):
    """All of a tenant that a read shows."""
    shown = {}
    for kind in ("orders", "plans", "parcels", "rounds", "vehicles", "stations", "stock", "scenarios"):
        shown[kind] = house.all.all(f"/api/v1/{kind}")
    for kind in ("accounts", "keys", "webhooks"):
        shown[kind] = house.all.all(f"/api/v1/{kind}")
    return shown


def check_demands(found, results):
    """What each operation demands is written down: whoever changes it changes demands.txt too."""
    told = "".join(f"{operation.demand:17}{operation}\n" for operation in sorted(found, key=str))
    if os.environ.get("UPDATE_GOLDEN"):
        DEMANDS.write_text(told)
    known = DEMANDS.read_text() if DEMANDS.exists() else ""
    for line in difflib.unified_diff(known.splitlines(), told.splitlines(), lineterm="", n=0):
        if re.match(r"[+-][^+-]", line):
            results.failures.append(f"demands.txt: {line} (UPDATE_GOLDEN=1 tests/api/run credentials)")


def check_document(found, holders, results):
    for operation in found:
        is_open = operation.demand == "none"
        name = str(operation)
        if is_open != (name in OPEN):
            results.failures.append(f"{name} demands {operation.demand}: OPEN says otherwise")
        if not is_open and operation.demand != "signed-in" and operation.demand not in holders:
            results.failures.append(f"{name} demands `{operation.demand}`: the table has no such row")
        operation.body()
    names = {str(operation) for operation in found}
    for name in (*OPEN, *MAKES_OWN):
        if name not in names:
            results.failures.append(f"{name} stands in a list of this test and not in the document")


def main():
    begun, results, holders = time.monotonic(), Results(), table()
    with tempfile.TemporaryDirectory() as folder, Server(Path(folder) / "data") as server:
        told, house, other = two_houses(server)
        house.things_or_not = NOWHERE
        found = operations(told)
        check_document(found, holders, results)
        check_demands(found, results)
        gone = gone_callers(house)
        guarded = [operation for operation in found if operation.demand != "none"]
        for operation in found:
            if operation.demand == "none":
                answer = operation.ask(Client(server.port), NOWHERE)
                good = answer.status < 500 and "not-signed-in" not in answer.body.decode()
                results.expect(operation, "no credentials", answer, good)
        for operation in guarded:
            check_strangers(house, operation, results)
            check_csrf(house, operation, results)
            check_gone(house, operation, results, gone)
        before, shown = house.head(), wholly(house)
        # Last what makes things of the same names: until then those are nowhere in the other tenant.
        for operation in sorted(found, key=lambda one: str(one) in MAKES_OWN):
            check_other_tenant(house, other, operation, results)
        if house.head() != before or wholly(house) != shown:
            results.failures.append("the other tenant changed the first one")
        for operation in guarded:
            check_keys(house, operation, results)
            check_roles(house, operation, results, holders)
        check_more_than_one_has(house, results)
        check_sessions(house, results)
        check_names_leave_nothing(server, house, results)
        for fault in server.faults():
            results.failures.append(f"the server's log: {fault}")
    results.print()
    print(f"in {time.monotonic() - begun:.1f} s")
    sys.exit(bool(results.failures))


if __name__ == "__main__":
    main()
