"""Dates known only in part: `2025`, `2025-05` or `2025-05-27`. The one place that knows their form.

In the database they are text in the domain `partial_date`, which checks that the form is right and
the day exists, so no table can hold a wrong one. Two SQL functions give the span that such a date
covers; `Earliest` and `Latest` call them. Never compare the texts themselves: `2025` is not before
`2025-05-27`, it contains it.
"""

import calendar
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import total_ordering

from django import forms
from django.core.exceptions import ValidationError
from django.db import models

ACCEPTED = "a date as YYYY, YYYY-MM or YYYY-MM-DD"
_FORM = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?", re.ASCII)


@total_ordering
@dataclass(frozen=True)
class PartialDate:
    """A year, a month of a year, or a day. Ordered by the first day covered, the vaguer first."""

    year: int
    month: int | None = None
    day: int | None = None

    @classmethod
    def parse(cls, text: str) -> "PartialDate":
        """Read ISO 8601 cut to what is known. Raises ValueError with a sentence."""
        form = _FORM.fullmatch(text)
        if not form:
            raise ValueError(f"“{text}” is not {ACCEPTED}")
        value = cls(*(part and int(part) for part in form.groups()))
        try:
            date(*(1 if part is None else part for part in (value.year, value.month, value.day)))
        except ValueError:
            raise ValueError(f"“{text}” is not in the calendar; accepted is {ACCEPTED}") from None
        return value

    def __str__(self):
        return "-".join(
            f"{part:0{width}}"
            for part, width in ((self.year, 4), (self.month, 2), (self.day, 2))
            if part
        )

    def __lt__(self, other):
        if not isinstance(other, PartialDate):
            return NotImplemented
        return (self.year, self.month or 0, self.day or 0) < (
            other.year,
            other.month or 0,
            other.day or 0,
        )

    @property
    def words(self) -> str:
        """28 May 2025, May 2025 or 2025."""
        parts = [self.day, self.month and calendar.month_name[self.month], self.year]
        return " ".join(str(part) for part in parts if part)

    @property
    def precision(self) -> str:
        """`day`, `month` or `year`."""
        return "day" if self.day else "month" if self.month else "year"

    @property
    def earliest(self) -> date:
        """The first day that it may mean."""
        return date(self.year, self.month or 1, self.day or 1)

    @property
    def latest(self) -> date:
        """The last day that it may mean."""
        month = self.month or 12
        return date(self.year, month, self.day or calendar.monthrange(self.year, month)[1])


def with_wholes(counts: Iterable[tuple[str, int]]) -> Counter[str]:
    """How much there is on dates as texts, given once for each, also in their months and years."""
    found = Counter()
    for text, count in counts:
        while text:  # a day, its month, its year
            found[text] += count
            text = text.rpartition("-")[0]
    return found


class PartialDateFormField(forms.CharField):
    """A `PartialDate` or None, as a person types it."""

    def __init__(self, **kwargs):
        super().__init__(**{"empty_value": None, **kwargs})
        self.widget.attrs.update({"size": 10, "placeholder": "YYYY-MM-DD"})

    def to_python(self, value):
        return PartialDateField().to_python(super().to_python(value))


class PartialDateField(models.Field):
    """A `PartialDate` or None, kept in the domain `partial_date`."""

    description = "A date of which the day, or the month and day, may be unknown"

    def db_type(self, connection):
        return "partial_date"

    def get_internal_type(self):
        return "PartialDateField"

    def from_db_value(self, value, expression, connection):
        return value if value is None else PartialDate.parse(value)

    def to_python(self, value):
        if value in self.empty_values or isinstance(value, PartialDate):
            return value or None
        try:
            return PartialDate.parse(str(value).strip())
        except ValueError as error:
            raise ValidationError(f"{error}.", code="invalid") from None

    def get_prep_value(self, value):
        value = self.to_python(super().get_prep_value(value))
        return value and str(value)

    def value_to_string(self, obj):
        return str(self.value_from_object(obj) or "")

    def formfield(self, **kwargs):
        return super().formfield(**{"form_class": PartialDateFormField, **kwargs})


def to_the_day(path: str) -> models.Q:
    """The condition that a date is known to the day."""
    return models.Q(**{f"{path}__regex": r"^\d{4}-\d{2}-\d{2}$"})


class _Bound(models.Func):
    """A bound of the span that a partial date covers, as a date; NULL where it is unknown."""

    arity = 1
    output_field = models.DateField()


class Earliest(_Bound):
    function = "partial_date_earliest"


class Latest(_Bound):
    function = "partial_date_latest"


class DayText(models.Func):
    """A day as YYYY-MM-DD, whatever the session writes for dates."""

    function = "to_char"
    arity = 1
    template = "%(function)s(%(expressions)s, 'YYYY-MM-DD')"
    output_field = models.TextField()


class Precision(models.Func):
    """`day`, `month` or `year`; NULL where the date is unknown."""

    arity = 1
    template = (
        "CASE length(%(expressions)s::text) "
        "WHEN 10 THEN 'day' WHEN 7 THEN 'month' WHEN 4 THEN 'year' END"
    )
    output_field = models.TextField()
