"""Countries, blocs, and which countries belonged to which bloc when."""

from datetime import date

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q, Value

from delegations.queries import holds_on
from delegations.short_names import SHORT_NAMES
from delegations.vocabularies import BlocKind, CountryKind, MembershipStatus
from summitkb.records.constraints import in_order, joined, one_of
from summitkb.records.history import tracked
from summitkb.records.models import Identified, Part, Record
from summitkb.records.names import NameOrder
from summitkb.records.partial_dates import Earliest, PartialDateField
from summitkb.records.publication import RecordQuerySet
from summitkb.records.redirects import MergedStaysMerged
from summitkb.records.triggers import LiesInATree

country_code = RegexValidator(
    r"^([A-Z]{3}|[A-Z]{2}-[A-Z0-9]{1,3})\Z",
    "A country has its ISO 3166-1 alpha-3 code (IRN), an entity inside a state its ISO 3166-2 code "
    "(BA-SRP), anything else a user-assigned code that begins with X.",
)


SENT_SHOWN = 6
"""The newest delegations of a country in a list; its page leads to all of them."""


class CountryQuerySet(RecordQuerySet):
    def for_list(self):
        delegations = self.model.delegations.rel.related_model.objects  # declared after countries
        newest = Earliest("event__starts_on").desc(nulls_last=True)
        sent = delegations.published().select_related("event").order_by(newest, "event", "id")
        return self.select_related("part_of").prefetch_related(
            models.Prefetch("delegations", sent[: SENT_SHOWN + 1], to_attr="sent")
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
        triggers = [*Record.Meta.triggers, MergedStaysMerged(), LiesInATree("part_of_id")]

    @property
    def newest_sent(self) -> list:
        """The delegations that a line of a list has room for."""
        return self.sent[:SENT_SHOWN]

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
