"""Whatever is done in the admin is undone there, and then the record is what it was, byte for byte."""

import pytest
from django.urls import reverse

from delegations.models import Person
from meetings.models import Meeting, Statement, Topic
from tests.admin_pages import as_shown, signed_in, told, url
from tests.editing.imports.uploads import confirmed, previewed
from tests.exchange.small import dumped, load_small
from tests.factories import cite, make_person, make_source
from tests.history import last_change

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
    load_small(tmp_path)
    cite(make_person("draft", name="A Draft", publication="draft"), make_source())
    reviewer = signed_in("Reviewer")

    before = dumped(tmp_path)
    for act in (edit, delete, merge, publish, take_in):
        model = act(reviewer)
        assert dumped(tmp_path) != before, act
        address = reverse("admin:change_set", args=[last_change(model)])
        undone = reviewer.post(address, {"reason": "It was a mistake."}, follow=True)
        assert "What it did was undone." in told(undone), act
        assert dumped(tmp_path) == before, act
