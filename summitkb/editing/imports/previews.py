"""A preview on the disk: a file of JSON lines for each kind of row and one for problems.

However many rows there are, one is written and a page of them is read at a time.
"""

import json
from collections.abc import Sequence
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from summitkb.exchange.comparing import Comparison
from summitkb.exchange.packages import Problem

OF_ROWS = ("new", "changed", "unchanged")
KINDS = (*OF_ROWS, "problems")
MOST_PROBLEMS = 10_000
"""Are told of. Whoever has more has one mistake that many times."""


def _path(folder: Path, kind: str) -> Path:
    return folder / f"{kind}.jsonl"


class Writer:
    """Writes a preview beside the one that a folder has, and in its place when it is kept."""

    def __init__(self, folder: Path):
        self.problems = 0
        self._folder = folder
        self._opened = ExitStack()

    def __enter__(self):
        self._new = Path(self._opened.enter_context(TemporaryDirectory(dir=self._folder)))
        self._files = {
            kind: self._opened.enter_context(_path(self._new, kind).open("w", encoding="utf-8"))
            for kind in KINDS
        }
        return self

    def keep(self) -> None:
        """To be called when all is written. Whoever reads the one before reads on in it."""
        for kind, file in self._files.items():
            file.close()
            _path(self._new, kind).replace(_path(self._folder, kind))

    def __exit__(self, *error):
        self._opened.close()

    def row(self, found: Comparison) -> None:
        cells = {name: cell for name, cell in found.row.items() if cell}
        self._write(
            found.kind,
            {
                "table": found.table.name,
                "line": found.line,
                "key": found.key,
                "publication": found.publication,
                "cells": {"new": cells, "changed": found.changed, "unchanged": {}}[found.kind],
            },
        )

    def problem(self, problem: Problem) -> None:
        """Those after MOST_PROBLEMS are not kept."""
        if self.problems < MOST_PROBLEMS:
            self.problems += 1
            self._write("problems", {"sentence": str(problem)})

    def _write(self, kind, what):
        self._files[kind].write(f"{json.dumps(what)}\n")


class Lines(Sequence):
    """The lines of one kind, for a paginator: only those of a slice are read."""

    def __init__(self, folder: Path, kind: str, count: int):
        self._path = _path(folder, kind)
        self._count = count

    def __len__(self):
        return self._count

    def __getitem__(self, part: slice) -> list[dict]:
        with self._path.open("rb") as lines:
            return [json.loads(line) for line in islice(lines, part.start, part.stop)]
