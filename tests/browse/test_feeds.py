"""What a feed reader is given: the list under its filter, the last changed first."""

from xml.etree import ElementTree

import pytest

from meetings.models import Statement
from tests.cast import make_cast
from tests.factories import cite, make_source, make_statement, make_topic
from tests.history import happened_on
from tests.pages import TABLES, get
from tests.pages import problems as problems_of

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"


def feed(client, address):
    return ElementTree.fromstring(get(client, address))


def entries(client, address):
    """Address and time of each entry."""
    found = feed(client, address).findall(f"{ATOM}entry")
    return [(e.find(f"{ATOM}id").text, e.find(f"{ATOM}updated").text) for e in found]


def test_a_list_under_a_filter_has_a_feed_of_the_same_rows(client):
    cast = make_cast()
    make_statement(cast.event, cast.ahmadian, "second", kind="quote", text="Words & <more>.")

    atom = feed(client, "/statements.atom?kind=quote")

    assert atom.find(f"{ATOM}title").text == "Statements, of kind quotation – SummitKB"
    assert {link.get("rel"): link.get("href") for link in atom.findall(f"{ATOM}link")} == {
        "alternate": "http://testserver/statements/?kind=quote",
        "self": "http://testserver/statements.atom?kind=quote",
    }
    assert [
        (e.find(f"{ATOM}title").text, e.find(f"{ATOM}summary").text)
        for e in atom.findall(f"{ATOM}entry")
    ] == [
        (
            "Sergei Shoigu: We are ready to go on with our dialogue.",
            "We are ready to go on with our dialogue.",
        ),
        ("Ali Akbar Ahmadian: Words & <more>.", "Words &amp; &lt;more&gt;."),
    ]
    assert atom.find(f"{ATOM}author/{ATOM}name").text == "SummitKB"


def test_a_record_changes_with_what_is_cited_for_it_and_with_its_lists(client):
    quote, topic = make_statement(id="quote"), make_topic("trade")
    happened_on("2025-06-01")
    cite(quote, make_source("new"))
    happened_on("2025-06-02")
    assert entries(client, "/statements.atom")[0][1] == "2025-06-02T12:00:00+00:00"

    quote.topic_entries.create(topic=topic)
    happened_on("2025-06-03")
    cite(quote, make_source("hidden", publication="draft"))
    happened_on("2025-06-04")
    assert entries(client, "/statements.atom")[0][1] == "2025-06-03T12:00:00+00:00"


def test_each_change_of_a_record_is_an_entry_of_its_own_the_newest_first(client):
    make_statement(id="a")
    happened_on("2025-06-01")
    Statement.objects.update(text="Other words.")
    happened_on("2025-06-02")

    atom = feed(client, "/changes.atom?table=statements&sort=oldest")

    assert [
        (e.find(f"{ATOM}id").text, e.find(f"{ATOM}title").text.rpartition(": ")[2])
        for e in atom.iter(f"{ATOM}entry")
    ] == [
        ("http://testserver/statements/a/history/#2025-06-02T12:00:00+00:00", "changed"),
        ("http://testserver/statements/a/history/#2025-06-01T12:00:00+00:00", "added"),
    ]


def test_what_changed_last_comes_first_and_is_dated_by_its_change(client):
    make_statement(id="a")
    make_statement(id="b")
    happened_on("2025-06-01")
    Statement.objects.filter(pk="b").update(text="Other words.")
    happened_on("2025-06-02")
    Statement.objects.filter(pk="a").update(text="Other words.")
    happened_on("2025-06-03")

    assert entries(client, "/statements.atom") == [
        ("http://testserver/statements/a/", "2025-06-03T12:00:00+00:00"),
        ("http://testserver/statements/b/", "2025-06-02T12:00:00+00:00"),
    ]


def test_a_feed_without_entries_does_not_depend_on_the_clock(client):
    make_statement()

    atom = feed(client, "/statements.atom?kind=document")

    assert atom.findall(f"{ATOM}entry") == []
    assert atom.find(f"{ATOM}updated").text == "1970-01-01T00:00:00+00:00"


@pytest.mark.parametrize("table", TABLES)
def test_every_list_has_a_feed_of_what_is_published(client, table):
    cast = make_cast()
    make_statement(cast.event, id="draft", publication="draft")

    found = entries(client, f"/{table}.atom")

    assert len(found) > 0
    assert all("draft" not in address for address, _ in found)


@pytest.mark.parametrize("count", [1, 10])
def test_a_feed_asks_as_often_for_one_entry_as_for_ten(client, django_assert_num_queries, count):
    for n in range(count):
        cite(make_statement(id=f"s{n}"))

    with django_assert_num_queries(4):
        assert len(entries(client, "/statements.atom")) == count


def test_a_feed_of_what_does_not_exist_is_refused_like_its_list(client):
    assert problems_of(client, "/statements.atom?kind=song") == problems_of(
        client, "/statements/?kind=song"
    )
