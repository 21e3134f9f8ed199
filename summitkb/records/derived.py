"""What the database derives from the tables: views, functions, and triggers that keep what follows.

They live in schemas of their own and are made anew after every migration that could have changed a
table, so a new field or table needs no thought of them. A module that has some to make registers a
function that gives the statements; `records.apps` calls `drop` and `install` around migrations.
"""

from collections.abc import Callable, Iterable
from hashlib import sha256

from django.db import connections, transaction

SCHEMAS = ("derived", "as_of")

_parts: list[Callable[[], Iterable[str]]] = []


def derive(part: Callable[[], Iterable[str]]):
    """Decorator: what this function gives are statements that make derived objects, in order.

    They are run in the order in which they are registered, as one transaction.
    """
    _parts.append(part)
    return part


def on_insert(table: str, name: str, statements: Iterable[str]) -> str:
    """The statements that make a trigger, which runs others on new rows of a table, named `events`."""
    return f"""
        CREATE FUNCTION derived.{table}_{name}() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            {"; ".join(statements)};
            RETURN NULL;
        END $$;
        CREATE TRIGGER {name} AFTER INSERT ON {table} REFERENCING NEW TABLE AS events
        FOR EACH STATEMENT EXECUTE FUNCTION derived.{table}_{name}()
    """


def statements() -> list[str]:
    return [statement for part in _parts for statement in part()]


def drop(using: str) -> None:
    """Remove all of it, because a view keeps the columns that it reads from being altered."""
    with transaction.atomic(using), connections[using].cursor() as cursor:
        _drop(cursor)


def install(using: str) -> None:
    """Make all of it, unless just that is there already."""
    wanted = statements()
    with transaction.atomic(using), connections[using].cursor() as cursor:
        if is_installed(using):
            return
        _drop(cursor)
        for schema in SCHEMAS:
            cursor.execute(f"CREATE SCHEMA {schema}")
        for statement in wanted:
            cursor.execute(statement)
        cursor.execute(f"COMMENT ON SCHEMA derived IS '{_digest(wanted)}'")


def is_installed(using: str) -> bool:
    """Whether just what is to be there was made."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT obj_description(to_regnamespace('derived'), 'pg_namespace')")
        return cursor.fetchone() == (_digest(statements()),)


def _digest(wanted: list[str]) -> str:
    return sha256("\n".join(wanted).encode()).hexdigest()


def _drop(cursor):
    cursor.execute(f"DROP SCHEMA IF EXISTS {', '.join(SCHEMAS)} CASCADE")
