"""The map of attendance: which countries sent a delegation to an event, and which were only announced.

It says that and no more: organisations are not on it, and a country without a mark has no delegation
on record. Read `geo/README.md` of the outlines before changing a word about borders.
"""

from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property

from delegations.groups import by_name
from delegations.models import Delegation, Event
from delegations.vocabularies import Attendance
from meetings.models import Figure
from meetings.pictures.geometry import tenths
from meetings.pictures.map_labels import DOT, Label, Spot, placed
from meetings.pictures.outlines import world
from meetings.vocabularies import Measure

WORDS = {
    Attendance.ATTENDED: "attended",
    Attendance.ANNOUNCED: "announced, attendance not confirmed",
    Attendance.INVITED: "invited, attendance not reported",
    Attendance.DECLINED: "declined",
}
FILLS = {Attendance.ANNOUNCED: "url(#map-hatch)", Attendance.INVITED: "url(#map-dots)"}
"""Patterns, as an attribute: a fragment in a style sheet is not found everywhere."""


@dataclass(frozen=True)
class Mark:
    """A delegation as it is marked: by the outline of its country, or by a dot; never by both."""

    delegation: Delegation
    spot: Spot

    @property
    def status(self) -> str:
        return self.delegation.status

    @property
    def path(self) -> str:
        return self.spot.outline.path if self.spot.outline else ""

    @property
    def fill(self) -> str:
        return FILLS.get(self.delegation.status, "")

    @property
    def x(self) -> float:
        return tenths(self.spot.at[0])

    @property
    def y(self) -> float:
        return tenths(self.spot.at[1])

    @property
    def fact(self) -> str:
        """Iraq: attended, and in brackets what else is to be said of it."""
        delegation = self.delegation
        note = f" ({delegation.note})" if delegation.note else ""
        return f"{delegation.sender}: {WORDS[delegation.status]}{note}"


@dataclass(frozen=True)
class Written:
    """A label with the status of what it names."""

    label: Label
    status: str

    @property
    def x(self) -> float:
        return tenths(self.label.x)

    @property
    def y(self) -> float:
        return tenths(self.label.y)

    @property
    def classes(self) -> str:
        on_accent = self.label.inside and self.status == Attendance.ATTENDED
        return "map-label map-in" if on_accent else "map-label"


@dataclass
class Listed:
    """The delegations of one status, as the list beneath the map has them."""

    status: str
    countries: list[Delegation] = field(default_factory=list)
    organisations: list[Delegation] = field(default_factory=list)

    @property
    def label(self) -> str:
        return WORDS[self.status].capitalize()

    @property
    def all(self) -> list[Delegation]:
        return self.countries + self.organisations


class AttendanceMap:
    """The published delegations to an event on the map, and in lists by status.

    `unplaced` are those of countries that have neither an outline nor a point.
    """

    radius = DOT

    def __init__(self, event: Event):
        delegations = Delegation.objects.published().filter(event=event)
        delegations = sorted(delegations.select_related("country", "bloc"), key=by_name)
        self.organisations = [d for d in delegations if d.bloc_id]
        self.countries = [d for d in delegations if d.country_id]
        marks = [Mark(d, Spot(d.country_id, d.short_name)) for d in self.countries]
        marks = [mark for mark in marks if mark.spot.known]
        self.shapes = [mark for mark in marks if not mark.spot.dotted]
        self.dots = [mark for mark in marks if mark.spot.dotted]
        self.unplaced = [d for d in self.countries if not Spot(d.country_id, "").known]

    @property
    def marks(self) -> list[Mark]:
        """In the order in which they are drawn: dots come last."""
        return self.shapes + self.dots

    @property
    def rest(self) -> str:
        """All land that is not marked, as one path."""
        marked = {mark.spot.code for mark in self.marks}
        outlines = world().outlines
        return "".join(outlines[code].path for code in sorted(outlines.keys() - marked))

    @property
    def disputed(self) -> list[str]:
        return world().disputed

    @cached_property
    def labels(self) -> list[Written]:
        status = {mark.spot: mark.status for mark in self.marks}
        return [Written(label, status[label.spot]) for label in placed(tuple(status))]

    @property
    def counts(self) -> dict[str, int]:
        """The number of countries of each status that occurs."""
        counted = Counter(delegation.status for delegation in self.countries)
        return {status: counted[status] for status in Attendance if counted[status]}

    @property
    def key(self) -> list[tuple[str, str, int, str]]:
        """What the marks mean: status, fill, number, words."""
        return [
            (status.value, FILLS.get(status, ""), number, WORDS[status])
            for status, number in self.counts.items()
        ]

    @property
    def finding(self) -> str:
        """The picture in one sentence."""
        if not self.countries:
            return "No delegation of a country is on record."
        counted = ", ".join(f"{number} {WORDS[status]}" for status, number in self.counts.items())
        return f"Countries with a delegation on record: {counted}."

    @property
    def listed(self) -> list[Listed]:
        lists = {status: Listed(status) for status in Attendance.values}
        for delegation in self.countries:
            lists[delegation.status].countries.append(delegation)
        for delegation in self.organisations:
            lists[delegation.status].organisations.append(delegation)
        return [found for found in lists.values() if found.all]

    @property
    def came(self) -> int:
        """How many delegations of countries and organisations attended, as far as is on record."""
        every = self.countries + self.organisations
        return sum(delegation.status == Attendance.ATTENDED for delegation in every)


def reported_beyond(event: Event, came: int) -> Figure | None:
    """The highest published total of delegations, where it is higher than what is on record."""
    totals = Figure.objects.published().filter(event=event, measure=Measure.DELEGATIONS, scope="")
    return totals.filter(value__gt=came).order_by("-value", "pk").first()
