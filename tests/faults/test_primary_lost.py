"""The primary is lost and a replica is there: the public reads on, editors are told why they wait."""

from contextlib import suppress

import pytest

from tests.benchmarks.editor import Editor
from tests.faults.conftest import LONGEST, folder
from tests.faults.readers import Readers, got
from tests.replicas.cluster import make_primary, make_replica
from tests.replicas.conftest import wait_for
from tests.served import Base


@pytest.fixture
def three():
    """A primary, its replica, and SummitKB served from both."""
    with folder() as place:
        primary = make_primary(place / "primary")
        replica = None
        try:
            Base(place / "data", DATABASE_URL=primary.url).manage("prepare", seconds=LONGEST)
            replica = make_replica(primary, place / "replica")
            both = {"DATABASE_URL": primary.url, "DATABASE_REPLICA_URL": replica.url}
            yield primary, replica, Base(place / "data", **both)
        finally:
            for server in filter(None, (replica, primary)):
                with suppress(AssertionError):  # it was stopped
                    server.stop("immediate")


def test_the_public_reads_on_and_editors_are_told_why_they_wait(three, measured):
    primary, replica, base = three
    with (
        base.serve() as web,
        Editor(web.port, base.password) as editor,
        Readers(web.port) as readers,
    ):
        readers.see(200)
        primary.stop("immediate")
        readers.see(200, times=200)
        assert got(web.port, "/readyz").body == b"ready, but only to be read: database\n"
        answer = editor.ask("GET", "/admin/")
        assert (answer.status, answer.headers["retry-after"]) == (503, "10")
        assert b"<h1>The database does not answer</h1>" in answer.body
        assert b"Public pages are read from other servers meanwhile" in answer.body
        primary.start()
        wait_for(lambda: editor.ask("GET", "/admin/").status == 200)
        key = primary.ask("SELECT id FROM statements ORDER BY id LIMIT 1")
        editor.save(key, "Saved when it was there again.")
        wait_for(
            lambda: replica.ask("SELECT text FROM statements WHERE id = %s", key)[:5] == "Saved"
        )
        readers.see(200)
    measured(readers.counted())
    assert (set(readers.answers), readers.broken) == ({200}, [])
