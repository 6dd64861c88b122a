"""Bischoff and Ratcliff's instances by their published procedure: python generate.py CLASS > FILE.

E.E. Bischoff, M.S.W. Ratcliff, Issues in the development of approaches to container loading, Omega
23(4), 1995, 377-390. CLASS is 1..15, of 3, 5, 8, 10, 12, 15, 20, 30, ... 100 types; 100 instances
each, in OR-Library's format. The first seed is 2502505 and the next is 100 more.
"""
import sys

TYPES = [3, 5, 8, 10, 12, 15, 20, 30, 40, 50, 60, 70, 80, 90, 100]
CONTAINER = (587, 233, 220)
LEAST, MOST = (30, 25, 20), (120, 100, 80)
# A side may stand vertical where it is less than so many times the shortest side.
STABLE = 2


def draws(seed):
    """Numbers in 0..1 by Lehmer's generator, multiplier 7^5, modulus 2^31 - 1."""
    while True:
        seed = seed * 16807 % 2147483647
        yield seed / 2147483647


def instance(types, seed):
    """Rows of length, may stand, width, may stand, height, may stand, count."""
    draw = draws(seed)
    for _ in range(10):
        next(draw)
    sides = [[low + int(next(draw) * (high - low + 1)) for low, high in zip(LEAST, MOST)] for _ in range(types)]
    volumes = [a * b * c for a, b, c in sides]
    counts = [1] * types
    room = CONTAINER[0] * CONTAINER[1] * CONTAINER[2] - sum(volumes)
    while True:
        kind = int(next(draw) * types)
        if volumes[kind] > room:
            break
        counts[kind] += 1
        room -= volumes[kind]
    return [
        [number for side in sorted(box, reverse=True) for number in (side, int(side < STABLE * min(box)))] + [count]
        for box, count in zip(sides, counts)
    ]


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in map(str, range(1, 16)):
        sys.exit("usage: generate.py CLASS, with CLASS in 1..15")
    types = TYPES[int(sys.argv[1]) - 1]
    print(" 100")
    for number in range(100):
        seed = 2502505 + 100 * number
        print(f" {number + 1} {seed}")
        print(" " + " ".join(map(str, CONTAINER)))
        print(f" {types}")
        for index, row in enumerate(instance(types, seed), 1):
            print(f" {index} " + " ".join(map(str, row)))
