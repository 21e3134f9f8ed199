from datetime import date
from urllib.parse import urlencode

import pytest
from django.core.exceptions import ValidationError
from django.db import DataError, transaction
from django.http import QueryDict

from delegations.filters import DelegationFilter
from delegations.models import Country, Delegation, Membership
from tests.database import refused_by
from tests.factories import (
    make_bloc,
    make_country,
    make_delegate,
    make_delegation,
    make_event,
    make_membership,
    make_person,
)

pytestmark = pytest.mark.django_db

# Keys


@pytest.mark.parametrize("code", ["IRN", "XKX", "BA-SRP", "GB-1", "XK-A2"])
def test_a_country_has_a_code_of_one_of_three_forms(code):
    country = make_country(code)
    country.full_clean()

    assert list(Country.objects.values_list("code", flat=True)) == [code]


@pytest.mark.parametrize(
    "code", ["", "IR", "irn", "IRAN", "IR1", "BA-", "BA-srp", "BAS-R", "BA-SRPX", "IRN\n", "ІРН"]
)
def test_a_country_has_no_other_code(code):
    country = make_country()

    with pytest.raises(ValidationError):
        Country(code=code, name=country.name, kind=country.kind).full_clean()
    if len(code) <= 6:
        with refused_by("country_code_form"):
            Country.objects.update(code=code)
    else:
        with pytest.raises(DataError), transaction.atomic():
            Country.objects.update(code=code)


@pytest.mark.parametrize(
    "id",
    ["", "Moscow", "moscow--2025", "-moscow", "moscow-", "moscow 2025", "a\n", "a/b", "москва"],
)
def test_an_id_is_a_slug_that_can_stand_in_an_address(id):
    person = make_person()

    with refused_by("person_id_form"):
        type(person).objects.update(id=id)


def test_the_key_of_a_part_is_made_of_its_parts_and_changes_with_them():
    membership = make_membership(make_bloc("brics"), make_country("IRN"), status="partner")
    assert membership.record_key == "brics+IRN+partner"

    Membership.objects.update(status="member")

    membership.refresh_from_db()
    assert membership.record_key == "brics+IRN+member"


# Names


def test_short_names_of_countries_blocs_and_delegations():
    syria, iran = make_country("SYR", name="Syrian Arab Republic"), make_country("IRN", name="Iran")
    brics, group = make_bloc(acronym="BRICS"), make_bloc(name="Group of Friends")
    event = make_event()

    senders = [syria, iran, brics, group]
    names = ["Syria", "Iran", "BRICS", "Group of Friends"]
    assert [sender.short_name for sender in senders] == names
    assert [make_delegation(event, sender).short_name for sender in senders] == names


def test_an_event_is_known_by_place_and_year_where_both_are_known():
    event = make_event(name="13th Meeting", city="Moscow", starts_on="2025-05")

    nowhere, undated = (
        make_event(name="No city"),
        make_event(name="No date", city="X", starts_on=None),
    )

    event.refresh_from_db()
    nowhere.refresh_from_db()
    assert [event.short_name, nowhere.short_name, undated.short_name] == [
        "Moscow 2025",
        "No city",
        "No date",
    ]


def test_a_membership_and_a_delegate_say_who_belongs_to_what():
    iran = make_country("IRN", name="Iran")
    membership = make_membership(make_bloc(name="BRICS"), iran, status="observer")
    delegate = make_delegate(make_delegation(sender=iran), make_person(name="Ali Akbar Ahmadian"))

    assert (str(membership), str(delegate)) == (
        "Iran, observer of BRICS",
        "Ali Akbar Ahmadian, Iran",
    )


def test_heads_of_a_delegation_come_first_and_those_without_a_role_last():
    delegation = make_delegation()
    for person, role in [("a", ""), ("b", "member"), ("c", "head"), ("d", "member")]:
        make_delegate(delegation, make_person(person), role=role)

    assert list(delegation.delegates.values_list("person", flat=True)) == ["c", "b", "d", "a"]


# Dated membership

WHEN = [
    # since, until, holds on 27 May 2025
    (None, None, True),
    ("2025-05-27", None, True),
    ("2025-05-28", None, False),
    ("2025-05", None, True),
    ("2025", None, True),
    ("2025-06", None, False),
    ("2026", None, False),
    (None, "2025-05-28", True),
    (None, "2025-05-27", False),
    (None, "2025-05", False),
    (None, "2025-06", True),
    (None, "2025", False),
    (None, "2026", True),
    ("2009", "2025-05-28", True),
    ("2009", "2024-12-31", False),
]


def of_bloc(*blocs):
    """The delegations that the filter of the list leaves."""
    query = QueryDict(urlencode({"bloc": [bloc.pk for bloc in blocs]}, doseq=True))
    return DelegationFilter(query, Delegation.objects.published()).qs


