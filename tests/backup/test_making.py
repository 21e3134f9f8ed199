"""A backup is of one moment, whole or not there, and holds nobody up."""

import os
import signal
import stat
import subprocess
import threading
import time

import psycopg
import pytest

from tests.backup.conftest import within
from tests.backup.test_restoring import told


def test_it_is_for_its_owner_and_leaves_nothing_beside(original, tmp_path):
    path = tmp_path / "new"
    assert original.manage("backup", str(path)).startswith(f"Wrote {path}: ")

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [*tmp_path.iterdir()] == [path]
    manifest = told(path)
    rows = {f"public.{name}": len(rows) for name, rows in original.rows().items()}
    rows.pop("public.django_session")
    assert {name: table["rows"] for name, table in manifest["tables"].items()} == rows
    assert sorted(manifest["files"]) == sorted(["database.dump", *original.files()])


def test_a_file_that_is_there_is_overwritten_only_if_that_is_said(original, tmp_path):
    path = tmp_path / "there"
    path.write_text("precious")

    assert original.manage("backup", str(path)) == (
        f"CommandError: {path}: is there already; --overwrite replaces it\n"
    )
    assert path.read_text() == "precious"
    assert original.manage("backup", "--overwrite", str(path)).startswith(f"Wrote {path}: ")
    assert original.manage("restore", "--check", str(path)).startswith("Whole: ")


@pytest.mark.parametrize("pause", [0.5, 0.8, 1.1])
def test_one_that_is_killed_leaves_what_was_there(original, tmp_path, pause):
    path = tmp_path / "there"
    path.write_text("precious")
    words, environment = original.command("backup", "--overwrite", str(path))
    with subprocess.Popen(
        words, env=environment, start_new_session=True, stdout=subprocess.PIPE
    ) as process:
        time.sleep(pause)
        os.killpg(process.pid, signal.SIGKILL)
        finished = bool(process.stdout.read())

    assert finished or path.read_text() == "precious" or not (tmp_path / "there.part").exists()
    assert original.manage("backup", "--overwrite", str(path)).startswith(f"Wrote {path}: ")
    assert [*tmp_path.iterdir()] == [path]


def test_an_empty_database_is_refused_and_nothing_left(empty, tmp_path):
    path = tmp_path / "new"

    assert empty.manage("backup", str(path)) == (
        f"CommandError: {path}: the database has no tables of SummitKB; there is nothing to back up\n"
    )
    assert not [*tmp_path.iterdir()]


def test_lost_files_of_a_release_are_told_of(rich, tmp_path):
    (rich.data / "releases" / "1" / "SHA256SUMS").unlink()
    words, environment = rich.command("backup", str(tmp_path / "new"))
    done = subprocess.run(words, env=environment, capture_output=True, text=True)

    folder = rich.data / "releases" / "1"
    assert (done.returncode, done.stderr) == (0, f"The files of release 1 are not in {folder}.\n")


def test_a_password_is_on_no_command_line(original, server, django_db_blocker):
    from django.db import connection

    from summitkb.backup import programs

    with django_db_blocker.unblock(), within(original, server):
        connection.settings_dict["PASSWORD"] = "known to few"
        connection.ensure_connection()
        address, secrets = programs._address()

    assert "few" not in address
    assert secrets == {"PGPASSWORD": "known to few"}


def test_what_an_editor_writes_meanwhile_is_all_in_it_or_not_at_all(rich, empty, tmp_path):
    """Each of their transactions writes two rows, of which a backup never has one alone."""
    with psycopg.connect(rich.url) as session:
        session.execute("CREATE TABLE a_first (n int); CREATE TABLE z_last (n int)")
    ended, slowest = threading.Event(), [0.0]

    def edit():
        with psycopg.connect(rich.url, autocommit=True) as session:
            number = 0
            while not ended.is_set():
                number += 1
                began = time.monotonic()
                with session.transaction():
                    session.execute("INSERT INTO a_first VALUES (%s)", [number])
                    session.execute("INSERT INTO z_last VALUES (%s)", [number])
                slowest[0] = max(slowest[0], time.monotonic() - began)

    editor = threading.Thread(target=edit)
    editor.start()
    try:
        assert rich.manage("backup", str(tmp_path / "new")).startswith("Wrote ")
    finally:
        ended.set()
        editor.join()
    assert empty.manage("restore", str(tmp_path / "new")).startswith("Restored: ")

    rows = empty.rows()
    assert rows["a_first"] == rows["z_last"]
    assert 0 < len(rows["a_first"]) < len(rich.rows()["a_first"])
    assert slowest[0] < 2
