"""A CSV that fails midway is seen to be broken, and never looks like a whole file."""

import http.client
import os
import shutil
import socket
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pandas
import pytest
from django.db.models import F, IntegerField, Value
from django.db.models.functions import Cast, Length

from meetings.tables import TOPICS
from meetings.views import TopicList
from summitkb.browse import downloads
from summitkb.exchange.copy import copy_csv
from summitkb.exchange.public_columns import PublicColumn
from tests.factories import make_topic

ROOT = Path(__file__).parents[2]


def test_a_query_that_fails_midway_raises_out_of_the_response(db, client, monkeypatch):
    for name in ("a", "bb", "ccc"):
        make_topic(name, name=name)

    def failing(table, root):
        # 1 / (3 - length): the third row cannot be computed.
        number = Cast(Value(6) / (Value(3) - Length(F("name"))), IntegerField())
        return [PublicColumn("number", "whole number", "", number)]

    monkeypatch.setattr(type(TOPICS), "public_columns", failing)
    monkeypatch.setattr(downloads, "MOST_AT_ONCE", 0)
    response = client.get("/topics.csv")

    assert response.status_code == 200
    with pytest.raises(Exception, match="division by zero"):
        list(response.streaming_content)


def test_copy_hands_on_what_the_database_raises(db):
    make_topic("a", name="a")
    rows = TopicList.all_rows().values_list(Cast("name", IntegerField()))

    with pytest.raises(Exception, match="invalid input syntax for type integer"):
        list(copy_csv(rows, ["name"]))


@pytest.fixture
def broken_server():
    """The port of a gunicorn, set as ours is, that serves a CSV which fails midway."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "--config", "python:summitkb.gunicorn"]
    server = subprocess.Popen(
        [*command, "--chdir", str(ROOT), "tests.browse.broken_wsgi:application"],
        cwd=ROOT,
        env={**os.environ, "PORT": str(port), "DJANGO_SETTINGS_MODULE": "summitkb.settings"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    yield port
    server.terminate()
    server.wait(timeout=20)


def fetched(port: int) -> bytes:
    """The body as a careful client reads it, once the server is up; asked for at most 15 s."""
    until = time.monotonic() + 15
    while True:
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=5)) as connection:
            try:
                connection.request("GET", "/topics.csv")
            except ConnectionRefusedError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.1)
                continue
            with connection.getresponse() as response:
                assert response.status == 200
                return response.read()


def test_gunicorn_breaks_the_connection_of_a_response_that_raises(broken_server):
    with pytest.raises((http.client.IncompleteRead, ConnectionResetError)):
        fetched(broken_server)


def test_pandas_and_curl_see_that_it_is_broken(broken_server, tmp_path):
    with pytest.raises((http.client.IncompleteRead, ConnectionResetError)):
        fetched(broken_server)  # it is up
    address = f"http://127.0.0.1:{broken_server}/topics.csv"

    with pytest.raises((http.client.IncompleteRead, ConnectionResetError)):
        pandas.read_csv(address)
    if curl := shutil.which("curl"):
        done = subprocess.run([curl, "-sS", "-o", tmp_path / "out", address], capture_output=True)
        assert done.returncode in (18, 56)  # a part of a file; a failure in receiving
        assert (tmp_path / "out").stat().st_size > 1_000_000
