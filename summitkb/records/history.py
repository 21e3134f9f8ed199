"""History by trigger: every insert, update and delete of a row writes a row to its history table.

`Meeting` gets `MeetingHistory` in the table `meetings_history`, with who and why as its context. What
changes rows in bulk or by hand-typed SQL is caught as well, because the database does it.
"""

from collections.abc import Iterable
from functools import partial

import pghistory
import pghistory.models
import pgtrigger
from django.apps import apps
from django.db import models
from django.db.models import Exists, Expression, OuterRef, QuerySet, Subquery

from summitkb.records.changes import Change
from summitkb.records.structure import key_field


class State(pghistory.models.Event):
    """A row as it was from `pgh_created_at` on. `time_travel` keeps until when."""

    pgh_until = models.DateTimeField(
        null=True,
        help_text="When the next state of the row began, which may be no later; "
        "NULL for the newest.",
    )

    class Meta:
        abstract = True
        verbose_name = "event"  # of which pghistory makes the name of the relation to it


class RecordState(State):
    """The same of a record, whose words are kept back in the past too once it is public no longer."""

    pgh_taken_back = models.BooleanField(
        db_default=False,
        help_text="Whether it is a state before the newest, which is no public one.",
    )

    class Meta(State.Meta):
        abstract = True


KEPT = ("pgh_until", "pgh_taken_back")
"""What alone may be written in history later on: it follows from the states themselves."""


class AppendOnly(pgtrigger.Trigger):
    """Refuses whatever else would change or delete what history says."""

    name = "append_only"
    when = pgtrigger.Before

    def __init__(self, fields: Iterable[models.Field]):
        """`fields` are those of history, to which pghistory adds two of its own."""
        columns = [
            field.column
            for field in fields
            if field.name not in KEPT and not isinstance(field, models.GeneratedField)
        ]
        written = pgtrigger.UpdateOf(*columns, "pgh_obj_id", "pgh_context_id")
        super().__init__(operation=pgtrigger.Delete | written)

    def get_func(self, model):
        table = model._meta.db_table
        return f"RAISE EXCEPTION 'Cannot update or delete rows from {table}: it is history.';"


def tracked(model=None, *, indexes=()):
    """Class decorator: keep the history of `model`, with these indexes beside those of keys."""
    if model is None:
        return partial(tracked, indexes=indexes)
    # Inherited from an abstract Meta this is one list for all, and pghistory appends to it.
    model._meta.triggers = list(model._meta.triggers)
    names = {field.name for field in model._meta.fields}
    if {"key", "publication"} <= names:  # by it, and not by the primary key, a part is found
        by_key = models.Index(fields=["key"], name=f"{model._meta.model_name}_history_key")
        indexes = [*indexes, by_key]
    base = RecordState if "publication" in names else State
    # Trackers from the settings would be copied, and a copied operation is no longer seen as one.
    return pghistory.track(
        pghistory.InsertEvent(),
        pghistory.UpdateEvent(),
        pghistory.DeleteEvent(),
        model_name=f"{model.__name__}History",
        base_model=base,
        append_only=False,
        meta={
            "db_table": f"{model._meta.db_table}_history",
            "indexes": list(indexes),
            "triggers": [AppendOnly([*base._meta.fields, *model._meta.fields])],
        },
    )(model)


def last_change(model) -> Expression:
    """When a row of `model`, a list in its cells or what is cited for it was last changed in public, as
    SQL."""
    if model is apps.get_model("records", "Citation"):
        history = model.pgh_event_model.objects.filter(pgh_obj=OuterRef("pk"))
        return Subquery(history.order_by("-pgh_created_at").values("pgh_created_at")[:1])
    changes = Change.objects.filter(
        table=model._meta.db_table, record=OuterRef(key_field(model).name)
    )
    return Subquery(changes.order_by("-at").values("at")[:1])


def last_changed(rows: QuerySet, count: int) -> QuerySet:
    """So many of some rows: those that were changed last, in no order, each with `changed_at`."""
    model, key = rows.model, key_field(rows.model).name
    changed = model.objects.order_by().annotate(changed_at=last_change(model))
    if model is apps.get_model("records", "Citation"):
        newest = rows.alias(at=last_change(model)).order_by("-at", "pk").values_list(key, flat=True)
    else:  # from the newest change on, of which few are looked at
        later = Change.objects.filter(
            table=OuterRef("table"), record=OuterRef("record"), at__gt=OuterRef("at")
        )
        changes = Change.objects.filter(
            table=model._meta.db_table, record__in=rows.order_by().values(key)
        )
        newest = changes.exclude(Exists(later)).order_by("-at", "record")
        newest = newest.values_list("record", flat=True)
    # Asked for first: among many joins PostgreSQL would not begin with them.
    return changed.filter(**{f"{key}__in": list(newest[:count])})
