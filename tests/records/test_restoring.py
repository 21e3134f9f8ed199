"""Undoing a change, and bringing a record back: all of it comes back, or nothing is written."""

from contextlib import contextmanager
from datetime import UTC, datetime
from uuid import uuid4

import pghistory
import pytest
from django.db import transaction
from psycopg.errors import LockNotAvailable

from delegations.models import Delegate, Person, PersonHistory
from meetings.models import Meeting, MeetingTopic, Participant, Statement, Topic
from summitkb.records import restoring
from summitkb.records.models import Citation, Source
from summitkb.records.redirects import Redirect
from summitkb.records.restoring import (
    Obstacle,
    PublicationChange,
    Restoration,
    StandsInTheWay,
    obstacles,
    restore,
    touched,
    undo,
)
from summitkb.records.time_travel import tracked_models
from tests.database import another_session, check_deferred
from tests.exchange.small import dumped, load_small
from tests.factories import (
    cite,
    make_bilateral,
    make_delegation,
    make_meeting,
    make_participant,
    make_person,
    make_source,
    make_statement,
    make_topic,
)
from tests.history import happened_on

FIRST = datetime(2025, 6, 1, 18, tzinfo=UTC)


@contextmanager
def change(**why):
    """A change of its own; gives its id."""
    with pghistory.context(**why) as context:
        yield context.id
    check_deferred()


def everything():
    """Every row of every tracked table, primary keys included, and how long the histories are.

    Without redirects: an address that was taken back has been one, and goes on leading somewhere.
    """
    rows = {
        model._meta.db_table: sorted(model.objects.order_by().values_list(), key=repr)
        for model in tracked_models()
        if model is not Redirect
    }
    lengths = {model: model.pgh_event_model.objects.count() for model in tracked_models()}
    return rows, lengths


def rows():
    return everything()[0]


def of_records(counts):
    return {table: count for table, count in counts.items() if table != "redirects"}


# What is taken back, byte for byte


def edit():
    """A row, the order of a list, a citation."""
    Meeting.objects.filter(pk="tashkent-2026-plenary").update(title="A plenary", date=None)
    for entry in MeetingTopic.objects.all():
        MeetingTopic.objects.filter(pk=entry.pk).update(position=1 - entry.position)
    Citation.objects.filter(locator="paragraph 2").update(excerpt="В Самарканде")
    Citation.objects.filter(table="people", record="sergei-shoigu").delete()
    Citation.objects.create(table="topics", record="water", source_id="uza")


def delete():
    """A meeting with its participants, the entries of its list, and all that is cited for them."""
    Statement.objects.filter(meeting="tashkent-2026-plenary").update(meeting=None)
    Meeting.objects.all().delete()


def withdraw():
    """Several records, with the word of why."""
    for model in (Meeting, Participant, Statement):
        model.objects.update(publication="withdrawn", publication_note="A mistake.")


def rename():
    """A part, by which its key changes and its citations follow."""
    Delegate.objects.update(person="viktor-makhmudov")
    Participant.objects.filter(person="sergei-shoigu").update(person=None)


CHANGES = {
    edit: {"citations": 3, "meeting_topics": 2, "meetings": 1},
    delete: {
        "citations": 6,
        "meeting_topics": 2,
        "meetings": 2,
        "participants": 3,
        "statements": 1,
    },
    withdraw: {"meetings": 2, "participants": 3, "statements": 2},
    rename: {"citations": 2, "delegates": 1, "participants": 1},
}


@pytest.mark.django_db(transaction=True)
def test_what_is_undone_leaves_the_dump_as_it_was_and_is_itself_undone(tmp_path):
    """One after the other, because what another session would see takes long to clear away."""
    with change() as import_id:
        load_small(tmp_path)
    before = rows(), dumped(tmp_path)

    for act, counts in CHANGES.items():
        with change() as context_id, transaction.atomic():
            act()
        after = rows(), dumped(tmp_path)
        assert after != before

        with change() as undo_id:
            assert of_records(undo(context_id)) == counts, act
        assert (rows(), dumped(tmp_path)) == before, act

        with change() as redo_id:
            assert of_records(undo(undo_id)) == counts, act
        assert (rows(), dumped(tmp_path)) == after, act
        undo(redo_id)
        assert (rows(), dumped(tmp_path)) == before, act
    with pytest.raises(StandsInTheWay):
        undo(import_id)


