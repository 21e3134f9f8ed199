"""What a transaction sees, as PostgreSQL tells it, and what others changed between two of these."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import NamedTuple

from django.conf import settings
from django.db import connection

from summitkb.browse.bitmaps.columns import TRANSACTION
from summitkb.exchange.size import ROWS, names_of_tables
from summitkb.records.revisions import TIMELINE, known_of_moment
from summitkb.records.time_travel import tracked_models

FAR = 50_000
"""Transactions between two moments from which on it is not asked what they did."""
FEW = 500
"""Rows touched up to which it is asked what changed in them."""
MANY = 20_000
"""Rows touched from which on bitmaps are made anew."""


class Moment(NamedTuple):
    """A snapshot: it sees what is below `first`, and what is below `last` and not `running`.

    `history` tells of which database, and of which files of it: after a failover the same numbers are
    other transactions, and what is emptied or restored has no history of what was there.
    """

    history: str
    first: int
    last: int
    running: frozenset[int]

    def sees(self, transaction: int) -> bool:
        return transaction < self.first or (
            transaction < self.last and transaction not in self.running
        )

    def beyond(self, other: "Moment") -> list[int]:
        """The transactions that it sees and another does not."""
        return [
            each
            for each in range(other.first, self.last)
            if self.sees(each) and not other.sees(each)
        ]


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
            f"SELECT ((SELECT (system_identifier, {TIMELINE}) FROM pg_control_system()), "
            "array_agg((oid, relfilenode) ORDER BY oid))::text, "
            f"pg_current_snapshot()::text, pg_is_in_recovery(), {ROWS} "
            "FROM pg_class WHERE oid = ANY (%s::regclass[])",
            [names_of_tables(), names_of_tables()],
        )
        history, snapshot, standby, rows = cursor.fetchone()
    first, last, running = snapshot.split(":")
    if rows < settings.BITMAPS_FROM or (standby and first != last):
        return None
    running = frozenset(map(int, filter(None, running.split(","))))
    return Moment(history, int(first), int(last), running)


@dataclass
class Touched:
    """The rows that were inserted, changed or deleted, by table."""

    keys: dict[type, set] = field(default_factory=lambda: defaultdict(set))
    whole: dict[type, set] = field(default_factory=lambda: defaultdict(set))
    """Those that were inserted or deleted."""
    deleted: set[type] = field(default_factory=set)
    """The tables of which rows were deleted."""
    _varied: dict[type, dict] = field(default_factory=dict)

    def changed(self, model, columns: Collection[str] | None = None) -> set:
        """The keys of the rows of a table that are new, or gone, or were not always the same in some
        columns; without these, of all that were touched."""
        if columns is None or model not in self.keys:
            return self.keys.get(model, set())
        if len(self.keys[model]) > FEW:
            return self.keys[model]
        if model not in self._varied:
            self._varied[model] = _varied(model, self.keys[model])
        varied = self._varied[model].items()
        return self.whole[model] | {key for key, names in varied if not names.isdisjoint(columns)}


def _varied(model, keys: set) -> dict[object, set[str]]:
    """By the key of a row the columns in which its states differ."""
    names = [field.attname for field in model._meta.concrete_fields]
    states = model.pgh_event_model.objects.filter(pgh_obj__in=keys).order_by()
    cells = defaultdict(lambda: [set() for _ in names])
    for key, *row in states.values_list("pgh_obj_id", *names):
        for seen, cell in zip(cells[key], row, strict=True):
            seen.add(repr(cell))
    return {
        key: {name for name, values in zip(names, seen, strict=True) if len(values) > 1}
        for key, seen in cells.items()
    }


def touched(before: Moment, now: Moment) -> Touched | None:
    """What is seen `now` and was not `before`; None where that is too much, or the other way round."""
    known = known_of_moment()
    asked = "touched", before  # by one list after another
    if asked not in known:
        near = now.history == before.history and now.last - before.first <= FAR
        later = near and not before.beyond(now)
        known[asked] = _touched([str(each) for each in now.beyond(before)]) if later else None
    return known[asked]


def _touched(new: list[str]) -> Touched | None:
    """What some transactions did; None where that is too much."""
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
        key = model._meta.pk.to_python(key)
        found.keys[model].add(key)
        if label != "update":
            found.whole[model].add(key)
        if label == "delete":
            found.deleted.add(model)
    return found
