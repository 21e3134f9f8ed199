"""Cutting a release in the admin: who may, and what is seen of it."""

import pytest
from django.contrib.admin.models import LogEntry
from django.db import OperationalError
from django.urls import reverse
from psycopg.errors import AdminShutdown, DiskFull, SyntaxError

from summitkb.editing import release_view
from summitkb.exchange.models import Release
from tests.admin_pages import signed_in
from tests.factories import make_person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.RELEASES = tmp_path / "releases"


def cut(client, reason=""):
    answer = client.post(reverse("admin:release"), {"reason": reason})
    return b"".join(answer.streaming_content).decode()


def test_a_reviewer_cuts_one_and_sees_how_far_it_is():
    make_person("a")
    reviewer = signed_in("Reviewer")
    assert "None has been cut yet." in reviewer.get(reverse("admin:release")).content.decode()

    page = cut(reviewer, "The first of them.")

    assert "<li>Dumping … 10 % 20 %" in page
    assert "Release 1 was cut. The first release." in page
    assert Release.objects.get().note == "The first of them."
    logged = LogEntry.objects.get()
    assert (logged.user.username, logged.object_repr, logged.change_message) == (
        "reviewer",
        "Release 1",
        "The first of them.",
    )
    assert "Release 1" in reviewer.get(reverse("admin:release")).content.decode()


def test_where_nothing_is_new_that_is_said():
    reviewer = signed_in("Reviewer")
    cut(reviewer)

    assert "Nothing has changed since release 1." in cut(reviewer)
    assert Release.objects.count() == 1


def test_an_editor_may_not_and_is_not_asked_to():
    editor, reviewer = signed_in("Editor"), signed_in("Reviewer")
    address = reverse("admin:release")

    assert editor.get(address).status_code == 403
    assert editor.post(address).status_code == 403
    assert address not in editor.get(reverse("admin:index")).content.decode()
    assert address in reviewer.get(reverse("admin:index")).content.decode()
    assert not Release.objects.exists()


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (AdminShutdown(), "What was begun was done whole or not at all; look which before you"),
        (DiskFull(), "There is no room left to write. The disk of the database or of its files is"),
        (SyntaxError(), "Something went wrong here, and nothing was written."),
    ],
)
def test_what_ended_it_is_told_on_the_page_that_grows(monkeypatch, error, sentence):
    def fail(*args, **kwargs):
        raise OperationalError("of the database") from error

    monkeypatch.setattr(release_view, "release", fail)
    assert sentence in cut(signed_in("Reviewer"))
