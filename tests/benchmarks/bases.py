"""The knowledge bases that are measured: filled, dumped, and the same rows as SQLite.

A base that is kept in a folder is made once and used again; one that was not finished is made anew.
"""

import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks import sqlite_copy
from tests.served import Base

Tell = Callable[[str], None]
FINISHED = "finished"


@dataclass(frozen=True)
class Source:
    """Where the rows come from: a package, or else so many statements made up from a seed."""

    statements: int = 0
    seed: int = 1
    package: Path | None = None

    @property
    def name(self) -> str:
        return self.package.name if self.package else f"{self.statements}-{self.seed}"


@dataclass(frozen=True)
class Made:
    """A base with its package and its SQLite copy, in one folder."""

    folder: Path
    base: Base

    @property
    def package(self) -> Path:
        return self.folder / "package"

    @property
    def copy(self) -> Path:
        return self.folder / "summitkb.db"


def make(source: Source, under: Path, longest: float, tell: Tell) -> Made:
    """The base of a source in a folder of its name. Raises Failed."""
    folder = under.resolve() / source.name
    made = Made(folder, Base(folder / "data"))
    if (folder / FINISHED).exists():
        tell(f"{source.name}: what was kept is used again.")
        made.base.manage("prepare", seconds=longest)  # the code may have gone on
        return made
    if folder.exists():
        shutil.rmtree(folder)
    base = made.base
    folder.mkdir(parents=True)
    tell(f"{source.name}: filling the base.")
    base.make_secret()
    base.manage("migrate", seconds=longest)
    if source.package:
        base.manage("loadpackage", str(source.package.resolve()), seconds=longest)
    else:
        asked = ("--statements", str(source.statements), "--seed", str(source.seed))
        base.module("tests.benchmarks.generate", *asked, seconds=longest)
    with base.connect() as connection:
        connection.execute("VACUUM (ANALYZE)")
    base.manage("prepare", seconds=longest)
    tell(f"{source.name}: dumping the package.")
    base.manage("dumppackage", str(made.package), seconds=longest)
    tell(f"{source.name}: copying it to SQLite.")
    sqlite_copy.build(made.package, made.copy)
    (folder / FINISHED).touch()
    return made


def dump_seconds(made: Made, longest: float) -> float:
    """How long the package takes to be written. Raises Failed."""
    target = made.folder / "dumped"
    try:
        return _seconds(lambda: made.base.manage("dumppackage", str(target), seconds=longest))
    finally:
        shutil.rmtree(target, ignore_errors=True)


def load_seconds(made: Made, longest: float) -> float:
    """How long it takes to be checked and loaded into an empty base. Raises Failed."""
    folder = made.folder / "loaded"
    base = Base(folder / "data")
    try:
        base.make_secret()
        base.manage("migrate", seconds=longest)
        return _seconds(lambda: base.manage("loadpackage", str(made.package), seconds=longest))
    finally:
        base.leave()
        shutil.rmtree(folder, ignore_errors=True)


def copy_seconds(made: Made) -> float:
    """How long the same rows take into SQLite, with its indexes and words, unchecked."""
    target = made.folder / "again.db"
    try:
        return _seconds(lambda: sqlite_copy.build(made.package, target))
    finally:
        target.unlink(missing_ok=True)


def _seconds(do: Callable[[], object]) -> float:
    begun = time.perf_counter()
    do()
    return time.perf_counter() - begun


def remove(made: Made) -> None:
    made.base.leave()
    shutil.rmtree(made.folder, ignore_errors=True)
