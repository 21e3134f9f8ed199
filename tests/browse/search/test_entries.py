"""The entries of the search are always those of the records as they are, whoever changed them."""

import re

import pytest
from django.core.management import call_command
from django.db import connection

from delegations.models import Country, Person
from meetings.models import Meeting, Statement
from summitkb.exchange.tables import tables
from summitkb.records.models import Citation, SearchEntry, SearchStale, Source
from tests.conftest import BUNDLED
from tests.database import Waiting, another_session, check_deferred
from tests.factories import (
    cite,
    make_bilateral,
    make_country,
    make_delegation,
    make_meeting,
    make_person,
    make_source,
    make_statement,
    make_topic,
)

pytestmark = pytest.mark.django_db


def missing_and_wrong() -> list[tuple[str, str]]:
    """The records whose entry is not what the definition says, once all is checked as at commit."""
    check_deferred()
    with connection.cursor() as cursor:
        cursor.execute(
            'SELECT "table", record FROM derived.search_documents AS d FULL JOIN search_entries AS e '
            'USING ("table", record) WHERE d.vector IS DISTINCT FROM e.vector'
        )
        return cursor.fetchall()


def found(words: str) -> set[str]:
    """The table and key of each entry that has a word or phrase."""
    check_deferred()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT \"table\" || '/' || record FROM search_entries "
            "WHERE vector @@ derived.search_term(%s)",
            [words],
        )
        return {path for (path,) in cursor.fetchall()}


def test_an_entry_is_made_changed_and_gone_with_its_record():
    make_person("p", name="Kim")
    assert found("Kim") == {"people/p"}

    Person.objects.update(name="Lee")
    assert (found("Kim"), found("Lee")) == (set(), {"people/p"})

    Person.objects.all().delete()
    assert found("Lee") == set()
    assert missing_and_wrong() == []


def test_only_what_is_published_has_an_entry():
    statement = make_statement(id="s", text="Trade", publication="draft")
    cite(statement, excerpt="Trade")
    assert found("trade") == set()

    Statement.objects.update(publication="published")
    assert found("trade") == {"statements/s", f"citations/{Citation.objects.get().pk}"}

    Source.objects.update(publication="withdrawn")
    assert found("trade") == {"statements/s"}

    Statement.objects.update(publication="withdrawn")
    assert found("trade") == set()
    assert missing_and_wrong() == []


def test_a_new_name_reaches_whatever_shows_it():
    country = make_country("IRN", name="Persia")
    delegation = make_delegation(sender=country, id="d")
    speaker = make_person("p", name="Kim")
    make_statement(id="s", speaker=speaker, delegation=delegation, about=[country])
    make_bilateral(delegation.event, delegation, make_delegation(delegation.event), "m")
    assert found("Persia") == {
        "countries/IRN",
        "delegations/d",
        "statements/s",
        "participants/m+d+",
    }

    Country.objects.filter(pk="IRN").update(name="Iran")
    Person.objects.update(name="Lee")

    assert found("Persia") == found("Kim") == set()
    assert found("Iran") > {"countries/IRN", "delegations/d", "participants/m+d+"}
    assert found("Lee") == {"people/p", "statements/s"}
    assert missing_and_wrong() == []


def test_the_list_in_a_cell_counts_for_its_record():
    meeting = make_meeting(id="m", topics=[make_topic("a", name="Trade"), make_topic("b")])
    assert found("trade") == {"topics/a", "meetings/m"}

    meeting.topic_entries.filter(topic="a").delete()
    assert found("trade") == {"topics/a"}
    assert missing_and_wrong() == []


def test_a_statement_that_changes_many_rows_notes_them_at_once(django_assert_num_queries):
    Person.objects.bulk_create(
        Person(id=f"p{n}", name="Kim", publication="published") for n in range(50)
    )

    stale = SearchStale.objects.get()

    assert (stale.table, len(stale.records), stale.last) == ("people", 50, False)
    assert len(found("Kim")) == 50
    assert not SearchStale.objects.exists()


@pytest.mark.parametrize("table", tables(), ids=lambda table: table.name)
def test_an_index_finds_the_records_whose_entries_are_made_anew(table):
    """Else each edit looks at all rows. Their keys are compared as the view has them, not the table."""
    with connection.cursor() as cursor:
        # However few rows there are: what is left asks an index for a value, and reads none to its end.
        for way in ("seqscan", "indexscan", "indexonlyscan", "nestloop", "mergejoin"):
            cursor.execute(f"SET LOCAL enable_{way} = off")
        cursor.execute(
            "EXPLAIN SELECT FROM derived.search_documents "
            "WHERE \"table\" = %s AND record = ANY ('{a,b}')",
            [table.name],
        )
        plan = "\n".join(line for (line,) in cursor.fetchall())

    assert re.search(r"Index Cond: .* = ANY \('{a,b}'", plan)


def test_after_a_load_all_entries_are_right():
    call_command("loadpackage", str(BUNDLED), verbosity=0)

    assert (
        SearchEntry.objects.count() == sum(table.published().count() for table in tables()) > 1500
    )
    assert missing_and_wrong() == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("first", ["rename", "insert"])
def test_of_two_who_write_at_once_the_later_sees_what_the_earlier_wrote(first):
    """One renames a person while another enters a statement of theirs, in either order."""
    event = make_statement(speaker=make_person("p", name="Kim"), id="before").event
    rename = "UPDATE people SET name = 'Lee'"
    insert = (
        "INSERT INTO statements (id, event_id, speaker_id, speaker_label, kind, status, text, "
        "language, publication, publication_note) VALUES "
        f"('new', '{event.pk}', 'p', '', 'quote', 'made', 'Words', 'en', 'published', '')"
    )
    earlier, later = (rename, insert) if first == "rename" else (insert, rename)
    waiting = Waiting(later)

    with another_session() as session:
        session.execute(earlier)
        session.execute("SET CONSTRAINTS ALL IMMEDIATE")
        waiting.start()
        session.commit()
        waiting.join()

    assert waiting.broke is None
    assert found("Lee") == {"people/p", "statements/before", "statements/new"}
    assert missing_and_wrong() == []


def test_a_change_while_the_definition_is_not_there_is_made_good_when_it_is():
    from summitkb.records import derived

    derived.drop("default")
    make_meeting(id="m", title="Talks on trade")
    check_deferred()
    assert not SearchEntry.objects.exists()

    derived.install("default")

    assert found("trade") == {"meetings/m"}
    assert Meeting.objects.count() == 1
    assert missing_and_wrong() == []


def test_a_long_text_is_no_obstacle():
    make_source("s", title="word " * 90)
    make_statement(id="s", text=" ".join(f"word{n}" for n in range(20_000)))

    assert found("word19999") == {"statements/s"}
