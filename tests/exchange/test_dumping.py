"""What a dump writes, where it may, and that load and dump are each other's inverse."""

import csv
import io
import random
import stat
import zipfile

import pytest
from django.core.management import call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from meetings.models import Meeting, Statement, Topic
from summitkb.exchange import dumping
from summitkb.exchange.archives import Refused
from summitkb.exchange.dumping import dump
from summitkb.exchange.tables import tables
from summitkb.records.models import Citation, Source
from tests.conftest import BUNDLED
from tests.database import another_session
from tests.exchange.small import TEXTS, as_text, read_all, rows_of, write, zipped

# A dump sets the isolation of its transaction, so it cannot stand within that of a test.
pytestmark = pytest.mark.django_db(transaction=True)

TABLES = [table.file for table in tables()]
SMALL = {f"{name}.csv": text.encode() for name, text in sorted(TEXTS.items())}


def load(path):
    call_command("loadpackage", str(path), verbosity=0)


def tables_in(folder):
    """The bytes of the tables of a package, which is a whole one."""
    files = read_all(folder)
    assert set(files) >= {"datapackage.json", "codebook.md"}
    return {name: data for name, data in files.items() if name in TABLES}


def shuffled(folder, target):
    """The same package with the rows of every table in some other order."""
    order = random.Random(1)
    target.mkdir()
    for table in tables():
        header, *rows = csv.reader(io.StringIO((folder / table.file).read_text(), newline=""))
        order.shuffle(rows)
        text = io.StringIO(newline="")
        csv.writer(text, lineterminator="\n").writerows([header, *rows])
        (target / table.file).write_text(text.getvalue(), newline="")
    return target


def test_the_bundled_package_survives_load_and_dump_byte_for_byte(tmp_path):
    load(shuffled(BUNDLED, tmp_path / "in"))

    dump(tmp_path / "out")

    assert len(list(BUNDLED.glob("*.csv"))) == 15
    assert tables_in(tmp_path / "out") == {
        name: data for name, data in read_all(BUNDLED).items() if name.endswith(".csv")
    }


def test_the_small_package_survives_too_in_a_zip_and_out_of_it(tmp_path):
    load(zipped(write(tmp_path / "in"), tmp_path / "in.zip", "in/"))

    dump(tmp_path / "out.zip")

    with zipfile.ZipFile(tmp_path / "out.zip") as archive:
        assert {name: archive.read(name) for name in sorted(TABLES)} == SMALL
    call_command("checkpackage", str(tmp_path / "out.zip"), verbosity=0)


def test_a_zip_has_the_same_bytes_every_time(tmp_path):
    load(write(tmp_path / "in"))

    dump(tmp_path / "one.zip")
    dump(tmp_path / "two.zip")

    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "one.zip") as archive:
        entries = archive.infolist()
    assert [entry.filename for entry in entries] == [*TABLES, "datapackage.json", "codebook.md"]
    assert {(e.date_time, e.external_attr, e.create_system) for e in entries} == {
        ((1980, 1, 1, 0, 0, 0), (stat.S_IFREG | 0o644) << 16, 3)
    }


def test_an_empty_knowledge_base_gives_headers_alone(tmp_path):
    dump(tmp_path / "out")

    assert tables_in(tmp_path / "out") == {
        table.file: (",".join(table.header) + "\n").encode()
        for table in sorted(tables(), key=lambda table: table.file)
    }


def test_only_what_is_published_is_dumped_and_citations_only_of_that(tmp_path):
    load(write(tmp_path / "in"))
    Topic.objects.create(id="secret", name="Secret", publication="draft")
    Meeting.objects.create(
        id="secret", event_id="tashkent-2026", kind="other", title="S", status="held"
    )
    Citation.objects.create(table="meetings", record="secret", source_id="uza")
    Source.objects.create(id="hidden", kind="press", title="H", url="http://h.uz", language="en")
    Citation.objects.create(table="people", record="sergei-shoigu", source_id="hidden")
    Statement.objects.filter(pk="tashkent-2026-label").update(publication="withdrawn")

    dump(tmp_path / "out")

    statements = [r for r in rows_of(TEXTS["statements"]) if r["id"] != "tashkent-2026-label"]
    citations = [r for r in rows_of(TEXTS["citations"]) if r["record"] != "tashkent-2026-label"]
    assert (len(statements), len(citations)) == (1, 19)
    assert tables_in(tmp_path / "out") == SMALL | {
        "statements.csv": as_text("statements", statements).encode(),
        "citations.csv": as_text("citations", citations).encode(),
    }


def test_all_tables_are_of_one_moment(tmp_path, monkeypatch):
    """What another session commits between two tables is in none of them."""
    load(write(tmp_path / "in"))

    def copy_while_another_writes(rows, header):
        if "parent" in header:
            with another_session() as other:
                other.execute("UPDATE people SET name = 'Somebody else'")
        return copy(rows, header)

    copy = dumping.copy_csv
    monkeypatch.setattr(dumping, "copy_csv", copy_while_another_writes)
    dump(tmp_path / "out")

    assert tables_in(tmp_path / "out") == SMALL
    monkeypatch.undo()
    dump(tmp_path / "later")
    assert b"Somebody else" in (tmp_path / "later" / "people.csv").read_bytes()


# Where it may be written


