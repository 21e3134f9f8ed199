"""How each case is done: by a request, a query or a program, and checked to be what was asked for."""

import csv
import os
import re
import sqlite3
import subprocess
import time
from collections.abc import Callable
from functools import partial, singledispatchmethod
from itertools import count
from pathlib import Path

from tests.benchmarks.cases import COLD, FILE, UNCHANGED, Case, Copy, Page, Ranked, Written
from tests.benchmarks.measure import LONGEST_ANSWER, Answer, Client, Wrong
from tests.served import HOST, PATIENCE, Base, Server

OURS = "SummitKB"
AS_IT_IS = {"Accept-Encoding": "identity"}
"""Programs that read a CSV seldom ask for it compressed."""
EDIT = "UPDATE statements SET text = %s WHERE id = %s"
WARMED = ("statements", "citations", "people")
QUICK, IN_A_ROW = 1, 10
"""A page that takes less than so many seconds, so many times in a row, has all at hand."""
BEST = 20
"""Hits on a page of the search."""


class Doing:
    """Both servers and both databases at hand."""

    def __init__(
        self, base: Base, summit: Server, peer: Server, copy: Path, patience: float, edited: str
    ):
        """`edited` is the statement of which an edit makes a page cold."""
        self.base = base
        self.summit = summit
        self.peer = peer
        self.copy = copy
        self.patience = patience
        self._copied = {}
        self._opened = []
        self._edits = count()
        with base.connect() as connection:
            text = "SELECT text FROM statements WHERE id = %s"
            (self._text,) = connection.execute(text, [edited]).fetchone()
        self._edited = edited

    def close(self) -> None:
        """Also give the statement that was edited its text again."""
        self.finish()
        with self.base.connect() as connection:
            connection.execute(EDIT, [self._text, self._edited])

    def warm(self) -> None:
        """Wait until every worker has at hand what it makes when it starts: readers came later too."""
        deadline = time.monotonic() + LONGEST_ANSWER
        quick = 0
        while quick < IN_A_ROW and time.monotonic() < deadline:
            asked = [self.ours(Case("", f"/{table}/")) for table in WARMED]
            try:
                quick = quick + 1 if all(ask().seconds < QUICK for ask in asked) else 0
            except Wrong:
                quick = 0
            self.finish()  # so that the next may come to another worker
            time.sleep(0.2)

    def finish(self) -> None:
        """Close what was opened for the doers that were made."""
        while self._opened:
            self._opened.pop().close()

    def calm(self) -> None:
        """End what the database still does for readers who have given up, so that it slows no other.

        A page asks one question after another, hence until there is none.
        """
        others = (
            "FROM pg_stat_activity WHERE state = 'active' AND backend_type = 'client backend' "
            "AND usename = current_user AND pid <> pg_backend_pid()"
        )
        with self.base.connect() as connection:
            for _ in range(PATIENCE):
                connection.execute(f"SELECT pg_cancel_backend(pid) {others}")
                time.sleep(0.5)
                if connection.execute(f"SELECT count(*) {others}").fetchone() == (0,):
                    return

    def _open(self, closable):
        self._opened.append(closable)
        return closable

    def doers(self, case: Case) -> dict[str, Callable[[], Answer]]:
        """What is to be done by turns, by the name of who does it."""
        return {OURS: self.ours(case)} | {peer.peer: self.other(peer) for peer in case.peers}

    def apart(self, case: Case) -> Callable[[], Answer]:
        """As `ours`, for a file, by a client that `finish` leaves alone."""
        return partial(_fetched, Client(self.summit.port), case.path, AS_IT_IS)

    def ours(self, case: Case) -> Callable[[], Answer]:
        """What one client of SummitKB does."""
        client = self._open(Client(self.summit.port, self.patience))
        if case.way == FILE:
            return partial(_fetched, client, case.path, AS_IT_IS)
        if case.way == UNCHANGED:
            return partial(_told_unchanged, client, case.path)
        if case.way == COLD:
            connection = self._open(self.base.connect())

            def after_an_edit():
                text = f"{self._text} ({next(self._edits)})"
                connection.execute(EDIT, [text, self._edited])
                return _fetched(client, case.path)

            return after_an_edit
        return partial(_fetched, client, case.path)

    def style_size(self) -> int:
        """Bytes of the style sheets of a page, as they are sent."""
        client = self._open(Client(self.summit.port))
        page = client.get("/", keep=True, **AS_IT_IS).body.decode()
        sheets = re.findall(r'<link rel="stylesheet" href="([^"]+)"', page)
        return sum(_fetched(client, sheet).size for sheet in sheets)

    @singledispatchmethod
    def other(self, peer) -> Callable[[], Answer]:
        """What one client of a peer does."""
        raise NotImplementedError

    @other.register
    def _(self, peer: Page):
        headers = AS_IT_IS if ".csv" in peer.path else {}
        return partial(
            _fetched, self._open(Client(self.peer.port, self.patience)), peer.path, headers
        )

    @other.register
    def _(self, peer: Ranked):
        base = self._read_copy()
        sql = (
            "SELECT statements.* FROM statements_fts JOIN statements "
            "ON statements.rowid = statements_fts.rowid "
            "WHERE statements_fts MATCH ? ORDER BY statements_fts.rank LIMIT ?"
        )
        return partial(_timed, lambda: len(base.execute(sql, (peer.word, BEST)).fetchall()))

    @other.register
    def _(self, peer: Written):
        base = self._read_copy()
        where = f"WHERE {peer.where}" if peer.where else ""
        sql = f"SELECT * FROM statements {where}"

        def write():
            with open(os.devnull, "w", encoding="utf-8", newline="") as nowhere:
                csv.writer(nowhere).writerows(base.execute(sql, peer.values))

        return partial(_timed, write)

    @other.register
    def _(self, peer: Copy):
        if peer.path not in self._copied:
            root = f"http://{HOST}:{self.base.port}/"
            arguments = ("tests.benchmarks.copied", peer.path, root)
            self._copied[peer.path] = self.base.module(*arguments, seconds=LONGEST_ANSWER)
        command = self.base.psql(self._copied[peer.path])
        return partial(_timed, lambda: _ran(command))

    def _read_copy(self) -> sqlite3.Connection:
        address = f"{self.copy.as_uri()}?mode=ro&immutable=1"
        return self._open(sqlite3.connect(address, uri=True, check_same_thread=False))


def _fetched(client: Client, path: str, headers: dict[str, str] | None = None) -> Answer:
    answer = client.get(path, **(headers or {}))
    if answer.status != 200:
        raise Wrong(f"{answer.status} after {answer.seconds:.1f} s")
    return answer


def _told_unchanged(client: Client, path: str) -> Answer:
    """A 304. Where the revision went on, by whatever PostgreSQL does by itself, once more."""
    for _ in range(3):
        known = getattr(client, "known", "")
        answer = client.get(path, **{"If-None-Match": known})
        if answer.status == 304:
            return answer
        client.known = answer.headers.get("etag", "")
    raise Wrong(f"{answer.status} in place of 304")


def _timed(do: Callable[[], object]) -> Answer:
    begun = time.perf_counter()
    do()
    return Answer(200, time.perf_counter() - begun, None, {})


def _ran(command: list[str]) -> None:
    try:
        subprocess.run(command, check=True, capture_output=True, timeout=LONGEST_ANSWER)
    except subprocess.SubprocessError as error:
        raise Wrong(f"psql: {type(error).__name__}") from error
