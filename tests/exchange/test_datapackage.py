"""`datapackage.json` by the words of others: Frictionless finds it valid, and each break of it."""

import csv
import io
import json

import frictionless
import pandas
import pytest
from django.core.management import call_command

from meetings.models import Statement
from summitkb.exchange.dumping import dump
from summitkb.exchange.kinds import KINDS
from summitkb.exchange.tables import tables
from tests.conftest import BUNDLED
from tests.exchange.small import write

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def package(tmp_path):
    """The folder of a dump of the small package."""
    call_command("loadpackage", str(write(tmp_path / "in")), verbosity=0)
    dump(tmp_path / "out")
    return tmp_path / "out"


def problems(folder):
    """What Frictionless finds: the table, and its word for the error."""
    report = frictionless.validate(str(folder / "datapackage.json"), type="package")
    assert report.errors == []
    return [(task.name, error.type) for task in report.tasks for error in task.errors]


def edit(folder, table, old, new):
    """Change one place of a table, and its hash and size with it, so that these are no excuse."""
    file = folder / f"{table}.csv"
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1, text.count(old)
    file.write_text(text.replace(old, new), encoding="utf-8", newline="")
    described = json.loads((folder / "datapackage.json").read_text())
    resource = next(r for r in described["resources"] if r["name"] == table)
    del resource["hash"], resource["bytes"]
    (folder / "datapackage.json").write_text(json.dumps(described))


def test_frictionless_finds_a_dump_valid(package):
    assert problems(package) == []


def test_the_bundled_record_too_as_a_zip(tmp_path):
    call_command("loadpackage", str(BUNDLED), verbosity=0)
    dump(tmp_path / "out.zip")

    report = frictionless.validate(str(tmp_path / "out.zip"), type="package")
    assert (report.valid, report.stats["tasks"], report.stats["errors"]) == (True, 15, 0)


@pytest.mark.parametrize(
    ("table", "old", "new", "found"),
    [
        ("topics", "water,Water,", ",Water,", "constraint-error"),
        ("topics", "water,Water,", "Wa ter,Water,", "constraint-error"),
        ("topics", "water,Water,", "border-control,Water,", "primary-key"),
        ("topics", "regional-security\n", "world-peace\n", "foreign-key"),
        ("memberships", "sco,UZB", "nato,UZB", "foreign-key"),
        (
            "countries",
            "RUS,Russian Federation,un-member",
            "RUS,Russian Federation,state",
            "constraint-error",
        ),
        ("events", "2026-04-14", "14.04.2026", "constraint-error"),
        ("people", "id,name,", "id,nom,", "incorrect-label"),
        ("blocs", "SCO,Shanghai", "Shanghai", "missing-cell"),
        ("figures", ",0,about", ",many,about", "type-error"),
    ],
)
def test_frictionless_finds_what_is_wrong_in_ten_ways(package, table, old, new, found):
    edit(package, table, old, new)

    assert (table, found) in problems(package)


def test_a_byte_that_was_changed_is_found_by_its_hash(package):
    file = package / "topics.csv"
    file.write_bytes(file.read_bytes().replace(b"Water", b"Wader"))

    assert problems(package) == [("topics", "hash-count")]


def test_every_kind_of_column_has_words_and_a_type():
    kinds = {c.kind for table in tables() for c in [*table.columns, *table.public_columns()]}

    assert kinds == set(KINDS)
    assert all(kind.words and kind.schema["type"] for kind in KINDS.values())


TYPES = {"integer": "Int64", "boolean": "boolean"}
"""Of pandas; all else is read as text."""
ODD = 'He said: "No",\n\tthen قال: لا, « да » \\N 中\u0301\u200f'


def test_pandas_reads_every_table_with_its_types_and_loses_no_byte(package):
    Statement.objects.update(text=ODD)
    dump(package)
    described = json.loads((package / "datapackage.json").read_text())
    for resource in described["resources"]:
        fields = {field["name"]: field["type"] for field in resource["schema"]["fields"]}
        frame = pandas.read_csv(
            package / resource["path"],
            dtype={name: TYPES.get(kind, "string") for name, kind in fields.items()},
            true_values=["yes"],
            false_values=["no"],
            keep_default_na=False,
            na_values={name: [""] for name, kind in fields.items() if kind in TYPES},
        )
        if "text" in frame:
            assert set(frame["text"]) == {ODD}
        for name in (name for name, kind in fields.items() if kind == "boolean"):
            frame[name] = frame[name].map({True: "yes", False: "no"})
        again = frame.to_csv(index=False, lineterminator="\n", na_rep="")
        assert rows(again) == rows((package / resource["path"]).read_text()), resource["name"]


def rows(text):
    return list(csv.reader(io.StringIO(text, newline="")))
