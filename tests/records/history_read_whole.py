"""What the past and the changes are, read from the whole of history: slow, and plain to see.

The database keeps what it needs to find both fast (`records/time_travel.py`, `records/changes.py`);
tests compare.
"""

from collections.abc import Iterator
from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models

from summitkb.records.models import Record, record_models
from summitkb.records.structure import entry_models, key_field


def rows_at(model, moment: datetime) -> list:
    """The newest state of each row by a moment; rows that were deleted by then are not there."""
    history = f"{model._meta.db_table}_history"
    today = ""
    if issubclass(model, Record):
        today = f"""
            CROSS JOIN LATERAL (
                SELECT publication <> 'published' AS withdrawn,
                    CASE publication WHEN 'withdrawn' THEN publication_note ELSE '' END AS note
                FROM {history} WHERE pgh_obj_id = past.pgh_obj_id ORDER BY pgh_id DESC LIMIT 1
            ) AS today
        """
    return _asked(
        f"""
        SELECT {", ".join(_column(model, field) for field in model._meta.concrete_fields)}
        FROM (
            SELECT DISTINCT ON (pgh_obj_id) * FROM {history} WHERE pgh_created_at <= %s
            ORDER BY pgh_obj_id, pgh_id DESC
        ) AS past {today}
        WHERE past.pgh_label <> 'delete'
        """,
        moment,
    )


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
    return f"CASE WHEN {condition} THEN {today} ELSE {past} END"


def changes_by(moment: datetime) -> list:
    """Table, key, moment and kind of each change by a moment."""
    parts = [
        part
        for model in record_models()
        for part in (_own(model), *_of_lists(model), _cited(model))
    ]
    last = "(array_agg(kind ORDER BY kind = 'changed', place DESC))[1]"
    return _asked(
        f"""
        SELECT "table", record, at, CASE
            -- Removed and added again at once, as some tools write.
            WHEN {last} = 'added' AND bool_or(kind = 'removed') THEN 'changed'
            ELSE {last} END
        FROM ({" UNION ALL ".join(parts)}) AS parts ("table", record, at, kind, place)
        WHERE at <= %s
        GROUP BY "table", record, at
        """,
        moment,
    )


def _asked(sql, moment) -> list:
    with connection.cursor() as cursor:
        cursor.execute(sql, [moment])
        return sorted(cursor.fetchall(), key=repr)


def _own(model) -> str:
    """Changes of rows themselves, each beside the state before it.

    A part whose key has changed is removed under the one and added under the other.
    """
    table, key = model._meta.db_table, key_field(model).column
    versions = f"""(
        SELECT *,
            lag(CASE pgh_label WHEN 'delete' THEN NULL ELSE publication END) OVER w AS before,
            lag("{key}") OVER w AS key_before
        FROM {table}_history WINDOW w AS (PARTITION BY pgh_obj_id ORDER BY pgh_id)
    ) AS versions"""
    own = f"""
        SELECT '{table}'::text, "{key}"::text, pgh_created_at, CASE
            WHEN pgh_label = 'delete' THEN 'removed'
            WHEN publication <> 'published' THEN 'withdrawn'
            WHEN before IS DISTINCT FROM 'published' OR key_before <> "{key}" THEN 'added'
            ELSE 'changed' END, pgh_id
        FROM {versions}
        WHERE publication = 'published' OR (before = 'published' AND pgh_label <> 'delete')
    """
    if key_field(model).primary_key:
        return own
    return f"""
        {own} UNION ALL
        SELECT '{table}'::text, key_before::text, pgh_created_at, 'removed', pgh_id
        FROM {versions} WHERE before = 'published' AND key_before <> "{key}"
    """


def _of_lists(model) -> Iterator[str]:
    table = model._meta.db_table
    for entries in entry_models(model):
        yield f"""
            SELECT '{table}', owner_id, pgh_created_at, 'changed', 0
            FROM {entries._meta.db_table}_history AS entry
            WHERE {_public(model, "pgh_obj_id", "entry.owner_id", "entry.pgh_created_at")}
        """


def _cited(model) -> str:
    table, key = model._meta.db_table, key_field(model)
    column = "pgh_obj_id" if key.primary_key else key.column
    return f"""
        SELECT '{table}', record, pgh_created_at, 'changed', 0
        FROM citations_history AS citation
        WHERE citation."table" = '{table}'
            AND source_id IN (SELECT id FROM sources WHERE publication = 'published')
            AND {_public(model, column, "citation.record", "citation.pgh_created_at")}
    """


def _public(model, column, key, at) -> str:
    """That a record was public by the end of the transaction that began at a moment."""
    return f"""
        (SELECT publication FROM {model._meta.db_table}_history AS record
        WHERE record."{column}" = {key} AND record.pgh_created_at <= {at}
        ORDER BY pgh_id DESC LIMIT 1) = 'published'
    """
