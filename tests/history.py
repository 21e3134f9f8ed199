"""How tests put what they have done into the past."""

import pgtrigger
from django.db import connection

from summitkb.records.changes import all_changes
from summitkb.records.redirects import Redirect
from summitkb.records.time_travel import all_states, tracked_models


def last_change(model):
    """The id of the change that wrote a row of a model last."""
    return model.pgh_event_model.objects.latest("pgh_id").pgh_context_id


def redirects() -> dict[str, str]:
    """All redirects: the key that each former address leads to."""
    return dict(Redirect.objects.values_list("address", "key"))


def happened_on(day: str) -> None:
    """Date all that history has of today to noon of a day; call it once for each day, in order."""
    with pgtrigger.ignore(), connection.cursor() as cursor:
        for model in tracked_models():
            cursor.execute(
                f"UPDATE {model._meta.db_table}_history SET pgh_created_at = %s "
                "WHERE pgh_created_at > now() - interval '1 hour'",
                [f"{day}T12:00Z"],
            )
        for statement in (*all_states(), *all_changes()):
            cursor.execute(statement)
