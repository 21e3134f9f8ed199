"""The programme of an event: which day, which lane, and where what nobody dates goes."""

import pytest

from delegations.models import Country, Delegation, Event
from meetings.models import Meeting, Participant
from meetings.programme import Programme, lane_of
from summitkb.records.partial_dates import PartialDate

HOST = Country(code="RUS", name="Russian Federation")


def event(starts="2025-05-27", ends="2025-05-29", country=HOST):
    return Event(
        id="e",
        starts_on=starts and PartialDate.parse(starts),
        ends_on=ends and PartialDate.parse(ends),
        country=country,
    )


def meeting(id, date=None, kind="plenary", sides=()):
    """A meeting that is not in the database, between countries given by their codes."""
    made = Meeting(id=id, title=id, kind=kind, date=date and PartialDate.parse(date))
    made.people_present = [
        Participant(meeting=made, delegation=Delegation(id=code, country_id=code)) for code in sides
    ]
    return made


def said(programme):
    """Lanes, then each row as its day and the ids in its cells."""
    rows = [(str(row.day), [[m.pk for m in cell] for cell in row.cells]) for row in programme.rows]
    if programme.undated:
        rows.append((None, [[m.pk for m in cell] for cell in programme.undated.cells]))
    return programme.lanes, rows


@pytest.mark.parametrize(
    ("kind", "sides", "lane"),
    [
        ("plenary", ["RUS"], "formal"),
        ("seminar", [], "formal"),
        ("multilateral", ["RUS", "IRN"], "formats"),
        ("bilateral", ["RUS", "IRN"], "with-host"),
        ("bilateral", ["IRN", "CHN"], "without-host"),
        ("other", ["RUS"], "other"),
    ],
)
def test_a_meeting_stands_in_the_lane_of_its_kind(kind, sides, lane):
    assert lane_of(meeting("m", kind=kind, sides=sides), "RUS") == lane


def test_without_a_host_no_bilateral_is_with_it():
    assert lane_of(meeting("m", kind="bilateral", sides=["RUS", "IRN"]), None) == "without-host"


def test_days_go_down_and_lanes_across_and_empty_lanes_are_left_out():
    programme = Programme(
        event(),
        [
            meeting("plenary", "2025-05-28"),
            meeting("seminar", "2025-05-28", "seminar"),
            meeting("talks", "2025-05-27", "bilateral", ["RUS", "IRN"]),
        ],
    )

    assert said(programme) == (
        ["Plenary and seminars", "Bilateral, with Russia"],
        [
            ("2025-05-27", [[], ["talks"]]),
            ("2025-05-28", [["plenary", "seminar"], []]),
            ("2025-05-29", [[], []]),
        ],
    )


@pytest.mark.parametrize("date", [None, "2025", "2025-05"])
def test_what_is_not_dated_to_the_day_stands_in_the_last_row(date):
    programme = Programme(event(ends=None), [meeting("m", date)])

    assert said(programme) == (
        ["Plenary and seminars"],
        [("2025-05-27", [[]]), (None, [["m"]])],
    )
    assert programme.undated_count == 1


def test_a_meeting_outside_the_days_of_the_event_has_a_day_of_its_own_that_says_so():
    programme = Programme(event(), [meeting("before", "2025-05-26"), meeting("in", "2025-05-29")])

    assert [(str(row.day), row.outside) for row in programme.rows] == [
        ("2025-05-26", True),
        ("2025-05-27", False),
        ("2025-05-28", False),
        ("2025-05-29", False),
    ]


@pytest.mark.parametrize(
    ("starts", "ends"),
    [
        (None, None),
        ("2025-05", "2025-05"),
        ("2025-05-27", "2025-05"),
        ("2025-05-01", "2025-05-15"),
    ],
)
def test_where_the_days_are_unknown_or_too_many_only_those_of_meetings_are_shown(starts, ends):
    programme = Programme(event(starts, ends), [meeting("m", "2025-05-10")])

    assert [str(row.day) for row in programme.rows] == ["2025-05-10"]


def test_a_fortnight_is_shown_whole():
    assert len(Programme(event("2025-05-01", "2025-05-14"), []).rows) == 14


def test_a_lane_names_no_host_where_none_is_known():
    programme = Programme(
        event(country=None), [meeting("m", kind="bilateral", sides=["RUS", "IRN"])]
    )

    assert programme.lanes == ["Bilateral, without the host"]


def test_an_event_without_meetings_has_days_and_no_lanes():
    programme = Programme(event(), [])

    assert (programme.lanes, programme.undated, programme.undated_count) == ([], None, 0)
