"""The name of what a replica sees is that of nothing else, whoever writes meanwhile."""

import random
import re
import threading
import time
from collections import defaultdict
from uuid import UUID

import psycopg
import pytest
from django.db import connection, connections, transaction
from django.utils import timezone

from delegations.models import Person
from summitkb.records import replica_moments
from summitkb.records.revisions import one_moment, revision
from tests.factories import make_person
from tests.replicas.cluster import make_replica
from tests.replicas.conftest import connected, wait_for


@pytest.fixture
def lent(cluster):
    """The second replica stands for the default connection, as while it makes a page."""
    primary, connections["default"] = connections["default"], connections["replica-2"]
    yield cluster
    connections["default"] = primary


def set_by_transaction() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('summitkb.seen', true)")
        return cursor.fetchone()[0]


def names() -> list[str]:
    return list(Person.objects.order_by("id").values_list("name", flat=True))


def make_person_on(server, key):
    """One whose name is their key, made there and not where the default connection leads."""
    with connected(server, []):
        make_person(key, name=key)


def seen() -> tuple[str, str, list[str]]:
    """The revision, from within a moment and from outside, and what is seen in it."""
    with one_moment():
        inside, there = revision(), names()
    return inside, revision(), there


def test_commits_in_the_other_order_than_they_were_begun_each_have_a_name(lent):
    for key in "abc":
        make_person_on(lent.primary, key)
    write = "UPDATE people SET name = upper(name) WHERE id = %s"
    with lent.primary.connect() as early, lent.primary.connect() as late:
        early.execute(write, ["a"])
        late.execute(write, ["b"])
        with lent.primary.connect() as last:
            last.execute(write, ["c"])
        lent.caught_up()
        moments = [seen()]
        late.commit()
        lent.caught_up()
        moments.append(seen())
        early.commit()
        lent.caught_up()
        moments.append(seen())

    assert [there for *_, there in moments] == [["a", "b", "C"], ["a", "B", "C"], ["A", "B", "C"]]
    assert [inside == outside for inside, outside, _ in moments] == [True, True, True]
    assert len({inside for inside, *_ in moments}) == 3


def test_replicas_that_see_the_same_call_it_the_same_and_the_primary_otherwise(lent):
    with lent.primary.connect() as open_one:
        open_one.execute("SELECT pg_current_xact_id()")
        lent.caught_up()
        second = seen()
        connections["default"] = connections["replica-1"]
        first = seen()
    connections["default"] = connections.create_connection("default")
    on_primary = seen()
    connection.close()

    assert first == second
    assert first[0] != on_primary[0]


def test_what_changes_nothing_is_no_other_name(lent):
    before = seen()
    lent.primary.ask("CHECKPOINT")
    lent.primary.ask("SELECT pg_switch_wal()")
    lent.caught_up()

    assert seen() == before


def test_the_name_of_a_moment_stays_while_others_end(lent):
    with lent.primary.connect("postgres") as other:
        other.execute("SELECT pg_current_xact_id()")
        with lent.primary.connect("postgres") as later:
            later.execute("SELECT pg_current_xact_id()")
            later.execute("CREATE TABLE passing ()")
        with one_moment():
            first = revision()
            other.rollback()
            lent.caught_up()
            assert revision() == first
    lent.primary.ask("DROP TABLE passing")


@pytest.mark.parametrize("tries", [1, 5])
def test_where_it_cannot_be_told_it_is_one_that_nothing_else_has(lent, monkeypatch, tries):
    """At the first try it cannot, where transactions are open; or it changes at each."""
    monkeypatch.setattr(replica_moments, "TRIES", tries)
    with lent.primary.connect("postgres") as early, lent.primary.connect("postgres") as late:
        early.execute("SELECT pg_current_xact_id()")
        late.execute("CREATE TABLE passing ()")
        late.rollback()
        lent.caught_up()
        wait_for(lambda: replica_moments._ask(replica_moments._BOUNDS_AND_OPEN)[1] is False)
        with one_moment():
            first = set_by_transaction()
        with one_moment():
            second = set_by_transaction()

    if tries == 1:
        assert UUID(first) != UUID(second)
    else:
        assert first == second == replica_moments._ask(f"SELECT {replica_moments.NAME}")[0]


