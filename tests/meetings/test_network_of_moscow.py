"""The network of the bundled record has what its pictures have."""

import csv
import io

import networkx
import pytest

from delegations.models import Event
from meetings.pictures.who_met import WhoMet
from tests.pages import get

pytestmark = pytest.mark.usefixtures("bundled_record", "db")


def test_it_has_the_bilaterals_and_the_delegations_of_the_picture(client):
    rows = csv.DictReader(io.StringIO(get(client, "/events/moscow-2025/network.csv")))
    edges = {row["meeting"]: (row["source"], row["target"]) for row in rows}
    who = WhoMet(Event.objects.get())
    text = get(client, "/events/moscow-2025/network.graphml")
    graph = networkx.parse_graphml(text, force_multigraph=True)

    assert edges == {b.meeting.pk: b.pair for b in who.bilaterals}
    assert {key for _, _, key in graph.edges(keys=True)} == set(edges)
    assert len(graph) == len(who.delegations) == 41
    assert {key: known["status"] for _, _, key, known in graph.edges(keys=True, data=True)} == {
        b.meeting.pk: b.status for b in who.bilaterals
    }
    assert dict(graph.nodes(data="status")) == {d.pk: d.status for d in who.delegations}
