"""A data package, opened for reading: a folder of tables, or a zip of it."""

import os
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from pathlib import Path
from typing import BinaryIO

from summitkb.exchange.archives import Refused, open_archive
from summitkb.exchange.columns import one_line
from summitkb.exchange.progress import Silence
from summitkb.exchange.rows import DELIMITERS, Malformed, read_rows
from summitkb.exchange.tables import Table, get_table, tables

MOST_COLUMNS = 256
"""Of any file, known or not."""

_LONGEST_KEY = 200
_UNREADABLE = (
    *(OSError, EOFError, zipfile.BadZipFile, zlib.error, NotImplementedError),
    *(UnicodeDecodeError, struct.error, OverflowError),  # zipfile, of a header that is damaged
)


@dataclass(frozen=True)
class Problem:
    """What is wrong with a package, where, and what is accepted."""

    file: str
    line: int | None
    column: str | None
    sentence: str

    def __str__(self):
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        column = "" if self.column is None else f"{self.column}: "
        return one_line(f"{place}: {column}{self.sentence}")


class Package:
    """The tables of a package. Nothing of it is trusted, and no more than a row is held in memory.

    What reads again and again, such as `rows`, reads from the disk again.
    """

    whole = True
    """Whether it is complete in itself: every table, every column, and all that its rows refer to."""

    delimiter = DELIMITERS[0]

    most_rows: int | None = None
    """Of all tables together; None where only the disk bounds them. The keys are held in memory."""

    def __init__(
        self,
        name: str,
        sizes: dict[str, int],
        open_file: Callable[[str], BinaryIO],
        watch: Silence | None = None,
    ):
        """`sizes` are the bytes of each file by its name, `open_file` opens one of them."""
        self.name = name
        self.sizes = sizes
        self.watch = watch or Silence()
        self._open = open_file
        self._headers = {}
        self._keys = {}
        self._counted = {}

    def __contains__(self, table: str) -> bool:
        return get_table(table).file in self.sizes

    @property
    def declared(self) -> list[Table]:
        """The tables that it is there to hold, in the order of the package."""
        return [table for table in tables() if self.whole or table.name in self]

    @cached_property
    def size(self) -> int:
        """The bytes of all tables together."""
        return sum(self.sizes[table.file] for table in tables() if table.name in self)

    @property
    def unknown_files(self) -> list[str]:
        """What looks like a table and is none. Other files may lie beside the tables."""
        known = {table.file for table in tables()}
        return sorted(
            name
            for name in self.sizes
            if name.lower().endswith(".csv") and not name.startswith(".") and name not in known
        )

    def problem(self, table: str, line: int, column: str | None, sentence: str) -> Problem:
        return Problem(get_table(table).file, line, column, sentence)

    def header(self, table: str) -> list[str] | Malformed | None:
        """The names of the columns as the file gives them; None for an empty file."""
        if table not in self._headers:
            rows = self._read(table)
            _, header = next(rows, (1, None))
            rows.close()
            if isinstance(header, list) and len(header) > MOST_COLUMNS:
                header = Malformed(
                    f"the header has {len(header)} columns; accepted are up to {MOST_COLUMNS}"
                )
            self._headers[table] = header
        return self._headers[table]

    def columns(self, table: str) -> set[str]:
        """The declared columns that the file has; none where the header cannot be relied on."""
        header = self.header(table) if table in self else None
        if header is None or isinstance(header, Malformed) or len(header) != len(set(header)):
            return set()
        return set(header) & set(get_table(table).header)

    def cells(self, table: str) -> Iterator[tuple[int, list[str] | Malformed]]:
        """The rows below the header, each as it stands in the file, with its line."""
        rows = self._read(table)
        next(rows, None)
        width = len(self.header(table))
        for line, cells in rows:
            if isinstance(cells, list):
                if not any(cells):
                    cells = Malformed("the row is empty; accepted are rows with values")
                elif len(cells) != width:
                    cells = Malformed(
                        f"the row has {len(cells)} cells; accepted are {width}, as in the header"
                    )
            yield line, cells

    def rows(self, table: str) -> Iterator[tuple[int, dict[str, str]]]:
        """The rows that can be read, by column, with their lines; a column not there is empty."""
        present = self.columns(table)
        if not present:
            return
        empty = dict.fromkeys(get_table(table).header, "")
        header = self.header(table)
        places = [(name, place) for place, name in enumerate(header) if name in present]
        for line, cells in self.cells(table):
            if isinstance(cells, list):
                yield line, empty | {name: cells[place] for name, place in places}

    def keys(self, table: str) -> dict[str | bytes, int] | None:
        """The line of the first row with each key; None where the keys cannot be told.

        Ask `has` and `line_of`: a long key stands here as its digest.
        """
        if table not in self._keys:
            self._keys[table] = None
            declared = get_table(table)
            if self.columns(table) >= set(declared.key):
                self._keys[table] = lines = {}
                for line, row in self.rows(table):
                    lines.setdefault(short_key(declared.key_of(row)), line)
        return self._keys[table]

    def has(self, table: str, key: str) -> bool:
        """Whether a table has a key; taken to be so where that cannot be told."""
        keys = self.keys(table)
        return keys is None or short_key(key) in keys

    def stands_alone(self, table: str, key: str) -> bool:
        """Whether a row must hold all that it needs, because nobody else knows of it."""
        return True

    def line_of(self, table: str, key: str) -> int | None:
        """The line of the first row with a key; None where its file does not have it."""
        return (self.keys(table) or {}).get(short_key(key))

    def _read(self, table):
        line, left = 1, None
        if self.most_rows is not None:
            left = self.most_rows - sum(n for t, n in self._counted.items() if t != table)
        try:
            with self._open(get_table(table).file) as stream:
                rows = read_rows(stream, self.watch.advance, self.delimiter)
                for count, (line, cells) in enumerate(rows):  # the header is none
                    if left is not None:
                        if count > left:
                            raise Refused(
                                f"{self.name} has more than {self.most_rows} rows; "
                                f"accepted are up to {self.most_rows} at once"
                            )
                        self._counted[table] = max(count, self._counted.get(table, 0))
                    yield line, cells
        except _UNREADABLE as error:
            yield line, Malformed(f"the file cannot be read from here on ({error})")


