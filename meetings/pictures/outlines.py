"""The outlines of countries, as they are drawn and as they are reckoned with.

They lie projected in `geo/world-110m.json`, in units of its view box, so drawing is joining strings.
"""

import json
import re
from dataclasses import dataclass
from functools import cache, cached_property
from math import ceil, cos, inf, sin
from pathlib import Path

from meetings.pictures.geometry import Point

WORLD = Path(__file__).parent / "geo" / "world-110m.json"
WIDTH, HEIGHT = 1000, 433
NUMBER = re.compile(r"-?(?:\d+\.?\d*|\.\d+)")


@dataclass(frozen=True)
class Outline:
    """One country: its path, and where a name goes: a point of its largest part, the room that a
    line of text has there (0: none), and the square root of the area of that part."""

    code: str
    path: str
    centre: Point
    room: float
    size: float

    @cached_property
    def rings(self) -> list[list[Point]]:
        return [_ring(part) for part in self.path.split("Z") if part.strip()]

    def reach(self, angle: float) -> float:
        """How far it is from the centre to the first border in a direction; 0 where there is none."""
        (x, y), across, down = self.centre, cos(angle), sin(angle)
        nearest = inf
        for (x1, y1), (x2, y2) in self.edges:
            # The part of the edge, and the distance along the ray, at which the two lines cross.
            turn = across * (y2 - y1) - down * (x2 - x1)
            if turn:
                along = ((x1 - x) * (y2 - y1) - (y1 - y) * (x2 - x1)) / turn
                part = ((x1 - x) * down - (y1 - y) * across) / turn
                if along > 0 and 0 <= part <= 1:
                    nearest = min(nearest, along)
        return 0 if nearest == inf else nearest

    @cached_property
    def edges(self) -> list[tuple[Point, Point]]:
        return [edge for ring in self.rings for edge in zip(ring, ring[1:] + ring[:1], strict=True)]


class World:
    """All outlines by code, the points of places too small to have one, and land without a status."""

    def __init__(self):
        data = json.loads(WORLD.read_text())
        self.outlines = {
            code: Outline(code, path, (x, y), room, size)
            for code, path in data["countries"].items()
            for x, y, room, size in [data["labels"][code]]
        }
        self.points: dict[str, Point] = {code: (x, y) for code, (x, y) in data["points"].items()}
        self.disputed: list[str] = list(data["disputed"].values())


@cache
def world() -> World:
    """Read once: it never changes while the code runs."""
    return World()


def _ring(part: str) -> list[Point]:
    """The points of `M x y l dx dy dx dy …`."""
    numbers = [float(number) for number in NUMBER.findall(part)]
    x, y = numbers[:2]
    points = [(x, y)]
    for dx, dy in zip(numbers[2::2], numbers[3::2], strict=True):
        x, y = x + dx, y + dy
        points.append((x, y))
    return points


class Land:
    """Which unit squares some outlines cover: a bitmap, one integer a row, bit x for [x, x+1)."""

    def __init__(self, rows: list[int] | None = None):
        self.rows = rows or [0] * HEIGHT

    @classmethod
    def of(cls, outline: Outline) -> "Land":
        crossings: list[list[float]] = [[] for _ in range(HEIGHT)]
        for (x1, y1), (x2, y2) in outline.edges:
            if y1 > y2:
                (x1, y1), (x2, y2) = (x2, y2), (x1, y1)
            # A square belongs to what its middle lies in, half a unit below the top of its row.
            for row in range(max(ceil(y1 - 0.5), 0), min(ceil(y2 - 0.5), HEIGHT)):
                crossings[row].append(x1 + (row + 0.5 - y1) * (x2 - x1) / (y2 - y1))
        land = cls()
        for row, xs in enumerate(crossings):
            xs.sort()
            for start, end in zip(xs[::2], xs[1::2], strict=True):
                land.rows[row] |= _bits(ceil(start - 0.5), ceil(end - 0.5))
        return land

    def __or__(self, other: "Land") -> "Land":
        return Land([a | b for a, b in zip(self.rows, other.rows, strict=True)])

    def grown(self, by: int) -> "Land":
        """With all that lies within some units of it."""
        wide = []
        for row in self.rows:
            for _ in range(by):
                row |= row << 1 | row >> 1
            wide.append(row)
        rows = []
        for y in range(HEIGHT):
            near = 0
            for row in wide[max(y - by, 0) : y + by + 1]:
                near |= row
            rows.append(near)
        return Land(rows)

    def covers(self, x: float, y: float) -> bool:
        return 0 <= x < WIDTH and 0 <= y < HEIGHT and bool(self.rows[int(y)] >> int(x) & 1)


def _bits(start: int, end: int) -> int:
    start, end = max(start, 0), min(end, WIDTH)
    return (1 << end) - (1 << start) if end > start else 0
