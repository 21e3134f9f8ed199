"""How large the base is: not counted, but as PostgreSQL last had it for its plans, so that it is asked
in no time."""

from django.conf import settings
from django.db import connection

from summitkb.exchange.tables import tables

ROWS = "(SELECT sum(greatest(reltuples, 0)) FROM pg_class WHERE oid = ANY (%s::regclass[]))"
"""How many rows some tables have together, as SQL that is given their names."""


def names_of_tables() -> list[str]:
    return [f"public.{table.name}" for table in tables()]


def is_large() -> bool:
    """Whether the tables of the package together have `settings.BITMAPS_FROM` rows or more."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {ROWS}", [names_of_tables()])
        [rows] = cursor.fetchone()
    return rows >= settings.BITMAPS_FROM
