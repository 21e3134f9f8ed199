"""Rows into an empty database, by COPY, with all that its triggers would have made of them.

Of the triggers only those that write history stay on: they do it for all rows of a COPY at once. The
others look at each row. What they watch over holds by how the rows are made up, and a test checks it;
what they keep, the changes and the entries of the search, is made afterwards from its definition.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import pghistory
from django.db import connection, transaction
from django.db.models import TextField, Value
from django.db.models.functions import Cast

from summitkb.browse.search.documents import said_by
from summitkb.exchange.progress import Silence
from summitkb.exchange.tables import tables
from summitkb.records.changes import all_changes
from summitkb.records.models import SearchEntry, record_models
from summitkb.records.time_travel import tracked_models
from summitkb.records.triggers import make_triggers_fast
from tests.benchmarks.record import COLUMNS, Scale, rows

AT_ONCE = 50_000
"""So many rows are held before they are written, each table's together."""

PUBLISHED = {"publication": "published", "publication_note": ""}
"""What every record has beside its own columns."""

_FOREIGN_KEYS = """
    SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid)
    FROM pg_constraint WHERE contype = 'f' AND conrelid = ANY (%s::regclass[]) ORDER BY 1, 2
"""
_INDEXES = """
    SELECT indexrelid::regclass::text, replace(pg_get_indexdef(indexrelid), ' ON ONLY ', ' ON ')
    FROM pg_index  -- of a table with partitions: that of each is made with it
    WHERE indrelid = ANY (%s::regclass[])
        AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid AND conrelid = indrelid)
    ORDER BY 1
"""


class NotEmpty(Exception):
    """The database holds records already."""


def fill(statements: int, seed: int, watch: Silence | None = None) -> None:
    """Make up so many statements and what belongs to them, in one transaction.

    All of it is published, and has one change in its history. Raises NotEmpty.
    """
    watch = watch or Silence()
    with transaction.atomic():
        write(statements, seed, watch)
        make_search_entries(watch)


def settle() -> None:
    """Have PostgreSQL do now what it would do by itself some minutes later, while time is measured."""
    with connection.cursor() as cursor:
        cursor.execute(f"VACUUM (ANALYZE) {', '.join(_tables())}, changes, search_entries")


def write(statements: int, seed: int, watch: Silence) -> None:
    """The rows and their history, which is all that a dump has. Raises NotEmpty."""
    context = pghistory.context(package=f"made-up-{statements}-{seed}")
    with transaction.atomic(), context, connection.cursor() as cursor:
        if any(model.objects.exists() for model in record_models()):
            raise NotEmpty
        make_triggers_fast()
        cursor.execute("SET LOCAL work_mem = '64MB'; SET LOCAL maintenance_work_mem = '256MB'")
        with _bare(cursor, watch):
            watch.begin("Writing", statements)
            _copy(cursor, rows(Scale(statements), seed), watch)
        changes = list(all_changes())  # of states none has ended yet
        watch.begin("Changes", len(changes))
        for statement in changes:
            cursor.execute(statement)
            watch.advance(1)


def make_search_entries(watch: Silence) -> None:
    """What the search finds, as `derived.search_documents` says.

    That view finds what is to be said of a record and makes the words of it in one, which PostgreSQL
    does on one core; done one after the other, the second is done on several.
    """
    with (
        connection.cursor() as cursor,
        _without_indexes(cursor, [SearchEntry._meta.db_table], watch),
    ):
        watch.begin("What the search finds", len(tables()) + 2)
        cursor.execute("""
            CREATE UNLOGGED TABLE derived.said ("table" text, record text, language text,
                titles text, texts text, context text) WITH (parallel_workers = 3)
        """)
        for table in tables():
            key = Cast(table.key_field, TextField())
            said = table.published().order_by().values_list(Value(table.name), key, *said_by(table))
            sql, params = said.query.sql_with_params()
            cursor.execute(f"INSERT INTO derived.said {sql}", params)
            watch.advance(1)
        cursor.execute("ANALYZE derived.said")
        cursor.execute("SET LOCAL max_parallel_workers_per_gather = 3")
        cursor.execute("""
            CREATE UNLOGGED TABLE derived.found AS
            SELECT "table", record, derived.search_words(language, titles, texts, context) AS vector
            FROM derived.said
        """)
        watch.advance(1)
        cursor.execute('INSERT INTO search_entries ("table", record, vector) TABLE derived.found')
        watch.advance(1)
        cursor.execute("DROP TABLE derived.said, derived.found")


def _copy(cursor, rows: Iterable[tuple[str, tuple]], watch: Silence) -> None:
    records = {model._meta.db_table for model in record_models()}
    held, count = defaultdict(list), 0
    for table, row in rows:
        held[table].append(row + tuple(PUBLISHED.values()) if table in records else row)
        count += 1
        if count == AT_ONCE:
            watch.advance(len(held["statements"]))
            _write(cursor, held, records)
            count = 0
    _write(cursor, held, records)


def _write(cursor, held: dict[str, list[tuple]], records: set[str]) -> None:
    for table, of_table in held.items():
        names = COLUMNS[table].split() + (list(PUBLISHED) if table in records else [])
        columns = ", ".join(f'"{name}"' for name in names)
        # The driver's own cursor: Django's knows of no COPY.
        with cursor.cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
            for row in of_table:
                copy.write_row(row)
    held.clear()


@contextmanager
def _bare(cursor, watch: Silence) -> Iterator[None]:
    """The tables without indexes, foreign keys and triggers, but for unique keys and history.

    Each of these is made faster for all rows than for one after the other. The owner of the tables may
    do this; `session_replication_role` is for the superuser, whom a managed server gives to nobody.
    """
    models, names = tracked_models(), _tables()
    cursor.execute(_FOREIGN_KEYS, [names])
    foreign_keys = cursor.fetchall()
    for table, name, _ in foreign_keys:
        cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    for model in models:
        table = model._meta.db_table
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER {_writes_history(model)}")
        cursor.execute(f"ALTER TABLE {_history(model)} DISABLE TRIGGER USER")
    with _without_indexes(cursor, names, watch):
        yield
    watch.begin("Foreign keys", len(foreign_keys))
    for table, name, definition in foreign_keys:
        cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
        watch.advance(1)
    for model in models:
        for table in (model._meta.db_table, _history(model)):
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def _tables() -> list[str]:
    """The tables whose history is kept, and those that keep it."""
    models = tracked_models()
    return [m._meta.db_table for model in models for m in (model, model.pgh_event_model)]


def _history(model) -> str:
    return model.pgh_event_model._meta.db_table


def _writes_history(model) -> str:
    triggers = model._meta.triggers
    return next(t.get_pgid(model) for t in triggers if t.name == "insert_insert")


@contextmanager
def _without_indexes(cursor, names: list[str], watch: Silence) -> Iterator[None]:
    """Tables have no indexes inside, but for those of constraints; afterwards they are analysed."""
    cursor.execute(_INDEXES, [names])
    indexes = cursor.fetchall()
    for name, _ in indexes:
        cursor.execute(f"DROP INDEX {name}")
    yield
    watch.begin("Indexes", len(indexes))
    for _, definition in indexes:
        cursor.execute(definition)
        watch.advance(1)
    cursor.execute(f"ANALYZE {', '.join(names)}")
