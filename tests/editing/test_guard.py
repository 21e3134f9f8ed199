"""Two editors, one record: the second save is refused, and nothing of either is lost."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from delegations.models import Event, Person
from meetings.models import Participant
from summitkb.editing.guard import Cell
from summitkb.records.models import Citation
from tests.admin_pages import as_shown, errors, signed_in, url
from tests.factories import (
    cite,
    make_delegation,
    make_event,
    make_meeting,
    make_participant,
    make_person,
    make_topic,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor():
    return signed_in("Editor")


@pytest.fixture
def event():
    return make_event("e", publication="draft", city="Moscow")


def opened(client, record):
    """What a browser would send of a form that is open now."""
    return as_shown(client.get(url(type(record), "change", record.pk)))


def save(client, record, data, **typed):
    return client.post(url(type(record), "change", record.pk), {**data, **typed})


def shown(answer):
    return [(conflict.row, conflict.cells) for conflict in answer.context["conflicts"]]


def values(model, *names):
    return list(model.objects.order_by("pk").values_list(*names))


def test_a_second_save_is_refused_and_shows_both_versions_with_what_was_typed(event, editor):
    mine, theirs = opened(editor, event), opened(editor, event)
    assert save(editor, event, theirs, city="Kazan").status_code == 302

    answer = save(editor, event, mine, city="Sochi")

    assert answer.status_code == 200
    assert shown(answer) == [("Event", [Cell("City", "Moscow", "Kazan", "Sochi")])]
    assert answer.context["adminform"].form["city"].value() == "Sochi"
    assert values(Event, "city") == [("Kazan",)]
    [told] = errors(answer)["__all__"]
    assert told.startswith("editor saved another version at ")
    assert "<td>Kazan</td>" in answer.text


def test_what_is_sent_again_is_saved_for_it_has_been_seen(event, editor):
    mine = opened(editor, event)
    save(editor, event, opened(editor, event), city="Kazan", venue="Kremlin")
    again = as_shown(save(editor, event, mine, city="Sochi"))

    assert save(editor, event, again).status_code == 302
    assert values(Event, "city", "venue") == [("Sochi", "Kremlin")]


def test_cells_that_only_the_other_has_changed_are_taken_over_and_told(event, editor):
    mine = opened(editor, event)
    save(editor, event, opened(editor, event), starts_on="2025-05", venue="Kremlin")

    answer = save(editor, event, mine, city="Sochi")

    form = answer.context["adminform"].form
    assert shown(answer) == [
        (
            "Event",
            [
                Cell("Starts on", "2025-05-27", "2025-05", None),
                Cell("City", "Moscow", "Moscow", "Sochi"),
                Cell("Venue", "", "Kremlin", None),
            ],
        )
    ]
    assert [form[name].value() for name in ("starts_on", "city", "venue")] == [
        "2025-05",
        "Sochi",
        "Kremlin",
    ]


def test_where_both_typed_the_same_there_is_nothing_to_refuse(event, editor):
    mine = opened(editor, event)
    save(editor, event, opened(editor, event), city="Kazan")

    assert save(editor, event, mine, city="Kazan").status_code == 302


def test_a_form_without_a_version_is_not_saved_over_anything(event, editor):
    mine = opened(editor, event)

    for version in ("", "none", "-1", "9" * 30):
        answer = save(editor, event, mine, city="Sochi", version=version)

        assert shown(answer) == [("Event", [Cell("City", "", "Moscow", "Sochi")])]
    assert values(Event, "city") == [("Moscow",)]


def test_changes_by_a_package_or_by_hand_count_as_anybody_elses(event, editor):
    mine = opened(editor, event)
    Event.objects.update(city="Kazan")

    answer = save(editor, event, mine, city="Sochi")

    assert shown(answer) == [("Event", [Cell("City", "Moscow", "Kazan", "Sochi")])]
    assert errors(answer)["__all__"][0].startswith("Somebody saved another version at ")


def test_a_record_that_was_deleted_meanwhile_gives_back_what_was_typed(editor):
    person = make_person("p", publication="draft")
    mine = opened(editor, person)
    person.delete()

    answer = save(editor, person, mine, name="A long name to type")

    assert answer.status_code == 409
    assert "<td>A long name to type</td>" in answer.text
    assert Person.objects.count() == 0


# Rows


@pytest.fixture
def meeting():
    event = make_event("e")
    meeting = make_meeting(event, "m", publication="draft")
    for id in "ab":
        side = make_delegation(event, id=id)
        make_participant(meeting, side, publication="draft", role="participant")
    cite(meeting, excerpt="They met.")
    for id in "xy":
        make_topic(id)
    meeting.topic_entries.create(topic_id="x", position=0)
    return meeting


@pytest.mark.parametrize(
    ("cell", "label", "before", "after", "typed", "row"),
    [
        ("participants-0-role", "Role", "participant", "chair", "speaker", "Participant"),
        ("citations-0-excerpt", "Excerpt", "They met.", "They talked.", "They sat.", "Citation"),
        ("topic_entries-0-topic", "Topic", "x", "y", "z", "Meeting topic"),
    ],
)
def test_a_row_is_guarded_as_the_record_is(cell, label, before, after, typed, row, meeting, editor):
    make_topic("z")
    mine = opened(editor, meeting)
    assert save(editor, meeting, opened(editor, meeting), **{cell: after}).status_code == 302

    answer = save(editor, meeting, mine, **{cell: typed})

    assert shown(answer) == [(row, [Cell(label, before, after, typed)])]
    again = save(editor, meeting, as_shown(answer))
    assert again.status_code == 302
    assert opened(editor, meeting)[cell] == typed


def test_a_row_that_one_did_not_touch_keeps_what_the_other_made_of_it(meeting, editor):
    mine = opened(editor, meeting)
    save(editor, meeting, opened(editor, meeting), **{"participants-0-role": "chair"})

    answer = save(editor, meeting, mine, **{"participants-1-role": "speaker"}, title="New")

    assert answer.status_code == 302, errors(answer)
    assert values(Participant, "delegation", "role") == [("a", "chair"), ("b", "speaker")]


def test_rows_that_the_other_added_stay(meeting, editor):
    mine = opened(editor, meeting)
    make_participant(meeting, make_delegation(meeting.event, id="c"), publication="draft")

    answer = save(editor, meeting, mine, **{"participants-0-role": "chair"})

    assert answer.status_code == 302, errors(answer)
    assert values(Participant, "delegation") == [("a",), ("b",), ("c",)]


def test_a_row_that_was_deleted_meanwhile_stays_so_where_nothing_was_typed(meeting, editor):
    mine = opened(editor, meeting)
    Participant.objects.filter(delegation="a").delete()

    answer = save(editor, meeting, mine, title="New")

    assert answer.status_code == 302, errors(answer)
    assert values(Participant, "delegation") == [("b",)]


def test_what_was_typed_into_a_row_that_was_deleted_meanwhile_is_told(meeting, editor):
    mine = opened(editor, meeting)
    Citation.objects.all().delete()

    answer = save(editor, meeting, mine, **{"citations-0-excerpt": "They sat."})

    [(row, cells)] = shown(answer)
    assert row == "Citation"
    assert Cell("Excerpt", "They met.", "They met.", "They sat.") in cells
    assert " deleted it at " in errors(answer)["rows"][0]
    assert Citation.objects.count() == 0


def test_a_row_that_the_other_has_changed_is_not_deleted_unseen(meeting, editor):
    mine = opened(editor, meeting)
    save(editor, meeting, opened(editor, meeting), **{"participants-0-role": "chair"})
    gone = {"participants-0-DELETE": "on"}

    answer = save(editor, meeting, mine, **gone)

    assert errors(answer) == {
        "rows": [
            "It was changed by somebody else meanwhile, see above. Save again to delete it even so."
        ]
    }
    assert values(Participant, "role") == [("chair",), ("participant",)]
    assert save(editor, meeting, as_shown(answer), **gone).status_code == 302
    assert values(Participant, "delegation") == [("b",)]


def test_what_is_about_to_be_saved_is_locked_before_its_version_is_asked(meeting, editor):
    """Else two who save at once would both find the version that they have opened."""
    mine = opened(editor, meeting)

    with CaptureQueriesContext(
        connection,
    ) as queries:
        save(editor, meeting, mine, title="New")

    asked = [query["sql"] for query in queries]
    for table in ("meetings", "participants", "meeting_topics", "citations"):
        locks = [
            n for n, sql in enumerate(asked) if "FOR NO KEY UPDATE" in sql and f'"{table}"' in sql
        ]
        versions = [n for n, sql in enumerate(asked) if f'FROM "{table}_history"' in sql]
        assert locks, table
        assert any(n > locks[0] for n in versions), table
