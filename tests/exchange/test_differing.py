"""What differs between two packages: exactly what was done to one of them, and nothing else."""

import random

import pytest
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from summitkb.exchange.differing import changelog, differences
from summitkb.exchange.packages import open_package
from tests.conftest import BUNDLED
from tests.exchange.small import TEXTS, as_text, changed, rows_of, write, zipped
from tests.exchange.test_commands import run

SAME = "Nothing differs.\n"


def told(before, after):
    with open_package(before) as first, open_package(after) as second:
        return changelog(first, second)


@pytest.fixture
def small(tmp_path):
    return write(tmp_path / "small")


def test_a_package_does_not_differ_from_itself_or_its_zip(small, tmp_path):
    assert told(BUNDLED, BUNDLED) == SAME
    assert told(small, zipped(small, tmp_path / "small.zip")) == SAME


def test_the_order_of_rows_is_no_difference(small, tmp_path):
    turned = {name: as_text(name, rows_of(text)[::-1]) for name, text in TEXTS.items()}

    assert told(small, write(tmp_path / "turned", turned)) == SAME


def test_one_changed_cell_is_named(small, tmp_path):
    other = write(tmp_path / "other", changed("figures", ",0,about", ",126,about"))

    assert told(small, other) == (
        "1 changed in all\n"
        "figures: 1 changed\n"
        "\n"
        "figures/tashkent-2026-delegations: value: “0” → “126”\n"
    )


def test_of_a_long_cell_the_place_is_shown_where_it_changed(small, tmp_path):
    said = "A sentence that is said again. " * 9
    before, after = (
        write(tmp_path / name, changed("topics", "Border control", said + name))
        for name in ("old", "new")
    )

    assert told(before, after).splitlines()[-1] == (
        "topics/border-control: name: “… sentence that is said again. old” → "
        "“… sentence that is said again. new”"
    )


def test_rows_that_came_and_went_are_named_and_cells_that_were_filled_and_emptied(small, tmp_path):
    topics = rows_of(TEXTS["topics"])
    topics[0] |= {"name": "Borders\nand ports", "parent": ""}
    topics[2] |= {"parent": "border-control"}
    topics.append({"id": "air", "name": "الهواء", "parent": ""})
    citations = rows_of(TEXTS["citations"])
    gone = citations.pop(0)
    texts = {"topics": as_text("topics", topics), "citations": as_text("citations", citations)}

    assert gone["record"] == "sco"
    assert told(small, write(tmp_path / "other", texts)) == (
        "1 added, 1 removed, 2 changed in all\n"
        "topics: 1 added, 2 changed\n"
        "citations: 1 removed\n"
        "\n"
        "topics/air: added: “الهواء”\n"
        "topics/border-control: name: “Border control” → “Borders\\nand ports”\n"
        "topics/border-control: parent: “regional-security” → (empty)\n"
        "topics/water: parent: (empty) → “border-control”\n"
        "citations/blocs/sco from uza: removed\n"
    )


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32), drops=st.integers(0, 3), edits=st.integers(0, 3))
def test_what_was_done_is_what_is_found(tmp_path_factory, seed, drops, edits):
    chance, folder = random.Random(seed), tmp_path_factory.mktemp("packages")
    table = chance.choice(["people", "countries", "statements", "meetings"])
    rows = rows_of(TEXTS[table])
    chance.shuffle(rows)
    expected = {(tuple(row.values())[0], "removed") for row in rows[:drops]}
    rows = rows[drops:]
    for row in rows[:edits]:
        key, name = tuple(row.values())[0], list(row)[-1]
        row[name] += "x"
        expected.add((key, "changed"))
    after = write(folder / "after", {table: as_text(table, rows)})

    with open_package(write(folder / "before")) as first, open_package(after) as second:
        found = list(differences(first, second))
    assert {(f.table.key_of(f.cells), f.kind) for f in found} == expected
    assert len(found) == len(expected)


def test_the_exit_status_is_1_where_something_differs_and_2_where_it_cannot_be_told(
    small, tmp_path
):
    other = write(tmp_path / "other", changed("figures", ",0,about", ",126,about"))
    odd = write(tmp_path / "odd", changed("figures", ",0,about", ",many,about"))
    wrong = write(tmp_path / "wrong" / "small", changed("topics", "water,Water,", ",Water"))

    assert run("diffpackage", small, small) == (SAME, None)
    with pytest.raises(SystemExit, match="^1$"):
        run("diffpackage", small, other)
    with pytest.raises(SystemExit, match="^1$"):  # what stands in a cell is not its to judge
        run("diffpackage", small, odd)
    assert run("diffpackage", small, wrong) == (
        "topics.csv:4: the row has 2 cells; accepted are 3, as in the header\n",
        f"1 problem in {wrong}",
    )
    with pytest.raises(CommandError, match="does not exist") as refused:
        call_command("diffpackage", str(small), str(tmp_path / "nowhere"))
    assert refused.value.returncode == 2


def test_rows_that_cannot_be_told_apart_are_not_compared(small, tmp_path):
    topics = "id,name,parent\nair,Air,\n,Nothing,\nair,Air again,\n"

    assert run("diffpackage", write(tmp_path / "other", {"topics": topics}), small)[0] == (
        "topics.csv:3: id: is empty; a value is needed here\n"
        "topics.csv:4: id: “air” stands in line 2 already; accepted is each key once\n"
    )


def test_columns_that_one_alone_has_are_told_and_not_compared(small, tmp_path):
    rows = rows_of(TEXTS["figures"])
    fewer = "".join(f"{row['id']},{row['event']}\n" for row in rows)
    other = write(tmp_path / "other", {"figures": f"id,event\n{fewer}"})

    lines = told(small, other).splitlines()
    assert lines[0] == "figures: the column measure was removed"
    assert lines[-1] == "Nothing differs."
    assert len(lines) == len(rows[0]) - 2 + 1
    assert told(other, small).splitlines()[0] == "figures: the column measure was added"


def test_citations_are_told_in_the_order_of_a_package(small, tmp_path):
    citations = rows_of(TEXTS["citations"])
    kept = [row for row in citations if row["table"] not in ("blocs", "agreements", "figures")]
    gone = [row for row in citations if row not in kept]
    other = write(tmp_path / "other", {"citations": as_text("citations", kept)})

    lines = told(small, other).splitlines()[3:]

    tables = [line.split("/")[1] for line in lines]
    assert tables == [row["table"] for row in gone]
    assert len(set(tables)) == 3
