"""What keeps the database from answering anybody, told from what it refuses to one."""

import errno

import psycopg
import pytest
from django.db import DataError, IntegrityError, InternalError, OperationalError
from psycopg import errors

from summitkb.records.away import Away, why_away


def raised(outer, cause):
    """As Django raises what psycopg raised."""
    outer.__cause__ = cause
    return outer


CASES = [
    (OperationalError("of our own: the embedded server does not start"), Away.GONE),
    (raised(OperationalError(), psycopg.OperationalError("connection refused")), Away.GONE),
    (raised(OperationalError(), errors.AdminShutdown()), Away.GONE),
    (raised(OperationalError(), errors.CrashShutdown()), Away.GONE),
    (raised(OperationalError(), errors.CannotConnectNow()), Away.GONE),
    (raised(OperationalError(), errors.ConnectionFailure()), Away.GONE),
    (raised(OperationalError(), errors.DiskFull()), Away.FULL),
    (OSError(errno.ENOSPC, "No space left on device"), Away.FULL),
    (raised(OperationalError(), errors.TooManyConnections()), Away.BUSY),
    (raised(OperationalError(), errors.OutOfMemory()), Away.BUSY),
    (raised(InternalError(), errors.ReadOnlySqlTransaction()), Away.READ_ONLY),
    (raised(OperationalError(), errors.QueryCanceled()), None),
    (raised(OperationalError(), errors.DeadlockDetected()), None),
    (raised(IntegrityError(), errors.UniqueViolation()), None),
    (raised(DataError(), errors.InvalidTextRepresentation()), None),
    (OSError(errno.ENOENT, "No such file"), None),
    (ValueError("a fault"), None),
    (None, None),
]


@pytest.mark.parametrize(("error", "away"), CASES)
def test_an_outage_is_told_from_a_fault(error, away):
    assert why_away(error) is away
