"""What somebody uploaded to be imported, and how far it has come."""

import shutil
from datetime import timedelta
from hashlib import file_digest
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.db import models
from django.utils import timezone

from summitkb.editing.imports.previews import OF_ROWS
from summitkb.exchange.tables import Table, get_table, tables
from summitkb.records.publication import Publication

KEPT_FOR = timedelta(days=30)
"""For how long the files of an import stay. What was imported, when and by whom stays longer."""


class PrivateStorage(FileSystemStorage):
    """A folder that no address serves, and that no other account of the machine reads."""

    file_permissions_mode = 0o600
    directory_permissions_mode = 0o700

    @property
    def base_location(self):
        return settings.IMPORTS

    @property
    def location(self):
        return str(Path(settings.IMPORTS).absolute())


def private() -> PrivateStorage:
    return PrivateStorage()


def place(one: "Import", name: str) -> str:
    """Of the name nothing is taken: no file system takes every name that a browser may send."""
    return f"{one.pk}/upload"


class Import(models.Model):
    """One upload. Beside its file lies its preview; both are tidied away after KEPT_FOR."""

    class State(models.TextChoices):
        UPLOADED = "uploaded", "Not checked yet"
        PREVIEWED = "previewed", "Checked, not imported"
        REFUSED = "refused", "Refused"
        DONE = "done", "Imported"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True)
    at = models.DateTimeField(default=timezone.now)
    name = models.CharField(max_length=200)
    table = models.CharField(max_length=40, blank=True)
    """Empty for a whole package."""

    publication = models.CharField(max_length=20, choices=Publication)
    """Of new rows; known ones keep theirs."""

    reason = models.CharField(max_length=300)
    file = models.FileField(storage=private, upload_to=place, max_length=300)
    sha256 = models.CharField(max_length=64)

    state = models.CharField(max_length=20, choices=State, default=State.UPLOADED)
    refusal = models.TextField(blank=True)
    """Why all of it was refused, where that is not a matter of one line."""

    fingerprint = models.CharField(max_length=64, blank=True)
    counts = models.JSONField(default=dict)
    """How many rows of each table are new, changed and unchanged."""

    needs = models.JSONField(default=dict)
    """For how many rows of each table which permission is needed."""

    problems = models.PositiveIntegerField(default=0)
    context = models.UUIDField(null=True)
    """That of the change in history, by which it can be undone."""

    class Meta:
        ordering = ["-at"]
        default_permissions = ()

    def __str__(self):
        return self.name

    @property
    def tables(self) -> list[Table]:
        """Those that it may write to."""
        return [get_table(self.table)] if self.table else tables()

    @property
    def folder(self) -> Path:
        return Path(settings.IMPORTS) / str(self.pk)

    @property
    def is_whole(self) -> bool:
        """Whether its file is there and still what was uploaded."""
        try:
            return self.digest() == self.sha256
        except (OSError, ValueError):  # it was tidied away
            return False

    def digest(self) -> str:
        """The SHA-256 of the file as it is now. Raises OSError or ValueError where it is gone."""
        with self.file.open("rb") as stream:
            return file_digest(stream, "sha256").hexdigest()

    @property
    def total(self) -> dict[str, int]:
        return {kind: sum(c.get(kind, 0) for c in self.counts.values()) for kind in OF_ROWS}

    @property
    def changes_something(self) -> bool:
        return self.total["new"] + self.total["changed"] > 0


def tidy() -> None:
    """Delete the files of old imports. Called whenever something is uploaded."""
    old = Import.objects.filter(at__lt=timezone.now() - KEPT_FOR).exclude(file="")
    for one in old:
        shutil.rmtree(one.folder, ignore_errors=True)
    old.update(file="")
