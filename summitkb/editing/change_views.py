"""The pages of changes in the admin: all, one with its undo, one record's, and bringing back."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from pghistory.models import Context

from summitkb.editing.answers import admin_page, reason_of
from summitkb.editing.change_sets import (
    change_sets,
    moments_of_change,
    moments_of_record,
    summarised,
)
from summitkb.editing.publishing import action_for, may
from summitkb.records.models import Citation, Entry, Record, record_models
from summitkb.records.publication import Publication
from summitkb.records.redirects import Redirect
from summitkb.records.restoring import Restoration, StandsInTheWay
from summitkb.records.structure import key_field, may_be_key

PER_PAGE = 50


def _require_an_editor(request):
    if not any(may(request.user, model, "change") for model in record_models()):
        raise PermissionDenied


def changes(request, site):
    """All change sets, the newest first."""
    _require_an_editor(request)
    page = Paginator(change_sets(), PER_PAGE).get_page(request.GET.get("page"))
    context = {"title": "Changes", "page": page, "moments": summarised(page)}
    return TemplateResponse(
        request, "admin/changes.html", {**site.each_context(request), **context}
    )


def change(request, site, change: UUID):
    """One change set, what it did, and on POST its undo."""
    _require_an_editor(request)
    found = Context.objects.filter(pk=change)
    if not found:
        raise Http404("There is no change of that number.")
    restoration = Restoration.of_change(change)
    if request.method == "POST":
        done = _put_back(request, restoration, "What it did was undone.")
        if done:
            return HttpResponseRedirect(reverse("admin:change_sets"))
    steps, total = moments_of_change(change)
    [moment] = summarised(found)
    moment.steps = steps
    context = {
        "title": moment.title,
        "moment": moment,
        "more": total - len({step.name for step in steps}),
        "obstacles": restoration.obstacles(),
        "may_undo": _may_put_back(request.user, restoration),
    }
    return TemplateResponse(request, "admin/change.html", {**site.each_context(request), **context})


def record_history(modeladmin, request, object_id):
    """What became of one record, the newest first, each state with a way back to it."""
    model, pk = modeladmin.model, unquote(object_id)
    record = model.objects.filter(pk=pk).first() if may_be_key(model, pk) else None
    if not modeladmin.has_view_permission(request, record):
        raise PermissionDenied
    moments = moments_of_record(model, pk) if may_be_key(model, pk) else []
    if not moments:
        raise Http404(f"There never was a record of that key among the {model._meta.db_table}.")
    context = {
        **modeladmin.admin_site.each_context(request),
        "title": f"History of {model._meta.verbose_name} {record or pk}",
        "opts": modeladmin.opts,
        "object": record,
        "object_id": object_id,
        "moments": moments,
        "may_restore": modeladmin.has_change_permission(request, record),
    }
    return TemplateResponse(request, "admin/record_history.html", context)


def restore(modeladmin, request, object_id):
    """On GET what bringing a record back as of a moment would do; on POST it is done."""
    model, pk = modeladmin.model, unquote(object_id)
    at = _moment(request)
    restoration = Restoration.of_version(model, pk, at)
    if request.method == "POST" and _put_back(request, restoration, "It stands as it did then."):
        return HttpResponseRedirect(admin_page(model, "history", object_id))
    context = {
        **modeladmin.admin_site.each_context(request),
        "title": "Bring back an earlier version",
        "opts": modeladmin.opts,
        "object_id": object_id,
        "name": f"{model._meta.db_table}/{pk}",
        "at": at,
        "asked": at.isoformat(),
        "counts": restoration.counts().items(),
        "obstacles": restoration.obstacles(),
        "may_undo": _may_put_back(request.user, restoration),
    }
    return TemplateResponse(request, "admin/restore.html", context)


def _put_back(request, restoration, done: str) -> bool:
    """Whether it was done; if not, what stands in the way is told."""
    if not _may_put_back(request.user, restoration):
        raise PermissionDenied
    reason = reason_of(request).get("reason")
    if not reason:
        messages.error(request, "Say under “Reason” why it is taken back.")
        return False
    try:
        restoration.write(reason)
    except StandsInTheWay as refusal:
        for obstacle in refusal.obstacles:
            messages.error(request, str(obstacle))
        return False
    messages.success(request, done)
    return True


def _may_put_back(user, restoration) -> bool:
    """Whether somebody may do by hand to each record what would be done to it."""
    moves = {(c.model, c.pk): (c.now, c.after) for c in restoration.publications()}
    for model, states in restoration.targets.items():
        for record_model, pks in _records(model, states):
            now = dict(
                record_model.objects.filter(pk__in=pks).order_by().values_list("pk", "publication")
            )
            for pk in pks:
                before, after = moves.get((record_model, pk), (now.get(pk), now.get(pk)))
                draft = Publication.DRAFT
                if not may(user, record_model, action_for(before or draft, after or draft)):
                    return False
    return True


def _records(model, states):
    """The records that rows of a model belong to, by model; their own where they are records."""
    if issubclass(model, Record):
        yield model, set(states)
    elif issubclass(model, Entry):
        rows = model.pgh_event_model.objects.filter(pgh_obj__in=states)
        owner = model._meta.get_field("owner").related_model
        yield owner, set(rows.values_list("owner", flat=True))
    elif model is Citation:
        rows = model.pgh_event_model.objects.filter(pgh_obj__in=states)
        for record_model in record_models():
            of_table = rows.filter(table=record_model._meta.db_table).values("record")
            records = record_model.objects.filter(
                **{f"{key_field(record_model).name}__in": of_table}
            )
            yield record_model, set(records.values_list("pk", flat=True))
    elif model is not Redirect:  # the text of a source
        name = next(f.name for f in model._meta.fields if f.is_relation)
        rows = model.pgh_event_model.objects.filter(pgh_obj__in=states)
        yield model._meta.get_field(name).related_model, set(rows.values_list(name, flat=True))


def _moment(request) -> datetime:
    """The moment that is asked for. Raises Http404 where it is none."""
    asked = request.POST.get("at") or request.GET.get("at", "")
    try:
        moment = parse_datetime(asked)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise Http404("Say which version: a moment with its time zone.")
    return moment
