"""Where the names of a map go: inside a country that has the room, else beside it, touching nothing.

What is marked are *spots*: a country, or a dot for one that is too small to see. A name that finds no
place is left out; the list beneath the map has all of them.
"""

from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import cos, hypot, pi, sin

from meetings.pictures.geometry import Point, written
from meetings.pictures.outlines import HEIGHT, WIDTH, Land, Outline, world
from meetings.pictures.text import width

SIZE, RISE, FALL = 10.5, 8.2, 2.8
"""Of the text: its size, and how far it goes above and below its line."""
MIDDLE = 3.7
"""How far the line of a text lies below its middle."""
GAP = 1.5
DOT = 3.6
SEEN = 9
"""A territory smaller across than that gets a dot."""
CROWD = 60
"""With more marked countries than that a name stands only where its country has room for it."""

DIRECTIONS = [n * pi / 6 for n in range(12)]
DISTANCES = (2, 5, 10, 17, 26, 38)
LEADER_FROM = DISTANCES[2]
FARTHEST_BORDER = 40
NEAR = 5
ON_ANOTHER, NEAR_ANOTHER, NEARER_TO_ANOTHER = 9, 2.5, 30
ON_ITS_OWN, ALONG_ANOTHER, ASLANT = 1, 1, 2
STEP = 5
"""The distance between the points at which a label or a leader is looked at."""


@dataclass(frozen=True)
class Spot:
    """What is marked: a dot, or the outline of a country."""

    code: str
    name: str

    @property
    def outline(self) -> Outline | None:
        return world().outlines.get(self.code)

    @property
    def known(self) -> bool:
        """Whether there is a place for it on the map at all."""
        return self.code in world().outlines or self.code in world().points

    @property
    def dotted(self) -> bool:
        return self.outline is None or self.outline.size < SEEN

    @property
    def at(self) -> Point:
        return self.outline.centre if self.outline else world().points[self.code]

    @property
    def wide(self) -> float:
        return width(self.name, SIZE)


@dataclass(frozen=True)
class Box:
    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: "Box") -> bool:
        return (
            self.left < other.right + GAP
            and other.left < self.right + GAP
            and self.top < other.bottom
            and other.top < self.bottom
        )

    def distance(self, point: Point) -> float:
        x, y = point
        return hypot(max(self.left - x, 0, x - self.right), max(self.top - y, 0, y - self.bottom))

    @property
    def within(self) -> bool:
        return self.left >= 0 and self.right <= WIDTH and self.top >= 0 and self.bottom <= HEIGHT

    @cached_property
    def samples(self) -> list[Point]:
        across = max(round((self.right - self.left) / STEP), 1)
        xs = [self.left + (self.right - self.left) * n / across for n in range(across + 1)]
        return [(x, y) for y in (self.top, (self.top + self.bottom) / 2, self.bottom) for x in xs]


@dataclass(frozen=True)
class Leader:
    """A line from a spot to its name."""

    start: Point
    end: Point

    def __str__(self):
        return f"M{written(*self.start)}L{written(*self.end)}"

    @cached_property
    def samples(self) -> list[Point]:
        (x1, y1), (x2, y2) = self.start, self.end
        steps = max(round(hypot(x2 - x1, y2 - y1)), 1)
        return [(x1 + (x2 - x1) * n / steps, y1 + (y2 - y1) * n / steps) for n in range(steps + 1)]

    @cached_property
    def box(self) -> Box:
        (x1, y1), (x2, y2) = self.start, self.end
        return Box(min(x1, x2) - GAP, min(y1, y2) - GAP, max(x1, x2) + GAP, max(y1, y2) + GAP)

    def touches(self, box: Box) -> bool:
        return self.box.meets(box) and any(box.distance(point) < GAP for point in self.samples)

    def passes(self, dot: Point) -> bool:
        return any(hypot(x - dot[0], y - dot[1]) < DOT + GAP for x, y in self.samples)

    def crosses(self, other: "Leader") -> bool:
        return _apart(self, other.start, other.end) and _apart(other, self.start, self.end)


def _apart(leader: Leader, a: Point, b: Point) -> bool:
    """Whether two points lie on different sides of a line, or one of them on it."""
    (x1, y1), (x2, y2) = leader.start, leader.end
    sides = [(x2 - x1) * (y - y1) - (y2 - y1) * (x - x1) for x, y in (a, b)]
    return sides[0] * sides[1] <= 0


@dataclass(frozen=True)
class Label:
    """A name in its place: `x` and `y` of its line, and which end of it stands at `x`."""

    spot: Spot
    x: float
    y: float
    anchor: str
    inside: bool = False
    leader: Leader | None = None

    @cached_property
    def box(self) -> Box:
        wide = self.spot.wide
        left = self.x - {"start": 0, "middle": wide / 2, "end": wide}[self.anchor]
        return Box(left, self.y - RISE, left + wide, self.y + FALL)

    def meets(self, other: "Label") -> bool:
        return (
            self.box.meets(other.box)
            or (self.leader is not None and self.leader.touches(other.box))
            or (other.leader is not None and other.leader.touches(self.box))
            or bool(self.leader and other.leader and self.leader.crosses(other.leader))
        )


@dataclass(frozen=True)
class Place:
    """Where a label may go, and what is to be said against it."""

    label: Label
    cost: float


