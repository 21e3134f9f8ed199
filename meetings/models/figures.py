"""Numbers that sources report of an event, as intervals."""

from math import inf

from django.db import models
from django.db.models import Q

from delegations.models import Event
from meetings.vocabularies import Bound, Measure
from summitkb.records.constraints import one_of
from summitkb.records.history import tracked
from summitkb.records.models import Identified
from summitkb.records.partial_dates import PartialDateField
from summitkb.records.publication import RecordQuerySet

ABOUT = 0.05
"""How far `about` reaches to either side, as a share of the value."""


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
