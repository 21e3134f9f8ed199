"""When bitmaps are at hand, and what is done where they are not."""

import logging
import threading

import pytest
from django.db import connection, transaction
from django.utils import timezone

import summitkb.urls  # noqa: F401 -- which registers the lists
from meetings.models import Topic
from summitkb.browse.bitmaps import shelf, stored
from summitkb.browse.bitmaps.index import Index
from summitkb.browse.counting import ByBitmaps, BySql, OfLargePast, make_bitmaps
from summitkb.browse.excerpts import LISTS, counting_of
from summitkb.records.revisions import one_moment
from summitkb.records.time_travel import as_of
from tests.database import another_session
from tests.factories import make_topic

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def nothing_made(settings, tmp_path):
    settings.BITMAPS_FROM = 0
    settings.BITMAPS = tmp_path / "bitmaps"
    shelf.clear()
    make_topic("water", name="Water")
    yield
    shelf.clear()


def topics() -> shelf.Shelf:
    """The shelf of topics, with its bitmaps made."""
    with one_moment():
        counting_of("topics")
    made = shelf.shelf_of(LISTS["topics"].filterset_class, None)
    made.make_once()
    return made


def counted() -> tuple[type, int]:
    with one_moment():
        counting = counting_of("topics")
        return type(counting), counting.total


def test_the_first_reader_counts_by_sql_and_the_next_by_bitmaps():
    with one_moment():
        first = type(counting_of("topics"))
    topics()

    assert (first, counted()) == (BySql, (ByBitmaps, 1))


def test_a_small_base_needs_none(settings):
    settings.BITMAPS_FROM = 10**9
    counted()

    assert (counted(), shelf.shelf_of(LISTS["topics"].filterset_class, None).making) == (
        (BySql, 1),
        None,
    )


def test_a_server_makes_them_when_it_starts():
    threading.Thread(target=make_bitmaps).run()

    assert counted() == (ByBitmaps, 1)


def test_within_a_transaction_that_writes_sql_counts():
    topics()
    with transaction.atomic():
        make_topic("fire", name="Fire")
        counting = counting_of("topics")

        assert (type(counting), counting.total) == (BySql, 2)


def test_the_past_is_counted_by_sql():
    topics()
    with as_of(timezone.now()):
        counting = counting_of("topics")

        assert (type(counting), counting.total) == (OfLargePast, 1)


def test_who_began_before_a_change_gets_what_was_then():
    kept = topics()
    with one_moment():
        connection.cursor().execute("SELECT 1 FROM topics")
        with another_session() as other:
            other.execute("UPDATE topics SET publication = 'withdrawn'")
        reader = threading.Thread(target=lambda: (later.append(counted()), connection.close()))
        later = []
        reader.start()
        reader.join(30)
        counting = counting_of("topics")
        before = type(counting), counting.total

    assert (before, later) == ((ByBitmaps, 1), [(ByBitmaps, 0)])
    assert kept.making is None


def test_more_changes_than_are_worth_following_make_them_anew(monkeypatch):
    kept = topics()
    monkeypatch.setattr("summitkb.browse.bitmaps.moments.MANY", 2)
    for n in range(3):
        make_topic(f"topic-{n}", name=f"{n}")
    at_once = counted()
    kept.making and kept.making.join(30)

    assert (at_once, counted()) == ((BySql, 4), (ByBitmaps, 4))


def test_where_making_fails_pages_count_by_sql_and_it_is_not_tried_again_at_once(
    monkeypatch, caplog
):
    def fails(kind):
        raise ValueError("no")

    monkeypatch.setattr(Index, "made", fails)
    with caplog.at_level(logging.ERROR, "summitkb.browse.bitmaps.shelf"):
        kept = topics()
    monkeypatch.undo()

    assert (counted(), kept.making) == ((BySql, 1), None)
    assert caplog.messages == ["The bitmaps of topics could not be made."]
    assert Topic.objects.count() == 1


def test_a_process_that_starts_has_what_another_made_and_what_changed_since(monkeypatch):
    topics()
    make_topic("fire", name="Fire")
    shelf.clear()
    monkeypatch.setattr(Index, "made", lambda kind: pytest.fail("made anew"))
    topics()

    assert counted() == (ByBitmaps, 2)


@pytest.mark.parametrize("wrong", ["code", "cut", "empty"])
def test_what_other_code_stored_or_what_is_not_whole_is_made_anew(monkeypatch, settings, wrong):
    topics()
    make_topic("fire", name="Fire")
    shelf.clear()
    [file] = settings.BITMAPS.glob("*.bitmaps")
    if wrong == "code":
        monkeypatch.setattr(stored, "code", lambda: "other")
    else:
        file.write_bytes(file.read_bytes()[:-1] if wrong == "cut" else b"")
    made = []
    monkeypatch.setattr(Index, "made", lambda kind, make=Index.made: made.append(1) or make(kind))
    topics()

    assert (counted(), made) == ((ByBitmaps, 2), [1])


def test_what_is_stored_of_tables_that_were_emptied_since_is_made_anew(monkeypatch):
    """Of that there is no history to bring it forward by."""
    topics()
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE topics CASCADE")
    shelf.clear()
    topics()

    assert counted() == (ByBitmaps, 0)


def test_of_two_processes_that_start_one_makes_them(monkeypatch):
    both = [shelf.Shelf("other-topics", topics().kind) for _ in range(2)]
    made = []
    monkeypatch.setattr(Index, "made", lambda kind, make=Index.made: made.append(1) or make(kind))
    makers = [threading.Thread(target=each.make_once) for each in both]
    for maker in makers:
        maker.start()
    for maker in makers:
        maker.join(30)

    assert (made, [len(each.kept) for each in both]) == ([1], [1, 1])
