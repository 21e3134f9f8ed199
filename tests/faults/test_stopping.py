"""`make serve` in a terminal, and the ways to stop it.

No PostgreSQL stays behind, and none goes that another process uses.
"""

import fcntl
import os
import pty
import select
import signal
import subprocess
import termios
import threading
from contextlib import suppress

import pytest

from tests.benchmarks.editor import Editor
from tests.faults.conftest import connected, servers_in
from tests.faults.readers import got
from tests.replicas.conftest import wait_for
from tests.served import PATIENCE, ROOT, Base

# What it needs is installed, together with what tests need. The shell stays: it is what is told that a
# terminal closes, and with its end all that it runs.
SERVE = ["bash", "-c", "make --old-file=.venv/installed serve; exit $?"]


class Terminal:
    """A window in which `make serve` was typed; in a `with` block it has come up."""

    def __init__(self, base):
        self._ours, its = pty.openpty()
        self.process = subprocess.Popen(
            SERVE,
            cwd=ROOT,
            env=base.environment,
            **dict.fromkeys(("stdin", "stdout", "stderr"), its),
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(its, termios.TIOCSCTTY, 0),
        )
        os.close(its)
        self._said, self._closed = b"", threading.Event()
        # It has to be read, or whoever writes there waits; and not while it is closed.
        self._reading = threading.Thread(target=self._read, daemon=True)

    def __enter__(self):
        self._reading.start()
        wait_for(lambda: b"Ctrl-C stops it" in self._said, seconds=PATIENCE)
        return self

    def __exit__(self, *error):
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.close()

    def press(self, keys: bytes) -> None:
        os.write(self._ours, keys)

    def close(self) -> None:
        if not self._closed.is_set():
            self._closed.set()
            self._reading.join()
            os.close(self._ours)

    def _read(self):
        with suppress(OSError):  # the other end was closed
            while not self._closed.is_set():
                if select.select([self._ours], [], [], 0.05)[0]:
                    self._said += os.read(self._ours, 1000)


def press_ctrl_c(terminal):
    terminal.press(b"\x03")


def press_it_thrice(terminal):
    terminal.press(b"\x03\x03\x03")


def ask_to_end(terminal):
    os.killpg(terminal.process.pid, signal.SIGTERM)


def close_the_terminal(terminal):
    terminal.close()


WAYS = [press_ctrl_c, press_it_thrice, ask_to_end, close_the_terminal]


@pytest.mark.parametrize("way", WAYS)
def test_no_postgresql_stays_behind(base, way):
    with Terminal(base) as terminal:
        assert got(base.port, "/people/").status == 200
        assert len(servers_in(base.data)) == 1
        way(terminal)
        terminal.process.wait(PATIENCE)
        wait_for(lambda: not servers_in(base.data))


@pytest.mark.parametrize("way", WAYS)
def test_none_is_stopped_that_another_process_uses(base, way):
    with base.serve() as other, Terminal(Base(base.data)) as terminal:
        way(terminal)
        terminal.process.wait(PATIENCE)
        assert got(other.port, "/people/").status == 200
        assert len(servers_in(base.data)) == 1


def test_a_page_that_is_under_way_is_sent_before_the_end(base):
    with base.serve() as web, Editor(web.port, base.password) as editor:
        with connected(base) as session:
            (key,) = session.execute("SELECT id FROM statements LIMIT 1").fetchone()
            session.execute("LOCK TABLE django_admin_log")
            saving = threading.Thread(target=editor.save, args=[key, "Saved at the last moment."])
            saving.start()
            waits = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
            with connected(base) as watching:
                watching.autocommit = True
                wait_for(lambda: watching.execute(waits).fetchone()[0])
            os.kill(web.pid, signal.SIGTERM)
        saving.join()
    with base.serve() as web:
        assert b"Saved at the last moment." in got(web.port, f"/statements/{key}/").body
