"""The clock by which everything is recorded, that of the database, is stepped back and set right again.

What was written later stays the later, whatever its time says. The library of Debian's package
`faketime` gives PostgreSQL a clock of ours; Python does not run with it (its `sleep` fails), so the web
server keeps the true one.
"""

import os
import re
import subprocess
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import pytest

from summitkb.embedded_postgres.server import PROGRAMS
from tests.benchmarks.editor import Editor
from tests.faults.conftest import LONGEST, folder, is_ready, skip
from tests.faults.readers import PAGES, got
from tests.replicas.cluster import make_primary
from tests.replicas.conftest import wait_for
from tests.served import Base

LIBRARY = next(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"), None)
TODAY = date.today()


@pytest.fixture
def clock():
    """A file that says by how many days the clock is wrong, and variables that make it the clock."""
    if LIBRARY is None:
        skip("There is no libfaketime.")
    with folder() as place:
        file = place / "clock"
        file.write_text("+0d\n")
        yield (
            file,
            {
                "LD_PRELOAD": str(LIBRARY),
                "FAKETIME_TIMESTAMP_FILE": str(file),
                "FAKETIME_NO_CACHE": "1",
                "FAKETIME_DONT_FAKE_MONOTONIC": "1",  # which no step moves
            },
        )


@contextmanager
def started(server, variables):
    """The PostgreSQL of a folder, with variables in its environment."""
    owner = server.folder.stat()
    process = subprocess.Popen(
        [PROGRAMS / "postgres", "-D", server.folder],
        env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC", **variables},
        cwd="/",
        user=owner.st_uid,
        group=owner.st_gid,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(lambda: is_ready(server.folder / "postmaster.pid"))
        yield
    finally:
        process.terminate()
        process.wait(60)


def test_what_was_written_later_stays_the_later(clock):
    file, variables = clock
    with folder() as place:
        server = make_primary(place / "primary")
        server.stop()
        with started(server, variables):
            file.write_text("-10d\n")
            base = Base(place / "data", DATABASE_URL=server.url)
            base.manage("prepare", seconds=LONGEST)
            file.write_text("+0d\n")
            with base.serve() as web, Editor(web.port, base.password) as editor:
                step_back_and_set_right(file, server, web, editor)


def step_back_and_set_right(file, server, web, editor):
    key = server.ask("SELECT id FROM statements ORDER BY id LIMIT 1")
    page = f"/statements/{key}/"
    editor.save(key, "Written first.")
    before = got(web.port, page)

    file.write_text("-3d\n")
    assert server.ask("SELECT current_date") == TODAY - timedelta(days=3)
    assert got(web.port, "/readyz").body == b"ready\n"
    editor.save(key, "Written second.")
    after = got(web.port, page)
    assert b"Written second." in after.body
    assert after.headers["etag"] != before.headers["etag"]
    assert text_of(web, f"/as-of/{TODAY - timedelta(days=3)}{page}") == "Written second."
    assert {got(web.port, path).status for path in (*PAGES, "/changes/", "/changes.atom")} == {200}

    file.write_text("+0d\n")
    assert text_of(web, f"/as-of/{TODAY}{page}") == "Written second."
    editor.save(key, "Written third.")
    assert text_of(web, page) == "Written third."
    texts = "SELECT string_agg(text, ' ' ORDER BY pgh_id) FROM statements_history WHERE id = %s"
    assert server.ask(texts, key).endswith("Written first. Written second. Written third.")


def text_of(web, path):
    answer = got(web.port, path)
    assert answer.status == 200, path
    return re.search("Written [a-z]+[.]", answer.body.decode())[0]
