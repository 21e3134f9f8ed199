"""What loading a package would do to the database, row by row, before anything of it is done.

By FORMAT.md: a new key is added; of a key that is there, an empty cell says nothing and another
value is a change; what the package lacks is left alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from summitkb.exchange.columns import one_line
from summitkb.exchange.packages import Package, Problem
from summitkb.exchange.rules import constraint
from summitkb.exchange.tables import Table
from summitkb.records.models import Part
from summitkb.records.redirects import Redirect

BATCH = 2000
"""How many rows are asked of the database at once, and written at once."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """One row of a package beside what the database holds under its key."""

    table: Table
    line: int
    key: str
    row: dict[str, str]
    """The cells as they will be: those of the package, and where it is silent, the known ones."""

    changed: dict[str, tuple[str, str]]
    """The cells before and after, of the columns that will change; none of a new row."""

    publication: str | None = None
    """As it is now; None for a new row."""

    pk: object = None

    @property
    def kind(self) -> Literal["new", "changed", "unchanged"]:
        if self.pk is None:
            return "new"
        return "changed" if self.changed else "unchanged"

    def __str__(self):
        """The changes, one a line."""
        row = f"{self.table.name}/{self.key}"
        return "\n".join(
            one_line(f"{row}: {name}: {before or '(empty)'} → {after}")
            for name, (before, after) in self.changed.items()
        )


def compare(package: Package, table: Table) -> Iterator[Comparison]:
    """Each row of one table of a package in which nothing is wrong, beside the database."""
    rows = package.rows(table.name)
    while batch := list(islice(rows, BATCH)):
        known = _known(table, [row for _, row in batch])
        for line, row in batch:
            key = table.key_of(row)
            if key in known:
                yield _beside(table, line, key, row, *known[key])
            else:
                yield Comparison(table, line, key, row, {})


def _known(table, rows) -> dict[str, tuple]:
    """The primary key, publication and cells of the rows that the database has, by their key."""
    if table.found_by:
        found = {f"{table.found_by}__in": {row[table.found_by] for row in rows}}
    else:
        found = {f"{table.key_field}__in": [table.key_of(row) for row in rows]}
    queryset = table.model.objects.filter(**found).order_by()
    known = {}
    fields = ("pk", "publication") if table.has_publication else ("pk",)
    for values in table.cells(queryset, *fields):
        cells = [cell or "" for cell in values[len(fields) :]]
        row = dict(zip(table.header, cells, strict=True))
        publication = values[1] if table.has_publication else None
        known[table.key_of(row)] = values[0], publication, row
    return known


def _beside(table, line, key, row, pk, publication, before):
    changed = {
        name: (before[name], cell) for name, cell in row.items() if cell and cell != before[name]
    }
    merged = before | {name: after for name, (_, after) in changed.items()}
    return Comparison(table, line, key, merged, changed, publication, pk)


def conflicts(package: Package, table: Table, batch: list[Comparison]) -> Iterator[Problem]:
    """What is right in the package and wrong beside what the database holds, by line."""
    for found in batch:
        # A cell of the package and a known one may contradict each other.
        for rule in table.rules if found.changed else ():
            if not rule.holds(found.row):
                sentence = f"{rule.message.rstrip('.')}, and not with what is known already"
                yield package.problem(table.name, found.line, rule.column, sentence)
    for name in table.unique:
        yield from _taken(package, table, constraint(table.model, name), batch)
    yield from _merged(package, table, batch)


def _merged(package, table, batch):
    """New rows of which the key was given up in a merge. A part may have such a key again."""
    if issubclass(table.model, Part):
        return
    new = {f"{table.name}/{found.key}": found for found in batch if found.kind == "new"}
    for redirect in Redirect.objects.filter(address__in=new):
        sentence = f"“{new[redirect.address].key}” was merged into “{redirect.key}”; use that"
        yield package.problem(table.name, new[redirect.address].line, table.key[0], sentence)


def _taken(package, table, rule, batch):
    """Rows of which another row, one that the files do not have, holds the unique values."""
    wanted = {}
    for found in batch:
        values = tuple(found.row[name] for name in rule.fields)
        if found.kind != "unchanged" and all(values):
            wanted[values] = found
    if not wanted:
        return
    columns = [table.column(name) for name in rule.fields]
    some = {f"{c.name}__in": {v[i] for v in wanted} for i, c in enumerate(columns)}
    others = table.model.objects.filter(**some).order_by()
    for key, *values in others.values_list(table.key_field, *(c.cell() for c in columns)):
        found = wanted.get(tuple(values))
        if found and package.line_of(table.name, key) is None:
            sentence = f"{rule.violation_error_message.rstrip('.')} (“{key}” in the database)"
            yield package.problem(table.name, found.line, columns[-1].name, sentence)
