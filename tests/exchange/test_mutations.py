"""A package damaged at random is told of or refused: no other exception, and nothing is written."""

import stat
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from summitkb.exchange.archives import Refused
from summitkb.exchange.checks import check
from summitkb.exchange.loading import Conflict, load
from summitkb.exchange.one_table import open_table
from summitkb.exchange.packages import open_package
from summitkb.exchange.tables import tables
from tests.exchange.small import TEXTS, write, zipped
from tests.made_up import made_up

MADE_UP = 150
"""Damaged packages, each as a folder or as a zip, and as many damaged single tables."""

bounded = made_up(MADE_UP)

PIECES = (
    *(b"\0", b"\xed\xa0\x80", b"\xff", b"\xef\xbb\xbf", b"\r", b"\r\n", b"\n", b'"', b'""', b","),
    *(b" | ", b"|", b";", b"\t", b"\x1b[2J", b"\xe2\x80\xae", b"=1+1", b"2025-02-30", b"x" * 5000),
    *(b"\xef\xbf\xbe", b"'", b"\\", b"\\.", b"\xc2\x85", b"+", b"99999999999999999999"),
)


def inserted(data, at, piece, other):
    return data[:at] + piece + data[at:]


def replaced(data, at, piece, other):
    return data[:at] + piece + data[at + len(piece) :]


def flipped(data, at, piece, other):
    return data[:at] + bytes([data[at] ^ (1 << other % 8)]) + data[at + 1 :] if data else data


def cut(data, at, piece, other):
    return data[:at]


def swapped_columns(data, at, piece, other):
    header, end, rows = data.partition(b"\n")
    names = header.split(b",")
    a, b = at % len(names), other % len(names)
    names[a], names[b] = names[b], names[a]
    return b",".join(names) + end + rows


def doubled_line(data, at, piece, other):
    lines = data.splitlines(keepends=True)
    return b"".join([*lines, lines[at % len(lines)]]) if lines else data


def moved_line(data, at, piece, other):
    lines = data.splitlines(keepends=True)
    if lines:
        lines.insert(other % len(lines), lines.pop(at % len(lines)))
    return b"".join(lines)


def in_utf_16(data, at, piece, other):
    return data.decode("utf-8", "replace").encode("utf-16")


def in_windows_1251(data, at, piece, other):
    return data.decode("utf-8", "replace").encode("cp1251", "replace")


def emptied(data, at, piece, other):
    return b""


WAYS = (
    *(inserted, replaced, flipped, cut, swapped_columns, doubled_line, moved_line),
    *(in_utf_16, in_windows_1251, emptied),
)
damage = st.tuples(
    st.sampled_from(WAYS), st.integers(0, 5000), st.sampled_from(PIECES), st.integers(0, 5000)
)


def damaged(data: bytes, damages) -> bytes:
    for way, at, piece, other in damages:
        data = way(
            data,
            at % (len(data) + 1) if way is not flipped else at % max(len(data), 1),
            piece,
            other,
        )
    return data


def state():
    with connection.cursor() as cursor:
        found = {}
        for table in tables():
            cursor.execute(
                "SELECT count(*), md5(string_agg(t::text, chr(10) ORDER BY t::text)) "
                f'FROM "{table.name}" t'
            )
            found[table.name] = cursor.fetchone()
        return found


def tried(opened) -> str:
    """How it ended: all that may happen is named here, and anything else raises."""
    try:
        with opened as package:
            if problems := [str(problem) for problem in check(package)]:
                assert all(p.isprintable() and len(p) < 20_000 for p in problems)
                return "problems"
            load(package, dry_run=True)
            return "right"
    except Conflict:
        return "conflict"
    except Refused as refused:
        return f"refused: {refused}"


