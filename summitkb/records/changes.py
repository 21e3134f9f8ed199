"""What has changed in public, record by record: a view of all history tables.

A change is all that one transaction did to one record: to its row, to the lists in its cells and to its
citations. What was done to a record while it was no public one is not there, and in the past only what
had been done by then.
"""

from collections.abc import Iterator

from django.apps import apps
from django.db import models

from summitkb.records.derived import derive
from summitkb.records.structure import entry_models, key_field


class ChangeKind(models.TextChoices):
    ADDED = "added", "Added"
    CHANGED = "changed", "Changed"
    WITHDRAWN = "withdrawn", "Taken back"
    REMOVED = "removed", "Removed"


class Change(models.Model):
    """One row is what one transaction did to one record that was public before or after it."""

    id = models.TextField(primary_key=True, help_text="When, and to which record.")
    table = models.TextField(db_collation="C", help_text="The record's table.")
    record = models.TextField(db_collation="C", help_text="Its key.")
    at = models.DateTimeField(help_text="When the transaction began.")
    kind = models.TextField(choices=ChangeKind, help_text="What became of the record.")

    class Meta:
        managed = False
        db_table = 'derived"."changes'  # Django puts quotes around the whole

    def __str__(self):
        return f"{self.table}/{self.record} {self.kind}"


@derive
def view() -> Iterator[str]:
    from summitkb.records.models import Record

    records = [model for model in apps.get_models() if issubclass(model, Record)]
    parts = [part for model in records for part in (_own(model), *_of_lists(model), _cited(model))]
    # Where it was set once in a session it is empty afterwards, and not absent.
    moment = (
        "coalesce(nullif(current_setting('summitkb.as_of', true), ''), 'infinity')::timestamptz"
    )
    last = "(array_agg(kind ORDER BY kind = 'changed', place DESC))[1]"
    yield f"""
        CREATE VIEW derived.changes AS
        SELECT to_char(at, 'YYYY-MM-DD"T"HH24:MI:SS.US') || '/' || "table" || '/' || record AS id,
            "table", record, at, CASE
                -- Removed and added again at once, as some tools write.
                WHEN {last} = 'added' AND bool_or(kind = 'removed') THEN 'changed'
                ELSE {last} END AS kind
        FROM ({" UNION ALL ".join(parts)}) AS parts ("table", record, at, kind, place)
        WHERE at <= {moment}
        GROUP BY "table", record, at
    """


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
