"""A part of the knowledge base that is a package of its own: some rows, and all that they name."""

from collections import defaultdict
from collections.abc import Iterator

from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from summitkb.exchange.record_tables import CITATIONS, SOURCES
from summitkb.exchange.tables import Table, get_table, table_of
from summitkb.records.models import Citation
from summitkb.records.structure import references


class Subset:
    """Published rows, and step by step the rows that they name: what is published refers only to what
    is published."""

    def __init__(self):
        self.keys: dict[str, set] = defaultdict(set)
        """Primary keys of rows, by the name of their table."""
        self._weighed: dict[str, set] = defaultdict(set)

    def add(self, rows: QuerySet) -> None:
        """Some rows of a table, and what they name."""
        found = set(rows.order_by().values_list("pk", flat=True).distinct().iterator())
        waiting = [(table_of(rows.model), found)]
        while waiting:
            table, keys = waiting.pop()
            if new := keys - self.keys[table.name]:
                self.keys[table.name] |= new
                waiting += _named_by(table, new)

    def add_evidence(self) -> None:
        """What is cited of published sources for the rows that are here, and these sources."""
        public = Citation.objects.from_published_sources()
        for name in [name for name in self.keys if name != CITATIONS.name]:
            table, new = get_table(name), self.keys[name] - self._weighed[name]
            if not new:
                continue
            self._weighed[name] |= new
            records = among(table.model.objects.order_by(), new).values(table.key_field)
            cited = public.filter(table=name, record__in=records).order_by()
            self.keys[CITATIONS.name].update(cited.values_list("pk", flat=True).iterator())
            sources = cited.values_list("source", flat=True).distinct()
            self.keys[SOURCES.name].update(sources)

    def rows(self, table: Table) -> QuerySet:
        """Those of a table."""
        return among(table.published(), self.keys[table.name])


def among(rows: QuerySet, keys: set, field: str = "pk") -> QuerySet:
    """The rows of which a field has one of some keys, however many these are.

    As an array: a list of a hundred thousand values takes PostgreSQL longer to read than to look up.
    """
    if not keys:
        return rows.none()
    of = rows.model._meta.pk if field == "pk" else rows.model._meta.get_field(field)
    values = RawSQL(f"SELECT unnest(%s::{_type(of)}[])", [list(keys)])
    return rows.filter(**{f"{field}__in": values})


def _type(field) -> str:
    return "bigint" if field.get_internal_type().endswith("AutoField") else "text"


def _named_by(table: Table, keys: set) -> Iterator[tuple[Table, set]]:
    """The rows that some rows of a table name, by table, in columns and in lists."""
    for link in references(table.model):
        owner = "pk" if link.model is table.model else "owner"
        rows = among(link.model.objects.order_by(), keys, owner)
        named = set(rows.values_list(link.attname, flat=True).distinct()) - {None}
        yield table_of(link.related_model), named
