"""Two servers on one data folder: they share one PostgreSQL, and neither ends it under the other."""

import os
import signal
import subprocess

from tests.benchmarks.editor import Editor
from tests.faults.conftest import connected, servers_in
from tests.faults.readers import Readers, got
from tests.replicas.conftest import wait_for
from tests.served import ROOT, Base


def test_what_is_saved_by_one_is_read_by_the_other_and_each_outlives_it(base):
    second = Base(base.data)
    with base.serve() as one:
        with second.serve() as other, Editor(one.port, base.password) as editor:
            with connected(base) as session:
                (key,) = session.execute("SELECT id FROM statements LIMIT 1").fetchone()
            editor.save(key, "Saved by one.")
            assert b"Saved by one." in got(other.port, f"/statements/{key}/").body
            assert len(servers_in(base.data)) == 1
        with Readers(one.port) as readers:
            readers.see(200)
        with second.serve() as other, Readers(other.port) as readers:
            readers.see(200)
            os.kill(one.pid, signal.SIGKILL)  # its workers see that and end
            wait_for(lambda: not alive(one.pid))
            readers.see(200)
    assert (set(readers.answers), readers.broken) == ({200}, [])


def test_a_second_one_at_the_same_port_says_so_and_harms_nobody(base):
    with base.serve() as web:
        second = subprocess.run(
            ["make", "--old-file=.venv/installed", "serve"],
            cwd=ROOT,
            env=base.environment,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert second.returncode == 2
        assert f"PORT must be free to serve on, and {base.port} is not" in second.stderr
        with Readers(web.port) as readers:
            readers.see(200)


def alive(pid):
    with open(f"/proc/{pid}/stat") as stat:
        return stat.read().split()[2] != "Z"
