"""Who met whom at an event: the bilateral meetings on record, by delegation. The facts that the circle,
the matrix and the tables beside them share."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cached_property

from delegations.groups import Group, grouped
from delegations.models import Delegation, Event
from delegations.vocabularies import Attendance
from meetings.models import Meeting, Participant
from meetings.vocabularies import MeetingKind, MeetingStatus
from summitkb.browse.templatetags.kb import dashes, plural
from summitkb.records.partial_dates import PartialDate

STATUS_WORDS = {
    MeetingStatus.HELD: "held",
    MeetingStatus.ANNOUNCED: "announced, not confirmed",
    MeetingStatus.CANCELLED: "cancelled",
    MeetingStatus.UNCONFIRMED: "unconfirmed report",
}
"""What pictures call each status, in the order in which they are drawn and counted."""
ATTENDANCE_WORDS = {
    Attendance.ATTENDED: "attended",
    Attendance.ANNOUNCED: "announced, not confirmed",
    Attendance.INVITED: "invited",
    Attendance.DECLINED: "declined, name struck out",
}
DRAWN = list(STATUS_WORDS)


@dataclass(frozen=True)
class Bilateral:
    """One meeting of two delegations, in the order in which these stand in the picture."""

    meeting: Meeting
    sides: tuple[Delegation, Delegation]
    year: int | None
    """That of the event, which goes without saying."""

    @property
    def status(self) -> str:
        return self.meeting.status

    @property
    def pair(self) -> tuple[str, str]:
        return self.sides[0].pk, self.sides[1].pk

    @property
    def words(self) -> str:
        return STATUS_WORDS[self.meeting.status]

    @property
    def day(self) -> str:
        return words_of_day(self.meeting.date, self.year)

    @property
    def title(self) -> str:
        """With the sides in brackets, where the title does not name them already."""
        title, names = dashes(self.meeting.title), [side.short_name for side in self.sides]
        if "(" in title or all(name in title for name in names):
            return title
        return f"{title} ({' – '.join(names)})"

    @property
    def fact(self) -> str:
        """All there is to say of it: Shoigu – Doval (Russia – India): cancelled, day not reported."""
        return f"{self.title}: {self.words}, {self.day}"


@dataclass(frozen=True)
class Encounter:
    """A bilateral as one of its sides sees it."""

    bilateral: Bilateral
    other: Delegation

    @property
    def code(self) -> str:
        return code_of(self.other)


def words_of_day(date: PartialDate | None, year: int | None) -> str:
    """28 May within a year that is known; a day that is not known says so."""
    if date is None:
        return "day not reported"
    if not date.day:
        return f"{date.words}, day not reported"
    words = date.words
    return words.removesuffix(f" {date.year}") if date.year == year else words


def code_of(delegation: Delegation) -> str:
    """The code of its country, or the short name of its bloc."""
    return delegation.country_id or delegation.bloc.acronym or delegation.bloc_id.upper()


class WhoMet:
    """The published bilaterals of an event between its published delegations.

    `unplaced` are those of which a side is not among these: they are told, not drawn. With `crowd`
    exceeded, only delegations with a meeting are shown, and `left_out` counts the others.
    """

    def __init__(self, event: Event, crowd: int | None = None):
        self.event = event
        delegations = Delegation.objects.published().filter(event=event)
        delegations = list(delegations.select_related("country", "bloc").order_by("pk"))
        grouping = grouped(event, delegations)
        self.host, self.memberships = grouping.host, grouping.memberships
        self.delegations = [self.host] if self.host else []
        self.delegations += [d for group in grouping.groups for d in group.delegations]
        self.bilaterals, self.unplaced = self._bilaterals()
        self.of = defaultdict(list)
        for bilateral in self.bilaterals:
            a, b = bilateral.sides
            self.of[a.pk].append(Encounter(bilateral, b))
            self.of[b.pk].append(Encounter(bilateral, a))
        self.groups, self.left_out = grouping.groups, 0
        if crowd is not None and len(self.delegations) > crowd:
            self.groups = [g for g in map(self._of_those_who_met, grouping.groups) if g.delegations]
            shown = sum(len(group.delegations) for group in self.groups)
            self.left_out = len(self.delegations) - shown - bool(self.host)

    @cached_property
    def counts(self) -> dict[str, int]:
        """The number of bilaterals of each status that occurs, in the order of drawing."""
        counted = Counter(bilateral.status for bilateral in self.bilaterals)
        return {status: counted[status] for status in DRAWN if counted[status]}

    @property
    def total(self) -> str:
        return plural(len(self.bilaterals), "bilateral meeting,bilateral meetings")

    @property
    def counted(self) -> str:
        """The bilaterals by status, in words."""
        return ", ".join(
            f"{number} {MeetingStatus(status).label.lower()}"
            for status, number in self.counts.items()
        )

    @property
    def finding(self) -> str:
        """The picture in a sentence or two."""
        if not self.bilaterals:
            return "No bilateral meeting is on record."
        sentence = f"{self.total} on record: {self.counted}."
        if not self.host:
            return sentence
        own = len(self.of.get(self.host.pk, ()))
        held = self.held(self.host)
        host = f"{self.host.short_name}, the host,"
        return f"{sentence} {host} is on one side of {own} of them, {held} held."

    @property
    def key(self) -> list[tuple[str, int, str]]:
        """What the signs of meetings mean: status, number, words."""
        return [(status, n, STATUS_WORDS[status]) for status, n in self.counts.items()]

    @property
    def attendance(self) -> list[tuple[str, str]]:
        """What the dots of delegations mean: status and words of each that occurs."""
        found = {delegation.status for delegation in self.delegations}
        return [(s.value, ATTENDANCE_WORDS[s]) for s in Attendance if s in found]

    @property
    def by_delegation(self) -> list[tuple[Delegation, list[Encounter]]]:
        """The encounters of every delegation that has one, by day; the host first."""
        return [
            (delegation, sorted(self.of[delegation.pk], key=lambda e: _by_day(e.bilateral.meeting)))
            for delegation in self.delegations
            if delegation.pk in self.of
        ]

    @property
    def without(self) -> list[Delegation]:
        return [d for d in self.delegations if d.pk not in self.of]

    def held(self, delegation: Delegation) -> int:
        return sum(e.bilateral.status == MeetingStatus.HELD for e in self.of.get(delegation.pk, ()))

    def fact(self, delegation: Delegation) -> str:
        """India: attended; no bilateral meetings held, 2 other; BRICS member, SCO member."""
        held = self.held(delegation)
        other = len(self.of.get(delegation.pk, ())) - held
        count = plural(held, "bilateral meeting,bilateral meetings") if held else None
        parts = [
            delegation.get_status_display().lower(),
            f"{count or 'no bilateral meetings'} held" + (f", {other} other" if other else ""),
        ]
        if belongs := self.memberships.get(delegation.country_id):
            names = (f"{m.bloc.short_name} {m.get_status_display().lower()}" for m in belongs)
            parts.append(", ".join(names))
        return f"{delegation.sender}: {'; '.join(parts)}"

    def _of_those_who_met(self, group):
        return Group(group.title, [d for d in group.delegations if d.pk in self.of], group.bloc)

    def _bilaterals(self):
        meetings = Meeting.objects.published().filter(event=self.event, kind=MeetingKind.BILATERAL)
        meetings = meetings.order_by("pk")
        parts = Participant.objects.published().filter(meeting__in=meetings).order_by()
        sides = defaultdict(set)
        for meeting, delegation in parts.values_list("meeting", "delegation").distinct():
            sides[meeting].add(delegation)
        place = {delegation.pk: n for n, delegation in enumerate(self.delegations)}
        year = self.event.starts_on and self.event.starts_on.year
        found, unplaced = [], []
        for meeting in meetings:
            places = sorted(place[side] for side in sides[meeting.pk] if side in place)
            if len(places) == 2:
                pair = tuple(self.delegations[n] for n in places)
                found.append((DRAWN.index(meeting.status), places, Bilateral(meeting, pair, year)))
            else:
                unplaced.append(meeting)
        found.sort(key=lambda row: (*row[:2], _by_day(row[2].meeting)))
        return [bilateral for *_, bilateral in found], unplaced


def _by_day(meeting):
    return meeting.date is None, meeting.date and meeting.date.earliest, meeting.pk
