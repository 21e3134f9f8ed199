"""Rules within a row: when they hold, and whose words they speak."""

import pytest

from delegations.models import Delegation, Event
from meetings.models import Statement
from summitkb.exchange.rules import at_least_one, constraint, exactly_one, in_order


@pytest.mark.parametrize(
    ("first", "second", "exactly", "at_least"),
    [("", "", False, False), ("x", "", True, True), ("", "x", True, True), ("x", "x", False, True)],
)
def test_one_of_two_cells(first, second, exactly, at_least):
    row = {"country": first, "bloc": second, "speaker": first, "speaker_label": second}
    rule = exactly_one(Delegation, "delegation_of_country_or_bloc", "country", "bloc")
    other = at_least_one(Statement, "statement_has_speaker", "speaker", "speaker_label")

    assert (rule.holds(row), other.holds(row)) == (exactly, at_least)
    assert (rule.column, rule.message) == (
        "country",
        "A delegation comes from exactly one of country or bloc.",
    )


@pytest.mark.parametrize(
    ("first", "last", "holds"),
    [
        ("2025-05-27", "2025-05-29", True),
        ("2025-05-29", "2025-05-27", False),
        ("2025-05-29", "2025-05", True),
        ("2025-05", "2025-05-01", True),
        ("2025-06", "2025-05", False),
        ("2025", "2025-01-01", True),
        ("", "2025", True),
        ("2025", "", True),
        ("2025-02-30", "2025", True),  # told by the column
    ],
)
def test_dates_in_order(first, last, holds):
    rule = in_order(Event, "event_starts_before_end", "starts_on", "ends_on")

    assert rule.holds({"starts_on": first, "ends_on": last}) is holds


def test_a_constraint_is_found_by_its_name():
    assert constraint(Event, "event_starts_before_end").violation_error_message == (
        "An event does not end before it begins."
    )
