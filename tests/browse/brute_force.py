"""Filters by brute force: Python reads the files of a package and follows paths from row to row.

It asks no database. Which paths a filter follows is said in `meanings`.
"""

import csv
import unicodedata
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from summitkb.exchange.tables import Table, tables
from summitkb.records.partial_dates import PartialDate
from tests.browse.meanings import EVIDENCE, MEANINGS

DAYS = ("from", "to", "reported-by")
"""The filters that ask how days lie to another; `q` asks for words, and all others for values."""


@dataclass(eq=False)
class Row:
    """A row of a file, by column."""

    table: Table
    cells: dict[str, str]
    key: str = field(init=False)

    def __post_init__(self):
        self.key = self.table.key_of(self.cells)

    def entries(self, column) -> list[str]:
        """What a cell says, of a list each entry."""
        cell = self.cells[column.name]
        return cell.split(" | ") if column.kind.startswith("list") else [cell] if cell else []


class Package:
    """The rows of a package, and what filters mean for them."""

    def __init__(self, folder: Path):
        self.rows, self.found = {}, {}
        for table in tables():
            with (folder / table.file).open(newline="", encoding="utf-8") as file:
                self.rows[table.name] = [Row(table, cells) for cells in csv.DictReader(file)]
            self.found |= {(table.name, row.key): row for row in self.rows[table.name]}
        self.naming, self.cited = defaultdict(list), defaultdict(list)
        for row in self.found.values():
            for column in row.table.columns:
                for named in self.named(row, column):
                    self.naming[f"{row.table.name}[{column.name}]", named].append(row)
        for row in self.rows["citations"]:
            cited = self.found[row.cells["table"], row.cells["record"]]
            self.cited[cited].append(row)

    def named(self, row, column) -> list[Row]:
        """The records that a cell names."""
        names = [model._meta.db_table for model in column.targets]
        places = [(name, key) for name in names for key in row.entries(column)]
        return [self.found[place] for place in places if place in self.found]

    def step(self, row, name) -> list:
        if name in WORKED_OUT:
            return WORKED_OUT[name](self, row)
        if "[" in name:
            return self.naming[name, row]
        if name not in row.cells:  # a party is a country or a bloc, and only one of them has a code
            return []
        column = row.table.column(name)
        return self.named(row, column) if column.targets else row.entries(column)

    def follow(self, row, path) -> list[str]:
        """What a path finds: what cells say, and the keys of records."""
        there = [row]
        for name in path.split("/"):
            there = [found for here in there for found in self.step(here, name)]
        return [found.key if isinstance(found, Row) else found for found in there]

    def texts(self, row, name) -> list[str]:
        """What all paths of a filter find, in their order."""
        paths = MEANINGS[row.table.name][name].split()
        return [text for path in paths for text in self.follow(row, path)]

    def values(self, row, name) -> set[str]:
        """The values by which a filter finds a row."""
        meaning = MEANINGS[row.table.name][name]
        if isinstance(meaning, dict):
            return {value for value, path in meaning.items() if not self.follow(row, path)}
        texts = self.texts(row, name)
        return set(texts) if name != "date" else {cut for text in texts for cut in cuts(text)}

    def holds(self, row, name, values) -> bool:
        if name == "q":
            texts = [_plain(text) for text in self.texts(row, name)]
            return all(any(word in text for text in texts) for word in _plain(values[0]).split())
        if name not in DAYS:
            return not self.values(row, name).isdisjoint(values)
        asked, days = PartialDate.parse(values[0]), map(PartialDate.parse, self.texts(row, name))
        if name == "from":
            return any(day.latest >= asked.earliest for day in list(days)[:1])
        if name == "to":
            return any(day.earliest <= asked.latest for day in days)
        return any(day.latest <= asked.latest for day in days)

    def keys(self, table, filters) -> set[str]:
        """The keys of the rows of a list under filters."""
        return {
            row.key
            for row in self.rows[table]
            if all(self.holds(row, name, values) for name, values in filters.items())
        }

    def counts(self, table, filters, name) -> dict[str, int]:
        """The values of a facet with the number of rows that each has under all other filters."""
        others = {other: values for other, values in filters.items() if other != name}
        keys = self.keys(table, others)
        rows = [row for row in self.rows[table] if row.key in keys]
        counts = Counter(value for row in rows for value in self.values(row, name))
        return {value: counts[value] for value in {*counts, *filters.get(name, ())}}

    def found_by(self, row, name) -> list[str]:
        """What a filter may be given to find a row: values, days and months and years, words."""
        if name == "q":
            return sorted({word for text in self.texts(row, name) for word in text.split()})
        if name in DAYS:
            return sorted({cut for text in self.texts(row, name) for cut in cuts(text)})
        return sorted(self.values(row, name))

    def offered(self, table, name) -> list[str]:
        """What a filter of a list may be given; of the evidence, what any list has to offer."""
        lists = [table]
        if MEANINGS[table][name] == EVIDENCE.get(name):
            lists += [other for other in MEANINGS if MEANINGS[other].get(name) == EVIDENCE[name]]
        rows = [row for other in lists for row in self.rows[other]]
        return list(dict.fromkeys(value for row in rows for value in self.found_by(row, name)))