@pytest.mark.django_db(transaction=True)
def test_an_import_is_undone_and_only_that(tmp_path):
    with change():
        make_person("else", publication="draft")
    before = rows(), dumped(tmp_path)
    with change() as context_id:
        load_small(tmp_path)
    after = rows(), dumped(tmp_path)

    with change() as undo_id:
        counts = undo(context_id)

    assert (rows(), dumped(tmp_path)) == before
    assert (len(counts), counts["citations"], counts["people"]) == (19, 20, 2)
    undo(undo_id)
    assert (rows(), dumped(tmp_path)) == after


@pytest.mark.django_db
def test_a_publication_of_several_records_is_undone():
    with change():
        meeting = make_bilateral()
        Participant.objects.update(publication="draft")
        Meeting.objects.update(publication="draft")
    before = rows()
    with change() as context_id:
        meeting.participants.update(publication="published")
        Meeting.objects.update(publication="published")

    assert undo(context_id) == {"meetings": 1, "participants": 2}

    assert rows() == before


@pytest.mark.django_db
def test_the_undoing_tells_what_it_undoes_and_why():
    with change() as context_id:
        make_person()

    with change(user=7) as undo_id:
        undo(context_id, reason="a mistake")

    rows = PersonHistory.objects.filter(pgh_context=undo_id)
    assert list(rows.values_list("pgh_label", "pgh_context__metadata")) == [
        ("delete", {"user": 7, "undoes": str(context_id), "reason": "a mistake"})
    ]


@pytest.mark.django_db
def test_what_is_as_it_was_is_not_written():
    with change():
        make_person("a", name="A")
        make_person("b", name="B")
    with change() as context_id:
        for name in ("X", "A"):
            Person.objects.filter(pk="a").update(name=name)
        Person.objects.filter(pk="b").update(name="Y")
        make_person("c").delete()
    length = PersonHistory.objects.count()

    assert undo(context_id) == {"people": 1}

    assert PersonHistory.objects.count() == length + 1
    assert undo(uuid4()) == {}


@pytest.mark.django_db
def test_unique_values_are_handed_back_one_after_the_other():
    with change():
        people = [make_person(id) for id in "abc"]
        meeting = make_meeting(id="m")
        side = make_delegation(meeting.event)
        parts = [make_participant(meeting, side, person) for person in people]
        cited = [cite(part) for part in parts]
    before = rows()
    with change() as context_id:
        parts[2].delete()
        for place in (1, 0):
            Participant.objects.filter(pk=parts[place].pk).update(person=people[place + 1])

    with change() as undo_id:
        assert undo(context_id) == {"participants": 3, "citations": 3, "redirects": 1}

    assert rows() == before
    assert len(cited) == Citation.objects.count()
    undo(undo_id)
    assert list(Participant.objects.values_list("person", flat=True)) == ["b", "c"]


@pytest.mark.django_db
def test_what_a_change_touched_and_would_make_public_is_told():
    with change():
        first, second = make_person("a"), make_person("b", publication="draft")
    with change() as context_id:
        Person.objects.filter(pk="a").update(publication="withdrawn")
        Person.objects.filter(pk="b").update(name="Other")
        make_topic("t")

    restoration = Restoration.of_change(context_id)

    assert touched(context_id) == {Person: ["a", "b"], Topic: ["t"]}
    assert restoration.publications() == [
        PublicationChange(Person, "a", "withdrawn", "published"),
        PublicationChange(Topic, "t", "published", None),
    ]
    assert restoration.counts() == {"people": 2, "topics": 1}
    assert [first.publication, second.publication] == ["published", "draft"]


@pytest.mark.django_db
def test_a_dry_run_does_all_and_takes_it_back():
    with change() as context_id:
        make_person()
    before = everything()

    assert Restoration.of_change(context_id).write(dry_run=True) == {"people": 1}

    assert everything() == before


# What stands in the way


def refused(context_id):
    """The obstacles for which a change cannot be undone; nothing was written."""
    before = everything()
    with pytest.raises(StandsInTheWay) as refusal:
        undo(context_id)
    assert everything() == before
    return refusal.value.obstacles


@pytest.mark.django_db
def test_what_was_changed_since_is_not_undone():
    with change():
        people = [make_person(id) for id in "abc"]
        meeting = make_meeting(id="m", topics=[make_topic("t")])
        cite(meeting, make_source("s"))
    with change() as context_id:
        Person.objects.update(name="X")
        Citation.objects.update(locator="X")
        MeetingTopic.objects.update(position=1)
    happened_on("2025-06-01")
    with change():
        people[0].delete()
        Person.objects.filter(pk="b").update(name="Y")
        Citation.objects.all().delete()
        MeetingTopic.objects.update(position=2)
    happened_on("2025-06-02")

    assert refused(context_id) == [
        Obstacle("meetings", "m", "meetings/m was changed on 2 June 2025, 12:00 UTC."),
        Obstacle("people", "a", "people/a was deleted on 2 June 2025, 12:00 UTC."),
        Obstacle("people", "b", "people/b was changed on 2 June 2025, 12:00 UTC."),
    ]
    assert obstacles(context_id) == refused(context_id)


