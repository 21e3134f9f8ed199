"""The database and its replicas: whether they are there and have all that they should."""

import time
from collections.abc import Iterator

import pgtrigger
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection, connections
from django.db.migrations.executor import MigrationExecutor

from summitkb.checks import database_serves
from summitkb.records import derived
from summitkb.replicas.watch import Watch

SECONDS_APART = 5
MINUTES_HELD = 10


def reachable() -> Iterator[str]:
    try:
        connection.ensure_connection()
    except ImproperlyConfigured as error:
        yield str(error)
    except DatabaseError as error:
        yield (
            f"It cannot be reached: {' '.join(str(error).split())}; see DATABASE_URL, or the log in "
            f"{settings.DATA / 'postgres'} of the one that comes along."
        )


def serves() -> Iterator[str]:
    yield from (error.msg for error in database_serves(["default"]))


def rights() -> Iterator[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT current_user, current_database(),
                has_database_privilege(current_database(), 'CREATE'),
                has_schema_privilege('public', 'CREATE'),
                (SELECT string_agg(DISTINCT pg_get_userbyid(relowner), ', ') FROM pg_class
                WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
                    AND NOT pg_has_role(relowner, 'USAGE'))
            """
        )
        role, name, may_make_schemas, may_make_tables, others = cursor.fetchone()
    if not (may_make_schemas and may_make_tables):
        yield f"{role} may not make tables and schemas; run ALTER DATABASE {name} OWNER TO {role}."
    if others:
        yield f"Tables belong to {others} and not to {role}; run REASSIGN OWNED BY {others} TO {role}."


def migrations() -> Iterator[str]:
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        names = ", ".join(f"{migration.app_label}.{migration.name}" for migration, _ in plan[:3])
        yield f"{len(plan)} migrations are not applied ({names}); run manage.py prepare."
    unknown = set(executor.loader.applied_migrations) - set(executor.loader.disk_migrations)
    if unknown:
        app, name = min(unknown)
        yield f"{app}.{name} was applied by a newer SummitKB; run that one, or restore a backup."


def triggers() -> Iterator[str]:
    """History, and what keeps records whole, are made by them."""
    for model, trigger in pgtrigger.registered():
        status, enabled = trigger.get_installation_status(model)
        if status != "INSTALLED" or enabled is False:
            found = "is switched off" if status == "INSTALLED" else f"is {status.lower()}"
            yield (
                f"The trigger {trigger.name} of {model._meta.db_table} {found}; run manage.py "
                "pgtrigger install, then manage.py pgtrigger enable."
            )


def derived_objects() -> Iterator[str]:
    if not derived.is_installed(connection.alias):
        yield "What is derived from tables is not that of this SummitKB; run manage.py migrate."


def clock() -> Iterator[str]:
    before = time.time()
    with connection.cursor() as cursor:
        cursor.execute("SELECT extract(epoch FROM clock_timestamp())::float8")
        (there,) = cursor.fetchone()
    apart = there - (before + time.time()) / 2
    if abs(apart) > SECONDS_APART:
        where = "ahead of" if apart > 0 else "behind"
        yield (
            f"The clock of the database is {abs(apart):.0f} seconds {where} ours; have both keep time "
            "by NTP."
        )


def locks() -> Iterator[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT pid, floor(extract(epoch FROM now() - xact_start) / 60)::int FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid()
                AND state LIKE 'idle in transaction%%' AND state_change < now() - %s * interval '1 min'
            ORDER BY pid
            """,
            [MINUTES_HELD],
        )
        for pid, minutes in cursor.fetchall():
            yield (
                f"The session {pid} has held a transaction for {minutes} minutes and does nothing; end "
                f"that program, or run SELECT pg_terminate_backend({pid})."
            )


def replicas() -> Iterator[str]:
    names = [alias for alias in connections if alias != "default"]
    if names:
        looking = Watch(names)
        looking.look()
        for alias, why in looking.why_not().items():
            yield f"{alias} is left out: {why}."


CHECKS = {"database": reachable}
WITH_DATABASE = {
    "version and encoding": serves,
    "rights": rights,
    "migrations": migrations,
    "triggers": triggers,
    "derived objects": derived_objects,
    "clock": clock,
    "locks": locks,
    "replicas": replicas,
}
