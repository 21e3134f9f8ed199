"""A part of the knowledge base that is a package of its own: some rows, and all that they name."""

from collections import defaultdict
from collections.abc import Iterator

from django.db.models import QuerySet

from summitkb.exchange.record_tables import CITATIONS, SOURCES
from summitkb.exchange.tables import Table, get_table, table_of
from summitkb.records.models import Citation
from summitkb.records.structure import references

Keys = dict[str, set]
"""Primary keys of rows, by the name of their table."""


def with_what_they_name(roots: Keys) -> Keys:
    """Some published rows and, step by step, the rows that they name: what is published refers only to
    what is published."""
    found, waiting = defaultdict(set), list(roots.items())
    while waiting:
        name, keys = waiting.pop()
        if new := keys - found[name]:
            found[name] |= new
            waiting += _named_by(get_table(name), new)
    return found


def with_evidence(rows: Keys) -> Keys:
    """Rows with what is cited for them of published sources, and these sources."""
    public, citations, sources = Citation.objects.from_published_sources(), set(), set()
    for name, keys in rows.items():
        table = get_table(name)
        records = table.model.objects.filter(pk__in=keys).order_by()
        records = list(records.values_list(table.key_field, flat=True))
        cited = public.filter(table=name, record__in=records).order_by()
        for citation, source in cited.values_list("pk", "source"):
            citations.add(citation)
            sources.add(source)
    known = rows.get(SOURCES.name, set())
    return {**rows, CITATIONS.name: citations, SOURCES.name: known | sources}


def rows_of(keys: Keys, table: Table) -> QuerySet:
    """The rows of a table that are among some keys."""
    return table.published().filter(pk__in=keys.get(table.name, ()))


def _named_by(table: Table, keys: set) -> Iterator[tuple[str, set]]:
    """The rows that some rows of a table name, by table, in columns and in lists."""
    for link in references(table.model):
        owner = "pk" if link.model is table.model else "owner"
        rows = link.model.objects.filter(**{f"{owner}__in": keys}).order_by()
        named = set(rows.values_list(link.attname, flat=True)) - {None}
        yield table_of(link.related_model).name, named
