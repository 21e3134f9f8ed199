"""How records move between draft, review, public and withdrawn, whoever asks for it and wherever."""

import pytest
from django.core.exceptions import PermissionDenied

from delegations.models import Delegation, Person
from meetings.models import Meeting, Participant, Statement
from summitkb.editing.publishing import Refusal, action_for, move
from summitkb.records.models import Source, record_models
from summitkb.records.publication import Publication
from tests.admin_pages import member
from tests.factories import (
    cite,
    make_bilateral,
    make_country,
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

pytestmark = pytest.mark.django_db
DRAFT, IN_REVIEW, PUBLISHED, WITHDRAWN = Publication


@pytest.fixture
def editor():
    return member("Editor")


@pytest.fixture
def reviewer():
    return member("Reviewer")


def cited(record, source=None):
    cite(record, source)
    return record


def states(model):
    return dict(model.objects.order_by("pk").values_list("pk", "publication"))


def refused(*args, **kwargs):
    with pytest.raises(Refusal) as refusal:
        move(*args, **kwargs)
    return refusal.value.sentences


@pytest.mark.parametrize(
    ("before", "after", "action"),
    [
        (DRAFT, DRAFT, "change"),
        (DRAFT, IN_REVIEW, "change"),
        (IN_REVIEW, DRAFT, "change"),
        (DRAFT, PUBLISHED, "publish"),
        (IN_REVIEW, PUBLISHED, "publish"),
        (PUBLISHED, PUBLISHED, "publish"),
        (WITHDRAWN, PUBLISHED, "publish"),
        (PUBLISHED, DRAFT, "withdraw"),
        (PUBLISHED, IN_REVIEW, "withdraw"),
        (PUBLISHED, WITHDRAWN, "withdraw"),
        (DRAFT, WITHDRAWN, "withdraw"),
        (WITHDRAWN, WITHDRAWN, "withdraw"),
        (WITHDRAWN, DRAFT, "withdraw"),
    ],
)
def test_each_step_asks_for_one_permission(before, after, action):
    assert action_for(before, after) == action


def test_an_editor_submits_and_takes_back_and_does_neither_publish_nor_withdraw(editor):
    person = cited(make_person("p", publication=DRAFT))

    move([person], IN_REVIEW, editor)
    person.refresh_from_db()
    for to in (PUBLISHED, WITHDRAWN):
        with pytest.raises(PermissionDenied):
            move([person], to, editor, note="So.")

    assert states(Person) == {"p": IN_REVIEW}
    move([person], DRAFT, editor)
    assert states(Person) == {"p": DRAFT}


def test_a_reviewer_publishes_and_withdraws_with_a_word_of_why(reviewer):
    person = cited(make_person("p", publication=IN_REVIEW))

    move([person], PUBLISHED, reviewer)
    person.refresh_from_db()
    assert refused([person], WITHDRAWN, reviewer) == ["Say why it is withdrawn."]
    move([person], WITHDRAWN, reviewer, note="It was somebody else.")

    person.refresh_from_db()
    assert (person.publication, person.publication_note) == (WITHDRAWN, "It was somebody else.")


@pytest.mark.parametrize("model", record_models())
def test_an_editor_publishes_no_record_of_whatever_table(model, editor):
    made = make_row(model)
    model.objects.filter(pk=made.pk).update(publication=IN_REVIEW)
    made.refresh_from_db()

    with pytest.raises(PermissionDenied):
        move([made], PUBLISHED, editor)


def test_what_cites_nothing_is_not_published_and_sources_and_countries_need_not(reviewer):
    person = make_person("p", publication=DRAFT)
    others = [make_source("s", publication=DRAFT), make_country("XAA", publication=DRAFT)]

    sentences = refused([person], PUBLISHED, reviewer)
    move(others, PUBLISHED, reviewer)

    assert sentences == ["people/p has no citation. Cite a source for it first."]
    assert (states(Person), states(Source)) == ({"p": DRAFT}, {"s": PUBLISHED})


def test_a_citation_of_a_source_that_is_a_draft_is_none(reviewer):
    person = cited(make_person("p", publication=DRAFT), make_source("s", publication=DRAFT))

    assert refused([person], PUBLISHED, reviewer) == [
        "people/p cites only sources/s, not yet public. Publish that first."
    ]


def test_what_a_readout_names_goes_along_with_it_step_by_step(editor, reviewer):
    event, source = make_event("e"), make_source("s", publication=DRAFT)
    new = cited(make_person("new", publication=DRAFT), source)
    meeting = make_meeting(event, "m", publication=DRAFT, topics=[make_topic(publication=DRAFT)])
    side = make_delegation(event, id="d", publication=DRAFT)
    participant = make_participant(meeting, side, new, publication=DRAFT)
    said = make_statement(event, new, "said", meeting=meeting, publication=DRAFT)
    make_statement(event, new, "elsewhere", publication=DRAFT)
    for record in (meeting, side, participant, said):
        cite(record, source)
    tables = (Source, Person, Delegation, Meeting, Participant, Statement)

    for user, to in ((editor, IN_REVIEW), (reviewer, PUBLISHED)):
        meeting.refresh_from_db()
        moved = move([meeting], to, user)

        assert {type(record) for record in moved} >= set(tables)
        assert [list(states(table).values()) for table in tables[:5]] == [[to]] * 5
        assert states(Statement) == {"elsewhere": DRAFT, "said": to}


def test_a_draft_that_is_named_is_not_published_unseen(reviewer):
    draft = cited(make_person("p", publication=DRAFT))
    statement = cited(make_statement(speaker=draft, id="s", publication=IN_REVIEW))

    assert refused([statement], PUBLISHED, reviewer) == [
        "people/p is a draft. Submit it for review or publish it first."
    ]
    assert len(move([statement, draft], PUBLISHED, reviewer)) == 2


def test_parts_that_stand_elsewhere_stay_there(reviewer):
    meeting = cited(make_meeting(publication=DRAFT))
    for publication, id in ((DRAFT, "a"), (IN_REVIEW, "b")):
        side = make_delegation(meeting.event, id=id)
        cite(make_participant(meeting, side, publication=publication))

    for to in (PUBLISHED, WITHDRAWN, DRAFT):
        meeting.refresh_from_db()
        move([meeting], to, reviewer, note="So." if to == WITHDRAWN else "")

        rows = Participant.objects.order_by("delegation").values_list("publication", flat=True)
        assert list(rows) == [to, IN_REVIEW]


def test_what_published_records_refer_to_is_not_taken_back(reviewer):
    event, topic = make_event("e"), make_topic("t")
    for id in "abcd":
        make_statement(event, make_person(), id, topics=[topic])

    told = [refused([record], WITHDRAWN, reviewer, note="So.") for record in (event, topic)]

    assert told == [
        [
            f"Published records refer to {name}: statements/a, statements/b, statements/c and "
            "others. Change or take those back first."
        ]
        for name in ("events/e", "topics/t")
    ]
    together = [event, topic, *Statement.objects.all()]
    assert len(move(together, WITHDRAWN, reviewer, note="So.")) == 6


def test_all_of_what_is_chosen_moves_or_nothing_of_it(reviewer):
    people = [cited(make_person("a", publication=DRAFT)), make_person("b", publication=DRAFT)]

    assert refused(people, PUBLISHED, reviewer) == [
        "people/b has no citation. Cite a source for it first."
    ]
    assert states(Person) == {"a": DRAFT, "b": DRAFT}


def test_what_somebody_else_moved_meanwhile_is_not_moved_again(reviewer):
    person = cited(make_person("p", publication=DRAFT))
    Person.objects.update(publication=WITHDRAWN)

    assert refused([person], PUBLISHED, reviewer) == [
        "people/p was moved by somebody else meanwhile. Look again."
    ]
    assert states(Person) == {"p": WITHDRAWN}


@pytest.mark.parametrize("count", [1, 10])
def test_many_take_as_many_queries_as_one(count, django_user_model, django_assert_num_queries):
    user = django_user_model.objects.create_superuser("s")
    event, source = make_event(), make_source()
    meetings = [
        make_bilateral(event, *(make_delegation(event) for _ in "ab"), publication=DRAFT)
        for _ in range(count)
    ]
    Participant.objects.update(publication=DRAFT)
    for record in (*meetings, *Participant.objects.all()):
        cite(record, source)

    with django_assert_num_queries(24):
        assert len(move(meetings, PUBLISHED, user)) == 3 * count
