"""What is measured: each case is one address of SummitKB, and what does the like of it elsewhere.

A case is done in one `way`: *cold*, after an edit, so that nothing that was made before may be given;
*kept*, again while nothing has changed; *304*, to a reader who has it; *file*, a download.

Datasette's addresses ask for no more than SummitKB's page shows: our lists count ten facets and two of
the evidence, its page the five named here; our rows have their topics and what each rests on, its
rows the cells of one table. So a ratio makes SummitKB no faster than it is.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from urllib.parse import quote, urlencode

from tests.benchmarks.facts import Facts

COLD, KEPT, UNCHANGED, FILE = "cold", "kept", "304", "file"
DATASETTE, FTS5, PSQL, CSV = "Datasette", "SQLite FTS5", "psql COPY", "Python csv"
FACETS = ("event", "kind", "status", "country", "speaker")
PLAIN_PAGES = "≤ 1 × Datasette’s plain page"


@dataclass(frozen=True)
class Page:
    """An address of Datasette."""

    path: str
    peer: str = DATASETTE


@dataclass(frozen=True)
class Ranked:
    """The best statements for a word by SQLite's full-text search, and nothing around it."""

    word: str
    peer: str = FTS5


@dataclass(frozen=True)
class Copy:
    """What SummitKB copies for an address, sent by psql instead."""

    path: str
    peer: str = PSQL


@dataclass(frozen=True)
class Written:
    """The rows of a condition, read from SQLite and written by Python's csv."""

    where: str = ""
    values: tuple[str, ...] = ()
    peer: str = CSV


@dataclass(frozen=True)
class Budget:
    """The median is at most `times` that of a peer, or so many seconds, as design §6 has it."""

    words: str
    peer: str = ""
    times: float = 1
    seconds: float | None = None
    memory: int | None = None

    def met(self, ours: float, peers: dict[str, float], memory: int | None = None) -> bool | None:
        """None where what it is compared with was not measured."""
        if self.memory is not None:
            return None if memory is None else memory < self.memory
        if self.seconds is not None:
            return ours < self.seconds
        return None if self.peer not in peers else ours <= self.times * peers[self.peer]


@dataclass(frozen=True)
class Case:
    name: str
    path: str
    way: str = COLD
    peers: tuple[Page | Ranked | Copy | Written, ...] = ()
    budgets: tuple[Budget, ...] = ()
    grows: bool = True
    """Whether it may take longer in a larger base: where no index can serve it."""
    quick: bool = field(default=False)
    """Whether it is among the few that are measured in a hurry."""


FIVE = Budget("≤ 1⁄5 of Datasette with facets", DATASETTE, 1 / 5)
FIFTY = Budget("≤ 1⁄50 of Datasette with facets", DATASETTE, 1 / 50)
PLAIN = Budget(PLAIN_PAGES, DATASETTE, 1)
TOLD = Budget("under 3 ms", seconds=0.003)
RANKED = Budget("≤ 1 × FTS5 alone", FTS5, 1)
WIRE = (
    Budget("≤ 1.25 × COPY", PSQL, 1.25),
    Budget("≤ 1⁄10 of Datasette", DATASETTE, 1 / 10),
    Budget("< 100 MB above idle", memory=100 * 10**6),
)


def statements(faceted: bool = True, **asked: str) -> Page:
    """Datasette's page of statements, with the five facets or without any."""
    facets = [("_facet", name) for name in FACETS] if faceted else []
    query = urlencode([*asked.items(), *facets])
    return Page(f"/summitkb/statements{'?' if query else ''}{query}")


def cases(facts: Facts, today: date) -> Iterator[Case]:
    """All that are read. What is written, and commands, are in `commands`."""
    yield from _ways(Case("Start page", "/", peers=(Page("/"),), quick=True))
    yield from _lists(facts)
    yield from _sorts()
    yield from _pages(facts)
    yield from _searches(facts)
    yield Case("Statements as of today", f"/as-of/{today}/statements/", quick=True)
    yield from _files(facts)


def _ways(case: Case, *budgets: Budget) -> Iterator[Case]:
    """Cold, kept, and told that it is unchanged."""
    yield case
    yield replace(case, way=KEPT, budgets=budgets, grows=False)
    yield replace(case, way=UNCHANGED, peers=(), budgets=(TOLD,), grows=False)


