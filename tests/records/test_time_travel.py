"""What a query inside `as_of()` sees: each table as it stood, whoever changed it and by which way."""

from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import Group
from django.db import DatabaseError, connection

from delegations.models import Delegation, Membership, Person
from meetings.models import Meeting, Participant, Statement
from summitkb.records import derived
from summitkb.records.models import Citation, Source
from summitkb.records.time_travel import as_of, tracked_models
from tests.factories import (
    cite,
    make_bilateral,
    make_membership,
    make_person,
    make_source,
    make_statement,
    make_topic,
)
from tests.history import happened_on

pytestmark = pytest.mark.django_db

FIRST, SECOND = (datetime(2025, 6, day, 18, tzinfo=UTC) for day in (1, 2))


def test_there_is_a_view_for_every_table_with_its_columns():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, array_agg(column_name::text) FROM information_schema.columns "
            "WHERE table_schema = 'as_of' GROUP BY 1"
        )
        found = {table: set(columns) for table, columns in cursor.fetchall()}

    wanted = {
        model._meta.db_table: {field.column for field in model._meta.concrete_fields}
        for model in tracked_models()
    }
    assert len(wanted) > 15
    assert {table: found[table] for table in wanted} == wanted


def test_a_row_is_as_it_was_and_not_there_before_it_was_made():
    make_person("shoigu", name="Sergey Shoygu")
    happened_on("2025-06-01")
    Person.objects.update(name="Sergei Shoigu", other_names=["Шойгу"])

    with as_of(datetime(2025, 5, 31, tzinfo=UTC)):
        assert list(Person.objects.all()) == []
    with as_of(FIRST):
        assert list(Person.objects.values_list("name", "other_names")) == [("Sergey Shoygu", [])]
    assert list(Person.objects.values_list("name", "other_names")) == [("Sergei Shoigu", ["Шойгу"])]


def test_a_row_deleted_since_is_there_and_one_deleted_before_is_not():
    make_source("s")
    happened_on("2025-06-01")
    Source.objects.all().delete()
    happened_on("2025-06-02")

    with as_of(FIRST):
        assert Source.objects.count() == 1
    with as_of(SECOND):
        assert Source.objects.count() == 0


def test_a_join_follows_the_links_of_that_time_to_the_names_of_that_time():
    first, second = make_person("a", name="A then"), make_person("b", name="B then")
    statement = make_statement(speaker=first, id="s")
    happened_on("2025-06-01")
    Person.objects.filter(pk="a").update(name="A now")
    Statement.objects.filter(pk="s").update(speaker=second)

    with as_of(FIRST):
        assert Statement.objects.get(speaker__name="A then") == statement
        assert not Statement.objects.filter(speaker__name__in=["A now", "B then"]).exists()
    assert Statement.objects.get(speaker__name="B then") == statement


def test_the_list_in_a_cell_and_the_key_of_a_part_are_those_of_that_time():
    meeting = make_bilateral(id="m", topics=[make_topic("old")])
    key = Participant.objects.first().key
    happened_on("2025-06-01")
    meeting.topic_entries.all().delete()
    meeting.topic_entries.create(topic=make_topic("new"))

    with as_of(FIRST):
        assert [topic.pk for topic in Meeting.objects.for_list().get().topics] == ["old"]
        assert Participant.objects.filter(key=key).exists()
    assert [topic.pk for topic in Meeting.objects.for_list().get().topics] == ["new"]


def test_what_was_withdrawn_since_is_a_tombstone_without_words():
    record = make_statement(id="s", text="Words that are taken back.", date="2025-05-28")
    cite(record, excerpt="An excerpt.")
    happened_on("2025-06-01")
    record.publication, record.publication_note = "withdrawn", "It was never said."
    record.save()

    with as_of(FIRST):
        then = Statement.objects.get()
        assert (then.pk, then.publication, then.publication_note) == (
            "s",
            "withdrawn",
            "It was never said.",
        )
        assert (then.text, then.speaker_label, then.date) == ("", "", None)
        assert list(Citation.objects.published()) == []


def test_what_was_taken_back_to_a_draft_is_a_tombstone_too_and_what_was_always_one_stays_one():
    make_person("back", name="A name", other_names=["Another"])
    make_person("always", name="A draft", publication="draft")
    happened_on("2025-06-01")
    Person.objects.update(publication="draft")

    with as_of(FIRST):
        rows = Person.objects.order_by("pk").values_list("pk", "publication", "name", "other_names")
        assert list(rows) == [("always", "draft", "", []), ("back", "withdrawn", "", [])]


def test_what_was_withdrawn_and_then_deleted_keeps_its_words_back():
    record = make_statement(id="s", text="Words that are taken back.")
    happened_on("2025-06-01")
    Statement.objects.update(publication="withdrawn")
    record.delete()

    with as_of(FIRST):
        assert list(Statement.objects.values_list("publication", "text")) == [("withdrawn", "")]


def test_what_was_withdrawn_and_published_again_has_its_words_in_the_past_too():
    make_statement(id="s", text="Words.")
    happened_on("2025-06-01")
    Statement.objects.update(publication="withdrawn")
    Statement.objects.update(publication="published")

    with as_of(FIRST):
        assert list(Statement.objects.values_list("publication", "text")) == [
            ("published", "Words.")
        ]


def test_inside_nothing_can_be_written_and_afterwards_all_is_as_before():
    membership = make_membership()

    with as_of(FIRST), pytest.raises(DatabaseError, match="cannot insert into"):
        Membership.objects.create(bloc=membership.bloc, country=membership.country, status="x")
    with as_of(FIRST), pytest.raises(DatabaseError, match="read-only transaction"):
        Group.objects.create(name="Editors")

    make_membership()
    assert Membership.objects.count() == 2


def test_after_an_error_inside_all_is_as_before():
    make_person()

    with pytest.raises(ZeroDivisionError), as_of(datetime(2020, 1, 1, tzinfo=UTC)):
        assert Person.objects.count() == 1 / 0
    assert Person.objects.count() == 1


# How the views are made


def digest():
    with connection.cursor() as cursor:
        cursor.execute("SELECT obj_description(to_regnamespace('derived'), 'pg_namespace')")
        return cursor.fetchone()[0]


def oid_of_a_view():
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('as_of.people')::oid")
        return cursor.fetchone()[0]


def test_the_views_are_made_anew_only_where_their_definition_changed(monkeypatch):
    before = digest(), oid_of_a_view()

    derived.install("default")
    assert (digest(), oid_of_a_view()) == before

    monkeypatch.setattr(derived, "_parts", [*derived._parts, lambda: ["SELECT 1"]])
    derived.install("default")
    assert digest() != before[0]
    assert oid_of_a_view() not in (None, before[1])


def test_dropping_leaves_nothing():
    derived.drop("default")

    assert (digest(), oid_of_a_view()) == (None, None)
    assert Delegation.objects.count() == 0
