"""A generated package, loaded into an empty knowledge base and dumped again, is the same byte for byte.

`ROUND_TRIP_ROWS=100000` makes it as large as that; it takes some minutes then.
"""

import os
import random

import pytest
from django.core.management import call_command

from summitkb.exchange.dumping import dump
from summitkb.exchange.tables import get_table, tables
from tests.exchange.small import TEXTS, as_text, read_all, rows_of, write

pytestmark = pytest.mark.django_db(transaction=True)

ROWS = int(os.environ.get("ROUND_TRIP_ROWS", "1000"))
WORDS = ["мир", "security", "أمن", "“quoted”", 'say "so"', "a,b", "line\nbreak", "=1+1", "e\u0301"]


def generated(rows: int) -> dict[str, str]:
    """The small package with some more rows, as text: two in five are sources, two citations, and one
    a person."""
    chance = random.Random(1)
    found = {name: rows_of(TEXTS[name]) for name in ("sources", "people", "citations")}
    people = rows // 5

    def text(between=" "):
        return between.join(chance.choice(WORDS) for _ in range(12)).replace("\n", between)

    for n in range(2 * people):
        empty = dict.fromkeys(get_table("sources").header, "")
        known = {"id": f"source-{n:06}", "kind": "press", "publisher": f"P {n % 500}"}
        dated = {"title": text(), "published_on": "2025-05", "language": "en"}
        found["sources"].append(empty | known | dated)
    for n in range(people):
        empty = dict.fromkeys(get_table("people").header, "")
        found["people"].append(empty | {"id": f"person-{n:06}", "name": text()})
        for source in (n, n + people):
            found["citations"].append(
                {
                    "table": "people",
                    "record": f"person-{n:06}",
                    "source": f"source-{source:06}",
                    "locator": "",
                    "excerpt": text("\n"),
                    "stance": "supports",
                }
            )
    places = {table.name: table.order for table in tables()}

    def canonical(name):
        table = get_table(name)

        def place(row):
            return places.get(row.get("table"), 0), table.sort_key(row)[name == "citations" :]

        return sorted(found[name], key=place)

    return {name: as_text(name, canonical(name)) for name in found}


def test_what_is_loaded_is_what_is_dumped(tmp_path):
    folder = write(tmp_path / "in", generated(ROWS))
    call_command("loadpackage", str(folder), verbosity=0)
    dump(tmp_path / "out.d")

    dumped = read_all(tmp_path / "out.d")
    assert {name: data for name, data in dumped.items() if name.endswith(".csv")} == read_all(
        folder
    )
    lines = sum(data.count(b"\n") for data in dumped.values())
    assert lines > ROWS
