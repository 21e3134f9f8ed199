"""CSV straight from PostgreSQL: a queryset is compiled to SQL and streamed with COPY."""

import csv
import io
from collections.abc import Iterable, Iterator

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import Func, QuerySet, TextField, Value

CHUNK = 64 * 1024
"""Bytes after which a part is sent."""


def csv_line(cells: Iterable[str]) -> bytes:
    """One line of CSV: RFC 4180 with LF, minimal quoting, UTF-8."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(cells)
    return text.getvalue().encode()


class Defused(Func):
    """A cell that no spreadsheet takes for a formula: what looks like one gets an apostrophe."""

    function = "regexp_replace"
    output_field = TextField()

    def __init__(self, cell):
        super().__init__(cell, Value("^[=+@\t\r\n＝＋－＠-]"), Value(r"'\&"))


def copy_csv(rows: QuerySet, header: Iterable[str]) -> Iterator[bytes]:
    """The header and then the rows of a `values_list` queryset, in chunks, in constant memory.

    A failure midway is raised out of the iterator. Whoever sends the chunks must then break the
    connection and not end the message, or half a file would look like a whole one.
    """
    yield csv_line(header)
    try:
        sql, params = rows.query.sql_with_params()
    except EmptyResultSet:  # Django knows without asking that nothing can match
        return
    connection = connections[rows.db]
    with (
        connection.cursor() as cursor,
        connection.wrap_database_errors,
        # The driver's own cursor: Django's, when it notes queries, takes no parameters here.
        cursor.cursor.copy(f"COPY ({sql}) TO STDOUT (FORMAT csv)", params) as copy,
    ):
        yield from in_chunks(copy)


def in_chunks(parts: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in fewer parts: PostgreSQL gives each row by itself, and every part that is sent
    costs more than a row."""
    chunk = bytearray()
    for part in parts:
        chunk += part
        if len(chunk) >= CHUNK:
            yield bytes(chunk)
            chunk.clear()
    if chunk:
        yield bytes(chunk)