@bounded
@given(
    damages=st.lists(st.tuples(st.sampled_from(sorted(TEXTS)), damage), min_size=1, max_size=4),
    packed=st.booleans(),
)
def test_a_damaged_package_is_told_of_or_refused_and_nothing_is_written(db, damages, packed):
    before = state()
    with TemporaryDirectory() as name:
        path = write(Path(name) / "p")
        for table, one in damages:
            file = path / f"{table}.csv"
            file.write_bytes(damaged(file.read_bytes(), [one]))
        if packed:
            path = zipped(path, Path(name) / "p.zip")
        tried(open_package(path))
    assert state() == before


@bounded
@given(table=st.sampled_from(sorted(TEXTS)), damages=st.lists(damage, min_size=1, max_size=3))
def test_a_damaged_table_is_told_of_or_refused_and_nothing_is_written(db, table, damages):
    before = state()
    with TemporaryDirectory() as name:
        path = Path(name) / f"{table}.csv"
        path.write_bytes(damaged(TEXTS[table].encode(), damages))
        tried(open_table(path, table))
    assert state() == before


@bounded
@given(damages=st.lists(damage, min_size=1, max_size=3), whole=st.booleans())
def test_a_damaged_zip_is_told_of_or_refused_and_nothing_is_written(db, damages, whole):
    """Its bytes are damaged from the end as often, where its list of contents stands."""
    before = state()
    with TemporaryDirectory() as name:
        path = zipped(write(Path(name) / "p"), Path(name) / "p.zip")
        data = path.read_bytes()
        kept = 0 if whole else len(data) - 1500
        path.write_bytes(data[:kept] + damaged(data[kept:], damages))
        tried(open_package(path))
    assert state() == before


def entry(name, **attributes):
    made = zipfile.ZipInfo(name)
    for key, value in attributes.items():
        setattr(made, key, value)
    return made


ENTRIES = {
    "absolute": entry("/etc/topics.csv"),
    "upwards": entry("../topics.csv"),
    "upwards within": entry("a/../../topics.csv"),
    "backslashes": entry("..\\topics.csv"),
    "a drive": entry("C:/topics.csv"),
    "a link": entry("link.csv", external_attr=(stat.S_IFLNK | 0o777) << 16),
    "a device": entry("null.csv", external_attr=(stat.S_IFCHR | 0o666) << 16),
    "twice": entry("topics.csv"),
}


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("name", ENTRIES)
def test_an_absurd_entry_of_a_zip_is_refused(tmp_path, name):
    path = zipped(write(tmp_path / "p"), tmp_path / "p.zip")
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(ENTRIES[name], b"/etc/passwd")

    with pytest.raises(Refused, match="accepted"), open_package(path):
        pass


# Of the end of a zip: where in it which number stands, and how many bytes that has.
LIES = {
    "entries": (10, 2),
    "size of the list": (12, 4),
    "place of the list": (16, 4),
    "disk": (4, 2),
}


@pytest.mark.parametrize("value", [0, 1, 2**31, 2**64 - 1])
@pytest.mark.parametrize("lie", LIES)
def test_a_zip_that_lies_of_itself_is_refused_or_told_of(db, tmp_path, lie, value):
    path = zipped(write(tmp_path / "p"), tmp_path / "p.zip")
    data, (at, width) = bytearray(path.read_bytes()), LIES[lie]
    end = data.rindex(b"PK\5\6") + at
    data[end : end + width] = (value & (256**width - 1)).to_bytes(width, "little")
    path.write_bytes(data)

    assert tried(open_package(path)).startswith(("refused: ", "problems", "right"))


@pytest.mark.parametrize("field", [4, 6, 8, 10, 16, 20, 24, 28, 30, 32, 42])
@pytest.mark.parametrize("value", [b"\xff\xff", b"\0\0", b"\x01\x08"])
def test_a_list_of_contents_that_lies_is_refused_or_told_of(db, tmp_path, field, value):
    """Versions, flags, methods, checksums, sizes (all ones: look into zip64), lengths, places."""
    path = zipped(write(tmp_path / "p"), tmp_path / "p.zip")
    data = bytearray(path.read_bytes())
    at = data.index(b"PK\1\2") + field
    data[at : at + 2] = value
    path.write_bytes(data)

    assert tried(open_package(path)).startswith(("refused: ", "problems", "right"))
