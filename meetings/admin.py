"""The admin of what happened, in the order of work: meetings with who took part, what was said."""

from django.contrib import admin
from django.core.exceptions import ValidationError

from delegations.admin import EVENT, PERSON, of_short_name
from meetings.models import (
    Agreement,
    AgreementParty,
    Figure,
    Meeting,
    MeetingTopic,
    Participant,
    Statement,
    StatementAbout,
    StatementTopic,
    Topic,
)
from meetings.queues import declare_queues
from meetings.vocabularies import MeetingKind
from summitkb.editing.formsets import PartFormSet, RecordFormSet
from summitkb.editing.inlines import CitationInline, EntryInline, PartInline, RecordInline
from summitkb.editing.list_filters import AutocompleteFilter, ValuesFilter
from summitkb.editing.record_admin import RecordAdmin

COUNTRY_OR_BLOC = ["country", "bloc", "position"]
TOPIC = ("topic_entries__topic", AutocompleteFilter)

declare_queues()


class ParticipantFormSet(PartFormSet):
    def clean(self):
        super().clean()
        if self.instance.kind != MeetingKind.BILATERAL:
            return
        sides = {form.instance.delegation_id for form in self.kept()} - {None}
        if len(sides) != 2:
            raise ValidationError(
                f"A bilateral meeting has exactly two delegations; here are {len(sides)}."
            )


class ParticipantInline(PartInline):
    model = Participant
    formset = ParticipantFormSet
    offered = 2
    fields = ["delegation", "person", "role"]


class StatementFormSet(RecordFormSet):
    id_from = ("event", "speaker", "speaker_label", "text")

    def from_whole(self, record):
        record.event = self.instance.event
        record.date = record.date or self.instance.date
        if record.speaker_id and not record.delegation_id:
            sides = self.instance.participants.filter(person=record.speaker_id)
            record.delegation_id = sides.values_list("delegation", flat=True).first()


class StatementInline(RecordInline):
    model = Statement
    formset = StatementFormSet
    offered = 1
    fields = [
        ("speaker", "speaker_label", "delegation"),
        "text",
        ("kind", "language", "translated", "date"),
    ]
    verbose_name_plural = "What was said"


class MeetingTopicInline(EntryInline):
    model = MeetingTopic
    offered = 1
    fields = ["topic", "position"]
    verbose_name = "topic"


class StatementTopicInline(EntryInline):
    model = StatementTopic
    fields = ["topic", "position"]
    verbose_name = "topic"


class StatementAboutInline(EntryInline):
    model = StatementAbout
    fields = COUNTRY_OR_BLOC
    verbose_name = "country or bloc"
    verbose_name_plural = "About whom"


class AgreementPartyInline(EntryInline):
    model = AgreementParty
    fields = COUNTRY_OR_BLOC
    verbose_name = "party"
    verbose_name_plural = "Parties"


@admin.register(Meeting)
class MeetingAdmin(RecordAdmin):
    list_display = [
        "title",
        "event",
        "kind",
        "date",
        "starts_at",
        "status",
        "access",
        "publication",
    ]
    list_select_related = ["event"]
    list_filter = [EVENT, TOPIC, "kind", "status", "access"]
    search_fields = ["title", "place", "summary", "event__name", "id"]
    id_from = ["event", "title"]
    inlines = [ParticipantInline, StatementInline, MeetingTopicInline, CitationInline]
    remembered = ("event", "kind", "status", "date")
    fieldsets = [
        (None, {"fields": ["event", "kind", "title", "status", "id"]}),
        ("When and where", {"fields": ["date", "starts_at", "place", "access"]}),
        ("What is reported of it", {"fields": ["summary"]}),
    ]


@admin.register(Statement)
class StatementAdmin(RecordAdmin):
    list_display = ["speaker_name", "words", "kind", "status", "date", "meeting", "publication"]
    list_display_links = ["words"]
    list_select_related = [
        "event",
        "speaker",
        "meeting",
        "delegation__event",
        "delegation__country",
        "delegation__bloc",
    ]
    list_filter = [
        EVENT,
        ("speaker", AutocompleteFilter),
        ("delegation__country", AutocompleteFilter),
        TOPIC,
        "kind",
        "status",
        ("language", ValuesFilter),
        "translated",
    ]
    search_fields = [
        "text",
        "speaker_label",
        "speaker__name",
        "speaker__native_name",
        "speaker__other_names",
        "meeting__title",
        "id",
    ]
    id_from = ["event", "speaker", "speaker_label", "text"]
    inlines = [StatementAboutInline, StatementTopicInline, CitationInline]
    fieldsets = [
        ("Where", {"fields": ["event", "meeting"]}),
        (
            "Who",
            {
                "fields": ["speaker", "speaker_label", "delegation"],
                "description": "A person, or for an unnamed speaker the words of the source.",
            },
        ),
        ("What", {"fields": ["kind", "text", "language", "translated", "status", "date", "id"]}),
    ]

    @admin.display(description="speaker", ordering="speaker__name")
    def speaker_name(self, statement):
        return statement.speaker_name

    @admin.display(description="text", ordering="text")
    def words(self, statement):
        return statement.text[:120]


@admin.register(Agreement)
class AgreementAdmin(RecordAdmin):
    list_display = ["title", "status", "as_of", "publication"]
    list_filter = ["status"]
    search_fields = ["title", "summary", "id"]
    id_from = ["title"]
    inlines = [AgreementPartyInline, CitationInline]
    fieldsets = [(None, {"fields": ["title", "id", "status", "as_of", "summary"]})]


@admin.register(Figure)
class FigureAdmin(RecordAdmin):
    list_display = [
        "__str__",
        "event",
        "measure",
        "scope",
        "value",
        "bound",
        "as_of",
        "publication",
    ]
    list_select_related = ["event"]
    list_filter = [EVENT, "measure", "bound"]
    search_fields = ["scope", "note", "event__name", "id"]
    id_from = ["event", "measure", "value"]
    fieldsets = [
        (None, {"fields": ["event", "measure", "scope", "bound", "value", "as_of", "note", "id"]}),
    ]


@admin.register(Participant)
class ParticipantAdmin(RecordAdmin):
    list_display = ["__str__", "delegation", "person", "role", "meeting", "publication"]
    list_select_related = [
        "meeting__event",
        "person",
        "delegation__event",
        "delegation__country",
        "delegation__bloc",
    ]
    list_filter = [
        ("meeting__event", AutocompleteFilter),
        ("delegation__country", AutocompleteFilter),
        PERSON,
        "role",
        "meeting__kind",
    ]
    search_fields = [
        "key",
        "meeting__title",
        "person__name",
        "person__native_name",
        "person__other_names",
        "delegation__country__name",
        "delegation__bloc__name",
    ]
    fieldsets = [(None, {"fields": ["meeting", "delegation", "person", "role"]})]

    def matches(self, word):
        return super().matches(word) | of_short_name(word, "delegation__country")


@admin.register(Topic)
class TopicAdmin(RecordAdmin):
    list_display = ["name", "parent", "id", "publication"]
    list_select_related = ["parent"]
    search_fields = ["name", "id"]
    id_from = ["name"]
    fieldsets = [(None, {"fields": ["name", "id", "parent"]})]
