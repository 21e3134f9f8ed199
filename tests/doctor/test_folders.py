"""What is wrong with the data folder."""

from collections import namedtuple
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone

from summitkb.backup.folders import note_backup
from summitkb.doctor import findings, folders
from summitkb.editing.imports.models import Import
from tests.factories import make_release


@pytest.fixture(autouse=True)
def data(settings, tmp_path):
    settings.DATA = tmp_path
    settings.STATIC_ROOT = tmp_path / "static"
    settings.RELEASES = tmp_path / "releases"
    settings.IMPORTS = tmp_path / "imports"
    return tmp_path


def test_nothing_is_found_where_all_is_well(data, db):
    (data / "static").mkdir()
    (data / "static" / "staticfiles.json").write_text("{}")
    note_backup(timezone.now())
    checks = folders.CHECKS | folders.WITH_DATABASE
    checks.pop("free space")  # of the machine on which this runs

    assert {title: findings(check) for title, check in checks.items()} == dict.fromkeys(checks, [])


def test_a_folder_that_cannot_be_written_to_is_found(settings, data):
    settings.DATA = data / "none"

    assert findings(folders.writable) == [
        f"{data}/none cannot be written to (No such file or directory); give it to this account."
    ]


def test_little_room_is_found(data, db, monkeypatch):
    usage = namedtuple("Usage", "free")
    monkeypatch.setattr(folders.shutil, "disk_usage", lambda path: usage(5 * 1024**2))

    assert findings(folders.room) == [
        f"5 MB are free at {data}, of 1024 that should be; make room."
    ]
    monkeypatch.setattr(folders.shutil, "disk_usage", lambda path: usage(1024**3))
    assert findings(folders.room) == []


def test_a_secret_that_others_can_read_is_found(data, monkeypatch):
    monkeypatch.delenv("SECRET_KEY_FILE", raising=False)
    key = data / "secret_key"
    key.write_text("secret")
    key.chmod(0o640)

    assert findings(folders.secrets) == [
        f"{key} can be read by other accounts; run chmod 600 {key}."
    ]
    key.chmod(0o600)
    assert findings(folders.secrets) == []


def test_static_files_that_were_not_collected_are_found(data):
    assert findings(folders.static_files) == [
        f"No static files are in {data}/static; run manage.py prepare."
    ]


def test_lost_and_changed_files_of_releases_are_found(data, db):
    release = make_release()
    lost = f"The files of release 1 are not in {release.folder}. Bring them back from a backup."
    assert findings(folders.releases) == [lost]

    release.folder.mkdir(parents=True)
    for name in release.files:
        (release.folder / name).write_text("other")
    assert findings(folders.releases) == [
        f"{release.folder}/summitkb-1.zip is not what was released; bring it back from a backup."
    ]


def test_a_first_password_that_is_good_still_is_found(data, db):
    (data / "editor-password").write_text("first\n")
    editor = get_user_model().objects.create_superuser("editor", password="first")

    assert findings(folders.editor_password) == [
        f"The first password of editor is still good and lies in {data}/editor-password; change it "
        "there."
    ]
    editor.set_password("another")
    editor.save()
    assert findings(folders.editor_password) == []


def test_an_import_whose_file_is_gone_is_found(data, db):
    one = Import(name="topics.csv", publication="draft", reason="", sha256="0")
    one.file.name = f"{one.pk}/upload"
    one.save()

    assert findings(folders.imports) == [
        f"What was uploaded as topics.csv is not whole at {data}/imports/{one.pk}; upload it again."
    ]


def test_an_old_backup_is_found():
    note_backup(timezone.now() - timedelta(days=3, hours=1))

    assert findings(folders.backup) == [
        "The last backup is 3 days old; see why there is none of today."
    ]
