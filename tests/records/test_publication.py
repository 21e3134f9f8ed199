"""A published record refers only to published ones: watched by the database, from both sides."""

import pytest

from delegations.models import Person
from meetings.models import MeetingTopic, Statement
from summitkb.records.models import Citation, Source
from summitkb.records.publication import Publication
from tests.database import Waiting, another_session, check_deferred, refused_by, sentence
from tests.factories import (
    cite,
    make_country,
    make_delegate,
    make_delegation,
    make_meeting,
    make_participant,
    make_person,
    make_source,
    make_statement,
    make_topic,
)

CLOSURE = "published_rests_on_published"
NOT_PUBLIC = ["draft", "in-review", "withdrawn"]


def set_publication(record, publication):
    type(record).objects.filter(pk=record.pk).update(publication=publication)


@pytest.mark.django_db
def test_only_published_records_are_public():
    for publication in Publication:
        make_person(publication.value, publication=publication)

    assert [person.id for person in Person.objects.published()] == ["published"]


@pytest.mark.django_db
@pytest.mark.parametrize("publication", NOT_PUBLIC)
def test_a_published_record_cannot_refer_to_one_that_is_not(publication):
    speaker = make_person("p", publication=publication)

    with refused_by(CLOSURE) as refusal:
        make_statement(speaker=speaker, id="s")

    assert sentence(refusal) == "statements/s is published and refers to people/p, which is not."


@pytest.mark.django_db
def test_publishing_a_draft_that_refers_to_a_draft_is_refused():
    statement = make_statement(speaker=make_person(publication="draft"), publication="draft")

    with refused_by(CLOSURE):
        set_publication(statement, "published")


@pytest.mark.django_db
def test_turning_a_published_record_to_a_draft_is_refused():
    statement, draft = make_statement(), make_person(publication="draft")

    with refused_by(CLOSURE):
        Statement.objects.filter(pk=statement.pk).update(speaker=draft)


@pytest.mark.django_db
def test_a_part_is_named_by_its_key():
    delegation, person = make_delegation(id="d"), make_person("p", publication="draft")

    with refused_by(CLOSURE) as refusal:
        make_delegate(delegation, person)

    assert sentence(refusal) == "delegates/d+p is published and refers to people/p, which is not."


@pytest.mark.django_db
def test_a_record_may_not_refer_to_an_unpublished_one_of_its_own_table():
    parent = make_topic("wide", publication="draft")

    with refused_by(CLOSURE) as refusal:
        make_topic("narrow", parent=parent)

    assert (
        sentence(refusal) == "topics/narrow is published and refers to topics/wide, which is not."
    )


@pytest.mark.django_db
@pytest.mark.parametrize("publication", NOT_PUBLIC)
def test_what_a_published_record_refers_to_cannot_be_taken_back(publication):
    person = make_person("p")
    make_statement(speaker=person, id="s")

    with refused_by(CLOSURE) as refusal:
        set_publication(person, publication)

    assert sentence(refusal) == (
        "statements/s is published and refers to people/p, which would no longer be."
    )


@pytest.mark.django_db
def test_what_a_part_refers_to_cannot_be_taken_back():
    country = make_country("IRN")
    make_delegation(sender=country, id="d")

    with refused_by(CLOSURE) as refusal:
        set_publication(country, "draft")

    assert sentence(refusal) == (
        "delegations/d is published and refers to countries/IRN, which would no longer be."
    )


@pytest.mark.django_db
def test_a_draft_may_refer_to_anything_and_be_published_together_with_it():
    person = make_person(publication="draft")
    statement = make_statement(speaker=person, publication="draft")

    set_publication(statement, "published")
    set_publication(person, "published")
    check_deferred()

    assert list(Statement.objects.published()) == [statement]


@pytest.mark.django_db
def test_a_record_and_what_it_refers_to_can_be_withdrawn_together():
    statement = make_statement()
    check_deferred()

    set_publication(statement.speaker, "withdrawn")
    set_publication(statement, "withdrawn")
    check_deferred()

    assert list(Statement.objects.published()) == []


@pytest.mark.django_db
def test_what_counts_is_how_records_are_at_the_end_of_a_transaction():
    """Not how they were when they were written: a deferred trigger is shown that."""
    draft, person = make_person(publication="draft"), make_person()
    statement = make_statement(speaker=draft)
    Statement.objects.update(speaker=person)
    set_publication(statement, "withdrawn")
    set_publication(person, "withdrawn")
    set_publication(person, "published")
    set_publication(statement, "published")
    meeting, topic = make_meeting(), make_topic()
    MeetingTopic.objects.create(owner=meeting, topic=make_topic(publication="draft"))
    MeetingTopic.objects.update(topic=topic)

    check_deferred()

    assert (list(Statement.objects.published()), meeting.topics) == ([statement], [topic])


