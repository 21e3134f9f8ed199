"""The SQL that SummitKB copies for the address of a CSV: `python -m tests.benchmarks.copied ADDRESS`.

So that psql can be given the very same to do.
"""

import sys
from urllib.parse import urlsplit

import django
from django.db import connection
from django.http import QueryDict
from django.urls import resolve

from summitkb.records.gathered import gathering


def copied(address: str, root: str) -> str:
    """`COPY (…) TO STDOUT`, for an address below the root of the site."""
    parts = urlsplit(address)
    rows_of = resolve(parts.path).func.view_initkwargs["list_view"]
    rows = rows_of.filterset_of(QueryDict(parts.query)).qs
    cells = [column.cell for column in rows_of.table.public_columns(root)]
    query = connection.ops.compose_sql(*gathering(rows).values_list(*cells).query.sql_with_params())
    return f"COPY ({query}) TO STDOUT (FORMAT csv)"


if __name__ == "__main__":
    django.setup()
    print(copied(*sys.argv[1:3]))
