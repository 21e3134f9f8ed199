"""Two events beside each other."""

import pytest

from delegations.models import Event
from meetings.compare import Comparison, head_of
from tests.factories import (
    make_bilateral,
    make_bloc,
    make_country,
    make_delegate,
    make_delegation,
    make_event,
    make_person,
)
from tests.pages import get, problems, words_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def compared():
    """Russia, Iran and the SCO came to both, China to the first and India to the second only."""
    a = make_event("a", city="Sochi", starts_on="2024-05-20")
    b = make_event("b", city="Moscow", starts_on="2025-05-27")
    countries = {
        code: make_country(code, name=name)
        for code, name in (("RUS", "Russia"), ("IRN", "Iran"), ("CHN", "China"), ("IND", "India"))
    }
    sco = make_bloc("sco", acronym="SCO")
    sent = {}
    for event, senders in ((a, ("RUS", "IRN", "CHN")), (b, ("RUS", "IRN", "IND"))):
        for code in senders:
            sent[event.pk, code] = make_delegation(event, countries[code])
        make_delegation(event, sco)
    make_delegation(b, make_country("PER"), publication="draft")
    head = make_person(name="A. Head")
    make_delegate(sent["a", "IRN"], make_person(name="A. Member"))
    make_delegate(sent["a", "IRN"], head, role="head", position="Secretary")
    make_delegate(sent["b", "IRN"], head, position="Adviser")
    make_bilateral(a, sent["a", "RUS"], sent["a", "IRN"], "a1", date="2024-05-21")
    make_bilateral(b, sent["b", "IRN"], sent["b", "RUS"], "b1")
    make_bilateral(b, sent["b", "IRN"], sent["b", "RUS"], "b2", status="cancelled")
    make_bilateral(b, sent["b", "RUS"], sent["b", "IND"], "b3")
    for event in (a, b):
        event.refresh_from_db()
    return Comparison(a, b)


def names(rows):
    return [row.sender.short_name for row in rows]


def test_who_came_to_both_who_is_new_and_who_stayed_away(compared):
    assert names(compared.both) == ["Iran", "Russia", "SCO"]
    assert names(compared.joined) == ["India"]
    assert names(compared.dropped) == ["China"]


def test_who_was_announced_or_declined_did_not_come():
    a, b = make_event("a"), make_event("b")
    peru, cuba, chad = make_country(), make_country(), make_country()
    for event, sender, status in (
        (a, peru, "attended"),
        (b, peru, "declined"),
        (a, cuba, "announced"),
        (b, cuba, "attended"),
        (a, chad, "announced"),
        (b, chad, "invited"),
    ):
        make_delegation(event, sender, status=status)

    compared = Comparison(*Event.objects.order_by("pk"))

    assert [[row.sender for row in rows] for rows in (compared.both, compared.joined)] == [
        [],
        [cuba],
    ]
    assert [row.sender for row in compared.dropped] == [peru]
    assert [row.sender for row in compared.neither] == [chad]


def test_those_have_met_at_both_who_did_so_and_were_not_only_to():
    a, b = make_event("a"), make_event("b")
    peru, cuba = make_country(), make_country()
    for event, status in ((a, "held"), (b, "cancelled")):
        make_bilateral(
            event, make_delegation(event, peru), make_delegation(event, cuba), status=status
        )

    compared = Comparison(*Event.objects.order_by("pk"))

    assert (len(compared.again), len(compared.others)) == (0, 1)


def test_the_level_of_each_is_that_of_its_head_or_of_the_only_one_named(compared):
    iran = compared.both[0]

    assert [(head.person.name, head.position) for head in iran.heads] == [
        ("A. Head", "Secretary"),
        ("A. Head", "Adviser"),
    ]
    assert compared.both[1].heads == (None, None)
    assert head_of(None) is None


def test_of_several_without_a_head_none_is_chosen():
    delegation = make_delegation()
    make_delegate(delegation)
    make_delegate(delegation, role="member")

    assert head_of(type(delegation).objects.for_list().get()) is None


def test_meetings_of_the_same_pair_stand_together(compared):
    assert [
        (pair.names, [m.pk for m in pair.a], [m.pk for m in pair.b]) for pair in compared.pairs
    ] == [("India – Russia", [], ["b3"]), ("Iran – Russia", ["a1"], ["b1", "b2"])]
    assert [pair.names for pair in compared.again] == ["Iran – Russia"]
    assert [pair.names for pair in compared.others] == ["India – Russia"]


def test_the_page_shows_both_sides(client, compared):
    page = words_of(get(client, "/compare/?a=a&b=b"))

    assert "Sochi 2024 and Moscow 2025" in page
    assert (
        "3 delegations are on record as having come to both, 1 to the second only and 1 to the first "
        "only." in page
    )
    assert "Iran attended A. Head , Secretary attended A. Head , Adviser" in page
    assert "India none on record attended no name reported" in page
    assert "Iran – Russia 21 May 2024 day not reported day not reported cancelled" in page


@pytest.mark.parametrize("query", ["", "?a=a", "?a=a&b=", "?a=a&b=a"])
def test_without_two_events_the_page_asks_for_them(client, compared, query):
    page = words_of(get(client, f"/compare/{query}"))

    assert "Compare two events First event" in page
    assert "Came to both" not in page


@pytest.mark.parametrize(
    ("query", "wrong"), [("?a=x&b=b", {"a"}), ("?a=x&b=y", {"a", "b"}), ("?c=a", {"c"})]
)
def test_an_event_that_does_not_exist_is_refused(client, compared, query, wrong):
    assert problems(client, f"/compare/{query}").keys() == wrong


@pytest.mark.parametrize("count", [1, 10])
def test_the_page_asks_as_often_for_one_delegation_as_for_ten(
    client, django_assert_num_queries, count
):
    events = make_event("a"), make_event("b")
    for _ in range(count):
        countries = make_country(), make_country()
        for event in events:
            sent = [make_delegation(event, country) for country in countries]
            make_delegate(sent[0])
            make_bilateral(event, *sent)

    with django_assert_num_queries(16):
        get(client, "/compare/?a=a&b=b")
