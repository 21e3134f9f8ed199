"""What the log says of whom we did not let in: a line each, in which nobody can be recognised.

No name that was typed (it may be a password), no address, no session. An account is its number, which
only the database translates.
"""

import logging
from urllib.parse import quote

LOGIN = logging.getLogger("summitkb.refused.login")
PERMISSION = logging.getLogger("summitkb.refused.permission")


def note(log, request, reason, user=None) -> None:
    """`user`: the account, where that is known and not yet signed in."""
    user = user or getattr(request, "user", None)
    account = f"account {user.pk}" if user and user.is_authenticated else "no account"
    # Quoted as in an address, so that what stands in it cannot begin a line of its own.
    log.warning("%s %s: %s; %s.", request.method, quote(request.path), reason, account)


def note_failed_login(request=None, **kwargs) -> None:
    if request is not None:
        locked = getattr(request, "axes_locked_out", False)
        note(LOGIN, request, "locked out" if locked else "wrong name or password")


def note_closed(request) -> None:
    """Somebody stood before a page of the admin. A visitor who only looks is led to the login, and
    tries nothing."""
    if request.user.is_authenticated or request.method not in ("GET", "HEAD"):
        note(PERMISSION, request, "not let in")


class NoteRefusals:
    """Middleware that notes each answer 403. Within those that know the account."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if response.status_code == 403:
            note(PERMISSION, request, getattr(request, "refused_because", "not permitted"))
        return response
