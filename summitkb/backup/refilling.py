"""Put a dump in the place of what the database holds, within one transaction of Django's connection.

pg_restore only writes the SQL. It is run here, so that what is dropped and what comes are one
transaction, which a role that is no superuser may do, and of which a server takes back all when we are
killed. psql would not do: it takes the end of what is sent, which is also that of a sender who was
killed, for the end of what was to be sent.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from tempfile import NamedTemporaryFile

from django.db import connection

from summitkb.backup.archive import Manifest
from summitkb.backup.programs import running
from summitkb.backup.tables import LEFT_OUT, OF_A_SERVER, OURS, all_tables, digests
from summitkb.exchange.archives import Refused
from summitkb.exchange.progress import Silence

MADE_BY_MIGRATE = {
    f"public.{name}"
    for name in (
        "django_migrations",
        "django_content_type",
        "auth_permission",
        "auth_group",
        "auth_group_permissions",
    )
}
"""Tables that have rows in a knowledge base of which nothing was said yet."""

LOCK = int.from_bytes(b"restore", "big")
LOCK_SECONDS = 60
BLOCK = 256 * 1024

_FOR_PSQL = re.compile(r"^(\\(un)?restrict .*|SET transaction_timeout = 0;)$", re.MULTILINE)
"""What is no SQL, and what PostgreSQL before 17 does not know."""

_PUBLIC = re.compile(r"\d+; \d+ \d+ (SCHEMA -|COMMENT - SCHEMA) public ")
_COPY = re.compile(rb"COPY (\S+) \((.*)\) FROM stdin;\n")


def lock() -> None:
    """Let nobody else read or write a table until the transaction ends; waits LOCK_SECONDS at most."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute(f"SET LOCAL lock_timeout = '{LOCK_SECONDS}s'")
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        if tables := all_tables():
            cursor.execute(f"LOCK TABLE {', '.join(tables)} IN ACCESS EXCLUSIVE MODE")


def require_empty() -> None:
    """Raises Refused where the database holds anything but what `migrate` puts there."""
    tables = set(all_tables()) - MADE_BY_MIGRATE - set(LEFT_OUT)
    with connection.cursor() as cursor:
        for table in sorted(tables):
            cursor.execute(f"SELECT EXISTS (SELECT FROM {table})")
            if cursor.fetchone() == (True,):
                raise Refused(
                    f"the database is not empty: {table.removeprefix('public.')} has rows; "
                    "--replace puts the backup in the place of all that is there"
                )


def require_ours() -> None:
    """Raises Refused where the database has tables, and none of SummitKB."""
    with connection.cursor() as cursor:
        tables = all_tables()
        if "public.django_migrations" in tables:
            cursor.execute("SELECT EXISTS (SELECT FROM django_migrations WHERE app = 'records')")
            if cursor.fetchone() == (True,):
                return
        if tables:
            raise Refused(
                f"the database has tables and is none of SummitKB: {tables[0]}; name an empty one"
            )


