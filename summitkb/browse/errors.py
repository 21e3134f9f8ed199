"""The pages for an address that asks for what is not there, for an outage, and for a fault of ours."""

import logging
import sys
from urllib.parse import quote

from django.conf import settings
from django.db import connections
from django.http import HttpResponse, HttpResponseServerError
from django.shortcuts import render
from django.template import loader
from django.urls import reverse

from summitkb.browse.from_replicas import is_public
from summitkb.records.away import Away, why_away

logger = logging.getLogger(__name__)

RETRY_AFTER = 10
"""Seconds: PostgreSQL starts again in fewer, after most of what may happen to it."""


def bad_request(request, exception=None):
    """400, with the parameters that were wrong and what each accepts, where that is known."""
    problems = getattr(exception, "problems", {})
    return render(request, "400.html", {"problems": problems}, status=400)


def forbidden(request, exception=None):
    """403: an account that may not do this."""
    return render(request, "403.html", status=403)


def foreign_form(request, reason=""):
    """403: a form that is not known to come from a page of ours (CSRF)."""
    request.refused_because = "the form is not known to be ours"
    return render(request, "403.html", {"form": True}, status=403)


def not_found(request, exception=None):
    """404. The words of a `Http404` of ours are a sentence; those of the URL resolver are not."""
    words = exception.args[0] if exception and exception.args else ""
    return render(
        request, "404.html", {"words": words if isinstance(words, str) else ""}, status=404
    )


def took_too_long(request):
    """503, with what would ask for less. Nothing of the page is shown: half a count is none."""
    name, query = request.resolver_match.url_name or "", request.META["QUERY_STRING"]
    rows = reverse(name.replace("-list", "-csv")) if name.endswith("-list") else ""
    context = {"seconds": settings.PAGE_SECONDS, "rows": f"{rows}?{query}" if query else rows}
    return render(request, "503.html", context, status=503)


def server_error(request):
    """500, or 503 in an outage: whatever it broke off, an address, a form or a download.

    Both from a template that needs neither database nor context: they may be what failed. Django calls
    this while it handles the exception, wherever that was raised, in a middleware as in a view.
    """
    if away := why_away(sys.exc_info()[1]):
        return _outage(request, away)
    return HttpResponseServerError(loader.render_to_string("500.html"))


def _outage(request, away: Away):
    # Quoted as in an address, so that what stands in it cannot begin a line of its own.
    logger.warning("%s %s: %s", request.method, quote(request.path), away.heading)
    context = {
        "away": away,
        "sent": request.method not in ("GET", "HEAD") and away is Away.GONE,
        "others_go_on": len(connections.settings) > 1 and not is_public(request),
    }
    page = loader.render_to_string("outage.html", context)
    headers = {"Retry-After": RETRY_AFTER, "Cache-Control": "no-store"}
    return HttpResponse(page, status=503, headers=headers)
