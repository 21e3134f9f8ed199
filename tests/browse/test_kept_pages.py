"""A page is made once for a revision, and nobody gets an older one than its ETag says."""

import gzip
import re
import threading
from datetime import UTC, datetime

import pytest
from django.core.cache import caches
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from delegations.models import Person
from meetings.models import Topic
from meetings.views import TopicList
from summitkb.browse.views import RecordList
from tests.database import another_session
from tests.factories import make_person, make_topic
from tests.history import happened_on
from tests.pages import ask, get, links_in, words_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def nothing_kept():
    caches["pages"].clear()
    yield
    caches["pages"].clear()


def write(sql, *values):
    """What another session writes and commits."""
    with another_session() as other:
        other.execute(sql, values)


def test_an_unchanged_page_is_not_made_again(client, django_assert_num_queries):
    make_topic("water", name="Water")
    first = ask(client, "/topics/")
    with django_assert_num_queries(1):  # for the revision
        again = ask(client, "/topics/")
    with django_assert_num_queries(1):
        known = ask(client, "/topics/", if_none_match=again["ETag"])

    assert first.body == again.body
    assert (first["ETag"], first["Cache-Control"]) == (again["ETag"], "no-cache")
    assert (known.status_code, known.body, known["ETag"]) == (304, b"", first["ETag"])


def test_what_is_committed_is_on_the_next_page(client):
    make_topic("water", name="Before")
    before = ask(client, "/topics/")
    write("UPDATE topics SET name = 'After'")
    after = ask(client, "/topics/", if_none_match=before["ETag"])

    assert (b"Before" in before.body, b"After" in after.body) == (True, True)
    assert before["ETag"] != after["ETag"]


def test_a_page_is_of_one_moment_and_is_named_after_it(client, monkeypatch):
    """Somebody writes after the page was begun and before its rows are asked for."""
    make_topic("water", name="Before")
    made = RecordList.get_context_data

    def made_while_another_writes(view, **kwargs):
        write("UPDATE topics SET name = 'After'")
        return made(view, **kwargs)

    monkeypatch.setattr(TopicList, "get_context_data", made_while_another_writes)
    during = ask(client, "/topics/")
    monkeypatch.undo()
    after = ask(client, "/topics/", if_none_match=during["ETag"])

    assert (b"Before" in during.body, b"After" in during.body) == (True, False)
    assert (after.status_code, b"After" in after.body) == (200, True)


def test_what_is_open_and_comes_to_nothing_changes_no_page(client):
    make_topic("water", name="Before")
    first = ask(client, "/topics/")
    with another_session() as other:
        other.execute("UPDATE topics SET name = 'Never'")
        between = ask(client, "/topics/")
        other.rollback()
    after = ask(client, "/topics/")

    assert first.body == between.body == after.body


def test_commits_in_the_other_order_than_they_were_begun_each_make_a_page_anew(client):
    make_topic("a", name="A")
    make_topic("b", name="B")
    with another_session() as early, another_session() as late:
        early.execute("UPDATE topics SET name = 'A2' WHERE id = 'a'")
        late.execute("UPDATE topics SET name = 'B2' WHERE id = 'b'")
        pages = [ask(client, "/topics/")]
        late.commit()
        pages.append(ask(client, "/topics/"))
        early.commit()
        pages.append(ask(client, "/topics/"))

    shown = [sorted(re.findall(rb">([AB]2?)<", page.body)) for page in pages]
    assert shown == [[b"A", b"B"], [b"A", b"B2"], [b"A2", b"B2"]]
    assert len({page["ETag"] for page in pages}) == 3


def test_it_is_kept_packed_and_sent_as_the_reader_takes_it(client):
    make_topic("water")
    first = ask(client, "/topics/", accept_encoding="gzip")
    packed, plain = ask(client, "/topics/", accept_encoding="gzip"), ask(client, "/topics/")

    assert first.body == packed.body
    assert gzip.decompress(packed.body) == plain.body
    assert (packed["Content-Encoding"], "Content-Encoding" in plain) == ("gzip", False)
    assert packed["Vary"] == plain["Vary"] == "Accept-Encoding"


def test_each_address_has_a_page_of_its_own(client):
    make_topic("water")
    addresses = ["/topics/", "/topics/?q=x", "/topics.atom", "/", "/topics/water/"]
    first = [get(client, address) for address in addresses]

    assert [get(client, address) for address in addresses] == first
    assert len(set(first)) == len(first)
    assert b"http://localhost/" in client.get("/topics/water/", HTTP_HOST="localhost").content


