"""A knowledge base with a database and a data folder of its own, used by processes of its own."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import psycopg

ROOT = Path(__file__).parents[2]
SCHEMAS = "('public', 'derived', 'as_of')"
CATALOG = {
    "columns": f"""
        SELECT attrelid::regclass::text, attname, format_type(atttypid, atttypmod), attnotnull,
            attidentity, attgenerated, pg_get_expr(adbin, adrelid)
        FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
        LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
        WHERE relnamespace::regnamespace::text IN {SCHEMAS} AND attnum > 0 AND NOT attisdropped
    """,
    "constraints": rf"""
        SELECT conrelid::regclass::text, contypid::regtype::text, conname, convalidated,
            regexp_replace(
                pg_get_constraintdef(oid), '::(character varying|text)(\[\])?|[()]', '', 'g'
            )  -- without casts, which are put elsewhere when a list is read again
        FROM pg_constraint WHERE connamespace::regnamespace::text IN {SCHEMAS}
    """,
    "triggers": """
        SELECT tgrelid::regclass::text, tgname, tgenabled::text, pg_get_triggerdef(oid),
            obj_description(oid, 'pg_trigger')
        FROM pg_trigger WHERE NOT tgisinternal
    """,
    "functions": f"""
        SELECT oid::regprocedure::text, pg_get_functiondef(oid) FROM pg_proc
        WHERE pronamespace::regnamespace::text IN {SCHEMAS}
    """,
    "indexes": f"""
        SELECT indexname, indexdef FROM pg_indexes WHERE schemaname IN {SCHEMAS}
    """,
    "views": f"""
        SELECT schemaname, viewname, definition FROM pg_views WHERE schemaname IN {SCHEMAS}
    """,
    "partitions": "SELECT inhrelid::regclass::text, inhparent::regclass::text FROM pg_inherits",
    "schemas": f"""
        SELECT nspname, obj_description(oid, 'pg_namespace') FROM pg_namespace
        WHERE nspname IN {SCHEMAS}
    """,
    "sequences": "SELECT schemaname, sequencename, last_value, increment_by FROM pg_sequences",
}


@dataclass
class Place:
    url: str
    data: Path

    def command(self, *arguments: str) -> tuple[list[str], dict[str, str]]:
        """The words of a command of `manage.py`, and its environment."""
        environment = {
            "PATH": os.environ["PATH"],
            "SUMMITKB_DATA": str(self.data),
            "DATABASE_URL": self.url,
            "SECRET_KEY": "x" * 60,
            "ALLOWED_HOSTS": "localhost",
        }
        return [sys.executable, str(ROOT / "manage.py"), *arguments], environment

    def manage(self, *arguments: str) -> str:
        """What a command prints; of one that fails, what it says of that."""
        words, environment = self.command(*arguments)
        done = subprocess.run(
            words, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=120
        )
        return done.stderr if done.returncode else done.stdout

    def ask(self, sql: str) -> list[tuple]:
        with psycopg.connect(self.url) as session:
            return session.execute(sql).fetchall()

    def rows(self) -> dict[str, list[str]]:
        """All rows of every table that there is, as text and in order."""
        tables = self.ask(
            f"""
            SELECT attrelid::regclass::text, string_agg(quote_ident(attname), ', ' ORDER BY attnum)
            FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid
            WHERE relkind = 'r' AND relnamespace::regnamespace::text IN {SCHEMAS}
                AND attnum > 0 AND NOT attisdropped AND atttypid <> 'xid8'::regtype GROUP BY 1
            """
        )
        return {
            table: sorted(row for (row,) in self.ask(f"SELECT ROW({columns})::text FROM {table}"))
            for table, columns in tables
        }

    def catalog(self) -> dict[str, list[tuple]]:
        """All that the database is made of beside rows."""
        return {name: sorted(self.ask(sql), key=repr) for name, sql in CATALOG.items()}

    def files(self) -> dict[str, bytes]:
        """Those of releases and imports, by their names below the data folder."""
        return {
            str(path.relative_to(self.data)): path.read_bytes()
            for folder in ("releases", "imports")
            for path in sorted((self.data / folder).rglob("*"))
            if path.is_file()
        }

    def whole(self) -> tuple:
        """All of it, but who is logged in."""
        rows = self.rows()
        rows.pop("django_session", None)
        return rows, self.catalog(), self.files()
