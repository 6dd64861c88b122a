"""Judges packings by themselves, in tenths of a millimetre: it shares no code with any packer.

`judge` says of one order what is wrong, the least share of a base that is borne, and what it costs.
"""
import csv
import json
from collections import Counter
from pathlib import Path
from typing import NamedTuple


class Verdict(NamedTuple):
    faults: list[str]
    support: float
    unpacked: int
    surface_cm2: float
    proven: bool


def tenths(cm):
    return round(float(cm) * 100)


def three(row, keys):
    return tuple(tenths(row[key]) for key in keys)


SIDES = ("length_cm", "width_cm", "height_cm")


class Piece(NamedTuple):
    sku: str
    sides: tuple[int, int, int]
    grams: int
    upright: bool = False
    fragile: bool = False

    def name(self):
        """What an answer tells of it, however it is turned."""
        return (self.sku, tuple(sorted(self.sides)))


def read_orders(path):
    """Pieces by order."""
    orders = {}
    with open(path, newline="") as file:
        for row in csv.DictReader(file):
            flags = [row.get(flag, "0") == "1" for flag in ("upright", "fragile")]
            piece = Piece(row["sku"], three(row, SIDES), int(float(row["weight_g"])), *flags)
            orders.setdefault(row["order_id"], []).extend([piece] * int(row["quantity"]))
    return orders


def read_cartons(path):
    """Sides and greatest load in grams by carton."""
    with open(path, newline="") as file:
        return {row["carton_id"]: (three(row, SIDES), int(float(row["max_weight_g"]))) for row in csv.DictReader(file)}


def common(a, b, axis):
    """How far two pieces overlap along an axis; negative where they are apart."""
    (at_a, size_a), (at_b, size_b) = a, b
    return min(at_a[axis] + size_a[axis], at_b[axis] + size_b[axis]) - max(at_a[axis], at_b[axis])


def borne(piece, others):
    """Share of the piece's base on the floor or on tops exactly below."""
    at, size = piece
    if at[2] == 0:
        return 1.0
    area = sum(
        max(0, common(piece, other, 0)) * max(0, common(piece, other, 1))
        for other in others
        if other is not piece and other[0][2] + other[1][2] == at[2]
    )
    return area / (size[0] * size[1])


def rests_on(upper, lower):
    """The first lies on top of the second."""
    touches = lower[0][2] + lower[1][2] == upper[0][2]
    return touches and common(upper, lower, 0) > 0 and common(upper, lower, 1) > 0


def judge_parcel(parcel, known, cartons, open_pieces, faults):
    """Surface and least support of one parcel; what it holds is taken off `open_pieces`."""
    inner, load = cartons[parcel["carton_id"]]
    placed, mass, fragile = [], 0, []
    for item in parcel["items"]:
        at = three(item, ("x_cm", "y_cm", "z_cm"))
        size = three(item, ("dx_cm", "dy_cm", "dz_cm"))
        name = (item["sku"], tuple(sorted(size)))
        if open_pieces[name] == 0:
            faults.append(f"{item['sku']} of {size} is not in the order or too often in the parcels")
        open_pieces[name] -= 1
        piece = known.get(name)
        mass += piece.grams if piece else 0
        if piece and piece.upright and size[2] != piece.sides[2]:
            faults.append(f"{item['sku']} does not stand upright")
        if any(at[axis] < 0 or at[axis] + size[axis] > inner[axis] for axis in range(3)):
            faults.append(f"{item['sku']} is not inside {parcel['carton_id']}")
        placed.append((at, size))
        fragile.append(bool(piece and piece.fragile))
    for i, a in enumerate(placed):
        if any(all(common(a, b, axis) > 0 for axis in range(3)) for b in placed[i + 1 :]):
            faults.append(f"{parcel['items'][i]['sku']} overlaps")
        if fragile[i] and any(rests_on(b, a) for b in placed):
            faults.append(f"something rests on {parcel['items'][i]['sku']}, which is fragile")
    if mass > load:
        faults.append(f"{parcel['carton_id']} bears {load} g, not {mass}")
    l, w, h = inner
    return 2 * (l * w + l * h + w * h), min((borne(piece, placed) for piece in placed), default=1.0)


def judge(answer, order, cartons):
    """The verdict on one answer in the form of `greenchain pack`."""
    faults, surface, support = [], 0, 1.0
    open_pieces = Counter(piece.name() for piece in order)
    known = {piece.name(): piece for piece in order}
    for parcel in answer["parcels"]:
        area, share = judge_parcel(parcel, known, cartons, open_pieces, faults)
        surface += area
        support = min(support, share)
    left, named = Counter(), Counter(piece["sku"] for piece in answer["unpacked"])
    for (sku, _), count in open_pieces.items():
        left[sku] += max(0, count)
    if +left != +named:
        faults.append("a piece is neither in a parcel nor named as unpacked")
    unpacked = sum(left.values())
    return Verdict(faults, support, unpacked, surface / 10_000, answer.get("proven_optimal", False))


def judge_file(path, orders, cartons):
    """Verdicts by order of a file of JSON lines; an order asked twice or unknown is an error."""
    verdicts = {}
    for line in Path(path).read_text().splitlines():
        answer = json.loads(line)
        name = answer["order_id"]
        assert name not in verdicts, f"{path}: {name} is there twice"
        verdicts[name] = judge(answer, orders[name], cartons)
    return verdicts
