"""What is seen now, by a short name: the same name means the same pages and the same bytes."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connection, transaction

from summitkb.records import replica_moments

CODE = {
    "summitkb": "*.py",
    "delegations": "*.py",
    "meetings": "*.py",
    "templates": "*",
    "static": "*",
}
"""The folders, and the files in them, of which pages and files are made."""
DIGITS = 12
TIMELINE = (
    "greatest((pg_control_recovery()).min_recovery_end_timeline, "
    "(pg_control_checkpoint()).timeline_id)"
)
"""SQL: on which timeline a server is. After a failover first the one tells it, then the other."""


@contextmanager
def one_moment() -> Iterator[None]:
    """All that is asked inside sees the same moment, and nothing can be written.

    Within a transaction that is open already, what that sees.
    """
    if connection.in_atomic_block:
        with transaction.atomic():
            yield
    elif connection.alias == DEFAULT_DB_ALIAS:
        with _begun():
            yield
    else:
        with replica_moments.named(_begun):
            yield


@contextmanager
def _begun() -> Iterator[None]:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        connection.known_of_moment = {}
        try:
            yield
        finally:
            connection.known_of_moment = None


def known_of_moment() -> dict | None:
    """What was found out about the moment that is seen, to be asked once; None outside of `one_moment`
    and in the past."""
    return getattr(connection, "known_of_moment", None)


def revision() -> str:
    """The name of what the transaction sees: DIGITS hexadecimal digits.

    Made of PostgreSQL's own snapshot, which changes with every commit and else stands still; of
    which database that is, and on which timeline, as transactions of either side of a failover have
    the same numbers; and of the code and the licence with which pages and files are made. What a
    replica sees has names of its own: `replica_moments`.
    """
    with connection.cursor() as cursor:
        on_primary = connection.alias == DEFAULT_DB_ALIAS
        snapshot = "pg_current_snapshot()::text" if on_primary else replica_moments.NAME
        cursor.execute(
            f"SELECT system_identifier, {TIMELINE}, current_database(), {snapshot} "
            "FROM pg_control_system()"
        )
        seen = (on_primary, *cursor.fetchone())
    return sha256(repr((*seen, settings.DATA_LICENCE, code())).encode()).hexdigest()[:DIGITS]


@cache
def code() -> str:
    """The digest of all files that pages and files are made by, as they were at the first question."""
    digest, root = sha256(), Path(settings.BASE_DIR)
    found = (file for folder, form in CODE.items() for file in (root / folder).rglob(form))
    for file in [*sorted(filter(Path.is_file, found)), root / "requirements.txt"]:
        digest.update(
            f"{file.relative_to(root)} {sha256(file.read_bytes()).hexdigest()}\n".encode()
        )
    return digest.hexdigest()
