"""Every address there is, as the URL resolver has it, and one that leads to something for each."""

import re
from uuid import UUID

from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.urls import get_resolver

from summitkb.browse.excerpts import LISTS
from summitkb.editing.groups import make_groups
from summitkb.records.models import Citation, record_models
from tests.admin_pages import member
from tests.browse.test_unpublished import make_one_of_each

NONE = UUID(int=0)


def routes(patterns, before=""):
    """All addresses as they are declared."""
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            yield from routes(pattern.url_patterns, route)
        else:
            yield route


def address_of(route, keys):
    """One address of a route: of a record that is there, where it is one of records."""
    table = route.split("/")[0]
    words = {
        "<key>": keys.get(table, ""),
        "<facet>": facet_of(table),
        "<int:number>": "1",
        "<name>": "package.zip",
        "<uuid:change>": str(NONE),
        "<uuid:pk>": str(NONE),
        "<str:table>/<str:keep>/<str:drop>": f"people/{keys['people']}/zzyzx",
        "<path:content_type_id>/<path:object_id>": keys["a person by content type"],
        "^(?P<app_label>auth|records|delegations|meetings)/$": "meetings/",
        "(?P<url>.*)$": "nothing/",
        "<path:object_id>/preview": keys.get("draft of " + "/".join(route.split("/")[1:3]), "")
        + "/preview",
        "<path:object_id>": keys.get("/".join(route.split("/")[1:3]), ""),
        "<id>": keys["auth/user"],
    }
    for word, instead in words.items():
        route = route.replace(word, instead)
    assert not re.search("[<>^$]", route), route
    return f"/{route}"


def facet_of(table):
    return LISTS[table].filterset_class.shown_facets[0] if table in LISTS else ""


def everywhere():
    """All routes; that which ends the session comes last."""
    return sorted(set(routes(get_resolver().url_patterns)), key=lambda r: "logout" in r)


def keys_of(cast):
    """The key of a record of each table, by its public name and by that of its admin."""
    make_groups(Group, Permission)  # gone where a test before emptied all tables
    found = {"auth/user": str(member().pk), "auth/group": str(Group.objects.first().pk)}
    kind = ContentType.objects.get_for_model(type(cast.shoigu))
    found["a person by content type"] = f"{kind.pk}/{cast.shoigu.pk}"
    found["records/citation"] = str(Citation.objects.first().pk)
    for model in record_models():
        record = model.objects.published().order_by("pk").first()
        found[f"{model._meta.app_label}/{model._meta.model_name}"] = str(record.pk)
        found[model._meta.db_table] = record.get_absolute_url().split("/")[2]
    for draft in make_one_of_each(cast, "draft"):
        found[f"draft of {draft._meta.app_label}/{draft._meta.model_name}"] = str(draft.pk)
    return found
