"""What a backup brings back is all that there was, or nothing changes."""

import json
import os
import signal
import stat
import subprocess
import time
import zipfile

import psycopg
import pytest
from django.core.management import CommandError, call_command


def told(path):
    """The manifest of a backup."""
    with zipfile.ZipFile(path) as archive:
        return json.loads(archive.read("manifest.json"))


def altered(path, new, **changes):
    """A copy of a backup with another manifest."""
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(new, "w") as archive:
        for name in old.namelist():
            kept = old.read(name)
            if name == "manifest.json":
                kept = json.dumps(json.loads(kept) | changes)
            archive.writestr(name, kept)
    return new


def test_all_of_it_comes_back_into_an_empty_place(original, backup, empty):
    assert empty.manage("restore", str(backup)).startswith("Restored: ")

    rows, catalog, files = empty.whole()
    assert (rows, catalog, files) == original.whole()
    held = ("auth_user", "people_history", "source_texts", "releases", "editing_import")
    assert all(rows[table] for table in held)
    assert sorted(name.rpartition("/")[2] for name in files) == [
        "CHANGELOG.txt",
        "SHA256SUMS",
        "changed.jsonl",
        "new.jsonl",
        "problems.jsonl",
        "summitkb-1.zip",
        "unchanged.jsonl",
        "upload",
    ]
    assert sorted(path.name for path in empty.data.iterdir()) == [
        "imports",
        "releases",
        "restore.lock",
    ]


def test_who_was_logged_in_is_not_again(original, backup, empty):
    assert original.ask("SELECT count(*) FROM django_session") == [(1,)]
    empty.manage("restore", str(backup))

    assert empty.ask("SELECT count(*) FROM django_session") == [(0,)]


def test_history_is_numbered_by_the_transaction_that_wrote_it_here(backup, empty):
    empty.manage("restore", str(backup))

    ((first, last),) = empty.ask(
        "SELECT min(pgh_xact)::text, max(pgh_xact)::text FROM people_history"
    )
    assert first == last
    assert empty.ask(f"SELECT pg_xact_status('{first}')") == [("committed",)]


def test_edits_go_on_after_it(backup, empty):
    empty.manage("restore", str(backup))
    with psycopg.connect(empty.url) as session:
        session.execute(
            "UPDATE people SET name = 'Another' WHERE id IN ('a-draft', 'sergei-shoigu')"
        )
        session.execute("INSERT INTO auth_group (name) VALUES ('Others')")
        states = session.execute(
            "SELECT name FROM people_history WHERE id = 'a-draft' ORDER BY pgh_id"
        ).fetchall()
        with pytest.raises(psycopg.IntegrityError), session.transaction():
            session.execute("UPDATE people SET publication = 'odd' WHERE id = 'a-draft'")
        with pytest.raises(psycopg.errors.RaiseException), session.transaction():
            session.execute("DELETE FROM people_history")

    assert [name for (name,) in states] == ["O’Neill\t\\N \\. “x”\nand a line", "Another"]
    assert empty.manage("release", "--note", "After it").startswith("Release 2, ")


def test_what_is_there_stays_unless_it_is_to_be_replaced(backup, rich):
    before = rich.whole()
    refusal = rich.manage("restore", str(backup))

    assert refusal == (
        f"CommandError: {backup}: the database is not empty: agreement_parties has rows; "
        "--replace puts the backup in the place of all that is there\n"
    )
    assert rich.whole() == before


def test_replaced_is_all_of_it(original, backup, rich):
    with psycopg.connect(rich.url) as session:
        session.execute("DELETE FROM editing_import")
        session.execute("UPDATE people SET name = 'Another'")
        session.execute("CREATE TABLE more (id int)")
        session.execute("CREATE VIEW seen AS SELECT * FROM people")
    (rich.data / "imports" / "of-nobody").mkdir()
    (rich.data / "imports" / "of-nobody" / "upload").write_text("private")
    summary = rich.data / "releases" / "1" / "CHANGELOG.txt"
    summary.chmod(0o600)
    summary.write_text("Another release of this number.")
    (rich.data / "bitmaps").mkdir()

    assert rich.manage("restore", str(backup), "--replace").startswith("Restored: ")

    rows, catalog, files = rich.whole()
    aside = [name for name in files if name.startswith("releases/.replaced-1-")]
    assert sorted(name.rpartition("/")[2] for name in aside) == [
        "CHANGELOG.txt",
        "SHA256SUMS",
        "summitkb-1.zip",
    ]
    kept = {name: content for name, content in files.items() if name not in aside}
    assert (rows, catalog, kept) == original.whole()
    assert not (rich.data / "bitmaps").exists()


def test_a_base_that_only_migrate_has_filled_is_empty(original, backup, rich):
    with psycopg.connect(rich.url) as session:
        for (table,) in rich.ask(
            "SELECT oid::regclass::text FROM pg_class WHERE relkind IN ('r', 'p') "
            "AND relnamespace = 'public'::regnamespace AND relname !~ 'migrations|content|perm|group$'"
        ):
            session.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            session.execute(f"TRUNCATE {table} CASCADE")
    assert rich.manage("restore", str(backup)).startswith("Restored: ")
    assert rich.rows()["auth_user"] == original.rows()["auth_user"]


