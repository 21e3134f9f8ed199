"""A zip of a package, opened without trusting it and without unpacking it.

All is decided by the list of contents, of which no more is read than an honest one has. Reading
cannot give more than that list says, because `zipfile` stops there and then compares checksums.
"""

import io
import stat
import struct
import zipfile
from pathlib import Path

from summitkb.exchange.columns import shown

MOST_ENTRIES = 1000
MOST_BYTES = 4 * 1024**3
"""Ten times what a million statements take."""

LONGEST_LIST = 1024**2
"""Bytes of the list of contents, which `zipfile` reads and keeps as a whole: a thousand a file."""

HIGHEST_RATIO = 100
"""Of the size unpacked to that of the archive. Tables of text reach 5 to 20."""

_ALWAYS_ALLOWED = 10 * 1024**2
_BROKEN = (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError, struct.error)
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 0x1


class Refused(Exception):
    """What cannot be opened as a package, and what can: a sentence."""


def open_archive(
    path: Path, most_bytes: int | None = None, *, trusted: bool = False
) -> tuple[zipfile.ZipFile, dict[str, zipfile.ZipInfo]]:
    """The archive and its files by name, without the one folder that may hold them all.

    It may unpack to `most_bytes`, or else to MOST_BYTES, unless it is `trusted`. Files in deeper
    folders are left out. Raises Refused for what no honest tool packs.
    """
    try:
        if not trusted:
            with path.open("rb", buffering=0) as raw, _ShortList(raw) as file:
                zipfile.ZipFile(file).close()
        archive = zipfile.ZipFile(path)
    except _BROKEN as error:
        sentence = f"is not a whole zip ({error}); accepted is a folder or a zip of it"
        raise Refused(sentence) from None
    try:
        if not trusted:
            _require_honest(archive.infolist(), path.stat().st_size, most_bytes or MOST_BYTES)
        return archive, _files(archive.infolist())
    except Refused:
        archive.close()
        raise


class _ShortList(io.BufferedReader):
    """A file in which `zipfile` may look for a list of contents, if that is no longer than honest."""

    def read(self, size=-1):
        if size is not None and size > LONGEST_LIST:
            raise Refused(
                f"has a list of contents of {size} bytes; accepted are up to {LONGEST_LIST}"
            )
        return super().read(size)


def _require_honest(entries, packed, most_bytes):
    if len(entries) > MOST_ENTRIES:
        raise Refused(f"has {len(entries)} entries; accepted are up to {MOST_ENTRIES}")
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > most_bytes:
        raise Refused(f"would unpack to {unpacked} bytes; accepted are up to {most_bytes}")
    if unpacked > max(packed * HIGHEST_RATIO, _ALWAYS_ALLOWED):
        raise Refused(
            f"would unpack to {unpacked // packed} times its size; "
            f"accepted is up to {HIGHEST_RATIO} times"
        )


def _files(entries):
    names = [_plain_name(entry) for entry in entries]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise Refused(f"holds {shown(twice)} twice; accepted is each file once")
    files = {
        name: entry
        for name, entry in zip(names, entries, strict=True)
        if not entry.is_dir() and not name.startswith("__MACOSX/")
    }
    return _without_folder(files)


def _plain_name(entry):
    """The name of an entry. Raises Refused where it, or what it stands for, could do harm."""
    # zipfile cuts a name at a NUL; the original shows it.
    name = entry.orig_filename
    parts = name.removesuffix("/").split("/")
    if "\\" in name or "\0" in name or ":" in parts[0] or not {"", ".", ".."}.isdisjoint(parts):
        raise Refused(f"holds {shown(name)}; accepted are plain names of files")
    # The upper half is the mode on Unix; archives made elsewhere have none.
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise Refused(f"holds {shown(name)}, which is a link or a device; accepted are files")
    if entry.flag_bits & _ENCRYPTED:
        raise Refused(f"holds {shown(name)}, which is encrypted; accepted are files that are not")
    if entry.compress_type not in _METHODS:
        raise Refused(f"holds {shown(name)}, packed in an unknown way; accepted is Deflate")
    return name


def _without_folder(files):
    folders = {name.split("/")[0] for name in files if "/" in name}
    if len(folders) == 1 and all("/" in name for name in files):
        files = {name.split("/", 1)[1]: entry for name, entry in files.items()}
    return {name: entry for name, entry in files.items() if "/" not in name}
