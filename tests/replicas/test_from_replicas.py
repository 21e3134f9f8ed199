"""Which server makes which page, and what becomes of a page whose server fails."""

import threading
from contextlib import suppress

import psycopg
import pytest
from django.contrib.auth import get_user_model
from django.db import DEFAULT_DB_ALIAS, OperationalError, connection, connections, transaction
from django.utils import timezone

from delegations.models import Person
from meetings.views import PersonList
from summitkb.browse import downloads
from summitkb.browse.views import RecordList
from tests.factories import make_person
from tests.pages import ask, get
from tests.replicas.conftest import wait_for


@pytest.fixture
def asked(monkeypatch):
    """The names of the connections that lists of people were asked of, in turn."""
    found = []
    before_rows(monkeypatch, lambda: found.append(connection.alias))
    return found


def before_rows(monkeypatch, happens):
    """Something happens within the page of a list, once its moment has begun."""
    made = PersonList.filterset_of

    def made_afterwards(data):
        happens()
        return made(data)

    monkeypatch.setattr(PersonList, "filterset_of", staticmethod(made_afterwards))


ADDRESSES = ["/people/", "/people.csv", "/people.jsonl", "/as-of/{today}/people/", "/people.atom"]


def at(address):
    return address.format(today=timezone.now().date())


@pytest.mark.parametrize("address", ADDRESSES)
def test_what_is_public_is_answered_by_all_replicas_and_by_them_alone(cluster, asked, address):
    make_person("a", name="Zzyzx")
    cluster.caught_up()
    client = cluster.client()
    pages = [get(client, at(f"{address}?q={'Zzyzx ' * n}")) for n in range(1, 13)]

    assert set(asked) == {"replica-1", "replica-2"}
    assert all("Zzyzx" in page for page in pages)
    assert connection.alias == DEFAULT_DB_ALIAS


def test_the_public_is_answered_while_the_primary_is_gone(cluster):
    make_person("a", name="Zzyzx")
    cluster.caught_up()
    client = cluster.client()
    cluster.primary.stop()
    try:
        cluster.watch.look()
        assert "Zzyzx" in get(client, "/people/")
    finally:
        cluster.primary.start()


def test_who_is_signed_in_reads_what_they_wrote_and_others_when_it_has_come(cluster):
    make_person("a", name="Before")
    account = get_user_model().objects.create_superuser("editor")
    cluster.caught_up()
    reader, editor = cluster.client(), cluster.client()
    editor.force_login(account)
    for replica in cluster.replicas:
        replica.ask("SELECT pg_wal_replay_pause()")
    try:
        Person.objects.update(name="After")
        seen = get(editor, "/people/"), get(reader, "/people/")
    finally:
        for replica in cluster.replicas:
            replica.ask("SELECT pg_wal_replay_resume()")
    cluster.caught_up()

    assert ["After" in page for page in (*seen, get(reader, "/people/"))] == [True, False, True]


@pytest.mark.parametrize(
    ("method", "address"), [("get", "/admin/login/"), ("post", "/people/"), ("post", "/admin/")]
)
def test_the_admin_and_what_may_change_something_are_of_the_primary(
    cluster, monkeypatch, method, address
):
    client, asked = cluster.client(), []
    monkeypatch.setattr(
        "summitkb.browse.from_replicas.FromReplicas._made_by", lambda *_: asked.append(1)
    )
    getattr(client, method)(address)

    assert asked == []


def end_the_connection():
    """As where the server was stopped in the middle of a page."""
    if connection.alias != DEFAULT_DB_ALIAS:
        with suppress(psycopg.OperationalError):
            connection.connection.execute("SELECT pg_terminate_backend(pg_backend_pid())")


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_page_whose_replicas_are_lost_midway_is_made_by_the_primary(
    cluster, monkeypatch, asked, address
):
    make_person("a", name="Zzyzx")
    cluster.caught_up()
    before_rows(monkeypatch, end_the_connection)
    client = cluster.client()

    assert "Zzyzx" in get(client, at(address))
    assert sorted(asked) == ["default", "replica-1", "replica-2"]
    assert (connection.alias, connection.in_atomic_block) == (DEFAULT_DB_ALIAS, False)
    wait_for(lambda: len(cluster.watch.serving()) == 2)


def test_a_question_in_the_way_of_the_primary_is_asked_elsewhere(cluster, monkeypatch):
    """The rows that a page begun on a replica would see are removed on the primary."""
    make_person("a", name="Zzyzx")
    make_person("b", name="Before")
    cluster.caught_up()
    asked = []

    def removed():
        asked.append(connection.alias)
        if len(asked) == 1:
            assert Person.objects.count() == 2
            with cluster.primary.connect(autocommit=True) as other:
                other.execute("UPDATE people SET name = 'After' WHERE id = 'b'")
                other.execute("VACUUM people")
            # Sees to it that the replica comes to it while this page waits.
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_sleep(5)")

    before_rows(monkeypatch, removed)
    client = cluster.client()
    page = get(client, "/people/")

    assert "Zzyzx" in page
    assert len(asked) > 1
    assert asked[0] != asked[1]
    assert len(cluster.watch.serving()) == 2


