"""What the filters of lists mean, said in Python over the files of a package, without any SQL.

`MEANING` has for each list and each of its filters how a row comes to its values. All but the words
that are typed (`q`), whose folding has tests of its own, and the order and the page.
"""

import csv
from collections import defaultdict
from datetime import date

from django.utils import timezone

from summitkb.exchange.dumping import dump
from summitkb.exchange.tables import get_table, tables
from summitkb.records.partial_dates import PartialDate

DATED = ("from", "to", "reported-by")
"""The filters that take a date, to which rows are compared."""


class Files:
    """The tables of a package, and what filters mean for their rows."""

    def __init__(self, folder):
        self.tables, self.by_key = {}, {}
        for table in tables():
            with (folder / table.file).open(newline="", encoding="utf-8") as file:
                rows = self.tables[table.name] = list(csv.DictReader(file))
            self.by_key[table.name] = {table.key_of(row): row for row in rows}
        self.cited = defaultdict(list)
        for row in self.tables["citations"]:
            cited = self.by_key["sources"][row["source"]], row["stance"]
            self.cited[row["table"], row["record"]].append(cited)
        self.members = defaultdict(list)
        for row in self.tables["memberships"]:
            if row["status"] == "member":
                self.members[row["country"]].append(row)

    # How a row comes to others

    def one(self, table, key):
        """The row with a key, as a list; none for an empty cell."""
        return [self.by_key[table][key]] if key else []

    def of(self, table, column, row):
        """The rows of a table that name a row, by its first column, in a column of theirs."""
        key = next(iter(row.values()))
        return [other for other in self.tables[table] if key in other[column].split(" | ")]

    def blocs_of(self, delegation):
        """The bloc that sent it, and those of which its country was a member on the first day."""
        [event] = self.one("events", delegation["event"])
        return {delegation["bloc"]} | self.membership(
            delegation["country"], _earliest(event["starts_on"])
        )

    def membership(self, country, day: date | None):
        """The blocs of which a country is a member on a day; at any time where that is not known."""
        return {
            row["bloc"]
            for row in self.members[country]
            if not day
            or (
                (not row["since"] or _earliest(row["since"]) <= day)
                and (not row["until"] or _earliest(row["until"]) > day)
            )
        }

    def with_broader(self, topics):
        """Topics with all that they lie below."""
        found = set(topics)
        while more := {self.by_key["topics"][topic]["parent"] for topic in found} - found - {""}:
            found |= more
        return found

    # What a row has, what is left, and how many

    def cited_for(self, table, row):
        return self.cited[table, get_table(table).key_of(row)]

    def values(self, table, row, name) -> set[str]:
        """The values that a row has for a filter."""
        return set(MEANING[table][name](self, row)) - {""}

    def all_values(self, table, name) -> list[str]:
        """Those that any row has for a filter."""
        return sorted({v for row in self.tables[table] for v in self.values(table, row, name)})

    def day(self, table, row) -> date | None:
        """The first day that a row may mean, by which it stands in order."""
        return next(iter(MEANING[table]["to"](self, row)))

    def holds(self, table, row, name, values) -> bool:
        if name not in DATED:
            return bool(self.values(table, row, name) & set(values))
        asked, days = PartialDate.parse(values[0]), list(MEANING[table][name](self, row))
        if name == "from":
            return any(day and day >= asked.earliest for day in days)
        return any(day and day <= asked.latest for day in days)

    def rows(self, table, filters) -> list[dict]:
        return [
            row
            for row in self.tables[table]
            if all(self.holds(table, row, name, values) for name, values in filters.items())
        ]

    def keys(self, table, filters) -> set[str]:
        return {get_table(table).key_of(row) for row in self.rows(table, filters)}

    def counts(self, table, filters, name) -> dict[str, int]:
        """The values of a facet with the number of rows that each has under all other filters."""
        others = {other: values for other, values in filters.items() if other != name}
        found = [
            value for row in self.rows(table, others) for value in self.values(table, row, name)
        ]
        return {value: found.count(value) for value in {*found, *filters.get(name, ())}}


def package_of_now(tmp_path_factory) -> Files:
    """That of what is public at this moment."""
    folder = tmp_path_factory.mktemp("packages") / "now"
    dump(folder)
    return Files(folder)


