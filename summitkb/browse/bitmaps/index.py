"""The bitmaps of one list at one moment. Nothing of it changes: what is brought forward is new."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from django.db import connection
from django.db.models import QuerySet
from pyroaring import BitMap

from summitkb.browse.bitmaps.columns import NUMBER, number_of, numbers, unpacked
from summitkb.browse.bitmaps.moments import Touched
from summitkb.browse.bitmaps.orders import Order
from summitkb.browse.bitmaps.reach import Reach
from summitkb.browse.links import ByValue, Link


@dataclass(frozen=True)
class Values:
    """The rows that have each value of one filter, some that are no longer in the list among them."""

    rows: dict[str, BitMap]

    @cached_property
    def largest_first(self) -> list[str]:
        return sorted(self.rows, key=lambda value: -len(self.rows[value]))

    def count(self, value: str, within: BitMap) -> int:
        """How many of some rows have a value."""
        return self.rows.get(value, BitMap()).intersection_cardinality(within)

    def counts(self, within: BitMap, most: int | None = None) -> Counter:
        """How many of some rows have each value; or the `most` frequent values, then by name."""
        if most is None or len(self.rows) <= most:
            counts = {v: rows.intersection_cardinality(within) for v, rows in self.rows.items()}
            return +Counter(counts)
        counts, least = Counter(), 1
        for value in self.largest_first:
            if len(self.rows[value]) < least:  # no value that comes after has more
                break
            if (n := self.rows[value].intersection_cardinality(within)) >= least:
                counts[value] = n
                if len(counts) >= 2 * most:
                    counts = most_frequent(counts, most)
                    least = max(1, min(counts.values()))
        return most_frequent(counts, most)

    def without(self, numbers: BitMap, found: dict[str, BitMap]) -> "Values":
        """With what was `found` for some rows in the place of what they had."""
        had = {
            value: rows & numbers
            for value, rows in self.rows.items()
            if not rows.isdisjoint(numbers)
        }
        if had == found:  # most edits change no value of most facets, and many moments share one
            return self
        rows = self.rows | {value: self.rows[value] - numbers for value in had}
        for value, some in found.items():
            rows[value] = rows.get(value, BitMap()) | some
        return Values(rows)


def most_frequent(counts: Counter, most: int) -> Counter:
    """The most frequent values; of those that are equally frequent, the first by name."""
    return Counter(dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:most]))


class Kind:
    """What is kept of a list: all its `rows`, filters by name, and orders by name.

    An order is the rows in it, and the links by which they come to what they are ordered by.
    """

    def __init__(
        self,
        rows: QuerySet,
        filters: dict[str, ByValue],
        orders: dict[str, tuple[QuerySet, list[Link]]],
    ):
        self.rows, self.filters = rows, filters
        self.orders = {name: ordered for name, (ordered, _) in orders.items()}
        self.listed = Reach(Link("pk"), rows)
        links = {name: part.links for name, part in filters.items()}
        self.reaches = {name: [Reach(link, rows) for link in some] for name, some in links.items()}
        self.order_reaches = {
            name: [Reach(link, rows) for link in some] for name, (_, some) in orders.items()
        }


@dataclass(frozen=True)
class Index:
    """The rows of a list, by the name of each filter those of each of its values, and its orders.

    Of an order there are beside it the rows that may have other places now; it is seen to when it is
    asked for.
    """

    everything: BitMap
    values: dict[str, Values]
    orders: dict[str, tuple[Order, BitMap]]

    @classmethod
    def made(cls, kind: Kind) -> "Index":
        """Of all rows of a list, as the open transaction sees them."""
        rows = kind.rows
        return cls(
            BitMap(numbers(rows.order_by())),
            {name: Values(_by_value(part, rows)) for name, part in kind.filters.items()},
            {name: (Order.made(rows), BitMap()) for name, rows in kind.orders.items()},
        )

    def brought_forward(self, kind: Kind, touched: Touched) -> "Index":
        """With what was touched counted anew. Raises Everything where that cannot be told."""
        rows, model = kind.rows, kind.rows.model

        def reached(reaches: Iterable[Reach]) -> dict[int, object]:
            """The numbers and keys of rows that may have other values."""
            found = dict(listed)
            columns = {name for reach in reaches for name in reach.columns} if reaches else None
            found |= _numbered(model, "pk", touched.changed(model, columns))
            for reach in reaches:
                found |= _numbered(model, reach.key, reach.keys(touched))
            return found

        listed = _numbered(
            model, "pk", touched.changed(model, kind.listed.columns) | kind.listed.keys(touched)
        )
        values = dict(self.values)
        for name, part in kind.filters.items():
            if these := reached(kind.reaches[name]):
                found = _by_value(part, rows.filter(pk__in=[*these.values()]))
                values[name] = values[name].without(BitMap(these), found)
        everything = self.everything
        if model in touched.deleted:  # what is gone has no number to be found by
            everything = BitMap(numbers(rows.order_by()))
        elif listed:
            again = rows.order_by().filter(pk__in=[*listed.values()])
            everything = everything - BitMap(listed) | BitMap(numbers(again))
        orders = {
            name: (order, moved | BitMap(reached(kind.order_reaches[name])))
            for name, (order, moved) in self.orders.items()
        }
        return Index(everything, values, orders)

    def order(self, name: str, kind: Kind) -> Order:
        """One of the orders, in the transaction of which this is the index."""
        order, moved = self.orders[name]
        if moved:
            order = order.placed(kind.orders[name], moved, self.everything)
            self.orders[name] = order, BitMap()
        return order


def _numbered(model, key: str, values: Iterable) -> dict[int, object]:
    """The primary keys of the rows with some values of a unique field, by their numbers."""
    if not values:
        return {}
    rows = model.objects.filter(**{f"{key}__in": values}).order_by()
    return dict(rows.values_list(number_of(model), "pk"))


def _by_value(part: ByValue, rows: QuerySet) -> dict[str, BitMap]:
    """The numbers of some rows of a list by their values."""
    pairs = part.pairs(rows)
    if pairs is None:
        return {}
    meta = rows.model._meta
    column = (meta.pk if part.key == "pk" else meta.get_field(part.key)).column
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT pairs.value, string_agg(int4send(numbered.{NUMBER}), ''::bytea) "
            f"FROM ({pairs.text}) AS pairs (owner, value) "
            f"JOIN {meta.db_table} AS numbered ON numbered.{column} = pairs.owner GROUP BY pairs.value",
            pairs.params,
        )
        return {value: BitMap(unpacked(packed)) for value, packed in cursor}
