"""Who: countries, blocs and their members, people, events, and the delegations that came to them.

An event stands here, below meetings, because a delegation is a delegation *to* an event.
"""

from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Value
from django.db.models.functions import NullIf

from delegations.queries import holds_on, member_on
from delegations.short_names import SHORT_NAMES
from delegations.vocabularies import (
    Attendance,
    BlocKind,
    CountryKind,
    DelegateRole,
    MembershipStatus,
)
from summitkb.records.constraints import exactly_one, in_order, joined, one_of
from summitkb.records.history import tracked
from summitkb.records.models import Identified, Part, Record
from summitkb.records.names import NameOrder
from summitkb.records.partial_dates import Earliest, PartialDateField
from summitkb.records.publication import RecordQuerySet

country_code = RegexValidator(
    r"^([A-Z]{3}|[A-Z]{2}-[A-Z0-9]{1,3})\Z",
    "A country has its ISO 3166-1 alpha-3 code (IRN), an entity inside a state its ISO 3166-2 code "
    "(BA-SRP), anything else a user-assigned code that begins with X.",
)
wikidata_item = RegexValidator(r"^Q[1-9][0-9]*\Z", "An item of Wikidata is a Q and a number.")


class CountryQuerySet(RecordQuerySet):
    def for_list(self):
        sent = Delegation.objects.published().select_related("event").order_by("event", "id")
        return self.select_related("part_of").prefetch_related(
            models.Prefetch("delegations", sent, to_attr="sent")
        )


@tracked
class Country(Record):
    """One row is one state, or one entity that was represented like a state."""

    code = models.CharField(
        primary_key=True,
        max_length=6,
        validators=[country_code],
        db_collation="C",
        help_text="ISO 3166-1 alpha-3; for an entity inside a state its ISO 3166-2 code; otherwise "
        "a user-assigned code beginning with X.",
    )
    name = models.CharField(max_length=200, help_text="Name in English.")
    kind = models.CharField(
        max_length=11,
        choices=CountryKind,
        help_text="Whether it is a member of the United Nations, an observer there, or neither.",
    )
    part_of = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="entities",
        help_text="The state that an entity lies in.",
    )

    objects = CountryQuerySet.as_manager()
    schema_type = "Country"

    class Meta(Record.Meta):
        db_table = "countries"
        ordering = [NameOrder("name"), "code"]
        verbose_name_plural = "countries"
        constraints = [
            *Record.Meta.constraints,
            models.CheckConstraint(
                condition=Q(code__regex=country_code.regex.pattern.replace(r"\Z", "$")),
                name="country_code_form",
                violation_error_message=country_code.message,
            ),
            one_of("kind", CountryKind, name="country_kind_known"),
        ]

    @property
    def short_name(self) -> str:
        """As in running text and pictures: Iran, DPR Korea."""
        return SHORT_NAMES.get(self.code, self.name)


@tracked
class Bloc(Identified):
    """One row is one organisation, alliance or grouping of states."""

    acronym = models.CharField(max_length=20, blank=True, help_text="Usual abbreviation.")
    name = models.CharField(max_length=200, help_text="Full name in English.")
    kind = models.CharField(
        max_length=12,
        choices=BlocKind,
        help_text="Organisation (has organs of its own), alliance (bound to defend), or grouping.",
    )
    founded_on = PartialDateField(null=True, blank=True, help_text="When it was founded.")
    website = models.URLField(max_length=500, blank=True, help_text="Its own address.")

    schema_type = "Organization"

    class Meta(Identified.Meta):
        db_table = "blocs"
        ordering = [NameOrder("name"), "id"]
        constraints = [
            *Identified.Meta.constraints,
            one_of("kind", BlocKind, name="bloc_kind_known"),
        ]

    @property
    def short_name(self) -> str:
        return self.acronym or self.name


class MembershipQuerySet(RecordQuerySet):
    def on(self, day: date):
        """Those that hold on a day."""
        return self.filter(holds_on(Value(day, models.DateField())))

    def full(self):
        return self.filter(status=MembershipStatus.MEMBER)

    def for_list(self):
        return self.select_related("bloc", "country")


