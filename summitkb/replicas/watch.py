"""Which replicas serve: those that answer, follow our primary, and are not far behind it.

How far is told by positions in the primary's log. A replica that has all which the primary had at
some moment is no further behind than that moment is away, whatever the clocks say; the time of the
last commit that it has made its own would not do, because on an idle primary that grows old.
"""

import logging
import random
import time
from collections import deque
from threading import Event, Lock, Thread

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections

from summitkb.records.revisions import TIMELINE

logger = logging.getLogger(__name__)

EVERY = 2
"""Seconds between two looks, and fewer where less than twice that is the most to be behind."""
REST = 60
"""Seconds without a question after which nobody looks, until the next."""
PATIENCE = 1
"""Seconds that a question waits for the first look."""

OF_PRIMARY = f"""
    SELECT (system_identifier, {TIMELINE})::text,
        (pg_current_wal_lsn() - '0/0')::bigint, extract(epoch FROM now())
    FROM pg_control_system()
"""
OF_REPLICA = f"""
    SELECT (system_identifier, {TIMELINE})::text,
        (pg_last_wal_replay_lsn() - '0/0')::bigint, extract(epoch FROM pg_last_xact_replay_timestamp()),
        pg_is_in_recovery()
    FROM pg_control_system()
"""


class Watch:
    """A thread that looks at the replicas every now and then, while somebody asks for them.

    It has connections of its own, one to each server: for the process, not for each thread of it.
    """

    def __init__(self, replicas: list[str]):
        self.replicas = replicas
        self._why_not: dict[str, str] = {}
        """By replica, what keeps it from serving; empty for one that serves."""
        self._lock, self._looked, self._ended = Lock(), Event(), Event()
        self._thread: Thread | None = None
        self._asked = 0.0
        self._system = None
        """Which primary, and on which timeline. An older one may have what a failover has lost."""
        self._positions: deque[tuple[float, int]] = deque()
        """Where the primary was, and when."""

    def serving(self) -> list[str]:
        """The replicas that serve, in an order that is another each time."""
        with self._lock:
            self._asked = time.monotonic()
            if self._thread is None:
                self._thread = Thread(target=self._run, name="watch", daemon=True)
                self._thread.start()
        self._looked.wait(PATIENCE)
        serving = [alias for alias in self.replicas if self._why_not.get(alias) == ""]
        random.shuffle(serving)
        return serving

    def leave_out(self, replica: str, why: str) -> None:
        """Until the next look."""
        self._judge(replica, why)

    def look(self) -> None:
        """Look at each of them once."""
        try:
            self._system, position, now = _ask(DEFAULT_DB_ALIAS, OF_PRIMARY)
        except DatabaseError:
            # There is nothing newer to be had. What served goes on, as long as it answers.
            position = now = None
        else:
            self._positions.append((time.monotonic(), position))
        while time.monotonic() - self._positions_begin() > 2 * settings.REPLICA_LAG_SECONDS:
            self._positions.popleft()
        for replica in self.replicas:
            self._judge(replica, self._look_at(replica, position, now))

    def why_not(self) -> dict[str, str]:
        """By replica that does not serve, what the last look found to keep it from that."""
        return {alias: why for alias, why in self._why_not.items() if why}

    def end(self) -> None:
        """Look no more, until the next question."""
        self._ended.set()
        if thread := self._thread:
            thread.join()
        self._ended.clear()

    def _run(self):
        pause = min(EVERY, settings.REPLICA_LAG_SECONDS / 2)
        try:
            while True:
                self.look()
                self._looked.set()
                self._ended.wait(pause)
                with self._lock:
                    if self._ended.is_set() or time.monotonic() - self._asked > REST:
                        return self._forget()
        except Exception:
            logger.exception("Nobody looks at the replicas")
            with self._lock:
                self._forget()
        finally:
            connections.close_all()

    def _forget(self):
        """What was seen is not believed later."""
        self._why_not, self._thread = {}, None
        self._positions.clear()
        self._looked.clear()

    def _positions_begin(self):
        return self._positions[0][0] if self._positions else time.monotonic()

    def _look_at(self, replica, position, now) -> str:
        """What keeps it from serving."""
        try:
            system, replayed, last_commit, in_recovery = _ask(replica, OF_REPLICA)
        except DatabaseError as error:
            return f"it does not answer ({' '.join(str(error).split())})"
        if not in_recovery:
            return "it follows no primary"
        if self._system not in (None, system):
            return "it is of another primary than DATABASE_URL, or not yet of its timeline"
        if position is None:
            return self._why_not.get(replica, "")
        behind = self._behind(position, now, replayed, last_commit)
        if behind > settings.REPLICA_LAG_SECONDS:
            return f"it is more than {settings.REPLICA_LAG_SECONDS} seconds behind"
        return ""

    def _behind(self, position, now, replayed, last_commit) -> float:
        """Seconds; at most so many."""
        if replayed >= position:
            return 0
        had_all = [when for when, earlier in self._positions if earlier <= replayed]
        # Without such a moment the time of the last commit, which both have from the primary's clock.
        by_commit = float(now - last_commit) if last_commit else float("inf")
        return min(by_commit, time.monotonic() - had_all[-1] if had_all else by_commit)

    def _judge(self, replica, why):
        before = self._why_not.get(replica, "")
        self._why_not = self._why_not | {replica: why}
        if why and not before:
            logger.warning("%s is left out: %s", replica, why)
        elif before and not why:
            logger.warning("%s serves again", replica)


def _ask(alias, sql):
    connection = connections[alias]
    connection.close_if_unusable_or_obsolete()
    try:
        with connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchone()
    except DatabaseError:
        connection.close()
        raise
