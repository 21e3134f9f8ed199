"""Publication in the admin: bulk actions, buttons and posted forms, each as Editor and as Reviewer."""

import pytest
from django.contrib import admin
from django.urls import reverse

from delegations.models import Person
from meetings.models import Meeting
from summitkb.records.models import Citation, record_models
from summitkb.records.publication import Publication
from tests.admin_pages import as_shown, errors, rows, signed_in, told, url
from tests.factories import cite, make_meeting, make_person, make_row, make_source

pytestmark = pytest.mark.django_db
DRAFT, IN_REVIEW, PUBLISHED, WITHDRAWN = Publication


@pytest.fixture
def editor():
    return signed_in("Editor")


@pytest.fixture
def reviewer():
    return signed_in("Reviewer")


def cited_person(publication, **fields):
    person = make_person("p", publication=publication, **fields)
    cite(person, make_source("s"))
    return person


def act(client, action, *records, **data):
    data |= {"action": action, "_selected_action": [record.pk for record in records]}
    return client.post(url(type(records[0]), "changelist"), data, follow=True)


def publication(record):
    record.refresh_from_db()
    return record.publication


# Bulk actions


def test_an_editor_is_offered_what_an_editor_may_do(editor, reviewer):
    make_person()
    offered = [
        [name for name, _ in page.context["action_form"].fields["action"].choices if name]
        for page in (client.get(url(Person, "changelist")) for client in (editor, reviewer))
    ]

    assert offered == [
        ["delete_selected", "submit", "take_back"],
        ["delete_selected", "submit", "publish", "withdraw", "take_back", "merge"],
    ]


def test_records_are_submitted_published_and_withdrawn_from_the_list(editor, reviewer):
    person = cited_person(DRAFT)

    answers = [act(editor, "submit", person), act(reviewer, "publish", person)]
    assert publication(person) == PUBLISHED
    asked = act(reviewer, "withdraw", person)
    assert (publication(person), asked.templates[0].name) == (PUBLISHED, "admin/withdraw.html")
    answers.append(act(reviewer, "withdraw", person, note="It was somebody else."))

    assert [told(answer) for answer in answers] == [
        ["In review: people/p."],
        ["Published: people/p."],
        ["Withdrawn: people/p."],
    ]
    person.refresh_from_db()
    assert (person.publication, person.publication_note) == (WITHDRAWN, "It was somebody else.")


@pytest.mark.parametrize("action", ["publish", "withdraw"])
@pytest.mark.parametrize("model", record_models())
def test_an_action_that_an_editor_may_not_take_is_not_taken_when_posted(model, action, editor):
    record = make_row(model)
    model.objects.filter(pk=record.pk).update(publication=IN_REVIEW)

    act(editor, action, record, note="So.")

    assert publication(record) == IN_REVIEW


def test_a_published_record_is_not_taken_back_by_an_editor(editor):
    person = cited_person(PUBLISHED)

    answer = act(editor, "take_back", person)

    assert (answer.status_code, publication(person)) == (403, PUBLISHED)


def test_an_action_that_is_refused_says_why_and_moves_nothing(reviewer):
    people = [make_person(id, publication=DRAFT) for id in "ab"]

    answer = act(reviewer, "publish", *people)

    assert told(answer) == [
        f"people/{id} has no citation. Cite a source for it first." for id in "ab"
    ]
    assert [publication(person) for person in people] == [DRAFT, DRAFT]


def test_an_action_without_effect_says_so(reviewer):
    assert told(act(reviewer, "publish", cited_person(PUBLISHED))) == [
        "All that was chosen is published already."
    ]


# The form


@pytest.mark.parametrize("posted", [{"publication": "published"}, {"_publish": "Publish"}])
def test_a_form_publishes_for_a_reviewer_and_for_no_editor(posted, editor, reviewer):
    person = cited_person(DRAFT)
    address = url(Person, "change", "p")
    data = as_shown(editor.get(address)) | posted

    forbidden = editor.post(address, data)
    assert (forbidden.status_code, publication(person)) == (403, DRAFT)
    allowed = reviewer.post(address, data)

    assert (allowed.status_code, publication(person)) == (302, PUBLISHED)


