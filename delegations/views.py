"""The lists and pages of who came. What happened is shown on them by its public address alone."""

from delegations.attendance import by_bloc
from delegations.filters import (
    BlocFilter,
    CountryFilter,
    DelegateFilter,
    DelegationFilter,
    EventFilter,
    MembershipFilter,
)
from delegations.models import Delegation, Event, Membership
from delegations.tables import BLOCS, COUNTRIES, DELEGATES, DELEGATIONS, EVENTS, MEMBERSHIPS
from summitkb.browse.excerpts import Excerpt
from summitkb.browse.views import RecordDetail, RecordList


class EventList(RecordList):
    table = EVENTS
    filterset_class = EventFilter
    rows_template = "delegations/event_rows.html"


class CountryList(RecordList):
    table = COUNTRIES
    filterset_class = CountryFilter
    rows_template = "delegations/country_rows.html"
    paginate_by = 100


class CountryDetail(RecordDetail):
    table = COUNTRIES
    template_name = "delegations/country.html"
    excerpts = (
        Excerpt("delegations", "Delegations", country="pk"),
        Excerpt("meetings", "Its meetings", country="pk"),
        Excerpt("statements", "Said by its delegation", country="pk"),
        Excerpt("statements", "Said about it", about="pk"),
        Excerpt("events", "Events held there", country="pk"),
        Excerpt("memberships", "Blocs", country="pk", sort="=newest", slot="side", limit=40),
        Excerpt("people", "People", country="pk", slot="side"),
        Excerpt("agreements", "Agreements", country="pk", slot="side"),
    )


class BlocList(RecordList):
    table = BLOCS
    filterset_class = BlocFilter
    rows_template = "delegations/bloc_rows.html"


class BlocDetail(RecordDetail):
    table = BLOCS
    template_name = "delegations/bloc.html"
    excerpts = (
        Excerpt("delegations", "Its own delegations and those of its members", bloc="pk"),
        Excerpt("meetings", "Meetings of its members", bloc="pk"),
        Excerpt("statements", "Said about it", about="pk"),
        Excerpt("memberships", "Members, observers and partners", bloc="pk", slot="side", limit=80),
    )

    def beside(self, record):
        """How much of it came to the newest event of all."""
        event = Event.objects.published().first()
        if event is None:
            return {}
        sent = list(Delegation.objects.published().filter(event=event).for_list())
        rows, _ = by_bloc(event, sent)
        return {"event": event, "row": next((r for r in rows if r.bloc == record), None)}


class MembershipList(RecordList):
    table = MEMBERSHIPS
    filterset_class = MembershipFilter
    rows_template = "delegations/membership_rows.html"
    paginate_by = 100


class MembershipDetail(RecordDetail):
    table = MEMBERSHIPS
    template_name = "delegations/membership.html"

    def beside(self, record):
        others = (
            Membership.objects.published()
            .for_list()
            .filter(bloc=record.bloc_id, country=record.country_id)
        )
        return {"others": others.exclude(pk=record.pk)}


class DelegationList(RecordList):
    table = DELEGATIONS
    filterset_class = DelegationFilter
    rows_template = "delegations/delegation_rows.html"


class DelegationDetail(RecordDetail):
    table = DELEGATIONS
    template_name = "delegations/delegation.html"
    excerpts = (
        Excerpt("delegates", "Who came", delegation="pk", limit=40),
        Excerpt("meetings", "Its meetings", delegation="pk"),
        Excerpt("statements", "What it said", delegation="pk"),
    )


class DelegateList(RecordList):
    table = DELEGATES
    filterset_class = DelegateFilter
    rows_template = "delegations/delegate_rows.html"


class DelegateDetail(RecordDetail):
    table = DELEGATES
    template_name = "delegations/delegate.html"
    excerpts = (
        Excerpt("meetings", "Meetings with them", delegation="delegation_id", person="person_id"),
        Excerpt("statements", "What they said", person="person_id", delegation="delegation_id"),
    )
