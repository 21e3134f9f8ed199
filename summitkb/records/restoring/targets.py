"""Which state each row is to have again, found in history."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import connection, models

from summitkb.records.models import Citation, Record
from summitkb.records.structure import key_field
from summitkb.records.time_travel import tracked_models

Targets = dict[type[models.Model], dict[str | int, int | None]]
"""By model and primary key the row of history that holds the state, None for a row not there.

Models stand in the order of `tracked_models`.
"""


def touched(context_id: UUID | str) -> dict[type[models.Model], list[str | int]]:
    """The primary keys of the rows that were written in a context, by model."""
    found = {}
    for model in tracked_models():
        rows = model.pgh_event_model.objects.filter(pgh_context=context_id).order_by("pgh_obj_id")
        if pks := list(rows.values_list("pgh_obj_id", flat=True).distinct()):
            found[model] = pks
    return found


def targets_before(context_id: UUID | str) -> Targets:
    """The states in which a context found the rows that it wrote."""
    targets = {}
    with connection.cursor() as cursor:
        for model in tracked_models():
            history = model.pgh_event_model._meta.db_table
            # Its own first row comes last, so it is taken only where there is none before it.
            cursor.execute(
                f"""
                SELECT DISTINCT ON (pgh_obj_id) pgh_obj_id,
                    CASE WHEN pgh_id < first AND pgh_label <> 'delete' THEN pgh_id END
                FROM {history} JOIN (
                    SELECT pgh_obj_id, min(pgh_id) AS first FROM {history}
                    WHERE pgh_context_id = %s GROUP BY pgh_obj_id
                ) AS touched USING (pgh_obj_id)
                WHERE pgh_id <= first
                ORDER BY pgh_obj_id, pgh_id = first, pgh_id DESC
                """,
                [context_id],
            )
            if states := dict(cursor.fetchall()):
                targets[model] = states
    return targets


def targets_at(model: type[Record], pk: str | int, moment: datetime) -> Targets:
    """The states at a moment of a record and of all that belonged to it then or does now.

    Those are the rows that go when it goes, its parts and the entries of its lists, and what is cited
    for it or for them.
    """
    found, waiting = {}, [(model, {"pgh_obj_id": {pk}})]
    while waiting:
        kind, of = waiting.pop()
        known = found.setdefault(kind, {})
        then, now = _then_and_now(kind, moment, of)
        mine = {
            pk: (then.get(pk), now[pk])
            for pk in now.keys() - known.keys()
            if _is_of(of, then.get(pk)) or _is_of(of, now[pk])
        }
        if not mine:
            continue
        known.update((pk, before and before.pgh_id) for pk, (before, _) in mine.items())
        waiting += [
            (relation.related_model, {relation.field.attname: mine.keys()})
            for relation in kind._meta.related_objects
            if relation.on_delete is models.CASCADE
        ]
        if issubclass(kind, Record):
            key = key_field(kind).attname
            keys = {getattr(row, key) for pair in mine.values() for row in pair if row}
            waiting.append((Citation, {"table": {kind._meta.db_table}, "record": keys}))
    return {model: found[model] for model in tracked_models() if found.get(model)}


def _then_and_now(model, moment, of: dict[str, Collection]) -> tuple[dict, dict]:
    """The states, at a moment and now, of the rows that were ever of something; None for not there."""
    history = model.pgh_event_model.objects
    ever = history.filter(**{f"{name}__in": values for name, values in of.items()})
    then, now = {}, {}
    rows = history.filter(pgh_obj__in=ever.order_by().values("pgh_obj")).order_by("pgh_id")
    for row in rows:
        now[row.pgh_obj_id] = state = None if row.pgh_label == "delete" else row
        if row.pgh_created_at <= moment:
            then[row.pgh_obj_id] = state
    return then, now


def _is_of(of: dict[str, Collection], row) -> bool:
    return bool(row) and all(getattr(row, name) in values for name, values in of.items())
