"""Django's PostgreSQL backend for a replica, which says so where a page has to be made elsewhere."""

from django.db.backends.postgresql import base
from django.db.utils import DatabaseErrorWrapper
from django.utils.functional import cached_property
from psycopg import OperationalError
from psycopg.errors import QueryCanceled, ReadOnlySqlTransaction


class Elsewhere(BaseException):
    """This replica cannot answer what a page asks; its cause says why.

    No Exception, as Django makes those into a page with status 500 at every middleware, logs them and
    tells its signals, and this is none yet.
    """


class DatabaseWrapper(base.DatabaseWrapper):
    makes_a_page = False
    """Whether the page for which something is asked can still be made elsewhere."""

    @cached_property
    def wrap_database_errors(self):
        return _Errors(self)


class _Errors(DatabaseErrorWrapper):
    def __exit__(self, exc_type, exc_value, traceback):
        if self.wrapper.makes_a_page and _is_of_the_replica(exc_value):
            raise Elsewhere from exc_value
        super().__exit__(exc_type, exc_value, traceback)


def _is_of_the_replica(error) -> bool:
    """Whether another server would answer: where the connection is lost or refused, where what the
    primary did stands in the way of a question, where something is to be written."""
    if isinstance(error, OperationalError):
        return not isinstance(error, QueryCanceled)  # for it took too long
    return isinstance(error, ReadOnlySqlTransaction)
