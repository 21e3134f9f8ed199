"""Rows are given the states that history holds, by a few statements for each table.

The states never leave the database. Whose row goes, comes or changes first matters little: foreign keys
are looked at when all is done. Only what is unique is looked at row by row.
"""

from dataclasses import dataclass

from django.db import IntegrityError, connection, transaction
from psycopg.errors import UniqueViolation

from summitkb.records.models import Citation, Record
from summitkb.records.redirects import Redirect
from summitkb.records.restoring.targets import Targets

FOLLOWERS = {Citation, Redirect}
"""What the database itself changes when the key of a record changes."""


@dataclass
class Differences:
    """How rows of a table differ from their targets: primary keys, and rows of history."""

    delete: list
    update: list[int]
    insert: list[int]

    @property
    def count(self) -> int:
        return len(self.delete) + len(self.update) + len(self.insert)

    @classmethod
    def of(cls, model, states) -> "Differences":
        gone = [pk for pk, state in states.items() if state is None]
        there = model._base_manager.filter(pk__in=gone).order_by("pk")
        table, history, pk, columns = _names(model)
        with connection.cursor() as cursor:
            cursor.execute(
                f"""
                SELECT pgh_id, t.{pk} IS NULL FROM {history} AS h LEFT JOIN {table} AS t USING ({pk})
                WHERE pgh_id = ANY(%s) AND (t.{pk} IS NULL OR
                    ROW({_listed(columns, "t.")}) IS DISTINCT FROM ROW({_listed(columns, "h.")}))
                ORDER BY pgh_id
                """,
                [[state for state in states.values() if state is not None]],
            )
            found = cursor.fetchall()
        return cls(
            delete=list(there.values_list("pk", flat=True)),
            update=[state for state, missing in found if not missing],
            insert=[state for state, missing in found if missing],
        )


def lock(targets: Targets) -> None:
    """Keep others off the rows that are there, in an order that is the same for all who do so."""
    for model, states in targets.items():
        rows = model._base_manager.filter(pk__in=states).order_by("pk").select_for_update()
        list(rows.values_list("pk"))


def write(targets: Targets) -> None:
    """Give rows their states; what already has its own is left alone. Raises IntegrityError."""
    found = {model: Differences.of(model, states) for model, states in targets.items()}
    for model, differ in found.items():
        _delete(model, differ.delete)
    others = {model: differ for model, differ in found.items() if model not in FOLLOWERS}
    for model, differ in others.items():
        _update(model, differ.update)
    for model, differ in others.items():
        _insert(model, differ.insert)
    for model in FOLLOWERS & targets.keys():
        # They have followed their records by now, which may be all that they had to do.
        differ = Differences.of(model, targets[model])
        _update(model, differ.update)
        _insert(model, differ.insert)


def _delete(model, pks):
    table, _, pk, _ = _names(model)
    _execute(f"DELETE FROM {table} WHERE {pk} = ANY(%s)", pks)


def _insert(model, states):
    table, history, _, columns = _names(model)
    listed = _listed(columns)
    _execute(
        f"INSERT INTO {table} ({listed}) SELECT {listed} FROM {history} WHERE pgh_id = ANY(%s)",
        states,
    )


def _update(model, states):
    """All at once, unless a row wants what is unique and still another's."""
    if _updated(model, states):
        return
    if issubclass(model, Record):
        # One by one, as long as a row gives up what the next one waits for.
        while waiting := [state for state in states if not _updated(model, [state])]:
            if len(waiting) == len(states):
                _update_all(model, states)
            states = waiting
    else:  # nobody names it, so it may be away for a moment
        rows = model.pgh_event_model.objects.filter(pgh_id__in=states)
        _delete(model, list(rows.values_list("pgh_obj_id", flat=True)))
        _insert(model, states)


def _updated(model, states) -> bool:
    try:
        with transaction.atomic():
            _update_all(model, states)
    except IntegrityError as error:
        if not isinstance(error.__cause__, UniqueViolation):
            raise
        return False
    return True


def _update_all(model, states):
    table, history, pk, columns = _names(model)
    _execute(
        f"""
        UPDATE {table} AS t SET ({_listed(columns)}) = ROW({_listed(columns, "h.")})
        FROM {history} AS h WHERE h.pgh_id = ANY(%s) AND h.{pk} = t.{pk}
        """,
        states,
    )


def _execute(statement, keys):
    if keys:
        with connection.cursor() as cursor:
            cursor.execute(statement, [keys])


def _names(model) -> tuple[str, str, str, list[str]]:
    """Its table, that of its history, its primary key, and the columns that are not generated."""
    quote, meta = connection.ops.quote_name, model._meta
    history = model.pgh_event_model._meta.db_table
    columns = [quote(field.column) for field in meta.concrete_fields if not field.generated]
    return quote(meta.db_table), quote(history), quote(meta.pk.column), columns


def _listed(columns, alias="") -> str:
    return ", ".join(f"{alias}{column}" for column in columns)