def test_another_day_is_another_page(client, monkeypatch):
    make_topic("water")
    today = ask(client, "/topics/")["ETag"]
    monkeypatch.setattr(timezone, "now", lambda: datetime(2040, 1, 1, tzinfo=UTC))

    assert ask(client, "/topics/")["ETag"] != today


def test_a_page_of_the_past_is_kept_and_forgets_what_was_withdrawn(client):
    make_person("p", name="Zzyzx")
    happened_on("2026-01-01")
    address = "/as-of/2026-01-02/people/"
    first, again = ask(client, address), ask(client, address)
    Person.objects.update(publication="withdrawn")

    assert (first.body, first["ETag"]) == (again.body, again["ETag"])
    assert (b"Zzyzx" in first.body, "Zzyzx" in get(client, address)) == (True, False)


@pytest.mark.parametrize(
    "address",
    ["/topics/none/", "/topics/?nothing=1", "/topics.csv", "/data/package.zip", "/admin/"],
)
def test_what_is_no_page_that_stays_is_not_kept(client, address):
    ask(client, address)

    assert not caches["pages"]._cache


def test_within_a_transaction_nothing_is_kept(client):
    with transaction.atomic():
        make_topic("water", name="Before")
        before = get(client, "/topics/")
        Topic.objects.update(name="After")
        after = get(client, "/topics/")

    assert ("Before" in before, "After" in after) == (True, True)
    assert not caches["pages"]._cache


def test_what_takes_too_long_is_told_with_what_to_narrow(client, settings, monkeypatch):
    settings.PAGE_SECONDS = 1
    slow = Topic.objects.extra(where=["pg_sleep(20) IS NOT NULL"])
    make_topic("water")
    monkeypatch.setattr(TopicList, "all_rows", lambda *_: slow)
    answer = ask(client, "/topics/?q=water")

    assert answer.status_code == 503
    assert "took longer than 1 second" in words_of(answer.body.decode())
    assert "/topics.csv?q=water" in links_in(answer.body.decode())
    assert not caches["pages"]._cache
    monkeypatch.undo()
    assert ask(client, "/topics/?q=water").status_code == 200


# Readers and writers all at once

EDITS, WRITERS, READERS = 1000, 2, 3


@pytest.mark.long
def test_no_reader_gets_a_page_older_than_what_was_committed_before_they_asked():
    """1,000 edits by two sessions, three readers all the while."""
    make_person("a", name="Number 0")
    make_person("b", name="Number 0")
    committed = {"a": 0, "b": 0}
    seen, wrong, done = {}, [], threading.Event()

    def edit(key):
        with another_session() as other:
            for number in range(1, EDITS // WRITERS + 1):
                name = f"Number {number}"
                other.execute("UPDATE people SET name = %s WHERE id = %s", [name, key])
                other.commit()
                committed[key] = number

    def read():
        client, tag = Client(), ""
        try:
            while not done.is_set():
                least = dict(committed)
                answer = client.get("/people/", headers={"if-none-match": tag})
                tag = answer["ETag"]
                if answer.status_code == 200:
                    numbers = re.findall(rb'/people/([ab])/">Number (\d+)<', answer.content)
                    seen.setdefault(tag, set()).add(tuple(sorted(numbers)))
                shown = {key.decode(): int(n) for found in seen[tag] for key, n in found}
                if len(seen[tag]) != 1 or any(shown[key] < least[key] for key in least):
                    wrong.append((tag, least, seen[tag]))
        finally:
            connection.close()

    threads = [threading.Thread(target=read) for _ in range(READERS)]
    writers = [threading.Thread(target=edit, args=[key]) for key in committed]
    for thread in (*threads, *writers):
        thread.start()
    for writer in writers:
        writer.join()
    done.set()
    for thread in threads:
        thread.join()

    assert wrong == []
    assert committed == {"a": EDITS // WRITERS, "b": EDITS // WRITERS}
    assert len(seen) > READERS


def test_who_asks_while_a_page_is_made_waits_for_it(monkeypatch):
    make_topic("water", name="Water")
    begun, go_on, made = threading.Event(), threading.Event(), []
    get_context = RecordList.get_context_data

    def made_slowly(view, **kwargs):
        made.append(view)
        begun.set()
        go_on.wait(30)
        return get_context(view, **kwargs)

    monkeypatch.setattr(TopicList, "get_context_data", made_slowly)
    bodies = []

    def read():
        bodies.append(Client().get("/topics/").content)
        connection.close()

    first, *others = [threading.Thread(target=read) for _ in range(4)]
    first.start()
    begun.wait(30)
    for other in others:
        other.start()
    go_on.set()
    for reader in (first, *others):
        reader.join(30)

    assert (len(made), len(bodies), len(set(bodies))) == (1, 4, 1)
