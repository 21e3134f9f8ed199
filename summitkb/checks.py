"""What the database has to be, checked before every migration."""

from django.core.checks import Error
from django.db import connections

OLDEST = 15


def database_serves(databases: list[str] | None, **kwargs) -> list[Error]:
    """Return an error for each named database that is too old or does not store UTF-8."""
    errors = []
    for alias in databases or []:
        with connections[alias].cursor() as cursor:
            cursor.execute("SHOW server_encoding")
            (encoding,) = cursor.fetchone()
        version, _ = connections[alias].get_database_version()
        if version < OLDEST:
            message = f"DATABASE_URL must lead to PostgreSQL {OLDEST} or later, not {version}."
            errors.append(Error(message, id="summitkb.E001"))
        if encoding != "UTF8":
            message = f"DATABASE_URL must lead to a database with encoding UTF8, not {encoding}."
            errors.append(Error(message, id="summitkb.E002"))
    return errors
