"""The data folder: whether it can be written to, who reads it, and whether what is in it is whole."""

import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import check_password
from django.db import connection
from django.utils import timezone
from django.utils.timesince import timesince

from summitkb.backup.folders import last_backup, lost_releases
from summitkb.editing.imports.models import Import
from summitkb.exchange.models import Release
from summitkb.exchange.releasing import sha256_of_file
from summitkb.management.commands.prepare import EDITOR

LEAST_FREE = 1024**3
OLDEST_BACKUP = timedelta(days=2)


def writable() -> Iterator[str]:
    try:
        with tempfile.TemporaryFile(dir=settings.DATA):
            pass
    except OSError as error:
        yield f"{settings.DATA} cannot be written to ({error.strerror}); give it to this account."


def room() -> Iterator[str]:
    """So much that PostgreSQL, a download and a backup do not fill it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        (size,) = cursor.fetchone()
    least, free = max(LEAST_FREE, size // 10), shutil.disk_usage(settings.DATA).free
    if free < least:
        yield (
            f"{free // 1024**2} MB are free at {settings.DATA}, of {least // 1024**2} that should be; "
            "make room."
        )


def secrets() -> Iterator[str]:
    named = os.environ.get("SECRET_KEY_FILE")
    for path in {settings.DATA / "secret_key", *([Path(named)] if named else [])}:
        if path.exists() and path.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH):
            yield f"{path} can be read by other accounts; run chmod 600 {path}."


def static_files() -> Iterator[str]:
    if not (settings.STATIC_ROOT / "staticfiles.json").exists():
        yield f"No static files are in {settings.STATIC_ROOT}; run manage.py prepare."


def releases() -> Iterator[str]:
    yield from (f"{lost} Bring them back from a backup." for lost in lost_releases())
    for release in Release.objects.order_by("number"):
        path = release.folder / release.package
        if path.exists() and sha256_of_file(path) != release.sha256:
            yield f"{path} is not what was released; bring it back from a backup."


def editor_password() -> Iterator[str]:
    path = settings.DATA / "editor-password"
    editor = get_user_model().objects.filter(username=EDITOR, is_active=True).first()
    if path.exists() and editor and check_password(path.read_text().strip(), editor.password):
        yield f"The first password of {EDITOR} is still good and lies in {path}; change it there."


def imports() -> Iterator[str]:
    waiting = (Import.State.UPLOADED, Import.State.PREVIEWED)
    for one in Import.objects.filter(state__in=waiting).exclude(file=""):
        if not one.is_whole:
            yield f"What was uploaded as {one.name} is not whole at {one.folder}; upload it again."


def backup() -> Iterator[str]:
    """Nothing where none is known of, as it may be made by other means."""
    at = last_backup()
    if at and timezone.now() - at > OLDEST_BACKUP:
        yield f"The last backup is {_ago(at)} old; see why there is none of today."


def _ago(at: datetime) -> str:
    return timesince(at, depth=1).replace("\xa0", " ")


CHECKS = {
    "data folder": writable,
    "secrets": secrets,
    "static files": static_files,
    "last backup": backup,
}
WITH_DATABASE = {
    "free space": room,
    "releases": releases,
    "first password": editor_password,
    "imports": imports,
}
