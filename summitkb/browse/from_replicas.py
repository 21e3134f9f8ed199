"""Public pages from replicas of the database, where there are any.

For the time of a request a connection to a replica stands where the default one does. All that makes a
page, as a moment, COPY or a raw cursor, then asks the replica without knowing it; a router with `using`
would have to be handed through each of them, and the one that was forgotten would mix two servers, and
two moments, on a page. The primary is for who is signed in, so that they read what they wrote, for the
admin, and for all that may change something.
"""

from contextlib import ExitStack, suppress
from copy import copy

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.db import DEFAULT_DB_ALIAS, connections
from django.http import FileResponse
from django.urls import reverse
from psycopg.errors import ReadOnlySqlTransaction, SerializationFailure

from summitkb.browse.streams import Held
from summitkb.replicas.base import Elsewhere
from summitkb.replicas.watch import Watch


class FromReplicas:
    """Middleware around all that asks the database. A page on which a replica fails is made again by
    another, and at last by the primary."""

    def __init__(self, get_response):
        replicas = [alias for alias in connections if alias != DEFAULT_DB_ALIAS]
        if not replicas:
            raise MiddlewareNotUsed
        self.get_response = get_response
        self.watch = Watch(replicas)

    def __call__(self, request):
        for replica in self.watch.serving() if is_public(request) else []:
            try:
                return self._made_by(replica, request)
            except Elsewhere as failure:
                # It may have been lost in the middle of anything.
                _discard(replica)
                # In the way of one question is no reason to ask it none.
                if not isinstance(failure.__cause__, SerializationFailure | ReadOnlySqlTransaction):
                    self.watch.leave_out(replica, "it failed in the middle of a page")
        return self.get_response(request)

    def _made_by(self, replica, request):
        with ExitStack() as lent:
            lent.callback(connections.__setitem__, DEFAULT_DB_ALIAS, connections[DEFAULT_DB_ALIAS])
            connection = connections[DEFAULT_DB_ALIAS] = connections[replica]
            connection.makes_a_page = True
            try:
                # Of its own, because what makes a page writes on it, and it may be made again.
                response = self.get_response(copy(request))
            finally:
                connection.makes_a_page = False
            if response.streaming and not isinstance(response, FileResponse):
                until_closed = lent.pop_all()  # what is still to come is asked of it
                response.streaming_content = Held(response.streaming_content, until_closed.close)
        return response


def is_public(request) -> bool:
    """Whether replicas may answer."""
    return (
        request.method in ("GET", "HEAD")
        and settings.SESSION_COOKIE_NAME not in request.COOKIES
        and not request.path.startswith(reverse("admin:index"))
    )


def _discard(replica):
    connection = connections[replica]
    with suppress(Exception):
        connection.connection.close()
    del connections[replica]
