"""What is how frequent: a knowledge base has a few of everything that stand for most of it."""

from bisect import bisect
from collections.abc import Sequence
from itertools import accumulate
from random import Random
from typing import Generic, TypeVar

T = TypeVar("T")


def listed(text: str) -> list[str]:
    """The things in a text that has `|` between them: a long list that stays readable."""
    return text.split("|")


class Tail(Generic[T]):
    """Things of which the first is picked most, the n-th n ** exponent times less (Zipf)."""

    def __init__(self, things: Sequence[T], exponent: float = 1.0):
        self.things = things
        self._sums = list(accumulate((place + 1) ** -exponent for place in range(len(things))))

    def pick(self, chance: Random) -> T:
        return self.things[bisect(self._sums, chance.random() * self._sums[-1])]

    def several(self, chance: Random, count: int) -> list[T]:
        """So many different ones, or all; which of them is first is left to chance too."""
        if 3 * count >= len(self.things):  # picking again and again would take long
            keys = {
                thing: chance.random() ** (1 / weight)
                for thing, weight in zip(self.things, self._weights(), strict=True)
            }
            return sorted(self.things, key=keys.__getitem__, reverse=True)[:count]
        found: dict[T, None] = {}
        while len(found) < count:
            found[self.pick(chance)] = None
        return list(found)

    def _weights(self):
        return (after - before for before, after in zip([0, *self._sums], self._sums, strict=False))


class Odds(Generic[T]):
    """Things with the odds of each: `Odds({"held": 85, "cancelled": 3})`."""

    def __init__(self, odds: dict[T, float]):
        self._things = list(odds)
        self._sums = list(accumulate(odds.values()))

    def pick(self, chance: Random) -> T:
        return self._things[bisect(self._sums, chance.random() * self._sums[-1])]


def more(chance: Random, odds: float, most: int) -> int:
    """How often in a row something happens that has these odds, at most so often."""
    count = 0
    while count < most and chance.random() < odds:
        count += 1
    return count


def shares(total: int, parts: int, exponent: float, chance: Random) -> list[int]:
    """`total` in so many parts, a few of them large, in any order; each part is at least 1."""
    weights = [(place + 1) ** -exponent for place in range(parts)]
    chance.shuffle(weights)
    rest, sums = total - parts, list(accumulate(weights))
    ends = [round(rest * end / sums[-1]) for end in sums]
    return [1 + end - start for start, end in zip([0, *ends], ends, strict=False)]
