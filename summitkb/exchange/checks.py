"""Everything that is wrong with a package, told at once and at its line.

A package is complete in itself: what its rows refer to stands in it, whatever a database may hold.
So nothing here asks the database.
"""

import heapq
from collections.abc import Iterator
from operator import attrgetter

from summitkb.exchange.columns import Reference, shown
from summitkb.exchange.packages import Package, Problem
from summitkb.exchange.record_tables import CITATIONS, cited_records
from summitkb.exchange.rows import Malformed
from summitkb.exchange.rules import constraint
from summitkb.exchange.tables import Table, table_of, tables


def check(package: Package) -> Iterator[Problem]:
    """All problems in the order of files and lines, found as they are asked for."""
    if not any(table.name in package for table in tables()):
        accepted = ", ".join(table.file for table in tables())
        yield Problem(package.name, None, None, f"holds no table; accepted are {accepted}")
        return
    # Each row is read once for its key and once for all else; a few tables are read once more.
    package.watch.begin("Checking", 2 * package.size)
    cited = None
    if CITATIONS.name in package and package.keys(CITATIONS.name) is not None:
        cited = cited_records(package)
    for table in tables():
        yield from _problems_of(package, table, cited)
    accepted = ", ".join(table.file for table in tables())
    for name in package.unknown_files:
        yield Problem(name, None, None, f"is not a table of a package; accepted are {accepted}")


def _problems_of(package, table, cited):
    if table.name not in package:
        sentence = "is missing; accepted is a file with at least a header"
        yield Problem(table.file, None, None, sentence)
        return
    yield from _header_problems(package, table)
    if package.columns(table.name):
        across = [found(package) for found in table.checks]
        cycles = [_cycles(package, table, column) for column in of_itself(table)]
        rows = _RowCheck(package, table, cited).problems()
        yield from heapq.merge(rows, *across, *cycles, key=attrgetter("line"))


def _header_problems(package, table):
    header, accepted = package.header(table.name), ", ".join(table.header)

    def problem(column, sentence):
        return package.problem(table.name, 1, column, sentence)

    if header is None:
        yield problem(None, f"the file is empty; accepted is a header: {accepted}")
    elif isinstance(header, Malformed):
        yield problem(None, str(header))
    elif not set(header) & set(table.header):
        yield problem(None, f"this is not the header; accepted are {accepted}")
    else:
        for name in dict.fromkeys(header):
            if name not in table.header:
                sentence = f"is not a column of this table; accepted are {accepted}"
                yield problem(shown(name), sentence)
            elif header.count(name) > 1:
                yield problem(name, "stands twice in the header; accepted is each column once")
        for name in table.header:
            if name not in header:
                yield problem(name, f"the column is missing; accepted are {accepted}")


class _RowCheck:
    """What is wrong with the rows of one table, one by one, with what must be known for that."""

    def __init__(self, package: Package, table: Table, cited):
        self.package = package
        self.table = table
        present = package.columns(table.name)
        places = {name: place for place, name in enumerate(package.header(table.name))}
        self.columns = [(places[c.name], c) for c in table.columns if c.name in present]
        self.whole = len(present) == len(table.columns)
        self.cited = cited.get(table.name, set()) if table.cited and cited is not None else None
        self.named_by = [name for name in table.key if table.column(name).required]
        self.unique = [(constraint(table.model, name), {}) for name in table.unique]

    def problems(self) -> Iterator[Problem]:
        for line, cells in self.package.cells(self.table.name):
            if isinstance(cells, Malformed):
                yield self._problem(line, None, str(cells))
                continue
            row = dict.fromkeys(self.table.header, "")
            for place, column in self.columns:
                row[column.name] = cell = cells[place]
                if cell or column.required:
                    for sentence in self._cell(column, cell):
                        yield self._problem(line, column.name, sentence)
            yield from self._key(line, row)
            if self.whole:
                yield from self._rules(line, row)

    def _problem(self, line, column, sentence):
        return self.package.problem(self.table.name, line, column, sentence)

    def _cell(self, column, cell):
        try:
            value = column.check(cell)
        except ValueError as error:
            yield str(error)
            return
        if column.targets:
            known = [table_of(target) for target in column.targets]
            for key in value if isinstance(value, list) else [value]:
                if not any(self.package.has(table.name, key) for table in known):
                    files = " or ".join(table.file for table in known)
                    yield f"{shown(key)} is not in {files}; accepted is a key that is there"

    def _key(self, line, row):
        if self.package.keys(self.table.name) is None or not all(map(row.get, self.named_by)):
            return
        column = self.table.key[0]
        key = self.table.key_of(row)
        first = self.package.line_of(self.table.name, key)
        if first != line:
            name = "the same row" if self.table.found_by else shown(key)
            sentence = f"{name} stands in line {first} already; accepted is each key once"
            yield self._problem(line, column, sentence)
        elif self.cited is not None and key not in self.cited:
            sentence = f"{shown(key)} is not cited; accepted is a row for it in {CITATIONS.file}"
            yield self._problem(line, column, sentence)

    def _rules(self, line, row):
        for rule in self.table.rules:
            if not rule.holds(row):
                yield self._problem(line, rule.column, rule.message.rstrip("."))
        for rule, lines in self.unique:
            values = tuple(row[name] for name in rule.fields)
            if all(values) and (first := lines.setdefault(values, line)) != line:
                sentence = f"{rule.violation_error_message.rstrip('.')} (line {first})"
                yield self._problem(line, rule.fields[-1], sentence)


def of_itself(table: Table) -> list[Reference]:
    """The columns by which rows of a table lie below other rows of it."""
    return [c for c in table.columns if isinstance(c, Reference) and c.targets == [table.model]]


def _cycles(package, table, column):
    """Yield a problem for each ring of rows that lie below one another, at its first line."""
    above = {}
    for line, row in package.rows(table.name):
        above.setdefault(table.key_of(row), (row[column.name], line))
    found = []
    for ring in rings({key: parent for key, (parent, _) in above.items()}):
        line, start = min((above[key][1], key) for key in ring)
        at = ring.index(start)
        way = " → ".join([*ring[at:], *ring[: at + 1]])
        sentence = f"{shown(start)} lies below itself ({way}); accepted is a tree"
        found.append(package.problem(table.name, line, column.name, sentence))
    yield from sorted(found, key=attrgetter("line"))


def rings(above: dict[str, str]) -> Iterator[list[str]]:
    """The cycles of a graph in which each node has one arrow, each once."""
    seen = set()
    for start in above:
        way, key = [], start
        while key in above and key not in seen:
            seen.add(key)
            way.append(key)
            key = above[key]
        if key in way:
            yield way[way.index(key) :]