@pytest.mark.django_db
def test_a_draft_that_nobody_published_refers_to_may_be_taken_back():
    person = make_person()
    make_statement(speaker=person, publication="draft")

    set_publication(person, "withdrawn")
    check_deferred()

    assert list(Person.objects.published()) == []


@pytest.mark.django_db
def test_an_entry_of_a_published_record_cannot_name_a_draft():
    meeting, topic = make_meeting(id="m"), make_topic("t", publication="draft")

    with refused_by(CLOSURE) as refusal:
        MeetingTopic.objects.create(owner=meeting, topic=topic)

    assert sentence(refusal) == "meetings/m is published and refers to topics/t, which is not."


@pytest.mark.django_db
def test_an_entry_cannot_be_changed_to_name_a_draft():
    make_meeting(topics=[make_topic()])

    with refused_by(CLOSURE):
        MeetingTopic.objects.update(topic=make_topic(publication="draft"))


@pytest.mark.django_db
def test_an_entry_of_a_draft_may_name_a_draft_until_it_is_published():
    meeting = make_meeting(publication="draft", topics=[make_topic("t", publication="draft")])

    with refused_by(CLOSURE):
        set_publication(meeting, "published")


@pytest.mark.django_db
def test_a_topic_in_the_list_of_a_published_record_cannot_be_taken_back():
    topic = make_topic("t")
    make_meeting(id="m", topics=[topic])

    with refused_by(CLOSURE) as refusal:
        set_publication(topic, "draft")

    assert sentence(refusal) == (
        "meetings/m is published and refers to topics/t, which would no longer be."
    )


@pytest.mark.django_db
def test_a_country_that_a_published_statement_is_about_cannot_be_taken_back():
    country = make_country()
    make_statement(about=[country])

    with refused_by(CLOSURE):
        set_publication(country, "withdrawn")


@pytest.mark.django_db
def test_a_draft_participant_keeps_nobody_from_being_taken_back():
    person = make_person()
    make_participant(make_meeting(), person=person, publication="draft")

    set_publication(person, "withdrawn")
    check_deferred()

    assert list(Person.objects.published()) == []


@pytest.mark.django_db
def test_a_citation_is_public_where_both_its_source_and_its_record_are():
    meeting, draft = make_meeting(), make_meeting(publication="draft")
    shown = cite(meeting, make_source("a"))
    cite(meeting, make_source("b", publication="draft"))
    of_draft = cite(draft, make_source("c"))

    assert list(Citation.objects.published()) == [shown]
    assert list(Citation.objects.from_published_sources()) == [shown, of_draft]


@pytest.mark.django_db
def test_a_cited_source_can_be_withdrawn():
    cite(make_meeting(), make_source("a"))

    set_publication(Source.objects.get(), "withdrawn")
    check_deferred()

    assert list(Citation.objects.published()) == []


@pytest.mark.django_db(transaction=True)
def test_of_two_sessions_that_publish_and_withdraw_at_once_the_later_is_refused():
    """Each alone would be right; without locks both would pass, and leave a leak behind."""
    make_statement(speaker=make_person("p"), id="s", publication="draft")
    publishing = Waiting("UPDATE statements SET publication = 'published'")

    with another_session() as withdrawing:
        withdrawing.execute("UPDATE people SET publication = 'withdrawn'")
        publishing.start()
        withdrawing.commit()
        publishing.join()

    assert publishing.broke == CLOSURE
    assert list(Statement.objects.values_list("publication", flat=True)) == ["draft"]


@pytest.mark.django_db(transaction=True)
def test_an_entry_and_a_withdrawal_at_once_leave_no_leak_either():
    make_meeting(id="m")
    make_topic("t")
    naming = Waiting(
        "INSERT INTO meeting_topics (owner_id, topic_id, position) VALUES ('m', 't', 0)"
    )

    with another_session() as withdrawing:
        withdrawing.execute("UPDATE topics SET publication = 'withdrawn'")
        naming.start()
        withdrawing.commit()
        naming.join()

    assert naming.broke == CLOSURE
    assert list(MeetingTopic.objects.all()) == []
