"""People, events, and the delegations that came to them.

An event stands here, below meetings, because a delegation is a delegation *to* an event.
"""

from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import NullIf

from delegations.models.countries import Bloc, Country
from delegations.vocabularies import Attendance, DelegateRole
from summitkb.records.constraints import exactly_one, in_order, joined, one_of
from summitkb.records.history import tracked
from summitkb.records.models import Identified, Part
from summitkb.records.names import NameOrder
from summitkb.records.partial_dates import PartialDateField
from summitkb.records.publication import RecordQuerySet
from summitkb.records.words import words_index

wikidata_item = RegexValidator(r"^Q[1-9][0-9]*\Z", "An item of Wikidata is a Q and a number.")


class PersonQuerySet(RecordQuerySet):
    def for_list(self):
        return self.prefetch_related(
            models.Prefetch(
                "delegacies", Delegate.objects.published().for_list(), to_attr="sent_as"
            )
        )

    def told_apart(self):
        """`distinction`: the post held last and for whom, by which an editor tells namesakes apart."""
        sent = Delegate.objects.filter(person=models.OuterRef("pk"))
        last = sent.order_by(F("delegation__event__starts_on").desc(nulls_last=True), "pk")
        names = NullIf("position", Value("")), "delegation__country__name", "delegation__bloc__name"
        words = models.Func(Value(", "), *names, function="concat_ws")
        words.output_field = models.TextField()
        return self.annotate(distinction=models.Subquery(last.values(words=words)[:1]))


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
    name_fields, other_names_field = ("name", "native_name"), "other_names"

    class Meta(Identified.Meta):
        db_table = "people"
        ordering = [NameOrder("name"), "id"]
        indexes = [words_index("name", "native_name", arrays=["other_names"], name="person_words")]
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
        # What is ordered by its event first, is from here on sorted event by event.
        indexes = [models.Index(F("starts_on").desc(nulls_last=True), "id", name="event_in_order")]
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
        place = ", ".join(filter(None, (self.venue, self.city, self.country and self.country.name)))
        return super().schema_org() | {
            "startDate": self.starts_on and str(self.starts_on),
            "endDate": self.ends_on and str(self.ends_on),
            "location": place and {"@type": "Place", "name": place},
        }

    @property
    def short_name(self) -> str:
        """Place and year, as in crumbs: Moscow 2025."""
        if self.city and self.starts_on:
            return f"{self.city} {self.starts_on.year}"
        return self.name


class DelegationQuerySet(RecordQuerySet):
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
    schema_type = "Organization"

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

    def schema_org(self):
        name = f"Delegation of {self.sender.name} to {self.event.short_name}"
        return super().schema_org() | {"name": name}

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
        indexes = [
            models.Index(fields=["key"], name="delegate_key"),
            words_index("position", name="delegate_words"),
        ]
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
