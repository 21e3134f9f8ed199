"""What was said, by whom, on what and about whom."""

from django.db import models
from django.db.models import F, Prefetch, Q
from django.utils.text import Truncator

from delegations.models import Bloc, Country, Delegation, Event, Person
from meetings.models.entries import CountryOrBloc
from meetings.models.meetings import Meeting, position_of
from meetings.models.topics import Topic
from meetings.vocabularies import StatementKind, StatementStatus
from summitkb.records.constraints import one_of
from summitkb.records.history import tracked
from summitkb.records.languages import OURS, LanguageField
from summitkb.records.models import Entry, Identified
from summitkb.records.partial_dates import PartialDateField
from summitkb.records.publication import RecordQuerySet
from summitkb.records.structure import Verbatim
from summitkb.records.words import words_index


class StatementQuerySet(RecordQuerySet):
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
    verbatim = Verbatim("text", where={"kind": StatementKind.QUOTE})

    class Meta(Identified.Meta):
        db_table = "statements"
        ordering = [F("date").desc(nulls_last=True), "id"]
        indexes = [
            words_index("text", "speaker_label", name="statement_words"),
            models.Index(F("date").desc(nulls_last=True), "id", name="statement_in_order"),
            # Without it the other one would be walked for the few statements of an old event.
            models.Index("event", F("date").desc(nulls_last=True), "id", name="statement_of_event"),
            models.Index(fields=["language"], name="statement_language"),
        ]
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
            "dateCreated": self.date and str(self.date),
            "inLanguage": self.text_language,
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


@tracked
class StatementAbout(CountryOrBloc):
    """One row is one country or bloc that one statement is about."""

    owner = models.ForeignKey(
        Statement, models.CASCADE, related_name="about_entries", help_text="The statement."
    )

    class Meta(CountryOrBloc.Meta):
        db_table = "statement_about"
