"""What the database refuses, as a sentence for whoever edits or loads."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.apps import apps
from django.db import IntegrityError, OperationalError
from psycopg.errors import DeadlockDetected

BUSY = "Somebody else was writing to the same records at this moment. Try again."


def constraint_sentence(name: str | None) -> str | None:
    """The sentence of a constraint of any of our models; None where there is none of that name."""
    constraints = (c for model in apps.get_models() for c in model._meta.constraints)
    return next((c.violation_error_message for c in constraints if c.name == name), None)


@contextmanager
def deadlock_refused() -> Iterator[None]:
    """Where two wait for each other PostgreSQL ends one: to whoever edits, a refusal as any other.

    To be put around a whole transaction, of which nothing is left then.
    """
    try:
        yield
    except OperationalError as error:
        if not isinstance(error.__cause__, DeadlockDetected):
            raise
        raise IntegrityError(BUSY) from error.__cause__


def sentence_of(error: IntegrityError | OperationalError) -> str:
    """The sentence of the constraint that was broken, or of the trigger that raised."""
    if isinstance(error.__cause__, DeadlockDetected):
        return BUSY
    diagnosis = error.__cause__.diag
    return constraint_sentence(diagnosis.constraint_name) or diagnosis.message_primary
