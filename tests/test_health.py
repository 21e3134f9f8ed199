"""`/healthz` and `/readyz`, as a probe asks them: by an address that is no host of ours."""

from types import SimpleNamespace

import pytest
from django.db import connection, connections
from django.db.backends.postgresql.base import DatabaseWrapper
from django.db.migrations.recorder import MigrationRecorder

from summitkb import health
from summitkb.health import LEAST_FREE, Health, readiness

pytestmark = pytest.mark.django_db


def answer(client, address):
    response = client.get(address, headers={"host": "10.0.0.7:8000"})
    return response.status_code, response.content.decode()


def full(path):
    return SimpleNamespace(free=LEAST_FREE - 1)


def test_it_lives_and_can_work(client):
    assert [answer(client, address) for address in ("/healthz", "/readyz")] == [
        (200, "ok\n"),
        (200, "ready\n"),
    ]


def test_that_it_lives_is_told_without_the_database(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert answer(client, "/healthz") == (200, "ok\n")


def test_a_migration_that_is_missing_is_told(client):
    last = MigrationRecorder.Migration.objects.last()
    MigrationRecorder(connection).record_unapplied(last.app, last.name)
    assert answer(client, "/readyz") == (503, "not ready: migrations\n")


def test_a_full_disk_is_told(client, monkeypatch):
    monkeypatch.setattr(health.shutil, "disk_usage", full)
    assert answer(client, "/readyz") == (503, "not ready: disk\n")


def test_a_data_folder_that_is_gone_is_told(client, settings, tmp_path):
    settings.DATA = tmp_path / "gone"
    assert answer(client, "/readyz") == (503, "not ready: disk\n")


def test_all_that_is_wrong_is_told_and_when_to_ask_again(client, monkeypatch):
    monkeypatch.setattr(health.shutil, "disk_usage", full)
    monkeypatch.setattr(health, "_answers", lambda alias: False)
    response = client.get("/readyz")
    assert (response.content, response["Retry-After"], response["Cache-Control"]) == (
        b"not ready: database, disk\n",
        "5",
        "no-store",
    )


@pytest.mark.parametrize(
    ("gone", "told"),
    [
        ({"replica-1"}, (200, "ready, but not all of it: replicas")),
        ({"default"}, (200, "ready, but only to be read: database")),
        ({"default", "replica-1"}, (503, "not ready: database")),
    ],
)
def test_who_serves_from_replicas_is_ready_while_one_of_all_answers(monkeypatch, gone, told):
    aliases = dict.fromkeys(("default", "replica-1"))
    monkeypatch.setattr(health, "connections", aliases)
    monkeypatch.setattr(health, "_answers", lambda alias: alias not in gone)
    assert readiness() == told


def test_a_database_that_is_gone_does_not_answer(monkeypatch):
    nowhere = connections.create_connection("default")
    nowhere.settings_dict = nowhere.settings_dict | {"HOST": "/nowhere"}
    nowhere.__class__ = DatabaseWrapper
    monkeypatch.setattr(health, "connections", {"default": nowhere})
    assert readiness() == (503, "not ready: database")


def test_who_asks_often_is_given_the_same_answer(monkeypatch, rf):
    looked = []
    monkeypatch.setattr(health, "readiness", lambda: looked.append(1) or (200, "ready"))
    probe = Health(None)
    assert [probe(rf.get("/readyz")).status_code for _ in range(5)] == [200] * 5
    assert looked == [1]


def test_nothing_is_posted_there(client):
    assert [client.post(address).status_code for address in ("/healthz", "/readyz")] == [405, 405]
