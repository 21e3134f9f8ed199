"""Everything that is wrong with a package, told at once and at its line.

A package is complete in itself: what its rows refer to stands in it, whatever a database may hold.
So nothing here asks the database. Where one table comes alone, the package that holds it does, and
says so by not being `whole`.
"""

import heapq
from collections.abc import Iterator
from operator import attrgetter

from summitkb.exchange.alphabets import foreign_letters
from summitkb.exchange.columns import EMPTY, Reference, shown
from summitkb.exchange.packages import Package, Problem
from summitkb.exchange.record_tables import CITATIONS, cited_records
from summitkb.exchange.rows import Malformed
from summitkb.exchange.rules import constraint
from summitkb.exchange.tables import Table, table_of, tables
from summitkb.records.publication import Publication


def check(package: Package, publication: str = Publication.DRAFT) -> Iterator[Problem]:
    """All problems in the order of files and lines, found as they are asked for.

    `publication` is what new rows are to be loaded as. It matters to one table alone, whose new rows
    have no citations yet: in a whole package each row is cited, whatever it becomes.
    """
    if not any(table.name in package for table in tables()):
        accepted = ", ".join(table.file for table in tables())
        yield Problem(package.name, None, None, f"holds no table; accepted are {accepted}")
        return
    # Each row is read once for its key and once for all else; a few tables are read once more.
    package.watch.begin("Checking", 2 * package.size)
    cited = _cited(package, publication)
    for table in package.declared:
        yield from _problems_of(package, table, cited)
    accepted = ", ".join(table.file for table in tables())
    for name in package.unknown_files:
        yield Problem(name, None, None, f"is not a table of a package; accepted are {accepted}")


def check_form(package: Package) -> Iterator[Problem]:
    """What keeps the rows of a whole package from being read, or from being told apart.

    What stands in their cells, and in which columns beside those of the key, is not asked: for that
    there is `check`.
    """
    package.watch.begin("Checking", 2 * package.size)
    for table in package.declared:
        if table.name not in package:
            yield _missing(table)
            continue
        if package.columns(table.name) >= set(table.key):
            yield from _RowCheck(package, table, None).form()
        else:
            yield from _header_problems(package, table)


def _cited(package, publication):
    """The keys that are cited, by table; None where that does not matter or cannot be told."""
    if not package.whole:
        return {} if publication == Publication.PUBLISHED else None
    if CITATIONS.name in package and package.keys(CITATIONS.name) is not None:
        return cited_records(package)
    return None


def _problems_of(package, table, cited):
    if table.name not in package:
        yield _missing(table)
        return
    yield from _header_problems(package, table)
    if package.columns(table.name):
        across = [found(package) for found in table.checks]
        cycles = [_cycles(package, table, column) for column in of_itself(table)]
        rows = _RowCheck(package, table, cited).problems()
        yield from heapq.merge(rows, *across, *cycles, key=attrgetter("line"))


def _missing(table):
    sentence = "is missing; accepted is a file with at least a header"
    return Problem(table.file, None, None, sentence)


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
        for name in _needed(package, table):
            if name not in header:
                yield problem(name, f"the column is missing; accepted are {accepted}")


def _needed(package, table):
    """The columns that the header must have. What else a new row needs is told at its line."""
    return table.header if package.whole else table.key


class _RowCheck:
    """What is wrong with the rows of one table, one by one, with what must be known for that."""

    def __init__(self, package: Package, table: Table, cited):
        self.package = package
        self.table = table
        present = package.columns(table.name)
        told = set(_needed(package, table)) - present
        places = {name: place for place, name in enumerate(package.header(table.name))}
        self.places = [(name, places[name]) for name in table.header if name in present]
        self.columns = [column for column in table.columns if column.name not in told]
        self.missing = set(table.header) - present
        self.whole = not told
        self.cited = cited.get(table.name, set()) if table.cited and cited is not None else None
        self.named_by = [name for name in table.key if table.column(name).required]
        self.unique = [(constraint(table.model, name), {}) for name in table.unique]

    def problems(self) -> Iterator[Problem]:
        for line, row in self._rows():
            if isinstance(row, Malformed):
                yield self._problem(line, None, str(row))
                continue
            key = self.table.key_of(row)
            alone = self.package.stands_alone(self.table.name, key)
            for column in self.columns:
                cell = row[column.name]
                if cell or (column.required and alone):
                    for sentence in self._cell(column, cell):
                        yield self._problem(line, column.name, sentence)
            yield from self._key(line, row, key, alone)
            if self.whole:
                yield from self._rules(line, row, alone)

    def form(self) -> Iterator[Problem]:
        for line, row in self._rows():
            if isinstance(row, Malformed):
                yield self._problem(line, None, str(row))
                continue
            for name in self.named_by:
                if not row[name]:
                    yield self._problem(line, name, EMPTY)
            yield from self._key(line, row, self.table.key_of(row), alone=True)

    def _rows(self):
        """Each row with its line: its cells by column, a column that is not there empty."""
        for line, cells in self.package.cells(self.table.name):
            row = cells
            if isinstance(cells, list):
                row = dict.fromkeys(self.table.header, "")
                row.update((name, cells[place]) for name, place in self.places)
            yield line, row

    def _problem(self, line, column, sentence):
        return self.package.problem(self.table.name, line, column, sentence)

    def _cell(self, column, cell):
        if column.name in self.missing:
            yield "the column is missing; a new row needs a value here"
            return
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
                    where = files if self.package.whole else f"{files} or the database"
                    yield (
                        f"{shown(key)}{foreign_letters(key)} is not in {where}; "
                        "accepted is a key that is there"
                    )

    def _key(self, line, row, key, alone):
        if self.package.keys(self.table.name) is None or not all(map(row.get, self.named_by)):
            return
        column = self.table.key[0]
        first = self.package.line_of(self.table.name, key)
        if first != line:
            name = "the same row" if self.table.found_by else shown(key)
            sentence = f"{name} stands in line {first} already; accepted is each key once"
            yield self._problem(line, column, sentence)
        elif self.cited is not None and alone and key not in self.cited:
            accepted = (
                f"a row for it in {CITATIONS.file}"
                if self.package.whole
                else "a draft, until it is cited"
            )
            sentence = f"{shown(key)} is not cited; accepted is {accepted}"
            yield self._problem(line, column, sentence)

    def _rules(self, line, row, alone):
        for rule in self.table.rules if alone else ():
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
        if key := table.key_of(row):  # else told by its column
            above.setdefault(key, (row[column.name], line))
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
