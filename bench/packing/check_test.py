"""The judge can refuse: python check_test.py."""
from check import Piece, judge

CARTONS = {"A": ((1000, 1000, 1000), 500)}
ORDER = [Piece("p", (1000, 1000, 400), 200), Piece("q", (600, 1000, 500), 300)]


def item(sku, at, size):
    keys = ("x_cm", "y_cm", "z_cm", "dx_cm", "dy_cm", "dz_cm")
    return {"sku": sku, **dict(zip(keys, (side / 100 for side in at + size)))}


def verdict(*items, unpacked=()):
    parcels = [{"carton_id": "A", "items": list(items)}]
    return judge({"parcels": parcels, "unpacked": [{"sku": sku} for sku in unpacked]}, ORDER, CARTONS)


P = item("p", (0, 0, 0), (1000, 1000, 400))
Q = item("q", (0, 0, 400), (600, 1000, 500))
TABLE = [
    ((P, Q), (), 0, 1.0, "sound and fully borne"),
    ((P, item("q", (0, 0, 500), (600, 1000, 500))), (), 0, 0.0, "it floats"),
    ((P, item("q", (0, 0, 300), (600, 1000, 500))), (), 1, None, "it overlaps"),
    ((P, item("q", (0, 0, 600), (600, 1000, 500))), (), 1, None, "it sticks out"),
    ((P, item("q", (0, 0, 400), (600, 1000, 400))), (), 2, None, "other sides than it has: one too many, one missing"),
    ((P,), (), 1, None, "q is forgotten"),
    ((P,), ("q",), 0, 1.0, "q is named as left out"),
    ((P, Q, Q), (), 3, None, "q is there twice, overlaps itself and is too heavy"),
]
for items, unpacked, faults, support, why in TABLE:
    found = verdict(*items, unpacked=unpacked)
    assert len(found.faults) == faults, (why, found)
    assert support is None or found.support == support, (why, found)
answer = {"parcels": [{"carton_id": "A", "items": [P, Q]}], "unpacked": []}
for order, faults, why in [
    ([ORDER[0]._replace(grams=201), ORDER[1]], 1, "one gram too much"),
    ([ORDER[0]._replace(fragile=True), ORDER[1]], 1, "q rests on p"),
    ([ORDER[0], ORDER[1]._replace(fragile=True)], 0, "nothing rests on q"),
    ([ORDER[0], ORDER[1]._replace(upright=True)], 0, "it stands as it was given"),
    ([ORDER[0]._replace(upright=True, sides=(400, 1000, 1000)), ORDER[1]], 1, "it lies on its side"),
]:
    assert len(judge(answer, order, CARTONS).faults) == faults, why
half = verdict(item("q", (0, 0, 0), (600, 1000, 500)), item("p", (0, 0, 500), (1000, 1000, 400)))
assert not half.faults and abs(half.support - 0.6) < 1e-9, "borne for three fifths"
