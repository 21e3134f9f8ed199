"""What keeps the database from answering anybody, as against what it refuses to one.

Told by PostgreSQL's own codes (Appendix A of its manual): a fault of a single question or row is
none of these, and stays what it is.
"""

import errno
from enum import Enum

from django.db import Error, InterfaceError, OperationalError
from psycopg.errors import ReadOnlySqlTransaction

GONE = ("08", "57P")
"""Classes of a connection that failed, and of a server that ends, starts or was killed."""
BUSY = "53"
"""The class of what has run out: connections, memory; disk space is told apart."""
FULL = "53100"


class Away(Enum):
    """Why; each with a heading and what it means for whoever asked, in sentences."""

    GONE = (
        "The database does not answer",
        "Nothing that was saved is lost, and pages are here again as soon as it answers.",
    )
    FULL = (
        "There is no room left to write",
        "The disk of the database or of its files is full. What is there can be read as before; "
        "nothing of what you sent was saved.",
    )
    BUSY = (
        "The database has its hands full",
        "It takes no more at this moment. Nothing that was saved is lost.",
    )
    READ_ONLY = (
        "The database can only be read now",
        "It follows another server, or is being moved. What is there can be read as before; nothing "
        "of what you sent was saved.",
    )

    def __init__(self, heading: str, words: str):
        self.heading = heading
        self.words = words

    @property
    def afterwards(self) -> str:
        """For whoever waits for the end of what they began, in one transaction."""
        if self is not Away.GONE:
            return f"{self.heading}. {self.words}"
        # A connection that is lost at COMMIT leaves it open whether that was done.
        return (
            f"{self.heading}. What was begun was done whole or not at all; look which before you "
            "begin it again."
        )


def why_away(error: BaseException | None) -> Away | None:
    """What an exception says of the database, or of the disk of our files; None where it is a fault
    of something else."""
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return Away.FULL
    if not isinstance(error, Error):
        return None
    code = getattr(error.__cause__, "sqlstate", None)
    if isinstance(error.__cause__, ReadOnlySqlTransaction):
        return Away.READ_ONLY
    if code == FULL:
        return Away.FULL
    if code and code.startswith(BUSY):
        return Away.BUSY
    # Without a code: there was nobody to give one, or the connection broke in the middle.
    lost = isinstance(error, OperationalError | InterfaceError) and not code
    return Away.GONE if lost or code and code.startswith(GONE) else None
