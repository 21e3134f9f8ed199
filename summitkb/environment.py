"""Strict readers of the environment: one variable in, one value of the right type out.

Every reader raises ImproperlyConfigured with one sentence that names the variable and what it
accepts. A value that is set but empty is wrong, not absent: it is what a misspelt `${NAME}` leaves
behind. No value that may be secret is repeated in a sentence, because sentences end in logs.
"""

import os
import re
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

SECRET_KEY_LENGTH = 50
ADDRESS = (
    "postgresql://user:password@host:5432/database, where other characters than letters and digits "
    "in user and password are percent-encoded"
)
# A server that is lost without a word, unless its address says otherwise.
GIVEN_UP_SOON = {
    "connect_timeout": "5",
    "tcp_user_timeout": "5000",
    "keepalives_idle": "5",
    "keepalives_interval": "2",
    "keepalives_count": "3",
}
HOST = re.compile(r"\.?[a-z0-9]([a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\]", re.IGNORECASE)
TAKEN = {
    *("as-of", "static", "healthz", "readyz", "method", "data", "search", "changes", "compare"),
    *("events", "delegations", "countries", "blocs", "memberships", "delegates", "people"),
    *("meetings", "participants", "statements", "topics", "agreements", "figures", "sources"),
    "citations",
}
"""The first parts of our public addresses."""
CONTACT = re.compile(
    r"mailto:[a-z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-z0-9-]+(\.[a-z0-9-]+)+"
    r"|https://[a-z0-9-]+(\.[a-z0-9-]+)*(:[0-9]{1,5})?(/[!-~]*)?",
    re.IGNORECASE,
)
ORIGIN = re.compile(r"https?://((\*\.)?[a-z0-9.-]+|\[[0-9a-f:.]+\])(:[0-9]{1,5})?", re.IGNORECASE)


def secret(name: str) -> str | None:
    """Return the text of variable `name` or of the file that `<name>_FILE` names, or else None."""
    file = f"{name}_FILE"
    if file not in os.environ:
        return os.environ.get(name)
    if name in os.environ:
        raise ImproperlyConfigured(f"{name} and {file} are both set; set one of them.")
    try:
        return Path(os.environ[file]).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise ImproperlyConfigured(
            f"{file} must name a file that can be read: {os.environ[file]!r}: {why}."
        ) from error


def secret_key() -> str:
    """Return SECRET_KEY, which has to be there and long enough not to be guessed."""
    value = secret("SECRET_KEY")
    if value is None:
        raise ImproperlyConfigured(
            f"SECRET_KEY is not set; it must be at least {SECRET_KEY_LENGTH} random characters "
            "(`python manage.py prepare` makes one in the data folder)."
        )
    if len(value) < SECRET_KEY_LENGTH:
        raise ImproperlyConfigured(
            f"SECRET_KEY must be at least {SECRET_KEY_LENGTH} random characters, not {len(value)}."
        )
    return value


def boolean(name: str, *, default: bool) -> bool:
    value = os.environ.get(name, "true" if default else "false")
    if value not in ("true", "false"):
        raise ImproperlyConfigured(f"{name} must be true or false, not {value!r}.")
    return value == "true"


def port(name: str, *, default: int) -> int:
    value = os.environ.get(name, str(default))
    if not re.fullmatch("[0-9]{1,5}", value) or not 1 <= int(value) <= 65535:
        raise ImproperlyConfigured(f"{name} must be a whole number from 1 to 65535, not {value!r}.")
    return int(value)


def seconds(name: str, *, default: int) -> int:
    return _number(name, default, most=9999)


def hours(name: str, *, default: int) -> int:
    """No more than a week."""
    return _number(name, default, most=168)


def _number(name: str, default: int, most: int) -> int:
    value = os.environ.get(name, str(default))
    if not re.fullmatch("[0-9]{1,4}", value) or not 1 <= int(value) <= most:
        raise ImproperlyConfigured(f"{name} must be a number from 1 to {most}, not {value!r}.")
    return int(value)


def one_of(name: str, accepted: tuple[str, ...], *, default: str) -> str:
    value = os.environ.get(name, default)
    if value not in accepted:
        raise ImproperlyConfigured(f"{name} must be {' or '.join(accepted)}, not {value!r}.")
    return value


def admin_path(name: str, *, default: str) -> str:
    """The first part of the addresses of the admin. Another than the usual one hides nothing from who
    is told of it, and keeps away those who try that on every host of the world."""
    value = os.environ.get(name, default)
    if not re.fullmatch("[a-z0-9]([a-z0-9-]{0,48}[a-z0-9])?", value) or value in TAKEN:
        raise ImproperlyConfigured(
            f"{name} must be one part of an address, of up to 50 small letters, digits and hyphens "
            f"within, that no public page has, such as desk-7f3a; {value!r} is none."
        )
    return value


