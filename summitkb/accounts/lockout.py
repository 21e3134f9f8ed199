"""How often a password may be tried, by django-axes, and what is kept of that.

Counted is the pair of name and address: an address alone stands for all who share a proxy, and by a
name alone anybody could lock out an editor. Kept of it are the address, for as long as it counts, and
a digest of the name, in whose place somebody may have typed a password.
"""

from ipaddress import IPv6Address, ip_address, ip_network

from axes.handlers.database import AxesDatabaseHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib import admin
from django.shortcuts import render
from django.utils import timezone
from django.utils.crypto import salted_hmac


def address_of(request) -> str | None:
    """Where a request came from: the address that our proxy saw, which it put last.

    What stands before the last was said by the client. Of IPv6 it is the network of one household,
    whose addresses are without number.
    """
    said = [request.META.get("REMOTE_ADDR", "")]
    if settings.TRUSTED_PROXY:
        said.insert(0, request.headers.get("X-Forwarded-For", "").rpartition(",")[2])
    for text in said:
        try:
            address = ip_address(text.strip())
        except ValueError:
            continue
        if isinstance(address, IPv6Address):
            within = ip_network((int(address), 64), strict=False).network_address
            address = address.ipv4_mapped or within
        return str(address)
    return None


def name_of(request, credentials) -> str:
    """A digest of the name that was typed."""
    typed = (credentials or request.POST).get("username") or ""
    return salted_hmac("summitkb.accounts.lockout", typed, algorithm="sha256").hexdigest()


class Handler(AxesDatabaseHandler):
    """Leaves out the browser, by which a record would be kept for each that is claimed."""

    def user_login_failed(self, sender, credentials, request=None, **kwargs):
        if request is not None:
            request.axes_user_agent = request.axes_http_accept = ""
        super().user_login_failed(sender, credentials, request, **kwargs)


def keep_nothing_else(instance, **kwargs) -> None:
    """Before an attempt is saved: nothing of the form."""
    instance.get_data = instance.post_data = ""


def locked_out(request, response, credentials):
    """The answer to who has tried too often, with the right password too."""
    context = {
        **admin.site.each_context(request),
        "title": "Too many tries",
        "minutes": settings.AXES_COOLOFF_TIME.seconds // 60,
    }
    answer = render(request, "accounts/locked_out.html", context, status=429)
    answer["Retry-After"] = settings.AXES_COOLOFF_TIME.seconds
    answer["Cache-Control"] = "no-store"
    return answer


def forget_expired() -> None:
    """Delete what no longer counts. A failed login does so too, but one may be long in coming."""
    AccessAttempt.objects.filter(
        attempt_time__lte=timezone.now() - settings.AXES_COOLOFF_TIME
    ).delete()