@pytest.mark.parametrize("posted", [{"publication": "published"}, {"_publish": "Publish"}])
def test_a_record_that_is_added_is_not_published_by_an_editor(posted, editor):
    make_source("s")
    citation = rows("citations", {"source": "s", "stance": "supports"})

    answer = editor.post(
        url(Person, "add"), {"name": "P", "publication": "draft"} | citation | posted
    )

    assert (answer.status_code, Person.objects.count(), Citation.objects.count()) == (403, 0, 0)


def test_the_button_submits_what_was_typed(editor):
    person = make_person("p", publication=DRAFT)
    address = url(Person, "change", "p")

    answer = editor.post(address, as_shown(editor.get(address), name="New", _submit="Submit"))

    assert (answer.status_code, publication(person), person.name) == (302, IN_REVIEW, "New")


def test_a_form_that_is_refused_keeps_what_was_typed(reviewer):
    make_person("p", publication=DRAFT)
    address = url(Person, "change", "p")

    answer = reviewer.post(address, as_shown(reviewer.get(address), name="New", _publish="Publish"))

    assert errors(answer) == {"__all__": ["people/p has no citation. Cite a source for it first."]}
    assert answer.context["adminform"].form["name"].value() == "New"
    assert Person.objects.get().name == "A person"


def test_an_editor_sees_what_is_published_and_changes_nothing_of_it(editor, reviewer):
    person = cited_person(PUBLISHED)
    address = url(Person, "change", "p")
    data = as_shown(reviewer.get(address), name="New")

    page = editor.get(address)
    answers = [
        editor.post(address, data),
        editor.post(url(Person, "delete", "p"), {"post": "yes"}),
        act(editor, "delete_selected", person, post="yes"),
    ]

    assert (page.status_code, "View person" in page.text) == (200, True)
    assert [answer.status_code for answer in answers] == [403] * 3
    person.refresh_from_db()
    assert (person.name, Citation.objects.get().stance) == ("A person", "supports")


def test_an_editor_enters_changes_and_deletes_drafts(editor):
    address = url(Person, "add")
    data = {"id": "new", "name": "New", "publication": "draft"} | rows("citations")

    added = editor.post(address, data)
    change = url(Person, "change", "new")
    changed = editor.post(change, as_shown(editor.get(change), name="Newer"))
    name = Person.objects.get().name
    deleted = editor.post(url(Person, "delete", "new"), {"post": "yes"})

    assert [a.status_code for a in (added, changed, deleted)] == [302] * 3
    assert (name, Person.objects.count()) == ("Newer", 0)


def test_somebody_in_no_group_reaches_nothing():
    person = make_person("p", publication=DRAFT)
    nobody = signed_in()

    reached = [
        nobody.get(url(Person, action, *args)).status_code
        for action, args in (
            ("changelist", ()),
            ("add", ()),
            ("change", ["p"]),
            ("delete", ["p"]),
            ("preview", ["p"]),
        )
    ]

    assert reached == [403] * 5
    assert act(nobody, "publish", person).status_code == 403


# The reason


def test_a_change_of_what_is_published_needs_a_reason_which_its_history_keeps(reviewer, client):
    person = cited_person(PUBLISHED)
    address = url(Person, "change", "p")
    shown = as_shown(reviewer.get(address), name="New")

    without = reviewer.post(address, {**shown, "reason": " "})
    assert publication(person) == PUBLISHED
    name = person.name
    with_reason = reviewer.post(address, {**shown, "reason": "Misspelt in the source."})

    assert errors(without) == {"__all__": ["It is published: say under “Reason” why it changes."]}
    assert (name, with_reason.status_code) == ("A person", 302)
    history = client.get(reverse("people-history", args=["p"]))
    assert [c.reason for c in history.context["changes"]][0] == "Misspelt in the source."
    assert "by reviewer: Misspelt in the source." in history.text


