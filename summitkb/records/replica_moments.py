"""What a transaction on a replica sees, by a name that means nothing else.

On a replica `pg_current_snapshot()` gives the bounds of a snapshot and leaves out which transactions
between them are still open, so that two moments have one text. `pg_xact_status()` tells which, but as
they are now, and not as they were when the snapshot was taken. The position in the log is no name
either: a commit can be seen shortly before the position moves.

Transactions only ever end. So where the same are open before a snapshot is taken and afterwards, just
these were open in it, and bounds and open ones together are its name: all replicas that see the
same call it the same, and whatever else moves the log changes nothing.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from uuid import uuid4

from django.db import connection

TRIES = 5
MOST = 10_000
"""Transactions between the bounds that are looked at, the work of milliseconds. More have no name."""

_SETTING = "summitkb.seen"
"""Where a transaction keeps the name of what it sees."""

_BOUNDS_AND_OPEN = f"""
    SELECT CASE WHEN xmax - xmin > {MOST} THEN gen_random_uuid()::text ELSE concat(
        xmin, ':', xmax, ':', (
            SELECT string_agg(xid::text, ',' ORDER BY xid) FROM generate_series(xmin, xmax - 1) AS xid
            WHERE pg_xact_status(xid::text::xid8) = 'in progress'
        )
    ) END AS seen, xmin = xmax AS nothing_between
    FROM (
        SELECT pg_snapshot_xmin(now)::text::bigint, pg_snapshot_xmax(now)::text::bigint
        FROM pg_current_snapshot() AS now
    ) AS bounds (xmin, xmax)
"""

NAME = f"""
    coalesce(
        nullif(current_setting('{_SETTING}', true), ''),
        (SELECT seen FROM ({_BOUNDS_AND_OPEN}) AS found)
    )
"""
"""SQL. Outside of `named()` it is good for one thing: where it equals the name of something made
earlier, that could be seen at some instant since it was asked. (The open ones are looked at one after
another; had they been so together at no instant, nothing would have that name.)"""


@contextmanager
def named(begun: Callable[[], AbstractContextManager]) -> Iterator[None]:
    """A transaction, begun so that it sees one moment, which knows its name.

    Where too much happens for one to be told, a name that nothing else ever has.
    """
    with _settled(begun):
        yield


def _settled(begun) -> ExitStack:
    before = None
    for left in reversed(range(TRIES)):
        with ExitStack() as moment:
            moment.enter_context(begun())
            now, nothing_between = _ask(_BOUNDS_AND_OPEN)
            if nothing_between or now == before or not left:
                name = now if nothing_between or now == before else uuid4().hex
                _ask(f"SELECT set_config('{_SETTING}', %s, true)", name)
                return moment.pop_all()
        before = now


def _ask(sql, *values):
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchone()
