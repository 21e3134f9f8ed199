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
        connection_created.connect(suit_to_our_queries)


def suit_to_our_queries(connection, **kwargs) -> None:
    """Set what PostgreSQL thinks of our queries, many-branched and quick.

    Its just-in-time compiler, which many servers have switched on, compiles ten times as long as they
    then run. With less memory it forgets which rows of a large table an index has found, keeps only
    the pages, and asks all of their rows again, which takes a thousand times as long for words.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET jit = off; SET work_mem = '16MB'")
