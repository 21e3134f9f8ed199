"""By which day each thing was first publicly reported: a column, an order, a filter."""

import csv
import io

import pytest

from tests.factories import cite, make_meeting, make_source
from tests.pages import get, keys_in, words_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def reported():
    """`day` on the 27th; `month` by the end of May, though a reprint is undated; `later` is
    disputed on the 1st of June by its only dated source; it, `undated` and `hidden` are not dated."""
    sources = {
        key: make_source(key, publisher=key.title(), published_on=date)
        for key, date in (("d", "2025-05-27"), ("m", "2025-05"), ("n", None), ("j", "2025-06-01"))
    }
    hidden = make_source("h", published_on="2025-01-01", publication="draft")
    for id, cited in (
        ("day", ["d", "j"]), ("month", ["m", "n", "j"]), ("later", ["n"]), ("undated", ["n"]),
        ("hidden", []),
    ):  # fmt: skip
        meeting = make_meeting(id=id)
        for key in cited:
            cite(meeting, sources[key])
        if id == "later":
            cite(meeting, sources["j"], stance="disputes")
        if id == "hidden":
            cite(meeting, hidden)


def test_the_csv_has_the_last_day_that_the_earliest_report_may_mean(client, reported):
    rows = csv.DictReader(io.StringIO(get(client, "/meetings.csv?sort=first-reported")))

    assert [(row["id"], row["first_reported"]) for row in rows] == [
        ("day", "2025-05-27"),
        ("month", "2025-05-31"),
        ("hidden", ""),
        ("later", ""),
        ("undated", ""),
    ]


def test_the_list_is_sorted_by_it_and_says_it_as_it_is_known(client, reported):
    page = get(client, "/meetings/?sort=first-reported")

    assert keys_in(page, "meetings") == ["day", "month", "hidden", "later", "undated"]
    words = words_of(page)
    assert "day not reported 27 May 2025" in words
    assert "day not reported by the end of May 2025" in words
    assert "day not reported not dated" in words


def test_the_page_of_a_record_says_by_whom(client, reported):
    assert "First reported 27 May 2025 , D" in words_of(get(client, "/meetings/day/"))
    assert "First reported by the end of May 2025 , M" in words_of(get(client, "/meetings/month/"))
    assert "First reported" not in words_of(get(client, "/meetings/undated/"))


@pytest.mark.parametrize(
    ("day", "ids"),
    [
        ("2025-05-26", set()),
        ("2025-05-27", {"day"}),
        ("2025-05-30", {"day"}),
        ("2025-05-31", {"day", "month"}),
        ("2025-05", {"day", "month"}),
        ("2025", {"day", "month"}),
    ],
)
def test_what_could_be_read_by_a_day(client, reported, day, ids):
    assert set(keys_in(get(client, f"/meetings/?reported-by={day}"), "meetings")) == ids
