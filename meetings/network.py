"""Who met whom at an event as a network, for networkx, igraph, Gephi and whatever else reads one.

Nodes are the published delegations of the event, edges its published bilaterals with what became of
each. A bilateral of which a side is not among the delegations has no place in it. Two delegations that
met twice have two edges; where no two did, networkx makes a MultiGraph only with `force_multigraph`.
"""

import re
from collections.abc import Callable
from xml.etree import ElementTree

from django.http import HttpResponse
from django.urls import path
from django.utils.cache import get_conditional_response

from delegations.tables import EVENTS
from meetings.pictures.who_met import Bilateral, WhoMet
from summitkb.browse.views import OfRecord
from summitkb.exchange.copy import csv_line
from summitkb.records.revisions import one_moment, revision

GRAPHML = "http://graphml.graphdrawing.org/xmlns"
EDGE = [
    "source",
    "source_name",
    "target",
    "target_name",
    "meeting",
    "title",
    "status",
    "date",
    "url",
]
OF_NODE = ["label", "kind", "country", "bloc", "status"]
OF_EDGE = ["title", "status", "date", "url"]
Absolute = Callable[[str], str]
_NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""What no parser of XML takes, and one alone spoils the whole file; what is typed may hold it."""


def edge_list(who: WhoMet, absolute: Absolute) -> bytes:
    """A row for each bilateral with its two sides, as CSV; `absolute` completes an address."""
    rows = [EDGE]
    for bilateral in _in_order(who):
        (a, b), known = bilateral.sides, _of_edge(bilateral, absolute)
        rows.append([a.pk, a.short_name, b.pk, b.short_name, bilateral.meeting.pk, *known])
    return b"".join(map(csv_line, rows))


def graphml(who: WhoMet, absolute: Absolute) -> bytes:
    """The same as GraphML, with the delegations that met nobody too. All values are text; what is not
    known is left out, and � stands for a character that XML cannot hold."""
    root = ElementTree.Element("graphml", xmlns=GRAPHML)
    for kind, names in (("node", OF_NODE), ("edge", OF_EDGE)):
        for name in names:
            declared = {
                "id": f"{kind}-{name}",
                "for": kind,
                "attr.name": name,
                "attr.type": "string",
            }
            ElementTree.SubElement(root, "key", declared)
    graph = ElementTree.SubElement(root, "graph", id=who.event.pk, edgedefault="undirected")
    for delegation in sorted(who.delegations, key=lambda d: d.pk):
        node = ElementTree.SubElement(graph, "node", id=delegation.pk)
        known = [
            delegation.short_name,
            "country" if delegation.country_id else "bloc",
            delegation.country_id,
            delegation.bloc_id,
            delegation.status,
        ]
        _describe(node, "node", OF_NODE, known)
    for bilateral in _in_order(who):
        source, target = bilateral.pair
        edge = {"id": bilateral.meeting.pk, "source": source, "target": target}
        found = ElementTree.SubElement(graph, "edge", edge)
        _describe(found, "edge", OF_EDGE, _of_edge(bilateral, absolute))
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)


def _in_order(who) -> list[Bilateral]:
    return sorted(who.bilaterals, key=lambda bilateral: bilateral.meeting.pk)


def _of_edge(bilateral, absolute) -> list[str]:
    meeting = bilateral.meeting
    address = absolute(meeting.get_absolute_url())
    return [meeting.title, meeting.status, str(meeting.date or ""), address]


def _describe(element, kind, names, values):
    for name, value in zip(names, values, strict=True):
        if value:
            data = ElementTree.SubElement(element, "data", key=f"{kind}-{name}")
            data.text = _NOT_IN_XML.sub("\N{REPLACEMENT CHARACTER}", value)


class Network(OfRecord):
    """A file of the network of one event."""

    table = EVENTS
    keeps_itself = True
    ending = "csv"
    content_type = "text/csv; charset=utf-8; header=present"
    write = staticmethod(edge_list)

    def get(self, request, *args, **kwargs):
        with one_moment():
            self.revision = revision()
            return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        return {"who": WhoMet(self.object)}

    def render_to_response(self, context):
        who, day = context["who"], self.request.as_of
        as_of = f".as-of-{day}" if day else ""
        name = f"network-{self.object.pk}{as_of}-{self.revision}.{self.ending}"
        headers = {
            "ETag": f'"{self.revision}"',
            "Vary": "Accept-Encoding",
            "X-Row-Count": str(len(who.bilaterals)),
            "Content-Disposition": f'attachment; filename="{name}"',
        }
        file = self.write(who, self.request.build_absolute_uri)
        answer = HttpResponse(file, content_type=self.content_type, headers=headers)
        return get_conditional_response(self.request, etag=headers["ETag"], response=answer)


class GraphMl(Network):
    ending = "graphml"
    content_type = "application/xml; charset=utf-8"
    write = staticmethod(graphml)


urls = [
    path("events/<key>/network.csv", Network.as_view(), name="event-network"),
    path("events/<key>/network.graphml", GraphMl.as_view(), name="event-graphml"),
]
