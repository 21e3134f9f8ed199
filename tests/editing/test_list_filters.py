"""How lists of the admin are narrowed: by a record that is typed, by year and month."""

import re

import pytest

from delegations.models import Membership
from meetings.models import Meeting, Participant, Statement
from tests.admin_pages import found, url
from tests.factories import (
    make_bloc,
    make_event,
    make_meeting,
    make_membership,
    make_participant,
    make_statement,
    make_topic,
)

pytestmark = pytest.mark.django_db


def choices(client, model, parameter, **asked):
    """What the filter of a list offers that has the parameter."""
    changelist = client.get(url(model, "changelist"), asked).context["cl"]
    spec = next(s for s in changelist.filter_specs if parameter in s.expected_parameters())
    return list(spec.choices(changelist))


def shown(client, asked=""):
    return [
        (choice["display"], choice["selected"])
        for choice in choices(client, Meeting, "date__startswith", **asked)
    ]


def test_a_list_is_narrowed_by_a_record_at_the_end_of_a_path(admin_client):
    here, there = make_event("here"), make_event("there")
    make_participant(make_meeting(here, "m"))
    make_participant(make_meeting(there))
    kept = make_statement(id="kept", topics=[make_topic("t"), make_topic("u")])
    make_statement(topics=[make_topic("v")])

    assert found(admin_client, Meeting, event="here") == ["m"]
    assert len(found(admin_client, Participant, meeting__event="here")) == 1
    assert found(admin_client, Statement, topic_entries__topic="t") == [kept.pk]
    assert found(admin_client, Statement, topic_entries__topic="no-such") == []


def test_a_control_that_was_cleared_leaves_all(admin_client):
    make_meeting(id="m")

    assert found(admin_client, Meeting, event="") == ["m"]


def test_the_control_offers_nothing_but_what_is_chosen_and_keeps_the_other_filters(admin_client):
    chosen = make_bloc("chosen", name="The chosen one")
    make_bloc("other", name="Another one")
    make_membership(chosen, status="member")

    asked = {"bloc": "chosen", "status__exact": "member"}
    [choice] = choices(admin_client, Membership, "bloc", **asked)

    assert re.findall(r"<option[^>]*>([^<]*)", choice["control"]) == ["", "The chosen one [chosen]"]
    assert choice["kept"] == [("status__exact", "member")]
    assert choice["remove"] == "?status__exact=member"


def test_years_are_offered_with_counts_and_then_the_months_of_the_one_chosen(admin_client):
    for day in ("2024", "2025", "2025-05", "2025-05-27", "2025-06-01", None):
        make_meeting(date=day)

    assert [shown(admin_client, asked) for asked in ({}, {"date__startswith": "2025-05"})] == [
        [("All", True), ("2024 (1)", False), ("2025 (4)", False)],
        [
            ("All", False),
            ("2024 (1)", False),
            ("2025 (4)", False),
            ("May 2025 (2)", True),
            ("June 2025 (1)", False),
        ],
    ]


def test_a_date_in_part_is_in_its_year_and_not_in_a_month_that_it_may_not_mean(admin_client):
    for day in ("2024", "2025", "2025-05", "2025-05-27"):
        make_meeting(id=f"m-{day}", date=day)

    assert set(found(admin_client, Meeting, date__startswith="2025")) == {
        "m-2025",
        "m-2025-05",
        "m-2025-05-27",
    }
    assert set(found(admin_client, Meeting, date__startswith="2025-05")) == {
        "m-2025-05",
        "m-2025-05-27",
    }


def test_years_are_counted_under_the_other_filters(admin_client):
    here = make_event("here")
    make_meeting(here, date="2024")
    make_meeting(date="2025")

    assert shown(admin_client, {"event": "here"}) == [("All", True), ("2024 (1)", False)]


@pytest.mark.parametrize("typed", ["May", "2025-13"])
def test_what_is_no_date_is_refused(typed, admin_client):
    page = admin_client.get(url(Meeting, "changelist"), {"date__startswith": typed}, follow=True)

    assert page.request["QUERY_STRING"] == "e=1"


def displays(client, parameter, **asked):
    return [choice["display"] for choice in choices(client, Meeting, parameter, **asked)]


def test_choices_are_counted_in_a_large_base_only_if_asked(admin_client, settings):
    make_meeting(date="2025", status="held")
    lists = url(Meeting, "changelist")
    assert "Show counts" not in admin_client.get(lists).text
    counted = {name: displays(admin_client, name) for name in ("queue", "date__startswith")}
    settings.BITMAPS_FROM = 0

    assert "Show counts" in admin_client.get(lists).text
    assert displays(admin_client, "queue")[:2] == ["All", "In review"]
    assert displays(admin_client, "date__startswith") == ["All", "2025"]
    assert {name: displays(admin_client, name, _facets="True") for name in counted} == counted
    assert counted["date__startswith"] == ["All", "2025 (1)"]


def test_years_and_months_that_are_not_counted_are_those_of_all_rows(admin_client, settings):
    for date in ("2024", "2025", "2025-01", "2025-01-31", "2025-11-02", "2026-05", None):
        make_meeting(date=date)
    years = ["All", "2024", "2025"]
    counted = [
        ["All", "2024 (1)", "2025 (4)", "2026 (1)"],
        ["All", "2024 (1)", "2025 (4)", "January 2025 (2)", "November 2025 (1)", "2026 (1)"],
    ]

    def both():
        found = ({}, {"date__startswith": "2025"})
        return [displays(admin_client, "date__startswith", **asked) for asked in found]

    assert both() == counted
    settings.BITMAPS_FROM = 0

    assert both() == [
        [*years, "2026"],
        [*years, "January 2025", "November 2025", "2026"],
    ]


def test_languages_are_those_that_there_are(admin_client):
    for language in ("ru", "en", "ru", ""):
        make_statement(language=language)

    shown = [choice["display"] for choice in choices(admin_client, Statement, "language")]

    assert shown == ["All", " (1)", "en (1)", "ru (2)"]