def short_key(key: str) -> str | bytes:
    """A key, or its digest where it is so long that a million of them would not fit."""
    if len(key) <= _LONGEST_KEY:
        return key
    return blake2b(key.encode("utf-8", "surrogateescape"), digest_size=16).digest()


@contextmanager
def open_package(
    path: str | os.PathLike,
    watch: Silence | None = None,
    name: str | None = None,
    *,
    trusted: bool = False,
) -> Iterator[Package]:
    """The package in a folder or a zip; `name` is what history calls it, else the file's. A zip that is
    `trusted` may unpack to any size.

    Raises Refused with a sentence where there is none.
    """
    path = Path(path)
    with ExitStack() as opened:
        try:
            if path.is_dir():
                package = _in_folder(name or path.resolve().name, path, watch)
            elif path.is_file():
                archive, files = open_archive(path, trusted=trusted)
                opened.enter_context(archive)
                package = _in_archive(name or path.stem, archive, files, watch)
            else:
                raise Refused("does not exist; accepted is a folder of tables or a zip of it")
        except OSError as error:
            raise Refused(f"cannot be read ({error.strerror})") from None
        yield package


def _in_folder(name, path, watch):
    sizes = {file.name: file.stat().st_size for file in path.iterdir() if file.is_file()}
    return Package(name, sizes, lambda file: (path / file).open("rb"), watch)


def _in_archive(name, archive, files, watch):
    sizes = {name: entry.file_size for name, entry in files.items()}
    return Package(name, sizes, lambda name: archive.open(files[name]), watch)
