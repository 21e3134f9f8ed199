"""What a query finds: all of it, or of words that are common in a large base the first hits."""

import pytest

from summitkb.browse.search import found, views
from summitkb.browse.search.found import Found
from summitkb.browse.search.query import Query
from tests.browse.search.hits import hits
from tests.database import check_deferred
from tests.factories import make_meeting, make_statement
from tests.pages import get, words_of


@pytest.fixture
def base(db):
    for n in range(5):
        make_statement(id=f"s{n}", text="On trade" + " and so on" * n)
    for n in range(2):
        make_meeting(id=f"m{n}", title=f"Talks {n}", summary="On trade")
    check_deferred()


@pytest.fixture
def most(monkeypatch):
    """As if three hits of a table were as many as can be ranked."""
    monkeypatch.setattr(found, "MOST", 3)
    monkeypatch.setattr(views, "MOST", 3)


def of(typed):
    return Found.of(Query.parse(typed))


def test_hits_stand_by_their_rank_then_by_table_and_key(base):
    assert [entry.record for entry in of("trade").entries] == [
        "m0", "m1", "s0", "s1", "s2", "s3", "s4",
    ]  # fmt: skip
    assert of("trade").counts == {"meetings": 2, "statements": 5}
    assert of("trade").more == frozenset()


def test_of_common_words_the_first_hits_of_each_table_are_ranked(base, most):
    assert [entry.record for entry in of("trade").entries] == ["m0", "m1", "s0", "s1", "s2"]
    assert of("trade").more == {"statements"}
    assert of("talks").more == frozenset()


def test_the_page_says_which_hits_are_not_counted(client, base, most):
    page = words_of(get(client, "/search/?q=trade"))

    assert "at least 5 records" in page
    assert "only the first 3 hits of each kind are ranked, here of statements." in page
    assert "Meetings 2 Statements 3+" in page
    assert len(hits(client, "trade", table="statements")) == 3


def test_of_tables_that_are_not_looked_in_the_page_says_nothing(client, base, most):
    page = words_of(get(client, "/search/?q=trade&table=meetings"))

    assert "at least" not in page
    assert "Meetings 2 Statements 3+" in page


def test_nothing_is_found_where_nothing_is_asked_for(base, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert of("-trade") == Found()
