"""The files beside the database that cannot be made again: those of releases and of imports.

Kept packages, bitmaps and collected static files are made again when they are asked for. The secret
key stays out: it signs nothing that outlasts a session, and whoever has it can log in as anybody.
"""

import os
import shutil
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from django.conf import settings

from summitkb.editing.imports.models import Import
from summitkb.exchange.archives import Refused
from summitkb.exchange.models import Release

STAGED = ".restoring"
LAST = "last-backup"
REPLACED = ".replaced-"


def folders() -> dict[str, Path]:
    """By the name that each has in a backup. In each of them each thing has a folder of its own."""
    return {"releases": Path(settings.RELEASES), "imports": Path(settings.IMPORTS)}


def kept_files() -> list[tuple[str, Path]]:
    """The files of all releases, and of the imports that the transaction sees, by their names there.

    Called within the transaction or after it: a release has its files before it has its row. Of one
    that came later there are the files alone, and its number is not given again.
    """
    releases = folders()["releases"]
    numbers = [path for path in _inside(releases) if path.name.isdecimal()]
    imports = [one.folder for one in Import.objects.exclude(file="").order_by("pk")]
    return [
        (f"{kind}/{folder.name}/{path.name}", path)
        for kind, found in (("releases", sorted(numbers)), ("imports", imports))
        for folder in found
        for path in _inside(folder)
        if path.is_file()
    ]


def lost_releases() -> list[str]:
    """A sentence for each release that the transaction sees, of which the files are not here."""
    return [
        f"The files of release {release.number} are not in {release.folder}."
        for release in Release.objects.order_by("number")
        if not all((release.folder / name).is_file() for name in release.files)
    ]


def note_backup(at: datetime) -> None:
    """Keep when the last backup was made, where the data folder can be written to."""
    with suppress(OSError):
        (settings.DATA / LAST).write_text(f"{at.isoformat()}\n")


def last_backup() -> datetime | None:
    """When it was made, if that is known here."""
    try:
        return datetime.fromisoformat((settings.DATA / LAST).read_text().strip())
    except (OSError, ValueError):
        return None


def _inside(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except FileNotFoundError:
        return []


def clear_staged() -> None:
    """Remove what a restore has laid beside and not moved in, as it was killed."""
    for folder in folders().values():
        shutil.rmtree(folder / STAGED, ignore_errors=True)


def staged(name: str) -> Path:
    """Where a file of a backup is laid until all of it is there; makes its folder."""
    kind, one, file = name.split("/")
    path = folders()[kind] / STAGED / one / file
    folders()[kind].parent.mkdir(parents=True, exist_ok=True)
    for folder in reversed(path.parents[:3]):  # each for nobody else: parents=True would not
        folder.mkdir(mode=0o700, exist_ok=True)
    return path


def require_room(*, replace: bool) -> None:
    """Raises Refused where a release of another content is there, unless it is to be replaced."""
    folder = folders()["releases"]
    for new in _inside(folder / STAGED):
        old = folder / new.name
        if not replace and old.exists() and _contents(old) != _contents(new):
            raise Refused(
                f"{old} holds another release {new.name}; --replace moves it aside, or name "
                "another data folder"
            )


def move_in(now: datetime, imports: Iterable[str]) -> None:
    """Put what was staged into its place, and remove the files of imports that there are no more.

    A release that was there with another content is moved aside: others have cited it.
    """
    for kind, folder in folders().items():
        for new in _inside(folder / STAGED):
            old = folder / new.name
            if kind == "imports":
                shutil.rmtree(old, ignore_errors=True)
            elif old.exists():
                if _contents(old) == _contents(new):
                    continue
                old.rename(folder / f"{REPLACED}{old.name}-{now:%Y%m%dT%H%M%S%f}")
            new.rename(old)
        shutil.rmtree(folder / STAGED, ignore_errors=True)
        if folder.exists():
            sync(folder)
    for left in {path.name for path in _inside(folders()["imports"])} - set(imports):
        shutil.rmtree(folders()["imports"] / left, ignore_errors=True)
    for made_again in (settings.BITMAPS, settings.PACKAGES):
        shutil.rmtree(made_again, ignore_errors=True)


def _contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in _inside(folder)}


def sync(path: Path) -> None:
    """See that a file or what a folder lists is on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
