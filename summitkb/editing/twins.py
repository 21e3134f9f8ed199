"""Probable twins: two records of one table that may be one, because they have a mark in common.

A *mark* is a text that the database makes of a record: its name without what spellings differ in, its
address without what tracks readers. An app declares the marks of its tables, as SQL that gives the key
of each record with a mark, and says in a few words what those share who have it:

    declare_marks("people", "the same item of Wikidata", "SELECT id, wikidata FROM people")

Empty marks count for nothing, and what is withdrawn is nobody's twin. Nor are two of which an editor
has said that they are different.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from summitkb.records.derived import derive
from summitkb.records.models import Record
from summitkb.records.structure import key_field


@dataclass(frozen=True)
class _Marks:
    table: str
    why: str
    sql: str


_declared: list[_Marks] = []


def declare_marks(table: str, why: str, sql: str) -> None:
    """Add marks of a table; `sql` gives two columns, keys and marks."""
    _declared.append(_Marks(table, why, sql))


class Different(models.Model):
    """One row is one pair of records that an editor has compared and found to be two."""

    table = models.CharField(max_length=20, db_collation="C", help_text="The table of both.")
    first = models.CharField(
        max_length=400, db_collation="C", help_text="The key that sorts first."
    )
    second = models.CharField(max_length=400, db_collation="C", help_text="The other key.")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, help_text="Who said so."
    )
    at = models.DateTimeField(default=timezone.now, help_text="When.")

    class Meta:
        db_table = "different_records"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["table", "first", "second"], name="different_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="different_in_order"),
        ]

    def __str__(self):
        return f"{self.table}/{self.first} is not {self.table}/{self.second}"


class Twin(models.Model):
    """One row is one record that has a mark in common with another, seen from the first."""

    id = models.TextField(primary_key=True)
    table = models.TextField(db_collation="C")
    record = models.TextField(db_collation="C")
    other = models.TextField(db_collation="C")
    why = models.TextField()

    class Meta:
        managed = False
        default_permissions = ()
        db_table = 'derived"."twins'  # Django puts quotes around the whole

    def __str__(self):
        return f"{self.table}/{self.record} and {self.other}: {self.why}"


@derive
def views() -> Iterator[str]:
    parts = [
        f"SELECT '{marks.table}'::text, key::text, '{marks.why}'::text, mark::text "
        f"FROM ({marks.sql}) AS marks (key, mark) WHERE mark <> ''"
        for marks in _declared
    ]
    yield f"""
        CREATE VIEW derived.marks ("table", record, why, mark) AS {" UNION ".join(parts)}
    """
    yield """
        CREATE VIEW derived.twins AS
        SELECT concat_ws(' ', a."table", a.record, b.record, a.why) AS id,
            a."table", a.record, b.record AS other, a.why
        FROM derived.marks AS a JOIN derived.marks AS b USING ("table", why, mark)
        WHERE a.record <> b.record AND NOT EXISTS (
            SELECT FROM different_records AS d WHERE d."table" = a."table"
            AND d.first = least(a.record, b.record) AND d.second = greatest(a.record, b.record)
        )
        GROUP BY a."table", a.record, b.record, a.why
    """


def marked_models() -> set[str]:
    """The tables of which marks are declared."""
    return {marks.table for marks in _declared}


def twins_of(record: Record) -> dict[str, list[str]]:
    """The keys of the records that may be the same as this one, with what they have in common."""
    table, found = record._meta.db_table, {}
    if table in marked_models():
        rows = Twin.objects.filter(table=table, record=record.record_key).order_by("other", "why")
        for other, why in rows.values_list("other", "why"):
            found.setdefault(other, []).append(why)
    return found


def with_a_twin(model: type[models.Model]) -> Q | None:
    """The condition of a work queue: which rows of a model may be the same as another."""
    if model._meta.db_table not in marked_models():
        return None
    keys = Twin.objects.filter(table=model._meta.db_table).order_by().values("record")
    return Q(**{f"{key_field(model).name}__in": keys})


def note_different(record: Record, others: Iterable[str], user) -> None:
    """Note that a record and others of its table are two each."""
    table = record._meta.db_table
    pairs = (sorted([record.record_key, other]) for other in others)
    Different.objects.bulk_create(
        [Different(table=table, first=a, second=b, user=user) for a, b in pairs],
        ignore_conflicts=True,
    )


declare_marks(
    "sources",
    "the same address",
    r"""SELECT id, rtrim(regexp_replace(regexp_replace(regexp_replace(regexp_replace(lower(url),
        '^https?://(www\.|m\.)?', ''), '#.*', ''), '/*\?', '&'),
        '&(utm_[a-z]+|fbclid|gclid|yclid)=[^&]*', '', 'g'), '/&')
        FROM sources WHERE publication <> 'withdrawn'""",
)
declare_marks(
    "sources",
    "the same publisher, title and day",
    """SELECT id, concat_ws(' ', derived.folded(publisher), derived.folded(title), published_on)
        FROM sources WHERE publication <> 'withdrawn'""",
)
