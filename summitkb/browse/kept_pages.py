"""Public pages, each made once for a revision and kept while nothing changes.

A public page is a function of its address, of the revision (`summitkb.records.revisions`) and of the
day, on which "today" on a page depends. So its ETag names the last two, a reader who has it is told so
by 304, and what was made for one reader is given to the next. Nothing has to be thrown away: what has
changed has another name.
"""

import gzip
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256

from django.conf import settings
from django.core.cache import caches
from django.db import OperationalError, connection
from django.http import HttpResponse
from django.middleware.gzip import re_accepts_gzip
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers
from psycopg.errors import QueryCanceled

from summitkb.browse.errors import took_too_long
from summitkb.records.revisions import one_moment, revision

LEVEL = 5
"""Of the compression: from there on pages hardly become smaller, and take longer."""

_making: dict[str, threading.Event] = {}
_lock = threading.Lock()


class KeptPages:
    """Middleware around the view itself; also around one that `AsOfMiddleware` puts into the past.

    A view that says `keeps_itself` has headers of its own. Within a transaction that is not its own, as
    that of a test, nothing is kept: what was written in it has no number yet.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if not _may_be_kept(request, view):
            return None
        key = f"page:{sha256(request.build_absolute_uri(request.get_full_path()).encode()).hexdigest()}"
        kept = _kept(key)
        if kept is None:
            with _alone(key) as waited:
                kept = _kept(key) if waited else None
                if kept is None:
                    return _made(request, view, args, kwargs, key)
        return _answer(request, *kept)


def _kept(key) -> tuple | None:
    """The page of an address, if it is that of now."""
    kept = caches["pages"].get(key)
    return kept if kept and kept[0] == _tag() else None


@contextmanager
def _alone(key) -> Iterator[bool]:
    """Only one reader at a time makes a page; those who want the same wait, and are told that they did.

    Not for longer than a page may take: whoever makes it may be in trouble of their own.
    """
    with _lock:
        mine = key not in _making
        making = _making.setdefault(key, threading.Event())
    if not mine:
        making.wait(settings.PAGE_SECONDS)
        yield True
        return
    try:
        yield False
    finally:
        with _lock:
            del _making[key]
        making.set()


def _made(request, view, args, kwargs, key):
    """The answer of the view, kept where it is a page."""
    try:
        with one_moment():
            # Before anything else is asked, so that no older page comes to a newer name.
            tag = _tag()
            _limit_statements()
            response = view(request, *args, **kwargs)
            if hasattr(response, "render"):
                response.render()
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled):
            return took_too_long(request)
        raise
    if response.status_code != 200 or response.cookies or response.has_header("Vary"):
        return response
    patch_cache_control(response, no_cache=True)
    kept = tag, gzip.compress(response.content, LEVEL, mtime=0), dict(response.items())
    caches["pages"].set(key, kept)
    return _answer(request, *kept)


def _may_be_kept(request, view) -> bool:
    page = getattr(view, "view_class", None)
    if page is None or getattr(page, "keeps_itself", False) or request.resolver_match.namespace:
        return False
    own = not connection.in_atomic_block or (request.as_of and not connection.savepoint_ids)
    return request.method in ("GET", "HEAD") and bool(own)


def _limit_statements() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = %s", [f"{settings.PAGE_SECONDS}s"])


def _tag() -> str:
    return f'W/"{revision()}-{timezone.now():%Y%m%d}"'


def _answer(request, tag, packed, headers):
    """The page, or 304; as it was packed where the client takes that."""
    response = HttpResponse(headers=headers | {"ETag": tag})
    patch_vary_headers(response, ["Accept-Encoding"])
    answer = get_conditional_response(request, etag=tag, response=response)
    if answer is response:
        if re_accepts_gzip.search(request.headers.get("Accept-Encoding", "")):
            response.content, response["Content-Encoding"] = packed, "gzip"
        else:
            response.content = gzip.decompress(packed)
    return answer
