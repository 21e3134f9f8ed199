"""Changes in the admin: who changed what, when and why, undone in one go, and versions brought back."""

import re

import pghistory
import pytest
from django.test import Client
from django.urls import reverse
from pghistory.models import Context

from delegations.models import Person
from meetings.models import Meeting, MeetingTopic, Participant
from summitkb.records.models import Citation, record_models
from tests.admin_pages import as_shown, signed_in, told, url
from tests.factories import (
    cite,
    make_bilateral,
    make_participant,
    make_person,
    make_row,
    make_source,
    make_topic,
)
from tests.history import happened_on, last_change

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor():
    return signed_in("Editor")


@pytest.fixture
def reviewer():
    return signed_in("Reviewer")


def edit(client, record, **typed):
    address = url(type(record), "change", record.pk)
    answer = client.post(address, as_shown(client.get(address), **typed), follow=True)
    assert len(answer.redirect_chain) == 1
    return last_change(type(record))


def undo(client, change, reason="It was a mistake."):
    return client.post(reverse("admin:change_set", args=[change]), {"reason": reason}, follow=True)


def steps(moment):
    return [
        (step.name, step.what, [(cell.name, cell.before, cell.after) for cell in step.cells])
        for step in moment.steps
    ]


# All changes


def test_changes_are_listed_with_who_what_and_why(editor, reviewer):
    person = make_person("p", publication="draft")
    cite(person)
    edit(editor, person, name="New", reason="")
    reviewer.post(
        url(Person, "changelist"), {"action": "publish", "_selected_action": ["p"]}, follow=True
    )
    edit(reviewer, person, name="Newer", reason="Misspelt.")
    with pghistory.context(package="moscow-2025"):
        make_topic()

    moments = editor.get(reverse("admin:change_sets")).context["moments"]

    # All at one moment, for a test is one transaction.
    assert sorted((m.title, m.by, m.reason, m.rows) for m in moments) == [
        ("Edit", "editor", "", [("people", 1)]),
        ("Edit", "reviewer", "", [("people", 1)]),
        ("Edit", "reviewer", "Misspelt.", [("people", 1)]),
        ("Import of moscow-2025", "maintenance", "", [("topics", 1)]),
    ]


@pytest.mark.parametrize("count", [1, 10])
def test_the_list_of_changes_takes_the_same_number_of_queries(
    count, editor, django_assert_num_queries
):
    for _ in range(count):
        with pghistory.context(user=1):
            make_person()

    with django_assert_num_queries(9):
        assert len(editor.get(reverse("admin:change_sets")).context["moments"]) == count


def test_changes_are_for_editors():
    address = reverse("admin:change_sets")
    with pghistory.context(user=1):
        make_person()
    change = reverse("admin:change_set", args=[Context.objects.get().pk])

    assert [signed_in().get(path).status_code for path in (address,)] == [403]
    assert Client().get(change).status_code == 302


# One change, and its undo


def test_a_change_shows_cell_by_cell_what_it_did(editor):
    person = make_person("p", name="Old name", publication="draft")
    source = make_source("s")
    cite(person, source, excerpt="He came.")
    happened_on("2025-06-01")
    data = {"citations-0-excerpt": "He came late."}
    change = edit(editor, person, name="New name", **data)

    page = editor.get(reverse("admin:change_set", args=[change]))

    [step] = page.context["moment"].steps
    assert (step.name, step.what, step.come, step.gone) == (
        "people/p",
        "changed",
        [("s", "supports", "", "He came late.")],
        [("s", "supports", "", "He came.")],
    )
    assert [(cell.name, cell.before, cell.after) for cell in step.cells] == [
        ("name", "<del>Old</del> name", "<ins>New</ins> name")
    ]
    assert "<del>Old</del> name" in page.text


def test_an_edit_is_undone_and_the_undo_too(editor):
    person = make_person("p", name="Old", publication="draft")
    change = edit(editor, person, name="New")

    answer = undo(editor, change)
    assert told(answer) == ["What it did was undone."]
    assert Person.objects.get().name == "Old"
    latest = Context.objects.get(metadata__undoes=str(change))
    undo(editor, latest.pk)

    assert Person.objects.get().name == "New"
    assert latest.metadata["reason"] == "It was a mistake."


def test_a_deletion_is_undone_with_all_that_went(editor):
    meeting = make_bilateral(id="m", publication="draft", topics=[make_topic()])
    Participant.objects.update(publication="draft")
    cite(meeting, excerpt="They met.")

    def all_rows():
        models = (Meeting, Participant, Citation)
        return [list(model.objects.order_by("pk").values()) for model in models]

    before = all_rows()
    editor.post(url(Meeting, "delete", "m"), {"post": "yes"})
    assert all_rows() == [[], [], []]

    undo(editor, last_change(Meeting))

    assert all_rows() == before
    assert meeting.topic_entries.count() == 1


def test_what_was_changed_since_stands_in_the_way_and_is_named(editor):
    person = make_person("p", name="Old", publication="draft")
    change = edit(editor, person, name="New")
    edit(editor, person, name="Newer")
    page = editor.get(reverse("admin:change_set", args=[change]))

    answer = undo(editor, change)

    sentence = r"people/p was changed on \d+ \w+ \d{4}, \d\d:\d\d UTC\."
    assert [bool(re.fullmatch(sentence, line)) for line in told(answer)] == [True]
    assert [str(o) for o in page.context["obstacles"]] == told(answer)
    assert "Undo all of this" not in page.text
    assert Person.objects.get().name == "Newer"


