"""Probable twins in the admin: shown before a record is saved, and at a record until it is decided."""

from typing import NamedTuple

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseNotAllowed, HttpResponseRedirect

from summitkb.editing.answers import admin_page
from summitkb.editing.merge_views import address
from summitkb.editing.merging import may_merge
from summitkb.editing.publishing import Refusal, may
from summitkb.editing.twins import note_different, twins_of
from summitkb.records.labels import label_of
from summitkb.records.models import Record
from summitkb.records.structure import key_field

CONFIRMED = "not_a_twin"
"""The name of the checkbox; its value has the keys of those that were shown."""


class ShownTwin(NamedTuple):
    key: str
    label: str
    why: str
    address: str
    merge: str
    """The address of the page on which both can be merged; empty for whoever may not."""


class HasTwins(Refusal):
    """What is about to be saved may be there already."""

    def __init__(self, twins: list[ShownTwin]):
        super().__init__("It may be there already, see above. Nothing was saved.")
        self.twins = twins


class TwinsAsked:
    """For the admin of records: asks before it saves what has twins that nobody has decided on."""

    def has_merge_permission(self, request):
        return may(request.user, self.model, "merge")

    def save_model(self, request, obj, form, change):
        """Those that it had before are shown at the record, and not asked about again."""
        form.twins_before = twins_of(obj).keys() if change else set()
        super().save_model(request, obj, form, change)

    def ask_about_twins(self, request, form) -> None:
        """To be called when all is written that may be taken back. Raises HasTwins."""
        found = twins_of(form.instance)
        confirmed = set(request.POST.get(CONFIRMED, "").split()) & found.keys()
        if asked := found.keys() - form.twins_before - confirmed:
            twins = {key: found[key] for key in found if key in asked | confirmed}
            raise HasTwins(self.shown_twins(request, form.instance, twins))
        note_different(form.instance, confirmed, request.user)

    def twins_context(self, request, obj) -> dict:
        """What the form shows: twins that are asked about, or those that a record has."""
        if asked := getattr(request, "twins", []):
            return {"asked_twins": asked, "asked_keys": " ".join(twin.key for twin in asked)}
        return {"twins": self.shown_twins(request, obj, twins_of(obj))} if obj else {}

    def shown_twins(self, request, record: Record, found: dict[str, list[str]]) -> list[ShownTwin]:
        """Twins by their keys, as the list has them, with what they have in common and the ways on."""
        if not found:
            return []
        rows = self.get_queryset(request).filter(**{f"{key_field(self.model).name}__in": found})
        return [
            ShownTwin(
                twin.record_key,
                label_of(twin),
                " and ".join(found[twin.record_key]),
                admin_page(self.model, "change", twin.pk),
                address(twin, record) if may_merge(request.user, twin, record) else "",
            )
            for twin in rows.order_by("pk")
        ]


def different(modeladmin, request, object_id):
    """Notes that a record and one of its twins are two."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    record = modeladmin.get_object(request, unquote(object_id))
    key = request.POST.get("twin", "")
    if record is None or key not in twins_of(record):
        raise Http404("There are no such twins.")
    if not may(request.user, modeladmin.model, "change"):
        raise PermissionDenied
    note_different(record, [key], request.user)
    messages.success(request, f"Noted: {record.record_key} and {key} are two.")
    return HttpResponseRedirect(admin_page(modeladmin.model, "change", record.pk))