def test_a_change_of_a_row_of_what_is_published_needs_a_reason_too(reviewer):
    cited_person(PUBLISHED)
    address = url(Person, "change", "p")
    shown = as_shown(reviewer.get(address), **{"citations-0-excerpt": "new", "reason": ""})

    assert list(errors(reviewer.post(address, shown))) == ["__all__"]
    assert Citation.objects.get().excerpt == ""


def test_a_draft_needs_no_reason(editor):
    make_person("p", publication=DRAFT)
    page = editor.get(url(Person, "change", "p"))

    answer = editor.post(url(Person, "change", "p"), as_shown(page, name="New", reason=""))

    assert (answer.status_code, Person.objects.get().name) == (302, "New")
    assert 'name="reason"' not in page.text


def test_a_deletion_of_what_is_public_needs_a_reason_and_is_made_one_by_one(reviewer):
    person = cited_person(PUBLISHED)
    address = url(Person, "delete", "p")

    page = reviewer.get(address)
    without = reviewer.post(address, {"post": "yes"}, follow=True)
    many = act(reviewer, "delete_selected", person, post="yes")
    assert Person.objects.count() == 1
    reviewer.post(address, {"post": "yes", "reason": "Never existed."})

    assert 'name="reason"' in page.text
    assert told(without) == ["The public knows it: say under “Reason” why it is deleted."]
    assert told(many) == [
        "people/p is public. What is public is deleted one by one, with a reason, or withdrawn."
    ]
    deletion = Person.pgh_event_model.objects.latest("pgh_id")
    assert (deletion.pgh_label, deletion.pgh_context.metadata["reason"]) == (
        "delete",
        "Never existed.",
    )


# The preview


def test_a_preview_is_the_public_page_with_its_parts_and_for_staff_only(cast, editor, client):
    address = cast.bilateral.get_absolute_url()
    public = client.get(address).text
    for row in (cast.bilateral, cast.quote, *cast.bilateral.participants.all()):
        type(row).objects.filter(pk=row.pk).update(publication=DRAFT)
    preview = url(Meeting, "preview", cast.bilateral.pk)

    seen = editor.get(preview)

    def main(text):
        return (
            text.partition("<main")[2].partition('<aside class="cite"')[0].partition("permanent")[0]
        )

    assert "Preview, for staff only" in seen.text
    assert "Shoigu" in main(seen.text)
    assert "We are ready to go on with our dialogue." in main(seen.text)
    assert main(public).count("<li") == main(seen.text).count("<li")
    assert publication(cast.bilateral) == publication(cast.quote) == DRAFT
    assert client.get(address).status_code == 404
    assert client.get(preview).status_code == 302
    assert "no-store" in seen["Cache-Control"]


@pytest.mark.parametrize("stands", [PUBLISHED, WITHDRAWN])
def test_what_was_public_has_no_preview(stands, editor):
    make_person("p", publication=stands)

    assert editor.get(url(Person, "preview", "p")).status_code == 404


def test_every_unpublished_record_has_a_preview(admin_client):
    for model in record_models():
        row = make_row(model)
        model.objects.filter(pk=row.pk).update(publication=DRAFT)

        assert admin_client.get(url(model, "preview", row.pk)).status_code == 200


# Starting values


def test_a_meeting_begins_with_event_and_day_of_the_one_entered_last(editor):
    first = make_meeting(date="2025-05-28")
    make_meeting(date="2025-05-29")
    page = editor.get(url(Meeting, "add"))
    assert page.context["adminform"].form.initial == {}
    admin.models.LogEntry.objects.log_actions(
        page.context["user"].pk, [first], admin.models.ADDITION, single_object=True
    )

    form = editor.get(url(Meeting, "add")).context["adminform"].form

    assert (form["event"].value(), str(form["date"].value())) == (first.event_id, "2025-05-28")