def drop_all() -> None:
    """Drop all that is in our schemas, but what belongs to an extension of PostgreSQL."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA IF EXISTS {', '.join(OURS[1:])} CASCADE")
        cursor.execute(
            """
            SELECT format('DROP %s IF EXISTS %s CASCADE', found.type, found.identity)
            FROM pg_depend AS depends,
                pg_identify_object(depends.classid, depends.objid, 0) AS found
            WHERE refclassid = 'pg_namespace'::regclass AND refobjid = 'public'::regnamespace
                AND deptype = 'n' AND found.type <> 'default acl' AND NOT EXISTS (
                    SELECT FROM pg_depend AS owned  -- by an extension, or as a part of a table
                    WHERE owned.deptype IN ('e', 'i') AND owned.classid = depends.classid
                        AND owned.objid = depends.objid AND owned.refobjid <> owned.objid
                )
            """
        )
        for (statement,) in cursor.fetchall():
            cursor.execute(statement)


def fill(dump: Path, manifest: Manifest, watch: Silence) -> None:
    """Make what a dump holds, where nothing is. Leaves the session with other settings."""
    with NamedTemporaryFile("w", dir=dump.parent) as entries:
        entries.write(_entries(dump))
        entries.flush()
        chosen = ("--no-owner", "--no-privileges", f"--use-list={entries.name}", "--file=-")
        _run_script(dump, "pre-data", chosen)
        watch.begin("Restoring", manifest.rows)
        with running("pg_restore", *chosen, "--section=data", str(dump)) as script:
            _copy(script, watch)
        watch.begin("Restoring indexes and keys", 0)
        _run_script(dump, "post-data", chosen)


def _entries(dump) -> str:
    """The list of what is in a dump, without the schema that is in every database."""
    with running("pg_restore", "--list", str(dump)) as listed:
        lines = listed.read().decode().splitlines(keepends=True)
    return "".join(line for line in lines if not _PUBLIC.match(line))


def _run_script(dump, section, chosen):
    with running("pg_restore", *chosen, f"--section={section}", str(dump)) as script:
        sql = script.read().decode()
    connection.connection.execute(_FOR_PSQL.sub("", sql))


def _copy(script, watch):
    """Run the part of a script that holds the rows: each table by COPY, and statements of one line."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()::text")
        number = cursor.fetchone()[0].encode()
    for line in script:
        if copy := _COPY.fullmatch(line):
            table, columns = copy.groups()
            numbering = _numbering(table.decode(), columns.decode())
            _copy_rows(script, line, numbering, number, watch)
        elif not line.startswith((b"--", b"\\", b"SET transaction_timeout")) and line.strip():
            connection.connection.execute(line)


def _copy_rows(script, statement, numbering, number, watch):
    with connection.connection.cursor() as cursor, cursor.copy(statement.rstrip(b";\n")) as copy:
        waiting, rows = bytearray(), 0
        for line in _numbered(_rows(script), numbering, number):
            waiting += line
            rows += 1
            if len(waiting) > BLOCK:
                copy.write(bytes(waiting))
                watch.advance(rows)
                waiting, rows = bytearray(), 0
        copy.write(bytes(waiting))
        watch.advance(rows)


def _rows(script) -> Iterator[bytes]:
    """The lines up to the one that ends a COPY."""
    for line in script:
        if line == b"\\.\n":
            return
        yield line
    raise Refused("the dump ends within a table")


def _numbering(table: str, columns: str) -> list[int]:
    """The places of the columns that number transactions."""
    names = [name.strip('"') for name in columns.split(", ")]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT attname FROM pg_attribute "
            "WHERE attrelid = %s::regclass AND attnum > 0 AND atttypid = %s::regtype",
            [table, OF_A_SERVER],
        )
        found = {name for (name,) in cursor}
    return [place for place, name in enumerate(names) if name in found]


def _numbered(rows, numbering, number) -> Iterator[bytes]:
    """Rows that this transaction writes, as they say themselves: on the server of which they are,
    the same number was another."""
    if not numbering:
        yield from rows
        return
    for row in rows:
        cells = row.rstrip(b"\n").split(b"\t")
        for place in numbering:
            cells[place] = number
        yield b"\t".join(cells) + b"\n"


def require_same(manifest: Manifest, watch: Silence) -> None:
    """Raises Refused with the first table whose rows are not those that were backed up."""
    tables = [table for table in all_tables() if table not in LEFT_OUT]
    if tables != sorted(manifest.tables):
        other = sorted(set(tables) ^ set(manifest.tables))
        raise Refused(f"other tables came than were backed up: {', '.join(other)}")
    watch.begin("Comparing", len(tables))
    for table, found in digests(tables):
        if found != manifest.tables[table]:
            raise Refused(f"other rows came into {table} than were backed up")
        watch.advance(1)
