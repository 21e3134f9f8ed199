"""Make a backup: the database at one moment, and the files that belong to it."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from django.db import connection
from django.utils import timezone

from summitkb import __version__
from summitkb.backup.archive import DUMP, Manifest, Writer, written
from summitkb.backup.folders import kept_files, lost_releases, note_backup
from summitkb.backup.programs import running
from summitkb.backup.tables import LEFT_OUT, OURS, all_tables, digests
from summitkb.embedded_postgres.server import VERSION
from summitkb.exchange.archives import Refused
from summitkb.exchange.progress import Silence
from summitkb.records.revisions import code, one_moment

NOT_HERE = "the database has no tables of SummitKB; there is nothing to back up"


def back_up(
    path: Path, watch: Silence, warn: Callable[[str], None], *, overwrite: bool = False
) -> Manifest:
    """Write a backup to `path`, for which its owner alone may ask, as it holds what is not public.

    Dump and digests are of one snapshot; readers and editors go on. `warn` is told what is missing
    already. Raises Refused with why it was not made, or OSError; then no file is left.
    """
    with (
        written(path, overwrite=overwrite) as file,
        one_moment(),
        Writer(file, watch) as writer,
    ):
        _require_known_server()
        manifest = Manifest(
            summitkb=__version__,
            code=code(),
            postgresql=connection.connection.info.parameter_status("server_version"),
            at=timezone.now().isoformat(timespec="seconds"),
            migrations=_migrations(),
        )
        _dump(writer, watch)
        tables = [table for table in all_tables() if table not in LEFT_OUT]
        watch.begin("Counting", len(tables))
        for table, told in digests(tables):
            manifest.tables[table] = told
            watch.advance(1)
        _add_files(writer, watch)
        for sentence in lost_releases():
            warn(sentence)
        writer.finish(manifest)
    note_backup(datetime.fromisoformat(manifest.at))
    return manifest


def _require_known_server():
    major = connection.connection.info.server_version // 10000
    if major > VERSION:
        raise Refused(
            f"the database is PostgreSQL {major}, and the pg_dump that SummitKB brings knows up to "
            f"{VERSION}; use the pg_dump of that server"
        )


def _migrations() -> list[list[str]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('public.django_migrations') IS NOT NULL")
        if cursor.fetchone() != (True,):
            raise Refused(NOT_HERE)
        cursor.execute("SELECT app, name FROM django_migrations ORDER BY app, name")
        return [list(row) for row in cursor]


def _dump(writer, watch):
    watch.begin("Dumping the database", 0)
    with connection.cursor() as cursor:
        # Ours waits while the dump is made: that must be no reason to end it.
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute("SELECT pg_export_snapshot()")
        (snapshot,) = cursor.fetchone()
    arguments = (
        "--format=custom",
        "--no-owner",
        "--no-privileges",
        "--no-password",
        "--no-sync",
        f"--snapshot={snapshot}",
        *(f"--schema={name}" for name in OURS),
        *(f"--exclude-table-data={name}" for name in LEFT_OUT),
    )
    with running("pg_dump", *arguments, connected=True) as dump:
        writer.add(DUMP, dump)


def _add_files(writer, watch):
    """Releases never change. An import may be checked again or tidied away meanwhile; each file of it
    is whole, and what is confirmed later is compared with what its row says."""
    files = kept_files()
    watch.begin("Adding files", sum(_size(path) for _, path in files))
    for name, path in files:
        try:
            file = path.open("rb")
        except FileNotFoundError:
            continue
        with file:
            writer.add(name, file)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0
