"""The filter forms of what happened, and of people, who are found by what they did."""

from django.db.models import F, Q
from django.db.models.functions import Coalesce

from delegations.filters import bloc_facet, bloc_links, country_facet, event_facet, person_facet
from delegations.models import Bloc, Country, Delegate, Delegation, Person
from delegations.queries import member_on
from delegations.vocabularies import DelegateRole
from meetings.models import (
    AgreementParty,
    Meeting,
    MeetingTopic,
    Participant,
    Statement,
    StatementAbout,
    StatementTopic,
    Topic,
)
from meetings.vocabularies import (
    Access,
    AgreementStatus,
    Bound,
    Measure,
    MeetingKind,
    MeetingStatus,
    ParticipantRole,
    StatementKind,
    StatementStatus,
)
from summitkb.browse.facets import LackingFacet, RecordFacet, TextFacet, VocabularyFacet
from summitkb.browse.filter_form import RecordFilter
from summitkb.browse.filters import SortFilter, WordsFilter, dated, newest, oldest, vocabulary_order
from summitkb.browse.links import Link, Sql, counted_once
from summitkb.records.names import NameOrder
from summitkb.records.partial_dates import Earliest, to_the_day
from summitkb.records.publication import Publication

PARTICIPANTS = Participant.objects.published()
STATEMENTS = Statement.objects.published()
DELEGATES = Delegate.objects.published()
MEETING_TOPICS = MeetingTopic.objects.filter(owner__publication=Publication.PUBLISHED)
STATEMENT_TOPICS = StatementTopic.objects.filter(owner__publication=Publication.PUBLISHED)
TOOK_PART = Q(owner__participants__publication=Publication.PUBLISHED)
NO_DAY = Q(date=None) | ~to_the_day("date")
"""That no source gives the day; the month or the year may be known."""


class TopicFacet(RecordFacet):
    """Topics with all that lies below them: a row on cybersecurity is one on information security."""

    def __init__(self, *links):
        super().__init__(*links, model=Topic, label="Topic", phrase="on")
        self._wanted = None

    def condition(self, values):
        # Asked once per page: counting the other facets comes here again for each of them.
        if self._wanted is None:
            self._wanted = Topic.objects.published().with_subtopics(t.pk for t in values)
        return super().condition(self._wanted)

    def counts(self, queryset):
        return counted_once(self.pairs(queryset))

    def pairs(self, queryset):
        narrow = super().pairs(queryset)
        if narrow is None:
            return None
        above = dict(Topic.objects.published().order_by().values_list("pk", "parent"))
        within = []
        for topic in above:
            wider = topic
            while wider:
                within.append((topic, wider))
                wider = above.get(wider)
        return Sql(
            f"SELECT owner, above FROM ({narrow.text}) AS narrow (owner, value) "
            "JOIN unnest(%s::text[], %s::text[]) AS wider (value, above) USING (value)",
            [*narrow.params, [topic for topic, _ in within], [wider for _, wider in within]],
        )


class AboutFacet(TextFacet):
    """The countries and blocs that a statement is about, by their keys."""

    def __init__(self):
        super().__init__(
            Link("country", StatementAbout.objects.all(), "owner"),
            Link("bloc", StatementAbout.objects.all(), "owner"),
            known=lambda key: any(
                model.objects.published().filter(pk=key).exists() for model in (Country, Bloc)
            ),
            accepted="the code of a country or the id of a bloc",
            label="About",
            phrase="about",
        )

    def labels(self, values):
        found = {}
        for model in (Country, Bloc):
            found |= model.objects.published().in_bulk(list(values))
        return {key: record.short_name for key, record in found.items()}


class TopicFilter(RecordFilter):
    event = event_facet(
        Link("owner__event", MEETING_TOPICS, "topic"),
        Link("owner__event", STATEMENT_TOPICS, "topic"),
    )
    country = country_facet(
        Link("owner__delegation__country", STATEMENT_TOPICS, "topic"),
        Link("owner__participants__delegation__country", MEETING_TOPICS, "topic", where=TOOK_PART),
    )
    person = person_facet(
        Link("owner__speaker", STATEMENT_TOPICS, "topic"),
        Link("owner__participants__person", MEETING_TOPICS, "topic", where=TOOK_PART),
    )
    topic = TopicFacet("pk")
    q = WordsFilter("name")
    sort = SortFilter(cited=False, name=(NameOrder("name"),))
    shown_facets = ("topic", "event", "person", "country")
    evidence_facets = ()  # topics are headings of ours


class PersonFilter(RecordFilter):
    event = event_facet(
        Link("delegation__event", DELEGATES, "person"),
        Link("meeting__event", PARTICIPANTS, "person"),
        Link("event", STATEMENTS, "speaker"),
    )
    country = country_facet(
        Link("delegation__country", DELEGATES, "person"),
        Link("delegation__country", PARTICIPANTS, "person"),
        Link("delegation__country", STATEMENTS, "speaker"),
    )
    bloc = bloc_facet(
        *bloc_links("delegation__", DELEGATES, "person"),
        *bloc_links("delegation__", PARTICIPANTS, "person"),
        *bloc_links("delegation__", STATEMENTS, "speaker"),
    )
    topic = TopicFacet(
        Link(
            "topic",
            STATEMENT_TOPICS,
            "owner__speaker",
        )
    )
    kind = VocabularyFacet(
        Link("role", DELEGATES, "person"), choices=DelegateRole, label="Role", phrase="who came as"
    )
    q = WordsFilter("name", "native_name", "other_names")
    sort = SortFilter(name=(NameOrder("name"),))
    shown_facets = ("event", "country", "bloc", "kind")


