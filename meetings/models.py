"""What happened: meetings and who took part, statements, topics, agreements and figures."""

from math import inf

from django.db import models
from django.db.models import F, Prefetch, Q
from django.utils.text import Truncator

from delegations.models import Bloc, Country, Delegate, Delegation, Event, Person
from meetings import triggers
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
from summitkb.records.constraints import exactly_one, joined, one_of
from summitkb.records.history import tracked
from summitkb.records.languages import OURS, LanguageField
from summitkb.records.models import Entry, Identified, Part
from summitkb.records.names import NameOrder
from summitkb.records.partial_dates import PartialDateField
from summitkb.records.publication import RecordQuerySet

ABOUT = 0.05
"""How far `about` reaches to either side, as a share of the value."""


class TopicQuerySet(RecordQuerySet):
    def with_subtopics(self, ids) -> set[str]:
        """The ids of some topics and of all that lie below them. One query: the tree is small."""
        below = {}
        for topic, parent in self.order_by().values_list("pk", "parent"):
            below.setdefault(parent, []).append(topic)
        found, waiting = set(), list(ids)
        while waiting:
            topic = waiting.pop()
            if topic not in found:
                found.add(topic)
                waiting += below.get(topic, ())
        return found

    def for_list(self):
        return self.select_related("parent")


@tracked
class Topic(Identified):
    """One row is one subject that meetings and statements are about."""

    name = models.CharField(max_length=200, help_text="Name in English.")
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="subtopics",
        help_text="The wider topic that it belongs to.",
    )

    objects = TopicQuerySet.as_manager()

    class Meta(Identified.Meta):
        db_table = "topics"
        ordering = [NameOrder("name"), "id"]
        constraints = [
            *Identified.Meta.constraints,
            models.CheckConstraint(
                condition=~Q(parent=F("id")),
                name="topic_not_its_own_parent",
                violation_error_message="A topic does not lie below itself.",
            ),
        ]


class MeetingQuerySet(RecordQuerySet):
    def for_list(self):
        return self.select_related("event").prefetch_related(
            Prefetch(
                "participants",
                Participant.objects.published().for_list(),
                to_attr="people_present",
            ),
            Prefetch("topic_entries", MeetingTopic.objects.select_related("topic")),
        )


@tracked
class Meeting(Identified):
    """One row is one meeting at an event, whether announced, held, cancelled or only rumoured."""

    event = models.ForeignKey(
        Event, models.PROTECT, related_name="meetings", help_text="The gathering it was part of."
    )
    kind = models.CharField(
        max_length=12,
        choices=MeetingKind,
        help_text="Who sits with whom; a bilateral has two sides.",
    )
    title = models.CharField(
        max_length=300,
        help_text="Title; for a bilateral, those who met and in brackets their sides.",
    )
    date = PartialDateField(
        null=True, blank=True, help_text="The day, or empty where no source gives it."
    )
    starts_at = models.TimeField(
        null=True, blank=True, help_text="When it began, in the local time of the event."
    )
    status = models.CharField(
        max_length=11,
        choices=MeetingStatus,
        help_text="Whether it took place, as far as sources say.",
    )
    access = models.CharField(
        max_length=7,
        choices=Access,
        default=Access.UNKNOWN,
        help_text="Open, or behind closed doors.",
    )
    place = models.CharField(max_length=300, blank=True, help_text="Building or room.")
    summary = models.TextField(blank=True, help_text="What is reported of it, in our words.")

    objects = MeetingQuerySet.as_manager()
    label_fields = ("title",)
    schema_type = "Event"

    class Meta(Identified.Meta):
        db_table = "meetings"
        ordering = [
            "event",
            F("date").asc(nulls_last=True),
            F("starts_at").asc(nulls_last=True),
            NameOrder("title"),
            "id",
        ]
        constraints = [
            *Identified.Meta.constraints,
            one_of("kind", MeetingKind, name="meeting_kind_known"),
            one_of("status", MeetingStatus, name="meeting_status_known"),
            one_of("access", Access, name="meeting_access_known"),
            models.CheckConstraint(
                condition=Q(starts_at__isnull=True) | Q(starts_at__second=0),
                name="meeting_starts_at_minute",
                violation_error_message="The time of a meeting is given to the minute.",
            ),
        ]
        triggers = [*Identified.Meta.triggers, triggers.OfMeeting()]

    def schema_org(self):
        return super().schema_org() | ({"startDate": str(self.date)} if self.date else {})

    @property
    def topics(self) -> list[Topic]:
        return [entry.topic for entry in self.topic_entries.all()]

    @property
    def sides(self) -> list[Delegation]:
        """The delegations that took part. Needs `for_list()`, which fetches them."""
        return list(dict.fromkeys(p.delegation for p in self.people_present))


