"""A spreadsheet as CSV: cells as they are shown, rows where they stand, and what is refused."""

import csv
import datetime
import io
import re
import zipfile

import pytest
from openpyxl import Workbook

from summitkb.exchange import spreadsheets
from summitkb.exchange.archives import Refused
from summitkb.exchange.checks import check
from summitkb.exchange.one_table import open_table
from summitkb.exchange.spreadsheets import to_csv

DAY = datetime.datetime(2025, 5, 27)
SHEET = "xl/worksheets/sheet1.xml"
MORNING = datetime.datetime(2025, 5, 27, 9, 30)


def saved(tmp_path, rows, formats=()):
    """A spreadsheet of these rows; `formats` are number formats by cell."""
    book = Workbook()
    for row in rows:
        book.active.append(row)
    for cell, number_format in dict(formats).items():
        book.active[cell].number_format = number_format
    path = tmp_path / "table.xlsx"
    book.save(path)
    return path


def read(path):
    target = path.with_suffix(".csv")
    to_csv(path, target)
    return list(csv.reader(io.StringIO(target.read_bytes().decode(), newline="")))


def refusal(path):
    with pytest.raises(Refused) as refused:
        read(path)
    return str(refused.value)


def changed_part(path, part, change):
    """The spreadsheet with one of its parts changed or made."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts[part] = change(parts.get(part, b""))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return path


@pytest.mark.parametrize(
    ("value", "number_format", "cell"),
    [
        (DAY, "yyyy-mm-dd", "2025-05-27"),
        (DAY, "mm-dd-yy", "2025-05-27"),
        (DAY, "[$-419]d\\ mmmm\\ yyyy\\ \"г.\";@", "2025-05-27"),
        (DAY, "yyyy-mm", "2025-05"),
        (DAY, "mmm yyyy", "2025-05"),
        (DAY, "mmm-yy", "2025-05"),
        (DAY, "yyyy", "2025"),
        (DAY, '"day" yyyy', "2025"),
        (MORNING, "yyyy-mm-dd", "2025-05-27"),
        (MORNING, "yyyy-mm-dd h:mm", "2025-05-27 09:30"),
        (MORNING, "h:mm", "09:30"),
        (datetime.time(9, 5), "h:mm AM/PM", "09:05"),
        (datetime.time(9, 5, 7), "hh:mm:ss", "09:05:07"),
        (datetime.timedelta(hours=9, minutes=5), "[h]:mm", "09:05"),
        (datetime.timedelta(hours=25), "[h]:mm", "1 day, 1:00:00"),
        (2025, "General", "2025"),
        (2025.0, "0", "2025"),
        (126.0, "0.00", "126"),
        (7, "000", "007"),
        (0.1 + 0.2, "General", "0.3"),
        (-3, "General", "-3"),
        (True, "General", "yes"),
        (False, "General", "no"),
        ("007", "General", "007"),
        ("2025-05", "General", "2025-05"),
        (" two\nlines ", "General", " two\nlines "),
        ("two_x000D_\nlines\r\n", "General", "two\nlines\n"),
        ("Встреча", "@", "Встреча"),
        (None, "yyyy", ""),
    ],
)  # fmt: skip
def test_a_cell_is_what_it_shows(tmp_path, value, number_format, cell):
    path = saved(tmp_path, [["id", "x", "last"], ["a", value, "z"]], {"B2": number_format})

    assert read(path)[1] == ["a", cell, "z"]


@pytest.mark.parametrize(
    ("value", "number_format", "sentence"),
    [
        (
            "=A1",
            "General",
            "holds a formula in B7; accepted are values (copy the cells and paste their values only)",
        ),
        ("#REF!", "General", "holds the error #REF! in B7; accepted are values"),
        (
            DAY,
            "d mmm",
            "holds a day in B7 that shows no year; accepted are dates that show it",
        ),
    ],
)
def test_a_cell_that_is_no_plain_value_is_refused_by_its_name(
    tmp_path, value, number_format, sentence
):
    rows = [["id", "x"], *[["a", "b"]] * 5, ["a", value]]

    assert refusal(saved(tmp_path, rows, {"B7": number_format})) == sentence


def test_rows_stay_where_they_are_and_are_as_wide_as_the_first(tmp_path):
    rows = [["id", "name", None], ["a"], [], ["b", None, None, "more"], [], [None, None]]

    assert read(saved(tmp_path, rows, {"C9": "000"})) == [
        ["id", "name"],
        ["a", ""],
        ["", ""],
        ["b", "", "", "more"],
    ]


@pytest.mark.django_db
def test_a_problem_names_the_row_of_the_sheet(tmp_path):
    rows = [
        ["ID", "Name"],
        ["water", "Water"],
        ["two\nlines", "R"],
        ["a", "two\nlines"],
        ["b", None],
    ]

    with open_table(saved(tmp_path, rows), "topics") as package:
        told = [str(problem).split(" is ")[0] for problem in check(package)]

    assert told == ["topics.csv:3: id: “two\\nlines”", "topics.csv:5: name:"]


def test_only_the_first_sheet_is_read(tmp_path):
    book = Workbook()
    book.active.append(["id"])
    book.create_sheet("notes").append(["=1+1"])
    book.save(tmp_path / "two.xlsx")

    assert read(tmp_path / "two.xlsx") == [["id"]]


def test_an_empty_sheet_is_an_empty_file(tmp_path):
    assert read(saved(tmp_path, [])) == []


def test_texts_may_stand_in_a_part_of_their_own(tmp_path):
    """As Excel writes them, some in runs of several fonts; the library that writes here does not."""
    path = saved(tmp_path, [["id"]])
    inline, shared = b't="inlineStr"><is><t>id</t></is>', b't="s"><v>1</v>'
    changed_part(path, SHEET, lambda data: data.replace(inline, shared))
    texts = (
        b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>name</t></si>'
        b"<si><r><t>i</t></r><r><rPr><b/></rPr><t>d</t></r></si></sst>"
    )
    changed_part(path, "xl/sharedStrings.xml", lambda data: texts)
    kind = (
        b'<Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-'
        b'officedocument.spreadsheetml.sharedStrings+xml"/></Types>'
    )
    changed_part(path, "[Content_Types].xml", lambda data: data.replace(b"</Types>", kind))

    assert read(path) == [["id"]]


# What is no honest spreadsheet


def test_a_wrong_word_on_its_size_does_not_cut_it(tmp_path):
    path = saved(tmp_path, [["id", "name"], ["a", "A"]])
    changed_part(path, SHEET, lambda data: data.replace(b'ref="A1:B2"', b'ref="A1"'))

    assert read(path) == [["id", "name"], ["a", "A"]]


def test_too_many_rows_and_columns_are_refused(tmp_path, monkeypatch):
    path = saved(tmp_path, [["id"], ["a"]])
    changed_part(path, SHEET, lambda data: data.replace(b'r="2"', b'r="999999999"'))
    monkeypatch.setattr(spreadsheets, "MOST_ROWS", 1000)
    assert refusal(path) == "has more than 1000 rows; accepted are up to 1000"

    path = saved(tmp_path, [["id"], [None] * 300 + ["a"]])
    assert refusal(path) == "reaches to column 301 in row 2; accepted are up to 256"


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path, monkeypatch):
    path = saved(tmp_path, [["id"]])
    changed_part(path, SHEET, lambda data: data + b" " * 30_000_000)
    monkeypatch.setattr(zipfile.ZipFile, "open", None)  # whoever unpacks fails

    assert re.fullmatch(
        r"would unpack to \d+ times its size; accepted is up to 100 times", refusal(path)
    )


def test_what_is_too_large_unpacked_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(spreadsheets, "MOST_BYTES", 1000)

    assert re.fullmatch(
        r"would unpack to \d+ bytes; accepted are up to 1000", refusal(saved(tmp_path, [["id"]]))
    )


ENTITIES = b'<!DOCTYPE x [<!ENTITY a "%s">%s]>' % (
    b"a" * 1000,
    b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 20) for n in range(8)),
)


@pytest.mark.parametrize(
    ("part", "change"),
    [
        (SHEET, lambda data: data[:-20]),
        (SHEET, lambda data: ENTITIES + data.replace(b"<t>id</t>", b"<t>&i;</t>")),
        (
            SHEET,
            lambda data: data.replace(b't="inlineStr"', b't="s"').replace(b"<is>", b"<v>7</v><is>"),
        ),
        ("xl/workbook.xml", lambda data: b"<nothing/>"),
        ("[Content_Types].xml", lambda data: b""),
    ],
)
def test_a_broken_spreadsheet_is_refused_in_a_sentence(tmp_path, part, change):
    path = changed_part(saved(tmp_path, [["id"]]), part, change)

    assert re.fullmatch(
        r"(is no whole spreadsheet \(\w+\)|has no sheet of cells|declares a type .+); accepted is .+",
        refusal(path),
    )


def test_another_zip_and_no_zip_are_refused(tmp_path):
    path = tmp_path / "p.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("topics.csv", "id")
    assert refusal(path) == (
        "is no whole spreadsheet (KeyError); accepted is a spreadsheet saved as .xlsx"
    )

    path.write_bytes(b"id,name\n")
    assert refusal(path) == "is no spreadsheet; accepted is a spreadsheet saved as .xlsx"