@lru_cache(maxsize=64)
def placed(spots: tuple[Spot, ...]) -> tuple[Label, ...]:
    """The labels of some spots, in their order. Kept, because finding them takes a while.

    They are placed one after the other, in five orders: the most crowded first, and four others. The
    one that leaves out the fewest names is used, and among equals the one whose places are cheapest.
    """
    inside = [label for label in map(_inside, spots) if label]
    if len(spots) > CROWD:
        return tuple(inside)
    has_room = {label.spot for label in inside}
    rest = [spot for spot in spots if spot not in has_room]
    dots = {spot: spot.at for spot in spots if spot.dotted}
    candidates = {spot: _candidates(spot, others, dots) for spot, others in _others(spots, rest)}
    found = [_in_order(order, candidates, inside) for order in _orders(rest, candidates)]
    best = min(found, key=lambda places: (-len(places), sum(p.cost for p in places)))
    place = {spot: n for n, spot in enumerate(spots)}
    return tuple(sorted(inside + [p.label for p in best], key=lambda label: place[label.spot]))


def _inside(spot: Spot) -> Label | None:
    if spot.dotted or spot.wide > spot.outline.room:
        return None
    x, y = spot.at
    return Label(spot, x, y + MIDDLE, "middle", inside=True)


def _others(spots, wanted):
    """For each wanted spot the land of all the others, and what lies near it."""
    lands = {spot: Land.of(spot.outline) for spot in spots if spot.outline}
    grown = {spot: land.grown(NEAR) for spot, land in lands.items()}
    for wanted_spot in wanted:
        on, near = Land(), Land()
        for spot in lands:
            if spot != wanted_spot:
                on, near = on | lands[spot], near | grown[spot]
        yield wanted_spot, (lands.get(wanted_spot, Land()), on, near)


def _orders(spots, candidates):
    def crowded(spot):
        (x, y) = spot.at
        return sum(1 / (10 + hypot(x - o.at[0], y - o.at[1])) for o in spots if o != spot)

    yield sorted(spots, key=lambda s: (-crowded(s), s.code))
    yield sorted(spots, key=lambda s: (len(candidates[s]), s.code))
    yield sorted(spots, key=lambda s: (-s.wide, s.code))
    yield sorted(spots, key=lambda s: (s.at[0], s.code))
    yield sorted(spots, key=lambda s: (s.at[1], s.code))


def _in_order(order, candidates, inside) -> list[Place]:
    """The cheapest free place for each, and then for each again, now that all others are known."""
    found: dict[Spot, Place] = {}
    for spot in [*order, *order, *order]:
        taken = inside + [place.label for other, place in found.items() if other != spot]
        free = (
            place
            for place in candidates[spot]
            if not any(place.label.meets(label) for label in taken)
        )
        if place := next(free, None):
            found[spot] = place
    return list(found.values())


def _candidates(spot, lands, dots) -> list[Place]:
    """The places that a label may have as far as dots and the frame allow, the cheapest first."""
    found = []
    for number, angle in enumerate(DIRECTIONS):
        edge = DOT if spot.dotted else min(spot.outline.reach(angle), FARTHEST_BORDER)
        for distance in DISTANCES:
            label = _beside(spot, angle, edge, distance)
            if not label.box.within or _on_a_dot(label, dots):
                continue
            cost = distance + ASLANT * abs(sin(angle)) + _cost(label, lands, dots)
            found.append((cost, number, distance, Place(label, cost)))
    found.sort(key=lambda candidate: candidate[:3])
    return [place for *_, place in found]


def _beside(spot, angle, edge, distance) -> Label:
    (x, y), across, down = spot.at, cos(angle), sin(angle)
    near = (x + across * (edge + distance), y + down * (edge + distance))
    anchor = "start" if across > 0.3 else "end" if across < -0.3 else "middle"
    # The box touches the point with the side that is turned to the spot, or with its corner.
    line = near[1] + down * (RISE + FALL) / 2 + (RISE - FALL) / 2
    leader = None
    if distance >= LEADER_FROM:
        begin = edge + GAP / 2 if spot.dotted else max(edge - 3, 0)
        start = (x + across * begin, y + down * begin)
        leader = Leader(start, (near[0] - across, near[1] - down))
    return Label(spot, near[0], line, anchor, leader=leader)


def _on_a_dot(label, dots) -> bool:
    if any(label.box.distance(dot) < DOT + GAP / 2 for dot in dots.values()):
        return True
    others = (dot for spot, dot in dots.items() if spot != label.spot)
    return label.leader is not None and any(label.leader.passes(dot) for dot in others)


def _cost(label, lands, dots) -> float:
    own, on, near = lands
    cost = 0.0
    for x, y in label.box.samples:
        if on.covers(x, y):
            cost += ON_ANOTHER
        elif near.covers(x, y):
            cost += NEAR_ANOTHER
        elif own.covers(x, y):
            cost += ON_ITS_OWN
    if label.leader:
        cost += ALONG_ANOTHER * sum(on.covers(x, y) for x, y in label.leader.samples[::STEP])
    own_distance = label.box.distance(label.spot.at)
    for spot, dot in dots.items():
        if spot != label.spot and label.box.distance(dot) < own_distance:
            return cost + NEARER_TO_ANOTHER
    return cost
