"""The circle of who met whom, laid out: delegations round a disc by bloc, meetings as arcs across it.

The circle is sampled at equal heights, not at equal angles: each side is an ordinary column of text
wrapped round the disc, so every label is horizontal, touches its dot and cannot meet another, whatever
the names are. Nothing here reads the database or knows a font.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from math import ceil, hypot

from delegations.groups import Group
from delegations.models import Delegation
from meetings.pictures.geometry import Curve, Point, Ring, tenths
from meetings.pictures.parting import parted, rows_of
from meetings.pictures.text import HEADING, width
from meetings.pictures.who_met import Bilateral, WhoMet
from meetings.vocabularies import MeetingStatus

DENSE = 60
"""With more delegations than that everything is set smaller."""
CROWD = 160
"""With more than that only those with a meeting are drawn."""

LEFT, RIGHT = -1, 1
LEAST_RADIUS = 230
POLE = 16
"""How far the columns of text stay away from the top and the bottom of the circle."""
HOST_Y = 60
MARGIN = 10
FROM_HUB = 0.72
"""Where on the way from the host the sign of an arc stands; near the host all arcs lie together."""
SIGN_DROP = 5.5
"""From the middle of a sign down to the line it is set on."""
SIGN_ROOM = 18
SIGNS = {MeetingStatus.CANCELLED: "×", MeetingStatus.UNCONFIRMED: "?"}
HOST_SIZE = 15


@dataclass(frozen=True)
class Scale:
    """The sizes of one way to draw: line height, text, headings, gap to the text, dots, spread."""

    line: float
    text: float
    head: float
    gap: float
    dot: float
    quiet_dot: float
    beyond: float
    spread: float


NORMAL = Scale(25, 13, 12, 12, 3.6, 2.4, 7, 26)
SMALL = Scale(12.3, 11, 10, 9, 2.6, 1.8, 5, 14)


@dataclass(frozen=True)
class Label:
    """A line of text; `x` is its end on the left of the circle and its beginning on the right."""

    x: float
    y: float


@dataclass(frozen=True)
class Dot:
    """One delegation: its dot, its label, and how many meetings it held where that is not one."""

    delegation: Delegation
    fact: str
    x: float
    y: float
    radius: float
    label: Label
    number: int | None
    quiet: bool


@dataclass(frozen=True)
class Block:
    """One group on one side: the heading, the stretch of the ring, the dots."""

    group: Group
    heading: Label
    ring: str
    dots: list[Dot]


@dataclass(frozen=True)
class Host:
    delegation: Delegation
    fact: str
    held: int
    x: float
    y: float = HOST_Y

    @property
    def held_words(self) -> str:
        return f"{self.held or 'no'} {'meeting' if self.held == 1 else 'meetings'} held"


@dataclass(frozen=True)
class Arc:
    """One meeting; `from_host` whether the host, who always stands first, is a side of it.

    `sign_at` is where the sign stands, if its status has one.
    """

    bilateral: Bilateral
    path: Curve
    from_host: bool

    sign_at: Label

    @property
    def sign(self) -> str:
        return SIGNS.get(self.bilateral.status, "")


@dataclass
class Circle:
    """The drawing, in units of its viewBox."""

    width: int
    height: int
    summary: str
    dense: bool
    host: Host | None
    left: list[Block]
    right: list[Block]
    arcs: list[Arc] = field(default_factory=list)

    @property
    def blocks(self) -> list[Block]:
        return self.left + self.right

    @property
    def places(self) -> dict[str, Point]:
        """Where each delegation stands, by its id."""
        host = [self.host] if self.host else []
        dots = host + [dot for block in self.blocks for dot in block.dots]
        return {dot.delegation.pk: (dot.x, dot.y) for dot in dots}


def circle(who: WhoMet) -> Circle:
    """The drawing of who met whom."""
    shown = sum(len(group.delegations) for group in who.groups) + bool(who.host)
    scale = SMALL if shown > DENSE else NORMAL
    sides = [[who.groups[n] for n in places] for places in parted(sizes(who.groups))]
    rows = max(rows_of(sizes(groups)) for groups in sides)
    radius = max(LEAST_RADIUS, rows * scale.line / 2 + POLE)
    ring = Ring(0, (HOST_Y if who.host else 0) + radius, radius)
    half = ceil(max([radius, *_reaches(who, sides, ring, scale)])) + MARGIN
    ring = Ring(half, ring.y, radius)
    left, right = (
        _side(who, groups, ring, scale, side)
        for groups, side in zip(sides, (LEFT, RIGHT), strict=True)
    )
    drawn = Circle(
        width=2 * half,
        height=ceil(_bottom(sides, ring, scale) + scale.line),
        summary=_summary(who, shown),
        dense=scale is SMALL,
        host=who.host and Host(who.host, who.fact(who.host), who.held(who.host), half),
        left=left,
        right=right,
    )
    drawn.arcs = arcs_between(who, drawn.places, ring, scale.spread)
    return drawn


def _summary(who, shown):
    """What it shows, in numbers, for those who do not see it."""
    delegations = f"{shown} {'delegation' if shown == 1 else 'delegations'}"
    with_meeting = " with a bilateral meeting" if who.left_out else ""
    return (
        f"{delegations}{with_meeting} around a circle, by the bloc that each has belonged to longest; "
        f"the bilateral meetings as arcs. {who.finding}"
    )


def sizes(groups: list[Group]) -> list[int]:
    return [len(group.delegations) for group in groups]


def heights(groups: list[Group], ring: Ring, line: float) -> list[list[float]]:
    """Of each group on one side the heights of its heading and of its delegations.

    Both sides fill the circle from top to bottom, so the rows of the shorter lie a little wider.
    """
    rows = rows_of(sizes(groups))
    if not rows:
        return []
    pitch = min(1.5 * line, 2 * (ring.radius - POLE) / rows)
    y = ring.y - (rows - 1) * pitch / 2
    found = []
    for group in groups:
        found.append([y + n * pitch for n in range(len(group.delegations) + 1)])
        y = found[-1][-1] + 1.5 * pitch
    return found


def _bottom(sides, ring, scale):
    """The height of the lowest row."""
    lowest = (heights(groups, ring, scale.line)[-1][-1] for groups in sides if groups)
    return max(lowest, default=ring.y)


def _side(who, groups, ring, scale, side):
    return [
        _block(who, group, ys, ring, scale, side)
        for group, ys in zip(groups, heights(groups, ring, scale.line), strict=True)
    ]


def _block(who, group, ys, ring, scale, side):
    def label(y):
        x, _ = ring.point(side, y)
        return Label(tenths(x + side * scale.gap), tenths(y + 0.34 * scale.text))

    dots = []
    for delegation, y in zip(group.delegations, ys[1:], strict=True):
        x, _ = ring.point(side, y)
        quiet = delegation.pk not in who.of
        dots.append(
            Dot(
                delegation,
                who.fact(delegation),
                tenths(x),
                tenths(y),
                scale.quiet_dot if quiet else scale.dot,
                label(y),
                _number(who, delegation),
                quiet,
            )
        )
    return Block(group, label(ys[0]), ring.stretch(side, ys[1], ys[-1], scale.beyond), dots)


def _number(who, delegation):
    """How many meetings it held, where that is more than one."""
    held = who.held(delegation)
    return held if held > 1 else None


def _reaches(who, sides, ring, scale):
    """How far from the middle each label ends."""
    if who.host:
        yield width(who.host.short_name, HOST_SIZE * HEADING) / 2
    for groups, side in zip(sides, (LEFT, RIGHT), strict=True):
        for group, ys in zip(groups, heights(groups, ring, scale.line), strict=True):
            words = [(group.title, scale.head * HEADING)]
            for delegation in group.delegations:
                number = _number(who, delegation)
                name = delegation.short_name + (f"  {number}" if number else "")
                words.append((name, scale.text))
            for (text, size), y in zip(words, ys, strict=True):
                x, _ = ring.point(side, y)
                yield abs(x - ring.x) + scale.gap + width(text, size)


def arcs_between(who: WhoMet, places: dict[str, Point], ring: Ring, spread: float) -> list[Arc]:
    """The meetings of delegations that stand at `places`, in the order in which they are drawn."""
    host = who.host and who.host.pk
    of_pair = defaultdict(list)
    for bilateral in who.bilaterals:
        of_pair[bilateral.pair].append(bilateral)
    arcs = []
    for bilateral in who.bilaterals:
        together = of_pair[bilateral.pair]
        aside = spread * (together.index(bilateral) - (len(together) - 1) / 2)
        a, b = bilateral.pair
        path = ring.curve(places[a], places[b], aside)
        arcs.append(Arc(bilateral, path, a == host, _sign_at(path, a == host, arcs)))
    return arcs


def _sign_at(path, from_host, before):
    """Where the sign of an arc would stand: clear of those before it, else where it stands best."""
    taken = [arc.sign_at for arc in before if arc.sign]
    best = FROM_HUB if from_host else 0.5
    places = []
    for aside in (0, 0.05, -0.05, 0.1, -0.1, 0.15, -0.15, 0.2, -0.2):
        x, y = path.at(best + aside)
        places.append(Label(tenths(x), tenths(y + SIGN_DROP)))
    clear = (p for p in places if all(hypot(p.x - t.x, p.y - t.y) > SIGN_ROOM for t in taken))
    return next(clear, places[0])
