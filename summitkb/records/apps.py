"""The application of what every record shares; it also has derived objects made around migrations."""

from importlib import import_module

from django.apps import AppConfig
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from django.db.models.signals import post_migrate, pre_migrate

from summitkb.records import derived


class RecordsConfig(AppConfig):
    name = "summitkb.records"
    verbose_name = "Sources and citations"

    def ready(self):
        import_module("summitkb.records.time_travel")  # for the views it derives
        pre_migrate.connect(drop_derived, sender=self)
        post_migrate.connect(install_derived, sender=self)


def drop_derived(using, plan=(), **kwargs) -> None:
    """Before migrations of whatever app, if there are any to run."""
    if plan:
        derived.drop(using)


def install_derived(using, **kwargs) -> None:
    """After all migrations; not after some of them, when tables are not yet those of the code."""
    executor = MigrationExecutor(connections[using])
    if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
        derived.install(using)
