"""The network of an event: what is on its pages, as programs for networks read it."""

import networkx
import pytest

from tests.factories import (
    make_bilateral,
    make_bloc,
    make_country,
    make_delegation,
    make_event,
    make_redirect,
)
from tests.pages import ask, get

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

    assert response["Content-Disposition"] == 'attachment; filename="network-e.csv"'
    assert response.body.decode() == (
        "source,source_name,target,target_name,meeting,title,status,date,url\n"
        'a,"Xanadu, the",b,Yonder,one,A & B,held,2025-05,http://testserver/meetings/one/\n'
        'a,"Xanadu, the",b,Yonder,two,Б,cancelled,,http://testserver/meetings/two/\n'
    )


def test_networkx_reads_the_same_from_graphml_and_who_met_nobody(client, event):
    text = get(client, "/events/e/network.graphml")
    graph = networkx.parse_graphml(text, force_multigraph=True)

    assert dict(graph.nodes(data=True)) == {
        "a": {"label": "Xanadu, the", "country": "XQX", "status": "attended"},
        "b": {"label": "Yonder", "country": "XQY", "status": "announced"},
        "c": {"label": "U", "bloc": "union", "status": "attended"},
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
    assert client.get("/events/draft/network.csv").status_code == 404


def test_a_larger_network_asks_no_more(client, event, django_assert_num_queries):
    for _ in range(2):
        with django_assert_num_queries(5):
            get(client, "/events/e/network.csv")
        more = [make_delegation(event, make_country()) for _ in range(4)]
        for one in more[1:]:
            make_bilateral(event, more[0], one)
