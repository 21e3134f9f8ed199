"""Write a package of all that is published, in canonical order, as one moment saw it."""

import os
import shutil
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

from django.db.models import QuerySet

from summitkb.exchange import codebook, datapackage
from summitkb.exchange.archives import Refused
from summitkb.exchange.copy import copy_csv
from summitkb.exchange.packages import open_package
from summitkb.exchange.progress import Silence
from summitkb.exchange.tables import Table, tables
from summitkb.records.gathered import gathering
from summitkb.records.revisions import one_moment

_MOMENT = (1980, 1, 1, 0, 0, 0)
_UNIX = 3


Rows = Callable[[Table], QuerySet]
"""The rows of a table that are to be in a package."""


def dump(
    path: str | os.PathLike,
    watch: Silence | None = None,
    rows: Rows = Table.published,
    part: str = "",
) -> None:
    """Write a package to a new or empty folder, or to a zip where the name ends so; `part` says in
    words of what it is where it is not of all.

    A package that stands there already is replaced, anything else is Refused. The package appears
    as a whole: it is written beside its place and then moved there.
    """
    target = Path(path).resolve()
    _require_room(target)
    # Beside the target and not in /tmp, because only within one file system is moving one step.
    beside = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    try:
        new = beside / "new"
        new.mkdir()
        write_package(new, watch or Silence(), rows, part)
        if target.suffix == ".zip":
            _zip(new, beside / "zip")
            (beside / "zip").replace(target)
        else:
            _move(new, target, beside / "old")
    finally:
        shutil.rmtree(beside)


def write_package(folder: Path, watch: Silence, rows: Rows, part: str = "") -> None:
    """Write all files of a package into a folder, as one moment saw them; within a transaction that is
    open already, as that sees them."""
    watch.begin("Dumping", len(tables()))
    with one_moment():
        for table in tables():
            cells = table.cells(table.in_canonical_order(gathering(rows(table))))
            with (folder / table.file).open("wb") as file:
                file.writelines(copy_csv(cells, table.header))
            watch.advance(1)
        codebook.write_codebook(folder, rows)
    datapackage.write_descriptor(folder, part)


def _require_room(target: Path) -> None:
    """Raise Refused where a package cannot be put."""
    if not target.parent.is_dir():
        raise Refused("cannot be made; accepted is a place in a folder that is there")
    if target.suffix == ".zip" and target.is_dir():
        raise Refused("is a folder; accepted is a file for a zip")
    if target.suffix != ".zip" and target.exists() and not target.is_dir():
        raise Refused("is a file; accepted is a folder, or a name that ends in .zip")
    foreign = sorted(_contents(target) - set(_files()))
    if foreign:
        raise Refused(
            f"holds {foreign[0]}, which is no part of a package; accepted is a new or an empty place, "
            "or a package to replace"
        )


def _files() -> list[str]:
    """The names of the files of a package."""
    return [*(table.file for table in tables()), datapackage.FILE, codebook.FILE]


def _contents(target):
    if target.is_dir():
        return {file.name for file in target.iterdir()}
    if target.is_file():
        with open_package(target) as package:
            return set(package.sizes)
    return set()


def _move(new: Path, target: Path, old: Path) -> None:
    """Put a folder in its place, and what was there out of the way until that has worked."""
    if not target.exists():
        new.rename(target)
        return
    target.rename(old)
    try:
        new.rename(target)
    except OSError:
        old.rename(target)
        raise


def _zip(folder: Path, path: Path) -> None:
    """The files of a folder as a zip with the same bytes whenever and wherever it is made."""
    with zipfile.ZipFile(path, "w") as archive:
        for name in _files():
            file = folder / name
            entry = zipfile.ZipInfo(name, _MOMENT)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = _UNIX
            entry.external_attr = 0o100644 << 16
            entry.file_size = file.stat().st_size  # or it could not grow beyond 2 GiB
            with file.open("rb") as source, archive.open(entry, "w") as packed:
                shutil.copyfileobj(source, packed)