def contact(name: str) -> str | None:
    """Where a hole is reported, as RFC 9116 wants it; None where that is not said."""
    value = os.environ.get(name)
    if value is not None and not CONTACT.fullmatch(value):
        raise ImproperlyConfigured(
            f"{name} must be an address such as mailto:security@example.org or "
            f"https://example.org/security, not {value!r}."
        )
    return value


def licence(name: str, *, default: str) -> str:
    """The identifier of a licence in the list of SPDX, of which only the form is checked."""
    value = os.environ.get(name, default)
    if not re.fullmatch("[A-Za-z0-9][A-Za-z0-9.+-]{1,59}", value):
        raise ImproperlyConfigured(
            f"{name} must be an SPDX identifier such as CC-BY-4.0, not {value!r}."
        )
    return value


def folder(name: str, *, default: Path) -> Path:
    """Return the folder that `name` names, relative to where `default` is. It need not exist."""
    value = os.environ.get(name, str(default))
    if not value.strip() or "\0" in value:
        raise ImproperlyConfigured(f"{name} must be the path of a folder; it is empty.")
    return (default.parent / Path(value).expanduser()).resolve()


def allowed_hosts() -> list[str]:
    """Return ALLOWED_HOSTS. `*` is refused: with it anybody's Host header ends up in our links."""
    accepted = "host names without scheme or port, separated by commas, such as kb.example.org"
    if "ALLOWED_HOSTS" not in os.environ:
        raise ImproperlyConfigured(f"ALLOWED_HOSTS is not set; it must be {accepted}.")
    return _list("ALLOWED_HOSTS", HOST, accepted)


def trusted_origins() -> list[str]:
    if "CSRF_TRUSTED_ORIGINS" not in os.environ:
        return []
    accepted = "origins separated by commas, such as https://kb.example.org"
    return _list("CSRF_TRUSTED_ORIGINS", ORIGIN, accepted)


def _list(name: str, item: re.Pattern, accepted: str) -> list[str]:
    items = [part.strip() for part in os.environ[name].split(",")]
    for part in items:
        if not item.fullmatch(part):
            raise ImproperlyConfigured(f"{name} must be {accepted}; {part!r} is none.")
    return items


def database(embedded: Path) -> dict:
    """Return Django's settings for DATABASE_URL, or where unset for the server in `embedded`.

    The address is parsed by libpq itself, so whatever PostgreSQL's own tools take in one (several
    hosts, `?sslmode=` and other parameters, a socket as `?host=/run/postgresql`) means the same.
    """
    url = secret("DATABASE_URL")
    if url is None:
        return {
            "ENGINE": "summitkb.embedded_postgres",
            "NAME": "summitkb",
            "USER": "summitkb",
            "HOST": str(embedded),
        }
    if (parts := _address(url)) is None:
        raise ImproperlyConfigured(f"DATABASE_URL must look like {ADDRESS}.")
    return {
        "ENGINE": "django.db.backends.postgresql",
        **parts,
        "OPTIONS": GIVEN_UP_SOON | parts["OPTIONS"],
    }


def replicas() -> dict[str, dict]:
    """Return Django's settings for each address in DATABASE_REPLICA_URL, by a name: replica-1."""
    urls = secret("DATABASE_REPLICA_URL")
    if urls is None:
        return {}
    if secret("DATABASE_URL") is None:
        raise ImproperlyConfigured(
            "DATABASE_REPLICA_URL is set and DATABASE_URL is not; it must lead to the primary, as "
            "the PostgreSQL that comes along has no replicas."
        )
    # One address may name several hosts, with commas between them.
    found = [_address(url) for url in re.split(r"[\s,]+(?=postgres(?:ql)?://)", urls.strip())]
    if None in found:
        raise ImproperlyConfigured(
            "DATABASE_REPLICA_URL must be addresses separated by spaces or commas, of which each "
            f"must look like {ADDRESS}."
        )
    return {
        f"replica-{number}": {
            "ENGINE": "summitkb.replicas",
            **parts,
            "OPTIONS": GIVEN_UP_SOON | parts["OPTIONS"],
        }
        for number, parts in enumerate(found, start=1)
    }


def _address(url: str) -> dict | None:
    """Return the parts of an address of a database; None where it is none."""
    try:
        if not url.startswith(("postgres://", "postgresql://")):
            return None
        parts = conninfo_to_dict(url)
        name = parts.pop("dbname")
    except (ProgrammingError, ValueError, KeyError):
        # Without libpq's message, which quotes a part of the address, which may be the password.
        return None
    return {
        "NAME": name,
        "USER": parts.pop("user", ""),
        "PASSWORD": parts.pop("password", ""),
        "HOST": parts.pop("host", ""),
        "PORT": parts.pop("port", ""),
        "OPTIONS": parts,
    }
