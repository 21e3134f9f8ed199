"""The bitmaps of one list at one moment. Nothing of it changes: what is brought forward is new."""

import sys
from array import array
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from django.db import connection
from django.db.models import QuerySet
from pyroaring import BitMap

from summitkb.browse.bitmaps.columns import NUMBER, number_of
from summitkb.browse.bitmaps.moments import Touched
from summitkb.browse.bitmaps.reach import keys_reached
from summitkb.browse.facets import Facet
from summitkb.browse.links import Link, Sql


@dataclass(frozen=True)
class Values:
    """The rows that have each value of one facet; rows may be among them that are no longer in the list."""

    rows: dict[str, BitMap]

    @cached_property
    def largest_first(self) -> list[str]:
        return sorted(self.rows, key=lambda value: -len(self.rows[value]))

    def counts(self, within: BitMap, most: int | None = None) -> Counter:
        """How many of some rows have each value; of `most` values, the most frequent ones, then by name."""
        if most is None or len(self.rows) <= most:
            return +Counter({v: rows.intersection_cardinality(within) for v, rows in self.rows.items()})
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
        rows = {
            value: had if had.isdisjoint(numbers) else had - numbers
            for value, had in self.rows.items()
        }
        for value, some in found.items():
            rows[value] = rows.get(value, BitMap()) | some
        return Values(rows)


def most_frequent(counts: Counter, most: int) -> Counter:
    """The most frequent values; of those that are equally frequent, the first by name."""
    return Counter(dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:most]))


@dataclass(frozen=True)
class Index:
    """The rows of a list, and by the name of each facet those of each of its values."""

    everything: BitMap
    values: dict[str, Values]

    @classmethod
    def made(cls, rows: QuerySet, facets: dict[str, Facet]) -> "Index":
        """Of all rows of a list, as the open transaction sees them."""
        values = {}
        for name, facet in facets.items():
            values[name] = Values(_by_value(facet.pairs(rows), rows.model, facet.key))
        return cls(numbers(rows), values)

    def brought_forward(self, rows: QuerySet, facets: dict[str, Facet], touched: Touched) -> "Index":
        """With what was touched counted anew. Raises Everything where that cannot be told."""
        model = rows.model
        own = touched.keys.get(model, set())
        alone = Link("pk")
        listed = _numbered(model, "pk", own | keys_reached(alone, rows, touched))
        values = {}
        for name, facet in facets.items():
            keys = {key for link in facet.links for key in keys_reached(link, rows, touched)}
            these = listed | _numbered(model, facet.key, keys)
            values[name] = self.values[name]
            if these:
                again = rows.filter(pk__in=[*these.values()])
                found = _by_value(facet.pairs(again), model, facet.key)
                values[name] = values[name].without(BitMap(these), found)
        everything = self.everything
        if model in touched.deleted:  # what is gone has no number to be found by
            everything = numbers(rows)
        elif listed:
            again = numbers(rows.filter(pk__in=[*listed.values()]))
            everything = everything - BitMap(listed) | again
        return replace(self, everything=everything, values=values)


def numbers(rows: QuerySet) -> BitMap:
    """The numbers of some rows, of which `rows` are a query of their own table."""
    found = rows.order_by().values_list(number_of(rows.model))
    text, params = found.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT string_agg(int4send(found.n), ''::bytea) FROM ({text}) AS found (n)", params
        )
        return _bitmap(cursor.fetchone()[0])


def _numbered(model, key: str, values: Iterable) -> dict[int, object]:
    """The primary keys of the rows with some values of a unique field, by their numbers."""
    if not values:
        return {}
    rows = model.objects.filter(**{f"{key}__in": values}).order_by()
    return dict(rows.values_list(number_of(model), "pk"))


def _by_value(pairs: Sql | None, model, key: str) -> dict[str, BitMap]:
    if pairs is None:
        return {}
    table = model._meta.db_table
    column = model._meta.pk.column if key == "pk" else model._meta.get_field(key).column
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT value, string_agg(int4send(numbered.{NUMBER}), ''::bytea) "
            f"FROM ({pairs.text}) AS pairs (owner, value) "
            f"JOIN {table} AS numbered ON numbered.{column} = owner GROUP BY value",
            pairs.params,
        )
        return {value: _bitmap(packed) for value, packed in cursor}


def _bitmap(packed: bytes | None) -> BitMap:
    """Of numbers in four bytes each, as the network has them."""
    found = array("I", packed or b"")
    if sys.byteorder == "little":
        found.byteswap()
    return BitMap(found)