class MeetingFilter(RecordFilter):
    event = event_facet("event")
    country = country_facet(Link("delegation__country", PARTICIPANTS, "meeting"))
    bloc = bloc_facet(*bloc_links("delegation__", PARTICIPANTS, "meeting"))
    delegation = RecordFacet(
        Link("delegation", PARTICIPANTS, "meeting"),
        model=Delegation,
        label="Delegation",
        phrase="of the delegation",
    )
    person = person_facet(Link("person", PARTICIPANTS, "meeting"))
    topic = TopicFacet(Link("topic", MeetingTopic.objects.all(), "owner"))
    kind = VocabularyFacet("kind", choices=MeetingKind, label="Kind", phrase="of kind")
    status = VocabularyFacet("status", choices=MeetingStatus, label="Status", phrase="with status")
    access = VocabularyFacet("access", choices=Access, label="Access", phrase="with access")
    lacking = LackingFacet(day=("The day", NO_DAY))
    locals().update(dated("date"))
    q = WordsFilter("title", "summary", "place")
    sort = SortFilter(
        oldest=(*oldest("date"), F("starts_at").asc(nulls_last=True), NameOrder("title")),
        newest=(*newest("date"), F("starts_at").desc(nulls_last=True), NameOrder("title")),
        title=(NameOrder("title"),),
        kind=("kind", *oldest("date")),
        status=("status", *oldest("date")),
    )
    shown_facets = (
        "event", "kind", "status", "date", "lacking", "country", "bloc", "person", "topic", "access"
    )  # fmt: skip


class ParticipantFilter(RecordFilter):
    event = event_facet("meeting__event")
    meeting = RecordFacet("meeting", model=Meeting, label="Meeting", phrase="in")
    country = country_facet("delegation__country")
    bloc = bloc_facet(*bloc_links("delegation__", PARTICIPANTS))
    delegation = RecordFacet(
        "delegation", model=Delegation, label="Delegation", phrase="of the delegation"
    )
    person = person_facet("person")
    topic = TopicFacet(Link("meeting__topic_entries__topic", PARTICIPANTS))
    kind = VocabularyFacet("role", choices=ParticipantRole, label="Role", phrase="as")
    status = VocabularyFacet(
        "meeting__status", choices=MeetingStatus, label="Meeting", phrase="in meetings with status"
    )
    lacking = LackingFacet(name=("The name", Q(person=None)))
    locals().update(dated("meeting__date"))
    q = WordsFilter("meeting__title", "person__name", "delegation__country__name")
    sort = SortFilter(
        meeting=(NameOrder("meeting__title"), "key"),
        name=(NameOrder("person__name").asc(nulls_last=True), "key"),
        newest=(*newest("meeting__date"), "key"),
        oldest=(*oldest("meeting__date"), "key"),
    )
    shown_facets = ("event", "kind", "status", "lacking", "country", "person")


class StatementFilter(RecordFilter):
    event = event_facet("event")
    meeting = RecordFacet("meeting", model=Meeting, label="Meeting", phrase="in")
    country = country_facet("delegation__country")
    bloc = bloc_facet(*bloc_links("delegation__", STATEMENTS))
    delegation = RecordFacet(
        "delegation", model=Delegation, label="Delegation", phrase="of the delegation"
    )
    person = RecordFacet("speaker", model=Person, label="Speaker", phrase="by")
    about = AboutFacet()
    topic = TopicFacet(Link("topic", StatementTopic.objects.all(), "owner"))
    kind = VocabularyFacet("kind", choices=StatementKind, label="Kind", phrase="of kind")
    status = VocabularyFacet(
        "status", choices=StatementStatus, label="Status", phrase="with status"
    )
    lacking = LackingFacet(day=("The day", NO_DAY), name=("The speaker’s name", Q(speaker=None)))
    locals().update(dated("date"))
    q = WordsFilter("text", "speaker__name", "speaker_label")
    sort = SortFilter(
        newest=newest("date"),
        oldest=oldest("date"),
        speaker=(NameOrder(Coalesce("speaker__name", "speaker_label")), *newest("date")),
    )
    shown_facets = (
        "event", "kind", "date", "lacking", "bloc", "country", "person", "topic", "about", "status"
    )  # fmt: skip


class AgreementFilter(RecordFilter):
    country = RecordFacet(
        Link("country", AgreementParty.objects.all(), "owner"),
        model=Country,
        label="Party",
        phrase="of",
    )
    bloc = bloc_facet(
        Link("bloc", AgreementParty.objects.all(), "owner"),
        Link(
            "country__memberships__bloc",
            AgreementParty.objects.all(),
            "owner",
            where=member_on(Earliest("owner__as_of"), "country__memberships__"),
        ),
    )
    status = VocabularyFacet(
        "status", choices=AgreementStatus, label="Status", phrase="with status"
    )
    locals().update(dated("as_of"))
    q = WordsFilter("title", "summary")
    sort = SortFilter(
        title=(NameOrder("title"),),
        status=("status", NameOrder("title")),
        newest=newest("as_of"),
        oldest=oldest("as_of"),
    )
    shown_facets = ("status", "country", "date")


class FigureFilter(RecordFilter):
    event = event_facet("event")
    kind = VocabularyFacet("measure", choices=Measure, label="Measure", phrase="of")
    status = VocabularyFacet("bound", choices=Bound, label="Bound", phrase="with bound")
    locals().update(dated("as_of"))
    q = WordsFilter("scope", "note")
    sort = SortFilter(
        measure=(vocabulary_order("measure", Measure), "scope", "value"),
        largest=("-value",),
        smallest=("value",),
        newest=newest("as_of"),
        oldest=oldest("as_of"),
    )
    shown_facets = ("event", "kind", "status", "date")
