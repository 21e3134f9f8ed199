"""How tests ask the database itself what it refuses."""

import threading
import time
from contextlib import contextmanager

import psycopg
import pytest
from django.db import IntegrityError, connection, transaction


@contextmanager
def refused_by(constraint):
    """What is written inside, or is to be checked at commit, breaks this constraint in PostgreSQL.

    Gives the refusal, whose `value` carries the sentence; what was written is undone. What was
    written before is checked first, as if it had been a transaction of its own.
    """
    check_deferred()
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():  # noqa: PT012 -- now or at commit
        yield refusal
        check_deferred()
    assert refusal.value.__cause__.diag.constraint_name == constraint


def check_deferred():
    """Check now what would be checked at commit: deferred foreign keys and triggers."""
    connection.check_constraints()


def sentence(refusal) -> str:
    """What the database said, without the context that it adds below."""
    return refusal.value.__cause__.diag.message_primary


def another_session() -> psycopg.Connection:
    """A second connection to the test database, outside of Django."""
    return psycopg.connect(**connection.get_connection_params())


class Waiting(threading.Thread):
    """A transaction of another session that is held up by a lock.

    After `join()`, `broke` is the name of the constraint that it broke, None where it went through.
    """

    def __init__(self, *statements):
        super().__init__()
        self.statements = statements
        self.broke = None

    def run(self):
        with another_session() as session:
            try:
                self.write(session)
                session.commit()
            except psycopg.IntegrityError as refusal:
                self.broke = refusal.diag.constraint_name

    def write(self, session):
        for statement in self.statements:
            session.execute(statement)

    def start(self):
        """Begin, and give back control when it waits."""
        super().start()
        with connection.cursor() as cursor:
            _until_one_waits(cursor)


def _until_one_waits(session):
    """Until one session waits for a lock in the test database."""
    for _ in range(500):
        # Within a transaction what was asked once stays as it was.
        session.execute("SELECT pg_stat_clear_snapshot()")
        found = session.execute(
            "SELECT count(*) FROM pg_stat_activity "
            "WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        if (found or session).fetchone() == (1,):
            return
        time.sleep(0.01)
    raise AssertionError("Nobody waits for any lock")
