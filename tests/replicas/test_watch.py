"""Which replicas serve: one that is gone, behind or not ours is left out, and comes back by itself."""

import pytest
from django.db import connections

from summitkb.replicas import watch
from summitkb.replicas.watch import Watch
from tests.factories import make_person
from tests.pages import get
from tests.replicas.cluster import make_primary, make_replica
from tests.replicas.conftest import connected, wait_for

BOTH = ["replica-1", "replica-2"]


@pytest.fixture
def looking(cluster):
    """A watch that looks when it is told to."""
    return Watch(BOTH)


def serving(looking) -> list[str]:
    looking.look()
    return [alias for alias in BOTH if looking._why_not[alias] == ""]


def write(cluster):
    cluster.primary.ask("INSERT INTO django_session VALUES (gen_random_uuid(), '', now())")


def test_both_serve_in_an_order_that_changes(cluster):
    cluster.client()
    orders = {tuple(cluster.watch.serving()) for _ in range(50)}

    assert orders == {tuple(BOTH), tuple(reversed(BOTH))}


def test_one_that_is_gone_is_left_out_and_taken_back_by_itself(cluster):
    make_person("a", name="Zzyzx")
    cluster.caught_up()
    client = cluster.client()
    cluster.replicas[0].stop("immediate")
    try:
        assert all("Zzyzx" in get(client, "/people/") for _ in range(6))
        wait_for(lambda: cluster.watch.serving() == ["replica-2"])
    finally:
        cluster.replicas[0].start()
    wait_for(lambda: len(cluster.watch.serving()) == 2)


def test_without_any_replica_the_primary_serves(cluster):
    make_person("a", name="Zzyzx")
    client = cluster.client()
    for replica in cluster.replicas:
        replica.stop("immediate")
    try:
        assert all("Zzyzx" in get(client, "/people/") for _ in range(3))
        wait_for(lambda: cluster.watch.serving() == [])
        assert "Zzyzx" in get(client, "/people/")
    finally:
        for replica in cluster.replicas:
            replica.start()
    wait_for(lambda: len(cluster.watch.serving()) == 2)


def test_one_that_is_behind_is_left_out_until_it_has_caught_up(cluster, settings, looking):
    settings.REPLICA_LAG_SECONDS = 0.5
    assert serving(looking) == BOTH
    cluster.replicas[0].ask("SELECT pg_wal_replay_pause()")
    write(cluster)
    soon = serving(looking)
    wait_for(lambda: serving(looking) == ["replica-2"])
    cluster.replicas[0].ask("SELECT pg_wal_replay_resume()")
    cluster.caught_up()

    assert soon == BOTH
    assert serving(looking) == BOTH


def test_on_a_primary_where_nothing_happens_nobody_is_behind(cluster, settings, looking):
    """Nor where only the log moves, and the last commit was long ago."""
    write(cluster)
    cluster.caught_up()
    settings.REPLICA_LAG_SECONDS = 0.5
    with cluster.primary.connect() as session:
        session.execute("SELECT pg_sleep(0.6)")
    first = serving(looking)
    cluster.primary.ask("CHECKPOINT")

    assert (first, serving(looking)) == (BOTH, BOTH)


def test_one_that_is_first_seen_behind_is_told_by_its_last_commit(looking):
    assert looking._behind(100, now=50, replayed=100, last_commit=None) == 0
    assert looking._behind(100, now=50, replayed=99, last_commit=43) == 7
    assert looking._behind(100, now=50, replayed=99, last_commit=None) == float("inf")


def test_one_that_serves_goes_on_while_the_primary_is_gone(cluster, looking):
    cluster.replicas[0].ask("SELECT pg_wal_replay_pause()")
    assert serving(looking) == BOTH
    looking.leave_out("replica-2", "it failed")
    cluster.primary.stop()
    try:
        during = serving(looking)
    finally:
        cluster.primary.start()
        cluster.replicas[0].ask("SELECT pg_wal_replay_resume()")
    connections["default"].close()

    assert during == ["replica-1"]
    wait_for(lambda: serving(looking) == BOTH)


def test_what_is_no_replica_of_ours_is_left_out(cluster, tmp_path_factory):
    """The primary itself, another database, and one that was made a primary."""
    promoted = make_replica(cluster.primary, cluster.folder / "promoted")
    other = make_primary(cluster.folder / "other")
    others = make_replica(other, cluster.folder / "others")
    named = [cluster.primary, promoted, others, cluster.replicas[0]]
    try:
        promoted.promote()
        with connected(cluster.primary, named):
            looking = Watch([f"replica-{number}" for number in range(1, 5)])
            looking.look()
    finally:
        for server in (promoted, others, other):
            server.stop("immediate")

    assert looking._why_not == {
        "replica-1": "it follows no primary",
        "replica-2": "it follows no primary",
        "replica-3": "it is of another primary than DATABASE_URL, or not yet of its timeline",
        "replica-4": "",
    }


def test_nobody_looks_where_nobody_asks(cluster, monkeypatch):
    monkeypatch.setattr(watch, "REST", 0)
    cluster.client()
    thread = cluster.watch._thread
    wait_for(lambda: thread is None or not thread.is_alive())

    assert (cluster.watch._thread, cluster.watch._why_not) == (None, {})
