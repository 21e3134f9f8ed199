"""Citations have no foreign key to what they are for: what the database does in its place."""

import psycopg
import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import ProtectedError

from delegations.models import Country, Delegation, Person
from meetings.models import Meeting, Participant, Statement, Topic
from summitkb.records.models import Citation, Record, Source
from tests.database import Waiting, another_session, check_deferred, refused_by, sentence
from tests.factories import (
    MAKERS,
    cite,
    make_country,
    make_delegate,
    make_delegation,
    make_event,
    make_meeting,
    make_participant,
    make_person,
    make_row,
    make_source,
    make_statement,
    make_topic,
)

EXISTS = "cited_record_exists"
RECORDS = [model for model in MAKERS if issubclass(model, Record)]


def cited():
    """What is cited, as pairs of table and key."""
    return list(Citation.objects.order_by("table", "record").values_list("table", "record"))


@pytest.mark.django_db
@pytest.mark.parametrize("model", RECORDS)
def test_a_record_of_every_table_can_be_cited_for_and_one_that_is_not_there_cannot(model):
    record = make_row(model)
    cite(record)
    check_deferred()

    with refused_by(EXISTS) as refusal:
        Citation.objects.create(table=record._meta.db_table, record="XXX", source=make_source())

    assert sentence(refusal) == (
        f"A citation cites a record that is there; {record._meta.db_table}/XXX is not."
    )
    assert cited() == [(record._meta.db_table, record.record_key)]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("table", "record"),
    [
        ("nothing", "moscow-2025"),
        ("", "moscow-2025"),
        ("Meetings", "moscow-2025"),
        ("meetings; --", "moscow-2025"),
        ("meetings", ""),
        ("meetings", "'"),
        ("people", "moscow-2025"),
    ],
)
def test_a_citation_for_what_is_no_record_is_refused(table, record):
    make_meeting(id="moscow-2025")

    with refused_by(EXISTS):
        Citation.objects.create(table=table, record=record, source=make_source())


@pytest.mark.django_db
def test_a_citation_can_be_made_before_its_record_within_a_transaction():
    Citation.objects.create(table="people", record="later", source=make_source())
    make_person("later")

    check_deferred()

    assert cited() == [("people", "later")]


@pytest.mark.django_db
def test_what_is_cited_may_change_its_key_or_go_within_the_same_transaction():
    participant = make_participant(make_meeting(id="m"), make_delegation(id="d"))
    cite(participant)
    cite(make_topic("gone"))
    Participant.objects.update(person=make_person("p"))
    Topic.objects.all().delete()

    check_deferred()

    assert cited() == [("participants", "m+d+p")]


@pytest.mark.django_db
def test_a_citation_cannot_be_moved_to_a_record_that_is_not_there():
    cite(make_person())

    with refused_by(EXISTS):
        Citation.objects.update(record="nobody")


@pytest.mark.django_db
def test_citations_go_with_their_record_and_no_others():
    gone, stays, namesake = make_person("p"), make_person("q"), make_topic("p")
    for record in (gone, gone, stays, namesake):
        cite(record)
    check_deferred()

    Person.objects.filter(pk="p").delete()
    check_deferred()

    assert cited() == [("people", "q"), ("topics", "p")]


@pytest.mark.django_db
def test_citations_of_a_part_go_when_its_whole_goes():
    meeting = make_meeting()
    cite(make_participant(meeting))
    cite(make_delegate())
    check_deferred()

    Meeting.objects.filter(pk=meeting.pk).delete()

    assert [table for table, _ in cited()] == ["delegates"]


@pytest.mark.django_db
def test_citations_follow_a_part_whose_person_becomes_known():
    participant = make_participant(make_meeting(id="m"), make_delegation(id="d"))
    cite(participant)
    check_deferred()
    assert cited() == [("participants", "m+d+")]

    Participant.objects.update(person=make_person("p"))
    check_deferred()

    assert cited() == [("participants", "m+d+p")]


@pytest.mark.django_db
def test_citations_follow_each_of_many_parts_that_change_in_one_statement():
    meeting = make_meeting(id="m")
    for side in "ab":
        cite(make_participant(meeting, make_delegation(meeting.event, id=side)))
    check_deferred()

    Participant.objects.update(meeting=make_meeting(id="n"))
    check_deferred()

    assert cited() == [("participants", "n+a+"), ("participants", "n+b+")]


