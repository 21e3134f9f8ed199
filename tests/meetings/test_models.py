import pytest

from meetings.models import Figure, Meeting, Participant, Statement, Topic
from tests.database import Waiting, another_session, check_deferred, refused_by, sentence
from tests.factories import (
    make_agreement,
    make_bilateral,
    make_bloc,
    make_country,
    make_delegate,
    make_delegation,
    make_event,
    make_figure,
    make_meeting,
    make_participant,
    make_person,
    make_statement,
    make_topic,
)

# A bilateral has exactly two delegations

TWO_SIDES = "bilateral_has_two_delegations"


@pytest.mark.django_db
@pytest.mark.parametrize("count", [0, 1, 3])
def test_a_bilateral_of_another_number_of_delegations_is_refused(count):
    event = make_event()
    sides = [make_delegation(event) for _ in range(count)]

    with refused_by(TWO_SIDES) as refusal:
        make_meeting(event, "m", kind="bilateral", delegations=sides)

    assert sentence(refusal) == f"A bilateral meeting has exactly two delegations; m has {count}."


@pytest.mark.django_db
def test_a_bilateral_may_have_many_people_on_two_sides():
    bilateral = make_bilateral()
    for participant in bilateral.participants.all():
        for _ in range(3):
            make_participant(bilateral, participant.delegation, make_person())

    check_deferred()

    assert bilateral.participants.count() == 8


@pytest.mark.django_db
def test_a_third_side_is_refused():
    bilateral = make_bilateral()

    with refused_by(TWO_SIDES):
        make_participant(bilateral, make_delegation(bilateral.event))


@pytest.mark.django_db
def test_taking_one_side_away_is_refused():
    bilateral = make_bilateral()

    with refused_by(TWO_SIDES):
        bilateral.participants.last().delete()


@pytest.mark.django_db
def test_moving_a_participant_to_another_meeting_is_refused_for_the_one_it_leaves():
    bilateral, other = make_bilateral(id="left"), make_meeting()

    with refused_by(TWO_SIDES) as refusal:
        Participant.objects.filter(pk=bilateral.participants.first().pk).update(meeting=other)

    assert "left has 1" in sentence(refusal)


@pytest.mark.django_db
def test_moving_a_participant_to_a_bilateral_is_refused_for_the_one_it_enters():
    bilateral, other = make_bilateral(id="entered"), make_participant()

    with refused_by(TWO_SIDES) as refusal:
        Participant.objects.filter(pk=other.pk).update(meeting=bilateral)

    assert "entered has 3" in sentence(refusal)


@pytest.mark.django_db
def test_calling_a_meeting_of_three_a_bilateral_is_refused():
    event = make_event()
    meeting = make_meeting(event, delegations=[make_delegation(event) for _ in range(3)])

    with refused_by(TWO_SIDES):
        Meeting.objects.filter(pk=meeting.pk).update(kind="bilateral")


@pytest.mark.django_db
def test_one_side_may_be_exchanged_for_another_in_one_transaction():
    bilateral = make_bilateral()
    check_deferred()

    bilateral.participants.last().delete()
    make_participant(bilateral, make_delegation(bilateral.event))
    check_deferred()

    assert bilateral.participants.count() == 2


@pytest.mark.django_db
def test_a_bilateral_can_be_deleted_with_its_participants():
    make_bilateral().delete()
    check_deferred()

    assert (Meeting.objects.count(), Participant.objects.count()) == (0, 0)


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["multilateral", "plenary", "seminar", "other"])
def test_meetings_of_other_kinds_may_have_any_number_of_delegations(kind):
    event = make_event()
    for count in (0, 1, 3):
        make_meeting(event, kind=kind, delegations=[make_delegation(event) for _ in range(count)])

    check_deferred()

    assert Participant.objects.count() == 4


@pytest.mark.django_db(transaction=True)
def test_of_two_sessions_that_change_the_sides_at_once_the_later_is_refused():
    """Each alone would leave two delegations; without a lock they would leave three together."""
    event = make_event()
    for id in "abc":
        make_delegation(event, id=id)
    make_meeting(event, "m", kind="bilateral", delegations=event.delegations.filter(id__in="ab"))
    make_person("p")
    joining = Waiting(
        "INSERT INTO participants (publication, publication_note, meeting_id, delegation_id, "
        "person_id, role) VALUES ('draft', '', 'm', 'a', 'p', 'participant')"
    )

    with another_session() as exchanging:
        exchanging.execute("UPDATE participants SET delegation_id = 'c' WHERE delegation_id = 'a'")
        exchanging.execute("SET CONSTRAINTS ALL IMMEDIATE")
        joining.start()
        exchanging.commit()
        joining.join()

    assert joining.broke == TWO_SIDES
    assert sorted(Participant.objects.values_list("key", flat=True)) == ["m+b+", "m+c+"]


# Statements


