"""Time travel: every query as it would have been answered at an earlier moment.

History says of each state of a row from when (`pgh_created_at`) until when (`pgh_until`) it was the
newest. The schema `as_of` holds a view for each table, with its name and columns, of the states at the
moment in the setting `summitkb.as_of`. It is a condition on one table, so PostgreSQL plans joins and
uses indexes as in the present. Within `as_of()` that schema comes first in the `search_path`, so
whatever is asked there, joins and counts included, is answered from the past without knowing it.

The clock is that of the knowledge base, when something was *recorded* here; when it was true is said
by dates of its own, such as those of a membership.

What has been withdrawn since, or taken back to a draft, is withdrawn then too: its words are gone, and
a tombstone stays.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import connection, models, transaction

from summitkb.records.derived import derive, on_insert
from summitkb.records.models import Record
from summitkb.records.revisions import one_moment
from summitkb.records.structure import key_field

MOMENT = "current_setting('summitkb.as_of')::timestamptz"


@contextmanager
def as_of(moment: datetime) -> Iterator[None]:
    """Answer what is asked inside as at `moment`, which has a time zone. Nothing can be written."""
    with one_moment(), _told():
        connection.known_of_moment = None
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION READ ONLY")
            cursor.execute(
                "SELECT set_config('summitkb.as_of', %s, true), "
                "set_config('search_path', 'as_of, ' || current_setting('search_path'), true)",
                [moment.isoformat()],
            )
        yield
        # Rolled back, so that the settings end here even where this stands in a longer transaction.
        transaction.set_rollback(True)


@contextmanager
def _told() -> Iterator[None]:
    connection.in_past = True
    try:
        yield
    finally:
        connection.in_past = False


def in_past() -> bool:
    """Whether what is asked is answered as at a moment in the past."""
    return getattr(connection, "in_past", False)


def tracked_models() -> list[type[models.Model]]:
    """The models whose history is kept."""
    return [model for model in apps.get_models() if hasattr(model, "pgh_event_models")]


@derive
def states() -> Iterator[str]:
    """Until when each state held, and whether it is kept back."""
    for model in tracked_models():
        yield on_insert(_history(model), "states", [_ended(model)])
    yield from all_states()


def all_states() -> Iterator[str]:
    """The statements that find this out for all states that there are."""
    for model in tracked_models():
        found = {"pgh_until": "min(pgh_created_at) OVER later"}
        if issubclass(model, Record):
            newest = "first_value(publication) OVER later"  # NULL for the newest itself
            found["pgh_taken_back"] = f"coalesce({newest} <> 'published', false)"
        yield f"""
            UPDATE {_history(model)} AS state
            SET {", ".join(f"{column} = found.{column}" for column in found)}
            FROM (
                SELECT pgh_id, {", ".join(f"{sql} AS {column}" for column, sql in found.items())}
                FROM {_history(model)} WINDOW later AS (
                    PARTITION BY pgh_obj_id ORDER BY pgh_id DESC
                    ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
                )
            ) AS found
            WHERE state.pgh_id = found.pgh_id
                AND ({", ".join(f"state.{column}" for column in found)})
                    IS DISTINCT FROM ({", ".join(f"found.{column}" for column in found)})
        """


def _ended(model) -> str:
    """What the new states, `events`, do to earlier ones; a statement makes no two of one row.

    Mostly each ends the one before it. But of two transactions the one that began later may write
    first: its state then never was the newest at any moment, and a yet earlier one ended sooner.
    """
    changes = "state.pgh_until IS NULL OR state.pgh_until > event.pgh_created_at"
    ended = "pgh_until = least(state.pgh_until, event.pgh_created_at)"
    if issubclass(model, Record):
        taken_back = "(event.publication <> 'published')"
        changes += f" OR state.pgh_taken_back <> {taken_back}"
        ended += f", pgh_taken_back = {taken_back}"
    return f"""
        UPDATE {_history(model)} AS state SET {ended} FROM events AS event
        WHERE state.pgh_obj_id = event.pgh_obj_id AND state.pgh_id < event.pgh_id AND ({changes})
    """


@derive
def views() -> Iterator[str]:
    yield f"CREATE VIEW as_of.changes AS SELECT * FROM changes WHERE at <= {MOMENT}"
    for model in tracked_models():
        history = _history(model)
        yield f"""
            CREATE VIEW as_of.{history} AS
            SELECT * FROM {history} WHERE pgh_created_at <= {MOMENT}
        """
        yield f"""
            CREATE VIEW as_of.{model._meta.db_table} AS
            SELECT {", ".join(_column(model, field) for field in model._meta.concrete_fields)}
            FROM {history} AS past WHERE pgh_label <> 'delete' AND pgh_created_at <= {MOMENT}
                AND (pgh_until IS NULL OR pgh_until > {MOMENT})
        """
        if issubclass(model, Record):
            # Else it is thought that one row in two hundred is published, and joins are planned so.
            yield f"CREATE STATISTICS as_of.{history}_publication ON ({_PUBLICATION}) FROM {history}"
        yield f"ANALYZE {history}"


def _history(model) -> str:
    return model.pgh_event_model._meta.db_table


_TAKEN_BACK = "(pgh_taken_back OR (pgh_until IS NULL AND publication <> 'published'))"
_PUBLICATION = """
    CASE WHEN pgh_taken_back AND publication = 'published' THEN 'withdrawn' ELSE publication END
"""


def _column(model, field) -> str:
    """A column of the past; words are gone where today the record is public no longer."""
    # By the one there is an index, by the other there is none.
    past = "past.pgh_obj_id" if field.primary_key else f'past."{field.column}"'
    if issubclass(model, Record):
        past = _kept_back(model, field, past)
    return f'{past} AS "{field.column}"'


def _kept_back(model, field, past) -> str:
    if field.name == "publication":
        return _PUBLICATION
    if field.name == "publication_note":
        today = f"""(
            SELECT CASE publication WHEN 'withdrawn' THEN publication_note ELSE '' END
            FROM {_history(model)} AS today
            WHERE today.pgh_obj_id = past.pgh_obj_id AND today.pgh_until IS NULL
        )"""
    elif field.is_relation or field.choices or field in (model._meta.pk, key_field(model)):
        return past
    elif isinstance(field, models.CharField | models.TextField):
        today = "''"
    elif isinstance(field, ArrayField):
        today = "'{}'"
    elif field.null:
        today = "NULL"
    else:
        return past
    return f"CASE WHEN {_TAKEN_BACK} THEN {today} ELSE {past} END"
