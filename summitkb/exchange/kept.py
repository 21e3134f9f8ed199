"""Packages of what is public, each made when it is first asked for and kept while nothing changes."""

import os
import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.db import connection

from summitkb.exchange.dumping import Rows, dump
from summitkb.records.revisions import one_moment, revision

MOST_KEPT = 20
DAY = 24 * 60 * 60


def kept_package(name: str, rows: Callable[[], Rows], part: str = "") -> tuple[BinaryIO, str]:
    """A package as a zip, opened, and the revision of which it is.

    `name` tells it from others; `rows` is called where it has to be made, `part` says of what it is.
    """
    folder = Path(settings.PACKAGES)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with one_moment():
        now = revision()
        path = folder / f"{name}-{now}.zip"
        file = _opened(path)
        if file is None:
            _wait_for_others(path.name)
            file = _opened(path)
        if file is None:
            dump(path, rows=rows(), part=part)
            file = path.open("rb")
            _tidy(folder)
    return file, now


def _opened(path: Path) -> BinaryIO | None:
    """A package that is there, which was asked for just now."""
    try:
        file = path.open("rb")
    except FileNotFoundError:
        return None
    with suppress(FileNotFoundError):
        os.utime(path)
    return file


def _wait_for_others(name: str) -> None:
    """Until nobody else makes the same; from then on others wait for this transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])


def _tidy(folder: Path) -> None:
    """Remove all but those that were asked for last, and what nobody finished within a day.

    Who is reading one reads on.
    """
    kept = sorted(folder.glob("*.zip"), key=_last_asked, reverse=True)
    for path in kept[MOST_KEPT:]:
        path.unlink(missing_ok=True)
    for path in set(folder.iterdir()) - set(kept):
        if _last_asked(path) < time.time() - DAY:
            shutil.rmtree(path, ignore_errors=True)


def _last_asked(path: Path) -> float:
    """As its time on the disk has it; long ago where another has removed it."""
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return 0
