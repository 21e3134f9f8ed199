"""Packages of what is public, each made when it is first asked for and kept while nothing changes."""

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from summitkb.exchange.dumping import Rows, dump
from summitkb.records.revisions import one_moment, revision

MOST_KEPT = 20
DAY = 24 * 60 * 60


def kept_package(name: str, rows: Callable[[], Rows]) -> tuple[BinaryIO, str]:
    """A package as a zip, opened, and the revision of which it is.

    `name` tells it from others; `rows` is called where it has to be made.
    """
    folder = Path(settings.PACKAGES)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with one_moment():
        now = revision()
        path = folder / f"{name}-{now}.zip"
        try:
            file = path.open("rb")
            os.utime(path)
        except FileNotFoundError:
            dump(path, rows=rows())
            file = path.open("rb")
            _tidy(folder)
    return file, now


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
