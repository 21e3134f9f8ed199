"""How the rows of a list are counted under its filters: by SQL, or by bitmaps where these are at hand.

Both give the same numbers. A facet is counted under all filters but itself.
"""

from collections import Counter
from collections.abc import Callable, Collection
from functools import cached_property
from importlib import import_module

from django.conf import settings
from django.db.models import QuerySet
from django.http import QueryDict
from pyroaring import BitMap

from summitkb.browse.bitmaps.columns import keys_of, numbers
from summitkb.browse.bitmaps.index import Index, Kind, most_frequent
from summitkb.browse.bitmaps.moments import this_moment
from summitkb.browse.bitmaps.reach import can_be_told
from summitkb.browse.bitmaps.shelf import Shelf, shelf_of
from summitkb.browse.excerpts import LISTS
from summitkb.exchange.progress import Silence
from summitkb.exchange.size import is_large
from summitkb.exchange.tables import tables
from summitkb.records.revisions import one_moment
from summitkb.records.time_travel import in_past

NOT_FILTERS = ("sort", "page")
FIRST = ("statements", "meetings", "people")
"""The tables whose lists are asked for most."""


def counting(filterset) -> "BySql | ByBitmaps":
    """How the rows of a filter form are counted in the open transaction. Its values must be good."""
    if filterset.queryset.model not in [table.model for table in tables()]:
        return BySql(filterset)
    if in_past() and is_large():
        return OfLargePast(filterset)
    shelf = _shelf(filterset)
    index = shelf.at_this_moment()
    return ByBitmaps(filterset, shelf.kind, index) if index else BySql(filterset)


def kept_of(filterset) -> Kind:
    """Of a list, all facets that are shown, the filters by days, and all orders."""
    names = (*filterset.shown_facets, *filterset.evidence_facets, "from", "to", "reported-by")
    filters = {name: filterset.filters[name] for name in names if name in filterset.filters}
    sort, rows = filterset.filters["sort"], filterset.queryset.all()
    orders = {
        name: (sort.filter(rows, name), filterset.links_of_order(name)) for name in sort.orders
    }
    return Kind(
        rows,
        {name: part for name, part in filters.items() if can_be_told(part.links)},
        {name: order for name, order in orders.items() if can_be_told(order[1])},
    )


def make_bitmaps(watch: Silence | None = None) -> None:
    """Of all lists, where the base is large: what is done before readers wait for it."""
    watch = watch or Silence()
    import_module(settings.ROOT_URLCONF)  # where the lists are told
    watch.begin("Counting for the lists", len(LISTS))
    for name in sorted(LISTS, key=lambda name: name not in FIRST):
        with one_moment():
            shelf = this_moment() and _shelf(LISTS[name].filterset_of(QueryDict()))
        if shelf:
            shelf.make_once()
        watch.advance(1)
    watch.end()


def _shelf(filterset) -> Shelf:
    _ = filterset.qs
    return shelf_of(type(filterset), lambda: kept_of(filterset))


class BySql:
    one_by_one = False
    """Whether each facet takes so long that it is counted only on a page of its own."""

    def __init__(self, filterset):
        self.filterset = filterset

    @cached_property
    def total(self) -> int:
        """The rows without any filter."""
        return self.filterset.queryset.count()

    @cached_property
    def count(self) -> int:
        """The rows under all filters."""
        return self.filterset.qs.order_by().count() if asked(self.filterset) else self.total

    def counts(
        self, name: str, most: int | None = None, also: Collection[str] = frozenset()
    ) -> Counter:
        """The rows per value of a facet: of all that leave some, or of the `most` frequent ones, of
        equals the first by name; and of those in `also`, even where it is none."""
        counts = self.filterset.filters[name].counts(self._under_all_but(name))
        shown = counts if most is None else most_frequent(counts, most)
        return shown | {value: counts[value] for value in also}

    def page(self, shown: Callable[[QuerySet], QuerySet], start: int, length: int) -> list:
        """Some of the rows under all filters, in their order, with what is `shown` of them."""
        return list(shown(self.filterset.qs)[start : start + length])

    def _under_all_but(self, skipped):
        rows = self.filterset.queryset.all()
        for name, value in asked(self.filterset).items():
            if name != skipped:
                rows = self.filterset.filters[name].filter(rows, value)
        return rows


class OfLargePast(BySql):
    """Of a past state there are no bitmaps: each number is a walk through the history of a table."""

    one_by_one = True


class ByBitmaps:
    one_by_one = False

    def __init__(self, filterset, kind: Kind, index: Index):
        self.filterset, self.kind, self.index = filterset, kind, index
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

    def counts(self, name, most=None, also=frozenset()):
        if name not in self.index.values:
            return BySql(self.filterset).counts(name, most, also)
        within = self._under_all_but(name) if name in self.sets else self.rows
        values = self.index.values[name]
        counts = self.filterset.filters[name].gathered(values.counts(within, most))
        return counts | {v: counts[v] or values.count(v, within) for v in also}

    def page(self, shown, start, length):
        if self.filterset.sorted_by not in self.index.orders:
            return BySql(self.filterset).page(shown, start, length)
        order = self.index.order(self.filterset.sorted_by, self.kind)
        wanted = order.page(self.rows, start, length)
        keys = keys_of(self.kind.rows.model, wanted)
        rows = shown(self.filterset.queryset.order_by()).in_bulk(keys.values())
        return [rows[keys[number]] for number in wanted]

    def _under_all_but(self, skipped) -> BitMap:
        left = [rows for name, rows in self.sets.items() if name != skipped]
        return BitMap.intersection(self.index.everything, *left)

    def _left(self, name, value) -> BitMap:
        part = self.filterset.filters[name]
        if name in self.index.values:
            rows = self.index.values[name].rows
            return BitMap().union(*(rows[v] for v in part.matching(value, rows) if v in rows))
        return BitMap(numbers(part.filter(self.filterset.queryset.all(), value).order_by()))


def asked(filterset) -> dict:
    """The filters that are on, with their values."""
    values = filterset.form.cleaned_data
    return {
        name: values[name] for name in filterset.data if name not in NOT_FILTERS and values[name]
    }
