"""The programme of an event as a picture: days across, kinds of meeting down, undated ones last.

There is no axis of time, because hardly a source gives an hour, and no day is guessed.
"""

from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from delegations.models import Event
from meetings.models import Meeting
from meetings.pictures.who_met import STATUS_WORDS
from meetings.programme import days_of
from meetings.vocabularies import MeetingKind, MeetingStatus
from summitkb.browse.templatetags.kb import dashes, plural
from summitkb.records.partial_dates import PartialDate

SHOWN = 10
"""Of more than `CROWD` items in a cell so many are shown, and a link to all of them."""
CROWD = 12

LANES = {
    "plenary": ("Plenary and seminars", (MeetingKind.PLENARY, MeetingKind.SEMINAR)),
    "multilateral": ("Multilateral", (MeetingKind.MULTILATERAL,)),
    "bilateral": ("Bilateral", (MeetingKind.BILATERAL,)),
    "other": ("Other", (MeetingKind.OTHER,)),
}
_ORDER = list(STATUS_WORDS)


@dataclass(frozen=True)
class Item:
    """One meeting, with its sides apart from its title where the title has them in brackets."""

    meeting: Meeting

    @property
    def title(self) -> str:
        return self._parts[0]

    @property
    def sides(self) -> str:
        return self._parts[1]

    @property
    def words(self) -> str:
        return STATUS_WORDS[self.meeting.status]

    @property
    def _parts(self):
        title, bracket, sides = dashes(self.meeting.title).partition(" (")
        return (
            (title, f"({sides}")
            if bracket and sides.endswith(")")
            else (title + bracket + sides, "")
        )


@dataclass(frozen=True)
class Cell:
    """The meetings of one kind on one day; `all_of_it` is the list of them where not all are shown."""

    lane: str
    title: str
    items: list[Item]
    all_of_it: str

    @property
    def shown(self) -> list[Item]:
        return self.items[:SHOWN] if len(self.items) > CROWD else self.items

    @property
    def more(self) -> int:
        return len(self.items) - len(self.shown)


@dataclass(frozen=True)
class Column:
    """One day, or None for the meetings of which no source gives the day."""

    day: PartialDate | None
    note: str
    cells: list[Cell]

    @property
    def title(self) -> str:
        if self.day is None:
            return "Day not reported"
        return f"{self.day.earliest:%a} {self.day.day} {self.day.earliest:%B}"

    @property
    def count(self) -> int:
        return sum(len(cell.items) for cell in self.cells)


class ProgrammePicture:
    """The published meetings of an event; lanes in which nothing stands are left out."""

    def __init__(self, event: Event):
        self.event = event
        meetings = Meeting.objects.published().filter(event=event).order_by("pk")
        self.meetings = sorted(meetings, key=_place)
        kinds = {meeting.kind for meeting in self.meetings}
        self.lanes = {name: lane for name, lane in LANES.items() if kinds.intersection(lane[1])}
        days = days_of(event)
        dated = {meeting.date.earliest for meeting in self.meetings if _has_day(meeting)}
        self.columns = [self._column(day, days) for day in sorted({*days, *dated})]
        undated = self._column(None, days)
        if undated.count:
            self.columns.append(undated)

    @property
    def undated(self) -> int:
        return sum(not _has_day(meeting) for meeting in self.meetings)

    @property
    def timed(self) -> bool:
        return any(meeting.starts_at for meeting in self.meetings)

    @property
    def counted_lanes(self) -> list[tuple[str, int]]:
        return [
            (title, sum(meeting.kind in kinds for meeting in self.meetings))
            for title, kinds in self.lanes.values()
        ]

    @property
    def key(self) -> list[tuple[str, int, str]]:
        """What the signs mean: status, number, words."""
        statuses = [meeting.status for meeting in self.meetings]
        counted = ((status, statuses.count(status)) for status in _ORDER)
        return [(status.value, n, STATUS_WORDS[status]) for status, n in counted if n]

    @property
    def finding(self) -> str:
        """The picture in a sentence or two."""
        if not self.meetings:
            return "No meeting is on record."
        sentence = f"{plural(len(self.meetings), 'meeting,meetings')} on record."
        if not self.undated:
            return sentence
        return f"{sentence} For {self.undated} of them no source names the day."

    def _column(self, day: date | None, days: list[date]) -> Column:
        def here(meeting):
            return meeting.date.earliest == day if _has_day(meeting) else day is None

        cells = []
        for lane, (title, kinds) in self.lanes.items():
            items = [Item(m) for m in self.meetings if m.kind in kinds and here(m)]
            cells.append(Cell(lane, title, items, self._list(day, kinds)))
        count = plural(sum(len(cell.items) for cell in cells), "item,items")
        if day is None:
            return Column(None, count, cells)
        where = f"day {days.index(day) + 1}" if day in days else _outside(day, days)
        known = PartialDate(day.year, day.month, day.day)
        return Column(known, ", ".join(filter(None, (where, count))), cells)

    def _list(self, day, kinds) -> str:
        query = {"event": self.event.pk, "kind": [kind.value for kind in kinds]}
        if day:
            query |= {"from": day, "to": day}
        return reverse("meetings-list", query=query)


def _outside(day, days) -> str:
    if not days:
        return ""
    return "before the event" if day < days[0] else "after the event"


def _has_day(meeting) -> bool:
    return meeting.date is not None and meeting.date.precision == "day"


def _place(meeting):
    """By time, then held before announced, then by title."""
    at = meeting.starts_at
    return at is None, at, _ORDER.index(MeetingStatus(meeting.status)), meeting.title, meeting.pk
