"""The digest of the event in src/digest.rs, by other hands: python3 digest.py prints it."""

import hashlib


def number(value):
    return value.to_bytes(8, "big")


def field(value):
    return number(len(value)) + value


def optional(value):
    return number(0) if value is None else number(1) + field(value)


print(hashlib.sha256(
    field(b"greenchain event 1")
    + field(hashlib.sha256(b"before").digest())
    + field(b"acme")
    + number(7)
    + field(b"parcel")
    + field(b"P-1")
    + number(3)
    + field(b"loaded")
    + number(1)
    + number(1_764_450_000_000_000)
    + field(b"user:4")
    + optional(b"req-9")
    + optional(bytes([7] * 16))
    + field(b'{"van":"V-2"}')
).hexdigest())
