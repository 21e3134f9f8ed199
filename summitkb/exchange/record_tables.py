"""The declarations of the two tables of `summitkb.records`, which itself knows of no declarations."""

from collections import defaultdict

from django.db.models import Case, F, IntegerField, TextField, Value, When
from django.db.models.functions import Cast

from summitkb.exchange.alphabets import foreign_letters
from summitkb.exchange.columns import Column, shown
from summitkb.exchange.tables import Searched, Table, get_table, register, tables
from summitkb.records.models import Citation, Source


class TableName(Column):
    """The name of the table that is cited for."""

    kind = "table"

    @property
    def values(self):
        return [table.name for table in tables() if table is not CITATIONS]

    def parse(self, cell):
        if cell not in self.values:
            raise ValueError(
                f"{shown(cell)}{foreign_letters(cell)} is not a table that can be cited for; "
                f"accepted are {', '.join(self.values)}"
            )
        return cell

    def sort(self):
        """Tables stand in the order of the package, not of the alphabet."""
        places = [When(table=table.name, then=Value(table.order)) for table in tables()]
        return Case(*places, output_field=IntegerField())


class CitationTable(Table):
    @property
    def address(self):
        """That of the record which is cited for: a citation has no page of its own."""
        return [Cast("table", TextField()), Value("/"), Cast("record", TextField())]

    def sort_key(self, row):
        """Tables stand in the order of the package, here as in SQL."""
        table, *rest = super().sort_key(row)
        cited = get_table(table)
        return (f"{cited.order:03}" if cited else table, *rest)

    def address_of(self, row):
        """That of the record which is cited for, and the source."""
        return f"{self.name}/{row['table']}/{row['record']} from {row['source']}"

    def said(self, row):
        return " ".join(filter(None, (row["locator"], row["excerpt"])))

    @property
    def public_through(self):
        return [(Value(SOURCES.name), F("source")), (F("table"), F("record"))]


def cited_records(package) -> dict[str, set[str]]:
    """The keys of the records that a package cites for, by table."""
    cited = defaultdict(set)
    for _, row in package.rows(CITATIONS.name):
        cited[row["table"]].add(row["record"])
    return cited


def cited_records_are_there(package):
    """Yield a problem for each citation of a record that the package does not have."""
    for line, row in package.rows(CITATIONS.name):
        cited = get_table(row["table"])
        if cited in (None, CITATIONS) or not row["record"]:
            continue  # told by the column
        key = row["record"]
        if not package.has(cited.name, key):
            where = cited.file if package.whole else f"{cited.file} or the database"
            yield package.problem(
                CITATIONS.name,
                line,
                "record",
                f"{shown(key)}{foreign_letters(key)} is not in {where}; "
                "accepted is a key that is there",
            )


SOURCES = register(
    Table(
        Source,
        order=1,
        columns=[
            "id",
            "kind",
            "publisher",
            "carried_by",
            "title",
            "url",
            "author",
            "published_on",
            "accessed_on",
            "language",
        ],
        searched=Searched(
            titles=("title",), texts=("publisher", "carried_by", "author"), language=F("language")
        ),
        cited=False,
        origin="Typed by editors from the text itself.",
    )
)

CITATIONS = register(
    CitationTable(
        Citation,
        order=15,
        columns=[
            TableName("table", Citation._meta.get_field("table")),
            "record",
            "source",
            "locator",
            "excerpt",
            "stance",
        ],
        searched=Searched(texts=("excerpt", "locator"), language=F("source__language"), weight=0.5),
        key=("table", "record", "source", "locator", "excerpt", "stance"),
        cited=False,
        origin="Typed by editors from the source that it names.",
        checks=(cited_records_are_there,),
        found_by="record",
    )
)
