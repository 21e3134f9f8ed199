"""The application that ties the others together: start-up, checks and the `prepare` command."""

from django.apps import AppConfig
from django.contrib.admin import apps
from django.core.checks import Tags, register
from django.db.backends.signals import connection_created


class AdminConfig(apps.AdminConfig):
    """Django's admin with our site."""

    default = False
    default_site = "summitkb.admin_site.Site"


class SummitKBConfig(AppConfig):
    default = True
    name = "summitkb"
    verbose_name = "SummitKB"

    def ready(self) -> None:
        # Here, because it needs the settings.
        from summitkb.checks import database_serves

        register(database_serves, Tags.database)
        connection_created.connect(switch_off_jit)


def switch_off_jit(connection, **kwargs) -> None:
    """Switch off PostgreSQL's just-in-time compiler, which many servers have switched on.

    For queries like ours, many-branched and quick, it compiles ten times as long as they then run.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET jit = off")
