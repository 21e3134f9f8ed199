"""One table alone, typed by hand or exported by a spreadsheet, to be loaded beside what is known.

What a spreadsheet does to a table and what can be undone without a guess is undone here: another
separator, other line ends, UTF-16, space around values, empty rows and columns at the end, a header
in capitals. All else is told by `check`, at its cell. A package of all tables is read as it stands.
"""

import codecs
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from summitkb.exchange.archives import Refused
from summitkb.exchange.columns import shown
from summitkb.exchange.packages import Package, short_key
from summitkb.exchange.progress import Silence
from summitkb.exchange.rows import DELIMITERS, Malformed, read_rows
from summitkb.exchange.spreadsheets import to_csv
from summitkb.exchange.tables import Table, get_table, tables

_ACCEPTED = "accepted is a table as CSV in UTF-8, or a spreadsheet saved as .xlsx"
_BEGINNING = 64 * 1024
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"  # an .xls, or an encrypted .xlsx
_ZIP = b"PK\x03\x04"

# All that Python takes for space, no-break spaces among it, and what takes no room at all.
_AROUND = "".join(filter(str.isspace, map(chr, range(0x3001)))) + "\u200b\u200e\u200f\u2060\ufeff"


class OneTable(Package):
    """One table whose rows may refer to all that the database has.

    A known row may leave out what is known; a new one must hold all that it needs.
    """

    whole = False

    def __init__(
        self, table: Table, path: Path, name: str, watch: Silence | None, *, of_sheet: bool
    ):
        """`of_sheet` counts rows in place of lines: those that the spreadsheet shows."""
        super().__init__(
            name, {table.file: path.stat().st_size}, lambda file: path.open("rb"), watch
        )
        self.delimiter = DELIMITERS[0] if of_sheet else _delimiter_of(path, table)
        self._of_sheet = of_sheet
        self._known = {}

    def has(self, table, key):
        return (table in self and super().has(table, key)) or self._is_known(table, key)

    def stands_alone(self, table, key):
        return self.keys(table) is not None and not self._is_known(table, key)

    def _is_known(self, table, key):
        """Whether the database has a key. Its keys of a table are asked for once."""
        if table not in self._known:
            declared = get_table(table)
            keys = declared.model.objects.order_by().values_list(declared.key_field, flat=True)
            # Nothing refers to a row without a key of its own, and it leaves out nothing.
            found = () if declared.found_by else keys.iterator()
            self._known[table] = frozenset(map(short_key, found))
        return short_key(key) in self._known[table]

    def _read(self, table):
        rows = super()._read(table)
        if self._of_sheet:
            rows = ((number, cells) for number, (_, cells) in enumerate(rows, 1))
        line, header = next(rows, (1, None))
        if not isinstance(header, list):
            if header is not None:
                yield line, header
            return
        names, blank = _column_names(header, get_table(table)), None
        yield line, names
        for line, cells in rows:
            if isinstance(cells, list):
                cells = [cell.strip(_AROUND) for cell in cells]
                if not any(cells):
                    blank = blank or line
                    continue
                # A spreadsheet writes all rows as wide as the header, empty columns among them. A row
                # of another width has a separator too many, and its cells may stand in wrong places.
                if len(cells) == len(header) and not any(cells[len(names) :]):
                    del cells[len(names) :]
            if blank:  # and not at the end: the first of its kind stands for all
                yield blank, [""] * len(names)
                blank = None
            yield line, cells


def _column_names(cells, table):
    """The names of a header as they are declared, where only their look differs, without empty ones
    at its end."""
    names = []
    for cell in cells:
        cell = cell.strip(_AROUND)
        name = re.sub(r"[\W_]+", "_", cell.lower())
        names.append(name if name in table.header else cell)
    while names and not names[-1]:
        names.pop()
    return names


def _delimiter_of(path, table):
    """What stands between the names of columns: by which most of them can be told."""

    def known(delimiter):
        with path.open("rb") as stream:
            _, cells = next(read_rows(stream, lambda size: None, delimiter), (1, []))
        if isinstance(cells, Malformed):
            return 0
        return len(set(_column_names(cells, table)) & set(table.header))

    return max(DELIMITERS, key=known)


@contextmanager
def open_table(
    path: str | os.PathLike, table_name: str, watch: Silence | None = None, name: str | None = None
) -> Iterator[OneTable]:
    """One table in a file, CSV or a spreadsheet; `name` is what history calls it, else the file's.

    Raises Refused with a sentence where it cannot be read as a table at all.
    """
    path, table = Path(path), get_table(table_name)
    if table is None:
        accepted = ", ".join(table.name for table in tables())
        raise Refused(f"is to be {shown(table_name)}, which is no table; accepted are {accepted}")
    with ExitStack() as opened:
        try:
            plain = Path(opened.enter_context(TemporaryDirectory())) / table.file
            of_sheet = _make_plain(path, plain)
            file = plain if plain.exists() else path
            package = OneTable(table, file, name or path.stem, watch, of_sheet=of_sheet)
        except OSError as error:
            raise Refused(f"cannot be read ({error.strerror})") from None
        yield package


def _make_plain(path: Path, plain: Path) -> bool:
    """Write CSV in UTF-8 with LF to `plain`, unless `path` is that. Gives whether it was a sheet."""
    with path.open("rb") as stream:
        beginning = stream.read(_BEGINNING)
    if beginning.startswith(_ZIP):
        to_csv(path, plain)
        return True
    if beginning.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        _recode(path, plain, "utf-16", "strict")
    elif beginning.startswith(_OLD_OFFICE) or b"\0" in beginning[:4]:
        raise Refused(f"is no text in UTF-8; {_ACCEPTED}")
    elif b"\r" in beginning and b"\n" not in beginning:
        _recode(path, plain, "utf-8", "surrogateescape")
    return False


def _recode(path, plain, encoding, errors):
    try:
        with (
            path.open(encoding=encoding, errors=errors) as text,  # every kind of line end is LF
            plain.open("w", encoding="utf-8", errors=errors, newline="") as copy,
        ):
            shutil.copyfileobj(text, copy)
    except UnicodeError as error:
        raise Refused(f"is not whole {encoding.upper()} ({error}); {_ACCEPTED}") from None
