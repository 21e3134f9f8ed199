"""Rows of CSV and the lines on which they begin, well formed or not."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summitkb.exchange import rows
from summitkb.exchange.rows import Malformed, read_rows

BROKEN = "broken"


def read(data):
    """The rows of some bytes, with one word for every sentence of what is wrong."""
    found = read_rows(io.BytesIO(data), lambda size: None)
    return [(line, BROKEN if isinstance(row, Malformed) else row) for line, row in found]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", []),
        (b"\xef\xbb\xbf", []),
        (b"a", [(1, ["a"])]),
        (b"a,b\n", [(1, ["a", "b"])]),
        (b"a,\n,b\n", [(1, ["a", ""]), (2, ["", "b"])]),
        (b"\xef\xbb\xbfa\r\nb\r\n", [(1, ["a"]), (2, ["b"])]),
        (b"\n\na\n", [(1, [""]), (2, [""]), (3, ["a"])]),
        (b'"a,b","",c\n', [(1, ["a,b", "", "c"])]),
        (b'"a ""b"" c"\n', [(1, ['a "b" c'])]),
        (b'"a\n\nb",c\nd,e\n', [(1, ["a\n\nb", "c"]), (4, ["d", "e"])]),
        (b'"a\r\nb"\r\nc\r\n', [(1, ["a\nb"]), (3, ["c"])]),
        (b'"a","b\nc","d\ne"\nf\n', [(1, ["a", "b\nc", "d\ne"]), (4, ["f"])]),
        (b'a"b,c\nd\n', [(1, BROKEN), (2, ["d"])]),
        (b'"a"b\nd\n', [(1, BROKEN), (2, ["d"])]),
        (b'a,"b\nc\nd\n', [(1, BROKEN), (2, ["c"]), (3, ["d"])]),
        (b'a"\nb\n"c"\n', [(1, BROKEN), (2, ["b"]), (3, ["c"])]),
        (b'a"b\n"c\nd"\ne\n', [(1, BROKEN), (2, ["c\nd"]), (4, ["e"])]),
        (b"\xff,b\n", [(1, ["\udcff", "b"])]),
        (b"a\x00,b\n", [(1, ["a\x00", "b"])]),
        (b"a\rb\n", [(1, ["a\rb"])]),
    ],
)  # fmt: skip
def test_rows_come_with_the_line_on_which_they_begin(data, expected):
    assert read(data) == expected


def test_a_row_that_is_too_long_is_not_kept_and_the_next_is_read(monkeypatch):
    monkeypatch.setattr(rows, "LONGEST_ROW", 10)

    assert read(b"a\n" + b"b" * 35 + b"\nc\n") == [(1, ["a"]), (2, BROKEN), (3, ["c"])]
    assert read(b'a\n"b\nb\nb\nb\nb\n') == [
        (1, ["a"]),
        (2, BROKEN),
        *((line, ["b"]) for line in range(3, 7)),
    ]


def test_a_million_quotes_take_no_longer_than_their_length():
    """Neither the search for the end of a cell nor what is read again may be quadratic."""
    lines = 100_000
    for data in (b'"\n' + b'""\n' * lines, b'x"\n' * lines, b'"' * lines, b'"a\n' * lines):
        assert len(read(data)) >= 1


def test_what_is_read_is_told_byte_by_byte():
    told = []
    data = b'a,b\n"c\nd",e\nf'
    list(read_rows(io.BytesIO(data), told.append))

    assert sum(told) == len(data)


CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\r"), max_size=12)


@given(st.lists(st.lists(CELLS, min_size=2, max_size=4), max_size=5))
def test_what_the_csv_module_writes_is_read_back(table):
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(table)

    data = text.getvalue().encode()
    if not data.startswith(b"\xef\xbb\xbf"):  # there it would be a byte order mark
        assert [row for _, row in read(data)] == table
