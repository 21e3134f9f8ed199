"""How much anybody may send to us: refused before it is read, and so before it fills the disk.

Django bounds what it keeps in memory, and writes files of any size to the disk of temporary files
before a form can look at them; it does that for a visitor as well, because it looks for the token of
a form in what was sent.
"""

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest
from django.shortcuts import render
from django.template.defaultfilters import filesizeformat


class BoundedBodies:
    """Middleware that answers 413 by what a request says of its length; nothing reads beyond that.

    Without a length (chunked) there is no body for Django. It stands where it is known who asks.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        length, small = _length(request), settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        # The account is only asked for where that matters, or every answer would vary by cookie.
        if length > small and length > (most := _most(request)):
            return render(request, "413.html", {"most": filesizeformat(most)}, status=413)
        return self.get_response(request)


def _length(request: HttpRequest) -> int:
    """As Django reads it."""
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0


def _most(request: HttpRequest) -> int:
    small = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    imports = request.path_info == f"/{settings.ADMIN_PATH}/import/"
    enters = imports and admin.site.has_permission(request)
    return settings.MOST_IMPORTED_BYTES + small if enters else small
