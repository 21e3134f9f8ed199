"""What is said on standard error: an object a line, and which request it was about."""

import json
import logging
import sys
from logging.config import dictConfig

import pytest
from django.conf import settings as django_settings
from django.http import HttpResponse

from meetings.event_views import Home
from summitkb.logs import Json, NamedRequests


@pytest.fixture
def said(monkeypatch):
    """What the loggers said, as programs read it."""
    lines = []
    handler = logging.Handler()
    handler.setFormatter(Json())
    handler.emit = lambda record: lines.append(json.loads(handler.format(record)))
    root, requests = logging.getLogger(), logging.getLogger("summitkb.request")
    level = requests.level
    root.addHandler(handler)
    requests.setLevel(logging.INFO)
    yield lines
    root.removeHandler(handler)
    requests.setLevel(level)


def test_a_request_is_a_line_without_anything_personal(client, db, said):
    answer = client.get("/search/?q=Zzyzx", REMOTE_ADDR="192.0.2.7")
    (line,) = said
    assert line.pop("milliseconds") > 0
    assert line.pop("time").endswith("+00:00")
    assert line == {
        "level": "INFO",
        "logger": "summitkb.request",
        "message": "GET /search/ 200",
        "request": answer["X-Request-ID"],
        "method": "GET",
        "path": "/search/",
        "status": 200,
    }


def test_a_fault_names_the_request_that_it_was_in(client, db, monkeypatch, said):
    def fail(*args, **kwargs):
        raise RuntimeError("a fault")

    monkeypatch.setattr(Home, "get", fail)
    client.raise_request_exception = False
    answer = client.get("/")

    assert [(line["request"], line["message"]) for line in said] == [
        (answer["X-Request-ID"], "Internal Server Error: /"),
        (answer["X-Request-ID"], "GET / 500"),
    ]
    assert said[0]["traceback"].endswith("RuntimeError: a fault")


@pytest.mark.parametrize(
    ("trusted", "given", "kept"),
    [
        (("HTTP_X_FORWARDED_PROTO", "https"), "from-the-proxy-1", True),
        (("HTTP_X_FORWARDED_PROTO", "https"), "x" * 65, False),
        (("HTTP_X_FORWARDED_PROTO", "https"), 'a"\n{forged}', False),
        (None, "from-the-proxy-1", False),
    ],
)
def test_the_name_of_a_request_is_taken_from_a_proxy_that_we_trust(
    rf, settings, trusted, given, kept
):
    settings.SECURE_PROXY_SSL_HEADER = trusted
    request = rf.get("/", headers={"X-Request-ID": given})
    name = NamedRequests(lambda request: HttpResponse())(request)["X-Request-ID"]
    assert (name == given) is kept
    assert kept or len(name) == 32


def test_a_line_is_whole_json_whatever_is_said():
    try:
        raise ValueError('a "quoted"\nfault \u202e \ud800')
    except ValueError:
        record = logging.LogRecord("n", 40, "", 0, "%s", ("a\nb",), sys.exc_info())
    line = Json().format(record)
    assert "\n" not in line
    assert json.loads(line)["message"] == "a\nb"
    line.encode()


def test_the_configuration_of_a_served_summitkb_can_be_used():
    dictConfig({**django_settings.LOGGING, "root": {}, "loggers": {}})
