"""Readers who go on asking while something happens, and tell what they were answered."""

import threading
import time
from collections import Counter
from itertools import cycle

from tests.benchmarks.measure import Answer, Client, Wrong

PAGES = (
    "/",
    "/statements/",
    "/countries/RUS/",
    "/meetings/",
    "/people/?q=a",
    "/search/?q=security",
)
LONGEST = 180
"""Seconds after which a reader goes home, whatever happens."""


class Readers:
    """In a `with` block they ask; afterwards `answers` counts each status, `broken` the connections
    that were lost, and `without_hint` the answers 503 that did not say when to come again."""

    def __init__(self, port: int, pages=PAGES, readers: int = 4, longest=LONGEST):
        self.answers: Counter[int] = Counter()
        self.broken: list[str] = []
        self.without_hint = 0
        self._port, self._pages, self._longest = port, pages, longest
        self._ended = threading.Event()
        self._lock = threading.Lock()
        self._threads = [
            threading.Thread(target=self._read, args=[n], daemon=True) for n in range(readers)
        ]

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *error):
        self._ended.set()
        for thread in self._threads:
            thread.join()

    def see(self, status: int, *, times: int = 12, within: float = 60) -> None:
        """Wait until all that they are answered is that, so many times in a row."""
        until = time.monotonic() + within
        while time.monotonic() < until:
            with self._lock:
                before = Counter(self.answers)
            time.sleep(0.5)
            with self._lock:
                now = self.answers - before
            if set(now) == {status} and now[status] >= times:
                return
        raise AssertionError(f"Not {status}, but {dict(self.answers)}, {self.broken[-3:]}")

    def counted(self) -> str:
        return (
            f"{self.answers[200]} pages, {self.answers[503]} answers 503, {len(self.broken)} broken"
        )

    def _read(self, number):
        client, until = Client(self._port, patience=60), time.monotonic() + self._longest
        pages = cycle(self._pages[number:] + self._pages[:number])
        while not self._ended.is_set() and time.monotonic() < until:
            try:
                answer = client.get(next(pages))
            except Wrong as wrong:
                with self._lock:
                    self.broken.append(str(wrong))
                time.sleep(0.05)
                continue
            with self._lock:
                self.answers[answer.status] += 1
                self.without_hint += answer.status == 503 and "retry-after" not in answer.headers
            if answer.status == 503:
                time.sleep(0.02)
        client.close()


def got(port: int, path: str) -> Answer:
    """The answer to somebody who asks once, with its body."""
    client = Client(port, patience=60)
    try:
        return client.ask("GET", path, keep=True, headers={"Accept-Encoding": "identity"})
    finally:
        client.close()
