"""The operations of the OpenAPI document, each with a request that it would take."""

import json
import re

from stand import form, quoted

METHODS = ("get", "put", "post", "delete", "patch", "options", "head", "trace")
DEMAND = "x-greenchain-demand"
# Names of path parameters that every kind of thing shares are told apart by the path.
KINDS = {
    "parcels": "parcel",
    "rounds": "round",
    "vehicles": "vehicle",
    "stations": "station",
    "stock": "stock",
    "plans": "plan",
    "scenarios": "scenario",
}


class Operation:
    """One method of one path."""

    def __init__(self, document, method, path, told):
        self.document, self.method, self.path, self.told = document, method.upper(), path, told
        self.demand = told.get(DEMAND)
        self.named = re.findall(r"{(\w+)}", path)
        self.tag = (told.get("tags") or ["?"])[0]

    def __str__(self):
        return f"{self.method} {self.path}"

    @property
    def changes(self):
        return self.method not in ("GET", "HEAD")

    def place(self, name):
        """Which thing a path parameter names."""
        if name == "name":
            return "file"
        return KINDS[self.path.split("/")[3]] if name == "id" else name

    def address(self, things):
        """The path with its things filled in."""
        return re.sub(r"{(\w+)}", lambda found: quoted(things[self.place(found[1])]), self.path)

    def resolved(self, schema):
        while "$ref" in schema:
            schema = self.document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
        return schema

    def media(self):
        """Media type and description of the body, where there is one."""
        content = self.told.get("requestBody", {}).get("content", {})
        return next(iter(content.items()), (None, None))

    def example(self):
        """The example of the body; a body without one is a fault of the document."""
        media, told = self.media()
        if media is None:
            return None
        schema = self.resolved(told.get("schema", {}))
        example = told.get("example", schema.get("example"))
        if example is None and schema.get("examples"):
            example = schema["examples"][0]
        assert example is not None, f"{self}: the body has no example in the document"
        return example

    def body(self, change=lambda example: example):
        """The example as it is sent: bytes and media type."""
        example = self.example()
        if example is None:
            return None, None
        example, (media, _) = change(example), self.media()
        if media == "multipart/form-data":
            return form(example)
        text = json.dumps(example).encode()
        return (text + b"\n" if media == "application/x-ndjson" else text), media

    def ask(self, client, things, change=lambda example: example, headers=None):
        body, media = self.body(change)
        return client.ask(self.method, self.address(things), body, media=media, headers=headers)


def operations(document):
    """All of them, in the order of the document."""
    found = []
    for path, item in document["paths"].items():
        for method, told in item.items():
            if method in METHODS:
                found.append(Operation(document, method, path, told))
    return found


# Nothing of these ids is ever there: an operation that passes the guard changes nothing with them.
NOWHERE = dict.fromkeys(
    [*KINDS.values(), "order", "webhook", "account", "key", "file", "tenant"], "no-such-thing"
)
NOWHERE |= {"site": "no-such-site", "day": "2026-07-15", "number": "4000000000"}
