"""Each permission, in each way in which it can be asked for: by address, by a posted form, by an action
of the list, and by the function that they all call. Who has it does it; who has all others does not.
"""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.test import Client
from django.urls import reverse

from delegations.models import Person
from summitkb.editing.merging import merge
from summitkb.editing.publishing import move
from summitkb.records.publication import Publication
from tests.admin_pages import as_shown, url
from tests.factories import cite, make_person, make_source

pytestmark = pytest.mark.django_db
DRAFT, IN_REVIEW, PUBLISHED, WITHDRAWN = Publication
MERGE = "merge", "people", "p", "q"


def browser_of(action, having):
    """The browser of a member of staff who has one permission with what it takes to get there, or all
    but that."""
    user = get_user_model().objects.create_user("somebody", is_staff=True)
    ours = Permission.objects.filter(content_type__app_label__in=("records", "delegations"))
    needed = Q(codename__startswith=f"{action}_")
    if action == "view":
        needed |= Q(codename__startswith="change_")  # who may change something sees it
    on_the_way = Q(codename__startswith="view_")
    if action in ("publish", "withdraw"):
        on_the_way |= Q(codename__startswith="change_")
    allowed = ours.filter(needed | on_the_way) if having else ours.exclude(needed)
    user.user_permissions.set(allowed)
    client, client.all_powerful = Client(), Client()
    client.force_login(user)
    client.all_powerful.force_login(get_user_model().objects.create_superuser("all"))
    client.user = get_user_model().objects.get(username="somebody")
    return client


@pytest.fixture(autouse=True)
def people():
    """A cited draft in review, another beside it that may be the same, and a public one."""
    for id, publication in (("p", IN_REVIEW), ("q", DRAFT), ("r", PUBLISHED)):
        cite(make_person(id, name=id, publication=publication), make_source())


def page(name, *args):
    return lambda client: client.get(url(Person, name, *args)).status_code == 200


def form(view, *args, **typed):
    """A form of people that somebody with all permissions was shown, posted as typed."""

    def post(client):
        shown = as_shown(client.all_powerful.get(url(Person, view, *args)), **typed)
        client.post(url(Person, view, *args), shown)

    return post


def posted(view, *args, **typed):
    def post(client):
        client.post(url(Person, view, *args), typed)

    return post


def action(name, *chosen, **typed):
    def post(client):
        data = {"action": name, "_selected_action": chosen, **typed}
        client.post(url(Person, "changelist"), data)

    return post


def call(function):
    def done(client):
        function(client.user)

    return done


def person(key):
    return Person.objects.get(pk=key)


def merged_page(client):
    return client.get(reverse("admin:merge", args=MERGE[1:])).status_code == 200


def merged_form(client):
    last = Person.pgh_event_model.objects.order_by("-pgh_id")
    versions = [last.filter(pgh_obj=key)[0].pk for key in MERGE[2:]]
    client.post(reverse("admin:merge", args=MERGE[1:]), {"version": versions, "reason": "So."})


def led_to_merge(client):
    data = {"action": "merge", "_selected_action": MERGE[2:]}
    answer = client.post(url(Person, "changelist"), data)
    return answer.status_code == 302 and "/admin/merge/" in answer["Location"]


def is_there(key, **cells):
    return lambda: Person.objects.filter(pk=key, **cells).exists()


def has(**cells):
    return is_there("p", **cells)


def is_gone(key):
    return lambda: not Person.objects.filter(pk=key).exists()


# How something is asked for; and when that has been done, where the answer does not say so itself.
WAYS = {
    "view": {
        "list": (page("changelist"), None),
        "page": (page("change", "p"), None),
        "history": (page("history", "p"), None),
        "preview": (page("preview", "p"), None),
    },
    "add": {
        "page": (page("add"), None),
        "form": (form("add", id="new", name="New"), is_there("new")),
    },
    "change": {
        "form": (form("change", "p", name="New"), has(name="New")),
        "action": (action("take_back", "p"), has(publication=DRAFT)),
        "function": (call(lambda user: move([person("p")], DRAFT, user)), has(publication=DRAFT)),
    },
    "delete": {
        "page": (page("delete", "p"), None),
        "form": (posted("delete", "p", post="yes"), is_gone("p")),
        "action": (action("delete_selected", "p", post="yes"), is_gone("p")),
    },
    "publish": {
        "form": (form("change", "p", publication=PUBLISHED), has(publication=PUBLISHED)),
        "button": (form("change", "p", _publish="Publish"), has(publication=PUBLISHED)),
        "form of what is public": (form("change", "r", name="New"), is_there("r", name="New")),
        "action": (action("publish", "p"), has(publication=PUBLISHED)),
        "function": (
            call(lambda user: move([person("p")], PUBLISHED, user)),
            has(publication=PUBLISHED),
        ),
    },
    "withdraw": {
        "page": (
            lambda client: (
                client.post(
                    url(Person, "changelist"), {"action": "withdraw", "_selected_action": ["p"]}
                ).status_code
                == 200
            ),
            None,
        ),
        "form": (
            form("change", "p", publication=WITHDRAWN, publication_note="So."),
            has(publication=WITHDRAWN),
        ),
        "action": (action("withdraw", "p", note="So."), has(publication=WITHDRAWN)),
        "function": (
            call(lambda user: move([person("p")], WITHDRAWN, user, note="So.")),
            has(publication=WITHDRAWN),
        ),
    },
    "merge": {
        "page": (merged_page, None),
        "form": (merged_form, is_gone("q")),
        "action": (led_to_merge, None),
        "function": (call(lambda user: merge(person("p"), person("q"), user)), is_gone("q")),
    },
}
CALLS = [(permission, way) for permission, ways in WAYS.items() for way in ways]


def test_no_permission_is_left_out():
    assert set(WAYS) == set(Person._meta.default_permissions)


@pytest.mark.parametrize(("permission", "way"), CALLS)
def test_who_has_it_does_it(permission, way):
    ask, was_done = WAYS[permission][way]
    client = browser_of(permission, having=True)

    answered = ask(client)

    assert was_done() if was_done else answered


@pytest.mark.parametrize(("permission", "way"), CALLS)
def test_who_has_all_but_that_does_not(permission, way):
    ask, was_done = WAYS[permission][way]
    client = browser_of(permission, having=False)

    try:
        answered = ask(client)
    except PermissionDenied:  # from the function; a view has answered with 403
        answered = False

    assert not (was_done() if was_done else answered)
    assert sorted(Person.objects.values_list("pk", "name", "publication")) == [
        ("p", "p", IN_REVIEW),
        ("q", "q", DRAFT),
        ("r", "r", PUBLISHED),
    ]
