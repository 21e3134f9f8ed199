"""Who came, by bloc: members on the first day, those who came, and those in no bloc."""

import pytest

from delegations.attendance import BlocRow, by_bloc
from delegations.models import Country, Delegation, Event
from tests.factories import (
    make_bloc,
    make_country,
    make_delegation,
    make_event,
    make_membership,
)


def members_of(bloc, codes, **fields):
    for code in codes.split():
        country = Country.objects.filter(pk=code).first() or make_country(code, name=code)
        make_membership(bloc, country, **fields)


def sent(event, codes, **fields):
    for code in codes.split():
        country = Country.objects.filter(pk=code).first() or make_country(code, name=code)
        make_delegation(event, country, f"{event.pk}-{code.lower()}", **fields)


def said(event):
    """Each row as bloc, members, who came, who was announced, own delegation; then the rest."""
    event = Event.objects.get(pk=event.pk)
    rows, in_none = by_bloc(event, list(Delegation.objects.published().for_list()))
    return [
        (
            row.bloc.pk,
            " ".join(country.pk for country in row.members),
            " ".join(delegation.country_id for delegation in row.came),
            " ".join(delegation.country_id for delegation in row.announced),
            row.own and row.own.status,
        )
        for row in rows
    ], [delegation.country_id for delegation in in_none]


@pytest.fixture
def event(db):
    return make_event("e")


def test_members_on_the_first_day_are_those_that_count(event):
    bloc = make_bloc("b")
    members_of(bloc, "AAA", since="2009")
    members_of(bloc, "BBB", since="2025-05-27")
    members_of(bloc, "CCC", since="2025-05-28")
    members_of(bloc, "DDD", until="2025-05-27")
    members_of(bloc, "EEE", until="2025-05-28")
    members_of(bloc, "FFF", status="partner")
    members_of(bloc, "GGG", status="observer")
    members_of(bloc, "HHH", publication="draft")
    sent(event, "AAA BBB CCC DDD EEE FFF GGG HHH")

    assert said(event) == (
        [("b", "AAA BBB EEE", "AAA BBB EEE", "", None)],
        ["CCC", "DDD", "FFF", "GGG", "HHH"],
    )


def test_who_came_and_who_was_announced_are_told_apart(event):
    members_of(make_bloc("b"), "AAA BBB CCC DDD EEE")
    sent(event, "BBB AAA")
    sent(event, "CCC", status="announced")
    sent(event, "DDD", status="declined")

    assert said(event) == ([("b", "AAA BBB CCC DDD EEE", "AAA BBB", "CCC", None)], [])


def test_the_fullest_bloc_stands_first_then_the_one_of_which_more_came(event):
    members_of(make_bloc("half"), "AAA XXX")
    members_of(make_bloc("all-of-two"), "AAA BBB")
    members_of(make_bloc("all-of-one"), "BBB")
    members_of(make_bloc("none"), "CCC")
    members_of(make_bloc("nobody"), "YYY")
    sent(event, "AAA BBB")
    sent(event, "CCC", status="announced")

    rows, _ = said(event)

    assert [row[0] for row in rows] == ["all-of-two", "all-of-one", "half", "none"]


def test_a_bloc_with_a_delegation_of_its_own_is_shown_without_known_members(event):
    make_delegation(event, make_bloc("au"), status="announced")

    assert said(event) == ([("au", "", "", "", "announced")], [])


def test_a_country_in_two_blocs_stands_in_both(event):
    members_of(make_bloc("a"), "AAA")
    members_of(make_bloc("b"), "AAA")
    sent(event, "AAA ZZZ")

    assert said(event) == (
        [("a", "AAA", "AAA", "", None), ("b", "AAA", "AAA", "", None)],
        ["ZZZ"],
    )


def test_nobody_is_a_member_on_a_day_that_is_not_known(db):
    event = make_event("e", starts_on=None, ends_on=None)
    members_of(make_bloc("b"), "AAA")
    sent(event, "AAA")

    assert said(event) == ([], ["AAA"])


@pytest.mark.parametrize(
    ("members", "width", "height"),
    [(0, 0, 0), (1, 11, 11), (20, 220, 11), (21, 220, 22), (55, 220, 33)],
)
def test_squares_stand_in_rows_of_twenty(members, width, height):
    row = BlocRow(None, [None] * members)

    assert (len(row.squares), row.width, row.height) == (members, width, height)


def test_there_is_one_square_for_each_member():
    row = BlocRow(None, [None] * 5, came=[None] * 2, announced=[None])

    assert [(square.x, square.y, square.shape) for square in row.squares] == [
        (0, 0, "u-yes"),
        (11, 0, "u-yes"),
        (22, 0, "u-ann"),
        (33, 0, "u-no"),
        (44, 0, "u-no"),
    ]
