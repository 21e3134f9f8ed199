"""Meetings, what they were about, and who took part."""

from django.db import models
from django.db.models import F, Prefetch, Q

from delegations.models import Delegate, Delegation, Event, Person
from meetings import triggers
from meetings.models.topics import Topic
from meetings.vocabularies import Access, MeetingKind, MeetingStatus, ParticipantRole
from summitkb.records.constraints import joined, one_of
from summitkb.records.history import tracked
from summitkb.records.models import Entry, Identified, Part
from summitkb.records.names import NameOrder
from summitkb.records.partial_dates import PartialDateField
from summitkb.records.publication import RecordQuerySet
from summitkb.records.words import words_index

SCHEMA_STATUS = {
    MeetingStatus.ANNOUNCED: "https://schema.org/EventScheduled",
    MeetingStatus.CANCELLED: "https://schema.org/EventCancelled",
}
"""What schema.org calls the status of an event, where it has a word."""


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
    carries = ("statements",)
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
        indexes = [
            words_index("title", "summary", "place", name="meeting_words"),
            models.Index(fields=["date"], name="meeting_date"),
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
        return super().schema_org() | {
            "superEvent": {"@type": "Event", "name": self.event.name},
            "eventStatus": SCHEMA_STATUS.get(self.status),
            "startDate": self.date and str(self.date),
            "location": self.place and {"@type": "Place", "name": self.place},
        }

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
    return models.Subquery(held.order_by().values("position")[:1])  # there is one at most


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
