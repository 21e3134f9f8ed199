"""What is wrong with the database."""

import time

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from summitkb.doctor import database, findings
from tests.database import another_session

pytestmark = pytest.mark.django_db


def run(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)


def test_nothing_is_found_where_all_is_well():
    checks = database.CHECKS | database.WITH_DATABASE
    checks.pop("locks")  # other tests of this server hold some

    assert {title: findings(check) for title, check in checks.items()} == dict.fromkeys(checks, [])


def test_migrations_to_come_and_unknown_ones_are_found():
    MigrationRecorder.Migration.objects.filter(
        app="meetings", name="0010_statements_of_event"
    ).delete()
    MigrationRecorder.Migration.objects.create(app="meetings", name="9999_new")

    assert findings(database.migrations) == [
        "1 migrations are not applied (meetings.0010_statements_of_event); run manage.py prepare.",
        "meetings.9999_new was applied by a newer SummitKB; run that one, or restore a backup.",
    ]


def test_a_trigger_that_is_gone_or_switched_off_is_found():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname FROM pg_trigger WHERE tgrelid = 'releases'::regclass AND NOT tgisinternal"
        )
        (name,) = cursor.fetchone()
    mend = "run manage.py pgtrigger install, then manage.py pgtrigger enable."
    run(f"ALTER TABLE releases DISABLE TRIGGER {name}")
    assert findings(database.triggers) == [
        f"The trigger release_stays of releases is switched off; {mend}"
    ]
    run(f"DROP TRIGGER {name} ON releases")
    assert findings(database.triggers) == [
        f"The trigger release_stays of releases is uninstalled; {mend}"
    ]


def test_stale_derived_objects_are_found():
    run("COMMENT ON SCHEMA derived IS 'of another code'")
    stale = ["What is derived from tables is not that of this SummitKB; run manage.py migrate."]
    assert findings(database.derived_objects) == stale


def test_missing_rights_are_found():
    run("ALTER TABLE releases DISABLE TRIGGER USER")
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, current_database()")
        role, name = cursor.fetchone()
    run("REVOKE ALL ON SCHEMA public FROM public, pg_database_owner")
    found = findings(database.rights)

    assert found == [
        f"{role} may not make tables and schemas; run ALTER DATABASE {name} OWNER TO {role}."
    ]


def test_a_clock_that_is_wrong_is_found(monkeypatch):
    now = time.time
    monkeypatch.setattr(database.time, "time", lambda: now() + 3600)

    (found,) = findings(database.clock)
    assert found in {
        f"The clock of the database is {seconds} seconds behind ours; have both keep time by NTP."
        for seconds in (3599, 3600)
    }


def test_a_session_that_holds_a_transaction_is_found(monkeypatch):
    monkeypatch.setattr(database, "MINUTES_HELD", 0)
    with another_session() as session:
        (pid,) = session.execute("SELECT pg_backend_pid()").fetchone()
        time.sleep(0.1)
        run("SELECT pg_stat_clear_snapshot()")
        monkeypatch.setattr(database, "MINUTES_HELD", -1)
        found = findings(database.locks)

    assert (
        f"The session {pid} has held a transaction for 0 minutes and does nothing; end that program, "
        f"or run SELECT pg_terminate_backend({pid})."
    ) in found


def test_an_unreachable_database_is_one_sentence(settings, monkeypatch):
    def refuse():
        from django.db import OperationalError

        raise OperationalError("connection failed:\n  nobody listens")

    monkeypatch.setattr(connection, "ensure_connection", refuse)

    assert findings(database.reachable) == [
        "It cannot be reached: connection failed: nobody listens; see DATABASE_URL, or the log in "
        f"{settings.DATA}/postgres of the one that comes along."
    ]


def test_a_replica_that_does_not_serve_is_found(monkeypatch):
    monkeypatch.setattr(database, "connections", ["default", "replica-1"])

    class Looking:
        def __init__(self, names):
            assert names == ["replica-1"]

        def look(self):
            pass

        def why_not(self):
            return {"replica-1": "it is more than 10 seconds behind"}

    monkeypatch.setattr(database, "Watch", Looking)

    assert findings(database.replicas) == [
        "replica-1 is left out: it is more than 10 seconds behind."
    ]
