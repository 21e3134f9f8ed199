"""What is said on standard error: lines for people, or with LOG=json an object a line for programs.

Each request has a name, which stands at all that is said in it and in the answer's `X-Request-ID`, so
that who was shown an error can tell which it was. No address, account, cookie or query string is in
what we say: they would make the log a record of who reads what.
"""

import json
import logging
import re
import time
from contextvars import ContextVar
from datetime import UTC, datetime
from urllib.parse import quote
from uuid import uuid4

from django.conf import settings

from summitkb.records.away import why_away

HEADER = "X-Request-ID"
NAME = re.compile("[A-Za-z0-9_.-]{8,64}")
EXTRAS = ("method", "path", "status", "milliseconds")

current: ContextVar[str] = ContextVar("request", default="")
"""The name of the request that this thread works for; empty where it works for none."""

logger = logging.getLogger("summitkb.request")


class NamedRequests:
    """The outermost middleware. A name that a proxy gave is kept where we trust that proxy."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        began, name = time.perf_counter(), _name(request)
        token = current.set(name)
        try:
            response = self.get_response(request)
            response[HEADER] = name
            logger.info(
                "%s %s %s",
                *(request.method, quote(request.path), response.status_code),
                extra={
                    "method": request.method,
                    "path": request.path,
                    "status": response.status_code,
                    "milliseconds": round((time.perf_counter() - began) * 1000, 1),
                },
            )
            return response
        finally:
            current.reset(token)


def _name(request) -> str:
    given = request.headers.get(HEADER, "") if settings.SECURE_PROXY_SSL_HEADER else ""
    return given if NAME.fullmatch(given) else uuid4().hex


class Json(logging.Formatter):
    """A record as one line of JSON: time in UTC, level, logger, message, request, and a traceback."""

    def format(self, record):
        said = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if name := current.get():
            said["request"] = name
        said |= {key: getattr(record, key) for key in EXTRAS if hasattr(record, key)}
        if record.exc_info:
            said["traceback"] = self.formatException(record.exc_info)
        return json.dumps(said, default=str)


def is_no_outage(record: logging.LogRecord) -> bool:
    """For a filter: an outage is told in one line by the page that says so, not in a traceback for
    each reader."""
    return not (record.exc_info and why_away(record.exc_info[1]))
