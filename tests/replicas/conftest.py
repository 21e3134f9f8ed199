"""A primary with two replicas, and Django connected to them as settings would have it."""

import time
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from asgiref.local import Local
from django.core.cache import caches
from django.core.management import call_command
from django.db import connections
from django.test import Client

from summitkb import environment
from summitkb.browse import from_replicas
from summitkb.replicas import watch
from summitkb.replicas.watch import Watch
from tests.replicas.cluster import Server, make_primary, make_replica


class Cluster:
    """The servers, and what looks at the replicas for the readers of a test, the newest last."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.primary = make_primary(folder / "primary")
        self.replicas: list[Server] = []
        self.watches: list[Watch] = []

    @property
    def watch(self) -> Watch:
        return self.watches[-1]

    def caught_up(self) -> None:
        """Wait until all replicas have what the primary has."""
        position = self.primary.ask("SELECT pg_current_wal_lsn()")
        for replica in self.replicas:
            wait_for(lambda r=replica: r.ask("SELECT pg_last_wal_replay_lsn() >= %s", position))

    def client(self) -> Client:
        """A reader, once what serves has been looked at."""
        client = Client()
        client.handler.load_middleware()
        wait_for(lambda: len(self.watch.serving()) == 2)
        return client


def wait_for(condition, seconds: float = 20) -> None:
    """Until it holds."""
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.02)


@contextmanager
def connected(primary: Server, replicas: list[Server]):
    """Django's connections, of every thread, lead there and not to the database of other tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DATABASE_URL", primary.url)
        if replicas:
            patch.setenv("DATABASE_REPLICA_URL", " ".join(replica.url for replica in replicas))
        found = {"default": environment.database(Path()), **environment.replicas()}
        kept = {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
        patch.setattr(
            connections,
            "settings",
            connections.configure_settings({name: kept | one for name, one in found.items()}),
        )
        patch.setattr(connections, "_connections", Local(connections.thread_critical))
        try:
            yield
        finally:
            connections.close_all()


@pytest.fixture(scope="session")
def servers(django_db_blocker):
    """One primary and two replicas, with the tables of SummitKB, for all tests here."""
    with TemporaryDirectory() as folder, django_db_blocker.unblock():
        Path(folder).chmod(0o755)
        cluster = Cluster(Path(folder))
        try:
            with connected(cluster.primary, []):
                call_command("migrate", verbosity=0)
            for name in ("one", "two"):
                cluster.replicas.append(make_replica(cluster.primary, cluster.folder / name))
            yield cluster
        finally:
            for server in (*cluster.replicas, cluster.primary):
                server.stop("immediate")


@pytest.fixture
def cluster(servers, django_db_blocker, monkeypatch):
    """The servers with Django connected to them. Both replicas serve, and nothing is kept or there."""

    def watching(replicas):
        servers.watches.append(Watch(replicas))
        return servers.watch

    monkeypatch.setattr(from_replicas, "Watch", watching)
    monkeypatch.setattr(watch, "EVERY", 0.1)
    with django_db_blocker.unblock(), connected(servers.primary, servers.replicas):
        caches["pages"].clear()
        servers.primary.ask("TRUNCATE people, auth_user CASCADE")
        servers.caught_up()
        yield servers
        while servers.watches:
            servers.watches.pop().end()
        caches["pages"].clear()
