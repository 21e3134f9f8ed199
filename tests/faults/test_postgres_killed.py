"""The embedded PostgreSQL is killed with -9 while editors save, a hundred times over.

By turns its first process alone, whose others then end by themselves, and all of them at once, so that
`postmaster.pid` and the memory that they share are left as they were. It is started again by whoever
asks next, and each save that was confirmed is there.
"""

import threading
import time
from contextlib import suppress
from functools import partial

import psutil

from tests.benchmarks.editor import Editor
from tests.benchmarks.measure import Wrong
from tests.faults.conftest import connected, servers_in
from tests.faults.readers import Readers
from tests.replicas.conftest import wait_for

TIMES = 100
KEYS = "SELECT id FROM statements ORDER BY id LIMIT 2"
SAVED = "SELECT text FROM statements_history WHERE pgh_obj_id = %s"


class Saving(threading.Thread):
    """Somebody who saves one statement after another text, and notes which were confirmed."""

    def __init__(self, port, password, key):
        super().__init__(daemon=True)
        self.editor, self.key = Editor(port, password, patience=60), key
        self.sent: list[str] = []
        self.confirmed: list[str] = []
        self.ended = threading.Event()

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *error):
        self.ended.set()
        self.join()

    def run(self):
        with self.editor:
            while not self.ended.is_set():
                self.sent.append(f"Text number {len(self.sent)}.")
                try:
                    self.editor.save(self.key, self.sent[-1])
                except Wrong:
                    time.sleep(0.05)
                else:
                    self.confirmed.append(self.sent[-1])


def test_every_save_that_was_confirmed_is_there_after_a_hundred_crashes(base, measured):
    with base.serve() as web, Readers(web.port, readers=1, longest=900) as readers:
        readers.see(200)
        with connected(base) as session:
            keys = [key for (key,) in session.execute(KEYS)]
        one, other = (Saving(web.port, base.password, key) for key in keys)
        with one, other:
            for number in range(TIMES):
                counts = [len(one.confirmed), len(other.confirmed)]
                wait_for(partial(have_saved, [one, other], counts), seconds=60)
                kill(base.data, others=number % 2)
        readers.see(200)
        with connected(base) as session:
            for saving in (one, other):
                texts = [text for (text,) in session.execute(SAVED, [saving.key])]
                now = session.execute("SELECT text FROM statements WHERE id = %s", [saving.key])
                assert set(saving.confirmed) <= set(texts)
                assert len(texts) == len(set(texts))
                last = saving.sent.index(saving.confirmed[-1])
                assert now.fetchone()[0] in saving.sent[last:]
    saves = len(one.confirmed) + len(other.confirmed)
    measured(f"{TIMES} crashes, {saves} confirmed saves, 0 lost; a reader had {readers.counted()}")
    assert set(readers.answers) <= {200, 503}
    assert (readers.broken, readers.without_hint) == ([], 0)


def have_saved(saving, counts):
    return all(len(one.confirmed) > count for one, count in zip(saving, counts, strict=True))


def kill(data, others):
    """The first process; and the others too, before they can know."""
    first = next(one for one in servers_in(data) if one.parent().name() != "postgres")
    those = first.children(recursive=True) if others else []
    for process in (first, *those):
        with suppress(psutil.NoSuchProcess):
            process.kill()
