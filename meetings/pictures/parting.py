"""How the groups of a circle are parted between its two sides."""

from collections.abc import Sequence

NEAR = 3
"""A difference of so many rows does not count."""


def rows_of(sizes: Sequence[int]) -> float:
    """The rows that groups of some sizes need on one side: a heading each, half a row between two."""
    return sum(size + 1 for size in sizes) + (len(sizes) - 1) / 2 if sizes else 0


def parted(sizes: Sequence[int]) -> tuple[list[int], list[int]]:
    """The places of the groups that stand on the left, and of those on the right.

    Of all ways the one whose sides differ least in rows; among those that are near enough, the one
    that keeps the order best, read down the left side and then down the right.
    """
    # All ways that end in the same two sums differ in nothing but their order, so the best of them is
    # enough: a few thousand ways where there are 2 to the power of the groups.
    ways = {(0, 0): (0, "")}
    for place, size in enumerate(sizes):
        longer = {}
        for (rows, count), (moved, sides) in ways.items():
            on_right = place - count
            for key, way in (
                ((rows + size + 1, count + 1), (moved + on_right, sides + "L")),
                ((rows, count), (moved, sides + "R")),
            ):
                longer[key] = min(way, longer.get(key, way))
        ways = longer
    left, right = min((_merit(sides, moved, sizes) for moved, sides in ways.values()))[-1]
    return left, right


def _merit(sides, moved, sizes):
    left = [place for place, side in enumerate(sides) if side == "L"]
    right = [place for place, side in enumerate(sides) if side == "R"]
    apart = abs(rows_of([sizes[n] for n in left]) - rows_of([sizes[n] for n in right]))
    return (0 if apart <= NEAR else apart, moved, apart, sides, (left, right))
