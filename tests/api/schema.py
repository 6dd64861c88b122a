"""The document against the server: schemathesis makes requests from it, good and bad, and checks every
answer against it.

A finding is mended in the server or in its document, never by leaving the operation or the check out.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from stand import House, Server, document

HERE = Path(__file__).resolve().parent
SEED, EXAMPLES = 20260714, 12
CHECKS = [
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
    "positive_data_acceptance",
    "missing_required_header",
    "unsupported_method",
    "allow_header_conformance",
    "refused_by_a_rule",
    "lines_refused",
]
# Statuses by which good data may be refused: what they name is not there or not so far (404, 409, 410),
# changed meanwhile (412), or against a rule that no schema can say: goods that a scenario does not know
# (422), a cursor that no page gave (400). `refused_by_a_rule` in schema_hooks.py sees to it that the rule
# is named and that 400 and 422 are never about the form.
GOOD = [200, 201, 202, 204, 304, 400, 401, 404, 409, 410, 412, 422]
# Statuses by which bad data are refused. 401: a wrong password is not looked at any further; 403: a key
# may not. 404: a path of another shape names nothing; 405: a path without its last part is another's.
BAD = [400, 401, 403, 404, 405, 406, 409, 410, 411, 412, 413, 414, 415, 422, 431]


def settings():
    """The settings of schemathesis: each check by its name, since what stands on the command line would
    win over what is said of one operation."""
    enabled = "\n".join(f"{check}.enabled = true" for check in CHECKS)
    return f"""
[checks]
enabled = false
{enabled}
positive_data_acceptance.expected-statuses = {json.dumps([str(status) for status in GOOD])}
negative_data_rejection.expected-statuses = {json.dumps([str(status) for status in BAD])}
# Lines are taken in or refused each alone: a bad line is refused in its own line of an answer of 200.
# `lines_refused` in schema_hooks.py stands in for the check here.
[[operations]]
include-operation-id = "post-orders-bulk"
checks.negative_data_rejection.enabled = false
"""


def run(server, house, folder):
    """Runs schemathesis; returns its exit status and what it told."""
    written = Path(folder) / "schemathesis.toml"
    written.write_text(settings())
    environment = dict(os.environ)
    environment["SCHEMATHESIS_HOOKS"] = "schema_hooks"
    environment["PYTHONPATH"] = str(HERE)
    environment["THINGS"] = json.dumps(house.things)
    # What the run itself stands on: the account that made its key, and the key.
    kept = [house.maker, house.key_ids["all"]]
    environment["KEPT"] = json.dumps(kept)
    command = [sys.executable, "-m", "schemathesis.cli"]
    command += ["--config-file", str(written), "run"]
    command += [f"http://127.0.0.1:{server.port}/api/openapi.json"]
    command += ["--seed", str(SEED), "--max-examples", str(EXAMPLES)]
    command += ["--header", f"Authorization: Bearer {house.key}", "--no-color", "--continue-on-failure"]
    command += ["--no-shrink", "--request-timeout", "30", "--phases", "examples,coverage,fuzzing"]
    command += ["--suppress-health-check", "all", "--warnings", "off"]
    command += sys.argv[1:]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=900)
    return done.returncode, done.stdout + done.stderr


def main():
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder, Server(Path(folder) / "data") as server:
        house = House(server, "main", server.link).settle(document(server.port)).fill()
        status, told = run(server, house, folder)
        faults = server.faults()
    Path(os.environ.get("SCHEMA_LOG", os.devnull)).write_text(told)
    if status or faults:
        print(told)
        print(*faults[:20], sep="\n")
    else:
        # The summary alone: how many operations, cases, and by which checks.
        print(*[line for line in told.splitlines() if re.search(r"[0-9]", line)][-12:], sep="\n")
    print(f"schemathesis: status {status}, {len(faults)} faults in the log, {time.monotonic() - begun:.1f} s")
    sys.exit(bool(status or faults))


if __name__ == "__main__":
    main()
