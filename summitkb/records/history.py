"""History by trigger: every insert, update and delete of a row writes a row to its history table.

`Meeting` gets `MeetingHistory` in the table `meetings_history`, with who and why as its context. What
changes rows in bulk or by hand-typed SQL is caught as well, because the database does it.
"""

from functools import partial

import pghistory
from django.apps import apps
from django.db.models import Expression, OuterRef, Subquery
from django.db.models.functions import Greatest

from summitkb.records.publication import Publication
from summitkb.records.structure import entry_models, key_field


def tracked(model=None, *, indexes=()):
    """Class decorator: keep the history of `model`, with these indexes beside those of keys."""
    if model is None:
        return partial(tracked, indexes=indexes)
    # Inherited from an abstract Meta this is one list for all, and pghistory appends to it.
    model._meta.triggers = list(model._meta.triggers)
    # Trackers from the settings would be copied, and a copied operation is no longer seen as one.
    return pghistory.track(
        pghistory.InsertEvent(),
        pghistory.UpdateEvent(),
        pghistory.DeleteEvent(),
        model_name=f"{model.__name__}History",
        meta={"db_table": f"{model._meta.db_table}_history", "indexes": list(indexes)},
    )(model)


def last_change(model) -> Expression:
    """When a row of `model`, a list in its cells or what is cited for it was last changed, as SQL."""
    citation = apps.get_model("records", "Citation")
    own = _latest(model, pgh_obj=OuterRef("pk"))
    if model is citation:
        return own
    cited = {"table": model._meta.db_table, "record": OuterRef(key_field(model).name)}
    return Greatest(
        own,
        _latest(citation, source__publication=Publication.PUBLISHED, **cited),
        *(_latest(entries, owner=OuterRef("pk")) for entries in entry_models(model)),
    )


def _latest(model, **of) -> Subquery:
    history = model.pgh_event_model.objects.filter(**of).order_by("-pgh_created_at")
    return Subquery(history.values("pgh_created_at")[:1])
