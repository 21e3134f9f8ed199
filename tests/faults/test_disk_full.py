"""The disk is full: a small file system of its own holds the data folder, and a file fills it."""

import os
import subprocess
from contextlib import contextmanager, suppress

import pytest

from tests.benchmarks.editor import Editor
from tests.benchmarks.measure import Wrong
from tests.faults.conftest import connected, copy_of, folder, servers_in, skip
from tests.faults.readers import Readers, got

SIZE = "400m"
PIECE = bytes(64 * 1024)
MUCH = bytes(600_000)
"""Of what is sent, more than fits into what is free when the disk is full."""


@pytest.fixture
def small(prepared):
    """A prepared base on a file system of a few hundred megabytes."""
    with folder() as place:
        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={SIZE},mode=755", "tmpfs", str(place)],
            capture_output=True,
        )
        if mounted.returncode:
            skip("No file system can be mounted here.")
        try:
            base = copy_of(prepared, place)
            yield base
            assert servers_in(base.data) == []
        finally:
            subprocess.run(["umount", "--lazy", str(place)], check=True)


@contextmanager
def filled(base):
    """Until the end of the block there is no byte left."""
    filler = base.data / "filler"
    try:
        with filler.open("wb", buffering=0) as file, suppress(OSError):
            while True:
                file.write(PIECE)
        yield
    finally:
        filler.unlink()


def test_what_there_is_can_be_read_and_what_is_refused_says_why(small):
    """Whatever does not fit is refused whole, a save as an upload; with room again it is taken."""
    with small.serve() as web, Editor(web.port, small.password) as editor:
        with connected(small) as session:
            (key,) = session.execute("SELECT id FROM statements ORDER BY id LIMIT 1").fetchone()
        editor.save(key, "Saved before.")
        with filled(small):
            assert got(web.port, "/statements/").status == 200
            answer = sent(editor, MUCH)
            assert (answer.status, answer.headers.get("retry-after")) == (503, "10")
            assert b"<h1>There is no room left to write</h1>" in answer.body
            statuses = saved_until_refused(editor, key)
            with Readers(web.port) as readers:
                readers.see(200)
            assert got(web.port, "/readyz").body == b"not ready: disk\n"
        assert statuses[-1] == 503

        with Readers(web.port) as readers:
            readers.see(200)
        editor.save(key, "Saved afterwards.")
        assert sent(editor, MUCH).status == 302
        assert b"Saved afterwards." in got(web.port, f"/statements/{key}/").body
    assert [file.stat().st_size for file in small.data.glob("imports/*/*")] == [len(MUCH)]


def sent(editor, content):
    data = {"table": "people", "publication": "draft", "reason": "To see.", "text": ""}
    return editor.send("/admin/import/", list(data.items()), content)


def saved_until_refused(editor, key):
    """The answers to long texts, of which some may still have found room."""
    statuses = []
    for number in range(100):
        try:
            editor.save(key, f"Number {number}: {os.urandom(4000).hex()}")
            statuses.append(302)
        except Wrong as wrong:
            return [*statuses, int(str(wrong).rsplit(" ", 1)[-1])]
    return statuses
