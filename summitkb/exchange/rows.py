"""CSV as rows with their line numbers, read so that one broken row does not hide the next.

The module `csv` gives up at its first error, takes a quote in the middle of a cell for text, and
cannot say which line a row began on once it has failed; so these are some lines of our own.
"""

import re
from collections import deque
from collections.abc import Callable, Iterator
from typing import BinaryIO

LONGEST_ROW = 16 * 1024 * 1024
"""In bytes. A row is held in memory as a whole, so there has to be an end to it."""

DELIMITERS = ",;\t"
"""The first is that of a package; the others are what spreadsheets write and paste."""

_CELL = {
    delimiter: re.compile(rf'(?:"([^"]*+(?:""[^"]*+)*+)"|([^"{delimiter}]*+))({delimiter}|\Z)')
    for delimiter in DELIMITERS
}
_NOT_CLOSED = "a quote is opened and not closed, or stands inside a cell that is not quoted"
_QUOTES = 'accepted are cells in "…" with each quote in them doubled'


class Malformed(str):
    """What is wrong with a row that cannot be read as cells: a sentence in place of them."""

    __slots__ = ()


def read_rows(
    stream: BinaryIO, advance: Callable[[int], None], delimiter: str = DELIMITERS[0]
) -> Iterator[tuple[int, list[str] | Malformed]]:
    """Each row with the number of its first line; `advance` is told of bytes as they are read.

    Rows may end with LF or CRLF, and a byte order mark may stand before the first. Bytes that are
    not UTF-8 become surrogates, so that the cell that holds them can be named.
    """
    lines = _Lines(stream, advance)
    while first := lines.next():
        number, parts = lines.number, [first]
        size, within_quotes = len(first), first.count(b'"') % 2 == 1
        # An odd number of quotes opens or closes a quoted cell, wherever in the line they stand.
        while within_quotes and size <= LONGEST_ROW and (line := lines.next()):
            parts.append(line)
            size += len(line)
            within_quotes = line.count(b'"') % 2 == 0
        if size > LONGEST_ROW:
            cells = Malformed(
                f"the row has more than {LONGEST_ROW} bytes or a quote that is not closed; "
                f"accepted are up to {LONGEST_ROW}"
            )
        else:
            cells = None if within_quotes else _cells(_text(b"".join(parts)), delimiter)
        if cells is None:
            cells = Malformed(f"{_NOT_CLOSED}; {_QUOTES}")
        if isinstance(cells, Malformed):
            lines.put_back(parts[1:])  # they may be rows of their own
        yield number, cells


def _text(row: bytes) -> str:
    if b"\r" in row:
        row = row.replace(b"\r\n", b"\n")
    return row.removesuffix(b"\n").decode("utf-8", "surrogateescape")


def _cells(text: str, delimiter: str) -> list[str] | None:
    """The cells of one row, or None where its quotes do not fit."""
    if '"' not in text:
        return text.split(delimiter)
    cells, at = [], 0
    pattern = _CELL[delimiter]
    while True:
        match = pattern.match(text, at)
        if not match:
            return None
        quoted, plain, end = match.groups()
        cells.append(plain if quoted is None else quoted.replace('""', '"'))
        if not end:
            return cells
        at = match.end()


class _Lines:
    """The lines of a file, counted from 1; some may be put back to be read again."""

    def __init__(self, stream, advance):
        self.number = 0
        self._stream = stream
        self._advance = advance
        self._waiting = deque()

    def next(self) -> bytes:
        """The next line with its end, nothing at the end of the file. One too long is cut."""
        line = self._waiting.popleft() if self._waiting else self._read()
        if line:
            self.number += 1
        return line.removeprefix(b"\xef\xbb\xbf") if self.number == 1 else line

    def put_back(self, lines: list[bytes]) -> None:
        self._waiting.extendleft(reversed(lines))
        self.number -= len(lines)

    def _read(self) -> bytes:
        line = self._stream.readline(LONGEST_ROW + 1)
        self._advance(len(line))
        rest = line
        while len(rest) > LONGEST_ROW and not rest.endswith(b"\n"):
            rest = self._stream.readline(LONGEST_ROW + 1)
            self._advance(len(rest))
        return line