@pytest.mark.django_db
def test_what_is_named_since_is_not_removed():
    with change() as context_id:
        make_person("p")
        make_source("s")
        make_topic("t")
        make_meeting(id="m")
    with change():
        make_statement(speaker=Person.objects.get(), id="y")
        make_meeting(id="n", topics=[Topic.objects.get()])
        cite(Meeting.objects.get(pk="n"), Source.objects.get())
        MeetingTopic.objects.create(owner_id="m", topic=make_topic())
        make_participant(Meeting.objects.get(pk="m"), make_delegation(id="d"))

    assert refused(context_id) == [
        Obstacle("meetings", "n", "meetings/n cites sources/s."),
        Obstacle("statements", "y", "statements/y names people/p."),
        Obstacle("meetings", "n", "meetings/n names topics/t."),
        Obstacle("meetings", "m", "meetings/m has got an entry since."),
        Obstacle("participants", "m+d+", "participants/m+d+ names meetings/m."),
    ]


@pytest.mark.django_db
def test_what_is_cited_for_a_record_since_is_not_lost_with_it():
    with change():
        meeting, side = make_meeting(id="m"), make_delegation(id="d")
    with change() as context_id:
        part = make_participant(meeting, side)
    with change():
        cite(part, make_source("s"))

    assert refused(context_id) == [
        Obstacle(
            "participants",
            "m+d+",
            "participants/m+d+ has since been cited for, from sources/s.",
        )
    ]


@pytest.mark.django_db
def test_what_would_name_a_record_that_is_gone_does_not_come_back():
    with change():
        meeting = make_meeting(id="m", topics=[make_topic("t")])
        cite(meeting, make_source("s"))
        make_statement(speaker=make_person("p"), id="y")
    with change() as context_id:
        MeetingTopic.objects.all().delete()
        Citation.objects.all().delete()
        Statement.objects.all().delete()
    with change():
        for model in (Source, Person, Meeting):
            model.objects.all().delete()

    assert refused(context_id) == [
        Obstacle("meetings", "m", "meetings/m cites sources/s, which would not be there."),
        Obstacle("meetings", "m", "meetings/m would not be there."),
        Obstacle("statements", "y", "statements/y names people/p, which would not be there."),
    ]


@pytest.mark.django_db
def test_what_only_the_database_sees_is_told_in_its_words():
    with change():
        person = make_person("p", publication="draft")
    with change() as context_id:
        Person.objects.update(publication="published")
    with change():
        make_statement(speaker=person, id="y")

    assert obstacles(context_id) == []
    assert refused(context_id) == [
        Obstacle(
            "",
            "",
            "statements/y is published and refers to people/p, which would no longer be.",
        )
    ]


@pytest.mark.django_db
def test_values_that_another_took_since_are_told_in_the_words_of_their_constraint():
    with change():
        part = make_participant(make_meeting(id="m"), make_delegation(id="d"))
    with change() as context_id:
        part.delete()
    with change():
        make_participant(part.meeting, part.delegation)

    assert [str(obstacle) for obstacle in refused(context_id)] == [
        "This participant is already recorded for this meeting."
    ]


@pytest.mark.django_db(transaction=True)
def test_what_another_session_did_meanwhile_is_seen(monkeypatch):
    with change() as context_id:
        make_person("p")
    restoration = Restoration.of_change(context_id)

    def lock_after_another(targets):
        with another_session() as other:
            other.execute("UPDATE people SET name = 'X'")
        lock(targets)

    lock = restoring.lock
    monkeypatch.setattr(restoring, "lock", lock_after_another)
    with pytest.raises(StandsInTheWay, match=r"people/p was changed on"):
        restoration.write()

    assert Person.objects.get().name == "X"


@pytest.mark.django_db(transaction=True)
def test_others_are_kept_off_the_rows_before_obstacles_are_looked_for(monkeypatch):
    with change():
        make_person("p")
    with change() as context_id:
        Person.objects.update(name="X")
    restoration = Restoration.of_change(context_id)
    met = []

    def look_while_another_tries(targets):
        with another_session() as other:
            try:
                other.execute("SELECT FROM people FOR KEY SHARE NOWAIT")
            except LockNotAvailable as refusal:
                met.append(refusal.diag.message_primary)
        return in_the_way(targets)

    in_the_way = restoring.in_the_way
    monkeypatch.setattr(restoring, "in_the_way", look_while_another_tries)
    restoration.write()

    assert met == ['could not obtain lock on row in relation "people"']


