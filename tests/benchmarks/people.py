"""Who there is: people in the order of their countries, so that each can be named by number."""

from collections.abc import Iterator
from datetime import date
from functools import cached_property
from itertools import accumulate
from random import Random

from tests.benchmarks import bundled
from tests.benchmarks.evidence import Evidence
from tests.benchmarks.names import name_of

FIRST_YEAR, YEARS = 2010, 16


class People:
    """`total` people, or one of each country where that is more; most are of a few countries."""

    def __init__(self, total: int, seed: int):
        self._chance = Random(f"{seed} people")
        codes = [country["code"] for country in bundled.countries()]
        counts = [max(1, round(share)) for share in self._shares(total, len(codes))]
        self._starts = dict(zip(codes, [0, *accumulate(counts)], strict=False))
        self._counts = dict(zip(codes, counts, strict=True))
        self.total = sum(counts)

    @staticmethod
    def _shares(total, parts):
        weights = [(place + 1) ** -0.8 for place in range(parts)]
        return [total * weight / sum(weights) for weight in weights]

    @cached_property
    def _languages(self):
        spoken = dict.fromkeys(bundled.members("arab-league"), "ar")
        return spoken | dict.fromkeys(bundled.members("cis"), "ru")

    def id(self, country: str, place: int) -> str:
        given, family, _ = self._name(country, place)
        return f"{given}-{family}-{self._starts[country] + place + 1}".lower()

    def name(self, country: str, place: int) -> str:
        given, family, _ = self._name(country, place)
        return f"{given} {family}"

    def _name(self, country, place):
        return name_of(self._starts[country] + place, self._languages.get(country, ""))

    def sent(self, country: str, year: int, count: int, chance: Random) -> list[int]:
        """Some people of a country, as places among its people; others from year to year.

        The first of a year are sent most, so there are a few whom one meets everywhere.
        """
        there = self._counts[country]
        shift = (year - FIRST_YEAR) * there // (2 * YEARS)
        found: dict[int, None] = {}
        for _ in range(3 * count):
            if len(found) == count:
                break
            found[(shift + int(there * chance.random() ** 4)) % there] = None
        return list(found)

    def rows(self) -> Iterator[tuple[str, tuple]]:
        """All of them, with the sources that say who they are."""
        chance = self._chance
        evidence = Evidence("who-is-who", 5 + self.total // 20, date(2024, 6, 1), chance)
        yield from evidence.rows()
        for country, count in self._counts.items():
            for place in range(count):
                given, family, own = self._name(country, place)
                others = []
                if chance.random() < 0.5:
                    others = [f"{given[0]}. {family}", f"{family} {given}"][: 1 + place % 2]
                known = own if own and chance.random() < 0.6 else ""
                item = f"Q{100_000 + self._starts[country] + place}"
                key = self.id(country, place)
                wikidata = item if chance.random() < 0.3 else ""
                yield "people", (key, f"{given} {family}", known, others, wikidata)
                yield from evidence.cite("people", key, 0.4, excerpts=0.3)
