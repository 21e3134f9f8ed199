"""History by trigger: every insert, update and delete of a row writes a row to its history table.

`Meeting` gets `MeetingHistory` in the table `meetings_history`, with who and why as its context. What
changes rows in bulk or by hand-typed SQL is caught as well, because the database does it.
"""

import pghistory
from django.db.models import Max, OuterRef, Subquery


def tracked(model):
    """Class decorator: keep the history of `model`."""
    # Inherited from an abstract Meta this is one list for all, and pghistory appends to it.
    model._meta.triggers = list(model._meta.triggers)
    # Trackers from the settings would be copied, and a copied operation is no longer seen as one.
    return pghistory.track(
        pghistory.InsertEvent(),
        pghistory.UpdateEvent(),
        pghistory.DeleteEvent(),
        model_name=f"{model.__name__}History",
        meta={"db_table": f"{model._meta.db_table}_history"},
    )(model)


def last_change(model) -> Subquery:
    """When a row of `model` itself was last changed here, as SQL."""
    history = model.pgh_event_model.objects.filter(pgh_obj=OuterRef("pk")).order_by()
    return Subquery(history.values("pgh_obj").annotate(at=Max("pgh_created_at")).values("at"))
