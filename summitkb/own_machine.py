"""What makes SummitKB start without being configured, on the machine of whoever tries it.

`manage.py` and the gunicorn configuration call `adopt()` before settings are read. Where nobody
gave a secret key, it takes the one in the data folder, and then also lets only this machine in.
`manage.py prepare` (a part of `make serve`) makes that key; after it every command works without
setting anything. Whoever gives SECRET_KEY, or serves `summitkb.wsgi` in a way of their own, gets
nothing from here and is held to the strict rules of `settings.py`.
"""

import os
import secrets
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from summitkb import environment

VAR = Path(__file__).resolve().parent.parent / "var"
LOCAL_HOSTS = "127.0.0.1,localhost,[::1]"


def adopt(*, make: bool = False) -> None:
    """Set SECRET_KEY_FILE to the data folder's key, and ALLOWED_HOSTS to this machine if unset.

    Nothing happens where a secret key is given, nor where the data folder holds none and `make` is
    false. Raises ImproperlyConfigured where the folder cannot be written to.
    """
    if {"SECRET_KEY", "SECRET_KEY_FILE"} & os.environ.keys():
        return
    key = environment.folder("SUMMITKB_DATA", default=VAR) / "secret_key"
    if make and not key.exists():
        try:
            key.parent.mkdir(parents=True, exist_ok=True)
            write_secret(key, secrets.token_urlsafe(48))
        except OSError as error:
            raise ImproperlyConfigured(
                "SUMMITKB_DATA must be a folder that can be written to: "
                f"{key.parent}: {error.strerror}."
            ) from error
    if key.exists():
        os.environ["SECRET_KEY_FILE"] = str(key)
        os.environ.setdefault("ALLOWED_HOSTS", LOCAL_HOSTS)


def write_secret(path: Path, text: str) -> None:
    """Make file `path` with one line that only its owner may read. Raises FileExistsError."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text + "\n")
