"""Sources, of which a few are cited for most, and citations of them."""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import NamedTuple

from tests.benchmarks.chances import Odds, Tail, more
from tests.benchmarks.names import FAMILIES, GIVEN, KINDS_OF_PAPER, PAPER_IS, PUBLISHERS
from tests.benchmarks.words import phrase, sentence

LANGUAGE = Odds({"en": 55, "ru": 28, "ar": 17})
PUBLISHED = Odds({"day": 62, "month": 4, "year": 2, "": 32})
PAPERS = {
    language: Tail(
        [
            (f"{name} {kind}", PAPER_IS[place])
            for place, kind in enumerate(KINDS_OF_PAPER[language])
            for name in PUBLISHERS[language]
        ]
    )
    for language in PUBLISHERS
}


class Source(NamedTuple):
    id: str
    language: str


class Evidence:
    """The sources that report one thing: a gathering, or who is who."""

    def __init__(self, about: str, count: int, day: date, chance: Random):
        self._about, self._day, self._chance = about, day, chance
        languages = (LANGUAGE.pick(chance) for _ in range(count))
        self.sources = [
            Source(f"{about}-source-{number}", language)
            for number, language in enumerate(languages, start=1)
        ]
        self._tail = Tail(self.sources, 0.8)

    def rows(self) -> Iterator[tuple[str, tuple]]:
        for number, source in enumerate(self.sources):
            yield "sources", self._row(number, *source)

    def _row(self, number, id, language):
        chance = self._chance
        publisher, kind = PAPERS[language].pick(chance)
        carried_by, author = "", ""
        if chance.random() < 0.14:
            carried_by, _ = PAPERS[language].pick(chance)
        if chance.random() < 0.05:
            author = f"{GIVEN[number % len(GIVEN)]} {FAMILIES[number % len(FAMILIES)]}"
        title = phrase(chance, language)
        if chance.random() < 0.5:
            title = f"[{title}]"
        day = self._day + timedelta(days=int(chance.random() ** 2 * 20) - 2)
        known = {"day": day.isoformat(), "month": f"{day:%Y-%m}", "year": f"{day:%Y}", "": None}
        return (
            id,
            kind,
            publisher,
            carried_by if carried_by != publisher else "",
            title,
            f"https://press-{hash_of(publisher)}.example/{self._about}/{number}",
            author,
            known[PUBLISHED.pick(chance)],
            (day + timedelta(days=30)).isoformat(),
            language,
        )

    def pick(self, often: float, most: int = 6) -> list[Source]:
        """At least one source of something, and more with these odds."""
        return self._tail.several(self._chance, 1 + more(self._chance, often, most - 1))

    def cited(
        self, table: str, key: str, sources: list[Source], quote: str = "", excerpts: float = 0.76
    ) -> Iterator[tuple[str, tuple]]:
        """A citation of each of these sources; those of its language hold the `quote` itself.

        The first one supports, or there would be things that nobody says.
        """
        random = self._chance.random
        for place, (source, language) in enumerate(sources):
            excerpt = ""
            if random() < excerpts:
                same = quote and language == sources[0].language
                excerpt = quote if same else sentence(self._chance, language)
            locator = f"paragraph {int(random() * 20) + 1}" if random() < 0.1 else ""
            stance = "disputes" if place and random() < 0.06 else "supports"
            yield "citations", (table, key, source, locator, excerpt, stance)

    def cite(self, table: str, key: str, often: float, **how) -> Iterator[tuple[str, tuple]]:
        return self.cited(table, key, self.pick(often), **how)


def hash_of(word: str) -> int:
    """A small number for a word, the same in every run, which `hash` is not."""
    return sum(map(ord, word)) % 1000
