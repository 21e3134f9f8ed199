"""For whoever watches over SummitKB: `/healthz`, whether it lives, and `/readyz`, whether it can work.

Both say which part is in trouble, and nothing else of it; what is wrong with it is in the log, and
`manage.py doctor` tells how to mend it.
"""

import logging
import os
import shutil
import threading
import time
from functools import cache

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connection, connections
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpResponse, HttpResponseNotAllowed

LEAST_FREE = 100 * 1024**2
"""Bytes on the disk of the data folder; with fewer PostgreSQL may stop at any moment."""
LOOKED_AT = 1
"""Seconds for which an answer is given again, so that asking costs nothing."""

logger = logging.getLogger(__name__)


class Health:
    """Middleware. It stands before all that wants to know a host name, which a probe has none of."""

    def __init__(self, get_response):
        self.get_response = get_response
        self._lock = threading.Lock()
        self._looked, self._ready = float("-inf"), (503, "")

    def __call__(self, request):
        if request.path_info not in ("/healthz", "/readyz"):
            return self.get_response(request)
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        status, words = (200, "ok") if request.path_info == "/healthz" else self._readiness()
        headers = {"Cache-Control": "no-store"} | ({"Retry-After": "5"} if status == 503 else {})
        return HttpResponse(f"{words}\n", content_type="text/plain", status=status, headers=headers)

    def _readiness(self) -> tuple[int, str]:
        with self._lock:
            if time.monotonic() - self._looked > LOOKED_AT:
                self._ready = readiness()
                self._looked = time.monotonic()
            return self._ready


def readiness() -> tuple[int, str]:
    """The status and a line of words.

    A replica that is gone, or a primary that is while a replica answers, is told with status 200: the
    public is served. Who takes servers out of service by this must not take the last one.
    """
    answering = {alias for alias in connections if _answers(alias)}
    missing = set(connections) - answering
    troubles = [] if answering else ["database"]
    if DEFAULT_DB_ALIAS in answering and _unapplied():
        troubles.append("migrations")
    if not _has_room():
        troubles.append("disk")
    if troubles:
        logger.error("Not ready: %s", ", ".join(troubles))
        return 503, f"not ready: {', '.join(troubles)}"
    if DEFAULT_DB_ALIAS in missing:
        return 200, "ready, but only to be read: database"
    return 200, "ready, but not all of it: replicas" if missing else "ready"


def _answers(alias) -> bool:
    try:
        with connections[alias].cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        connections[alias].close()
        return False
    return True


def _unapplied() -> bool:
    return bool(_on_disk() - MigrationRecorder(connection).applied_migrations().keys())


@cache
def _on_disk() -> frozenset:
    """The migrations of this code, as app and name: those that the process has loaded."""
    return frozenset(MigrationLoader(None).disk_migrations)


def _has_room() -> bool:
    try:
        free = shutil.disk_usage(settings.DATA).free
    except OSError:
        return False
    return free >= LEAST_FREE and os.access(settings.DATA, os.W_OK)
