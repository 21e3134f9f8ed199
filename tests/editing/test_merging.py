"""Merging: all that was of either is of the one that stays, nothing is lost, and it can be undone."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError

from delegations.models import Delegate, Person
from meetings.models import Meeting, MeetingTopic, Participant, Statement, Topic
from summitkb.editing.merged_cells import fills
from summitkb.editing.merging import merge, outlook
from summitkb.editing.publishing import Refusal
from summitkb.records.models import Citation, Source, record_models
from summitkb.records.redirects import Redirect
from summitkb.records.restoring import undo
from summitkb.records.source_texts import SourceText
from tests.admin_pages import member
from tests.database import check_deferred
from tests.exchange.small import dumped
from tests.factories import (
    cite,
    make_bilateral,
    make_bloc,
    make_country,
    make_delegate,
    make_delegation,
    make_event,
    make_meeting,
    make_participant,
    make_person,
    make_row,
    make_source,
    make_source_text,
    make_statement,
    make_topic,
)
from tests.history import last_change, redirects

pytestmark = pytest.mark.django_db


@pytest.fixture
def reviewer():
    return member("Reviewer")


def refusal_of(keep, drop, user):
    with pytest.raises(Refusal) as refused:
        merge(keep, drop, user)
    return refused.value.sentences


# What goes over


def test_all_that_names_one_names_the_other_after_it(reviewer):
    keep, drop = make_person("keep"), make_person("drop")
    delegation = make_delegation()
    make_delegate(delegation, person=drop)
    statement = make_statement(speaker=drop)
    event = make_event(chair=drop)
    participant = make_participant(make_meeting(), delegation, drop)
    cited = [cite(drop, excerpt="So it was."), cite(participant)]

    merged = merge(keep, drop, reviewer)

    assert merged == keep
    assert list(Person.objects.values_list("pk", flat=True)) == ["keep"]
    assert Delegate.objects.get().person_id == "keep"
    for row, name in ((statement, "speaker"), (event, "chair"), (participant, "person")):
        row.refresh_from_db()
        assert getattr(row, name) == keep
    assert {(c.pk, c.table, c.record) for c in Citation.objects.all()} == {
        (cited[0].pk, "people", "keep"),
        (cited[1].pk, "participants", participant.record_key),
    }


def test_names_and_empty_cells_are_kept_of_both(reviewer):
    keep = make_person("keep", name="Sergei Shoigu", other_names=["S. Shoigu"], native_name="")
    drop = make_person(
        "drop",
        name="Sergey Shoygu",
        native_name="Сергей Шойгу",
        other_names=["S. Shoigu", "Choïgou"],
        wikidata="Q1",
    )

    merged = merge(keep, drop, reviewer)

    assert (merged.name, merged.native_name, merged.wikidata, merged.other_names) == (
        "Sergei Shoigu",
        "Сергей Шойгу",
        "Q1",
        ["S. Shoigu", "Choïgou", "Sergey Shoygu"],
    )


def test_cells_that_are_chosen_are_taken_over_and_the_name_that_goes_is_kept(reviewer):
    keep, drop = make_person("keep", name="Shoygu"), make_person("drop", name="Shoigu")

    merged = merge(keep, drop, reviewer, taken=["name"])

    assert (merged.name, merged.other_names) == ("Shoigu", ["Shoygu"])


def test_a_cell_is_not_filled_where_both_cannot_be():
    event = make_event()
    of_country = make_delegation(event, make_country(), note="")
    of_bloc = make_delegation(event, make_bloc(), note="Observers.")

    assert fills(of_country, of_bloc) == ["note"]
    assert fills(of_bloc, of_country) == []


@pytest.mark.parametrize(
    ("above", "filled"), [("keep", []), ("below", []), ("drop", []), ("other", ["parent"])]
)
def test_a_cell_is_not_filled_with_what_would_make_a_ring(reviewer, above, filled):
    topics = {id: make_topic(id, name="Water") for id in ("keep", "drop", "other")}
    topics["below"] = make_topic("below", parent=topics["keep" if above == "below" else "drop"])
    topics["under"] = make_topic("under", parent=topics["drop"])
    drop = topics["drop"]
    drop.parent = topics["under" if above == "drop" else above]

    assert fills(topics["keep"], drop) == filled


@pytest.mark.parametrize(("publication", "filled"), [("draft", []), ("published", ["chair"])])
def test_a_cell_is_not_filled_with_what_may_not_be_public(publication, filled):
    chair = make_person(publication=publication)
    keep = make_event("keep")
    drop = make_event("drop", name=keep.name, chair=chair, publication=publication)

    assert fills(keep, drop) == filled


def test_what_both_have_is_there_once(reviewer):
    """A delegate who came under both names, an excerpt and a topic that both cite."""
    keep, drop, source = make_person("keep"), make_person("drop"), make_source()
    delegation = make_delegation()
    first = make_delegate(delegation, person=keep, position="")
    second = make_delegate(delegation, person=drop, position="Minister")
    for record in (keep, drop, first, second):
        cite(record, source, excerpt="So it was.")
    cite(second, source, locator="2")

    merge(keep, drop, reviewer)

    assert list(Delegate.objects.values_list("person", "position")) == [("keep", "Minister")]
    assert sorted(Citation.objects.values_list("table", "record", "locator")) == [
        ("delegates", f"{delegation.pk}+keep", ""),
        ("delegates", f"{delegation.pk}+keep", "2"),
        ("people", "keep", ""),
    ]
    assert redirects() == {
        f"delegates/{delegation.pk}+drop": f"{delegation.pk}+keep",
        "people/drop": "keep",
    }


def test_lists_have_the_entries_of_both(reviewer):
    a, b, c = (make_topic(id) for id in "abc")
    keep, drop = make_meeting(id="keep", topics=[a, b]), make_meeting(id="drop", topics=[b, c])

    merge(keep, drop, reviewer)
    assert list(MeetingTopic.objects.values_list("owner", "topic", "position")) == [
        ("keep", "a", 0),
        ("keep", "b", 1),
        ("keep", "c", 2),
    ]

    merge(a, b, reviewer)
    entries = MeetingTopic.objects.filter(owner="keep")
    assert list(entries.values_list("topic", flat=True)) == ["a", "c"]


def test_meetings_become_one_with_who_took_part_and_what_was_said(reviewer):
    event = make_event()
    sides = [make_delegation(event), make_delegation(event)]
    keep = make_bilateral(id="keep", event=event, delegations=sides, place="")
    drop = make_bilateral(id="drop", event=event, delegations=sides, place="Moscow")
    statement = make_statement(event=event, meeting=drop)

    merged = merge(keep, drop, reviewer)

    statement.refresh_from_db()
    assert (merged.place, statement.meeting_id, Meeting.objects.count()) == ("Moscow", "keep", 1)
    assert set(Participant.objects.values_list("meeting", "delegation")) == {
        ("keep", side.pk) for side in sides
    }


def test_what_lay_below_the_other_lies_where_that_did(reviewer):
    top = make_topic("top")
    drop = make_topic("drop", parent=top)
    keep = make_topic("keep", parent=drop)
    make_topic("below", parent=drop)

    merge(keep, drop, reviewer)

    assert set(Topic.objects.values_list("pk", "parent")) == {
        ("top", None),
        ("keep", "top"),
        ("below", "keep"),
    }
    merge(Topic.objects.get(pk="keep"), top, reviewer)
    assert set(Topic.objects.values_list("pk", "parent")) == {("keep", None), ("below", "keep")}
    assert redirects() == {"topics/drop": "keep", "topics/top": "keep"}


def test_citations_and_the_text_of_a_source_go_over(reviewer):
    keep, drop, person = make_source("keep"), make_source("drop"), make_person()
    cite(person, keep, excerpt="Yes.")
    cite(person, drop, excerpt="Yes.")
    cite(person, drop, excerpt="No.", stance="disputes")
    make_source_text(drop, text="Yes. No.")

    merge(keep, drop, reviewer)

    assert set(Citation.objects.values_list("source", "excerpt")) == {
        ("keep", "Yes."),
        ("keep", "No."),
    }
    assert SourceText.objects.get().source_id == "keep"


def test_texts_that_differ_are_not_thrown_away(reviewer):
    keep, drop = make_source("keep"), make_source("drop")
    texts = [make_source_text(keep, text="One."), make_source_text(drop, text="Two.")]

    assert refusal_of(keep, drop, reviewer) == [
        "The texts held of sources/keep and sources/drop differ. Remove one of them first."
    ]
    SourceText.objects.filter(pk=texts[1].pk).update(text="One.")
    merge(keep, drop, reviewer)
    assert SourceText.objects.get() == texts[0]


@pytest.mark.parametrize("model", record_models())
def test_records_of_every_table_can_be_merged(model, reviewer):
    keep, drop = make_row(model), make_row(model)
    former = drop.record_key

    merge(keep, drop, reviewer)

    assert not model.objects.filter(pk=drop.pk).exists()
    assert redirects()[f"{model._meta.db_table}/{former}"] == keep.record_key


def test_a_name_without_a_place_of_its_own_is_kept_with_the_redirect(reviewer, client):
    keep, drop = make_topic("keep", name="Water"), make_topic("drop", name="Fresh water")
    merge(keep, drop, reviewer)
    merge(keep, make_topic("same", name="Water"), reviewer)

    names = dict(Redirect.objects.values_list("address", "name"))
    assert names == {"topics/drop": "Fresh water", "topics/same": ""}
    page = client.get("/topics/keep/").content.decode()
    assert page.count("<dt>Also as</dt><dd>Fresh water</dd>") == 1


def test_of_a_draft_nobody_learns_the_name_or_the_address(reviewer, client):
    keep = make_topic("keep", name="Water")
    merge(keep, make_topic("secret", name="Secret words", publication="draft"), reviewer)

    assert redirects() == {"topics/secret": "keep"}
    assert "Secret words" not in client.get("/topics/keep/").content.decode()
    assert client.get("/topics/secret/").status_code == 404


# What is refused


def test_what_would_be_one_besides_is_named(reviewer):
    event, keep, drop = make_event(), make_country("XAX"), make_country("XAY")
    make_delegation(event, keep, id="first")
    make_delegation(event, drop, id="second")

    assert refusal_of(keep, drop, reviewer) == [
        "delegations/first and delegations/second would be one. Merge those first."
    ]


def test_the_sides_of_one_meeting_are_not_one(reviewer):
    keep, drop = make_delegation(id="keep"), None
    drop = make_delegation(keep.event, id="drop")
    make_bilateral(event=keep.event, delegations=[keep, drop])
    check_deferred()

    with pytest.raises(IntegrityError, match="exactly two delegations"):
        merge(keep, drop, reviewer)


@pytest.mark.parametrize(
    ("kept", "dropped", "sentence"),
    [
        (
            "draft",
            "published",
            "people/drop is published and people/keep is not. Keep the published one.",
        ),
        ("published", "withdrawn", "people/drop is withdrawn. Take it back to draft first."),
        ("withdrawn", "draft", "people/keep is withdrawn. Take it back to draft first."),
    ],
)
def test_the_public_loses_nothing_by_it(reviewer, kept, dropped, sentence):
    keep = make_person("keep", publication=kept)
    drop = make_person("drop", publication=dropped)

    assert refusal_of(keep, drop, reviewer) == [sentence]
    assert Person.objects.count() == 2


def test_two_different_records_are_needed(reviewer):
    person = make_person("p")

    assert refusal_of(person, person, reviewer) == ["Two records of one table are merged."]
    assert refusal_of(person, make_topic(), reviewer) == ["Two records of one table are merged."]
    other = make_person("q")
    Person.objects.filter(pk="q").delete()
    assert refusal_of(person, other, reviewer) == ["people/q is no longer there."]


@pytest.mark.parametrize("publication", ["draft", "published"])
def test_an_editor_may_not(publication):
    keep, drop = (make_person(id, publication=publication) for id in ("keep", "drop"))
    editor = member("Editor")

    with pytest.raises(PermissionDenied, match="^You may not merge people/drop into people/keep"):
        merge(keep, drop, editor)
    editor.user_permissions.add(Permission.objects.get(codename="merge_person"))
    editor = get_user_model().objects.get(pk=editor.pk)
    if publication == "published":
        with pytest.raises(PermissionDenied):
            merge(keep, drop, editor)
    else:
        assert merge(keep, drop, editor) == keep


def test_what_was_public_of_a_part_stays_public(reviewer):
    keep, drop, delegation = make_person("keep"), make_person("drop"), make_delegation()
    make_delegate(delegation, person=keep, publication="draft")
    make_delegate(delegation, person=drop)

    merge(keep, drop, reviewer)

    assert list(Delegate.objects.values_list("person", "publication")) == [("keep", "published")]


def test_the_outlook_tells_what_would_go_over_and_writes_nothing(reviewer):
    keep, drop = make_country("XAX"), make_country("XAY")
    make_delegation(make_event("e"), drop)
    cite(drop)

    assert outlook(keep, drop, reviewer) == ({"citations": 1, "delegations": 1}, [], [])
    make_delegation(drop.delegations.get().event, keep, id="first")
    assert len(outlook(keep, drop, reviewer).refusals) == 1
    assert redirects() == {}
    assert drop.delegations.count() == 1


def test_what_both_have_of_a_part_and_differs_is_told(reviewer):
    keep, drop, delegation = make_person("keep"), make_person("drop"), make_delegation(id="d")
    make_delegate(delegation, person=keep, position="Minister", role="head")
    make_delegate(delegation, person=drop, position="Deputy minister", role="head")

    assert outlook(keep, drop, reviewer).lost == [
        "Of what both have, position “Minister” of delegates/d+keep stays, “Deputy minister” of "
        "delegates/d+drop does not."
    ]
    assert Delegate.objects.count() == 2


# Undo


@pytest.mark.django_db(transaction=True)
def test_a_merge_is_undone_byte_for_byte(tmp_path):
    reviewer = member("Reviewer")
    event, topics = make_event("e"), [make_topic(id) for id in "abc"]
    sides = [
        make_delegation(event, make_country(code), id=f"e-{code.lower()}")
        for code in ("XAX", "XAY")
    ]
    keep, drop = make_person("keep"), make_person("drop", other_names=["D"], wikidata="Q1")
    for person in (keep, drop):
        cite(make_delegate(sides[0], person=person), locator=person.pk)
        cite(person, excerpt=person.pk)
    meeting = make_meeting(event=event, topics=topics[:2])
    other = make_meeting(id="other", event=event, topics=topics[1:])
    for one in (meeting, other):
        cite(make_participant(one, sides[0], drop))
    make_participant(meeting, sides[0], keep)
    make_statement(event=event, meeting=other, speaker=drop)

    before = dumped(tmp_path)
    for first, second in ((keep, drop), (meeting, other), (topics[1], topics[2])):
        merge(first, second, reviewer)
        after = dumped(tmp_path)
        assert after != before
        undo(last_change(type(first)))
        assert dumped(tmp_path) == before, first
        undo(last_change(type(first)))
        assert dumped(tmp_path) == after, first
        undo(last_change(type(first)))
    assert Source.objects.count() == Citation.objects.count()
    assert Statement.objects.get().speaker == drop
