"""What differs between two packages, row by row and cell by cell, whatever the order of their rows."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import blake2b
from os.path import commonprefix

from summitkb.exchange.columns import one_line, shown
from summitkb.exchange.packages import Package, short_key
from summitkb.exchange.tables import Table, tables

KINDS = ("added", "removed", "changed")
SAME = "Nothing differs.\n"
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
    cells: dict[str, str]
    kind: str
    changed: dict[str, tuple[str, str]] = field(default_factory=dict)

    def __str__(self):
        """A line for the row, or one for each cell that changed.

        Of what was removed only the key, and not its words: it may have been withdrawn.
        """
        row = one_line(self.table.address_of(self.cells))
        if self.kind == "changed":
            return "\n".join(
                f"{row}: {name}: {_from_to(before, after)}"
                for name, (before, after) in self.changed.items()
            )
        said = self.table.said(self.cells) if self.kind == "added" else ""
        return f"{row}: {self.kind}: {shown(said)}" if said else f"{row}: {self.kind}"


def _from_to(before: str, after: str) -> str:
    """Both cells as they are quoted; of long ones from a little before the place where they part."""
    start = 0
    if max(len(before), len(after)) > LONG:
        start = max(len(commonprefix([before, after])) - LEAD, 0)
    return f"{_quoted(before, start)} → {_quoted(after, start)}"


def _quoted(cell: str, start: int) -> str:
    return shown(f"…{cell[start:]}" if start else cell) if cell else "(empty)"


def differences(before: Package, after: Package) -> Iterator[Difference]:
    """What differs between two packages in which `check_form` finds nothing, in the order of a package.

    Of one table at a time a digest of each row is held in memory, and the rows that differ. A row whose
    columns are all part of its key, as a citation, is never changed, but removed and added.
    """
    before.watch.begin("Comparing", 2 * before.size)
    after.watch.begin("Comparing", after.size)
    for table in tables():
        yield from sorted(
            _of_table(table, before, after), key=lambda found: table.sort_key(found.cells)
        )


def _of_table(table, before, after):
    known, differing, common = {}, {}, _common(table, before, after)
    for key, row in _rows(table, before):
        known[key] = _digest(row, common)
    for key, row in _rows(table, after):
        if known.get(key) == _digest(row, common):
            del known[key]
        else:
            differing[key] = row
    for key, was in _rows(table, before):
        if key not in known:
            continue
        if key in differing:
            row = differing.pop(key)
            changed = {n: (was[n], row[n]) for n in common if was[n] != row[n]}
            yield Difference(table, row, "changed", changed)
        else:
            yield Difference(table, was, "removed")
    for row in differing.values():
        yield Difference(table, row, "added")


def _rows(table, package):
    return ((short_key(table.key_of(row)), row) for _, row in package.rows(table.name))


def _common(table, before, after) -> list[str]:
    """The columns that both packages have, in their order; all where one has none of the table."""
    columns = [package.columns(table.name) for package in (before, after)]
    return [name for name in table.header if all(name in have for have in columns if have)]


def _digest(row: dict[str, str], columns) -> bytes:
    cells = "\x1f".join(row[name] for name in columns).encode("utf-8", "surrogateescape")
    return blake2b(cells, digest_size=16).digest()


def other_columns(before: Package, after: Package) -> Iterator[str]:
    """A line for each column that one of two packages has alone: what stands in it is not compared."""
    for table in tables():
        was, now = (package.columns(table.name) for package in (before, after))
        for name in table.header if was and now else ():
            if (name in was) != (name in now):
                yield f"{table.name}: the column {name} was {'added' if name in now else 'removed'}"


def changelog(before: Package, after: Package) -> str:
    """What differs in words: a line that counts it, one for each table, and then each difference."""
    columns = list(other_columns(before, after))
    text = _told(differences(before, after))
    return "\n".join([*columns, text]) if columns else text


def _told(found: Iterable[Difference]) -> str:
    lines, counts = [], {}
    for difference in found:
        lines.append(str(difference))
        counts.setdefault(difference.table.name, Counter())[difference.kind] += 1
    if not counts:
        return SAME
    total = sum(counts.values(), Counter())
    summary = [f"{_counted(total)} in all"]
    summary += [f"{name}: {_counted(of_table)}" for name, of_table in counts.items()]
    return "\n".join([*summary, "", *lines]) + "\n"


def _counted(counts: Counter) -> str:
    return ", ".join(f"{counts[kind]} {kind}" for kind in KINDS if counts[kind])