def refusal(path):
    with pytest.raises(Refused) as refused:
        dump(path)
    return str(refused.value)


@pytest.mark.parametrize("name", ["out", "out.zip"])
def test_a_package_that_is_there_is_replaced_as_a_whole(tmp_path, name):
    dump(tmp_path / name)
    load(write(tmp_path / "in"))
    dump(tmp_path / name)

    dump(tmp_path / "fresh.zip")
    dump(tmp_path / "fresh")
    fresh = tmp_path / f"fresh{'.zip' if name.endswith('.zip') else ''}"
    if name.endswith(".zip"):
        assert (tmp_path / name).read_bytes() == fresh.read_bytes()
    else:
        assert tables_in(tmp_path / name) == tables_in(fresh) == SMALL
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted({name, "fresh", "fresh.zip", "in"})


def test_an_empty_folder_is_filled(tmp_path):
    (tmp_path / "out").mkdir()

    dump(tmp_path / "out")

    assert len(tables_in(tmp_path / "out")) == 15


def test_what_is_no_package_is_left_alone(tmp_path):
    folder, file, archive = tmp_path / "folder", tmp_path / "file", tmp_path / "a.zip"
    folder.mkdir()
    (folder / "topics.csv").write_text("mine")
    (folder / "thesis.doc").write_text("mine")
    file.write_text("mine")
    with zipfile.ZipFile(archive, "w") as a:
        a.writestr("thesis.doc", "mine")
    (tmp_path / "b.zip").mkdir()
    (tmp_path / "c.zip").write_text("mine")

    room = "which is no part of a package; accepted is a new or an empty place, or a package to replace"
    assert refusal(folder) == f"holds thesis.doc, {room}"
    assert refusal(archive) == f"holds thesis.doc, {room}"
    assert refusal(file) == "is a file; accepted is a folder, or a name that ends in .zip"
    assert refusal(tmp_path / "b.zip") == "is a folder; accepted is a file for a zip"
    assert refusal(tmp_path / "c.zip").startswith("is not a whole zip")
    assert refusal(tmp_path / "no" / "where") == (
        "cannot be made; accepted is a place in a folder that is there"
    )
    assert (folder / "topics.csv").read_text() == (folder / "thesis.doc").read_text() == "mine"


@pytest.mark.parametrize("name", ["out", "out.zip"])
def test_a_failure_midway_leaves_what_was_there(tmp_path, monkeypatch, name):
    load(write(tmp_path / "in"))
    dump(tmp_path / name)
    before = (tmp_path / name).stat().st_ino

    def fail_at_the_last(rows, header):
        yield b"half\n"
        if "stance" in header:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(dumping, "copy_csv", fail_at_the_last)
    with pytest.raises(OSError, match="No space left"):
        dump(tmp_path / name)

    assert (tmp_path / name).stat().st_ino == before
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([name, "in"])


# Any text that a cell may hold comes back

TEXT = st.text(
    st.one_of(
        st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]),
        st.sampled_from("\",\n\t'\\|;=+-@ .العربيةЖ中é\u0301\u200f"),
    ),
    max_size=40,
).map(str.strip)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(texts=st.lists(TEXT.filter(bool), min_size=1, max_size=30))
def test_any_text_survives_load_and_dump(tmp_path_factory, texts):
    """Each example changes the texts of the one before, so changes are tried as well."""
    tmp_path = tmp_path_factory.mktemp("texts")
    row, cited = rows_of(TEXTS["statements"])[0], rows_of(TEXTS["citations"])[-4]
    assert cited["record"] == row["id"]
    ids = [f"text-{number:02}" for number in range(len(texts))]
    statements = [
        row | {"id": id, "text": text, "speaker_label": text}
        for id, text in zip(ids, texts, strict=True)
    ]
    citations = [
        cited | {"record": id, "excerpt": f"a{text}z"} for id, text in zip(ids, texts, strict=True)
    ]
    before, after = TEXTS["citations"].split("statements,tashkent-2026-label,uza,,,supports\n")
    between, end = after.split("agreements,", 1)
    expected = {
        "statements": as_text("statements", [*rows_of(TEXTS["statements"]), *statements]),
        "citations": before
        + "statements,tashkent-2026-label,uza,,,supports\n"
        + between
        + as_text("citations", citations).split("\n", 1)[1]
        + "agreements,"
        + end,
    }
    Citation.objects.filter(record__startswith="text-").delete()
    Statement.objects.filter(id__startswith="text-").exclude(id__in=ids).delete()

    load(write(tmp_path / "in", expected))
    dump(tmp_path / "out")

    assert tables_in(tmp_path / "out") == read_all(tmp_path / "in")


@pytest.mark.parametrize(
    "text",
    ["\\.", "\\N", "'=1+1", '"', '""', ",", "a\nb", "\\n", "NULL", "#", "\ufeffa", "a\u00a0b"],
)
def test_what_csv_and_copy_treat_specially_survives(tmp_path, text):
    row = rows_of(TEXTS["topics"])[0]
    topics = [row | {"name": text}, *rows_of(TEXTS["topics"])[1:]]
    load(write(tmp_path / "in", {"topics": as_text("topics", topics)}))

    dump(tmp_path / "out")

    assert (tmp_path / "out" / "topics.csv").read_bytes() == as_text("topics", topics).encode()