def test_a_database_of_somebody_else_is_left_alone(backup, empty):
    with psycopg.connect(empty.url) as session:
        session.execute("CREATE TABLE theirs (id int)")

    assert empty.manage("restore", str(backup), "--replace") == (
        f"CommandError: {backup}: the database has tables and is none of SummitKB: public.theirs; "
        "name an empty one\n"
    )


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        (
            {"format": 2, "colour": "red"},
            "is a backup of format 2, and this SummitKB knows 1; restore it with a newer one",
        ),
        (
            {"migrations": [["records", "0001_partial_dates_and_names"], ["records", "9999_new"]]},
            "is of a newer SummitKB (0.1.0), whose migration records.9999_new is not known here; "
            "restore it with that one",
        ),
        (
            {"files": {}},
            "is not a whole backup of SummitKB: its files are not those of its manifest",
        ),
        (
            {"tables": {}},
            None,
        ),
    ],
)
def test_a_backup_that_cannot_be_brought_back_is_refused(backup, empty, tmp_path, changes, why):
    wrong = altered(backup, tmp_path / "wrong", **changes)
    refusal = empty.manage("restore", str(wrong))

    if why:
        assert refusal == f"CommandError: {wrong}: {why}\n"
    else:
        assert refusal.startswith(f"CommandError: {wrong}: other tables came than were backed up: ")
    assert empty.rows() == {}


def test_other_rows_than_were_backed_up_are_taken_back(backup, rich, tmp_path):
    tables = told(backup)["tables"]
    tables["public.people"]["digest"] = "1"
    wrong = altered(backup, tmp_path / "wrong", tables=tables)
    before = rich.whole()

    assert rich.manage("restore", str(wrong), "--replace") == (
        f"CommandError: {wrong}: other rows came into public.people than were backed up\n"
    )
    assert rich.whole() == before


@pytest.mark.parametrize("name", ["../../escaped", "releases/1/../x", "/etc/x", "imports/.x/y"])
def test_a_name_that_leads_elsewhere_is_refused(backup, empty, tmp_path, name):
    files = told(backup)["files"] | {name: {"bytes": 1, "sha256": ""}}
    wrong = altered(backup, tmp_path / "wrong", files=files)
    with zipfile.ZipFile(wrong, "a") as archive:
        archive.writestr(name, "x")

    assert empty.manage("restore", str(wrong)) == (
        f"CommandError: {wrong}: is not a whole backup of SummitKB: its files have other names\n"
    )


def test_what_is_no_backup_or_cut_short_is_refused(backup, empty, tmp_path):
    content = backup.read_bytes()
    short, text = tmp_path / "short", tmp_path / "text"
    text.write_text("Nothing of the kind.")
    for length in (0, 1000, len(content) // 2, len(content) - 1):
        short.write_bytes(content[:length])
        assert empty.manage("restore", str(short)) == (
            f"CommandError: {short}: is not a whole backup of SummitKB: File is not a zip file\n"
        )
    assert empty.manage("restore", str(text)).startswith(f"CommandError: {text}: is not a whole ")
    assert empty.manage("restore", str(tmp_path / "none")) == (
        f"CommandError: {tmp_path}/none: is not a whole backup of SummitKB: "
        "No such file or directory\n"
    )
    assert empty.rows() == {}


def test_a_changed_byte_is_found_wherever_it_is(backup, tmp_path):
    content, changed = bytearray(backup.read_bytes()), tmp_path / "changed"
    with zipfile.ZipFile(backup) as archive:
        ends = [
            (content[one.header_offset + 28] + len(one.filename), one)
            for one in archive.infolist()
            if one.file_size
        ]
    assert len(ends) == 7
    places = [
        one.header_offset + 30 + head + place
        for head, one in ends
        for place in range(0, one.compress_size, one.compress_size // 6 + 1)
    ]
    for place in places:
        content[place] ^= 0xFF
        changed.write_bytes(content)
        content[place] ^= 0xFF
        with pytest.raises(CommandError, match="is not a whole backup of SummitKB"):
            call_command("restore", str(changed), check=True, verbosity=0)


def test_one_that_is_checked_changes_nothing(backup, empty):
    assert empty.manage("restore", "--check", str(backup)).startswith("Whole: ")
    assert (empty.rows(), empty.files()) == ({}, {})


@pytest.mark.parametrize("pause", [0.6, 0.9, 1.2, 1.5, 1.8, 2.2])
def test_killed_midway_it_has_done_all_or_nothing(original, backup, rich, pause):
    with psycopg.connect(rich.url) as session:
        session.execute("UPDATE people SET name = 'Another'")
    before = rich.rows()
    words, environment = rich.command("restore", str(backup), "--replace")
    with subprocess.Popen(words, env=environment, start_new_session=True) as process:
        time.sleep(pause)
        os.killpg(process.pid, signal.SIGKILL)
    _until_nobody_is_connected(rich)

    after = rich.rows()
    assert after in (before, original.rows() | {"django_session": after["django_session"]})
    assert rich.manage("restore", str(backup), "--replace").startswith("Restored: ")
    assert rich.whole() == original.whole()
    assert [path.name for path in rich.data.glob("**/.restoring*")] == []


def _until_nobody_is_connected(place):
    for _ in range(200):
        if place.ask(
            "SELECT count(*) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        ) == [(0,)]:
            return
        time.sleep(0.05)
    raise AssertionError("Somebody is connected still")


def test_files_are_as_private_as_they_were(backup, empty):
    empty.manage("restore", str(backup))
    modes = {
        path.relative_to(empty.data).parts[0]: stat.S_IMODE(path.stat().st_mode)
        for path in empty.data.rglob("*")
        if path.is_file() and path.parent != empty.data
    }
    assert modes == {"releases": 0o444, "imports": 0o600}
    folders = [path for path in empty.data.rglob("*") if path.is_dir()]
    assert [stat.S_IMODE(path.stat().st_mode) for path in folders] == [0o700] * 4