def _lists(facts: Facts) -> Iterator[Case]:
    yield Case(
        "Statements, peer without facets",
        "/statements/",
        peers=(statements(faceted=False),),
        budgets=(PLAIN,),
        quick=True,
    )
    whole = Case(
        "Statements, all", "/statements/", peers=(statements(),), budgets=(FIVE,), quick=True
    )
    yield from _ways(whole, FIFTY)
    members = "country in (select country from memberships where bloc = '{}')"
    on_topic = "id in (select owner from statements_topics where target = '{}')"
    filters = {
        "most (its kind)": ({"kind": facts.kind}, {"kind": facts.kind}),
        "few (its country)": ({"country": facts.rare_country}, {"country": facts.rare_country}),
        "of the country with most": ({"country": facts.country}, {"country": facts.country}),
        "of the largest event": ({"event": facts.event}, {"event": facts.event}),
        "of a bloc": ({"bloc": facts.bloc}, {"_where": members.format(facts.bloc)}),
        "on a topic": ({"topic": facts.topic}, {"_where": on_topic.format(facts.topic)}),
        "of a kind and a country": (
            {"kind": facts.kind, "country": facts.country},
            {"kind": facts.kind, "country": facts.country},
        ),
        "with a common word": ({"q": facts.common_word}, {"text__contains": facts.common_word}),
    }
    for words, (ours, theirs) in filters.items():
        yield Case(
            f"Statements, {words}",
            f"/statements/?{urlencode(ours)}",
            peers=(statements(**theirs),),
            budgets=(FIVE,),
            quick="its" in words,
        )
    yield Case(
        f"Statements, page {facts.deep_page}",
        f"/statements/?page={facts.deep_page}",
        peers=(statements(_next=facts.deep_statement),),
        budgets=(FIVE,),
        quick=True,
    )
    for table in ("meetings", "people", "delegations", "sources"):
        yield Case(f"{table.capitalize()}, all", f"/{table}/", peers=(Page(f"/summitkb/{table}"),))


def _sorts() -> Iterator[Case]:
    orders = {
        "newest": {"_sort_desc": "date"},
        "oldest": {"_sort": "date"},
        "speaker": {"_sort": "speaker"},
        "first-reported": None,
    }
    for order, asked in orders.items():
        yield Case(
            f"Statements, sorted by {order}",
            f"/statements/?sort={order}",
            peers=(statements(**asked),) if asked else (),
            budgets=(FIVE,) if asked else (),
        )


def _pages(facts: Facts) -> Iterator[Case]:
    country = Case(
        "Country with most",
        f"/countries/{facts.country}/",
        peers=(statements(faceted=False),),
        budgets=(PLAIN,),
        quick=True,
    )
    yield from _ways(country)
    yield Case("Person with most", f"/people/{facts.person}/")
    yield Case("One statement", f"/statements/{quote(facts.statement)}/", grows=False)
    event = f"/events/{facts.event}/"
    yield Case("Largest event", event, quick=True)
    pictures = {
        "who met whom": "who-met-whom/",
        "matrix": "who-met-whom/matrix/",
        "programme": "programme/",
        "map": "map/",
        "blocs": "blocs/",
        "topics": "topics/",
        "figures": "figures/",
        "open ends": "open-ends/",
    }
    for words, path in pictures.items():
        yield Case(f"Largest event, {words}", event + path)


def _searches(facts: Facts) -> Iterator[Case]:
    for words, word in (("common", facts.common_word), ("rare", facts.rare_word)):
        yield Case(
            f"Search, {words} word",
            f"/search/?{urlencode({'q': word})}",
            peers=(Ranked(word), statements(faceted=False, _search=word)),
            budgets=(RANKED,),
            quick=True,
        )


def _files(facts: Facts) -> Iterator[Case]:
    filtered = urlencode({"country": facts.country})
    yield Case(
        "CSV, whole",
        "/statements.csv",
        FILE,
        (Copy("/statements.csv"), Page("/summitkb/statements.csv?_stream=on"), Written()),
        WIRE,
        quick=True,
    )
    yield Case(
        "CSV, of the country with most",
        f"/statements.csv?{filtered}",
        FILE,
        (
            Copy(f"/statements.csv?{filtered}"),
            Page(f"/summitkb/statements.csv?_stream=on&{filtered}"),
            Written("country = ?", (facts.country,)),
        ),
        WIRE[:2],
    )