@tracked
class MeetingTopic(Entry):
    """One row is one topic in the list of topics of one meeting."""

    owner = models.ForeignKey(
        Meeting, models.CASCADE, related_name="topic_entries", help_text="The meeting."
    )
    topic = models.ForeignKey(
        Topic, models.PROTECT, related_name="meeting_entries", help_text="The topic."
    )

    class Meta(Entry.Meta):
        db_table = "meeting_topics"
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "topic"],
                name="meeting_topic_once",
                violation_error_message="This topic is already in the list.",
            )
        ]


def position_of(person: str) -> models.Subquery:
    """The title that the person in the field `person` held on the row's delegation, or NULL."""
    held = Delegate.objects.published().filter(
        delegation=models.OuterRef("delegation"), person=models.OuterRef(person)
    )
    return models.Subquery(held.values("position")[:1])


class ParticipantQuerySet(RecordQuerySet):
    def for_list(self):
        return self.annotate(position=position_of("person")).select_related(
            "meeting", "person", "delegation__event", "delegation__country", "delegation__bloc"
        )


@tracked
class Participant(Part):
    """One row is one person, or one delegation of which no person is named, at one meeting."""

    key = models.GeneratedField(
        expression=joined("meeting", "delegation", "person"),
        output_field=models.TextField(db_collation="C"),
        db_persist=True,
        help_text="Meeting, delegation and person, joined by +; nothing after the last + where no "
        "person is named.",
    )
    meeting = models.ForeignKey(
        Meeting, models.CASCADE, related_name="participants", help_text="The meeting."
    )
    delegation = models.ForeignKey(
        Delegation, models.PROTECT, related_name="participations", help_text="On which side."
    )
    person = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="participations",
        help_text="Who; empty where only the delegation is named.",
    )
    role = models.CharField(
        max_length=11,
        choices=ParticipantRole,
        default=ParticipantRole.PARTICIPANT,
        help_text="Whether they chaired, spoke, or took part.",
    )

    objects = ParticipantQuerySet.as_manager()
    label_fields = ()

    class Meta(Part.Meta):
        db_table = "participants"
        ordering = ["meeting", "delegation", F("person").asc(nulls_first=True)]
        indexes = [models.Index(fields=["key"], name="participant_key")]
        constraints = [
            *Part.Meta.constraints,
            models.UniqueConstraint(
                fields=["meeting", "delegation", "person"],
                nulls_distinct=False,
                name="participant_once",
                violation_error_message="This participant is already recorded for this meeting.",
            ),
            one_of("role", ParticipantRole, name="participant_role_known"),
        ]
        triggers = [*Part.Meta.triggers, triggers.OfParticipants()]

    def __str__(self):
        return f"{self.person or self.delegation.short_name}, {self.meeting}"


class StatementQuerySet(RecordQuerySet):
    def unresolved(self):
        """Those whose speaker is known only by a label."""
        return self.filter(speaker__isnull=True)

    def with_positions(self):
        """`position`: the title that the speaker held on the delegation, NULL where none is known."""
        return self.annotate(position=position_of("speaker"))

    def for_list(self):
        return (
            self.with_positions()
            .select_related(
                "event",
                "speaker",
                "meeting",
                "delegation__event",
                "delegation__country",
                "delegation__bloc",
            )
            .prefetch_related(
                Prefetch("topic_entries", StatementTopic.objects.select_related("topic")),
                Prefetch("about_entries", StatementAbout.objects.select_related("country", "bloc")),
            )
        )


