"""The pages of imports: upload, preview, confirm."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from summitkb.browse.changes.differences import differences
from summitkb.editing.answers import admin_page
from summitkb.editing.imports import running
from summitkb.editing.imports.forms import ImportForm
from summitkb.editing.imports.models import Import, tidy
from summitkb.editing.imports.permissions import may_import, missing
from summitkb.editing.imports.previews import KINDS, Lines
from summitkb.editing.streaming import streamed
from summitkb.exchange.archives import Refused
from summitkb.exchange.tables import get_table
from summitkb.records.publication import Publication

ROWS = 100
MOST_EARLIER = 20


def upload(request):
    """The form, and below it the last imports."""
    form = ImportForm(request.POST or None, request.FILES or None, user=request.user)
    if not form.offered:
        raise PermissionDenied("You may import into no table.")
    if request.method == "POST" and form.is_valid():
        tidy()
        return HttpResponseRedirect(_address(form.save()))
    earlier = Import.objects.select_related("user")[:MOST_EARLIER]
    context = {
        "form": form,
        "earlier": [one for one in earlier if may_import(request.user, one.tables)],
    }
    return _page(request, "admin/import_form.html", "Import", context)


@require_GET
def shown(request, pk):
    """How far one import has come, and a page of its rows."""
    one = _permitted(request, pk)
    counts = {**one.total, "problems": one.problems}
    kind = request.GET.get("show")
    if kind not in KINDS:
        kind = next((k for k in ("problems", "changed", "new") if counts[k]), "unchanged")
    tables = [(get_table(name), found) for name, found in one.counts.items()]
    context = {
        "one": one,
        "kinds": [(k, counts[k]) for k in KINDS if k != "problems" or counts[k]],
        "kind": kind,
        "tables": [(t, found, admin_page(t.model, "changelist")) for t, found in tables],
        "missing": missing(request.user, one.needs),
        "undo": reverse("admin:change_set", args=[one.context]) if one.context else "",
    }
    if one.file and counts[kind] and one.state != Import.State.UPLOADED:
        lines = Lines(one.folder, kind, counts[kind])
        page = Paginator(lines, ROWS).get_page(request.GET.get("page"))
        context |= {"page": page, "rows": [_row(kind, line) for line in page]}
    return _page(request, "admin/import_shown.html", one.name, context)


@require_POST
def preview(request, pk):
    """Checks it while it answers."""
    one = _permitted(request, pk)
    if one.state == Import.State.DONE or not one.file:
        return HttpResponseRedirect(_address(one))

    def work(watch):
        checked = running.preview(one, watch)
        if checked.state == Import.State.REFUSED:
            raise Refused("It cannot be imported as it is. Nothing was written.")
        return "It was checked, and nothing was written.", "See the preview"

    return _progress(request, f"Checking {one.name}", one, work)


@require_POST
def confirm(request, pk):
    """Imports what was previewed while it answers."""
    one = _permitted(request, pk)
    if missing(request.user, one.needs):
        raise PermissionDenied("You may not do all that this import does.")

    user, fingerprint = request.user, request.POST.get("fingerprint", "")

    def work(watch):
        running.confirm(one, user, fingerprint, watch)
        return "It was imported.", "See what was imported"

    return _progress(request, f"Importing {one.name}", one, work)


def _progress(request, title, one, work):
    crumbs = [(reverse("admin:import"), "Import"), (_address(one), one.name)]
    context = _context(request, title, {"crumbs": crumbs})
    return streamed(request, context, work, _address(one), "Back to the import")


def _permitted(request, pk) -> Import:
    one = get_object_or_404(Import.objects.select_related("user"), pk=pk)
    if not may_import(request.user, one.tables):
        raise PermissionDenied("You may not import into these tables.")
    return one


def _row(kind, line):
    """A line of a preview as the page shows it: with the cells as HTML, before and after."""
    if kind == "problems":
        return line
    cells = line["cells"].items()
    if kind == "changed":
        cells = [(name, *differences(*cell)) for name, cell in cells]
    publication = line["publication"]
    return {
        **line,
        "cells": list(cells),
        "publication": publication and Publication(publication).label.lower(),
    }


def _address(one):
    return reverse("admin:import_shown", args=[one.pk])


def _context(request, title, context):
    return {**admin.site.each_context(request), "title": title, **context}


def _page(request, template, title, context):
    return TemplateResponse(request, template, _context(request, title, context))