def _plain(text: str) -> str:
    """Without regard to case and to the marks above letters."""
    parts = unicodedata.normalize("NFD", text)
    return "".join(part for part in parts if not "\u0300" <= part <= "\u036f").lower()


def make_query(random: Random, package, table, first) -> dict[str, list[str]]:
    """A filter of a list that finds some row, and up to two more; mostly they find that row too."""
    others = random.sample(list(MEANINGS[table]), random.choice([0, 0, 1, 2]))
    rows = [row for row in package.rows[table] if package.found_by(row, first)]
    row = random.choice(rows or package.rows[table])
    filters = {}
    for name in dict.fromkeys([first, *others]):
        offered = package.offered(table, name)
        if name != first and not offered:
            continue
        value = random.choice(package.found_by(row, name) or offered)
        if name == "q":
            value = random.choice([value, value.upper(), _plain(value), value[1:5] or value])[:100]
        filters[name] = [value]
        if name not in ("q", *DAYS) and random.random() < 0.3:
            filters[name] = list(dict.fromkeys([value, random.choice(offered)]))
    return filters


def cuts(day: str) -> list[str]:
    """The year, the month and the day of a date, as far as they are known."""
    parts = day.split("-")
    return ["-".join(parts[:n]) for n in range(1, len(parts) + 1)]


def _and_above(package, topic) -> list[Row]:
    above = package.step(topic, "parent")
    return [topic, *(row for parent in above for row in _and_above(package, parent))]


def _blocs(package, country, day: str) -> list[Row]:
    """Those of which a country is a full member on the first day that a date may mean, or ever."""
    on, blocs = day and PartialDate.parse(day).earliest, []
    for row in package.naming["memberships[country]", country]:
        since, until = (
            row.cells[name] and PartialDate.parse(row.cells[name]).earliest
            for name in ("since", "until")
        )
        holds = not on or ((not since or since <= on) and (not until or on < until))
        if row.cells["status"] == "member" and holds:
            blocs += package.step(row, "bloc")
    return blocs


def _counts_for(package, delegation) -> list[Row]:
    """The bloc that sent a delegation, and those that its country was in when the event began."""
    [event] = package.step(delegation, "event")
    return package.step(delegation, "bloc") + [
        bloc
        for country in package.step(delegation, "country")
        for bloc in _blocs(package, country, event.cells["starts_on"])
    ]


def _parties_were_in(package, agreement) -> list[Row]:
    parties = package.step(agreement, "parties")
    return [b for party in parties for b in _blocs(package, party, agreement.cells["as_of"])]


def _corroboration(package, row) -> list[str]:
    citations = package.cited[row]
    if not citations:
        return ["uncited"]
    disputed = any(citation.cells["stance"] == "disputes" for citation in citations)
    publishers = set(package.follow(row, "supporting/source/publisher"))
    number = ["single" if len(publishers) == 1 else "several"] if publishers else []
    return number + ["disputed"] * disputed


WORKED_OUT = {
    "and_above": _and_above,
    "citations": lambda package, row: package.cited[row],
    "corroboration": _corroboration,
    "counts_for": _counts_for,
    "day_of_date": lambda package, row: [d for d in cuts(row.cells["date"]) if d.count("-") == 2],
    "member_today_of": lambda package, row: _blocs(package, row, str(datetime.now(UTC).date())),
    "never": lambda package, row: ["9999-12-31"],
    "parties_were_in": _parties_were_in,
    "supporting": lambda package, row: [
        citation for citation in package.cited[row] if citation.cells["stance"] == "supports"
    ],
}
"""The steps of paths that no column is, each from a row to rows or texts."""