@pytest.mark.parametrize(("since", "until", "holds"), WHEN)
def test_a_membership_holds_from_its_first_day_until_the_day_it_ends(since, until, holds):
    make_membership(since=since, until=until)

    assert Membership.objects.on(date(2025, 5, 27)).exists() is holds


@pytest.mark.parametrize(("since", "until", "holds"), WHEN)
def test_a_delegation_is_of_a_bloc_when_its_country_is_a_member_on_the_first_day(
    since, until, holds
):
    bloc, country = make_bloc(), make_country()
    make_membership(bloc, country, since=since, until=until)
    make_delegation(make_event(starts_on="2025-05-27", ends_on="2026-12-31"), country)

    assert of_bloc(bloc).exists() is holds


def test_an_event_whose_first_day_is_known_in_part_counts_from_the_earliest():
    bloc, country = make_bloc(), make_country()
    make_membership(bloc, country, since="2025-05-02")
    make_delegation(make_event("may", starts_on="2025-05"), country, "in-may")
    make_delegation(make_event("june", starts_on="2025-06", ends_on=None), country, "in-june")

    assert [d.id for d in of_bloc(bloc)] == ["in-june"]


def test_where_the_first_day_is_not_known_whoever_was_ever_a_member_counts():
    bloc, former, never = make_bloc(), make_country(), make_country()
    make_membership(bloc, former, since="1955", until="1991")
    event = make_event(starts_on=None, ends_on=None)
    make_delegation(event, former, "former")
    make_delegation(event, never, "never")

    assert [d.id for d in of_bloc(bloc)] == ["former"]


@pytest.mark.parametrize(
    "fields", [{"status": "observer"}, {"status": "partner"}, {"publication": "draft"}]
)
def test_only_full_and_published_memberships_count(fields):
    bloc, country = make_bloc(), make_country()
    make_membership(bloc, country, **fields)
    make_delegation(sender=country)

    assert list(of_bloc(bloc)) == []


def test_the_delegation_of_the_bloc_itself_counts():
    bloc = make_bloc()
    own = make_delegation(sender=bloc)
    make_delegation(sender=make_bloc())

    assert list(of_bloc(bloc)) == [own]


def test_several_blocs_give_each_delegation_once():
    brics, sco, country = make_bloc("brics"), make_bloc("sco"), make_country()
    for bloc in (brics, sco):
        make_membership(bloc, country)
    delegation = make_delegation(sender=country)

    assert list(of_bloc(brics, sco)) == [delegation]


def test_full_members_are_neither_observers_nor_partners():
    for status in ("member", "observer", "partner"):
        make_membership(status=status)

    assert list(Membership.objects.full().values_list("status", flat=True)) == ["member"]


# What cannot be said by one value alone


@pytest.mark.parametrize(
    ("starts_on", "ends_on"),
    [
        ("2025-05-27", "2025-05-27"),
        ("2025-05-27", "2025-05"),
        ("2025-05-27", "2025"),
        ("2025-05", "2025-05-27"),
        ("2025", "2025-05-27"),
        (None, "2025"),
        ("2025", None),
    ],
)
def test_an_event_may_end_on_any_day_that_can_lie_after_its_first(starts_on, ends_on):
    make_event(starts_on=starts_on, ends_on=ends_on).full_clean()


@pytest.mark.parametrize(
    ("starts_on", "ends_on"),
    [
        ("2025-05-27", "2025-05-26"),
        ("2025-06", "2025-05"),
        ("2025-05-27", "2025-04"),
        ("2026", "2025"),
    ],
)
def test_an_event_that_ends_before_it_begins_is_refused(starts_on, ends_on):
    with refused_by("event_starts_before_end"):
        make_event(starts_on=starts_on, ends_on=ends_on)


def test_a_delegation_of_both_a_country_and_a_bloc_is_refused():
    with refused_by("delegation_of_country_or_bloc"):
        make_delegation(sender=make_country(), bloc=make_bloc())


def test_a_country_can_come_to_another_event_and_beside_its_bloc():
    event, country, bloc = make_event(), make_country(), make_bloc()
    for sender in (country, bloc):
        make_delegation(event, sender)
        make_delegation(make_event(), sender)

    assert Delegation.objects.count() == 4


# What lists need


@pytest.mark.parametrize("row_count", [1, 10])
def test_a_list_of_delegations_takes_two_queries(row_count, django_assert_num_queries):
    event = make_event()
    for _ in range(row_count):
        make_delegate(make_delegation(event))
    make_delegate(make_delegation(event, make_bloc()), publication="draft")

    with django_assert_num_queries(2):
        shown = [
            (str(d), str(d.event), [str(x.person) for x in d.people_sent])
            for d in Delegation.objects.for_list()
        ]

    assert sorted(len(people) for *_, people in shown) == [0, *[1] * row_count]
