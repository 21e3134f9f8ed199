"""`/.well-known/security.txt` (RFC 9116): where a hole is reported."""

from datetime import timedelta

from django.conf import settings
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

DAYS = 180
"""For which it says that it is good: the standard wants less than a year."""


@require_safe
def security_txt(request):
    if settings.SECURITY_CONTACT is None:
        raise Http404("Nobody has said where to report a hole in this SummitKB.")
    midnight = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
    lines = {
        "Contact": settings.SECURITY_CONTACT,
        "Expires": f"{midnight + timedelta(days=DAYS):%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages": "en",
    }
    if request.is_secure():  # the standard knows no other
        lines["Canonical"] = request.build_absolute_uri(request.path)
    text = "".join(f"{name}: {value}\n" for name, value in lines.items())
    return HttpResponse(text, content_type="text/plain; charset=utf-8")
