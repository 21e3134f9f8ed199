"""The page on which two records stand beside each other, and are made one."""

from dataclasses import dataclass
from functools import partial

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.http import Http404, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html

from summitkb.editing.answers import admin_page, reason_of, tell_refusal
from summitkb.editing.guard import lock, with_version
from summitkb.editing.merged_cells import EMPTY, cells_of, fills
from summitkb.editing.merging import is_public, may_merge, merge, outlook
from summitkb.editing.publishing import Refusal, named
from summitkb.editing.quotes import check_quotes
from summitkb.exchange.columns import Entries
from summitkb.exchange.tables import get_table, table_of
from summitkb.records.labels import label_of
from summitkb.records.models import Record
from summitkb.records.structure import key_field

CHANGED = "One of the two was changed meanwhile. Look at both again; nothing was merged."
REASON = "The public knows one of them: say under “Reason” why they are one."


@dataclass
class Cell:
    """One cell of both records as text. `taken` says whose stays: `keep` or `drop`; "" where both are
    the same."""

    name: str
    label: str
    keep: str
    drop: str
    taken: str


def address(keep: Record, drop: Record) -> str:
    return reverse(
        "admin:merge", args=[keep._meta.db_table, str(keep.record_key), str(drop.record_key)]
    )


def merge_two(request, site, table: str, keep: str, drop: str):
    """On GET both side by side and what merging would do; on POST it is done."""
    keep, drop = _records(table, keep, drop)
    if not may_merge(request.user, keep, drop):
        raise PermissionDenied(f"You may not merge {named(drop)} into {named(keep)}.")
    if request.method == "POST" and _merged(request, keep, drop):
        return HttpResponseRedirect(admin_page(type(keep), "change", keep.pk))
    ahead = outlook(keep, drop, request.user)
    context = {
        **site.each_context(request),
        "title": f"Merge two {keep._meta.verbose_name_plural}",
        "opts": keep._meta,
        "keep": keep,
        "drop": drop,
        "labels": [label_of(keep), label_of(drop)],
        "addresses": [admin_page(type(r), "change", r.pk) for r in (keep, drop)],
        "cells": list(_cells(request, keep, drop)),
        "lists": list(_lists(keep, drop)),
        "outlook": ahead,
        "other_way": address(drop, keep),
        "public": is_public(keep, drop),
        "reason": request.POST.get("reason", ""),
    }
    return TemplateResponse(request, "admin/merge.html", context)


def _records(name, *keys) -> list[Record]:
    """Both, each with its version. Raises Http404 where there are no two such records."""
    table = get_table(name)
    if table is None or not issubclass(table.model, Record) or len(set(keys)) < 2:
        raise Http404("There are no two such records.")
    key = key_field(table.model).attname
    rows = with_version(table.model.objects.filter(**{f"{key}__in": keys}))
    found = {record.record_key: record for record in rows}
    if len(found) < 2:
        raise Http404("There are no two such records.")
    return [found[text] for text in keys]


def _merged(request, keep, drop) -> bool:
    """Whether it was done; if not, why is told."""
    model, reason = type(keep), reason_of(request).get("reason", "")
    taken = [f.name for f in cells_of(model) if request.POST.get(f"cell-{f.name}") == "drop"]
    try:
        if not reason and is_public(keep, drop):
            raise Refusal(REASON)
        with transaction.atomic():
            _require_as_shown(model, request.POST.getlist("version"), keep.pk, drop.pk)
            merged = merge(keep, drop, request.user, taken=taken, reason=reason)
            check_quotes(request, [merged])
    except (Refusal, IntegrityError) as error:
        tell_refusal(request, error)
        return False
    change = type(drop).pgh_event_model.objects.filter(pgh_obj=drop.pk).latest("pgh_id")
    undo = reverse("admin:change_set", args=[change.pgh_context_id])
    told = "{} was merged into {}. <a href='{}'>See the change, or undo it</a>"
    messages.success(request, format_html(told, named(drop), named(merged), undo))
    return True


def _require_as_shown(model, versions, *keys):
    """Raises Refusal where somebody has written to one of the two since the page was made."""
    rows = model.objects.filter(pk__in=keys)
    lock(rows)
    now = dict(with_version(rows).values_list("pk", "version"))
    if versions != [str(now.get(key)) for key in keys]:
        raise Refusal(CHANGED)


def _cells(request, keep, drop):
    """The cells of which one has something."""
    filled = fills(keep, drop)
    for field in cells_of(type(keep)):
        texts = [_text(field, record) for record in (keep, drop)]
        if any(texts):
            taken = "drop" if field.name in filled else "keep"
            taken = request.POST.get(f"cell-{field.name}", taken) if texts[0] != texts[1] else ""
            yield Cell(field.name, str(field.verbose_name).capitalize(), *texts, taken)


def _text(field, record) -> str:
    value = getattr(record, field.name)
    if value in EMPTY:
        return ""
    shown = getattr(record, f"get_{field.name}_display", partial(label_of, value))
    return ", ".join(value) if isinstance(value, list) else str(shown())


def _lists(keep, drop):
    """The lists of which both have what either has: their names, and the entries of both as text."""
    if name := keep.other_names_field:
        label = keep._meta.get_field(name).verbose_name
        yield label.capitalize(), *(", ".join(getattr(r, name)) for r in (keep, drop))
    for column in table_of(type(keep)).columns:
        if isinstance(column, Entries):
            lists = [column.model.objects.filter(owner=record) for record in (keep, drop)]
            texts = [", ".join(map(str, entries)) for entries in lists]
            if any(texts):
                yield column.name.capitalize(), *texts
