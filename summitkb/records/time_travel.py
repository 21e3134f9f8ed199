"""Time travel: every query as it would have been answered at an earlier moment.

The schema `as_of` holds a view for each table, with its name and columns, that gives each row as it
stood at the moment in the setting `summitkb.as_of`, read from the history tables. Within `as_of()` that
schema comes first in the `search_path`, so whatever is asked there, joins and counts included, is
answered from the past without knowing it.

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

from summitkb.records.derived import derive
from summitkb.records.models import Record
from summitkb.records.revisions import one_moment
from summitkb.records.structure import key_field

MOMENT = "current_setting('summitkb.as_of')::timestamptz"


@contextmanager
def as_of(moment: datetime) -> Iterator[None]:
    """Answer what is asked inside as at `moment`, which has a time zone. Nothing can be written."""
    with one_moment():
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


def tracked_models() -> list[type[models.Model]]:
    """The models whose history is kept."""
    return [model for model in apps.get_models() if hasattr(model, "pgh_event_models")]


@derive
def views() -> Iterator[str]:
    for model in tracked_models():
        history = model.pgh_event_model._meta.db_table
        yield f"CREATE VIEW as_of.{history} AS SELECT * FROM {history} WHERE pgh_created_at <= {MOMENT}"
        yield _view(model)


def _view(model) -> str:
    """The newest state of each row by that moment; rows that were deleted by then are not there."""
    history = model.pgh_event_model._meta.db_table
    withdrawal = ""
    if issubclass(model, Record):
        withdrawal = f"""
            CROSS JOIN LATERAL (
                SELECT publication <> 'published' AS withdrawn,
                    CASE publication WHEN 'withdrawn' THEN publication_note ELSE '' END AS note
                FROM {history} WHERE pgh_obj_id = past.pgh_obj_id ORDER BY pgh_id DESC LIMIT 1
            ) AS today
        """
    return f"""
        CREATE VIEW as_of.{model._meta.db_table} AS
        SELECT {", ".join(_column(model, field) for field in model._meta.concrete_fields)}
        FROM (
            SELECT DISTINCT ON (pgh_obj_id) * FROM {history}
            WHERE pgh_created_at <= {MOMENT}
            ORDER BY pgh_obj_id, pgh_id DESC
        ) AS past {withdrawal}
        WHERE past.pgh_label <> 'delete'
    """


def _column(model, field) -> str:
    past = f'past."{field.column}"'
    if not issubclass(model, Record):
        return past
    condition = "today.withdrawn"
    if field.name == "publication":
        today, condition = "'withdrawn'", f"{condition} AND {past} = 'published'"
    elif field.name == "publication_note":
        today = "today.note"
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
    return f'CASE WHEN {condition} THEN {today} ELSE {past} END AS "{field.column}"'
