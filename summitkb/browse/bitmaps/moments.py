"""What a transaction sees, as PostgreSQL tells it, and what others changed between two of these."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import NamedTuple

from django.conf import settings
from django.db import connection

from summitkb.browse.bitmaps.columns import TRANSACTION
from summitkb.exchange.tables import tables
from summitkb.records.revisions import known_of_moment
from summitkb.records.time_travel import tracked_models

FAR = 50_000
"""Transactions between two moments from which on it is not asked what they did."""
MANY = 20_000
"""Rows touched from which on bitmaps are made anew."""


class Moment(NamedTuple):
    """A snapshot: it sees what is below `first`, and what is below `last` and not `running`."""

    first: int
    last: int
    running: frozenset[int]

    def sees(self, transaction: int) -> bool:
        return transaction < self.first or (
            transaction < self.last and transaction not in self.running
        )


def this_moment() -> Moment | None:
    """What the open transaction sees; None where it may see something else a moment later, or the past;
    and where the tables of the package together have fewer rows than `settings.BITMAPS_FROM`.

    A standby does not tell which transactions are running, only whether there are any.
    """
    known = known_of_moment()
    if known is None:
        return None
    if "moment" not in known:
        known["moment"] = _asked_moment()
    return known["moment"]


def _asked_moment() -> Moment | None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_current_snapshot()::text, pg_is_in_recovery(), sum(greatest(reltuples, 0)) "
            "FROM pg_class WHERE oid = ANY (%s::regclass[])",
            [[f"public.{table.name}" for table in tables()]],
        )
        snapshot, standby, rows = cursor.fetchone()
    first, last, running = snapshot.split(":")
    if rows < settings.BITMAPS_FROM or (standby and first != last):
        return None
    return Moment(int(first), int(last), frozenset(map(int, filter(None, running.split(",")))))


@dataclass
class Touched:
    """The rows that were inserted, changed or deleted, by table."""

    keys: dict[type, set] = field(default_factory=lambda: defaultdict(set))
    deleted: set[type] = field(default_factory=set)
    """The tables of which rows were deleted."""


def touched(before: Moment, now: Moment) -> Touched | None:
    """What is seen `now` and was not `before`; None where that is too much, or the other way round."""
    if now.last - before.first > FAR:
        return None
    between = range(min(before.first, now.first), max(before.last, now.last))
    if any(before.sees(each) and not now.sees(each) for each in between):
        return None
    new = [str(each) for each in between if now.sees(each) and not before.sees(each)]
    found = Touched()
    if not new:
        return found
    models = {model.pgh_event_model._meta.db_table: model for model in tracked_models()}
    changes = " UNION ALL ".join(
        f"SELECT '{history}', pgh_obj_id::text, pgh_label FROM {history} "
        f"WHERE {TRANSACTION} = ANY (new.xids)"
        for history in models
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT c.* FROM (SELECT %s::text[]::xid8[]) AS new (xids), "
            f"LATERAL ({changes}) AS c LIMIT {MANY + 1}",
            [new],
        )
        rows = cursor.fetchall()
    if len(rows) > MANY:
        return None
    for history, key, label in rows:
        model = models[history]
        found.keys[model].add(model._meta.pk.to_python(key))
        if label == "delete":
            found.deleted.add(model)
    return found
