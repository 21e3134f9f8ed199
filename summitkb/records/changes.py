"""What has changed in public, record by record: a table kept by triggers of all history tables.

A change is all that one transaction did to one record: to its row, to the lists in its cells and to its
citations. What was done to a record while it was no public one is not there, and in the past only what
had been done by then.
"""

from collections.abc import Iterator

from django.apps import apps
from django.db import models

from summitkb.records.derived import derive, on_insert
from summitkb.records.structure import entry_models, key_field


class ChangeKind(models.TextChoices):
    ADDED = "added", "Added"
    CHANGED = "changed", "Changed"
    WITHDRAWN = "withdrawn", "Taken back"
    REMOVED = "removed", "Removed"


class Change(models.Model):
    """One row is what one transaction did to one record that was public before or after it."""

    table = models.CharField(max_length=20, db_collation="C", help_text="The record's table.")
    record = models.CharField(max_length=400, db_collation="C", help_text="Its key.")
    at = models.DateTimeField(help_text="When the transaction began.")
    kind = models.CharField(
        max_length=9, choices=ChangeKind, help_text="What became of the record."
    )
    was_removed = models.BooleanField(
        help_text="Whether it was removed, if only to be added again."
    )
    only_cited = models.BooleanField(help_text="Whether nothing changed but its citations.")

    class Meta:
        db_table = "changes"
        constraints = [
            models.UniqueConstraint(fields=["table", "record", "at"], name="change_once")
        ]
        indexes = [models.Index(fields=["-at", "table", "record"], name="change_in_order")]

    def __str__(self):
        return f"{self.table}/{self.record} {self.kind}"


@derive
def kept_changes() -> Iterator[str]:
    for history, statements in _followed().items():
        followed = [statement.format(events="events") for statement in statements]
        yield on_insert(history, "changes", followed)
    yield from all_changes()


def all_changes() -> Iterator[str]:
    """The statements that make all of the table anew, from history."""
    yield "TRUNCATE changes"
    for history, statements in _followed().items():
        # What becomes of changes with the publication of a source, is so from the beginning here.
        yield statements[0].format(events=history)
    yield "ANALYZE changes"


def _followed() -> dict[str, list[str]]:
    """For each history table what is done of `{events}`, rows of it."""
    from summitkb.records.models import Citation, Record, Source

    records = [model for model in apps.get_models() if issubclass(model, Record)]
    followed = {_history(model): [_own(model)] for model in records}
    for model in records:
        for entries in entry_models(model):
            followed[_history(entries)] = [_of_lists(model)]
    cited = _cited(records)
    followed[_history(Citation)] = [cited]
    followed[_history(Source)] += _of_sources(cited.format(events="of_sources"))
    return followed


def _history(model) -> str:
    return f"{model._meta.db_table}_history"


_COLUMNS = '"table", record, at, kind, was_removed, only_cited'

_BEFORE = """
    LEFT JOIN LATERAL (
        SELECT pgh_label <> 'delete' AND publication = 'published' AS public, {key} AS key
        FROM {history} AS earlier
        WHERE earlier.pgh_obj_id = event.pgh_obj_id AND earlier.pgh_id < event.pgh_id
        ORDER BY earlier.pgh_id DESC LIMIT 1
    ) AS before ON true
"""


