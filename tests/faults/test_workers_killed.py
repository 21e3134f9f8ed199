"""A web worker is killed in the middle of something: nothing of it is left, and it can be done again.

In the middle: all is written but the last row, whose table is locked. What was confirmed is there,
however soon after that the worker is killed.
"""

import re
import threading
from pathlib import Path

import pytest

from tests.benchmarks.editor import Editor, Form
from tests.benchmarks.measure import Wrong
from tests.faults.importing import confirm, previewed
from tests.faults.state import changed, state_of
from tests.replicas.conftest import wait_for

WAITING = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
UNFINISHED = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND xact_start IS NOT NULL AND pid <> pg_backend_pid()
"""


class Save:
    """Of a statement; the log of the admin is written last."""

    last, changes = "django_admin_log", {"statements", "statements_history"}

    def __init__(self, server, editor):
        self.key = server.ask("SELECT id FROM statements ORDER BY id LIMIT 1")

    def do(self, editor):
        editor.save(self.key, "As it was never said.")


class Merge:
    """Of two people; the address of the one that is gone leads on at the end."""

    last, changes = "redirects", {"people", "people_history", "redirects", "redirects_history"}

    def __init__(self, server, editor):
        keep, drop = "ajit-doval", "aleksandar-vulin"
        self.path = f"/admin/merge/people/{keep}/{drop}/"
        self.data = Form(editor.opened(self.path).body.decode(), None).data

    def do(self, editor):
        data = [pair for pair in self.data if pair[0] != "reason"]
        editor.post(
            self.path, [*data, ("reason", "One man.")], leads_to="/admin/delegations/person/"
        )


class Import:
    """Of a table with a changed row and a new one; that it is done is written last."""

    last, changes = "editing_import", {"people", "people_history", "editing_import"}

    def __init__(self, server, editor):
        self.path = previewed(editor, "As Imported")

    def do(self, editor):
        confirm(editor, self.path)


class Release:
    """The row that says that there is one is written when its files are there."""

    last, changes = "releases", {"releases", "django_admin_log"}

    def __init__(self, server, editor):
        pass

    def do(self, editor):
        done = editor.send("/admin/release/", [("reason", "The first.")])
        assert re.search(b"Release [0-9]+ was cut.", done.body)


@pytest.mark.parametrize("kind", [Save, Merge, Import, Release])
def test_nothing_is_half_done_and_what_was_confirmed_is_there(outside, kind):
    server, base = outside
    with base.serve() as web, Editor(web.port, base.password) as editor:
        action = kind(server, editor)
        before, files = state(server), files_of(base)
        with server.connect("postgres") as other:
            other.execute(f"LOCK TABLE {action.last} IN SHARE ROW EXCLUSIVE MODE")
            broken = Broken(action, editor)
            broken.start()
            wait_for(lambda: server.ask(WAITING))
            kill(web)
            broken.join()
        wait_for(lambda: not server.ask(UNFINISHED))
        assert (broken.whole, changed(before, state(server))) == (False, set())

        wait_for(lambda: len(web.workers()) == 2)
        action.do(editor)
        kill(web)
        assert action.changes <= changed(before, state(server))
        if kind is Release:
            assert len(files_of(base) - files) == 3
        else:
            assert files_of(base) == files


class Broken(threading.Thread):
    """Somebody who does it and does not see the end of it."""

    def __init__(self, action, editor):
        super().__init__()
        self.action, self.editor, self.whole = action, editor, False

    def run(self):
        try:
            self.action.do(self.editor)
            self.whole = True
        except Wrong:
            pass


def kill(web):
    for worker in web.workers():
        worker.kill()


def state(server):
    with server.connect() as session:
        return state_of(session)


def files_of(base) -> set[Path]:
    """Those of releases, which are made beside them and moved in when they are whole."""
    found = base.data.glob("releases/[0-9]*/*")
    return {path.relative_to(base.data) for path in found}
