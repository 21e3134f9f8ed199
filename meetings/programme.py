"""The programme of an event: days down, lanes across, and a last row for what nobody dates."""

from dataclasses import dataclass
from datetime import date, timedelta

from delegations.models import Event
from meetings.models import Meeting
from meetings.vocabularies import MeetingKind
from summitkb.records.partial_dates import PartialDate

LANES = {
    "formal": "Plenary and seminars",
    "formats": "In bloc formats",
    "with-host": "Bilateral, with {host}",
    "without-host": "Bilateral, without {host}",
    "other": "Other",
}


@dataclass
class Row:
    """One day, or None for the meetings of which no source gives the day; lanes as in `lanes`."""

    day: PartialDate | None
    cells: list[list[Meeting]]
    outside: bool = False


def lane_of(meeting: Meeting, host: str | None) -> str:
    match meeting.kind:
        case MeetingKind.PLENARY | MeetingKind.SEMINAR:
            return "formal"
        case MeetingKind.MULTILATERAL:
            return "formats"
        case MeetingKind.BILATERAL:
            with_host = any(side.country_id == host for side in meeting.sides)
            return "with-host" if with_host else "without-host"
    return "other"


class Programme:
    """The meetings of an event by day and lane; lanes in which nothing stands are left out."""

    def __init__(self, event: Event, meetings: list[Meeting]):
        cells: dict[date | None, dict[str, list]] = {day: {} for day in days_of(event)}
        for meeting in meetings:
            known = meeting.date and meeting.date.precision == "day"
            day = meeting.date.earliest if known else None
            lane = lane_of(meeting, event.country_id)
            cells.setdefault(day, {}).setdefault(lane, []).append(meeting)
        used = [key for key in LANES if any(key in lanes for lanes in cells.values())]
        host = event.country.short_name if event.country else "the host"
        self.lanes = [LANES[key].format(host=host) for key in used]
        undated = cells.pop(None, None)
        self.rows = [
            Row(
                PartialDate(day.year, day.month, day.day),
                [lanes.get(key, []) for key in used],
                outside=day not in days_of(event),
            )
            for day, lanes in sorted(cells.items())
        ]
        self.undated = Row(None, [undated.get(key, []) for key in used]) if undated else None
        self.undated_count = sum(len(cell) for cell in self.undated.cells) if undated else 0


def days_of(event: Event) -> list[date]:
    """The days of an event, or none where it is not known to the day or lasts over a fortnight."""
    first, last = event.starts_on, event.ends_on or event.starts_on
    if not first or first.precision != "day" or last.precision != "day":
        return []
    length = (last.earliest - first.earliest).days
    return [first.earliest + timedelta(n) for n in range(length + 1)] if length < 14 else []
