"""The file of a backup: a zip of a dump of the database, of files, and of a manifest of both."""

import json
import os
import stat
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from fcntl import LOCK_EX, LOCK_NB, flock
from hashlib import sha256
from pathlib import Path
from typing import IO

from summitkb.backup.folders import folders, sync
from summitkb.exchange.archives import Refused
from summitkb.exchange.progress import Silence

FORMAT = 1
DUMP = "database.dump"
MANIFEST = "manifest.json"
BLOCK = 1024**2
NO_BACKUP = "is not a whole backup of SummitKB"


@dataclass
class Manifest:
    """What is in a backup, and of what it is."""

    summitkb: str
    code: str
    postgresql: str
    at: str
    migrations: list[list[str]]
    tables: dict[str, dict] = field(default_factory=dict)
    """By name how many rows each has, and their digest."""
    files: dict[str, dict] = field(default_factory=dict)
    """By name the bytes and the SHA-256 of each, the dump among them."""
    format: int = FORMAT

    @property
    def rows(self) -> int:
        return sum(table["rows"] for table in self.tables.values())


class Writer:
    """Writes a backup. What it is to hold comes in blocks, the manifest last.

    Within a `with`, before the end of which the file stays open.
    """

    def __init__(self, file: IO[bytes], watch: Silence):
        self._zip = zipfile.ZipFile(file, "w", allowZip64=True)
        self._watch = watch
        self.files = {}

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self._zip.close()

    def add(self, name: str, source: IO[bytes]) -> None:
        # What is packed already does not become smaller.
        packed = name == DUMP or name.endswith(".zip")
        info = zipfile.ZipInfo(name)
        info.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
        info.external_attr = (stat.S_IFREG | 0o600) << 16
        digest, size = sha256(), 0
        with self._zip.open(info, "w", force_zip64=True) as target:
            while block := source.read(BLOCK):
                target.write(block)
                digest.update(block)
                size += len(block)
                self._watch.advance(len(block))
        self.files[name] = {"bytes": size, "sha256": digest.hexdigest()}

    def finish(self, manifest: Manifest) -> None:
        manifest.files = self.files
        self._zip.writestr(MANIFEST, json.dumps(asdict(manifest), indent=1))


@contextmanager
def written(path: Path, *, overwrite: bool) -> Iterator[IO[bytes]]:
    """A new file, that comes into its place when all of it is on the disk; else none is left.

    Raises Refused where there is one, unless it may be overwritten, or where another is being written.
    """
    part = path.with_name(f"{path.name}.part")
    _require_none(path, overwrite)
    with os.fdopen(os.open(part, os.O_RDWR | os.O_CREAT, 0o600), "r+b") as file:
        try:
            flock(file, LOCK_EX | LOCK_NB)
            ours = os.fstat(file.fileno()).st_ino == part.stat().st_ino
        except (BlockingIOError, FileNotFoundError):
            ours = False
        if not ours:
            raise Refused("is just being written by another; wait for it")
        os.fchmod(file.fileno(), 0o600)  # of one that was killed, and is not what it was
        file.truncate(0)
        try:
            yield file
            file.flush()
            os.fsync(file.fileno())
            _require_none(path, overwrite)
            part.replace(path)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
        sync(path.parent)


def _require_none(path, overwrite):
    if path.exists() and not overwrite:
        raise Refused("is there already; --overwrite replaces it")


class Backup:
    """One that was opened: its manifest was read, and has just the files that are there."""

    def __init__(self, archive: zipfile.ZipFile):
        self._zip = archive
        self.manifest = _manifest(archive)

    def read(self, name: str) -> Iterator[bytes]:
        """A file in blocks. Raises Refused after the last where it is not what was written."""
        digest, size, told = sha256(), 0, self.manifest.files[name]
        try:
            with self._zip.open(name) as source:
                while block := source.read(BLOCK):
                    digest.update(block)
                    size += len(block)
                    yield block
        except (zipfile.BadZipFile, zipfile.zlib.error, EOFError, NotImplementedError) as error:
            raise Refused(f"{NO_BACKUP}: {name}: {error}") from None
        if {"bytes": size, "sha256": digest.hexdigest()} != told:
            raise Refused(f"{NO_BACKUP}: {name} is not what was written")


@contextmanager
def opened(path: Path) -> Iterator[Backup]:
    """A backup. Raises Refused where a file is none, not whole, or of a newer format."""
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else error
        raise Refused(f"{NO_BACKUP}: {why}") from None
    with archive:
        yield Backup(archive)


def _manifest(archive) -> Manifest:
    try:
        told = json.loads(archive.read(MANIFEST))
        if told["format"] > FORMAT:
            raise Refused(
                f"is a backup of format {told['format']}, and this SummitKB knows {FORMAT}; "
                "restore it with a newer one"
            )
        manifest = Manifest(**told)
    except Refused:
        raise
    except Exception as error:  # whatever a file may hold that is none
        raise Refused(f"{NO_BACKUP}: {type(error).__name__}: {error}") from None
    if sorted(archive.namelist()) != sorted([MANIFEST, *manifest.files]):
        raise Refused(f"{NO_BACKUP}: its files are not those of its manifest")
    if DUMP not in manifest.files or not all(map(_is_plain, manifest.files)):
        raise Refused(f"{NO_BACKUP}: its files have other names")
    return manifest


def _is_plain(name: str) -> bool:
    kind, *rest = name.split("/")
    if not rest:
        return name == DUMP
    return kind in folders() and len(rest) == 2 and not any(_leads_away(part) for part in rest)


def _leads_away(part: str) -> bool:
    return part.startswith(".") or not part or "\\" in part or "\0" in part


def check(backup: Backup, watch: Silence, names: Iterable[str] | None = None) -> None:
    """Read all of it. Raises Refused where something is not what was written."""
    watch.begin("Checking", sum(told["bytes"] for told in backup.manifest.files.values()))
    for name in backup.manifest.files if names is None else names:
        for block in backup.read(name):
            watch.advance(len(block))
