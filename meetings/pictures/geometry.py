"""Points, rings and arcs of a circle. All that is drawn is rounded to one decimal."""

from dataclasses import dataclass
from math import asin, cos, hypot, sin, sqrt

BEFORE_DOT = 6
"""How far before the centre of a dot an arc ends."""

Point = tuple[float, float]


def tenths(value: float) -> float | int:
    """A coordinate as it is written: with one decimal, or none where that is 0."""
    rounded = round(value, 1)
    return int(rounded) if rounded == int(rounded) else rounded


def written(*values: float) -> str:
    return " ".join(str(tenths(value)) for value in values)


@dataclass(frozen=True)
class Ring:
    """The circle that delegations stand on; `side` is -1 for its left half and 1 for the right."""

    x: float
    y: float
    radius: float

    def point(self, side: int, y: float) -> Point:
        """Where a half of the circle is at a height."""
        return self.x + side * sqrt(self.radius**2 - (y - self.y) ** 2), y

    def stretch(self, side: int, top: float, bottom: float, beyond: float) -> str:
        """The path along one half from a height to another, and some way beyond both."""
        angles = (asin((y - self.y) / self.radius) for y in (top, bottom))
        turns = (-beyond / self.radius, beyond / self.radius)
        ends = [
            (
                self.x + side * self.radius * cos(angle + turn),
                self.y + self.radius * sin(angle + turn),
            )
            for angle, turn in zip(angles, turns, strict=True)
        ]
        (x1, y1), (x2, y2) = ends
        radius = written(self.radius, self.radius)
        sweep = 1 if side > 0 else 0
        return f"M{written(x1, y1)}A{radius} 0 0 {sweep} {written(x2, y2)}"

    def curve(self, start: Point, end: Point, aside: float = 0) -> "Curve":
        """A bow towards the centre: shallow between neighbours, nearly straight between opposites.

        `aside` moves it across, so that several between the same two points stay apart.
        """
        (x1, y1), (x2, y2) = start, end
        x, y = (x1 + x2) / 2, (y1 + y2) / 2
        chord = hypot(x2 - x1, y2 - y1)
        inward = hypot(self.x - x, self.y - y)
        pull = min(0.85 * inward, 0.45 * chord + 20) / inward if inward else 0
        bend = (
            x + (self.x - x) * pull - (y2 - y1) / chord * aside,
            y + (self.y - y) * pull + (x2 - x1) / chord * aside,
        )
        return Curve(_towards(start, bend), bend, _towards(end, bend))


@dataclass(frozen=True)
class Curve:
    """A quadratic curve."""

    start: Point
    bend: Point
    end: Point

    def __str__(self):
        return f"M{written(*self.start)}Q{written(*self.bend, *self.end)}"

    def at(self, part: float) -> Point:
        """The point at a part of the way, from 0 to 1."""
        rest = 1 - part
        return tuple(
            rest**2 * a + 2 * rest * part * b + part**2 * c
            for a, b, c in zip(self.start, self.bend, self.end, strict=True)
        )


def _towards(point, target):
    (x, y), (to_x, to_y) = point, target
    far = hypot(to_x - x, to_y - y)
    return x + (to_x - x) * BEFORE_DOT / far, y + (to_y - y) * BEFORE_DOT / far
