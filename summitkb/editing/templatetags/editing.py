"""What the first page of the admin shows beside Django's own list."""

from django import template
from django.urls import reverse

from summitkb.editing.answers import admin_page
from summitkb.editing.queues import board
from summitkb.editing.release_view import MAY
from summitkb.exchange.size import is_large

ENTERED = ("meeting", "statement", "source", "event", "delegation", "person", "agreement", "figure")
"""The names of the models that are entered by hand, in the order of work."""

TOOLS = {
    "admin:import": ("Import", ""),
    "admin:change_sets": ("Changes", ""),
    "admin:release": ("Cut a release", MAY),
}
"""The pages of what is done to many records, with the permission without which one is not shown."""

register = template.Library()


@register.inclusion_tag("admin/queues.html", takes_context=True)
def work_queues(context):
    """The queues of what the user may view, each with its lists and how many wait there; in a large
    base, where it takes long to count them, if the address asks for it."""
    counted = "count" in context["request"].GET or not is_large()
    return {
        "counted": counted,
        "queues": [
            {
                "queue": queue,
                "lists": [
                    {
                        "address": f"{admin_page(model, 'changelist')}?queue={queue.name}",
                        "count": count,
                        "name": _name(model, count),
                    }
                    for model, count in counts.items()
                ],
            }
            for queue, counts in board(_models(context, "view"), counted)
        ],
    }


@register.inclusion_tag("admin/enter.html", takes_context=True)
def enter(context):
    """What the user may add, and the tools."""
    may_add = {model._meta.model_name: model for model in _models(context, "add")}
    return {
        "entered": [
            {"address": admin_page(may_add[name], "add"), "name": may_add[name]._meta.verbose_name}
            for name in ENTERED
            if name in may_add
        ],
        "tools": [
            {"address": reverse(view), "name": label}
            for view, (label, needed) in TOOLS.items()
            if not needed or context["user"].has_perm(needed)
        ],
    }


def _models(context, action) -> list:
    """Those of ours with which the user may do something, in the order of the list below."""
    return [
        entry["model"]
        for app in context["app_list"]
        for entry in app["models"]
        if app["app_label"] != "auth" and entry["perms"][action]
    ]


def _name(model, count) -> str:
    return model._meta.verbose_name if count == 1 else model._meta.verbose_name_plural
