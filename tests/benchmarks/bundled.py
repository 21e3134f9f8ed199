"""What is taken from the bundled record: countries, blocs, memberships, topics, and their sources."""

import csv
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "meetings" / "packages" / "moscow-2025"
WHOLE = {
    "topics": ("id", "name", "parent"),
    "countries": ("code", "name", "kind", "part_of"),
    "blocs": ("id", "acronym", "name", "kind", "founded_on", "website"),
    "memberships": ("bloc", "country", "status", "since", "until"),
}
"""The tables that are taken as they are, with the columns in the order of `record.COLUMNS`."""

NULL_WHERE_EMPTY = {
    *("parent", "part_of", "founded_on", "since", "until"),
    *("published_on", "accessed_on"),
}
"""Their columns that are NULL and not an empty text."""


@cache
def table(name: str) -> list[dict[str, str]]:
    with (FOLDER / f"{name}.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def rows() -> Iterator[tuple[str, tuple]]:
    """The rows of these tables, their citations, and the sources that these name."""
    cited = [row for row in table("citations") if row["table"] in WHOLE]
    named = {row["source"] for row in cited}
    for row in table("sources"):
        if row["id"] in named:
            yield "sources", _cells(row)
    for name, columns in WHOLE.items():
        for row in table(name):
            yield name, _cells({column: row[column] for column in columns})
    for row in cited:
        yield "citations", _cells(row)


def _cells(row: dict[str, str]) -> tuple:
    return tuple(
        None if cell == "" and name in NULL_WHERE_EMPTY else cell for name, cell in row.items()
    )


def countries() -> list[dict[str, str]]:
    """Those that belong to most first: they are what is spoken of most here."""
    memberships = Counter(row["country"] for row in table("memberships"))
    return sorted(table("countries"), key=lambda row: (-memberships[row["code"]], row["code"]))


def members(bloc: str) -> set[str]:
    return {row["country"] for row in table("memberships") if row["bloc"] == bloc}
