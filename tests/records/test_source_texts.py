"""The text of a source is held privately, its digest is always true, and it goes with its source."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from django.db import connection

from summitkb.exchange.tables import tables
from summitkb.records.models import Source, SourceText, SourceTextHistory
from summitkb.records.time_travel import as_of
from tests.database import check_deferred
from tests.factories import make_source, make_source_text
from tests.history import happened_on

pytestmark = pytest.mark.django_db

LONG_AGO = datetime(2025, 6, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["Plain.", "Встреча – 会议", r"a \ b \\ c \x41 \101", r"\xZZ", "a\nb'c"]
)
def test_the_digest_is_that_of_the_text_whatever_is_in_it(text):
    held = make_source_text(text=text)

    held.refresh_from_db()

    assert (held.text, held.sha256) == (text, sha256(text.encode()).hexdigest())


def test_the_digest_follows_a_change_around_django():
    make_source_text(text="Before.")

    with connection.cursor() as cursor:
        cursor.execute("UPDATE source_texts SET text = 'After.'")

    assert SourceText.objects.get().sha256 == sha256(b"After.").hexdigest()


def test_a_text_is_held_since_its_words_were_put_there():
    held = make_source_text(text="Before.", held_since=LONG_AGO)

    SourceText.objects.update(source=make_source())
    held.refresh_from_db()
    assert held.held_since == LONG_AGO

    SourceText.objects.update(text="After.")
    held.refresh_from_db()
    assert datetime.now(UTC) - held.held_since < timedelta(hours=1)


def test_a_text_goes_with_its_source_and_history_keeps_it():
    make_source_text(make_source("s"), text="Words.")

    Source.objects.get(pk="s").delete()
    check_deferred()

    assert not SourceText.objects.exists()
    assert list(
        SourceTextHistory.objects.order_by("pgh_id").values_list("pgh_label", "source", "text")
    ) == [("insert", "s", "Words."), ("delete", "s", "Words.")]


def test_a_text_is_as_it_was_in_the_past():
    make_source_text(text="Before.")
    happened_on("2025-06-01")
    SourceText.objects.update(text="After.")

    with as_of(datetime(2025, 6, 1, 18, tzinfo=UTC)):
        then = SourceText.objects.get()
    assert (then.text, then.sha256) == ("Before.", sha256(b"Before.").hexdigest())


def test_no_table_of_the_package_has_texts_and_no_derived_view_reads_them():
    """What the search, the changes and the package give is made of these."""
    assert {SourceText, SourceTextHistory}.isdisjoint(table.model for table in tables())
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT view_schema || '.' || view_name FROM information_schema.view_table_usage "
            "WHERE table_name LIKE 'source\\_texts%' ORDER BY 1"
        )
        assert [name for (name,) in cursor.fetchall()] == [
            "as_of.source_texts",
            "as_of.source_texts_history",
        ]