@pytest.mark.django_db
def test_citations_follow_an_id_that_is_changed_by_hand_and_stay_those_of_this_table():
    cite(make_person("old"))
    cite(make_topic("old"))
    check_deferred()

    with connection.cursor() as cursor:
        cursor.execute("UPDATE people SET id = 'new' WHERE id = 'old'")
    check_deferred()

    assert cited() == [("people", "new"), ("topics", "old")]


@pytest.mark.django_db
def test_a_change_that_leaves_the_key_alone_touches_no_citation():
    citation = cite(make_statement(id="s"))

    Statement.objects.update(text="Something else.")

    assert list(Citation.objects.values_list("pk", "record")) == [(citation.pk, "s")]


@pytest.mark.django_db
def test_a_source_that_is_cited_cannot_be_deleted():
    source = make_source()
    cite(make_person(), source)

    with pytest.raises(ProtectedError):
        source.delete()

    assert list(Source.objects.all()) == [source]


@pytest.mark.django_db
def test_a_source_that_nobody_cites_can_be_deleted():
    make_source().delete()

    assert list(Source.objects.all()) == []


LONG = "word " * 20_000


@pytest.mark.django_db
@pytest.mark.parametrize(
    "difference",
    [
        {"stance": "disputes"},
        {"locator": "paragraph 2"},
        {"excerpt": LONG + "and one more"},
        {"excerpt": ""},
    ],
)
def test_citations_that_differ_in_anything_stand_side_by_side(difference):
    person, source = make_person(), make_source()
    same = {"locator": "paragraph 1", "excerpt": LONG}

    cite(person, source, **same)
    cite(person, source, **{**same, **difference})

    assert Citation.objects.count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize("excerpt", ["", "The two met.", LONG])
def test_the_same_citation_twice_is_refused_however_long_its_excerpt(excerpt):
    person, source = make_person(), make_source()
    cite(person, source, excerpt=excerpt)

    with refused_by("citation_once"):
        cite(person, source, excerpt=excerpt)


@pytest.mark.django_db
def test_the_same_citation_twice_is_told_by_the_model_in_a_sentence():
    citation = cite(make_person(), excerpt="The two met.")
    citation.pk = None

    with pytest.raises(ValidationError) as refusal:
        citation.full_clean()

    assert refusal.value.messages == [
        "This source is already cited for this record with the same locator, excerpt and stance."
    ]


@pytest.mark.django_db
def test_evidence_comes_with_support_before_dispute_and_then_by_publisher():
    event = make_event()
    for publisher, stance in [
        ("Tasnim", "disputes"),
        ("TASS", "supports"),
        ("Élysée", "supports"),
        ("AP", "disputes"),
    ]:
        cite(event, make_source(publisher=publisher), stance=stance)

    evidence = Citation.objects.as_evidence()

    assert [(c.stance, c.source.publisher) for c in evidence] == [
        ("supports", "Élysée"),
        ("supports", "TASS"),
        ("disputes", "AP"),
        ("disputes", "Tasnim"),
    ]


@pytest.mark.django_db
def test_sources_count_their_citations():
    cited_source, uncited = make_source("a"), make_source("b")
    for _ in range(2):
        cite(make_country(), cited_source)
    cite(Country.objects.first(), cited_source, stance="disputes")

    counts = Source.objects.with_citation_counts().values_list("id", "citation_count")

    assert sorted(counts) == [("a", 3), (uncited.id, 0)]


CITE = """INSERT INTO citations ("table", record, source_id, locator, excerpt, stance)
    VALUES ('delegations', 'd', 's', '', '', 'supports')"""


@pytest.mark.django_db(transaction=True)
def test_a_record_cannot_go_while_another_session_cites_it():
    """The one that deletes waits, and then takes the new citation along."""
    make_delegation(id="d")
    make_source("s")
    deleting = Waiting("DELETE FROM delegations WHERE id = 'd'")

    with another_session() as citing:
        citing.execute(CITE)
        citing.execute("SET CONSTRAINTS ALL IMMEDIATE")
        deleting.start()
        citing.commit()
        deleting.join()

    assert (deleting.broke, list(Delegation.objects.all()), cited()) == (None, [], [])


@pytest.mark.django_db(transaction=True)
def test_a_citation_cannot_be_made_for_what_another_session_has_deleted():
    make_delegation(id="d")
    make_source("s")

    with another_session() as citing:
        citing.execute(CITE)
        Delegation.objects.all().delete()

        with pytest.raises(psycopg.IntegrityError) as refusal:
            citing.commit()

    assert refusal.value.diag.constraint_name == EXISTS