@tracked
class Statement(Identified):
    """One row is one thing that one speaker said, or was expected to say."""

    event = models.ForeignKey(
        Event, models.PROTECT, related_name="statements", help_text="The gathering it belongs to."
    )
    meeting = models.ForeignKey(
        Meeting,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="statements",
        help_text="The meeting it was made at; empty where it was made elsewhere or no source says.",
    )
    speaker = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="statements",
        help_text="Who spoke, where that is a person with a name.",
    )
    speaker_label = models.CharField(
        max_length=300,
        blank=True,
        help_text="The speaker in the words of the source, where no person is named.",
    )
    delegation = models.ForeignKey(
        Delegation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="statements",
        help_text="The delegation that it was said for.",
    )
    kind = models.CharField(
        max_length=10,
        choices=StatementKind,
        help_text="Quotation (verbatim; […] marks an omission), paraphrase, or document.",
    )
    status = models.CharField(
        max_length=8,
        choices=StatementStatus,
        default=StatementStatus.MADE,
        help_text="Made, or only expected when the source was written.",
    )
    date = PartialDateField(
        null=True, blank=True, help_text="The day, or empty where no source gives it."
    )
    text = models.TextField(help_text="What was said.")
    language = LanguageField(
        blank=True,
        help_text="Language of the words in the source, ISO 639-1. A quotation or document is "
        "given in it; a paraphrase is in ours.",
    )
    translated = models.BooleanField(
        null=True,
        blank=True,
        help_text="Whether the words in the source are a translation of what was said; empty where "
        "unknown.",
    )

    objects = StatementQuerySet.as_manager()
    label_fields = ("text",)
    schema_type = "Quotation"

    class Meta(Identified.Meta):
        db_table = "statements"
        ordering = [F("date").desc(nulls_last=True), "id"]
        constraints = [
            *Identified.Meta.constraints,
            models.CheckConstraint(
                condition=Q(speaker__isnull=False) | ~Q(speaker_label=""),
                name="statement_has_speaker",
                violation_error_message="A statement has a speaker or a speaker label.",
            ),
            one_of("kind", StatementKind, name="statement_kind_known"),
            one_of("status", StatementStatus, name="statement_status_known"),
        ]

    def __str__(self):
        return f"{self.speaker_name}: {Truncator(self.text).chars(80)}"

    def schema_org(self):
        return super().schema_org() | {
            "text": self.text,
            "creator": {"@type": "Person", "name": self.speaker_name},
            **({"dateCreated": str(self.date)} if self.date else {}),
            **({"inLanguage": self.text_language} if self.text_language else {}),
        }

    @property
    def heading(self) -> str:
        return self.speaker_name

    @property
    def text_language(self) -> str:
        """The language that the text here is written in: a paraphrase is in our own words."""
        return OURS if self.kind == StatementKind.PARAPHRASE else self.language

    @property
    def speaker_name(self) -> str:
        return str(self.speaker) if self.speaker_id else self.speaker_label

    @property
    def topics(self) -> list[Topic]:
        return [entry.topic for entry in self.topic_entries.all()]

    @property
    def about(self) -> list[Country | Bloc]:
        return [entry.target for entry in self.about_entries.all()]


@tracked
class StatementTopic(Entry):
    """One row is one topic in the list of topics of one statement."""

    owner = models.ForeignKey(
        Statement, models.CASCADE, related_name="topic_entries", help_text="The statement."
    )
    topic = models.ForeignKey(
        Topic, models.PROTECT, related_name="statement_entries", help_text="The topic."
    )

    class Meta(Entry.Meta):
        db_table = "statement_topics"
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "topic"],
                name="statement_topic_once",
                violation_error_message="This topic is already in the list.",
            )
        ]


class CountryOrBloc(Entry):
    """An entry that names a country or a bloc."""

    country = models.ForeignKey(
        Country, models.PROTECT, null=True, blank=True, help_text="The country, or empty."
    )
    bloc = models.ForeignKey(
        Bloc, models.PROTECT, null=True, blank=True, help_text="The bloc, or empty."
    )

    class Meta(Entry.Meta):
        abstract = True
        constraints = [
            exactly_one(
                "country",
                "bloc",
                name="%(class)s_country_or_bloc",
                message="Each entry names exactly one country or bloc.",
            ),
            models.UniqueConstraint(
                fields=["owner", "country", "bloc"],
                nulls_distinct=False,
                name="%(class)s_once",
                violation_error_message="This country or bloc is already in the list.",
            ),
        ]