def test_what_is_public_is_not_undone_by_an_editor(editor, reviewer):
    person = make_person("p", publication="in-review")
    cite(person)
    reviewer.post(url(Person, "changelist"), {"action": "publish", "_selected_action": ["p"]})
    change = last_change(Person)

    page = editor.get(reverse("admin:change_set", args=[change]))
    refused = undo(editor, change)
    still = Person.objects.get().publication
    allowed = undo(reviewer, change)

    assert "that is for whoever may publish" in page.text
    assert (refused.status_code, still) == (403, "published")
    assert (allowed.status_code, Person.objects.get().publication) == (200, "in-review")


@pytest.mark.parametrize("row", ["entry", "citation"])
def test_nor_are_rows_of_what_is_public(row, editor, reviewer):
    meeting = make_bilateral(id="m")
    if row == "entry":
        with pghistory.context(user=1):
            meeting.topic_entries.create(topic=make_topic(publication="published"))
    else:
        make_source("s")
        with pghistory.context(user=1):
            Citation.objects.create(table="meetings", record="m", source_id="s")
    change = last_change(MeetingTopic if row == "entry" else Citation)

    assert undo(editor, change).status_code == 403
    assert undo(reviewer, change).status_code == 200


def test_an_undo_asks_for_a_reason(editor):
    change = edit(editor, make_person("p", name="Old", publication="draft"), name="New")

    assert told(undo(editor, change, " ")) == ["Say under “Reason” why it is taken back."]
    assert Person.objects.get().name == "New"


# One record


def test_the_history_of_a_record_has_that_of_its_parts_with_who_and_why(editor, reviewer):
    meeting = make_bilateral(id="m", title="First")
    happened_on("2025-06-01")
    cite(meeting, make_source("s"))
    edit(
        reviewer, meeting, title="Second", reason="As printed.", **{"participants-0-role": "chair"}
    )
    happened_on("2025-06-02")

    page = editor.get(url(Meeting, "history", "m"))

    first, *_ = page.context["moments"]
    participant = meeting.participants.first()
    changed = [
        ("meetings/m", "changed", [("title", "<del>First</del>", "<ins>Second</ins>")]),
        (
            f"participants/{participant.key}",
            "changed",
            [("role", "<del>participant</del>", "<ins>chair</ins>")],
        ),
    ]
    assert (first.by, first.reason, steps(first)) == ("reviewer", "As printed.", changed)
    assert page.context["moments"][-1].steps[0].what == "added, published"
    assert "Bring back this version" not in page.text  # an editor does not change what is public
    assert "Bring back this version" in reviewer.get(url(Meeting, "history", "m")).text


def test_an_earlier_version_is_brought_back_and_that_is_a_change(editor):
    person = make_person("p", name="First", publication="draft")
    happened_on("2025-06-01")
    edit(editor, person, name="Second")
    happened_on("2025-06-02")
    edit(editor, person, name="Third")
    page = editor.get(url(Person, "history", "p"))
    [_, second, _] = page.context["moments"]
    address = url(Person, "restore", "p")
    at = second.at.isoformat()

    asked = editor.get(address, {"at": at})
    answer = editor.post(address, {"at": at, "reason": "Third was wrong."}, follow=True)

    assert list(asked.context["counts"]) == [("people", 1)]
    assert told(answer) == ["It stands as it did then."]
    assert Person.objects.get().name == "Second"
    moment = answer.context["moments"][0]
    assert (moment.title, moment.reason) == (
        "Earlier version of people/p brought back",
        "Third was wrong.",
    )


def test_a_deleted_record_has_a_history_and_comes_back_from_it(editor):
    meeting = make_bilateral(id="m", publication="draft")
    Participant.objects.update(publication="draft")
    happened_on("2025-06-01")
    editor.post(url(Meeting, "delete", meeting.pk), {"post": "yes"})
    page = editor.get(url(Meeting, "history", "m"))
    at = page.context["moments"][1].at.isoformat()

    editor.post(url(Meeting, "restore", "m"), {"at": at, "reason": "It was the right one."})

    assert "It is not there any more." in page.text
    assert (Meeting.objects.count(), Participant.objects.count()) == (1, 2)


def test_a_version_is_not_brought_back_by_who_may_not(editor):
    make_person("p", name="First")
    happened_on("2025-06-01")
    Person.objects.update(name="Second")
    data = {"at": "2025-06-01T12:00:00+00:00", "reason": "So."}

    answers = [
        client.post(url(Person, "restore", "p"), data).status_code
        for client in (editor, signed_in())
    ]

    assert (answers, Person.objects.get().name) == ([403, 403], "Second")


@pytest.mark.parametrize("at", ["", "soon", "2025-06-01T12:00", "2025-02-30T12:00+00:00"])
def test_a_moment_that_is_none_is_not_found(at, editor):
    make_person("p", publication="draft")

    assert editor.get(url(Person, "restore", "p"), {"at": at}).status_code == 404


def test_what_never_was_has_no_history(editor):
    for model in record_models():
        for key in ("1234", "none", "%00"):
            assert editor.get(url(model, "history", key)).status_code == 404


@pytest.mark.parametrize("model", record_models())
def test_every_record_has_a_history(model, editor):
    row = make_row(model)

    moments = editor.get(url(model, "history", row.pk)).context["moments"]

    assert moments[0].steps[0].name == f"{model._meta.db_table}/{row.record_key}"


def test_rows_that_were_added_since_go_where_a_version_without_them_comes_back(editor):
    meeting = make_bilateral(id="m", publication="draft")
    Participant.objects.update(publication="draft")
    happened_on("2025-06-01")
    side = meeting.participants.first().delegation
    make_participant(meeting, side, make_person(), publication="draft")

    editor.post(
        url(Meeting, "restore", "m"), {"at": "2025-06-01T13:00:00+00:00", "reason": "Too many."}
    )

    assert Participant.objects.count() == 2
