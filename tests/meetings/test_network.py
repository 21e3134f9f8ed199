"""The network of an event: what is on its pages, as programs for networks read it."""

import csv
import io

import networkx
import pytest

from meetings.models import Meeting
from meetings.network import OF_EDGE
from tests.factories import (
    make_bilateral,
    make_bloc,
    make_country,
    make_delegation,
    make_event,
    make_redirect,
)
from tests.history import happened_on
from tests.pages import ask, get, links_in, revision_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def event():
    """Three delegations, of which two met twice, and drafts beside them."""
    event = make_event("e")
    a = make_delegation(event, make_country("XQX", name="Xanadu, the"), id="a")
    b = make_delegation(event, make_country("XQY", name="Yonder"), id="b", status="announced")
    make_delegation(event, make_bloc("union", name="Union", acronym="U"), id="c")
    draft = make_delegation(event, make_country("XQZ"), id="draft", publication="draft")
    for id, sides, fields in (
        ("one", [a, b], {"status": "held", "date": "2025-05", "title": "A & B"}),
        ("two", [b, a], {"status": "cancelled", "date": None, "title": "Б"}),
        ("hidden", [a, b], {"publication": "draft"}),
        ("half", [a, draft], {"publication": "draft"}),
    ):
        meeting = make_bilateral(event, *sides, id=id, **fields)
        meeting.participants.update(publication=meeting.publication)
    return event


def test_the_edge_list_has_a_row_for_each_public_bilateral(client, event):
    response = ask(client, "/events/e/network.csv")

    name = f"network-e-{revision_of(response)}.csv"
    assert response["Content-Disposition"] == f'attachment; filename="{name}"'
    assert response["X-Row-Count"] == "2"
    assert response.body.decode() == (
        "source,source_name,target,target_name,meeting,title,status,date,url\n"
        'a,"Xanadu, the",b,Yonder,one,A & B,held,2025-05,http://testserver/meetings/one/\n'
        'a,"Xanadu, the",b,Yonder,two,Б,cancelled,,http://testserver/meetings/two/\n'
    )


def test_networkx_reads_the_same_from_graphml_and_who_met_nobody(client, event):
    text = get(client, "/events/e/network.graphml")
    graph = networkx.parse_graphml(text, force_multigraph=True)

    assert dict(graph.nodes(data=True)) == {
        "a": {
            "label": "Xanadu, the",
            "kind": "country",
            "country": "XQX",
            "status": "attended",
        },
        "b": {
            "label": "Yonder",
            "kind": "country",
            "country": "XQY",
            "status": "announced",
        },
        "c": {"label": "U", "kind": "bloc", "bloc": "union", "status": "attended"},
    }
    edges = {id: (sorted((a, b)), known) for a, b, id, known in graph.edges(keys=True, data=True)}
    assert edges == {
        "one": (
            ["a", "b"],
            {
                "title": "A & B",
                "status": "held",
                "date": "2025-05",
                "url": "http://testserver/meetings/one/",
            },
        ),
        "two": (
            ["a", "b"],
            {
                "title": "Б",
                "status": "cancelled",
                "url": "http://testserver/meetings/two/",
            },
        ),
    }


def test_it_is_found_as_the_event_is(client, event):
    for ending in ("csv", "graphml"):
        make_redirect(f"former-{ending}", event)
        led = client.get(f"/events/former-{ending}/network.{ending}")
        assert (led.status_code, led["Location"]) == (301, f"/events/e/network.{ending}")
        assert client.head(f"/events/e/network.{ending}").status_code == 200
        assert client.get(f"/events/nowhere/network.{ending}").status_code == 404
    make_event("draft", publication="draft")
    make_event("gone", publication="withdrawn", publication_note="A mistake.")
    for id, status in (("draft", 404), ("gone", 410)):
        answers = [client.get(f"/events/{id}/network.{ending}") for ending in ("csv", "graphml")]
        assert [answer.status_code for answer in answers] == [status, status]


def test_the_edge_list_makes_the_same_graph_as_graphml(client, event):
    graph = networkx.MultiGraph()
    for row in csv.DictReader(io.StringIO(get(client, "/events/e/network.csv"))):
        known = {name: row[name] for name in OF_EDGE if row[name]}
        graph.add_edge(row["source"], row["target"], row["meeting"], **known)
    whole = networkx.parse_graphml(get(client, "/events/e/network.graphml"))

    assert isinstance(whole, networkx.MultiGraph)
    assert networkx.utils.edges_equal(
        graph.edges(keys=True, data=True), whole.edges(keys=True, data=True)
    )


def test_a_bilateral_with_a_delegation_to_another_event_is_in_neither(client):
    event = make_event("e")
    make_bilateral(event, make_delegation(event, id="here"), make_delegation(id="there"))

    assert get(client, "/events/e/network.csv").count("\n") == 1
    graph = networkx.parse_graphml(get(client, "/events/e/network.graphml"))
    assert (list(graph.nodes), list(graph.edges)) == (["here"], [])


def test_a_character_that_xml_cannot_hold_does_not_spoil_the_file(client, event):
    """The forms of the admin take it, as the database does."""
    Meeting.objects.filter(pk="one").update(title="A\x0bB\x1f & \uffff\ufffeC\x9f😀")

    text = get(client, "/events/e/network.graphml")

    titles = networkx.get_edge_attributes(networkx.parse_graphml(text), "title")
    assert titles["a", "b", "one"] == "A�B� & ��C\x9f😀"


def test_in_the_past_it_is_that_of_then_and_leads_there(client, event):
    happened_on("2025-06-01")
    make_bilateral(event, *event.delegations.filter(pk__in=["a", "b"]), id="later")
    happened_on("2025-06-02")

    then = get(client, "/as-of/2025-06-01/events/e/network.csv").splitlines()[1:]

    past = "http://testserver/as-of/2025-06-01/meetings"
    assert [line.split(",")[-1] for line in then] == [f"{past}/one/", f"{past}/two/"]
    assert "later" in get(client, "/events/e/network.csv")


@pytest.mark.parametrize("picture", ["who-met-whom", "who-met-whom/matrix"])
def test_the_pictures_lead_to_both(client, event, picture):
    links = links_in(get(client, f"/events/e/{picture}/"))

    assert {"/events/e/network.csv", "/events/e/network.graphml"} < set(links)


def test_a_larger_network_asks_no_more(client, event, django_assert_num_queries):
    for _ in range(2):
        for ending in ("csv", "graphml"):
            with django_assert_num_queries(8):
                get(client, f"/events/e/network.{ending}")
        more = [make_delegation(event, make_country()) for _ in range(4)]
        for one in more[1:]:
            make_bilateral(event, more[0], one)
