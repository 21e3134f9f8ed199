"""The order of the rows of a list, kept so that any page under any filter is found at once.

The numbers of the rows stand in blocks, each with a bitmap of itself: whole blocks are skipped by the
sizes of intersections. A row that was touched is placed by asking the database for its order among the
first rows of all blocks, and then among the rows of its block; so all comparing is the database's.
"""

from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from django.db.models import QuerySet
from pyroaring import BitMap

from summitkb.browse.bitmaps.columns import numbers, with_numbers

SIZE = 1000
"""Rows of a block; for a million rows as many as there are blocks, where placing takes least."""


@dataclass(frozen=True)
class Block:
    numbers: array
    members: BitMap


@dataclass(frozen=True)
class Order:
    """All rows of a list in one order. Rows may be among them that are no longer in the list."""

    blocks: list[Block]

    @classmethod
    def made(cls, ordered: QuerySet) -> "Order":
        return cls([*_blocks(numbers(ordered))])

    def page(self, within: BitMap, start: int, length: int) -> list[int]:
        """The numbers of some rows `within` others, `length` of them from `start`."""
        found = []
        for block in self.blocks:
            here = block.members.intersection_cardinality(within)
            if here <= start:
                start -= here
                continue
            these = (n for n in block.numbers if n in within)
            found += islice(these, start, start + length - len(found))
            start = 0
            if len(found) == length:
                break
        return found

    def placed(self, ordered: QuerySet, touched: BitMap, everything: BitMap) -> "Order":
        """With some rows at the places that they have now, which `ordered` rows say."""
        blocks = [
            block
            if block.members.isdisjoint(touched)
            else _block(n for n in block.numbers if n not in touched)
            for block in self.blocks
        ]
        blocks = [block for block in blocks if not block.members.isdisjoint(everything)]
        coming = touched & everything
        if not coming:
            return Order(blocks)
        if not blocks:
            return Order([*_blocks(_among(ordered, coming))])
        firsts = {
            next(n for n in block.numbers if n in everything): i for i, block in enumerate(blocks)
        }
        where, at = {}, 0
        for number in _among(ordered, coming | BitMap(firsts)):
            at = firsts.get(number, at)
            if number in coming:
                where.setdefault(at, BitMap()).add(number)
        for i, some in where.items():
            blocks[i] = _block(_among(ordered, some | (blocks[i].members & everything)))
        return Order([part for block in blocks for part in _parted(block)])


def _among(ordered: QuerySet, some: BitMap) -> array:
    """Some rows in the order that rows say."""
    return numbers(with_numbers(ordered, some))


def _block(some: Iterable[int]) -> Block:
    some = array("I", some)
    return Block(some, BitMap(some))


def _blocks(some: array) -> Iterator[Block]:
    return (_block(some[start : start + SIZE]) for start in range(0, len(some), SIZE))


def _parted(block: Block) -> Iterable[Block]:
    """A block that has grown to double its size as two."""
    return [block] if len(block.numbers) < 2 * SIZE else _blocks(block.numbers)
