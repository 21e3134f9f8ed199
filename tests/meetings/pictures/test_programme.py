"""The programme as a picture: days across, kinds down, what nobody dates last."""

import re

import pytest

from delegations.models import Event
from meetings.pictures.programme import ProgrammePicture
from tests.factories import make_bilateral, make_event, make_meeting
from tests.pages import get, listing, words_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def moscow():
    """From 27 to 29 May 2025: a plenary, a seminar, two bilaterals, one of them the day before."""
    event = make_event("moscow", city="Moscow")
    make_meeting(
        event, "plenary", kind="plenary", title="Plenary", date="2025-05-28", starts_at="10:00"
    )
    make_meeting(
        event, "seminar", kind="seminar", title="Seminar", date="2025-05-28", starts_at="09:00"
    )
    make_bilateral(
        event, id="eve", title="Volodin - Ortega (Russia - Nicaragua)", date="2025-05-26"
    )
    make_bilateral(event, id="may", title="Some day in May", date="2025-05", status="announced")
    make_bilateral(event, id="off", title="Called off", status="cancelled")
    make_bilateral(event, id="held", title="Undated")
    make_meeting(event, "draft", kind="other", publication="draft")
    return Event.objects.get(pk=event.pk)


def test_days_are_those_of_the_event_and_those_of_meetings_and_then_no_day(moscow):
    columns = ProgrammePicture(moscow).columns

    assert [(column.title, column.note) for column in columns] == [
        ("Mon 26 May", "before the event, 1 item"),
        ("Tue 27 May", "day 1, 0 items"),
        ("Wed 28 May", "day 2, 2 items"),
        ("Thu 29 May", "day 3, 0 items"),
        ("Day not reported", "3 items"),
    ]


def test_a_cell_is_by_time_then_held_before_announced(moscow):
    columns = ProgrammePicture(moscow).columns

    def items(column, lane):
        return [i.meeting.pk for cell in column.cells if cell.lane == lane for i in cell.items]

    assert items(columns[2], "plenary") == ["seminar", "plenary"]
    assert items(columns[4], "bilateral") == ["held", "may", "off"]


def test_lanes_without_a_meeting_are_left_out(moscow):
    assert ProgrammePicture(moscow).counted_lanes == [("Plenary and seminars", 2), ("Bilateral", 4)]


def test_the_sides_in_brackets_stand_apart_from_the_title(moscow):
    [item] = ProgrammePicture(moscow).columns[0].cells[1].items

    assert (item.title, item.sides) == ("Volodin\xa0– Ortega", "(Russia\xa0– Nicaragua)")


def test_the_page_says_the_finding_marks_each_status_and_links_each_meeting(client, moscow):
    page = get(client, "/events/moscow/programme/")

    assert "6 meetings on record. For 3 of them no source names the day." in words_of(page)
    links = re.findall(
        r'<i class="sign sign-(\w+)"></i>\s*<div>.*?href="/meetings/(\w+)/"', page, re.S
    )
    assert sorted(links) == [
        ("announced", "may"),
        ("cancelled", "off"),
        ("held", "eve"),
        ("held", "held"),
        ("held", "plenary"),
        ("held", "seminar"),
    ]
    assert "held 4 announced, not confirmed 1 cancelled 1" in words_of(page)


def test_of_a_crowd_in_a_cell_ten_are_shown_and_a_link_leads_to_all(client, moscow):
    for n in range(13):
        make_meeting(moscow, f"many-{n}", kind="multilateral", date="2025-05-28")

    cell = ProgrammePicture(moscow).columns[2].cells[1]

    assert (len(cell.shown), cell.more) == (10, 3)
    page = get(client, "/events/moscow/programme/")
    address = re.search(r'href="([^"]*)">and 3 more</a>', page)[1].replace("&amp;", "&")
    assert listing(client, "meetings", f"?{address.partition('?')[2]}").count == 13


def test_an_event_without_meetings_or_days_is_shown_as_such(client):
    make_event("e", starts_on=None, ends_on=None)

    assert "No meeting is on record." in words_of(get(client, "/events/e/programme/"))


@pytest.mark.parametrize("count", [1, 10])
def test_the_page_asks_as_often_for_one_meeting_as_for_ten(
    client, django_assert_num_queries, count
):
    event = make_event("e")
    for _ in range(count):
        make_bilateral(event, date="2025-05-28")

    with django_assert_num_queries(2):
        get(client, "/events/e/programme/")
