"""A knowledge base that the first SummitKB made says the same once the newest has migrated it."""

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor

from summitkb.exchange.columns import Entries
from summitkb.exchange.packages import open_package
from summitkb.exchange.tables import table_of, tables
from tests.backup.conftest import within
from tests.conftest import BUNDLED

FIRST = [
    ("records", "0002_initial"),  # 0001 has functions alone
    ("delegations", "0001_initial"),
    ("meetings", "0001_initial"),
]
VARYING = {
    "django_content_type",
    "django_migrations",
    "auth_permission",
    "auth_group_permissions",
    "pghistory_context",
}
"""Tables of which the rows follow from other things than the record."""


@pytest.fixture
def first(empty, server, django_db_blocker):
    """The bundled record in the tables of the first migrations."""
    with django_db_blocker.unblock(), within(empty, server):
        executor = MigrationExecutor(connection)
        executor.migrate(FIRST)
        models = MigrationExecutor(connection).loader.project_state(FIRST).apps
        with transaction.atomic():
            _fill(models)
    return empty


def _fill(models):
    """The rows of the package, with the columns that there were."""
    with open_package(BUNDLED) as package:
        for table in tables():
            model = _as_it_was(models, table.model)
            known = {field.attname for field in model._meta.fields}
            rows = [cells for _, cells in package.rows(table.name)]
            made = (
                [model(publication="published") for _ in rows]
                if "publication" in known
                else [model() for _ in rows]
            )
            for instance, row in zip(made, rows, strict=True):
                for column in table.columns:
                    cell = row[column.name]
                    column.assign(instance, column.parse(cell) if cell else None)
            model.objects.bulk_create(made)
            for column in table.columns:
                if isinstance(column, Entries):
                    _fill_list(models, package, column, rows)


def _fill_list(models, package, column, rows):
    entry = _as_it_was(models, column.model)
    entry.objects.bulk_create(
        entry(owner_id=row["id"], position=position, **{_link(package, column, key): key})
        for row in rows
        if row[column.name]
        for position, key in enumerate(column.parse(row[column.name]))
    )


def _link(package, column, key):
    return next(
        link.attname for link in column.links if package.has(table_of(link.related_model).name, key)
    )


def _as_it_was(models, model):
    return models.get_model(model._meta.app_label, model.__name__)


def test_it_says_the_same_as_one_that_was_loaded_today(
    first, server, django_db_blocker, tmp_path, request
):
    fresh = request.getfixturevalue("another")
    with django_db_blocker.unblock(), within(first, server):
        call_command("migrate", verbosity=0)
    for place in (first, fresh):
        place.manage("dumppackage", str(tmp_path / f"{place.data.name}.zip"))

    dumped = [(tmp_path / f"{place.data.name}.zip").read_bytes() for place in (first, fresh)]
    assert dumped[0] == dumped[1]
    old, new = first.rows(), fresh.rows()
    assert {name: len(rows) for name, rows in old.items() if name not in VARYING} == {
        name: len(rows) for name, rows in new.items() if name not in VARYING
    }
    assert len(new["statements_history"]) > 100
    entries = [name for name in new if name.startswith("search_entries")]
    assert {name: old[name] for name in entries} == {name: new[name] for name in entries}
