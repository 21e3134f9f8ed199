"""`manage.py prepare`: make this folder ready to serve; what is done already is left as it is."""

import secrets
import socket

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import BaseCommand, CommandError, call_command
from django.db import OperationalError, connection

from delegations.models import Event
from summitkb.accounts.lockout import forget_expired
from summitkb.accounts.second_factor import forget_unfinished
from summitkb.browse.counting import make_bitmaps
from summitkb.exchange.progress import progress
from summitkb.own_machine import write_secret

PACKAGE = settings.BASE_DIR / "meetings" / "packages" / "moscow-2025"
EDITOR = "editor"


class Command(BaseCommand):
    help = (
        "Make ready to serve: migrate the database, collect static files, load the bundled package "
        "into an empty knowledge base, make an editor account where there is no account, forget "
        "sessions and failed logins that are over, and count what the lists of a large knowledge "
        "base show."
    )
    requires_system_checks = []  # migrate does them, those of the database too

    def add_arguments(self, parser) -> None:
        parser.add_argument(
            "--port-must-be-free", action="store_true", help="stop where something listens on PORT"
        )

    def handle(self, *, port_must_be_free: bool, verbosity: int, **options) -> None:
        if port_must_be_free:
            require_free_port(settings.PORT)
        self._connect()
        quietly = {"verbosity": verbosity - 1, "interactive": False}
        call_command("migrate", skip_checks=False, **quietly)
        call_command("collectstatic", **quietly)
        if not Event.objects.exists():
            self.stdout.write(f"Loading the package {PACKAGE.name}.")
            call_command("loadpackage", str(PACKAGE), verbosity=verbosity)
        if not get_user_model().objects.exists():
            self._make_editor()
        call_command("clearsessions")
        forget_expired()
        forget_unfinished()
        make_bitmaps(progress())

    def _connect(self) -> None:
        """Connect to the database. Raises CommandError with what the server or libpq says."""
        try:
            connection.ensure_connection()
        except OperationalError as error:
            why = " ".join(str(error).split())
            raise CommandError(f"DATABASE_URL must lead to a reachable database: {why}") from error

    def _make_editor(self) -> None:
        """Make the first account; show its password this once and keep it beside the data."""
        password = secrets.token_urlsafe(12)
        kept = settings.DATA / "editor-password"
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.unlink(missing_ok=True)  # of a database that is no more
        write_secret(kept, password)
        get_user_model().objects.create_superuser(EDITOR, password=password)
        self.stdout.write(f"Made the account {EDITOR} with password {password}, kept in {kept}.")


def require_free_port(port: int) -> None:
    """Raise CommandError where a server listens on `port` of this machine, or we may not."""
    with socket.socket() as candidate:
        candidate.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            candidate.bind(("127.0.0.1", port))
        except OSError as error:
            raise CommandError(
                f"PORT must be free to serve on, and {port} is not: {error.strerror}."
            ) from error
