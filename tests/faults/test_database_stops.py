"""The database is stopped and started while people read and write; the web server is left alone."""

import time

import pytest

from summitkb.health import LOOKED_AT
from tests.benchmarks.editor import Editor
from tests.faults.readers import Readers, got

TIMES = 3


@pytest.mark.parametrize("mode", ["fast", "immediate"])
def test_readers_are_told_to_come_again_and_then_read_on(outside, measured, mode):
    """All of it, several times over: nobody sees anything but a page or a 503 that says when."""
    server, base = outside
    with base.serve() as web:
        workers = {worker.pid for worker in web.workers()}
        with Readers(web.port) as readers:
            for _ in range(TIMES):
                readers.see(200)
                server.stop(mode)
                try:
                    readers.see(503)
                    assert probes(web.port) == [
                        (200, b"ok\n"),
                        (503, b"not ready: database\n"),
                    ]
                finally:
                    server.start()
                readers.see(200)
        assert {worker.pid for worker in web.workers()} == workers
        time.sleep(LOOKED_AT)  # for which an answer is given again
        assert probes(web.port) == [(200, b"ok\n"), (200, b"ready\n")]

    assert (set(readers.answers), readers.broken, readers.without_hint) == ({200, 503}, [], 0)
    measured(f"stopped {TIMES} times; {readers.counted()}")
    assert "Traceback" not in base.data.with_name("served.log").read_text()


def test_who_saves_meanwhile_is_told_what_is_not_certain_and_can_send_it_again(outside):
    server, base = outside
    with base.serve() as web, Editor(web.port, base.password) as editor:
        key = server.ask("SELECT id FROM statements ORDER BY id LIMIT 1")
        editor.save(key, "Saved before.")
        path, data = f"/admin/meetings/statement/{key}/change/", [("text", "Sent meanwhile.")]
        server.stop()
        try:
            answer = editor.send(path, data)
        finally:
            server.start()
        assert (answer.status, answer.headers["retry-after"]) == (503, "10")
        assert b"Whether what you sent was saved is not certain." in answer.body
        assert text_of(server, key) == "Saved before."

        editor.save(key, "Sent again.")
        assert text_of(server, key) == "Sent again."


def test_a_web_server_that_starts_first_waits_for_the_database(outside):
    server, base = outside
    server.stop()
    try:
        with base.serve() as web:
            assert got(web.port, "/people/").status == 503
            server.start()
            with Readers(web.port) as readers:
                readers.see(200)
    finally:
        if not (server.folder / "postmaster.pid").exists():
            server.start()


def probes(port):
    asked = [got(port, path) for path in ("/healthz", "/readyz")]
    return [(answer.status, answer.body) for answer in asked]


def text_of(server, key):
    return server.ask("SELECT text FROM statements WHERE id = %s", key)
