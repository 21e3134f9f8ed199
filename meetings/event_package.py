"""All that is on record of one event, as a package of its own."""

from collections.abc import Iterator

from django.db.models import QuerySet

from delegations.models import Delegate, Delegation, Event, Membership
from delegations.tables import EVENTS
from meetings.models import Agreement, Figure, Meeting, Participant, Statement
from summitkb.browse.data_views import PackageView
from summitkb.browse.views import OfRecord
from summitkb.exchange import datapackage
from summitkb.exchange.dumping import Rows
from summitkb.exchange.record_tables import SOURCES
from summitkb.exchange.subsets import Subset, among
from summitkb.records.models import Citation


def rows_of_event(event: Event) -> Rows:
    """The rows that belong to an event, those that they name, the memberships of countries that sent a
    delegation, and the agreements that a source speaks of which is cited for any of these."""
    part = Subset()
    for rows in _own(event):
        part.add(rows)
    # A meeting of another event that is named here has its sides too, without which it is none.
    part.add(among(Participant.objects.published(), part.keys["meetings"], "meeting"))
    part.add_evidence()
    spoken_of = among(Citation.objects.order_by(), part.keys[SOURCES.name], "source")
    agreements = spoken_of.filter(table="agreements").values("record")
    part.add(Agreement.objects.published().filter(pk__in=agreements))
    part.add_evidence()
    return part.rows


def _own(event) -> Iterator[QuerySet]:
    delegations = Delegation.objects.published().filter(event=event)
    yield Event.objects.filter(pk=event.pk)
    yield delegations
    yield Delegate.objects.published().filter(delegation__in=delegations)
    yield Membership.objects.published().filter(country__delegations__in=delegations)
    for model in (Meeting, Statement, Figure):
        yield model.objects.published().filter(event=event)


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
