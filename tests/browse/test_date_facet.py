"""Years, months and days beside a list: in their order, opened where they say more."""

import pytest

from tests.factories import make_meeting
from tests.pages import keys, listing, problems

pytestmark = pytest.mark.django_db


@pytest.fixture
def dated():
    """Meetings by their date, so that a key says what it must be found under."""
    for date in ("2024", "2024-11-30", "2025-04", "2025-05", "2025-05-27", "2025-05-28"):
        make_meeting(id=date, date=date)
    make_meeting(id="undated")


def dates(client, query=""):
    facet = listing(client, "meetings", query).facets["date"]
    return [(label, count, chosen) for label, (count, _, chosen) in facet.items()]


def test_years_come_first_in_their_order(client, dated):
    assert dates(client) == [("2024", 2, False), ("2025", 4, False)]


def test_a_chosen_year_opens_to_its_months_and_the_other_stays(client, dated):
    assert dates(client, "?date=2025") == [
        ("2024", 2, False),
        ("2025", 4, True),
        ("April 2025", 1, False),
        ("May 2025", 3, False),
    ]


def test_a_chosen_month_opens_to_its_days(client, dated):
    assert dates(client, "?date=2025-05") == [
        ("2024", 2, False),
        ("2025", 4, False),
        ("April 2025", 1, False),
        ("May 2025", 3, True),
        ("27 May 2025", 1, False),
        ("28 May 2025", 1, False),
    ]


def test_what_is_dated_in_part_is_in_its_year_or_month_and_on_no_day(client, dated):
    assert keys(client, "meetings", "?date=2024") == {"2024", "2024-11-30"}
    assert keys(client, "meetings", "?date=2025-05") == {"2025-05", "2025-05-27", "2025-05-28"}
    assert keys(client, "meetings", "?date=2025-05-27&date=2024-11") == {"2025-05-27", "2024-11-30"}


def test_one_year_and_one_month_that_say_nothing_more_are_left_out(client):
    for date in ("2025-05-27", "2025-05-28"):
        make_meeting(date=date)

    assert dates(client) == [("27 May 2025", 1, False), ("28 May 2025", 1, False)]


def test_what_is_no_date_is_refused(client, dated):
    assert problems(client, "/meetings/?date=May") == {
        "date": "“May” is not a date as YYYY, YYYY-MM or YYYY-MM-DD"
    }
