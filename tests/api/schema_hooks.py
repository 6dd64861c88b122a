"""What schemathesis is told of this server: names of things that are there, and how lines of JSON go."""

import json
import os

import schemathesis
from operations import KINDS

THINGS = json.loads(os.environ.get("THINGS", "{}"))
# What stands in the examples of the document, and what the starter scenario has in its place.
STANDS_FOR = {"downtown": THINGS.get("scenario"), "LAMP-3": "mug", "MIDDLE": "MIDDLE"}
# Ids that no case may take away or demote, or all after it would be refused.
KEPT = json.loads(os.environ.get("KEPT", "[]"))
IN_BODIES = ("plan", "round", "parcel", "vehicle", "scenario")


@schemathesis.hook
def before_load_schema(context, raw_schema):
    """Path parameters get the ids of things that are there as examples."""
    for path, item in raw_schema["paths"].items():
        for told in item.values():
            for parameter in told.get("parameters", []):
                name = parameter["name"]
                kind = KINDS.get(path.split("/")[3]) if name == "id" else name
                if parameter["in"] == "path" and kind in THINGS:
                    known = THINGS[kind]
                    parameter["example"] = int(known) if kind == "number" else known
                elif parameter["in"] == "path" and name == "name":
                    parameter["example"] = "summary.json" if "plans" in path else "products.csv"
    for schema in raw_schema["components"]["schemas"].values():
        for name in {"example", "examples"} & set(schema):
            schema[name] = real(schema[name])


def real(example):
    if isinstance(example, dict):
        return {
            key: THINGS[key] if key in IN_BODIES and isinstance(value, str) else real(value)
            for key, value in example.items()
        }
    if isinstance(example, list):
        return [real(one) for one in example]
    return STANDS_FOR.get(example, example) if isinstance(example, str) else example


@schemathesis.hook
def filter_case(context, case):
    return not set(KEPT) & {str(value) for value in (case.path_parameters or {}).values()}


@schemathesis.serializer("application/x-ndjson")
def lines(context, value):
    """A body is one line; bytes go as they are."""
    return value if isinstance(value, bytes) else json.dumps(value).encode() + b"\n"


@schemathesis.check
def refused_by_a_rule(context, response, case):
    """Data that fit the schema are refused by a rule with a name, never for their form.

    Closes what `positive_data_acceptance` has to leave open.
    """
    mode = case.meta.generation.mode if case.meta else None
    if mode is None or not mode.is_positive or response.status_code not in (400, 422):
        return
    kind = response.json()["type"].rsplit(":", 1)[1]
    assert kind not in (
        "content",
        "malformed",
    ), f"fits the schema and is refused for its form: {response.text}"


@schemathesis.check
def lines_refused(context, response, case):
    """Bad data among lines of JSON are refused as a whole, or in the line that they stand in."""
    mode = case.meta.generation.mode if case.meta else None
    bulk = case.operation.label == "POST /api/v1/orders/bulk"
    if not bulk or mode is None or not mode.is_negative or response.status_code != 200:
        return
    for line in response.text.splitlines():
        assert json.loads(line)["status"] >= 400, f"a line that is not of the schema: {line}"