@tracked
class Membership(Part):
    """One row is one country's time as member, observer or partner of one bloc."""

    key = models.GeneratedField(
        expression=joined("bloc", "country", "status"),
        output_field=models.TextField(db_collation="C"),
        db_persist=True,
        help_text="Bloc, country and status, joined by +.",
    )
    bloc = models.ForeignKey(
        Bloc, models.PROTECT, related_name="memberships", help_text="The bloc."
    )
    country = models.ForeignKey(
        Country, models.PROTECT, related_name="memberships", help_text="The country."
    )
    status = models.CharField(
        max_length=8, choices=MembershipStatus, help_text="In which way it belongs to the bloc."
    )
    since = PartialDateField(null=True, blank=True, help_text="The first day it held.")
    until = PartialDateField(
        null=True, blank=True, help_text="The first day it held no longer; empty while it holds."
    )

    objects = MembershipQuerySet.as_manager()
    label_fields = ()

    class Meta(Part.Meta):
        db_table = "memberships"
        ordering = ["bloc", "country", "status"]
        indexes = [models.Index(fields=["key"], name="membership_key")]
        constraints = [
            *Part.Meta.constraints,
            models.UniqueConstraint(
                fields=["bloc", "country", "status"],
                name="membership_once",
                violation_error_message="This country is already recorded with this status in "
                "this bloc.",
            ),
            one_of("status", MembershipStatus, name="membership_status_known"),
            in_order(
                "since",
                "until",
                name="membership_since_before_until",
                message="A membership does not end before it begins.",
            ),
        ]

    def __str__(self):
        return f"{self.country.short_name}, {self.get_status_display().lower()} of {self.bloc}"


class PersonQuerySet(RecordQuerySet):
    def for_list(self):
        return self.prefetch_related(
            models.Prefetch(
                "delegacies", Delegate.objects.published().for_list(), to_attr="sent_as"
            )
        )


@tracked
class Person(Identified):
    """One row is one person, under the name most used in English."""

    name = models.CharField(max_length=200, help_text="Name most used in English.")
    native_name = models.CharField(
        max_length=200, blank=True, help_text="Name in the person's own script."
    )
    other_names = ArrayField(
        models.CharField(max_length=200),
        default=list,
        blank=True,
        help_text="Other spellings and transliterations.",
    )
    wikidata = models.CharField(
        max_length=20, blank=True, validators=[wikidata_item], help_text="Item of Wikidata."
    )

    objects = PersonQuerySet.as_manager()
    schema_type = "Person"

    class Meta(Identified.Meta):
        db_table = "people"
        ordering = [NameOrder("name"), "id"]
        verbose_name_plural = "people"


class EventQuerySet(RecordQuerySet):
    def for_list(self):
        return self.select_related("country", "chair")


@tracked
class Event(Identified):
    """One row is one gathering."""

    series = models.CharField(max_length=300, blank=True, help_text="The series it belongs to.")
    edition = models.CharField(max_length=20, blank=True, help_text="Its number in the series.")
    name = models.CharField(max_length=300, help_text="Full name in English.")
    starts_on = PartialDateField(null=True, blank=True, help_text="First day.")
    ends_on = PartialDateField(null=True, blank=True, help_text="Last day.")
    city = models.CharField(max_length=200, blank=True, help_text="City.")
    country = models.ForeignKey(
        Country,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="events_hosted",
        help_text="Where it took place.",
    )
    venue = models.CharField(max_length=300, blank=True, help_text="Building or site.")
    chair = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="events_chaired",
        help_text="Who chaired it.",
    )
    summary = models.TextField(blank=True, help_text="What it was, in a few sentences of ours.")

    objects = EventQuerySet.as_manager()
    schema_type = "Event"

    class Meta(Identified.Meta):
        db_table = "events"
        ordering = [F("starts_on").desc(nulls_last=True), "id"]
        constraints = [
            *Identified.Meta.constraints,
            in_order(
                "starts_on",
                "ends_on",
                name="event_starts_before_end",
                message="An event does not end before it begins.",
            ),
        ]

    def schema_org(self):
        days = {"startDate": self.starts_on, "endDate": self.ends_on}
        place = ", ".join(filter(None, (self.venue, self.city, self.country and self.country.name)))
        return super().schema_org() | {
            **{name: str(day) for name, day in days.items() if day},
            **({"location": {"@type": "Place", "name": place}} if place else {}),
        }

    @property
    def short_name(self) -> str:
        """Place and year, as in crumbs: Moscow 2025."""
        if self.city and self.starts_on:
            return f"{self.city} {self.starts_on.year}"
        return self.name


