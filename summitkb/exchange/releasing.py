"""Cut a release: the package of what is public now, numbered, with its hashes and what is new in it."""

import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from hashlib import file_digest
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from summitkb.exchange.archives import Refused
from summitkb.exchange.differing import SAME, changelog
from summitkb.exchange.dumping import dump
from summitkb.exchange.models import Release
from summitkb.exchange.packages import open_package
from summitkb.exchange.progress import Silence
from summitkb.exchange.tables import tables
from summitkb.records.revisions import one_moment, revision

FIRST = "The first release.\n"
ONLY_WORDS = (
    "no cell differs; the licence, the words of the codebook or the form of the files do.\n"
)
UNFINISHED = ".new-"
LOCK = int.from_bytes(b"release", "big")
"""The number of the lock that whoever cuts a release holds."""


def release(note: str = "", watch: Silence | None = None) -> Release:
    """Cut a release. Its package has the bytes that `dump` writes of the same moment.

    Whoever cuts another at the same time waits, so that a later number is of a later moment.
    Raises Refused with a sentence where nothing is new, or where the files of the release before are
    not there to be compared with; then nothing is left.
    """
    watch = watch or Silence()
    folder = Path(settings.RELEASES)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _alone():
        for unfinished in folder.glob(f"{UNFINISHED}*"):  # of one that was killed
            shutil.rmtree(unfinished, ignore_errors=True)
        new = Path(tempfile.mkdtemp(prefix=UNFINISHED, dir=folder))
        try:
            at = timezone.now()
            with one_moment():
                now = revision()
                dump(new / "package.zip", watch)
            return _numbered(new, at, now, note, watch)
        finally:
            shutil.rmtree(new, ignore_errors=True)


@contextmanager
def _alone() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        try:
            yield
        finally:
            if not connection.needs_rollback:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def _next_number(last: Release | None) -> int:
    """One that was never given, also where the database is older than the files, as one that was
    restored: what others have cited is never written over."""
    folders = (path.name for path in Path(settings.RELEASES).iterdir())
    given = [int(name) for name in folders if name.isdecimal()]
    return max([*given, last.number if last else 0]) + 1


@transaction.atomic
def _numbered(new: Path, at: datetime, now: str, note: str, watch: Silence) -> Release:
    last, package = Release.objects.first(), new / "package.zip"
    cut = Release(
        number=_next_number(last),
        note=note,
        at=at,
        revision=now,
        sha256=sha256_of_file(package),
        bytes=package.stat().st_size,
        counts=_counts(package),
    )
    if last and last.sha256 == cut.sha256:
        raise Refused(f"Nothing has changed since release {last.number}.")
    told = _changelog(last, package, watch)
    cut.summary = told.partition("\n\n")[0].rstrip()
    _write_files(cut, new, told)
    cut.save(force_insert=True)
    new.rename(cut.folder)
    return cut


def _changelog(last: Release | None, package: Path, watch) -> str:
    if last is None:
        return FIRST
    before = last.folder / last.package
    if not before.exists():
        raise Refused(f"The files of release {last.number} are not in {last.folder}.")
    if sha256_of_file(before) != last.sha256:
        raise Refused(f"{before} is not what was released: its SHA-256 is another.")
    with _own(before, watch) as first, _own(package, watch) as second:
        told = changelog(first, second)
    return f"Against release {last.number}: {ONLY_WORDS if told == SAME else told}"


def _own(path: Path, watch: Silence | None = None):
    """A package that we have written ourselves, however well it packs."""
    return open_package(path, watch, trusted=True)


def _counts(package: Path) -> dict[str, int]:
    with _own(package) as opened:
        return {table.name: sum(1 for _ in opened.rows(table.name)) for table in tables()}


def _write_files(cut: Release, new: Path, told: str) -> None:
    """All its files, which nobody is to write again."""
    package = (new / "package.zip").rename(new / cut.package)
    (new / "CHANGELOG.txt").write_text(told, encoding="utf-8")
    with zipfile.ZipFile(package) as archive:
        inside = {name: _sha256_of(archive, name) for name in archive.namelist()}
    beside = {"CHANGELOG.txt": sha256_of_file(new / "CHANGELOG.txt"), cut.package: cut.sha256}
    lines = (f"{digest}  {name}\n" for name, digest in {**beside, **inside}.items())
    (new / "SHA256SUMS").write_text("".join(lines), encoding="utf-8")
    for path in new.iterdir():
        path.chmod(0o444)
        with path.open("rb") as written:  # before the row says that it is there
            os.fsync(written.fileno())


def sha256_of_file(path: Path) -> str:
    with path.open("rb") as stream:
        return file_digest(stream, "sha256").hexdigest()


def _sha256_of(archive, name) -> str:
    with archive.open(name) as stream:
        return file_digest(stream, "sha256").hexdigest()
