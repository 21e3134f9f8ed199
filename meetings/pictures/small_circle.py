"""The circle of who met whom, small, for the page of one delegation: only its arcs are in accent.

The others keep their places without names, so that one sees how much of the whole its meetings are.
"""

from dataclasses import dataclass
from math import ceil

from delegations.models import Delegation
from meetings.pictures.circle import (
    LEFT,
    MARGIN,
    RIGHT,
    Arc,
    Label,
    arcs_between,
    heights,
    sizes,
)
from meetings.pictures.geometry import Point, Ring, tenths
from meetings.pictures.parting import parted
from meetings.pictures.text import width
from meetings.pictures.who_met import STATUS_WORDS, WhoMet
from meetings.vocabularies import MeetingStatus

RADIUS = 90
TEXT = 12
LINE = 14
GAP = 8
TOP = 2 * LINE
SPREAD = 8


@dataclass(frozen=True)
class Named:
    """A delegation that is told by name: the one itself and those it met."""

    delegation: Delegation
    fact: str
    x: float
    y: float
    label: Label
    anchor: str
    own: bool


@dataclass(frozen=True)
class SmallCircle:
    delegation: Delegation
    width: int
    height: int
    summary: str
    ring: Ring
    others: list[Point]
    faint: list[Arc]
    arcs: list[Arc]
    named: list[Named]

    @property
    def key(self) -> list[tuple[str, str]]:
        """What its lines mean: status and words of each that occurs."""
        drawn = {arc.bilateral.status for arc in self.arcs}
        return [(status, words) for status, words in STATUS_WORDS.items() if status in drawn]


def small_circle(
    who: WhoMet, delegation: Delegation, meetings: set[str] | None = None
) -> SmallCircle | None:
    """The drawing for one delegation, or for those of its meetings whose ids are given.

    None where no such bilateral is on record, or so many that the names of those it met find no room:
    then the whole circle shows it.
    """
    own = [
        encounter
        for encounter in who.of.get(delegation.pk, ())
        if meetings is None or encounter.bilateral.meeting.pk in meetings
    ]
    if not own:
        return None
    met = {delegation.pk, *(encounter.other.pk for encounter in own)}
    half = RADIUS + GAP + MARGIN + ceil(max(_width(d) for d in who.delegations if d.pk in met))
    ring = Ring(half, TOP + RADIUS, RADIUS)
    places = _places(who, ring)
    named = _named(who, delegation, [d for d in who.delegations if d.pk in met], places, ring)
    if not named:
        return None
    arcs = arcs_between(who, places, ring, SPREAD)
    drawn = {encounter.bilateral.meeting.pk for encounter in own}
    return SmallCircle(
        delegation,
        width=2 * half,
        height=TOP + 2 * RADIUS + MARGIN,
        summary=_summary(who, delegation, own, len(met) - 1),
        ring=ring,
        others=[(tenths(x), tenths(y)) for pk, (x, y) in places.items() if pk not in met],
        faint=[arc for arc in arcs if arc.bilateral.meeting.pk not in drawn],
        arcs=[arc for arc in arcs if arc.bilateral.meeting.pk in drawn],
        named=named,
    )


def apart(ys: list[float], line: float, top: float, bottom: float) -> list[float]:
    """Heights moved as little as is needed to lie a line apart, from the top on; ascending as given."""
    moved = []
    for y in ys:
        moved.append(max(y, moved[-1] + line if moved else top))
    for n in reversed(range(len(moved))):
        moved[n] = min(moved[n], moved[n + 1] - line if n + 1 < len(moved) else bottom)
    return moved


def _width(delegation):
    return width(delegation.short_name, TEXT)


def _places(who, ring):
    places = {who.host.pk: (ring.x, ring.y - ring.radius)} if who.host else {}
    for side, numbers in zip((LEFT, RIGHT), parted(sizes(who.groups)), strict=True):
        groups = [who.groups[n] for n in numbers]
        for group, ys in zip(groups, heights(groups, ring, LINE), strict=True):
            for delegation, y in zip(group.delegations, ys[1:], strict=True):
                places[delegation.pk] = ring.point(side, y)
    return places


def _named(who, own, delegations, places, ring):
    """The host with its name above the circle, the others beside it; nothing where there is no room."""

    def name(delegation, anchor, label_x, label_y):
        x, y = (tenths(value) for value in places[delegation.pk])
        label = Label(tenths(label_x), tenths(label_y))
        return Named(delegation, who.fact(delegation), x, y, label, anchor, delegation == own)

    host = [delegation for delegation in delegations if delegation == who.host]
    named = [name(host[0], "middle", ring.x, ring.y - ring.radius - 12)] if host else []
    top, bottom = ring.y - ring.radius + LINE, ring.y + ring.radius
    for side, anchor in ((LEFT, "end"), (RIGHT, "start")):
        here = [
            d for d in delegations if d not in host and (places[d.pk][0] > ring.x) == (side > 0)
        ]
        here.sort(key=lambda delegation: places[delegation.pk][1])
        if LINE * (len(here) - 1) > bottom - top:
            return []
        heights_of_names = apart([places[d.pk][1] for d in here], LINE, top, bottom)
        for delegation, y in zip(here, heights_of_names, strict=True):
            edges = (places[delegation.pk][0], ring.point(side, y)[0])
            beside = max(abs(x - ring.x) for x in edges) + GAP
            named.append(name(delegation, anchor, ring.x + side * beside, y + 0.34 * TEXT))
    return named


def _summary(who, delegation, own, met):
    number, held = len(own), sum(e.bilateral.status == MeetingStatus.HELD for e in own)
    return (
        f"{delegation.short_name} among the {len(who.delegations)} delegations: "
        f"{number} bilateral {'meeting' if number == 1 else 'meetings'} on record with "
        f"{met} {'other' if met == 1 else 'others'}, {held} held. "
        "The meetings of others are drawn faintly."
    )
