"""Who came, by bloc: of each bloc's members on the first day of an event, who was there."""

from collections import defaultdict
from dataclasses import dataclass, field

from delegations.models import Country, Delegation, Event, Membership
from delegations.vocabularies import Attendance

SIDE, ACROSS = 11, 20


@dataclass
class Square:
    """One member in the picture: `shape` is a class of the style sheet."""

    x: int
    y: int
    shape: str


@dataclass
class BlocRow:
    """One bloc: how many members it had, and the delegations of those that sent one."""

    bloc: object
    members: list[Country]
    came: list[Delegation] = field(default_factory=list)
    announced: list[Delegation] = field(default_factory=list)
    own: Delegation | None = None

    @property
    def squares(self) -> list[Square]:
        shapes = ["u-yes"] * len(self.came) + ["u-ann"] * len(self.announced)
        shapes += ["u-no"] * (len(self.members) - len(shapes))
        return [Square(SIDE * (n % ACROSS), SIDE * (n // ACROSS), s) for n, s in enumerate(shapes)]

    @property
    def width(self) -> int:
        return SIDE * min(len(self.squares), ACROSS)

    @property
    def height(self) -> int:
        return SIDE * -(-len(self.squares) // ACROSS)


def by_bloc(event: Event, delegations: list[Delegation]) -> tuple[list[BlocRow], list[Delegation]]:
    """The blocs with something to show, the fullest first; and the delegations of countries in none.

    Where the first day of the event is not known, nobody can be said to be a member on it.
    """
    of_country = {d.country_id: d for d in delegations if d.country_id}
    of_bloc = {d.bloc_id: d for d in delegations if d.bloc_id}
    members = defaultdict(list)
    if event.starts_on:
        held = Membership.objects.published().full()
        for membership in held.on(event.starts_on.earliest).for_list().order_by("country"):
            members[membership.bloc].append(membership.country)
    rows = {bloc.pk: BlocRow(bloc, countries) for bloc, countries in members.items()}
    for delegation in of_bloc.values():
        rows.setdefault(delegation.bloc_id, BlocRow(delegation.bloc, [])).own = delegation
    for row in rows.values():
        sent = [of_country[c.pk] for c in row.members if c.pk in of_country]
        sent.sort(key=lambda d: d.short_name)
        row.came = [d for d in sent if d.status == Attendance.ATTENDED]
        row.announced = [d for d in sent if d.status == Attendance.ANNOUNCED]
    shown = [row for row in rows.values() if row.came or row.announced or row.own]
    shown.sort(key=lambda r: (-len(r.came) / (len(r.members) or 1), -len(r.came), r.bloc.pk))
    in_some = {country.pk for countries in members.values() for country in countries}
    return shown, [d for d in delegations if d.country_id and d.country_id not in in_some]
