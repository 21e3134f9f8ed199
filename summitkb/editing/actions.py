"""The bulk actions that move records through publication, all of what is chosen or nothing of it."""

import pghistory
from django.contrib import admin, messages
from django.contrib.admin import helpers
from django.db import IntegrityError
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse

from summitkb.editing import merge_views
from summitkb.editing.answers import reason_of, tell_refusal
from summitkb.editing.publishing import Refusal, citing, move, named
from summitkb.records.characters import printed
from summitkb.records.models import Citation
from summitkb.records.publication import Publication

MOST_NAMED = 5


def tell(request, moved, to) -> None:
    """Say what moved, with those that went along."""
    names = ", ".join(named(record) for record in moved[:MOST_NAMED])
    more = f" and {len(moved) - MOST_NAMED} more" if len(moved) > MOST_NAMED else ""
    messages.success(request, f"{Publication(to).label}: {names}{more}.")


def _move(request, queryset, to, **options) -> bool:
    """Whether they have moved; if not, why is told."""
    try:
        with pghistory.context(**reason_of(request)):
            moved = move(queryset, to, request.user, **options)
    except (Refusal, IntegrityError) as error:
        tell_refusal(request, error)
        return False
    if moved:
        tell(request, moved, to)
    else:
        messages.warning(
            request, f"All that was chosen is {Publication(to).label.lower()} already."
        )
    return True


@admin.action(description="Submit for review", permissions=["change"])
def submit(modeladmin, request, queryset):
    _move(request, queryset, Publication.IN_REVIEW)


@admin.action(description="Publish", permissions=["publish"])
def publish(modeladmin, request, queryset):
    _move(request, queryset, Publication.PUBLISHED)


@admin.action(description="Take back to draft", permissions=["change"])
def take_back(modeladmin, request, queryset):
    _move(request, queryset, Publication.DRAFT)


@admin.action(description="Withdraw", permissions=["withdraw"])
def withdraw(modeladmin, request, queryset):
    """Asks for the word of why first, on a page of its own."""
    note = printed(request.POST.get("note", "")).strip()[:300]
    if "note" in request.POST and _move(request, queryset, Publication.WITHDRAWN, note=note):
        return None
    context = {
        **modeladmin.admin_site.each_context(request),
        "title": "Withdraw",
        "opts": modeladmin.opts,
        "records": queryset,
        "note": note,
        "checkbox": helpers.ACTION_CHECKBOX_NAME,
    }
    return TemplateResponse(request, "admin/withdraw.html", context)


@admin.action(description="Merge two", permissions=["merge"])
def merge(modeladmin, request, queryset):
    """Leads to the page on which both stand beside each other."""
    if queryset.count() != 2:
        messages.error(request, "Choose the two that are one.")
        return None
    # What is public stays, and of two that are, what more was written about.
    keep, drop = sorted(
        queryset, key=lambda r: (r.publication != Publication.PUBLISHED, -_weight(r))
    )
    return HttpResponseRedirect(merge_views.address(keep, drop))


def _weight(record) -> int:
    return Citation.objects.filter(citing(type(record), [record])).count()


OF_RECORDS = [submit, publish, withdraw, take_back, merge]
