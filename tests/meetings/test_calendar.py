"""Meetings as a calendar: read back with the library that reads calendars."""

from datetime import date, datetime

import pytest
from icalendar import Calendar

from tests.factories import make_event, make_meeting, make_topic
from tests.history import happened_on
from tests.pages import get, links_in, problems

pytestmark = pytest.mark.django_db


def entries(client, query=""):
    calendar = Calendar.from_ical(get(client, f"/meetings.ics{query}"))
    return {str(entry["uid"]): entry for entry in calendar.walk("VEVENT")}


def test_a_meeting_without_an_hour_is_all_day(client):
    make_meeting(id="m", title="Talks, and more; again", date="2025-05-28", topics=[make_topic()])
    happened_on("2025-06-01")

    entry = entries(client)["meetings/m@summitkb"]

    assert (entry.decoded("dtstart"), entry.decoded("dtend")) == (
        date(2025, 5, 28),
        date(2025, 5, 29),
    )
    assert str(entry["summary"]) == "Talks, and more; again"
    assert str(entry["url"]) == "http://testserver/meetings/m/"
    assert entry.decoded("dtstamp").isoformat() == "2025-06-01T12:00:00+00:00"
    assert [str(topic) for topic in entry["categories"].cats] == ["A topic"]


def test_a_meeting_with_an_hour_begins_then_in_the_local_time_of_the_event(client):
    make_meeting(id="m", date="2025-05-28", starts_at="09:30", place="Room 1")

    entry = entries(client)["meetings/m@summitkb"]

    assert entry.decoded("dtstart") == datetime(2025, 5, 28, 9, 30)
    assert "dtend" not in entry
    assert str(entry["location"]) == "Room 1"


@pytest.mark.parametrize(
    ("status", "mapped"),
    [
        ("held", "CONFIRMED"),
        ("announced", "TENTATIVE"),
        ("unconfirmed", "TENTATIVE"),
        ("cancelled", "CANCELLED"),
    ],
)
def test_the_status_is_mapped(client, status, mapped):
    make_meeting(id="m", date="2025-05-28", status=status)

    assert str(entries(client)["meetings/m@summitkb"]["status"]) == mapped


def test_only_meetings_of_a_known_day_under_the_same_filter_are_there(client):
    event = make_event("here")
    make_meeting(event, "day", date="2025-05-28")
    make_meeting(event, "month", date="2025-05")
    make_meeting(event, "undated")
    make_meeting(make_event("elsewhere"), "other", date="2025-05-28")
    make_meeting(event, "draft", date="2025-05-28", publication="draft")

    assert list(entries(client, "?event=here")) == ["meetings/day@summitkb"]
    assert problems(client, "/meetings.ics?colour=red").keys() == {"colour"}


def test_the_list_leads_to_its_calendar_under_the_same_filter(client):
    make_meeting(id="held", date="2025-05-28")
    make_meeting(id="called-off", date="2025-05-28", status="cancelled")

    links = links_in(get(client, "/meetings/?status=held"))

    assert "/meetings.ics?status=held" in links
    assert set(entries(client, "?status=held")) == {"meetings/held@summitkb"}