def test_after_a_failover_the_same_numbers_are_other_names(cluster):
    """The new primary and one that went on alone both write, each as the same transaction."""
    new = make_replica(cluster.primary, cluster.folder / "new")
    try:
        new.promote()
        found = []
        for server in (cluster.primary, new):
            with connected(server, []):
                snapshot = server.ask("SELECT pg_current_snapshot()::text")
                with transaction.atomic():
                    found.append((snapshot, revision()))
    finally:
        new.stop("immediate")

    (_, old), (_, other) = found
    assert old != other


# Readers and writers all at once

EDITS = 300


@pytest.mark.long
def test_the_same_etag_is_the_same_page_and_no_page_is_older_than_what_was_there(cluster):
    """300 edits by three sessions whose transactions overlap, and one that stays open, all the while.

    Two readers of pages, and two that ask a replica each for no more than its moment and what is in it.
    A page has to have all that at least one of the servers had before it was asked for.
    """
    done = dict.fromkeys("abc", 0)
    for key in done:
        make_person(key, name="Number 0")
    cluster.caught_up()
    clients = [cluster.client(), cluster.client()]
    seen, wrong, ended = defaultdict(set), [], threading.Event()

    def edit(key):
        with cluster.primary.connect() as session:
            for number in range(1, EDITS // len(done) + 1):
                session.execute(
                    "UPDATE people SET name = %s WHERE id = %s", [f"Number {number}", key]
                )
                time.sleep(random.choice([0, 0.001, 0.01, 0.03]))
                session.commit()
                done[key] = number

    def look(alias):
        connections["default"] = connections[alias]
        try:
            while not ended.is_set():
                with one_moment():
                    name, there = revision(), names()
                numbers = (int(name.split()[1]) for name in there)
                seen[f'W/"{name}-{timezone.now():%Y%m%d}"'].add(
                    tuple(zip("abc", numbers, strict=True))
                )
        finally:
            connections.close_all()

    def read(client):
        tag = ""
        servers = [s.connect(autocommit=True) for s in (*cluster.replicas, cluster.primary)]
        try:
            while not ended.is_set():
                before = [numbers_at(server) for server in servers]
                answer = client.get("/people/", headers={"if-none-match": tag})
                tag = answer["ETag"]
                if answer.status_code == 200:
                    shown = re.findall(r'/people/([abc])/">Number (\d+)<', answer.text)
                    seen[tag].add(tuple(sorted((key, int(number)) for key, number in shown)))
                page = [number for _, number in max(seen[tag], default=())]
                newer = any(all(map(int.__ge__, page, least)) for least in before)
                if len(seen[tag]) != 1 or not newer:
                    wrong.append((tag, before, seen[tag]))
        finally:
            connections.close_all()
            for server in servers:
                server.close()

    readers = [threading.Thread(target=read, args=[client]) for client in clients]
    readers += [threading.Thread(target=look, args=[f"replica-{n}"]) for n in (1, 2)]
    writers = [threading.Thread(target=edit, args=[key]) for key in done]
    with cluster.primary.connect() as open_one:
        open_one.execute("SELECT pg_current_xact_id()")
        for thread in (*readers, *writers):
            thread.start()
        for writer in writers:
            writer.join()
    ended.set()
    for reader in readers:
        reader.join()

    assert wrong == []
    assert {tag: pages for tag, pages in seen.items() if len(pages) > 1} == {}
    assert done == dict.fromkeys("abc", EDITS // len(done))
    assert len(seen) > 10


def numbers_at(server: psycopg.Connection) -> list[int]:
    """Of the three people, as that server has them now."""
    rows = server.execute("SELECT split_part(name, ' ', 2)::int FROM people ORDER BY id").fetchall()
    return [number for (number,) in rows]
