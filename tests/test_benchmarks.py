"""The made-up knowledge base of `tests/benchmarks` is as good as one that was entered."""

from random import Random
from types import SimpleNamespace

import pghistory
import pytest
from django.db import connection, transaction
from django.utils import timezone

from summitkb.exchange.checks import check
from summitkb.exchange.dumping import dump
from summitkb.exchange.packages import open_package
from summitkb.exchange.progress import Silence
from summitkb.exchange.tables import tables
from summitkb.records.changes import Change
from summitkb.records.models import Citation, SearchEntry, SearchStale, record_models
from summitkb.records.time_travel import tracked_models
from tests.benchmarks.chances import Tail, shares
from tests.benchmarks.filling import NotEmpty, fill, write
from tests.database import check_deferred
from tests.records.history_read_whole import changes_by

STATEMENTS, SEED = 2000, 1


@pytest.fixture(scope="module")
def made_up(django_db_setup, django_db_blocker, tmp_path_factory):
    """A made-up record, in a transaction that is rolled back after the last test of the module.

    Gives its own dump, that of one made before from the same seed, and the catalogue before it.
    """
    folder = tmp_path_factory.mktemp("made-up")
    with django_db_blocker.unblock():
        with transaction.atomic():
            write(STATEMENTS, SEED, Silence())
            dump(folder / "first")
            transaction.set_rollback(True)
        with transaction.atomic():
            before = catalogue()
            fill(STATEMENTS, SEED)
            dump(folder / "second")
            yield SimpleNamespace(
                first=folder / "first", second=folder / "second", catalogue=before
            )
            transaction.set_rollback(True)


def catalogue():
    """The indexes, constraints and triggers of all tables, with their definitions."""
    with connection.cursor() as cursor:
        cursor.execute("""
            SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
            UNION ALL
            SELECT conrelid::regclass || ' ' || conname, pg_get_constraintdef(oid)
            FROM pg_constraint WHERE connamespace = 'public'::regnamespace
            UNION ALL
            SELECT tgrelid::regclass || ' ' || tgname, tgenabled::text || pg_get_triggerdef(oid)
            FROM pg_trigger WHERE NOT tgisinternal
        """)
        return set(cursor.fetchall())


def entries():
    return set(SearchEntry.objects.values_list("table", "record", "vector"))


def bytes_in(folder):
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def test_the_same_seed_makes_the_same_record(made_up, db):
    assert bytes_in(made_up.first) == bytes_in(made_up.second)


def test_nothing_is_wrong_with_it(made_up, db):
    with open_package(made_up.second) as package:
        assert list(check(package, "published")) == []


def test_a_table_that_holds_records_is_not_written_to(made_up, db):
    with pytest.raises(NotEmpty):
        fill(STATEMENTS, SEED)


def test_the_database_is_as_watchful_afterwards(made_up, db):
    assert catalogue() == made_up.catalogue


def test_search_entries_are_those_that_a_refresh_makes(made_up, db):
    before = entries()
    stale = [
        SearchStale(
            table=table.name,
            records=[
                str(key) for key in table.model.objects.values_list(table.key_field, flat=True)
            ],
            last=False,
        )
        for table in tables()
    ]

    SearchStale.objects.bulk_create(stale)
    check_deferred()

    assert not SearchStale.objects.exists()
    assert len(before) == sum(table.published().count() for table in tables())
    assert entries() == before


def test_each_row_was_inserted_once_in_one_change(made_up, db):
    (context,) = pghistory.models.Context.objects.all()
    for model in tracked_models():
        columns = [field.attname for field in model._meta.concrete_fields]
        history = model.pgh_event_model.objects
        assert set(history.values_list("pgh_label", "pgh_context")) <= {("insert", context.pk)}
        kept = history.values_list("pgh_obj", *columns)
        rows = model.objects.values_list("pk", *columns)
        assert sorted(kept, key=repr) == sorted(rows, key=repr)


def test_changes_are_those_that_history_says(made_up, db):
    kept = Change.objects.values_list("table", "record", "at", "kind")

    assert kept.filter(kind="added").count() == sum(m.objects.count() for m in record_models())
    assert sorted(kept, key=repr) == changes_by(timezone.now())


def test_there_is_as_much_as_was_asked_for(made_up, db):
    counts = {model._meta.db_table: model.objects.count() for model in record_models()}

    assert counts["statements"] == STATEMENTS
    assert counts["meetings"] == STATEMENTS // 5
    assert min(counts.values()) > 0
    assert Citation.objects.count() > STATEMENTS


def test_its_pages_open(made_up, db, client):
    today = timezone.now().date()
    # A few rows of the past: for each, the marks there read the history of all citations.
    past = f"/as-of/{today}/statements/?country=AFG&kind=document"
    for address in ("/statements/?country=RUS", past, "/changes/"):
        response = client.get(address)
        assert (address, response.status_code) == (address, 200)


def test_a_whole_is_shared_out_without_rest():
    found = shares(100, 7, 1.0, Random(1))

    assert (sum(found), max(found), min(found)) == (100, 37, 6)


def test_of_a_tail_the_first_is_picked_most_and_several_are_different():
    chance, tail = Random(1), Tail("abcdefghij")
    picked = [tail.pick(chance) for _ in range(1000)]

    assert picked.count("a") > 2 * picked.count("c") > 0
    assert all(len(set(tail.several(chance, count))) == count for count in range(11))
    assert len(tail.several(chance, 99)) == 10
