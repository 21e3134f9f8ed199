"""Bring a backup back: all of it is checked, then the database changes as a whole, then the files."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone
from psycopg import Error

from summitkb.backup import folders, refilling
from summitkb.backup.archive import DUMP, Backup, Manifest, opened
from summitkb.backup.folders import STAGED
from summitkb.exchange.archives import Refused
from summitkb.exchange.progress import Silence


def restore(path: Path, watch: Silence, *, replace: bool = False) -> Manifest:
    """Make database and files what they were when a backup was made.

    Raises Refused with why not; then nothing has changed. The database changes in one transaction,
    whose last act is to compare every table with the manifest. Where a crash comes after it and before
    the files are moved in, restoring again with `replace` does that.
    """
    with opened(path) as backup, _alone():
        require_known(backup.manifest)
        with _staged(backup, watch) as dump:
            folders.require_room(replace=replace)
            _refill(dump, backup.manifest, watch, replace=replace)
            watch.begin("Moving files in", 0)
            folders.move_in(timezone.now(), _imports(backup.manifest))
    watch.begin("Migrating", 0)
    # Also makes anew what is derived, where that is another now than in the backup.
    call_command("migrate", verbosity=0, interactive=False)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return backup.manifest


def require_known(manifest: Manifest) -> None:
    """Raises Refused where a newer SummitKB made the backup, whose tables this one does not know."""
    loader = MigrationLoader(None)
    unknown = [
        ".".join(key) for key in manifest.migrations if tuple(key) not in loader.disk_migrations
    ]
    if unknown:
        raise Refused(
            f"is of a newer SummitKB ({manifest.summitkb}), whose migration {unknown[0]} is not known "
            "here; restore it with that one"
        )


@contextmanager
def _alone() -> Iterator[None]:
    """No other restore into the same folder. What one has left that was killed is removed."""
    settings.DATA.mkdir(parents=True, exist_ok=True)
    with (settings.DATA / "restore.lock").open("w") as file:
        try:
            flock(file, LOCK_EX | LOCK_NB)
        except BlockingIOError:
            raise Refused("another restore is under way; wait for it") from None
        folders.clear_staged()
        for left in settings.DATA.glob(f"{STAGED}*"):
            shutil.rmtree(left, ignore_errors=True)
        yield


@contextmanager
def _staged(backup: Backup, watch) -> Iterator[Path]:
    """All files of a backup, each read and found whole, beside where they belong. Gives the dump."""
    with TemporaryDirectory(dir=settings.DATA, prefix=STAGED) as folder:
        try:
            watch.begin("Checking", sum(one["bytes"] for one in backup.manifest.files.values()))
            for name in backup.manifest.files:
                place = Path(folder) / DUMP if name == DUMP else folders.staged(name)
                _write(backup, name, place, watch)
            yield Path(folder) / DUMP
        finally:
            folders.clear_staged()


def _write(backup, name, place, watch):
    with place.open("wb") as file:
        for block in backup.read(name):
            file.write(block)
            watch.advance(len(block))
    place.chmod(0o444 if name.startswith("releases/") else 0o600)
    folders.sync(place)


def _refill(dump, manifest, watch, *, replace):
    try:
        with transaction.atomic(durable=True):
            refilling.lock()
            refilling.require_ours()
            if not replace:
                refilling.require_empty()
            refilling.drop_all()
            refilling.fill(dump, manifest, watch)
            refilling.require_same(manifest, watch)
    except (DatabaseError, Error) as error:
        why = " ".join(str(error).split())
        raise Refused(f"the database refuses it, and is as it was: {why}") from error
    finally:
        connection.close()  # the script of a dump sets what the session finds where


def _imports(manifest) -> set[str]:
    return {name.split("/")[1] for name in manifest.files if name.startswith("imports/")}
