"""The delegations to an event in groups, by the bloc that each belongs to first of all.

Pictures of who met whom stand their delegations in this order. The *primary* bloc of a country is the
one it has belonged to longest as a full member on the first day of the event; failing that, as partner,
then as observer. Only published records count.
"""

import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from delegations.models import Bloc, Delegation, Event, Membership
from delegations.vocabularies import MembershipStatus

IN_NO_BLOC = "In no bloc on record"
DAY_UNKNOWN = "Countries"
"""The heading where the first day of the event is not known, and so nobody is a member on it."""
ORGANISATIONS = "Organisations"

CLOSENESS = [MembershipStatus.MEMBER, MembershipStatus.PARTNER, MembershipStatus.OBSERVER]


@dataclass
class Group:
    """Delegations that stand together under one heading, in the order of their short names."""

    title: str
    delegations: list[Delegation]
    bloc: Bloc | None = None


@dataclass
class Grouping:
    """The host, who stands alone, and all others in groups: the largest blocs first, then the
    countries in no bloc, then the delegations of blocs themselves.

    `memberships` has those of each country by its code, the primary one first.
    """

    host: Delegation | None
    groups: list[Group]
    memberships: dict[str, list[Membership]]


def by_name(delegation: Delegation):
    """As names are ordered everywhere, without regard to case and marks, but by the short name."""
    return _folded(delegation.short_name), delegation.pk


def closest_first(membership: Membership):
    """Full members before partners before observers, the longest first; one of unknown age last."""
    since = membership.since.earliest if membership.since else date.max
    return CLOSENESS.index(membership.status), since, membership.bloc_id


def grouped(event: Event, delegations: list[Delegation]) -> Grouping:
    """The groups of an event's delegations, found with one query."""
    memberships = _memberships(event, [d.country_id for d in delegations if d.country_id])
    host = next((d for d in delegations if d.country_id and d.country_id == event.country_id), None)
    of_blocs, in_none, organisations = defaultdict(list), [], []
    for delegation in sorted(delegations, key=by_name):
        if delegation is host:
            continue
        if delegation.bloc_id:
            organisations.append(delegation)
        elif held := memberships.get(delegation.country_id):
            of_blocs[held[0].bloc].append(delegation)
        else:
            in_none.append(delegation)
    groups = [Group(bloc.short_name, members, bloc) for bloc, members in of_blocs.items()]
    groups.sort(key=lambda g: (-len(g.delegations), _folded(g.title), g.bloc.pk))
    rest = [
        Group(IN_NO_BLOC if event.starts_on else DAY_UNKNOWN, in_none),
        Group(ORGANISATIONS, organisations),
    ]
    return Grouping(host, groups + [group for group in rest if group.delegations], memberships)


def _memberships(event, countries):
    """Those that hold on the first day of the event, by country; none where that day is unknown."""
    found = defaultdict(list)
    if event.starts_on:
        held = Membership.objects.published().on(event.starts_on.earliest)
        for membership in held.filter(country__in=countries).select_related("bloc"):
            found[membership.country_id].append(membership)
    for of_country in found.values():
        of_country.sort(key=closest_first)
    return dict(found)


def _folded(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name)
    return "".join(c for c in letters if not unicodedata.combining(c)).casefold()
