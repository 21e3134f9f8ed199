"""What a query finds, in one ranked list.

Of each table the first `MOST` hits are ranked, which is all of them unless the words are common in a
large base. How many more there are is not counted: that would take a look at every one.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from django.db import connection

from summitkb.browse.search.query import Query
from summitkb.exchange.tables import get_table, tables
from summitkb.records.models import SearchEntry

MOST = 1_000


class Entry(NamedTuple):
    """One record that was found, by its table and key."""

    table: str
    record: str


@dataclass(frozen=True)
class Found:
    """The hits of all tables, the best first."""

    entries: tuple[Entry, ...] = ()

    @cached_property
    def counts(self) -> Counter[str]:
        """The hits in each table."""
        return Counter(entry.table for entry in self.entries)

    @property
    def more(self) -> set[str]:
        """The tables that may have more hits than these."""
        return {table for table, count in self.counts.items() if count == MOST}

    @classmethod
    def of(cls, query: Query) -> "Found":
        """What is found by a query; by one that asks for nothing, nothing. One query."""
        hits = sorted(_hits(query)) if query else []
        return cls(tuple(entry for *_, entry in hits))


def _hits(query: Query) -> Iterator[tuple[float, int, str, Entry]]:
    """What each hit is ordered by, and its entry."""
    compiler = SearchEntry.objects.all().query.get_compiler(connection=connection)
    asked, params = compiler.compile(query.sql.resolve_expression(compiler.query))
    names = [table.name for table in tables()]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM derived.search({asked}, %s, %s)", [*params, names, MOST])
        for name, record, rank in cursor.fetchall():
            table = get_table(name)
            yield -rank * table.searched.weight, table.order, record, Entry(name, record)
