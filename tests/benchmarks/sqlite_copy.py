"""The rows of a package as a SQLite file, which Datasette and Python's csv are measured on.

The tables have the columns of the package, its keys and references, an index for each reference and
for each column that our lists filter by, and tables of words for the full-text search. A statement has
beside that the country of its delegation, so that Datasette can count and filter it without a join.
"""

import csv
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path

AT_ONCE = 5000
REFERENCES = {
    "event": "events",
    "meeting": "meetings",
    "speaker": "people",
    "person": "people",
    "delegation": "delegations",
    "country": "countries",
    "bloc": "blocs",
    "source": "sources",
    "parent": "topics",
}
FILTERED = ("kind", "status", "date", "access", "role", "language", "publisher", "published_on")
LISTS = {"topics": "topics", "about": None, "parties": None}
"""Columns that hold lists, each with the table that it names rows of, if that is one alone."""
NUMBERS = ("value", "edition")
SEARCHED = {
    "statements": ("text", "speaker_label"),
    "meetings": ("title", "summary", "place"),
    "people": ("name", "native_name", "other_names"),
}


def build(package: Path, file: Path) -> None:
    """Make the file anew of the tables in a folder. What is half made has another name."""
    unfinished = file.with_name(f"{file.name}.new")
    unfinished.unlink(missing_ok=True)
    with closing(sqlite3.connect(unfinished)) as base:
        base.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF")
        tables = sorted(package.glob("*.csv"))
        for path in tables:
            _fill(base, path)
        _add_countries(base)
        for path in tables:
            _index(base, path.stem)
        for table, columns in SEARCHED.items():
            _make_searchable(base, table, columns)
        base.execute("ANALYZE")
        base.commit()
    unfinished.rename(file)


def _fill(base: sqlite3.Connection, path: Path) -> None:
    table = path.stem
    with path.open(encoding="utf-8", newline="") as stream:
        rows = csv.reader(stream)
        header = next(rows)
        base.execute(f'CREATE TABLE "{table}" ({", ".join(_declared(header))})')
        marks = ", ".join("?" * len(header))
        for batch in _batches(rows):
            cells = [[cell or None for cell in row] for row in batch]
            base.executemany(f'INSERT INTO "{table}" VALUES ({marks})', cells)
            for name in LISTS.keys() & set(header):
                _fill_list(base, table, name, header, batch)


def _declared(header: list[str]) -> Iterator[str]:
    for name in header:
        kind = "INTEGER" if name in NUMBERS else "TEXT"
        key = " PRIMARY KEY" if name == header[0] and name in ("id", "code") else ""
        yield f'"{name}" {kind}{key}{_reference(REFERENCES.get(name))}'


def _reference(table: str | None) -> str:
    """Datasette wants the column named, though SQLite would know it."""
    return f" REFERENCES {table} ({'code' if table == 'countries' else 'id'})" if table else ""


def _fill_list(base, table, name, header, batch) -> None:
    """A table of pairs for a column that holds lists."""
    base.execute(
        f'CREATE TABLE IF NOT EXISTS "{table}_{name}" '
        f"(owner TEXT{_reference(table)}, target TEXT{_reference(LISTS[name])})"
    )
    place = header.index(name)
    pairs = ((row[0], target) for row in batch for target in row[place].split(" | ") if target)
    base.executemany(f'INSERT INTO "{table}_{name}" VALUES (?, ?)', pairs)


def _batches(rows: Iterator[list[str]]) -> Iterator[list[list[str]]]:
    while batch := list(islice(rows, AT_ONCE)):
        yield batch


def _add_countries(base: sqlite3.Connection) -> None:
    reference = _reference("countries")
    base.execute(f"ALTER TABLE statements ADD COLUMN country TEXT{reference}")
    base.execute(
        "UPDATE statements SET country = "
        "(SELECT country FROM delegations WHERE delegations.id = statements.delegation)"
    )


def _index(base: sqlite3.Connection, table: str) -> None:
    columns = [row[1] for row in base.execute(f'PRAGMA table_info("{table}")')]
    for name in columns:
        if name in REFERENCES or name in FILTERED:
            base.execute(f'CREATE INDEX "{table}_{name}_index" ON "{table}" ("{name}")')
    if table == "citations":
        base.execute('CREATE INDEX citations_record_index ON citations ("table", record)')
    for name in LISTS.keys() & set(columns):
        for column in ("owner", "target"):
            base.execute(
                f'CREATE INDEX "{table}_{name}_{column}_index" ON "{table}_{name}" ({column})'
            )


def _make_searchable(base: sqlite3.Connection, table: str, columns: tuple[str, ...]) -> None:
    names = ", ".join(columns)
    base.execute(
        f"CREATE VIRTUAL TABLE {table}_fts USING fts5({names}, content='{table}', "
        "tokenize='unicode61 remove_diacritics 2')"
    )
    base.execute(f"INSERT INTO {table}_fts ({table}_fts) VALUES ('rebuild')")
