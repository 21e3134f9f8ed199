"""The first sheet of a spreadsheet (.xlsx) as CSV, with the cells as they were typed.

A date is written cut to what its cell shows, as FORMAT.md wants it: `2025-05` of a cell that shows
`May 2025`. Formulas are refused, because their value is what some program worked out last, and
nobody typed it; so are errors, and days without a year, which a spreadsheet makes up unseen.
"""

import datetime
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

from openpyxl import load_workbook

from summitkb.exchange.archives import Refused, open_archive
from summitkb.exchange.copy import csv_line
from summitkb.exchange.plain_xml import require_plain

MOST_BYTES = 100 * 1024**2
"""Unpacked. The texts of a spreadsheet, which stand in a part of their own, are held in memory."""

MOST_ROWS = 1_048_576
"""As many as a spreadsheet has."""

MOST_COLUMNS = 256

MOST_CELLS = 5_000_000
"""Of all rows together, empty ones among them."""

_ACCEPTED = "accepted is a spreadsheet saved as .xlsx"
_NOT_SHOWN = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]|am/pm|a/p')
_MINUTES = re.compile(r"(?<=h)[^a-z]*m+|m+(?=[^a-z]*s)")


def to_csv(source: Path, target: Path) -> None:
    """Write the first sheet as a CSV of as many rows, so that row 7 of one is row 7 of the other.

    Every row is as wide as the first; what stands beyond that makes it wider. Raises Refused with
    a sentence for what is no spreadsheet, is too large, or holds a cell that is no plain value.
    """
    if not zipfile.is_zipfile(source):
        raise Refused(f"is no spreadsheet; {_ACCEPTED}")
    archive, _ = open_archive(source, MOST_BYTES)
    try:
        with archive:
            require_plain(archive)
        with source.open("rb") as stream, target.open("wb") as file:
            file.writelines(csv_line(row) for row in _rows(stream))
    except (Refused, OSError):
        raise
    except Exception as error:  # whatever a broken file made fail in the library
        raise Refused(f"is no whole spreadsheet ({type(error).__name__}); {_ACCEPTED}") from error


def _rows(stream) -> Iterator[list[str]]:
    book = load_workbook(stream, read_only=True, keep_links=False)
    if not book.worksheets:
        raise Refused("has no sheet of cells; accepted is a table in the first sheet")
    sheet = book.worksheets[0]
    sheet.reset_dimensions()  # what the file says of its size may be wrong, and cut it
    width, empty, read = None, 0, 0
    for number, cells in enumerate(sheet.iter_rows(), 1):
        if number > MOST_ROWS:
            raise Refused(f"has more than {MOST_ROWS} rows; accepted are up to {MOST_ROWS}")
        if len(cells) > MOST_COLUMNS:
            raise Refused(
                f"reaches to column {len(cells)} in row {number}; accepted are up to {MOST_COLUMNS}"
            )
        read += len(cells)
        if read > MOST_CELLS:
            raise Refused(f"has more than {MOST_CELLS} cells; accepted are up to {MOST_CELLS}")
        row = [_text(cell) for cell in cells]
        while row and not row[-1]:
            row.pop()
        if not row:
            empty += 1  # written only where another row follows
            continue
        width = len(row) if width is None else width
        for _ in range(empty):
            yield [""] * width
        empty = 0
        yield row + [""] * (width - len(row))


def _text(cell) -> str:
    value = cell.value
    if cell.data_type == "f":
        raise Refused(
            f"holds a formula in {cell.coordinate}; accepted are values (copy the cells and paste "
            "their values only)"
        )
    if cell.data_type == "e":
        raise Refused(f"holds the error {value} in {cell.coordinate}; accepted are values")
    match value:
        case None:
            return ""
        case str():
            return re.sub("_x000D_\n?|\r\n?", "\n", value)
        case bool():
            return "yes" if value else "no"
        case int() | float():
            return _number(value, cell.number_format)
        case datetime.timedelta():
            return _time((datetime.datetime.min + value).time()) if value.days == 0 else str(value)
        case datetime.time():
            return _time(value)
        case _:
            return _moment(cell, value)


def _number(value, number_format):
    if value == int(value):
        filled = len(number_format) if re.fullmatch("0+", number_format) else 0
        return f"{int(value):0{filled}}"
    return f"{value:.15g}"  # as exact as a spreadsheet is


def _time(value):
    return value.isoformat("minutes" if value.second == 0 else "seconds")


def _moment(cell, value):
    """A date, a time, or both, as far as the format of its cell shows them."""
    shows = _NOT_SHOWN.sub("", cell.number_format.lower().split(";")[0])
    has_time = "h" in shows or "s" in shows
    shows = _MINUTES.sub("", shows)
    year, month, day = "y" in shows, "m" in shows, "d" in shows
    if not (year or month or day):
        if has_time:
            return _time(value.time())
        year = month = day = True  # a format that shows nothing of a date hides it
    if not year:
        raise Refused(
            f"holds a day in {cell.coordinate} that shows no year; accepted are dates that show it"
        )
    date = value.strftime("%Y-%m-%d")[: 10 if day else 7 if month else 4]
    return f"{date} {_time(value.time())}" if has_time else date
