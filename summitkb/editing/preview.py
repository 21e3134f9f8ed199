"""An unpublished record as the public would see it, for staff."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpResponseNotAllowed
from django.urls import resolve

from summitkb.editing.publishing import publish_for_now
from summitkb.records.publication import Publication


def preview(modeladmin, request, object_id):
    """Its public page, made while it is published within a transaction that is rolled back.

    So it is that page itself, with its parts and whatever it names, and nothing is public by it.
    """
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET", "HEAD"])
    record = modeladmin.get_object(request, object_id)
    if record is None or record.publication in Publication.PUBLIC:
        raise Http404("There is no unpublished record of that key.")
    if not modeladmin.has_view_permission(request, record):
        raise PermissionDenied
    address = record.get_absolute_url()
    view, args, kwargs = resolve(address)
    request.preview = record
    with transaction.atomic():
        publish_for_now(record)
        response = view(request, *args, **kwargs)
        response.render()
        transaction.set_rollback(True)
    return response
