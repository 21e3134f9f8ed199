"""History is kept by the database, whoever changes a row and by which way."""

import pghistory
import pytest
from django.apps import apps
from django.db import ProgrammingError, connection, transaction

from delegations.models import EventHistory, Person, PersonHistory
from meetings.models import Meeting, MeetingTopicHistory, ParticipantHistory, StatementHistory
from summitkb.records.models import (
    Change,
    CitationHistory,
    QuoteCheck,
    SearchEntry,
    SearchStale,
)
from summitkb.records.partial_dates import PartialDate
from tests.database import check_deferred
from tests.factories import (
    cite,
    make_delegation,
    make_event,
    make_meeting,
    make_participant,
    make_person,
    make_statement,
    make_topic,
)

OURS = ("records", "delegations", "meetings")


DERIVED = {Change, QuoteCheck, SearchEntry, SearchStale}
"""What says nothing of its own."""


def ours(is_history):
    models = (model for label in OURS for model in apps.get_app_config(label).get_models())
    kept = (model for model in models if model not in DERIVED)
    return [m for m in kept if issubclass(m, pghistory.models.Event) == is_history]


def labels(history, *fields):
    return list(history.objects.order_by("pgh_id").values_list("pgh_label", *fields))


def test_every_table_has_a_history_beside_it():
    assert len(ours(is_history=False)) > 15
    assert {f"{model._meta.db_table}_history" for model in ours(is_history=False)} == {
        history._meta.db_table for history in ours(is_history=True)
    }


def test_history_holds_every_column_of_its_table():
    for history in ours(is_history=True):
        tracked = history._meta.get_field("pgh_obj").related_model
        kept = {f.attname for f in history._meta.fields if not f.name.startswith("pgh_")}
        assert kept == {field.attname for field in tracked._meta.fields}


@pytest.mark.django_db
def test_insert_update_and_delete_each_leave_the_row_as_it_was_then():
    person = make_person(name="Sergey Shoygu")
    person.name = "Sergei Shoigu"
    person.save()
    person.delete()

    assert labels(PersonHistory, "name") == [
        ("insert", "Sergey Shoygu"),
        ("update", "Sergei Shoigu"),
        ("delete", "Sergei Shoigu"),
    ]


@pytest.mark.django_db
def test_what_is_saved_without_a_change_leaves_nothing():
    person = make_person()

    person.save()
    Person.objects.update(name=person.name)

    assert labels(PersonHistory) == [("insert",)]


@pytest.mark.django_db
def test_bulk_changes_leave_a_row_for_each_row_that_changes():
    Person.objects.bulk_create(Person(id=id, name=id) for id in "abc")
    Person.objects.filter(id__in="ab").update(name="b")
    Person.objects.filter(id__in="bc").delete()

    assert sorted(labels(PersonHistory, "id", "name")) == [
        ("delete", "b", "b"),
        ("delete", "c", "c"),
        ("insert", "a", "a"),
        ("insert", "b", "b"),
        ("insert", "c", "c"),
        ("update", "a", "b"),
    ]


@pytest.mark.django_db
def test_sql_typed_by_hand_is_caught():
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO events (id, publication, publication_note, series, edition, name, city, "
            "venue, summary) VALUES ('e', 'draft', '', '', '', 'First', '', '', '')"
        )
        cursor.execute("UPDATE events SET name = 'Second', starts_on = '2025-05'")
        cursor.execute("DELETE FROM events")

    assert labels(EventHistory, "name", "starts_on") == [
        ("insert", "First", None),
        ("update", "Second", PartialDate(2025, 5)),
        ("delete", "Second", PartialDate(2025, 5)),
    ]


@pytest.mark.django_db
def test_a_part_is_kept_with_its_key_of_that_time():
    make_participant(make_meeting(id="m"), make_delegation(id="d")).delete()

    assert labels(ParticipantHistory, "key") == [("insert", "m+d+"), ("delete", "m+d+")]


@pytest.mark.django_db
def test_entries_of_a_list_and_what_goes_with_its_whole_are_kept():
    make_meeting(id="m", topics=[make_topic("t")], delegations=[make_delegation(id="d")])

    Meeting.objects.all().delete()

    assert labels(MeetingTopicHistory, "owner", "topic") == [
        ("insert", "m", "t"),
        ("delete", "m", "t"),
    ]
    assert labels(ParticipantHistory, "key") == [("insert", "m+d+"), ("delete", "m+d+")]


@pytest.mark.django_db
def test_citations_moved_and_deleted_by_the_database_are_kept():
    participant = make_participant(make_meeting(id="m"), make_delegation(id="d"))
    cite(participant)
    check_deferred()
    participant.person = make_person("p")
    participant.save()
    check_deferred()

    participant.delete()

    assert labels(CitationHistory, "record") == [
        ("insert", "m+d+"),
        ("update", "m+d+p"),
        ("delete", "m+d+p"),
    ]


@pytest.mark.django_db
def test_history_tells_who_and_why():
    with pghistory.context(user=7, reason="a better reading"):
        make_statement()

    contexts = StatementHistory.objects.values_list("pgh_context__metadata", flat=True)
    assert list(contexts) == [{"user": 7, "reason": "a better reading"}]


@pytest.mark.django_db
@pytest.mark.parametrize("change", ["UPDATE {} SET pgh_label = 'x'", "DELETE FROM {}"])
def test_history_itself_cannot_be_changed(change):
    event = make_event()
    event.delete()

    with (
        pytest.raises(ProgrammingError, match="Cannot update or delete rows from events_history"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(change.format("events_history"))
