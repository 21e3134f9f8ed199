"""Which values a column has, found one after another in an index that begins with it.

PostgreSQL's own `DISTINCT` reads all rows, of which each value may have a million.
"""

from django.db import connection
from django.db.models import Field

_FOUND = """
    WITH RECURSIVE found (value) AS (
        SELECT left(min({column}), %(letters)s) FROM {table}
        UNION ALL
        SELECT (
            SELECT left(min({column}), %(letters)s) FROM {table} WHERE {column} > CASE
                WHEN length(found.value) = %(letters)s THEN found.value || %(last)s
                ELSE found.value END
        )
        FROM found WHERE found.value IS NOT NULL
    )
    SELECT value FROM found WHERE found.value IS NOT NULL
"""


def beginnings(field: Field, letters: int) -> list[str]:
    """The first letters of all values of a column of texts, in the order of its collation.

    They are told apart rightly where values go on with nothing that sorts after `~`, as in a date.
    """
    return _found(field, letters, "~")


def values(field: Field) -> list[str]:
    """All values of a column of texts, in the order of its collation."""
    return _found(field, 2**31 - 1, "")


def _found(field: Field, letters: int, last: str) -> list[str]:
    names = {"column": field.column, "table": field.model._meta.db_table}
    sql = _FOUND.format(**{each: connection.ops.quote_name(name) for each, name in names.items()})
    with connection.cursor() as cursor:
        cursor.execute(sql, {"letters": letters, "last": last})
        return [value for (value,) in cursor]
