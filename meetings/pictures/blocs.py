"""Blocs by delegations: who belonged to what on the first day of an event, and how much of each bloc
came. Rows with equal patterns meet, so that the table reads as a staircase."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby

from django.db.models import Count

from delegations.groups import by_name, closest_first
from delegations.models import Bloc, Delegation, Event, Membership
from delegations.vocabularies import Attendance, MembershipStatus
from meetings.pictures.map import WORDS
from summitkb.records.partial_dates import PartialDate

CROWD = 60
"""With more countries than that those of one equal pattern share a row."""


@dataclass
class Column:
    """One bloc: its members on the day, those of them that attended, its own delegation."""

    bloc: Bloc
    members: int
    came: int = 0
    belonging: int = 0
    """Delegations that attended and belong in any way."""
    own: Delegation | None = None

    @property
    def own_words(self) -> str:
        return f"{self.bloc}: {WORDS[self.own.status]}"


@dataclass
class Cell:
    """How the delegations of a row belong to the bloc of a column; empty where they do not."""

    bloc: Bloc
    memberships: list[Membership]

    @property
    def status(self) -> str:
        return self.memberships[0].status if self.memberships else ""

    @property
    def fact(self) -> str:
        """Iran: observer of EAEU since 26 December 2024; of several countries, their names."""
        names = ", ".join(membership.country.short_name for membership in self.memberships)
        since = self.memberships[0].since if len(self.memberships) == 1 else None
        when = f" since {since.words}" if since else ""
        return f"{names}: {self.status} of {self.bloc.short_name}{when}"


@dataclass
class Row:
    """One country, or in a crowd all of one pattern; `new` where the first bloc changes."""

    delegations: list[Delegation]
    cells: list[Cell]
    new: bool = False

    @property
    def belongs(self) -> int:
        """To how many blocs."""
        return sum(bool(cell.memberships) for cell in self.cells)


@dataclass
class Body:
    """The delegations of one status; `in_none` belong to no bloc on record."""

    status: str
    rows: list[Row] = field(default_factory=list)
    in_none: list[Delegation] = field(default_factory=list)

    @property
    def label(self) -> str:
        return WORDS[self.status].capitalize()


class BlocMatrix:
    """The published delegations to an event by the blocs that their countries belonged to.

    `day` is the first day of the event; where that is not known nobody can be said to belong, and
    there are no columns. `alone` are blocs that sent a delegation and have no member among the rest.
    """

    def __init__(self, event: Event):
        self.day: PartialDate | None = event.starts_on
        delegations = Delegation.objects.published().filter(event=event)
        delegations = sorted(delegations.select_related("country", "bloc"), key=by_name)
        self.countries = [d for d in delegations if d.country_id]
        self.organisations = [d for d in delegations if d.bloc_id]
        self._of = self._memberships()
        self.columns = self._columns()
        columns = {column.bloc.pk for column in self.columns}
        self.alone = [d for d in self.organisations if d.bloc_id not in columns]

    @property
    def folded(self) -> bool:
        return len(self.countries) > CROWD

    @property
    def width(self) -> int:
        """The number of columns with those of the names and of the sums."""
        return len(self.columns) + 2

    @cached_property
    def bodies(self) -> list[Body]:
        found = [Body(status, *self._rows(status)) for status in Attendance.values]
        return [body for body in found if body.rows or body.in_none]

    @property
    def statuses(self) -> list[MembershipStatus]:
        """The ways of belonging that occur, for the key."""
        found = {m.status for held in self._of.values() for m in held.values()}
        order = (MembershipStatus.MEMBER, MembershipStatus.PARTNER, MembershipStatus.OBSERVER)
        return [status for status in order if status in found]

    @property
    def finding(self) -> str:
        """The picture in one sentence."""
        if not self.columns:
            return "No bloc is on record for these delegations on the first day."
        largest = self.columns[:3]
        parts = (f"{c.came} of {c.members} members of {c.bloc.short_name}" for c in largest)
        return f"Attended: {', '.join(parts)}."

    def _memberships(self) -> dict[str, dict[str, Membership]]:
        """By country and bloc the closest membership on the day."""
        found: dict[str, dict[str, Membership]] = defaultdict(dict)
        if self.day:
            held = Membership.objects.published().on(self.day.earliest).for_list()
            countries = [delegation.country_id for delegation in self.countries]
            for membership in sorted(held.filter(country__in=countries), key=closest_first):
                found[membership.country_id].setdefault(membership.bloc_id, membership)
        return dict(found)

    def _columns(self) -> list[Column]:
        """From the most to the fewest delegations that attended and belong in any way."""
        blocs = {m.bloc_id: m.bloc for held in self._of.values() for m in held.values()}
        own = {delegation.bloc_id: delegation for delegation in self.organisations}
        sizes = self._sizes(blocs)
        columns = {pk: Column(bloc, sizes[pk], own=own.get(pk)) for pk, bloc in blocs.items()}
        for delegation in self.countries:
            if delegation.status == Attendance.ATTENDED:
                for pk, membership in self._of.get(delegation.country_id, {}).items():
                    columns[pk].belonging += 1
                    columns[pk].came += membership.status == MembershipStatus.MEMBER
        return sorted(
            columns.values(),
            key=lambda c: (-c.belonging, -c.came, c.bloc.short_name.casefold(), c.bloc.pk),
        )

    def _sizes(self, blocs) -> Counter[str]:
        """How many full members each bloc had on the day, whether they sent a delegation or not."""
        if not blocs:
            return Counter()
        full = Membership.objects.published().full().on(self.day.earliest).filter(bloc__in=blocs)
        return Counter(dict(full.order_by().values_list("bloc").annotate(Count("pk"))))

    def _rows(self, status) -> tuple[list[Row], list[Delegation]]:
        of_status = [d for d in self.countries if d.status == status]
        in_none = [d for d in of_status if d.country_id not in self._of]
        rest = sorted((d for d in of_status if d.country_id in self._of), key=self._pattern)
        shared = self._pattern if self.folded else lambda delegation: delegation.pk
        rows = [self._row(list(group)) for _, group in groupby(rest, key=shared)]
        for before, row in zip(rows, rows[1:], strict=False):
            row.new = _first(before) != _first(row)
        return rows, in_none

    def _pattern(self, delegation) -> tuple:
        """What is full comes before what is empty, then full members before others; read from the left.

        Python sorts stably, so that within a pattern delegations keep the order of their names.
        """
        held = self._of[delegation.country_id]
        found = [held.get(column.bloc.pk) for column in self.columns]
        return (
            tuple(membership is None for membership in found),
            tuple(_place(membership) for membership in found),
        )

    def _row(self, delegations) -> Row:
        cells = []
        for column in self.columns:
            held = (self._of[d.country_id].get(column.bloc.pk) for d in delegations)
            cells.append(Cell(column.bloc, [membership for membership in held if membership]))
        return Row(delegations, cells)


def _place(membership) -> int:
    order = [MembershipStatus.MEMBER, MembershipStatus.PARTNER, MembershipStatus.OBSERVER]
    return order.index(membership.status) if membership else len(order)


def _first(row) -> str:
    return next(cell.bloc.pk for cell in row.cells if cell.memberships)
