"""The tables of the knowledge base as the catalog has them, and a digest of the rows of each."""

from collections.abc import Iterator

from django.db import connection

from summitkb.records.derived import SCHEMAS

OURS = ("public", *SCHEMAS)
"""The schemas. All that is in them is ours, but what belongs to an extension of PostgreSQL."""

LEFT_OUT = ("public.django_session",)
"""Who is logged in. Whoever was logged out since must not be in again."""

OF_A_SERVER = "xid8"
"""The type of columns that number transactions, which says nothing on another server."""

_PLAIN = {
    "DateStyle": "ISO, YMD",
    "IntervalStyle": "postgres",
    "TimeZone": "UTC",
    "bytea_output": "hex",
    "extra_float_digits": "1",
}
"""On which it depends how a row is written."""


def all_tables() -> list[str]:
    """Those that hold rows, so partitions and not what they are of: `schema.name`, quoted if needed."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT format('%%I.%%I', nspname, relname) FROM pg_class
            JOIN pg_namespace ON pg_namespace.oid = relnamespace
            WHERE nspname = ANY (%s) AND relkind IN ('r', 'm') AND NOT EXISTS (
                SELECT FROM pg_depend
                WHERE classid = 'pg_class'::regclass AND objid = pg_class.oid AND deptype = 'e'
            ) ORDER BY 1
            """,
            [list(OURS)],
        )
        return [name for (name,) in cursor]


def digests(tables: list[str]) -> Iterator[tuple[str, dict]]:
    """Each table with its number of rows and a digest of them in whatever order, within a transaction.

    The same rows have the same digest on every server. Columns that number transactions are not in it.
    """
    with connection.cursor() as cursor:
        for name, value in _PLAIN.items():
            cursor.execute(f"SET LOCAL {name} = '{value}'")
        for table in tables:
            cursor.execute(
                """
                SELECT coalesce(string_agg(quote_ident(attname), ', ' ORDER BY attnum), '')
                FROM pg_attribute
                WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped
                    AND atttypid <> %s::regtype
                """,
                [table, OF_A_SERVER],
            )
            (columns,) = cursor.fetchone()
            row = f"encode(sha256(convert_to(ROW({columns})::text, 'UTF8')), 'hex')"
            cursor.execute(
                f"SELECT count(*), coalesce(sum(('x' || left({row}, 15))::bit(60)::bigint), 0)::text "
                f"FROM {table}"
            )
            rows, digest = cursor.fetchone()
            yield table, {"rows": rows, "digest": digest}
