"""Every public page as it stood on a day: what lies below `/as-of/2025-06-01/`."""

import re
from contextlib import ExitStack
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.http import FileResponse, Http404, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import Resolver404, get_script_prefix, resolve, reverse, set_script_prefix
from django.utils import timezone
from django.views.decorators.http import require_safe

from summitkb.browse.filter_form import BadParameters
from summitkb.browse.streams import Held
from summitkb.records.time_travel import as_of

BELOW = re.compile(r"/as-of/([^/]+)(/.*)?")
NOT_PUBLIC = (f"/{settings.ADMIN_PATH}/", "/as-of/", "/.well-known/")


def day_of(text: str, name: str = "as-of") -> date:
    """The day that the part `name` of an address gives. Raises BadParameters where it is none, or in
    the future."""
    accepted = "Accepted is a day as YYYY-MM-DD that is not in the future."
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise BadParameters({name: [f"“{text[:40]}” is no day. {accepted}"]}) from None
    if str(day) != text or day > timezone.now().date():
        raise BadParameters({name: [f"“{text[:40]}” will not do. {accepted}"]})
    return day


class AsOfMiddleware:
    """Answers an address below `/as-of/DAY/` as the address without that part, from the past.

    What was recorded by the end of that day, at midnight UTC, is what is there. Links on the page
    stay in the past, because the part goes into the prefix that `reverse()` puts before addresses.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.as_of = None
        found = BELOW.fullmatch(request.path_info)
        return self._past(request, *found.groups()) if found else self.get_response(request)

    def _past(self, request, text, rest):
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        day, today = day_of(text), get_script_prefix()
        below = f"{today}as-of/{day}/"
        if rest is None:
            return HttpResponseRedirect(below)
        if rest.startswith(NOT_PUBLIC):
            raise Http404("Only public pages have a past.")
        request.as_of, request.path_info = day, rest
        request.present = today.removesuffix("/") + request.get_full_path_info()
        moment = datetime.combine(day + timedelta(days=1), time(), UTC) - timedelta(microseconds=1)
        set_script_prefix(below)
        with ExitStack() as then:
            then.enter_context(as_of(moment))
            try:
                response = self.get_response(request)
            finally:
                set_script_prefix(today)
            if response.streaming and not isinstance(response, FileResponse):
                past = then.pop_all()  # what is still to come is asked of it
                response.streaming_content = Held(response.streaming_content, past.close)
        return response


@require_safe
def travel(request):
    """From the form at the foot of a page, which gives a `day` and the page's `path`, to its past."""
    day, path = day_of(request.GET.get("day", ""), "day"), request.GET.get("path", "/")
    home = reverse("home")
    below = "/" + path.removeprefix(home).removeprefix("/")
    try:
        if urlsplit(path)[:2] != ("", ""):
            raise ValueError("on another host")
        resolve(urlsplit(below).path)
    except (Resolver404, ValueError):
        raise Http404("The page whose past is asked for is none of SummitKB.") from None
    return HttpResponseRedirect(f"{home}as-of/{day}{below}")
