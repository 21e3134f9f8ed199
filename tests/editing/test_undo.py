"""Whatever is done in the admin is undone there, and then the record is what it was, byte for byte."""

from uuid import uuid4

import pytest
from django.urls import reverse

from delegations.models import Person
from meetings.models import Meeting, Statement, Topic
from summitkb.exchange.dumping import dump
from summitkb.exchange.loading import load
from summitkb.exchange.packages import open_package
from tests.admin_pages import as_shown, signed_in, url
from tests.editing.imports.uploads import confirmed, previewed
from tests.exchange.small import read_all, write
from tests.factories import cite, make_person, make_source

REASON = {"reason": "As the source says."}


def edit(client):
    address = url(Meeting, "change", "tashkent-2026-plenary")
    client.post(address, as_shown(client.get(address), title="A plenary", date="2026-04"))
    return Meeting


def delete(client):
    client.post(url(Statement, "delete", "tashkent-2026-quote"), {"post": "yes", **REASON})
    return Statement


def merge(client):
    args = ["people", "viktor-makhmudov", "sergei-shoigu"]
    page = client.get(reverse("admin:merge", args=args))
    versions = [page.context[name].version for name in ("keep", "drop")]
    client.post(page.request["PATH_INFO"], {"version": versions, **REASON})
    return Person


def publish(client):
    data = {"action": "publish", "_selected_action": ["draft"]}
    client.post(url(Person, "changelist"), data)
    return Person


def take_in(client):
    text = "id,name,parent\nwater,Fresh water,\nair,Air,water\n"
    confirmed(client, previewed(client, text, publication="published"))
    return Topic


@pytest.mark.django_db(transaction=True)
def test_what_is_done_is_undone_and_the_dump_is_as_it_was(tmp_path, settings):
    """One after the other, because what another session would see takes long to clear away."""
    settings.IMPORTS = tmp_path / "imports"
    with open_package(write(tmp_path / "package")) as package:
        load(package)
    cite(make_person("draft", name="A Draft", publication="draft"), make_source())
    reviewer = signed_in("Reviewer")

    def dumped():
        dump(target := tmp_path / str(uuid4()))
        return read_all(target)

    before = dumped()
    for act in (edit, delete, merge, publish, take_in):
        model = act(reviewer)
        assert dumped() != before, act
        change = model.pgh_event_model.objects.latest("pgh_id").pgh_context_id
        address = reverse("admin:change_set", args=[change])
        undone = reviewer.post(address, {"reason": "It was a mistake."}, follow=True)
        assert "What it did was undone." in [str(m) for m in undone.context["messages"]], act
        assert dumped() == before, act
