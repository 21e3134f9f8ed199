"""Sessions in the database that end so many hours after the login, whatever is done in between.

Django's own begin anew whenever something is written to them. The cookie ends with the browser.
"""

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore as Stored
from django.utils import timezone

BEGAN = "began"


class SessionStore(Stored):
    def get_expiry_date(self, **kwargs):
        began = self.get(BEGAN)
        if began is None:
            return super().get_expiry_date(**kwargs)
        return datetime.fromtimestamp(began, UTC) + timedelta(seconds=settings.SESSION_COOKIE_AGE)

    @classmethod
    def get_model_class(cls):
        return Stored.get_model_class()


def begin(request, **kwargs) -> None:
    """At each login."""
    request.session[BEGAN] = int(timezone.now().timestamp())
