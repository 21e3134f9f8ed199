"""The filter form of the search: words, and the tables to look in."""

from functools import cached_property

from django.contrib.postgres.search import SearchRank
from django.db.models import Case, F, FloatField, IntegerField, Value, When

from summitkb.browse.counting import BySql
from summitkb.browse.facets import TableFacet
from summitkb.browse.filter_form import RecordFilter
from summitkb.browse.filters import SortFilter, WordsFilter
from summitkb.browse.search.documents import WEIGHTS
from summitkb.browse.search.query import VECTOR, Matches, Query
from summitkb.exchange.tables import tables

BY_LENGTH = 1
"""Divide a rank by one plus the logarithm of the length: a hit in few words counts more."""


def by_table(value_of, output_field) -> Case:
    """A value of the table that an entry is of."""
    whens = [When(table=table.name, then=Value(value_of(table))) for table in tables()]
    return Case(*whens, output_field=output_field)


class SearchWords(WordsFilter):
    """Entries that answer a query. Where nothing is asked for there are none."""

    phrase = "for"

    def filter(self, queryset, value):
        query = Query.parse(value or "")
        if not query:
            return queryset.none().alias(rank=Value(0.0))
        rank = SearchRank(
            VECTOR,
            query.sql,
            weights=[WEIGHTS[letter] for letter in "DCBA"],
            normalization=Value(BY_LENGTH),
        )
        weight = by_table(lambda table: float(table.searched.weight), FloatField())
        return queryset.filter(Matches(VECTOR, query.sql)).alias(rank=rank * weight)


class ByTable(BySql):
    """Entries are counted once, by their tables: to look at all that were found is what takes time."""

    @cached_property
    def by_table(self):
        return super().counts("table")

    @cached_property
    def count(self):
        chosen = self.filterset.form.cleaned_data.get("table") or self.by_table
        return sum(self.by_table[table] for table in chosen)

    def counts(self, name, most=None, also=frozenset()):
        return self.by_table | {table: self.by_table[table] for table in also}


class SearchFilter(RecordFilter):
    source = source_kind = publisher = reported_by = corroboration = None
    table = TableFacet(tables(), label="Found in", phrase="in")
    q = SearchWords()
    sort = SortFilter(
        cited=False,
        relevance=(F("rank").desc(), by_table(lambda table: table.order, IntegerField()), "record"),
    )
    shown_facets = ("table",)
    evidence_facets = ()

    @cached_property
    def counting(self) -> ByTable:
        return ByTable(self)

    def filter_queryset(self, queryset):
        if "q" not in self.data:
            queryset = self.filters["q"].filter(queryset, "")
        return super().filter_queryset(queryset)

    @property
    def asked(self) -> Query:
        return Query.parse(self.data.get("q", ""))
