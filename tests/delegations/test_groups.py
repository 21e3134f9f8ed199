import pytest

from delegations.groups import Group, grouped
from delegations.models import Delegation
from tests.factories import (
    make_bloc,
    make_country,
    make_delegation,
    make_event,
    make_membership,
)

pytestmark = pytest.mark.django_db


def groups_of(event):
    """The headings with the short names below each, and the host's."""
    event.refresh_from_db()
    delegations = list(Delegation.objects.published().filter(event=event).order_by("-pk"))
    grouping = grouped(event, delegations)
    groups = [(g.title, [d.short_name for d in g.delegations]) for g in grouping.groups]
    return grouping.host and grouping.host.short_name, groups


@pytest.mark.parametrize(
    ("memberships", "primary"),
    [
        pytest.param([], "In no bloc on record", id="none at all"),
        pytest.param([("a", "member", "2001", "")], "A", id="the only one"),
        pytest.param(
            [("a", "member", "2009", ""), ("b", "member", "2001", "")], "B", id="the longest"
        ),
        pytest.param(
            [("a", "partner", "1990", ""), ("b", "member", "2020", "")],
            "B",
            id="a member before a partner of longer",
        ),
        pytest.param(
            [("a", "observer", "1990", ""), ("b", "partner", "2020", "")],
            "B",
            id="a partner before an observer of longer",
        ),
        pytest.param([("a", "observer", "1990", "")], "A", id="an observer of nothing else"),
        pytest.param(
            [("b", "member", "2001", ""), ("a", "member", "2001", "")], "A", id="a tie by id"
        ),
        pytest.param(
            [("a", "member", "2001-01-02", ""), ("b", "member", "2001", "")],
            "B",
            id="a partial since counts from its first day",
        ),
        pytest.param(
            [("a", "member", "", ""), ("b", "member", "2024", "")],
            "B",
            id="one of unknown age after one that is known",
        ),
        pytest.param([("a", "member", "", "")], "A", id="one of unknown age alone"),
        pytest.param([("a", "member", "2025-05-27", "")], "A", id="since the first day"),
        pytest.param(
            [("a", "member", "2025-05-28", "")],
            "In no bloc on record",
            id="only from the second day",
        ),
        pytest.param(
            [("a", "member", "2001", "2025-05-27")],
            "In no bloc on record",
            id="until is the first day it holds no longer",
        ),
        pytest.param([("a", "member", "2001", "2025-05-28")], "A", id="until the second day"),
        pytest.param(
            [("a", "member", "2001", "2020"), ("b", "observer", "2015", "")],
            "B",
            id="a former member that observes another",
        ),
    ],
)
def test_a_country_stands_with_its_primary_bloc(memberships, primary):
    blocs = {id: make_bloc(id, acronym=id.upper()) for id in ("a", "b")}
    country = make_country(name="Iran")
    for bloc, status, since, until in memberships:
        dates = {"since": since or None, "until": until or None}
        make_membership(blocs[bloc], country, status=status, **dates)
    event = make_event(starts_on="2025-05-27")
    make_delegation(event, country)

    assert groups_of(event) == (None, [(primary, ["Iran"])])


def test_only_a_published_membership_counts():
    event, country = make_event(), make_country(name="Iran")
    make_membership(country=country, publication="draft")
    make_delegation(event, country)

    assert groups_of(event) == (None, [("In no bloc on record", ["Iran"])])


def test_the_host_stands_alone_the_largest_bloc_first_and_organisations_last():
    host = make_country("RUS", name="Russian Federation")
    event = make_event(country=host)
    small, other, large = (make_bloc(acronym=acronym) for acronym in ("Zeta", "Éta", "Theta"))
    for bloc, names in (
        (large, ["Türkiye", "Egypt", "Åland"]),
        (small, ["Iran"]),
        (other, ["Iraq"]),
    ):
        for name in names:
            make_membership(bloc, country := make_country(name=name), since="1990")
            make_delegation(event, country)
    make_membership(large, host, since="1990")
    make_delegation(event, host)
    make_delegation(event, make_country("PRK", name="Korea, North"))
    make_delegation(event, make_country(name="Cuba"))
    make_delegation(event, large)
    make_delegation(event, small)

    assert groups_of(event) == (
        "Russia",
        [
            ("Theta", ["Åland", "Egypt", "Türkiye"]),
            ("Éta", ["Iraq"]),
            ("Zeta", ["Iran"]),
            ("In no bloc on record", ["Cuba", "DPR Korea"]),
            ("Organisations", ["Theta", "Zeta"]),
        ],
    )


def test_where_the_first_day_is_not_known_nobody_is_said_to_be_in_a_bloc():
    event, country = make_event(starts_on=None, ends_on=None), make_country(name="Iran")
    make_membership(country=country, since="1990")
    make_delegation(event, country)

    assert groups_of(event) == (None, [("Countries", ["Iran"])])


def test_memberships_are_given_with_the_primary_first():
    event, country = make_event(), make_country()
    for acronym, status, since in (("A", "observer", "1990"), ("B", "member", "2001")):
        make_membership(make_bloc(acronym=acronym), country, status=status, since=since)
    delegation = make_delegation(event, country)
    event.refresh_from_db()

    grouping = grouped(event, [delegation])

    primary = grouping.memberships[country.pk][0].bloc
    assert [m.bloc.acronym for m in grouping.memberships[country.pk]] == ["B", "A"]
    assert grouping.groups == [Group("B", [delegation], primary)]


@pytest.mark.parametrize("size", [1, 10])
def test_grouping_takes_one_query(size, django_assert_num_queries):
    event, bloc = make_event(), make_bloc()
    delegations = [make_delegation(event) for _ in range(size)]
    for delegation in delegations:
        make_membership(bloc, delegation.country)
    event.refresh_from_db()

    with django_assert_num_queries(1):
        grouping = grouped(event, delegations)

    assert [len(group.delegations) for group in grouping.groups] == [size]
