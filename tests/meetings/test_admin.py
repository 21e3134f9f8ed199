import pytest

from meetings.models import Agreement, Meeting, Participant, Statement
from summitkb.records.models import Citation
from tests.admin_pages import as_shown, autocomplete, errors, found, rows, url
from tests.database import check_deferred
from tests.factories import (
    make_agreement,
    make_bloc,
    make_country,
    make_delegation,
    make_event,
    make_meeting,
    make_person,
    make_source,
    make_topic,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def sides():
    """Three delegations `a`, `b` and `c` to the event `e`, and what else a meeting needs."""
    event = make_event("e")
    for id in "abc":
        make_delegation(event, id=id)
    for id in ("shoigu", "ahmadian"):
        make_person(id)
    for id in ("security", "food"):
        make_topic(id)
    make_source("tass")


def bilateral(*delegations, **fields):
    data = {
        "event": "e",
        "kind": "bilateral",
        "title": "Shoigu – Ahmadian",
        "status": "held",
        "access": "closed",
        "publication": "published",
    }
    people = rows(
        "participants", *({"delegation": id, "role": "participant"} for id in delegations)
    )
    empty = rows("topic_entries") | rows("citations") | rows("statements")
    return data | people | empty | {"evidence_source": "tass"} | fields


def test_a_bilateral_is_entered_with_sides_people_topics_and_source_on_one_screen(
    sides, admin_client
):
    data = bilateral(date="2025-05-27", starts_at="10:30", summary="They met.")
    data |= rows(
        "participants",
        {"delegation": "a", "person": "shoigu", "role": "chair"},
        {"delegation": "b", "person": "ahmadian", "role": "participant"},
        {"delegation": "b", "role": "participant"},
    )
    data |= rows("topic_entries", {"topic": "security"}, {"topic": "food"})
    data |= rows(
        "statements",
        {
            "speaker": "shoigu",
            "delegation": "a",
            "kind": "quote",
            "text": "We are ready to go on.",
            "language": "ru",
            "translated": "unknown",
        },
    )
    data |= {"evidence_source": "tass", "evidence_excerpt": "The two met."}

    answer = admin_client.post(url(Meeting, "add"), data)

    assert answer.status_code == 302, errors(answer)
    check_deferred()
    meeting = Meeting.objects.get()
    assert (meeting.id, str(meeting.date), meeting.publication) == (
        "e-shoigu-ahmadian",
        "2025-05-27",
        "published",
    )
    assert sorted(Participant.objects.values_list("key", "role", "publication")) == [
        ("e-shoigu-ahmadian+a+shoigu", "chair", "published"),
        ("e-shoigu-ahmadian+b+", "participant", "published"),
        ("e-shoigu-ahmadian+b+ahmadian", "participant", "published"),
    ]
    assert [topic.id for topic in meeting.topics] == ["security", "food"]
    statement = meeting.statements.get()
    assert (statement.id, statement.event_id, str(statement.date), statement.publication) == (
        "e-shoigu-we-are-ready-to-go-on",
        "e",
        "2025-05-27",
        "published",
    )
    assert list(Citation.objects.values_list("table", "record", "source", "excerpt")) == [
        ("meetings", "e-shoigu-ahmadian", "tass", "The two met."),
        ("participants", "e-shoigu-ahmadian+a+shoigu", "tass", "The two met."),
        ("participants", "e-shoigu-ahmadian+b+", "tass", "The two met."),
        ("participants", "e-shoigu-ahmadian+b+ahmadian", "tass", "The two met."),
        ("statements", "e-shoigu-we-are-ready-to-go-on", "tass", "The two met."),
    ]


@pytest.mark.parametrize("delegations", ["", "a", "aa", "abc"])
def test_a_bilateral_of_other_than_two_delegations_is_refused_with_a_sentence(
    delegations, sides, admin_client
):
    answer = admin_client.post(url(Meeting, "add"), bilateral(*delegations))

    count = len(set(delegations))
    assert (
        f"A bilateral meeting has exactly two delegations; here are {count}."
        in (errors(answer)["rows"])
    )
    assert Meeting.objects.count() == 0


def test_a_third_side_is_refused_and_an_exchanged_one_is_not(sides, admin_client):
    admin_client.post(url(Meeting, "add"), bilateral("a", "b"))
    meeting = Meeting.objects.get()
    address = url(Meeting, "change", meeting.pk)
    shown = as_shown(admin_client.get(address))
    third = {"participants-2-delegation": "c", "participants-2-role": "participant"}
    third |= {"participants-TOTAL_FORMS": 3, "evidence_source": "tass"}

    refused = admin_client.post(address, {**shown, **third})
    exchanged = admin_client.post(address, {**shown, **third, "participants-0-DELETE": "on"})

    assert errors(refused) == {
        "rows": ["A bilateral meeting has exactly two delegations; here are 3."]
    }
    assert exchanged.status_code == 302, errors(exchanged)
    assert sorted(meeting.participants.values_list("delegation", flat=True)) == ["b", "c"]


def test_a_meeting_of_another_kind_may_have_any_number_of_delegations(sides, admin_client):
    answer = admin_client.post(url(Meeting, "add"), bilateral("a", "b", "c", kind="plenary"))

    assert answer.status_code == 302, errors(answer)
    assert Participant.objects.count() == 3


def test_a_bilateral_of_a_draft_delegation_is_not_published(sides, admin_client):
    make_delegation(publication="draft", id="draft")

    answer = admin_client.post(url(Meeting, "add"), bilateral("a", "draft"))

    assert errors(answer) == {
        "__all__": ["delegations/draft is a draft. Submit it for review or publish it first."]
    }


def test_topics_can_be_put_in_another_order(sides, admin_client):
    meeting = make_meeting(topics=[make_topic(id) for id in ("x", "y", "z")])
    address = url(Meeting, "change", meeting.pk)
    data = as_shown(admin_client.get(address))
    assert [data[f"topic_entries-{n}-position"] for n in range(3)] == [0, 1, 2]

    data |= {"topic_entries-2-position": 0, "topic_entries-0-position": 2}
    data |= {"topic_entries-TOTAL_FORMS": 4, "topic_entries-3-topic": "security"}
    answer = admin_client.post(address, data)

    assert answer.status_code == 302, errors(answer)
    entries = meeting.topic_entries.values_list("topic", "position")
    assert list(entries) == [("z", 0), ("y", 1), ("x", 2), ("security", 3)]


def test_positions_close_up_where_an_entry_is_taken_out(sides, admin_client):
    meeting = make_meeting(topics=[make_topic(id) for id in ("x", "y", "z")])
    address = url(Meeting, "change", meeting.pk)
    data = {**as_shown(admin_client.get(address)), "topic_entries-0-DELETE": "on"}

    admin_client.post(address, data)

    entries = meeting.topic_entries.values_list("topic", "position")
    assert list(entries) == [("y", 0), ("z", 1)]


def test_a_statement_is_entered_with_whom_and_what_it_is_about(sides, admin_client):
    make_country("IRN")
    make_bloc("brics")
    data = {
        "event": "e",
        "speaker_label": "A Russian analyst",
        "kind": "paraphrase",
        "status": "made",
        "text": "The architecture is changing.",
        "translated": "unknown",
        "publication": "published",
    }
    data |= rows("about_entries", {"bloc": "brics"}, {"country": "IRN"})
    data |= rows("topic_entries", {"topic": "security"})
    data |= rows("citations", {"source": "tass", "stance": "supports"})

    answer = admin_client.post(url(Statement, "add"), data)

    assert answer.status_code == 302, errors(answer)
    statement = Statement.objects.get()
    assert statement.id == "e-a-russian-analyst-the-architecture-is-changing"
    assert ([str(x.pk) for x in statement.about], [x.id for x in statement.topics]) == (
        ["brics", "IRN"],
        ["security"],
    )


def test_a_statement_without_a_speaker_is_refused_with_a_sentence(sides, admin_client):
    data = {"id": "s", "event": "e", "kind": "quote", "status": "made", "text": "x"}
    data |= rows("about_entries") | rows("topic_entries") | rows("citations")

    answer = admin_client.post(url(Statement, "add"), {**data, "publication": "draft"})

    assert errors(answer) == {"__all__": ["A statement has a speaker or a speaker label."]}


def test_an_entry_that_names_a_country_and_a_bloc_is_refused_with_a_sentence(sides, admin_client):
    make_country("IRN")
    make_bloc("brics")
    agreement = make_agreement()
    address = url(Agreement, "change", agreement.pk)
    both = rows("party_entries", {"country": "IRN", "bloc": "brics"})

    answer = admin_client.post(address, as_shown(admin_client.get(address)) | both)

    assert errors(answer) == {"rows": ["Each entry names exactly one country or bloc."]}


def test_statements_without_a_person_are_a_list_of_work(cast, admin_client):
    assert found(admin_client, Statement, queue="speaker-unresolved") == ["analyst-remark"]


@pytest.mark.parametrize("word", ["dialogue", "shoigu", "ШОИГУ", "Ahmadian", "on-iran"])
def test_a_statement_is_found_by_text_speaker_and_meeting(word, cast, admin_client):
    assert found(admin_client, Statement, q=word) == ["shoigu-on-iran"]


def test_a_meeting_is_offered_by_title_and_event(cast, admin_client):
    offered = autocomplete(admin_client, Statement, "meeting", "ahmadian representatives")

    assert offered == ["Shoigu – Ahmadian (Russia – Iran) [shoigu-ahmadian]"]


def test_a_participant_is_found_by_the_short_name_of_their_country(cast, admin_client):
    assert found(admin_client, Participant, q="dpr") == []
    assert found(admin_client, Participant, q="RUSSIA plenary") == [
        "moscow-2025-plenary+moscow-2025-rus+"
    ]
