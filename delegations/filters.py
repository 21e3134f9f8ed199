"""The filter forms of who came, and the facets that lists of what happened share."""

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now, TruncDate

from delegations.models import (
    Bloc,
    Country,
    Delegate,
    Delegation,
    Event,
    Membership,
    Person,
)
from delegations.queries import member_on
from delegations.vocabularies import (
    Attendance,
    BlocKind,
    CountryKind,
    DelegateRole,
    MembershipStatus,
)
from summitkb.browse.facets import LackingFacet, RecordFacet, VocabularyFacet
from summitkb.browse.filter_form import RecordFilter
from summitkb.browse.filters import SortFilter, WordsFilter, dated, newest, oldest
from summitkb.browse.links import Link
from summitkb.records.names import NameOrder
from summitkb.records.partial_dates import Earliest


def event_facet(*links):
    return RecordFacet(*links, model=Event, label="Event", phrase="at")


def country_facet(*links):
    return RecordFacet(*links, model=Country, label="Country", phrase="of")


def bloc_facet(*links):
    return RecordFacet(*links, model=Bloc, label="Bloc", phrase="of members of")


def person_facet(*links):
    return RecordFacet(*links, model=Person, label="Person", phrase="with")


def bloc_links(delegation: str = "", rows=None, owner: str = "pk") -> list[Link]:
    """From rows that have a delegation, by the path `delegation`, to the blocs that they count for.

    Those are the bloc that sent the delegation, and those of which its country was a member on the
    first day of the event.
    """
    own = Link(f"{delegation}bloc", rows, owner)
    rows = Delegation.objects.published() if rows is None else rows
    membership = f"{delegation}country__memberships__"
    day = Earliest(f"{delegation}event__starts_on")
    member = Link(f"{membership}bloc", rows, owner, where=member_on(day, membership))
    return [own, member]


class EventFilter(RecordFilter):
    country = RecordFacet("country", model=Country, label="Host", phrase="in")
    person = RecordFacet("chair", model=Person, label="Chair", phrase="chaired by")
    locals().update(dated("starts_on", "ends_on"))
    q = WordsFilter("name", "series", "city", "venue", "summary")
    sort = SortFilter(
        newest=newest("starts_on"),
        oldest=oldest("starts_on"),
        name=(NameOrder("name"),),
    )
    shown_facets = ("country", "date")


class CountryFilter(RecordFilter):
    event = event_facet(Link("event", Delegation.objects.published(), "country"))
    bloc = RecordFacet(
        Link("bloc", Membership.objects.published(), "country", where=member_on(TruncDate(Now()))),
        model=Bloc,
        label="Bloc, today",
        phrase="that are today members of",
    )
    person = person_facet(Link("person", Delegate.objects.published(), "delegation__country"))
    kind = VocabularyFacet("kind", choices=CountryKind, label="Kind", phrase="of kind")
    status = VocabularyFacet(
        Link("status", Delegation.objects.published(), "country"),
        choices=Attendance,
        label="Delegation",
        phrase="whose delegation is",
    )
    q = WordsFilter("name", "code")
    sort = SortFilter(cited=False, name=(NameOrder("name"),), code=("code",))
    shown_facets = ("event", "status", "bloc", "kind")
    evidence_facets = ()  # countries need no source


class BlocFilter(RecordFilter):
    event = event_facet(Link("event", Delegation.objects.published(), "bloc"))
    country = country_facet(Link("country", Membership.objects.published(), "bloc"))
    kind = VocabularyFacet("kind", choices=BlocKind, label="Kind", phrase="of kind")
    status = VocabularyFacet(
        Link("status", Delegation.objects.published(), "bloc"),
        choices=Attendance,
        label="Own delegation",
        phrase="with own delegation",
    )
    locals().update(dated("founded_on"))
    q = WordsFilter("name", "acronym")
    sort = SortFilter(
        name=(NameOrder("name"),),
        oldest=oldest("founded_on"),
        newest=newest("founded_on"),
    )
    shown_facets = ("kind", "event", "status")


class MembershipFilter(RecordFilter):
    bloc = bloc_facet("bloc")
    country = country_facet("country")
    status = VocabularyFacet(
        "status", choices=MembershipStatus, label="Status", phrase="with status"
    )
    locals().update(dated("since", "until", endless=True))
    q = WordsFilter("bloc__name", "bloc__acronym", "country__name")
    sort = SortFilter(
        bloc=(NameOrder("bloc__name"), NameOrder("country__name")),
        country=(NameOrder("country__name"), NameOrder("bloc__name")),
        newest=newest("since"),
        oldest=oldest("since"),
    )
    shown_facets = ("bloc", "status", "country")


class DelegationFilter(RecordFilter):
    event = event_facet("event")
    country = country_facet("country")
    bloc = bloc_facet(*bloc_links())
    person = person_facet(Link("person", Delegate.objects.published(), "delegation"))
    status = VocabularyFacet("status", choices=Attendance, label="Status", phrase="with status")
    lacking = LackingFacet(
        name=(
            "Any delegate’s name",
            ~Q(Exists(Delegate.objects.published().filter(delegation=OuterRef("pk")))),
        )
    )
    q = WordsFilter("country__name", "bloc__name", "bloc__acronym", "note")
    sort = SortFilter(
        name=(NameOrder("country__name"), NameOrder("bloc__name")),
        status=("status", NameOrder("country__name"), NameOrder("bloc__name")),
        newest=(*newest("event__starts_on"), NameOrder("country__name")),
    )
    shown_facets = ("event", "status", "lacking", "bloc")


class DelegateFilter(RecordFilter):
    event = event_facet("delegation__event")
    delegation = RecordFacet(
        "delegation", model=Delegation, label="Delegation", phrase="of the delegation"
    )
    country = country_facet("delegation__country")
    bloc = bloc_facet(*bloc_links("delegation__", Delegate.objects.published()))
    person = person_facet("person")
    kind = VocabularyFacet("role", choices=DelegateRole, label="Role", phrase="as")
    status = VocabularyFacet(
        "delegation__status", choices=Attendance, label="Delegation", phrase="with delegation"
    )
    q = WordsFilter("person__name", "person__native_name", "position")
    sort = SortFilter(
        name=(NameOrder("person__name"),),
        country=(NameOrder("delegation__country__name"), NameOrder("person__name")),
    )
    shown_facets = ("event", "status", "kind", "bloc")