# One record as it stood


@pytest.fixture
def meeting(db):
    """A meeting with a list, two parts and citations of both, as on 1 June; and another."""
    with change():
        meeting = make_meeting(id="m", title="Then", topics=[make_topic("t"), make_topic("u")])
        side, person = make_delegation(meeting.event, id="d"), make_person("p")
        cite(meeting, make_source("s"), locator="1")
        cite(make_participant(meeting, side, person), Source.objects.get(), locator="2")
        make_participant(meeting, side, make_person("q"))
        cite(make_meeting(meeting.event, "other"), Source.objects.get())
    happened_on("2025-06-01")
    return meeting


@pytest.mark.django_db
def test_a_record_comes_back_as_it_stood_with_all_that_belonged_to_it(meeting):
    before = rows()
    with change():
        Meeting.objects.filter(pk="m").update(title="Now", kind="other")
        Citation.objects.filter(locator="1").update(excerpt="Now")
        first, second = MeetingTopic.objects.all()
        first.delete()
        MeetingTopic.objects.filter(pk=second.pk).update(topic="t")
        MeetingTopic.objects.create(owner=meeting, topic=Topic.objects.get(pk="u"))
        Participant.objects.filter(person="p").update(person=None)
        Participant.objects.filter(person="q").delete()
    with change():
        cite(make_participant(meeting, Participant.objects.get().delegation, make_person("r")))
        cite(meeting, locator="3")
        Citation.objects.filter(locator="2").update(locator="4")
        added = rows()

    with change() as context_id:
        assert restore(Meeting, "m", FIRST, reason="better") == {
            "citations": 4,
            "meeting_topics": 3,
            "meetings": 1,
            "participants": 3,
        }

    kept = {"people": added["people"], "sources": added["sources"]}
    assert rows() == before | kept
    assert restore(Meeting, "m", FIRST) == {}
    undo(context_id)
    assert rows() == added


@pytest.mark.django_db
def test_a_record_that_was_deleted_comes_back(meeting):
    before = rows()
    with change():
        Meeting.objects.get(pk="m").delete()

    assert Restoration.of_version(Meeting, "m", FIRST).publications()[0] == PublicationChange(
        Meeting, "m", None, "published"
    )
    restore(Meeting, "m", FIRST)

    assert rows() == before


@pytest.mark.django_db
def test_entries_that_have_changed_places_change_them_again(meeting):
    before = rows()
    first, second = MeetingTopic.objects.all()
    with change():
        for entry, topic in ((first, make_topic("v").pk), (second, "t"), (first, "u")):
            MeetingTopic.objects.filter(pk=entry.pk).update(topic=topic)

    assert restore(Meeting, "m", FIRST) == {"meeting_topics": 2}

    assert rows()["meeting_topics"] == before["meeting_topics"]


@pytest.mark.django_db
def test_a_part_that_has_come_from_elsewhere_goes_back_there(meeting):
    before = rows()
    with change():
        Participant.objects.filter(person="p").update(meeting="other")

    assert restore(Meeting, "other", FIRST) == {"participants": 1, "citations": 1}

    assert rows() == before


@pytest.mark.django_db
def test_a_record_that_was_not_there_then_does_not_come_back(meeting):
    with change():
        make_meeting(id="later")
    before = everything()

    with pytest.raises(StandsInTheWay) as refusal:
        restore(Meeting, "later", FIRST)

    sentence = "meetings/later was not there on 1 June 2025, 18:00 UTC."
    assert refusal.value.obstacles == [Obstacle("meetings", "later", sentence)]
    assert everything() == before


@pytest.mark.django_db
def test_a_record_that_named_what_is_gone_does_not_come_back(meeting):
    with change():
        MeetingTopic.objects.filter(topic="u").delete()
        Topic.objects.get(pk="u").delete()

    assert Restoration.of_version(Meeting, "m", FIRST).obstacles() == [
        Obstacle("meetings", "m", "meetings/m names topics/u, which would not be there.")
    ]


@pytest.mark.django_db
def test_history_is_asked_and_rows_are_written_by_few_statements(django_assert_max_num_queries):
    with change() as context_id:
        Person.objects.bulk_create(Person(id=f"p-{number}", name="P") for number in range(500))
        source = make_source()
        Citation.objects.bulk_create(
            Citation(table="people", record=f"p-{number}", source=source) for number in range(500)
        )

    with django_assert_max_num_queries(150):
        assert undo(context_id) == {"citations": 500, "people": 500, "sources": 1}