@tracked
class StatementAbout(CountryOrBloc):
    """One row is one country or bloc that one statement is about."""

    owner = models.ForeignKey(
        Statement, models.CASCADE, related_name="about_entries", help_text="The statement."
    )

    class Meta(CountryOrBloc.Meta):
        db_table = "statement_about"


class AgreementQuerySet(RecordQuerySet):
    def for_list(self):
        return self.prefetch_related(
            Prefetch("party_entries", AgreementParty.objects.select_related("country", "bloc"))
        )


@tracked
class Agreement(Identified):
    """One row is one agreement that was spoken of, and where it stood."""

    title = models.CharField(max_length=300, help_text="Title in English.")
    status = models.CharField(
        max_length=21, choices=AgreementStatus, help_text="Where it stood on the day of `as_of`."
    )
    as_of = PartialDateField(
        null=True, blank=True, help_text="The day for which the status is said."
    )
    summary = models.TextField(blank=True, help_text="What is reported of it, in our words.")

    objects = AgreementQuerySet.as_manager()
    label_fields = ("title",)

    class Meta(Identified.Meta):
        db_table = "agreements"
        ordering = [NameOrder("title"), "id"]
        constraints = [
            *Identified.Meta.constraints,
            one_of("status", AgreementStatus, name="agreement_status_known"),
        ]

    @property
    def parties(self) -> list[Country | Bloc]:
        return [entry.target for entry in self.party_entries.all()]


@tracked
class AgreementParty(CountryOrBloc):
    """One row is one party of one agreement."""

    owner = models.ForeignKey(
        Agreement, models.CASCADE, related_name="party_entries", help_text="The agreement."
    )

    class Meta(CountryOrBloc.Meta):
        db_table = "agreement_parties"
        verbose_name_plural = "agreement parties"


class FigureQuerySet(RecordQuerySet):
    def for_list(self):
        return self.select_related("event")


@tracked
class Figure(Identified):
    """One row is one number that a source reports of an event. Figures that disagree stand together."""

    event = models.ForeignKey(
        Event, models.PROTECT, related_name="figures", help_text="The gathering it is about."
    )
    measure = models.CharField(max_length=21, choices=Measure, help_text="What is counted.")
    scope = models.CharField(
        max_length=200,
        blank=True,
        help_text="The part of the gathering that is counted, in words; empty for all of it. Figures "
        "are compared only within one measure and scope.",
    )
    value = models.BigIntegerField(help_text="The number, a whole one from 0.")
    bound = models.CharField(
        max_length=8,
        choices=Bound,
        help_text="Exact, at least, or about (read as ± 5 %).",
    )
    as_of = PartialDateField(null=True, blank=True, help_text="The day for which it is said.")
    note = models.TextField(blank=True, help_text="What else is to be said of it, in our words.")

    objects = FigureQuerySet.as_manager()
    label_fields = ()

    class Meta(Identified.Meta):
        db_table = "figures"
        ordering = ["event", "measure", "scope", "value", "id"]
        constraints = [
            *Identified.Meta.constraints,
            models.CheckConstraint(
                condition=Q(value__gte=0),
                name="figure_not_negative",
                violation_error_message="A figure is a whole number from 0.",
            ),
            one_of("measure", Measure, name="figure_measure_known"),
            one_of("bound", Bound, name="figure_bound_known"),
        ]

    def __str__(self):
        scope = f" ({self.scope})" if self.scope else ""
        return f"{self.words} {self.get_measure_display().lower()}{scope}"

    @property
    def words(self) -> str:
        """126, at least 100, about 130."""
        return (
            str(self.value)
            if self.bound == Bound.EXACT
            else (f"{self.get_bound_display().lower()} {self.value}")
        )

    @property
    def interval(self) -> tuple[float, float]:
        """The least and the greatest number that it allows; two figures agree when these meet."""
        match self.bound:
            case Bound.AT_LEAST:
                return self.value, inf
            case Bound.ABOUT:
                return self.value * (1 - ABOUT), self.value * (1 + ABOUT)
        return self.value, self.value
