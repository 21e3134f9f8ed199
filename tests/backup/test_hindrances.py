"""Who or what stands in the way of a backup or a restore, and what is left then."""

import fcntl

import psycopg
import pytest
from django.db import connection

from summitkb.backup import folders, making, programs, refilling
from summitkb.backup.making import back_up
from summitkb.backup.restoring import restore
from summitkb.exchange.archives import Refused
from summitkb.exchange.progress import Silence
from summitkb.records.revisions import one_moment, revision
from tests.backup.conftest import within


@pytest.fixture
def inside(rich, server, django_db_blocker):
    """This process is connected to the rich place."""
    with django_db_blocker.unblock(), within(rich, server):
        yield rich


def refusal(action, *arguments, **options):
    with pytest.raises(Refused) as refused:
        action(*arguments, **options)
    return str(refused.value)


def backed_up(path):
    return back_up(path, Silence(), pytest.fail)


def test_who_is_within_a_transaction_is_not_waited_for_without_end(inside, backup, monkeypatch):
    monkeypatch.setattr(refilling, "LOCK_SECONDS", 1)
    before = inside.whole()
    with psycopg.connect(inside.url) as session:
        session.execute("SELECT FROM people")
        found = refusal(restore, backup, Silence(), replace=True)

    assert found == (
        "the database refuses it, and is as it was: canceling statement due to lock timeout"
    )
    assert inside.whole() == before


def test_one_that_ended_before_files_were_moved_in_is_mended_by_another(
    original, inside, backup, monkeypatch
):
    def die(*arguments):
        raise KeyboardInterrupt

    with psycopg.connect(inside.url) as session:
        session.execute("UPDATE people SET name = 'Another'")
    for path in (inside.data / "releases" / "1").iterdir():
        path.unlink()
    with monkeypatch.context() as patch:
        patch.setattr(folders, "move_in", die)
        with pytest.raises(KeyboardInterrupt):
            restore(backup, Silence(), replace=True)
    assert inside.whole() != original.whole()

    connection.close()
    assert inside.manage("restore", str(backup), "--replace").startswith("Restored: ")
    rows, catalog, files = inside.whole()
    aside = {name for name in files if ".replaced" in name}
    assert (rows, catalog, {name: files[name] for name in set(files) - aside}) == original.whole()


def test_two_at_once_are_not(inside, backup, tmp_path):
    path = tmp_path / "new"
    with (inside.data / "restore.lock").open("w") as restoring:
        fcntl.flock(restoring, fcntl.LOCK_EX)
        assert refusal(restore, backup, Silence()) == "another restore is under way; wait for it"
    with (tmp_path / "new.part").open("w") as writing:
        fcntl.flock(writing, fcntl.LOCK_EX)
        assert refusal(backed_up, path) == "is just being written by another; wait for it"
        assert (tmp_path / "new.part").exists()
    assert backed_up(path).rows > 100


def test_a_server_newer_than_pg_dump_is_told_of(inside, tmp_path, monkeypatch):
    monkeypatch.setattr(making, "VERSION", 17)

    assert refusal(backed_up, tmp_path / "new") == (
        "the database is PostgreSQL 18, and the pg_dump that SummitKB brings knows up to 17; use the "
        "pg_dump of that server"
    )
    assert not (tmp_path / "new").exists()
    assert not (tmp_path / "new.part").exists()


def test_what_a_program_says_is_told(inside):
    connection.ensure_connection()

    def run():
        with programs.running("pg_dump", "--schema=none", "--strict-names", connected=True) as out:
            out.read()

    assert refusal(run) == 'pg_dump: error: no matching schemas were found for pattern "none"'


def test_no_page_from_before_can_be_taken_for_one_from_after(inside, backup):
    def seen():
        with one_moment():
            return revision()

    before = seen()
    assert seen() == before
    restore(backup, Silence(), replace=True)

    after = seen()
    restore(backup, Silence(), replace=True)
    assert len({before, after, seen()}) == 3
