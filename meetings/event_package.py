"""All that is on record of one event, as a package of its own."""

from functools import partial

from delegations.models import Delegate, Delegation, Event, Membership
from delegations.tables import EVENTS
from meetings.models import Agreement, Figure, Meeting, Participant, Statement
from summitkb.browse.data_views import PackageView
from summitkb.browse.views import OfRecord
from summitkb.exchange import datapackage
from summitkb.exchange.dumping import Rows
from summitkb.exchange.record_tables import SOURCES
from summitkb.exchange.subsets import Keys, rows_of, with_evidence, with_what_they_name
from summitkb.records.models import Citation


def rows_of_event(event: Event) -> Rows:
    """The rows that belong to an event, those that they name, the memberships of countries that sent a
    delegation, and the agreements that a source speaks of which is cited for any of these."""
    rows = with_what_they_name(_own(event))
    # A meeting of another event that is named here has its sides too, without which it is none.
    rows["participants"] |= _keys(Participant, meeting__in=rows["meetings"])
    rows = with_evidence(with_what_they_name(rows))
    spoken_of = Citation.objects.filter(table="agreements", source__in=rows[SOURCES.name])
    rows["agreements"] = _keys(Agreement, pk__in=spoken_of.order_by().values("record"))
    return partial(rows_of, with_evidence(with_what_they_name(rows)))


def _own(event) -> Keys:
    delegations, meetings = _keys(Delegation, event=event), _keys(Meeting, event=event)
    return {
        "events": {event.pk},
        "delegations": delegations,
        "delegates": _keys(Delegate, delegation__in=delegations),
        "memberships": _keys(Membership, country__delegations__in=delegations),
        "meetings": meetings,
        "participants": _keys(Participant, meeting__in=meetings),
        "statements": _keys(Statement, event=event),
        "figures": _keys(Figure, event=event),
    }


def _keys(model, **condition) -> set:
    rows = model.objects.published().filter(**condition)
    return set(rows.order_by().values_list("pk", flat=True))


class EventPackage(PackageView, OfRecord):
    """It is found, withdrawn or led on as the page of the event is."""

    table = EVENTS

    def get(self, request, **kwargs):
        return OfRecord.get(self, request, **kwargs)

    def get_context_data(self, **kwargs):
        return {}

    def render_to_response(self, context):
        event = self.object
        return self.package(self.request, f"{datapackage.NAME}-event-{event.pk}", event.name)

    def rows(self):
        return rows_of_event(self.object)