def _earliest(cell: str) -> date | None:
    return PartialDate.parse(cell).earliest if cell else None


def _latest(cell: str) -> date | None:
    return PartialDate.parse(cell).latest if cell else None


def own(column):
    """The value, or the values, of a column of the row."""
    return lambda files, row: row[column].split(" | ")


def through(way, of):
    """The values that `of` has of the rows to which `way` leads."""
    return lambda files, row: {value for other in way(files, row) for value in of(files, other)}


def then(way, further):
    """One way after another."""
    return lambda files, row: [far for near in way(files, row) for far in further(files, near)]


def either(*ways):
    """What one way leads to, or another."""
    return lambda files, row: [found for way in ways for found in way(files, row)]


def to(table, column):
    """The way to the row of another table that a column names."""
    return lambda files, row: files.one(table, row[column])


def back(table, column):
    """The way to the rows of another table that name the row in a column."""
    return lambda files, row: files.of(table, column, row)


def broader(of):
    return lambda files, row: files.with_broader(set(of(files, row)) - {""})


def dated(first, last=None, *, endless=False, way=None):
    """The filters by date of rows that have one, or a first and a last, or are led to them."""

    def end(files, row):
        yield _latest(row[last or first]) or (date.max if endless else _latest(row[first]))

    def parts(files, row):
        known = row[first].split("-")
        return {"-".join(known[:n]) for n in range(1, len(known) + 1)}

    meant = {
        "from": end,
        "to": lambda files, row: [_earliest(row[first])],
        "date": parts,
    }
    return {name: through(way, of) for name, of in meant.items()} if way else meant


def _supporting(files, table, row):
    return [source for source, stance in files.cited_for(table, row) if stance == "supports"]


def _corroboration(files, table, row):
    publishers = {source["publisher"] for source in _supporting(files, table, row)}
    found = {("single" if len(publishers) == 1 else "several") for _ in publishers}
    found |= {"disputed" for _, stance in files.cited_for(table, row) if stance == "disputes"}
    return found or {"uncited"}


def evidence(table):
    """The filters by what is cited for a row."""

    def of_sources(column):
        return lambda files, row: [source[column] for source, _ in files.cited_for(table, row)]

    return {
        "source": of_sources("id"),
        "source-kind": of_sources("kind"),
        "publisher": of_sources("publisher"),
        "corroboration": lambda files, row: _corroboration(files, table, row),
        "reported-by": lambda files, row: [
            _latest(source["published_on"]) for source in _supporting(files, table, row)
        ],
    }


def lacking(**columns):
    """What is not known of a row: that the column is empty, or is no day where `day` is asked."""

    def missing(name, cell):
        return cell.count("-") < 2 if name == "day" else not cell

    return lambda files, row: [name for name, c in columns.items() if missing(name, row[c])]


def _parties(table):
    return lambda files, row: [p for p in row["parties"].split(" | ") if p in files.by_key[table]]


def _blocs_of_parties(files, row):
    day = _earliest(row["as_of"])
    of_countries = (files.membership(party, day) for party in _parties("countries")(files, row))
    return {*_parties("blocs")(files, row)}.union(*of_countries)


DELEGATION, EVENT = to("delegations", "delegation"), to("events", "event")
MEETING, SOURCE = to("meetings", "meeting"), to("sources", "source")
PARTICIPANTS = back("participants", "meeting")


HELD, TOOK_PART = back("delegates", "person"), back("participants", "person")
SPOKE = back("statements", "speaker")
OF_PERSON = then(either(HELD, TOOK_PART, SPOKE), DELEGATION)
SAID_ON, MET_ON = back("statements", "topics"), back("meetings", "topics")
BLOCS = Files.blocs_of

