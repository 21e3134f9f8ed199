"""Parts of a detail page that are the beginning of a list under a filter, with a way to all of it.

A record's page needs to know no more of another table than its public address: the page of a country
shows what `/meetings/?country=IRN` begins with, and links there. So a lower app can show what an upper
one records without knowing it.
"""

from dataclasses import dataclass
from operator import attrgetter

from django.http import QueryDict

LENGTH = 8
"""How many rows a page shows of a list that is about its record; the list itself is one link away."""

LISTS: dict[str, type] = {}
"""The list view of each table by the table's name; filled by `browse.urls.table_urls`."""


def counting_of(table: str, query: str = ""):
    """How the rows of a list under a filter are counted. Raises BadParameters."""
    filterset = LISTS[table].filterset_of(QueryDict(query))
    _ = filterset.qs
    return filterset.counting


def first_of(table: str, query: str, length: int = LENGTH) -> list:
    """The rows with which a list under a filter begins, as it shows them. Raises BadParameters."""
    view = LISTS[table]
    return view.prepared(counting_of(table, query).page(view.shown, 0, length))


@dataclass
class Part:
    """An excerpt as the page of one record shows it."""

    table: str
    title: str
    query: str
    rows: list
    count: int
    template: str
    cited: bool
    slot: str

    @property
    def more(self) -> bool:
        return self.count > len(self.rows)


class Excerpt:
    """The first rows of a table's list, filtered by what the record says.

    `parameters` are those of the list, with the attribute of the record that gives the value, or a
    literal that begins with `=`. `slot` says in which column of the page it stands. Only what the
    record is made of, as a meeting of its participants, is given a `limit` above the usual.
    """

    def __init__(
        self, table: str, title: str, *, limit: int = LENGTH, slot: str = "main", **parameters
    ):
        self.table, self.title, self.limit, self.slot = table, title, limit, slot
        self.parameters = {name.rstrip("_").replace("_", "-"): v for name, v in parameters.items()}

    def of(self, record) -> Part | None:
        """The excerpt for a record; None where nothing is there to show."""
        query = self.query_of(record)
        if query is None:
            return None
        view = LISTS[self.table]
        counting = counting_of(self.table, query)
        first = view.prepared(counting.page(view.shown, 0, self.limit))
        if not first:
            return None
        count = len(first) if len(first) < self.limit else counting.count
        return Part(
            self.table, self.title, query, first, count, view.rows_template, view.cited, self.slot
        )

    def query_of(self, record) -> str | None:
        """The query string of the list; None where the record does not have a value."""
        data = QueryDict(mutable=True)
        for name, source in self.parameters.items():
            value = source[1:] if source.startswith("=") else attrgetter(source)(record)
            if not value:
                return None
            data[name] = value
        return data.urlencode()
