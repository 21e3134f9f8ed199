"""What has an end before anything is built of it: lists, columns, rows, cells, tags, time."""

import io
import time
import zipfile

import pytest
from openpyxl import Workbook

from summitkb.editing.imports import running
from summitkb.exchange import archives, columns, packages, plain_xml, spreadsheets
from summitkb.exchange.archives import Refused, open_archive
from summitkb.exchange.checks import check
from summitkb.exchange.packages import open_package
from summitkb.exchange.progress import Silence
from summitkb.exchange.spreadsheets import to_csv
from tests.exchange.small import changed, write

SHEET = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def book(path, sheet):
    """A spreadsheet with another first sheet than a program would write."""
    made = io.BytesIO()
    Workbook().save(made)
    with zipfile.ZipFile(made) as before, zipfile.ZipFile(path, "w") as after:
        for name in before.namelist():
            data = sheet if name == "xl/worksheets/sheet1.xml" else before.read(name)
            after.writestr(name, data)
    return path


def refusal(function, *arguments):
    with pytest.raises(Refused) as refused:
        function(*arguments)
    return str(refused.value)


def test_a_list_of_contents_without_end_is_not_read(tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "LONGEST_LIST", 1000)
    monkeypatch.setattr(archives.zipfile.ZipFile, "infolist", None)  # nobody gets that far
    path = tmp_path / "p.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(100):
            archive.writestr(f"{number}.csv", b"")

    assert refusal(open_archive, path).startswith("has a list of contents of 5")


def test_a_header_has_an_end(tmp_path, monkeypatch):
    monkeypatch.setattr(packages, "MOST_COLUMNS", 11)
    folder = write(tmp_path / "p", changed("meetings", "id,event,kind", "id,x,event,kind"))

    with open_package(folder) as package:
        problems = [str(p) for p in check(package) if p.file == "meetings.csv"]
    assert problems[0] == "meetings.csv:1: the header has 12 columns; accepted are up to 11"


def test_the_rows_of_an_upload_have_an_end_and_those_of_a_command_none(tmp_path):
    with open_package(write(tmp_path / "p")) as package:
        assert list(check(package)) == []
        rows = sum(1 for table in package.declared for _ in package.rows(table.name))

    for most, sentence in (
        (rows, None),
        (rows - 1, f"p has more than {rows - 1} rows; accepted are"),
    ):
        with open_package(tmp_path / "p") as package:
            package.most_rows = most
            if sentence is None:
                assert list(check(package)) == []
            else:
                assert refusal(list, check(package)).startswith(sentence)


def test_a_list_in_a_cell_is_read_in_linear_time():
    cell = " | ".join(f"{number:x}" for number in range(14_000))
    assert len(cell) < columns.LONGEST_CELL

    began = time.process_time()
    assert len(columns.split(cell)) == 14_000
    assert time.process_time() - began < 0.2  # it took 1.3 s when each entry was looked for in all


def test_the_cells_of_a_spreadsheet_have_an_end(tmp_path, monkeypatch):
    monkeypatch.setattr(spreadsheets, "MOST_CELLS", 5)
    path = book(
        tmp_path / "a.xlsx",
        f"<worksheet {SHEET}><sheetData>{'<row><c/><c/></row>' * 3}</sheetData></worksheet>",
    )

    assert (
        refusal(to_csv, path, tmp_path / "a.csv") == "has more than 5 cells; accepted are up to 5"
    )


IN = "in “xl/worksheets/sheet1.xml”; accepted is what a spreadsheet writes"


@pytest.mark.parametrize(
    ("inside", "sentence"),
    [
        ("<a>" * 200 + "</a>" * 200, f"has more than 100 tags within one another {IN}"),
        ("<a/>" * 2000, f"has more than 1500 tags {IN}"),
        (f'<a b="{"x" * 400_000}"/>', f"has a tag of more than 300000 bytes {IN}"),
    ],
    ids=["depth", "number", "length"],
)
def test_tags_without_end_are_refused_before_objects_are_made_of_them(
    tmp_path, monkeypatch, inside, sentence
):
    monkeypatch.setattr(plain_xml, "MOST_TAGS", 1500)
    monkeypatch.setattr(plain_xml, "LONGEST_TAG", 300_000)
    monkeypatch.setattr(spreadsheets, "load_workbook", None)
    path = book(
        tmp_path / "a.xlsx", f"<worksheet {SHEET}><sheetData>{inside}</sheetData></worksheet>"
    )

    assert refusal(to_csv, path, tmp_path / "a.csv") == sentence


@pytest.mark.parametrize(
    "declared",
    ['<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">', '<!ENTITY b SYSTEM "file:///etc/passwd">'],
)
def test_a_type_of_document_and_so_entities_are_refused(tmp_path, declared):
    cell = "<row><c t='inlineStr'><is><t>&b;</t></is></c></row>"
    sheet = f"<!DOCTYPE x [{declared}]><worksheet {SHEET}><sheetData>{cell}</sheetData></worksheet>"

    assert refusal(to_csv, book(tmp_path / "a.xlsx", sheet), tmp_path / "a.csv") == (
        f"declares a type of document {IN}"
    )


def test_the_time_of_a_check_has_an_end(monkeypatch):
    now = [0.0]
    monkeypatch.setattr(running.time, "monotonic", lambda: now[0])
    watch = running.Bounded(Silence(), 120)
    watch.begin("Checking", 10)
    now[0] = 121.0
    watch.advance(1)  # time is asked for once in a while

    sentence = (
        "It takes more than 2 minutes; accepted is what is done in that time. Part it, or let it be "
        "loaded by loadpackage."
    )
    assert refusal(watch.advance, watch.SELDOM) == sentence
    assert refusal(watch.begin, "Loading", 1) == sentence
