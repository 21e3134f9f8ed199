"""The admin of who came, in the order of work: the event, who came to it, and what they are of."""

from django.contrib import admin
from django.db.models import Q

from delegations.models import Bloc, Country, Delegate, Delegation, Event, Membership, Person
from delegations.short_names import SHORT_NAMES
from summitkb.editing.inlines import CitationInline, PartInline
from summitkb.editing.list_filters import AutocompleteFilter
from summitkb.editing.record_admin import RecordAdmin

EVENT = ("event", AutocompleteFilter)
COUNTRY = ("country", AutocompleteFilter)
BLOC = ("bloc", AutocompleteFilter)
PERSON = ("person", AutocompleteFilter)


def of_short_name(word, path="code") -> Q:
    """The countries that have the word in their short name, by the code that `path` leads to."""
    codes = [code for code, name in SHORT_NAMES.items() if word.casefold() in name.casefold()]
    return Q(**{f"{path}__in": codes})


class DelegateInline(PartInline):
    model = Delegate
    fields = ["person", "position", "role"]


class MembershipInline(PartInline):
    model = Membership
    fields = ["country", "bloc", "status", "since", "until"]


@admin.register(Event)
class EventAdmin(RecordAdmin):
    list_display = ["name", "starts_on", "ends_on", "city", "country", "publication"]
    list_select_related = ["country", "chair"]
    list_filter = [COUNTRY]
    search_fields = ["name", "series", "city", "country__name", "id"]
    id_from = ["name"]
    fieldsets = [
        (None, {"fields": ["name", "id", "series", "edition"]}),
        ("When and where", {"fields": ["starts_on", "ends_on", "city", "country", "venue"]}),
        ("What it was", {"fields": ["chair", "summary"]}),
    ]


@admin.register(Delegation)
class DelegationAdmin(RecordAdmin):
    list_display = ["__str__", "event", "country", "bloc", "status", "publication"]
    list_select_related = ["event", "country", "bloc"]
    list_filter = [EVENT, COUNTRY, BLOC, "status"]
    search_fields = [
        "country__name",
        "country__code",
        "bloc__name",
        "bloc__acronym",
        "event__name",
        "id",
    ]
    id_from = ["event", "country", "bloc"]
    inlines = [DelegateInline, CitationInline]
    fieldsets = [
        (
            None,
            {
                "fields": ["event", "country", "bloc", "status", "note", "id"],
                "description": "From exactly one of country or bloc, once per event.",
            },
        ),
    ]

    def matches(self, word):
        return super().matches(word) | of_short_name(word, "country")


@admin.register(Delegate)
class DelegateAdmin(RecordAdmin):
    list_display = ["person", "delegation", "event", "position", "role", "publication"]
    list_select_related = ["person", "delegation__event", "delegation__country", "delegation__bloc"]
    list_filter = [
        ("delegation__event", AutocompleteFilter),
        ("delegation__country", AutocompleteFilter),
        PERSON,
        "role",
    ]
    search_fields = [
        "key",
        "person__name",
        "person__native_name",
        "person__other_names",
        "position",
        "delegation__country__name",
        "delegation__bloc__name",
    ]
    fieldsets = [(None, {"fields": ["delegation", "person", "position", "role"]})]

    @admin.display(ordering="delegation__event")
    def event(self, delegate):
        return delegate.delegation.event


@admin.register(Person)
class PersonAdmin(RecordAdmin):
    list_display = ["name", "native_name", "last_known_as", "id", "publication"]
    search_fields = ["name", "native_name", "other_names", "wikidata", "id"]
    id_from = ["name"]
    fieldsets = [
        (None, {"fields": ["name", "id"]}),
        ("Other ways to find them", {"fields": ["native_name", "other_names", "wikidata"]}),
    ]

    def get_queryset(self, request):
        return super().get_queryset(request).told_apart()

    @admin.display(description="last known as", ordering="distinction")
    def last_known_as(self, person):
        return person.distinction


@admin.register(Country)
class CountryAdmin(RecordAdmin):
    list_display = ["name", "code", "kind", "part_of", "publication"]
    list_select_related = ["part_of"]
    list_filter = ["kind"]
    search_fields = ["name", "code"]
    inlines = [MembershipInline, CitationInline]
    fieldsets = [(None, {"fields": ["name", "code", "kind", "part_of"]})]

    def matches(self, word):
        return super().matches(word) | of_short_name(word)


@admin.register(Bloc)
class BlocAdmin(RecordAdmin):
    list_display = ["name", "acronym", "kind", "founded_on", "publication"]
    list_filter = ["kind"]
    search_fields = ["name", "acronym", "id"]
    id_from = ["name"]
    inlines = [MembershipInline, CitationInline]
    fieldsets = [
        (None, {"fields": ["name", "acronym", "id", "kind"]}),
        ("More", {"fields": ["founded_on", "website"]}),
    ]


@admin.register(Membership)
class MembershipAdmin(RecordAdmin):
    list_display = ["country", "bloc", "status", "since", "until", "publication"]
    list_select_related = ["country", "bloc"]
    list_filter = [BLOC, COUNTRY, "status"]
    search_fields = ["country__name", "country__code", "bloc__name", "bloc__acronym", "key"]
    fieldsets = [(None, {"fields": ["bloc", "country", "status", "since", "until"]})]

    def matches(self, word):
        return super().matches(word) | of_short_name(word, "country")
