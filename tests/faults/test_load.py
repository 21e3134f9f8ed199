"""An hour's traffic in minutes: readers, exporters, two editors and one who imports, all at once.

Nobody is answered wrongly, memory does not grow from the second half on, and no more connections to the
database are open than there are threads.
"""

import threading
import time

import psutil

from summitkb import gunicorn
from tests.benchmarks.editor import Editor
from tests.faults.conftest import connected, servers_in
from tests.faults.importing import confirm, previewed
from tests.faults.readers import PAGES, Readers

REQUESTS = 3_600
"""One a second for an hour; each save makes every page of before an old one."""
SAVE_EVERY, IMPORT_EVERY = 1, 5
"""Seconds."""
LONGEST = 400
"""Seconds, of which it needs a third."""
PICTURES = (
    "/events/moscow-2025/",
    "/events/moscow-2025/programme/",
    "/countries/CHN/",
    "/topics/",
    "/figures/",
    "/changes/",
    "/statements/?bloc=brics",
    "/search.atom?q=terrorism",
)
EXPORTS = (
    "/statements.csv",
    "/citations.csv",
    "/meetings.ics",
    "/data/package.zip",
    "/people.jsonl",
)
GROWTH = 1.1
"""At most so many times the memory of the first half."""
CONNECTIONS = gunicorn.workers * (gunicorn.threads + 1)
"""One for each thread, and for that which counts in the background."""


class Work(threading.Thread):
    """Somebody signed in who does one thing over and over until the end of a `with` block."""

    def __init__(self, web, base, do, every):
        super().__init__(daemon=True)
        self.editor, self.do, self.every = Editor(web.port, base.password), do, every
        self.times, self.wrong = 0, []
        self.ended = threading.Event()

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *error):
        self.ended.set()
        self.join()

    def run(self):
        with self.editor:
            while not self.ended.wait(self.every):
                try:
                    self.do(self.editor, self.times)
                except Exception as wrong:
                    self.wrong.append(repr(wrong))
                self.times += 1


def saves(key):
    return lambda editor, number: editor.save(key, f"Text {number}.")


def imports(editor, number):
    confirm(editor, previewed(editor, f"Number {number}"))


def test_an_hours_traffic_leaves_no_error_no_growth_and_no_connection(base, measured):
    with base.serve() as web:
        with connected(base) as session:
            one, other = session.execute("SELECT id FROM statements ORDER BY id LIMIT 2").fetchall()
        readers = Readers(web.port, PAGES + PICTURES, readers=4, longest=LONGEST)
        exporters = Readers(web.port, EXPORTS, readers=2, longest=LONGEST)
        works = [
            Work(web, base, saves(*one), SAVE_EVERY),
            Work(web, base, saves(*other), SAVE_EVERY),
            Work(web, base, imports, IMPORT_EVERY),
        ]
        with readers, exporters, works[0], works[1], works[2]:
            memory, connections = watched(web, base, [readers, exporters])
    assert [work.wrong for work in works] == [[], [], []]
    assert min(work.times for work in works) > 3
    for crowd in (readers, exporters):
        assert (set(crowd.answers), crowd.broken) == ({200}, [])
    assert max(connections) <= CONNECTIONS
    half = len(memory) // 2
    took, growth = len(memory) / 2, max(memory[half:]) / max(memory[:half])
    done = " and ".join(str(work.times) for work in works[:2])
    measured(
        f"{REQUESTS} requests, {done} saves, {works[2].times} imports in {took:.0f} s; memory at most "
        f"{max(memory) // 1_000_000} MB, {growth:.2f} × that of the first half; "
        f"{max(connections)} connections"
    )
    assert max(memory[half:]) <= GROWTH * max(memory[:half])


def watched(web, base, crowds):
    """What servers and database held and how many connections there were, each half second, until all
    have asked that often."""
    memory, connections, until = [], [], time.monotonic() + LONGEST
    while sum(sum(crowd.answers.values()) for crowd in crowds) < REQUESTS:
        assert time.monotonic() < until
        (postgres,) = servers_in(base.data)
        backends = [one for one in postgres.children() if is_backend(one)]
        connections.append(len(backends))
        memory.append(web.memory())
        time.sleep(0.5)
    return memory, connections


def is_backend(process):
    try:
        return " summitkb " in " ".join(process.cmdline())
    except psutil.NoSuchProcess:
        return False