def test_what_would_write_is_made_by_the_primary(cluster, monkeypatch):
    make_person("a", name="Zzyzx")
    cluster.caught_up()

    def write(view, request):
        Person.objects.update(name="Written")
        return written(view, request)

    written = downloads.RecordDownload.get
    monkeypatch.setattr(downloads.RecordDownload, "get", write)
    client = cluster.client()

    assert "Written" in get(client, "/people.csv")
    assert len(cluster.watch.serving()) == 2


def test_a_fault_of_ours_is_told_once(cluster, monkeypatch):
    def wrong():
        asked.append(connection.alias)
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1/0")

    asked = []
    before_rows(monkeypatch, wrong)
    client = cluster.client()
    client.raise_request_exception = False

    assert client.get("/people/").status_code == 500
    assert len(asked) == 1


def test_a_page_that_takes_too_long_is_not_tried_elsewhere(cluster, monkeypatch, settings):
    settings.PAGE_SECONDS = 1
    asked = []

    def wait():
        asked.append(connection.alias)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(20)")

    before_rows(monkeypatch, wait)

    assert cluster.client().get("/people/").status_code == 503
    assert len(asked) == 1


# Files that are sent while they are made


@pytest.fixture
def in_parts(monkeypatch):
    monkeypatch.setattr(downloads, "MOST_AT_ONCE", 0)


@pytest.mark.usefixtures("in_parts")
@pytest.mark.parametrize("address", ["/people.csv", "/as-of/{today}/people.csv"])
def test_a_replica_is_lent_to_a_stream_until_that_is_closed(cluster, address):
    make_person("a", name="Zzyzx")
    cluster.caught_up()
    response = cluster.client().get(at(address))
    during = (connection.alias.partition("-")[0], connection.in_atomic_block)
    lent = connection.alias
    body = b"".join(response.streaming_content)
    response.close()

    assert (during, b"Zzyzx" in body) == (("replica", True), True)
    assert (connection.alias, connection.in_atomic_block) == (DEFAULT_DB_ALIAS, False)
    assert not connections[lent].in_atomic_block


@pytest.mark.usefixtures("in_parts")
def test_a_stream_that_nobody_reads_gives_the_replica_back(cluster):
    response = cluster.client().get("/people.jsonl")
    response.close()

    assert (connection.alias, connection.in_atomic_block) == (DEFAULT_DB_ALIAS, False)


@pytest.mark.usefixtures("in_parts")
def test_a_stream_whose_replica_is_lost_breaks_and_the_next_is_whole(cluster, monkeypatch):
    for number in range(3):
        make_person(f"p{number}", name="Zzyzx")
    cluster.caught_up()
    monkeypatch.setattr(downloads, "BATCH", 1)
    client = cluster.client()
    response = client.get("/people.jsonl")
    for replica in cluster.replicas:
        replica.ask(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
            "WHERE usename = 'summitkb' AND state = 'idle in transaction'"
        )
    with pytest.raises(OperationalError):
        list(response.streaming_content)
    response.close()

    assert connection.alias == DEFAULT_DB_ALIAS
    assert get(client, "/people.jsonl").count("Zzyzx") == 3


def test_each_thread_has_connections_of_its_own(cluster):
    """A page on a replica in one thread, and what is written in another meanwhile."""
    make_person("a", name="Before")
    cluster.caught_up()
    client = cluster.client()

    def write():
        with transaction.atomic():
            Person.objects.update(name="After")
        connection.close()

    made = RecordList.get_context_data

    def meanwhile(view, **kwargs):
        other = threading.Thread(target=write)
        other.start()
        other.join()
        return made(view, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(PersonList, "get_context_data", meanwhile)
        page = get(client, "/people/")

    assert ("Before" in page, "After" in page) == (True, False)
    assert Person.objects.get().name == "After"


def test_without_replicas_nothing_stands_before_a_page(client):
    client.handler.load_middleware()
    assert "FromReplicas" not in repr(client.handler._middleware_chain)


def test_headers_of_a_replicas_page_are_those_of_any(cluster):
    make_person("a", name="Zzyzx")
    cluster.caught_up()
    client = cluster.client()
    page = ask(client, "/people/")
    known = ask(client, "/people/", if_none_match=page["ETag"])

    assert (page["Cache-Control"], page["Vary"]) == ("no-cache", "Accept-Encoding")
    assert (known.status_code, known["ETag"], known.body) == (304, page["ETag"], b"")