def _own(model) -> str:
    """Changes of rows themselves, each beside the state before it.

    A part whose key has changed is removed under the one and added under the other.
    """
    table, key, before = model._meta.db_table, f'event."{key_field(model).column}"', _before(model)
    parts = f"""
        SELECT {key}::text, event.pgh_created_at, CASE
            WHEN event.pgh_label = 'delete' THEN 'removed'
            WHEN event.publication <> 'published' THEN 'withdrawn'
            WHEN before.public AND before.key = {key} THEN 'changed'
            ELSE 'added' END, event.pgh_id
        FROM {{events}} AS event {before}
        WHERE event.publication = 'published' OR (before.public AND event.pgh_label <> 'delete')
    """
    if not key_field(model).primary_key:
        parts += f"""
            UNION ALL SELECT before.key::text, event.pgh_created_at, 'removed', event.pgh_id
            FROM {{events}} AS event {before} WHERE before.public AND before.key <> {key}
        """
    # Where it is removed and added again at once, as some tools write, it has changed.
    return f"""
        INSERT INTO changes AS present ({_COLUMNS})
        SELECT '{table}', record, at,
            CASE WHEN last = 'added' AND was_removed THEN 'changed' ELSE last END, was_removed, false
        FROM (
            SELECT record, at, (array_agg(kind ORDER BY kind = 'changed', place DESC))[1] AS last,
                bool_or(kind = 'removed') AS was_removed
            FROM ({parts}) AS parts (record, at, kind, place) GROUP BY record, at
        ) AS done
        ON CONFLICT ("table", record, at) DO UPDATE SET
            kind = CASE
                WHEN excluded.kind = 'changed' AND NOT excluded.was_removed THEN present.kind
                WHEN excluded.kind = 'added' AND present.was_removed THEN 'changed'
                ELSE excluded.kind END,
            was_removed = present.was_removed OR excluded.was_removed,
            only_cited = false
    """


def _before(model) -> str:
    return _BEFORE.format(history=_history(model), key=f'earlier."{key_field(model).column}"')


def _of_lists(model) -> str:
    """Changes of entries of lists, if their owner is public."""
    return f"""
        INSERT INTO changes AS present ({_COLUMNS})
        SELECT DISTINCT '{model._meta.db_table}', owner_id, pgh_created_at, 'changed', false, false
        FROM {{events}} AS event WHERE {_public(model, "pgh_obj_id", "owner_id")}
        ON CONFLICT ("table", record, at) DO UPDATE SET only_cited = false WHERE present.only_cited
    """


def _cited(records) -> str:
    """Changes of citations of public sources, if what they are cited for is public.

    Both are asked for each event by itself: joined to sources of which nothing is counted yet, as in
    a load, all events would be gone through once for each source.
    """
    public = []
    for model in records:
        key = key_field(model)
        column = "pgh_obj_id" if key.primary_key else key.column
        public.append(f"WHEN '{model._meta.db_table}' THEN {_public(model, column, 'record')}")
    return f"""
        INSERT INTO changes ({_COLUMNS})
        SELECT DISTINCT "table", record, pgh_created_at, 'changed', false, true
        FROM {{events}} AS event
        WHERE (SELECT publication FROM sources WHERE id = event.source_id) = 'published'
            AND CASE "table" {" ".join(public)} END
        ON CONFLICT ("table", record, at) DO NOTHING
    """


def _of_sources(cited: str) -> Iterator[str]:
    """What was only cited goes with the publication of the last source of it, and comes with it."""
    from summitkb.records.models import Source

    turned = f"""
        SELECT event.pgh_obj_id FROM {{events}} AS event {_before(Source)}
        WHERE coalesce(before.public, false)
            <> (event.publication = 'published' AND event.pgh_label <> 'delete')
    """
    yield f"""
        DELETE FROM changes USING citations_history AS event
        WHERE event.source_id IN ({turned}) AND changes.only_cited
            AND (changes."table", changes.record, changes.at)
                = (event."table", event.record, event.pgh_created_at)
            AND NOT EXISTS (
                SELECT FROM citations_history AS other JOIN sources ON sources.id = other.source_id
                WHERE sources.publication = 'published' AND other."table" = changes."table"
                    AND other.record = changes.record AND other.pgh_created_at = changes.at
            )
    """
    yield f"""
        WITH of_sources AS (SELECT * FROM citations_history WHERE source_id IN ({turned})) {cited}
    """


def _public(model, column, key) -> str:
    """That the record of an event was public by the end of its transaction."""
    return f"""
        (SELECT record.publication FROM {_history(model)} AS record
        WHERE record."{column}" = event.{key} AND record.pgh_created_at <= event.pgh_created_at
        ORDER BY record.pgh_id DESC LIMIT 1) = 'published'
    """
