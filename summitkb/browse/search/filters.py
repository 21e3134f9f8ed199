"""The filter form of the search: words, and the tables to look in."""

from functools import cached_property

from summitkb.browse.counting import BySql
from summitkb.browse.facets import TableFacet
from summitkb.browse.filter_form import RecordFilter
from summitkb.browse.filters import SortFilter, WordsFilter
from summitkb.browse.search.found import Entry, Found
from summitkb.browse.search.query import Query
from summitkb.exchange.tables import tables


class SearchWords(WordsFilter):
    phrase = "for"


class Counted(BySql):
    """Hits are counted as they were found, and not asked for again."""

    @property
    def count(self):
        return len(self.filterset.qs)

    def counts(self, name, most=None, also=frozenset()):
        counts = self.filterset.found.counts
        return counts | {table: counts[table] for table in also}

    def page(self, shown, start, length):
        return self.filterset.qs[start : start + length]


class SearchFilter(RecordFilter):
    """Its rows are no queryset but the entries that were found, the best first."""

    source = source_kind = publisher = reported_by = corroboration = None
    table = TableFacet(tables(), label="Found in", phrase="in")
    q = SearchWords()
    sort = SortFilter(cited=False, relevance=())
    shown_facets = ("table",)
    evidence_facets = ()

    @cached_property
    def counting(self) -> Counted:
        return Counted(self)

    def filter_queryset(self, queryset) -> tuple[Entry, ...]:
        chosen = self.form.cleaned_data.get("table")
        entries = self.found.entries
        return tuple(e for e in entries if e.table in chosen) if chosen else entries

    def values_of(self, name, most=None):
        values = super().values_of(name, most)
        for value in values:
            value.at_least = value.value in self.found.more
        return values

    @property
    def more(self) -> list[str]:
        """The titles of the tables looked in that may have more hits than were ranked."""
        chosen = self.form.cleaned_data.get("table") or self.found.more
        return [t.title for t in tables() if t.name in self.found.more and t.name in chosen]

    @cached_property
    def asked(self) -> Query:
        return Query.parse(self.data.get("q", ""))

    @cached_property
    def found(self) -> Found:
        return Found.of(self.asked)