MEANING = {
    "sources": {
        "publisher": own("publisher"),
        "reported-by": lambda files, row: [_latest(row["published_on"])],
        "kind": own("kind"),
        "language": own("language"),
        **dated("published_on"),
    },
    "topics": {
        "event": through(either(SAID_ON, MET_ON), own("event")),
        "country": through(
            then(either(SAID_ON, then(MET_ON, PARTICIPANTS)), DELEGATION),
            own("country"),
        ),
        "person": either(
            through(SAID_ON, own("speaker")),
            through(then(MET_ON, PARTICIPANTS), own("person")),
        ),
        "topic": broader(own("id")),
    },
    "countries": {
        "event": through(back("delegations", "country"), own("event")),
        "bloc": lambda files, row: files.membership(row["code"], timezone.now().date()),
        "person": through(
            then(back("delegations", "country"), back("delegates", "delegation")), own("person")
        ),
        "kind": own("kind"),
        "status": through(back("delegations", "country"), own("status")),
    },
    "blocs": {
        "event": through(back("delegations", "bloc"), own("event")),
        "country": through(back("memberships", "bloc"), own("country")),
        "kind": own("kind"),
        "status": through(back("delegations", "bloc"), own("status")),
        **dated("founded_on"),
    },
    "memberships": {
        "bloc": own("bloc"),
        "country": own("country"),
        "status": own("status"),
        **dated("since", "until", endless=True),
    },
    "people": {
        "event": either(
            through(then(HELD, DELEGATION), own("event")),
            through(then(TOOK_PART, MEETING), own("event")),
            through(SPOKE, own("event")),
        ),
        "country": through(OF_PERSON, own("country")),
        "bloc": through(OF_PERSON, BLOCS),
        "topic": broader(through(SPOKE, own("topics"))),
        "kind": through(HELD, own("role")),
    },
    "events": {
        "country": own("country"),
        "person": own("chair"),
        **dated("starts_on", "ends_on"),
    },
    "delegations": {
        "event": own("event"),
        "country": own("country"),
        "bloc": BLOCS,
        "person": through(back("delegates", "delegation"), own("person")),
        "status": own("status"),
        "lacking": lambda files, row: [] if files.of("delegates", "delegation", row) else ["name"],
    },
    "delegates": {
        "event": through(DELEGATION, own("event")),
        "delegation": own("delegation"),
        "country": through(DELEGATION, own("country")),
        "bloc": through(DELEGATION, BLOCS),
        "person": own("person"),
        "kind": own("role"),
        "status": through(DELEGATION, own("status")),
    },
    "meetings": {
        "event": own("event"),
        "country": through(then(PARTICIPANTS, DELEGATION), own("country")),
        "bloc": through(then(PARTICIPANTS, DELEGATION), BLOCS),
        "delegation": through(PARTICIPANTS, own("delegation")),
        "person": through(PARTICIPANTS, own("person")),
        "topic": broader(own("topics")),
        "kind": own("kind"),
        "status": own("status"),
        "access": own("access"),
        "lacking": lacking(day="date"),
        **dated("date"),
    },
    "participants": {
        "event": through(MEETING, own("event")),
        "meeting": own("meeting"),
        "country": through(DELEGATION, own("country")),
        "bloc": through(DELEGATION, BLOCS),
        "delegation": own("delegation"),
        "person": own("person"),
        "topic": broader(through(MEETING, own("topics"))),
        "kind": own("role"),
        "status": through(MEETING, own("status")),
        "lacking": lacking(name="person"),
        **dated("date", way=MEETING),
    },
    "statements": {
        "event": own("event"),
        "meeting": own("meeting"),
        "country": through(DELEGATION, own("country")),
        "bloc": through(DELEGATION, BLOCS),
        "delegation": own("delegation"),
        "person": own("speaker"),
        "about": own("about"),
        "topic": broader(own("topics")),
        "kind": own("kind"),
        "status": own("status"),
        "lacking": lacking(day="date", name="speaker"),
        **dated("date"),
    },
    "agreements": {
        "country": _parties("countries"),
        "bloc": _blocs_of_parties,
        "status": own("status"),
        **dated("as_of"),
    },
    "figures": {
        "event": own("event"),
        "kind": own("measure"),
        "status": own("bound"),
        **dated("as_of"),
    },
    "citations": {
        "source": own("source"),
        "publisher": through(SOURCE, own("publisher")),
        "reported-by": lambda files, row: [
            _latest(source["published_on"]) for source in SOURCE(files, row)
        ],
        "table": own("table"),
        "kind": through(SOURCE, own("kind")),
        "status": own("stance"),
        **dated("published_on", way=SOURCE),
    },
}
for _table, _meant in MEANING.items():
    if _table not in ("sources", "citations"):
        _meant.update(evidence(_table))
