"""What is answered while the database does not; `tests/faults` does it to a real one."""

import logging

import pytest
from django.db import OperationalError
from psycopg.errors import AdminShutdown, DiskFull

from meetings.event_views import Home
from summitkb.browse.kept_pages import KeptPages
from tests.pages import text_of

pytestmark = pytest.mark.django_db


def failing(monkeypatch, owner, name, error):
    def fail(*args, **kwargs):
        raise OperationalError("of the database: secret.example.org") from error

    monkeypatch.setattr(owner, name, fail)


@pytest.fixture
def client(client):
    client.raise_request_exception = False
    return client


@pytest.mark.parametrize("place", [(Home, "get"), (KeptPages, "process_view")])
def test_an_outage_is_a_503_wherever_it_strikes(client, monkeypatch, place, caplog):
    failing(monkeypatch, *place, AdminShutdown())
    response = client.get("/")

    assert (response.status_code, response["Retry-After"], response["Cache-Control"]) == (
        503,
        "10",
        "no-store",
    )
    assert "<h1>The database does not answer</h1>" in text_of(response)
    assert "secret.example.org" not in text_of(response)
    assert "What you sent" not in text_of(response)
    assert [(record.levelno, record.getMessage()) for record in caplog.records] == [
        (logging.WARNING, "GET /: The database does not answer")
    ]


def test_who_sent_something_is_told_that_it_may_not_have_been_saved(client, monkeypatch):
    failing(monkeypatch, KeptPages, "process_view", AdminShutdown())
    page = text_of(client.post("/admin/login/", {"username": "editor"}))
    assert "Whether what you sent was saved is not certain." in page


def test_a_full_disk_is_told_as_such(client, monkeypatch):
    failing(monkeypatch, KeptPages, "process_view", DiskFull())
    page = text_of(client.post("/admin/login/", {"username": "editor"}))
    assert "<h1>There is no room left to write</h1>" in page
    assert "not certain" not in page


def test_what_is_asked_begins_no_line_of_the_log(client, monkeypatch, caplog):
    failing(monkeypatch, KeptPages, "process_view", AdminShutdown())
    client.get("/people/%0AERROR forged/")
    assert [record.getMessage() for record in caplog.records] == [
        "GET /people/%0AERROR%20forged/: The database does not answer"
    ]


def test_a_fault_is_no_outage_and_is_logged_with_its_traceback(client, monkeypatch, caplog):
    def fail(*args, **kwargs):
        raise RuntimeError("a fault")

    monkeypatch.setattr(Home, "get", fail)

    assert client.get("/").status_code == 500
    assert [bool(record.exc_info) for record in caplog.records] == [True]
