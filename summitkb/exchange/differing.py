"""What differs between two packages, row by row and cell by cell, whatever the order of their rows."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from os.path import commonprefix

from summitkb.exchange.columns import one_line, shown
from summitkb.exchange.packages import Package
from summitkb.exchange.tables import Table, tables

KINDS = ("added", "removed", "changed")
LONG = 80
"""Characters, from which on a cell is quoted in part."""
LEAD = 30
"""Characters that are quoted before the place where two long cells part."""


@dataclass(frozen=True)
class Difference:
    """One row that is in one package alone, or in both with other cells.

    `cells` are those of the row as it is, or as it was where it was removed; `changed` are those that
    differ, before and after.
    """

    table: Table
    key: tuple[str, ...]
    cells: dict[str, str]
    kind: str
    changed: dict[str, tuple[str, str]] = field(default_factory=dict)

    def __str__(self):
        """A line for the row, or one for each cell that changed."""
        row = one_line(f"{self.table.name}/{'+'.join(self.key)}")
        if self.kind == "changed":
            return "\n".join(
                f"{row}: {name}: {_from_to(before, after)}"
                for name, (before, after) in self.changed.items()
            )
        return f"{row}: {self.kind}"


def _from_to(before: str, after: str) -> str:
    """Both cells as they are quoted; of long ones from a little before the place where they part."""
    start = 0
    if max(len(before), len(after)) > LONG:
        start = max(len(commonprefix([before, after])) - LEAD, 0)
    return f"{_quoted(before, start)} → {_quoted(after, start)}"


def _quoted(cell: str, start: int) -> str:
    return shown(f"…{cell[start:]}" if start else cell) if cell else "(empty)"


def differences(before: Package, after: Package) -> Iterator[Difference]:
    """What differs between two packages in which `check` finds nothing, in the order of a package.

    One table of the first is held in memory at a time, and what differs in it. A row whose columns are
    all part of its key, as a citation, is never changed, but removed and added.
    """
    for watched in (before, after):
        watched.watch.begin("Comparing", watched.size)
    for table in tables():
        yield from sorted(_of_table(table, before, after), key=lambda found: found.key)


def _of_table(table, before, after):
    known = {table.sort_key(row): row for _, row in before.rows(table.name)}
    for _, row in after.rows(table.name):
        key = table.sort_key(row)
        was = known.pop(key, None)
        if was is None:
            yield Difference(table, key, row, "added")
        elif was != row:
            changed = {name: (was[name], row[name]) for name in table.header}
            changed = {name: cells for name, cells in changed.items() if cells[0] != cells[1]}
            yield Difference(table, key, row, "changed", changed)
    for key, row in known.items():
        yield Difference(table, key, row, "removed")


def changelog(found: Iterable[Difference]) -> str:
    """Differences in words: a line that counts them, one for each table, and then each of them."""
    lines, counts = [], {}
    for difference in found:
        lines.append(str(difference))
        counts.setdefault(difference.table.name, Counter())[difference.kind] += 1
    if not counts:
        return "Nothing differs.\n"
    total = sum(counts.values(), Counter())
    summary = [f"{_counted(total)} in all"]
    summary += [f"{name}: {_counted(of_table)}" for name, of_table in counts.items()]
    return "\n".join([*summary, "", *lines]) + "\n"


def _counted(counts: Counter) -> str:
    return ", ".join(f"{counts[kind]} {kind}" for kind in KINDS if counts[kind])
