"""How the rows of a list are counted under its filters: by SQL, or by bitmaps where these are at hand.

Both give the same numbers. A facet is counted under all filters but itself.
"""

from collections import Counter
from functools import cached_property

from pyroaring import BitMap

from summitkb.browse.bitmaps import shelf
from summitkb.browse.bitmaps.index import Index, most_frequent, numbers
from summitkb.browse.bitmaps.reach import can_be_told
from summitkb.browse.facets import Facet
from summitkb.exchange.tables import tables

NOT_FILTERS = ("sort", "page")


def counting(filterset) -> "BySql | ByBitmaps":
    """How the rows of a filter form are counted in the open transaction. Its values must be good."""
    rows = filterset.queryset
    if rows.model not in [table.model for table in tables()]:
        return BySql(filterset)
    names = (*filterset.shown_facets, *filterset.evidence_facets)
    facets = {name: filterset.filters[name] for name in names}
    facets = {name: facet for name, facet in facets.items() if can_be_told(facet)}
    index = shelf.shelf_of(type(filterset), rows, facets).at_this_moment()
    return ByBitmaps(filterset, index) if index else BySql(filterset)


class BySql:
    def __init__(self, filterset):
        self.filterset = filterset

    @cached_property
    def total(self) -> int:
        """The rows without any filter."""
        return self.filterset.queryset.count()

    @cached_property
    def count(self) -> int:
        """The rows under all filters."""
        return self.filterset.qs.order_by().count()

    def counts(self, name: str, most: int | None = None) -> Counter:
        """The rows per value of a facet; of `most` values, the most frequent, then the first by name."""
        counts = self.filterset.filters[name].counts(self._under_all_but(name))
        return counts if most is None else most_frequent(counts, most)

    def _under_all_but(self, skipped):
        rows = self.filterset.queryset.all()
        for name, value in asked(self.filterset).items():
            if name != skipped:
                rows = self.filterset.filters[name].filter(rows, value)
        return rows


class ByBitmaps:
    def __init__(self, filterset, index: Index):
        self.filterset, self.index = filterset, index
        self.total = len(index.everything)

    @cached_property
    def sets(self) -> dict[str, BitMap]:
        """For each filter that is on, the rows that it leaves."""
        return {name: self._left(name, value) for name, value in asked(self.filterset).items()}

    @cached_property
    def rows(self) -> BitMap:
        """The rows under all filters."""
        return self._under_all_but(None)

    @cached_property
    def count(self) -> int:
        return len(self.rows)

    def counts(self, name, most=None):
        facet = self.filterset.filters[name]
        if name not in self.index.values:
            rest = BySql(self.filterset)
            return rest.counts(name, most)
        within = self._under_all_but(name) if name in self.sets else self.rows
        return facet.gathered(self.index.values[name].counts(within, most))

    def _under_all_but(self, skipped) -> BitMap:
        left = [rows for name, rows in self.sets.items() if name != skipped]
        return BitMap.intersection(self.index.everything, *left)

    def _left(self, name, value) -> BitMap:
        part = self.filterset.filters[name]
        if isinstance(part, Facet) and name in self.index.values:
            rows = self.index.values[name].rows
            chosen = part.matching([str(getattr(v, "pk", v)) for v in value], rows)
            return BitMap().union(*(rows[v] for v in chosen if v in rows))
        return numbers(part.filter(self.filterset.queryset.all(), value))


def asked(filterset) -> dict:
    """The filters that are on, with their values."""
    values = filterset.form.cleaned_data
    return {
        name: values[name] for name in filterset.data if name not in NOT_FILTERS and values[name]
    }