@pytest.mark.django_db
def test_a_statement_is_named_by_its_speaker_or_their_label_and_its_first_words(cast):
    assert [str(cast.quote), str(cast.remark)] == [
        "Sergei Shoigu: We are ready to go on with our dialogue.",
        "A Russian analyst: The architecture of security is changing.",
    ]
    assert str(make_statement(speaker_label="X", text="y" * 100)) == f"X: {'y' * 79}…"


@pytest.mark.django_db
def test_a_speaker_with_both_a_name_and_a_label_keeps_both():
    statement = make_statement(speaker=make_person(name="Shoigu"), speaker_label="the chair")

    assert (statement.speaker_name, statement.speaker_label) == ("Shoigu", "the chair")


@pytest.mark.django_db
def test_the_position_of_a_speaker_is_the_one_on_the_delegation_they_spoke_for():
    speaker, event = make_person(), make_event()
    here, elsewhere = make_delegation(event), make_delegation()
    make_delegate(here, speaker, position="Secretary")
    make_delegate(elsewhere, speaker, position="Minister")
    make_statement(event, speaker, "here", delegation=here)
    make_statement(event, speaker, "without-delegation")
    make_statement(event, make_person(), "somebody-else", delegation=here)
    make_statement(event, id="nobody", speaker_label="An analyst", delegation=here)

    positions = Statement.objects.with_positions().values_list("id", "position")

    assert dict(positions) == {
        "here": "Secretary",
        "without-delegation": None,
        "somebody-else": None,
        "nobody": None,
    }


@pytest.mark.django_db
def test_a_position_that_is_not_published_is_not_told():
    delegate = make_delegate(position="Secretary", publication="draft")
    make_statement(speaker=delegate.person, delegation=delegate.delegation)

    assert [s.position for s in Statement.objects.with_positions()] == [None]


@pytest.mark.django_db
def test_lists_keep_the_order_they_were_given_in():
    topics = [make_topic(id) for id in ("c", "a", "b")]
    about = [make_country("IRN"), make_bloc("brics"), make_country("BRA")]

    statement = make_statement(topics=topics, about=about)

    assert (statement.topics, statement.about) == (topics, about)
    assert make_meeting(topics=topics).topics == topics
    assert make_agreement(parties=about).parties == about


# Topics


@pytest.mark.django_db
def test_a_topic_comes_with_all_that_lies_below_it(django_assert_num_queries):
    security = make_topic("security")
    cyber = make_topic("cyber", parent=security)
    make_topic("crime", parent=cyber)
    make_topic("food")

    with django_assert_num_queries(1):
        assert Topic.objects.with_subtopics(["security"]) == {"security", "cyber", "crime"}
    assert Topic.objects.with_subtopics(["cyber", "food"]) == {"cyber", "crime", "food"}
    assert Topic.objects.with_subtopics(["crime"]) == {"crime"}
    assert Topic.objects.with_subtopics([]) == set()


# Figures


@pytest.mark.django_db
def test_a_figure_says_its_number_bound_measure_and_scope():
    event = make_event()
    figures = [
        make_figure(event, 126),
        make_figure(event, 80, measure="bilateral-meetings", bound="at-least", scope="by Russia"),
        make_figure(event, 100, bound="about"),
    ]

    assert [str(figure) for figure in figures] == [
        "126 delegations",
        "at least 80 bilateral meetings (by Russia)",
        "about 100 delegations",
    ]


@pytest.mark.django_db
def test_figures_that_disagree_stand_side_by_side(cast):
    assert list(Figure.objects.values_list("measure", "value")) == [
        ("delegations", 125),
        ("delegations", 126),
    ]


@pytest.mark.django_db
def test_a_figure_may_be_as_large_as_a_population():
    assert make_figure(value=8_100_000_000).value == 8_100_000_000


# What lists need


@pytest.mark.django_db
@pytest.mark.parametrize("row_count", [1, 10])
def test_a_list_of_meetings_takes_three_queries(row_count, django_assert_num_queries):
    event, topic = make_event(), make_topic()
    for _ in range(row_count):
        meeting = make_meeting(event, delegations=[make_delegation(event)], topics=[topic])
        make_participant(meeting, make_delegation(event), make_person(), publication="draft")

    with django_assert_num_queries(3):
        shown = [
            (m.event.name, [str(p) for p in m.people_present], [str(t) for t in m.topics])
            for m in Meeting.objects.for_list()
        ]

    assert [(len(people), topics) for _, people, topics in shown] == [(1, ["A topic"])] * row_count


@pytest.mark.django_db
@pytest.mark.parametrize("row_count", [1, 10])
def test_a_list_of_statements_takes_three_queries(row_count, django_assert_num_queries):
    event, topic, country = make_event(), make_topic(), make_country()
    meeting, delegation = make_meeting(event), make_delegation(event)
    for _ in range(row_count):
        make_statement(
            event, topics=[topic], about=[country], meeting=meeting, delegation=delegation
        )

    with django_assert_num_queries(3):
        shown = [
            (str(s), str(s.delegation), str(s.meeting), s.topics, s.about)
            for s in Statement.objects.for_list()
        ]

    assert len(shown) == row_count
