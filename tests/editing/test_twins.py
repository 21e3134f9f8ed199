"""Probable twins: what makes them, that they are shown before anything is saved, and what ends it."""

from uuid import uuid4

import pytest
from django.contrib.auth import get_user_model
from django.db import IntegrityError
from django.urls import reverse

from delegations.models import Delegation, Person
from meetings.models import Meeting, Statement
from summitkb.editing.merging import merge
from summitkb.editing.queues import queues_of
from summitkb.editing.twins import Different, Twin, note_different, twins_of
from summitkb.records.models import Source
from tests.admin_pages import as_shown, errors, found, rows, signed_in, told, url
from tests.factories import (
    cite,
    make_bilateral,
    make_bloc,
    make_country,
    make_delegation,
    make_event,
    make_person,
    make_row,
    make_source,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor():
    return signed_in("Editor")


def twins(table):
    """Each pair once, with what both have in common."""
    pairs = Twin.objects.filter(table=table).order_by("record", "other", "why")
    return [(a, b, why) for a, b, why in pairs.values_list("record", "other", "why") if a < b]


# What makes them


def test_people_of_one_name_however_it_is_written():
    make_person("a", name="Sergei Shoigu")
    make_person("b", name="SHOYGU, Sergey")
    make_person("c", name="С. К. Шойгу", other_names=["Сергей Шойгу"])
    make_person("d", name="Sergei Ryabkov", native_name="")
    make_person("e", name="Sergei Shoigu", publication="withdrawn")

    why = "the same name"
    assert twins("people") == [("a", "b", why), ("a", "c", why), ("b", "c", why)]


def test_people_of_one_item_of_wikidata():
    for id, wikidata in (("a", "Q1"), ("b", "Q1"), ("c", "Q2"), ("d", ""), ("e", "")):
        make_person(id, name=f"{id}{id}{id}", wikidata=wikidata)

    assert twins("people") == [("a", "b", "the same item of Wikidata")]


def test_sources_of_one_address_whatever_tracks_its_readers():
    for id, address in (
        ("a", "https://www.tass.com/world/1?id=2"),
        ("b", "http://tass.com/world/1/?utm_source=x&id=2#top"),
        ("c", "https://TASS.com/world/1?id=2&fbclid=abc"),
        ("d", "https://tass.com/world/1"),
        ("e", ""),
        ("f", ""),
    ):
        make_source(id, url=address, title=id)

    why = "the same address"
    assert twins("sources") == [("a", "b", why), ("a", "c", why), ("b", "c", why)]


def test_sources_of_one_publisher_title_and_day():
    for id, publisher, title, day in (
        ("a", "TASS", "Shoigu arrives", "2025-05-27"),
        ("b", "Tass", "Shoygu arrives", "2025-05-27"),
        ("c", "TASS", "Shoigu arrives", "2025-05-28"),
        ("d", "RIA", "Shoigu arrives", "2025-05-27"),
    ):
        make_source(id, publisher=publisher, title=title, published_on=day, url="")

    assert twins("sources") == [("a", "b", "the same publisher, title and day")]


def test_delegations_of_one_event_whose_sender_was_entered_twice():
    event = make_event()
    make_delegation(event, make_country(name="Republika Srpska"), id="a")
    make_delegation(event, make_bloc(name="Republika Srpska"), id="b")
    make_delegation(event, make_country(name="Serbia"), id="c")
    make_delegation(make_event(), make_country(name="Republika Srpska"), id="d")

    assert twins("delegations") == [("a", "b", "the same event and sender")]


def test_bilaterals_of_two_sides_on_one_day():
    event, later = make_event(), make_event()
    russia, iran, serbia = make_country(), make_country(), make_country()
    ours = [make_delegation(event, country) for country in (russia, iran, serbia)]
    theirs = [make_delegation(later, country) for country in (iran, russia)]
    for id, of, sides, day in (
        ("a", event, ours[:2], "2025-05-27"),
        ("b", later, theirs, "2025-05-27"),
        ("c", event, ours[1:], "2025-05-27"),
        ("d", event, ours[:2], "2025-05-28"),
        ("e", event, ours[:2], "2025-05"),
        ("f", event, ours[:2], "2025-05"),
    ):
        make_bilateral(id=id, event=of, delegations=sides, date=day)

    assert twins("meetings") == [("a", "b", "the same two sides on the same day")]


def test_two_may_have_more_than_one_thing_in_common():
    made = [make_person(id, name="Ali Khan", wikidata="Q1") for id in "ab"]

    assert twins_of(made[0]) == {"b": ["the same item of Wikidata", "the same name"]}
    assert twins_of(make_row(Statement)) == {}


# Before it is saved


def typed(**cells):
    draft = {"name": "Sergey Shoygu", "id": "new", "publication": "draft"}
    return draft | rows("citations") | cells


def test_a_twin_is_shown_before_anything_is_saved_with_what_was_typed(editor):
    make_person("shoigu", name="Sergei Shoigu")

    asked = editor.post(url(Person, "add"), typed(wikidata="Q1"))

    assert errors(asked)["__all__"] == ["It may be there already, see above. Nothing was saved."]
    [twin] = asked.context["asked_twins"]
    assert (twin.key, twin.label, twin.why) == (
        "shoigu",
        "Sergei Shoigu [shoigu]",
        "the same name",
    )
    assert (twin.address, twin.merge) == (url(Person, "change", "shoigu"), "")
    assert 'name="not_a_twin" value="shoigu"' in asked.text
    assert 'value="Q1"' in asked.text
    assert list(Person.objects.values_list("pk", flat=True)) == ["shoigu"]


def test_it_is_saved_when_it_is_said_to_be_another(editor):
    make_person("shoigu", name="Sergei Shoigu")

    editor.post(url(Person, "add"), typed(not_a_twin="shoigu"))

    assert Person.objects.count() == 2
    noted = Different.objects.get()
    assert (str(noted), noted.user) == (
        "people/new is not people/shoigu",
        get_user_model().objects.get(),
    )
    assert twins("people") == []


def test_one_that_has_come_meanwhile_is_asked_about_too(editor):
    for id in ("a", "b"):
        make_person(id, name="Sergei Shoigu")

    asked = editor.post(url(Person, "add"), typed(not_a_twin="a nobody"))

    assert [twin.key for twin in asked.context["asked_twins"]] == ["a", "b"]
    assert (Person.objects.count(), Different.objects.count()) == (2, 0)


def test_it_is_asked_in_the_window_beside_another_form_and_on_the_way_to_review(editor):
    make_person("shoigu", name="Sergei Shoigu")

    for extra in ({"_popup": "1"}, {"_submit": "Submit"}):
        assert editor.post(url(Person, "add"), typed(**extra)).context["asked_twins"]
    saved = editor.post(url(Person, "add"), typed(_popup="1", not_a_twin="shoigu"))

    assert "popup_response" in saved.text
    assert Person.objects.count() == 2


def test_a_meeting_is_known_by_the_sides_that_are_entered_with_it(editor):
    event = make_event("e")
    sides = [make_delegation(event) for _ in range(2)]
    make_bilateral(id="m", event=event, delegations=sides, date="2025-05-27")
    cells = {"event": "e", "kind": "bilateral", "status": "held", "access": "closed", "id": "new"}
    cells |= {"title": "Talks", "date": "2025-05-27", "publication": "draft"}
    taking_part = [{"delegation": side.pk, "role": "participant"} for side in sides]
    data = cells | rows("participants", *taking_part)
    for others in ("citations", "statements", "topic_entries"):
        data |= rows(others)

    asked = editor.post(url(Meeting, "add"), data)

    assert [twin.key for twin in asked.context["asked_twins"]] == ["m"]
    assert Meeting.objects.count() == 1
    editor.post(url(Meeting, "add"), data | {"not_a_twin": "m"})
    assert Meeting.objects.count() == 2


def test_who_changes_something_else_is_not_asked_again(editor):
    make_person("a", name="Sergei Shoigu", publication="draft")
    make_person("b", name="Sergey Shoygu")
    make_person("c", name="Nikolai Patrushev")
    address = url(Person, "change", "a")

    editor.post(address, as_shown(editor.get(address), wikidata="Q1"))
    assert Person.objects.get(pk="a").wikidata == "Q1"

    asked = editor.post(address, as_shown(editor.get(address), other_names="Nikolai Patrushev"))
    assert [twin.key for twin in asked.context["asked_twins"]] == ["c"]
    assert Person.objects.get(pk="a").other_names == []


# At the record, until it is decided


@pytest.fixture
def two():
    return [make_person(id, name="Ali Khan", publication="draft") for id in "ab"]


def test_a_record_shows_its_twins_and_the_way_to_merge_them(two):
    for group, way in (
        ("Editor", ""),
        ("Reviewer", reverse("admin:merge", args=["people", "b", "a"])),
    ):
        page = signed_in(group).get(url(Person, "change", "a"))
        assert [(twin.key, twin.merge) for twin in page.context["twins"]] == [("b", way)]
        assert ("Compare and merge" in page.text) == bool(way)


def test_namesakes_are_told_apart(editor, two):
    [twin] = editor.get(url(Person, "change", "a")).context["twins"]
    assert twin.label == "Ali Khan [b]"


def test_an_editor_says_that_two_are_two(editor, two):
    assert found(editor, Person, queue="duplicates") == ["a", "b"]

    answer = editor.post(url(Person, "different", "a"), {"twin": "b"}, follow=True)

    assert told(answer) == ["Noted: a and b are two."]
    assert answer.context["twins"] == []
    assert found(editor, Person, queue="duplicates") == []
    assert editor.post(url(Person, "different", "a"), {"twin": "b"}).status_code == 404


def test_nobody_says_so_without_permission_or_by_a_link(editor, two):
    nobody = signed_in()

    assert nobody.post(url(Person, "different", "a"), {"twin": "b"}).status_code == 403
    assert editor.get(url(Person, "different", "a"), {"twin": "b"}).status_code == 405
    assert editor.post(url(Person, "different", "nobody"), {"twin": "b"}).status_code == 404
    assert Different.objects.count() == 0


def test_a_merge_ends_it_too(two, admin_user):
    merge(*two, admin_user)

    assert twins("people") == []


def test_a_pair_is_noted_once_and_in_order(two):
    note_different(two[1], ["a"], None)
    note_different(two[0], ["b"], None)

    assert list(Different.objects.values_list("table", "first", "second")) == [("people", "a", "b")]
    with pytest.raises(IntegrityError, match="different_in_order"):
        Different.objects.create(table="people", first="b", second="a")


@pytest.mark.parametrize("count", [2, 12])
def test_the_queue_is_one_query_however_many_wait(count, django_assert_num_queries):
    for _ in range(count):
        make_person(str(uuid4()), name="Ali Khan")
        cite(make_person(str(uuid4()), name=f"Another {_}"))

    with django_assert_num_queries(1):
        assert Person.objects.filter(queues_of(Person)["duplicates"]).count() == count


@pytest.mark.usefixtures("bundled_record")
def test_few_of_the_bundled_record_are_taken_for_twins():
    assert {table: twins(table) for table in ("people", "sources", "delegations", "meetings")} == {
        "people": [],
        "sources": [],
        "delegations": [],
        # With Kolokoltsev the one and Shoigu the other.
        "meetings": [
            (
                "moscow-2025-kolokoltsev-quang",
                "moscow-2025-shoigu-vnm",
                "the same two sides on the same day",
            )
        ],
    }
    assert Source.objects.count() > 100
    assert Delegation.objects.count() > 30
