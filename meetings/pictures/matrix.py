"""The matrix of who met whom: the same delegations and the same order as round the circle.

Both triangles are filled, so that a row reads as all meetings of its delegation.
"""

from collections import defaultdict
from dataclasses import dataclass

from delegations.groups import IN_NO_BLOC, Group
from delegations.models import Delegation
from meetings.pictures.who_met import Bilateral, Encounter, WhoMet, code_of

WIDE = 60
"""With more delegations than that a table of two columns says it better."""


@dataclass(frozen=True)
class Heading:
    """The name and the code of a delegation; `first` where a group begins."""

    delegation: Delegation
    first: bool
    quiet: bool

    @property
    def code(self) -> str:
        return code_of(self.delegation)

    @property
    def classes(self) -> str:
        return _applying(first=self.first, quiet=self.quiet)


@dataclass(frozen=True)
class Cell:
    """The meetings of two delegations; `own` where the two are one."""

    bilaterals: list[Bilateral]
    first: bool
    own: bool

    @property
    def classes(self) -> str:
        return _applying(self=self.own, first=self.first)


class Row:
    """All meetings of one delegation. Which of the two ways it is read in, the template decides."""

    def __init__(self, matrix: "Matrix", heading: Heading):
        self.matrix, self.heading = matrix, heading
        self.held = matrix.who.held(heading.delegation)

    @property
    def cells(self) -> list[Cell]:
        """One for each column."""
        together = defaultdict(list)
        for encounter in self.met:
            together[encounter.other.pk].append(encounter.bilateral)
        return [
            Cell(
                together.get(column.delegation.pk, []),
                column.first,
                column.delegation.pk == self.heading.delegation.pk,
            )
            for column in self.matrix.headings
        ]

    @property
    def met(self) -> list[Encounter]:
        """Its encounters in the order of the columns."""
        place = self.matrix.place
        met = self.matrix.who.of.get(self.heading.delegation.pk, [])
        return sorted(met, key=lambda encounter: place[encounter.other.pk])


@dataclass(frozen=True)
class Block:
    """The rows of one group; `group` is None for the host, who stands alone."""

    group: Group | None
    rows: list[Row]

    @property
    def column_title(self) -> str:
        """Short enough for few columns; the title says the whole."""
        return "In no bloc" if self.group.title == IN_NO_BLOC else self.group.title

    @property
    def row_title(self) -> str:
        """Before the name of the first; that of a country in no bloc stands there without."""
        return self.group.title if self.group and self.group.bloc else ""

    @property
    def full_title(self) -> str:
        return str(self.group.bloc or self.group.title) if self.group else "Host"

    @property
    def of_those_who_met(self) -> list[Row]:
        return [row for row in self.rows if not row.heading.quiet]


class Matrix:
    """Rows and columns of the groups in which somebody has a bilateral on record; the host first."""

    def __init__(self, who: WhoMet):
        self.who = who
        shown = [group for group in who.groups if self._has_met(group)]
        self.left_out = [group for group in who.groups if not self._has_met(group)]
        self.blocks = [self._block(None, [who.host])] if who.host else []
        self.blocks += [self._block(group, group.delegations) for group in shown]
        self.headings = [row.heading for block in self.blocks for row in block.rows]
        self.place = {heading.delegation.pk: n for n, heading in enumerate(self.headings)}

    def __len__(self):
        return len(self.headings)

    @property
    def wide(self) -> bool:
        return len(self) > WIDE

    def _has_met(self, group):
        return any(delegation.pk in self.who.of for delegation in group.delegations)

    def _block(self, group, delegations):
        headings = (
            Heading(delegation, place == 0, delegation.pk not in self.who.of)
            for place, delegation in enumerate(delegations)
        )
        return Block(group, [Row(self, heading) for heading in headings])


def _applying(**classes: bool) -> str:
    return " ".join(name for name, applies in classes.items() if applies)
