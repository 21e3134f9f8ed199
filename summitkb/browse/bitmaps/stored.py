"""Bitmaps in files, so that a process that starts has those at hand which another made.

A file is of one list. It begins with the digests of the code that made it and of what follows, so what
was made by other code, or was not written to its end, is as if it were not there. It is a pickle: the
folder is that of the server alone, as the database beside it is.
"""

import fcntl
import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile

from django.conf import settings

from summitkb.browse.bitmaps.index import Index
from summitkb.browse.bitmaps.moments import Moment
from summitkb.records.revisions import code


@contextmanager
def taking_turns(name: str) -> Iterator[None]:
    """Of all processes that have the bitmaps of a list to make, one does, and the others wait."""
    settings.BITMAPS.mkdir(parents=True, exist_ok=True)
    with (settings.BITMAPS / f"{name}.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def load(name: str) -> tuple[Moment, Index] | None:
    """What was stored of a list, if anything of worth was."""
    try:
        head, packed = _file(name).read_bytes().split(b"\n", 1)
    except (FileNotFoundError, ValueError):
        return None
    return pickle.loads(packed) if head == _head(packed) else None


def store(name: str, moment: Moment, index: Index) -> None:
    """Keep the bitmaps of a list at a moment in the place of older ones."""
    packed = pickle.dumps((moment, index), protocol=pickle.HIGHEST_PROTOCOL)
    with NamedTemporaryFile(dir=settings.BITMAPS, delete=False) as file:
        file.write(_head(packed) + b"\n" + packed)
    Path(file.name).replace(_file(name))


def _file(name: str) -> Path:
    return settings.BITMAPS / f"{name}.bitmaps"


def _head(packed: bytes) -> bytes:
    return f"{code()} {sha256(packed).hexdigest()}".encode()
