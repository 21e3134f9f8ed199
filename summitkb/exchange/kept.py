"""Packages of what is public, each made when it is first asked for and kept while nothing changes."""

from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from summitkb.exchange.dumping import Rows, dump
from summitkb.records.revisions import one_moment, revision

MOST_KEPT = 20


def kept_package(name: str, rows: Callable[[], Rows]) -> tuple[BinaryIO, str]:
    """A package as a zip, opened, and the revision of which it is.

    `name` tells it from others; `rows` is called where it has to be made.
    """
    folder = Path(settings.PACKAGES)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with one_moment():
        now = revision()
        path = folder / f"{name}-{now}.zip"
        if not path.exists():
            dump(path, rows=rows())
            _tidy(folder)
    return path.open("rb"), now


def _tidy(folder: Path) -> None:
    """Remove all but the newest. Who is reading one reads on."""
    kept = [(path.stat().st_mtime, path) for path in folder.glob("*.zip")]
    for _, path in sorted(kept, reverse=True)[MOST_KEPT:]:
        path.unlink(missing_ok=True)
