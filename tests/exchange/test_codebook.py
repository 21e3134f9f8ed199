"""The codebook: no column without words, no word of a vocabulary without a meaning, true numbers."""

import pytest

from meetings.models import Meeting
from summitkb.exchange.codebook import Described, codebook
from summitkb.exchange.kinds import KINDS
from summitkb.exchange.tables import tables
from summitkb.records.vocabularies import Vocabulary
from tests.factories import cite, make_meeting, make_source

pytestmark = pytest.mark.django_db


def test_every_column_and_every_word_of_a_vocabulary_is_described():
    described = [d for chapter in codebook() for d in chapter.columns]

    assert len(described) > 150
    assert [d.column.name for d in described if not d.column.help_text.endswith(".")] == []
    assert {d.column.kind for d in described} == set(KINDS)
    assert [d.column.name for d in described if d.column.kind == "vocabulary" and not d.terms] == []
    vocabularies = Vocabulary.__subclasses__()
    assert len(vocabularies) > 15
    assert [term for v in vocabularies for term in v if not term.meaning.endswith(".")] == []


def test_every_table_says_what_one_row_is():
    assert [t.name for t in tables() if not t.one_row.startswith("One row is ")] == []


@pytest.fixture
def chapter():
    """That of meetings, of which two are public, one with a day and one with a source."""
    make_meeting(id="draft", date="2025-05-28", publication="draft")
    event = make_meeting(id="a", date="2025-05").event
    cite(make_meeting(id="b", event=event, date=None), make_source(published_on="2025"))
    return next(chapter for chapter in codebook() if chapter.table.name == "meetings")


def test_how_much_is_filled_is_counted_among_what_is_public(chapter):
    assert Meeting.objects.count() == 3
    assert chapter.rows == 2
    filled = {described.column.name: described.filled for described in chapter.columns}
    assert filled == {
        **dict.fromkeys(
            ["id", "event", "event_name", "kind", "title", "status", "access", "url"], 2
        ),
        **dict.fromkeys(["date", "date_precision", "date_earliest", "date_latest"], 1),
        **dict.fromkeys(["starts_at", "place", "summary", "topics", "topics_name"], 0),
        **dict.fromkeys(["corroboration", "citations", "publishers"], 2),
        "first_reported": 1,
    }


def test_what_is_computed_is_told_from_what_the_package_has(chapter):
    assert [d.column.name for d in chapter.own] == chapter.table.header
    assert {d.column.name for d in chapter.computed} == {
        d.column.name for d in chapter.columns
    } - set(chapter.table.header)


@pytest.mark.parametrize(
    ("filled", "rows", "share"),
    [
        (0, 0, "0 %"),
        (0, 9, "0 %"),
        (9, 9, "100 %"),
        (1, 9999, "1 %"),
        (9998, 9999, "99 %"),
        (1, 8, "12 %"),
    ],
)
def test_a_share_is_never_rounded_to_all_or_nothing(filled, rows, share):
    assert Described(None, False, (), filled, rows).share == share.replace(" ", "\u00a0")


def test_it_is_one_query_a_table_and_a_count_where_it_gathers_of_others(django_assert_num_queries):
    for _ in range(2):
        with django_assert_num_queries(26):
            codebook()
        cite(make_meeting())