class DelegationQuerySet(RecordQuerySet):
    def of_bloc(self, blocs):
        """Those of countries that were members on the first day of the event, and the bloc's own.

        Where the first day of an event is not known, whoever was ever a member counts.
        """
        members = Membership.objects.filter(
            member_on(OuterRef("first_day")), bloc__in=blocs, country=OuterRef("country")
        )
        return self.alias(first_day=Earliest("event__starts_on")).filter(
            Q(bloc__in=blocs) | Exists(members)
        )

    def for_list(self):
        return self.select_related("event", "country", "bloc").prefetch_related(
            models.Prefetch(
                "delegates",
                Delegate.objects.published().select_related("person"),
                to_attr="people_sent",
            )
        )


@tracked
class Delegation(Identified):
    """One row is what one country or one bloc sent, or was to send, to one event."""

    event = models.ForeignKey(
        Event, models.PROTECT, related_name="delegations", help_text="The gathering."
    )
    country = models.ForeignKey(
        Country,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="delegations",
        help_text="The country it comes from; empty for the delegation of a bloc.",
    )
    bloc = models.ForeignKey(
        Bloc,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="delegations",
        help_text="The bloc it comes from; empty for the delegation of a country.",
    )
    status = models.CharField(
        max_length=9, choices=Attendance, help_text="Whether it came, as far as sources say."
    )
    note = models.TextField(blank=True, help_text="What else is to be said of it, in our words.")

    objects = DelegationQuerySet.as_manager()
    label_fields = ("country__name", "bloc__name")

    class Meta(Identified.Meta):
        db_table = "delegations"
        ordering = ["event", NameOrder("country__name"), NameOrder("bloc__name"), "id"]
        constraints = [
            *Identified.Meta.constraints,
            exactly_one(
                "country",
                "bloc",
                name="delegation_of_country_or_bloc",
                message="A delegation comes from exactly one of country or bloc.",
            ),
            models.UniqueConstraint(
                fields=["event", "country"],
                condition=Q(country__isnull=False),
                name="delegation_of_country_once",
                violation_error_message="This country already has a delegation to this event.",
            ),
            models.UniqueConstraint(
                fields=["event", "bloc"],
                condition=Q(bloc__isnull=False),
                name="delegation_of_bloc_once",
                violation_error_message="This bloc already has a delegation to this event.",
            ),
            one_of("status", Attendance, name="delegation_status_known"),
        ]

    @property
    def sender(self) -> Country | Bloc:
        """The country or the bloc that it comes from."""
        return self.country or self.bloc

    @property
    def short_name(self) -> str:
        return self.sender.short_name


class DelegateQuerySet(RecordQuerySet):
    def for_list(self):
        return self.select_related(
            "person", "delegation__event", "delegation__country", "delegation__bloc"
        )


@tracked
class Delegate(Part):
    """One row is one person on one delegation."""

    key = models.GeneratedField(
        expression=joined("delegation", "person"),
        output_field=models.TextField(db_collation="C"),
        db_persist=True,
        help_text="Delegation and person, joined by +.",
    )
    delegation = models.ForeignKey(
        Delegation, models.CASCADE, related_name="delegates", help_text="The delegation."
    )
    person = models.ForeignKey(
        Person, models.PROTECT, related_name="delegacies", help_text="The person."
    )
    position = models.CharField(
        max_length=300, blank=True, help_text="The title held at the time of the event."
    )
    role = models.CharField(
        max_length=6,
        choices=DelegateRole,
        blank=True,
        help_text="Head or member; empty where no source says.",
    )

    objects = DelegateQuerySet.as_manager()
    label_fields = ()

    class Meta(Part.Meta):
        db_table = "delegates"
        ordering = ["delegation", NullIf("role", Value("")).asc(nulls_last=True), "person"]
        indexes = [models.Index(fields=["key"], name="delegate_key")]
        constraints = [
            *Part.Meta.constraints,
            models.UniqueConstraint(
                fields=["delegation", "person"],
                name="delegate_once",
                violation_error_message="This person is already on this delegation.",
            ),
            one_of("role", DelegateRole, name="delegate_role_known", blank=True),
        ]

    def __str__(self):
        return f"{self.person}, {self.delegation.short_name}"
