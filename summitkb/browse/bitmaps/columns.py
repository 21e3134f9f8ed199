"""Two columns that bitmaps need and Django does not know of: nothing is ever written to either.

Each row of a table of the package has a number, which it keeps. Each row of a history table has the
transaction that wrote it, so that what came between two moments is found by an index.
"""

import sys
from array import array
from collections.abc import Iterable, Iterator

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import IntegerField, QuerySet
from django.db.models.expressions import RawSQL

from summitkb.exchange.tables import tables
from summitkb.records.derived import derive
from summitkb.records.time_travel import tracked_models

NUMBER = "row_no"
TRANSACTION = "pgh_xact"


@derive
def columns() -> Iterator[str]:
    for table in tables():
        name = table.name
        yield f"""
            ALTER TABLE {name}
            ADD COLUMN IF NOT EXISTS {NUMBER} integer GENERATED ALWAYS AS IDENTITY
        """
        yield f"CREATE UNIQUE INDEX IF NOT EXISTS {name}_{NUMBER} ON {name} ({NUMBER})"
    for model in tracked_models():
        history = model.pgh_event_model._meta.db_table
        yield f"""
            ALTER TABLE {history}
            ADD COLUMN IF NOT EXISTS {TRANSACTION} xid8 DEFAULT pg_current_xact_id()
        """
        yield f"CREATE INDEX IF NOT EXISTS {history}_{TRANSACTION} ON {history} ({TRANSACTION})"


def number_of(model) -> RawSQL:
    """The number of a row, in a query that starts from the table of `model`."""
    return RawSQL(f'"{model._meta.db_table}".{NUMBER}', [], output_field=IntegerField())


def numbers(rows: QuerySet) -> array:
    """The numbers of some rows, in the order of these."""
    try:
        text, params = rows.values_list(number_of(rows.model)).query.sql_with_params()
    except EmptyResultSet:  # Django knows without asking that there are none
        return array("I")
    with connection.cursor() as cursor:
        # Nothing else is done in the outer query, so the rows come to it in the order of the inner.
        cursor.execute(
            f"SELECT string_agg(int4send(n), ''::bytea) FROM ({text}) AS found (n)", params
        )
        return unpacked(cursor.fetchone()[0])


def unpacked(packed: bytes | None) -> array:
    """Numbers of four bytes each, the highest first, as `int4send` gives them."""
    found = array("I", packed or b"")
    if sys.byteorder == "little":
        found.byteswap()
    return found


def keys_of(model, some: Iterable[int]) -> dict[int, object]:
    """The primary keys of rows by their numbers."""
    rows = with_numbers(model.objects.order_by(), some)
    return dict(rows.values_list(number_of(model), "pk"))


def with_numbers(rows: QuerySet, some: Iterable[int]) -> QuerySet:
    """Those of the rows that have some numbers."""
    table, key = rows.model._meta.db_table, rows.model._meta.pk.column
    asked = f"SELECT {key} FROM {table} WHERE {NUMBER} = ANY (%s)"
    return rows.filter(pk__in=RawSQL(asked, [list(some)]))
