"""What `summitkb.exchange` keeps of its own: the releases."""

from pathlib import Path

import pgtrigger
from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone

_NEVER = "RAISE EXCEPTION 'A release never changes and is never deleted; cut another.' " + (
    "USING ERRCODE = 'check_violation', CONSTRAINT = 'release_stays';"
)


class Release(models.Model):
    """One row is one release: all that was public at one moment, with a number by which it is cited.

    Its files lie in a folder of their own and never change. The changelog is among them and nowhere
    else, because it quotes cells of records that may be withdrawn by now.
    """

    number = models.PositiveIntegerField(primary_key=True)
    at = models.DateTimeField(default=timezone.now)
    note = models.TextField(blank=True, help_text="What is new in it, in a few words.")
    revision = models.CharField(max_length=12, help_text="Of what it was cut.")
    sha256 = models.CharField(max_length=64, help_text="Of the package as a zip.")
    bytes = models.BigIntegerField(help_text="How long that is.")
    counts = models.JSONField(help_text="The number of rows of each table.")
    summary = models.TextField(
        help_text="How much differs from the release before it, in all and by table."
    )

    class Meta:
        db_table = "releases"
        ordering = ["-number"]
        default_permissions = ("cut",)
        triggers = [
            pgtrigger.Trigger(
                name="release_stays",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                func=_NEVER,
            )
        ]

    def __str__(self):
        return f"Release {self.number}"

    def get_absolute_url(self):
        return reverse("release", args=[self.number])

    @property
    def package(self) -> str:
        """The name of its zip."""
        return f"summitkb-{self.number}.zip"

    @property
    def files(self) -> list[str]:
        return [self.package, "SHA256SUMS", "CHANGELOG.txt"]

    @property
    def folder(self) -> Path:
        return Path(settings.RELEASES) / str(self.number)

    @property
    def headline(self) -> str:
        """The first line of what is new."""
        return self.summary.partition("\n")[0]

    @property
    def rows(self) -> int:
        return sum(self.counts.values())
