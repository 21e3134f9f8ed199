"""The filters of lists. Names and meanings are the same on every list (README, 'Filters')."""

from datetime import date

import django_filters
from django import forms
from django.db.models import (
    Case,
    DateField,
    Exists,
    Expression,
    IntegerField,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from summitkb.browse.date_facet import DateFacet
from summitkb.browse.facets import (
    TextFacet,
)
from summitkb.browse.links import ByValue, Link, iso
from summitkb.records.evidence import dated_reports, first_reported
from summitkb.records.models import Source
from summitkb.records.partial_dates import (
    ACCEPTED,
    Earliest,
    Latest,
    PartialDate,
    PartialDateFormField,
)
from summitkb.records.words import holding


class DateFilter(ByValue, django_filters.Filter):
    """Rows of which a day, an expression, lies on or after a date that may be known in part (`from`),
    or on or before it (`to`)."""

    field_class = PartialDateFormField

    def __init__(self, day: Expression, *, bound: str):
        super().__init__(label=bound.capitalize(), help_text=f"Accepted is {ACCEPTED}.")
        self.day, self.bound = day, bound
        self.links = [Link(iso(day))]

    def filter(self, queryset, value):
        if not value:
            return queryset
        queryset = queryset.alias(_day=self.day)
        if self.bound == "from":
            return queryset.filter(_day__gte=value.earliest)
        return queryset.filter(_day__lte=value.latest)

    def matching(self, asked, known):
        if self.bound == "from":
            return (day for day in known if day >= f"{asked.earliest}")
        return (day for day in known if day <= f"{asked.latest}")

    def said(self, value: str) -> str:
        return _bound_said(value, "beginning" if self.bound == "from" else "end")


def _bound_said(value: str, which: str) -> str:
    """A date that bounds a span, with the end of it that is meant where it is known in part."""
    date = PartialDate.parse(value)
    return date.words if date.day else f"the {which} of {date.words}"


class ReportedByFilter(ByValue, django_filters.Filter):
    """Rows that some source had reported by a day: what could be read then.

    A source dated in part counts from the last day that its date may mean; an undated one never.
    """

    field_class = PartialDateFormField

    def __init__(self, path: str = ""):
        super().__init__(label="Reported by", help_text=f"Accepted is {ACCEPTED}.")
        self.path = path
        self.links = [Link(iso(Latest(path)))] if path else []

    def matching(self, asked, known):
        return (day for day in known if day <= f"{asked.latest}")

    def filter(self, queryset, value):
        if not value:
            return queryset
        if self.path:
            return queryset.alias(_out=Latest(self.path)).filter(_out__lte=value.latest)
        reports = dated_reports(queryset.model).alias(out=Latest("source__published_on"))
        return queryset.filter(Exists(reports.filter(out__lte=value.latest)))

    def said(self, value: str) -> str:
        return _bound_said(value, "end")


def publisher_facet(*links) -> TextFacet:
    return TextFacet(
        *links,
        known=lambda name: Source.objects.published().filter(publisher=name).exists(),
        accepted="the name of a publisher as in the list of sources",
        label="Publisher",
        phrase="reported by",
    )


class WordsFilter(django_filters.CharFilter):
    """Rows in which every word stands somewhere, whatever its case and accents."""

    def __init__(self, *paths: str):
        super().__init__(label="Words", max_length=200)
        self.paths = paths

    def filter(self, queryset, value):
        for word in (value or "").split():
            queryset = queryset.filter(holding(queryset.model, self.paths, word))
        return queryset


class PageFilter(django_filters.Filter):
    """The number of the page. The view cuts the rows; here the parameter only has to be known."""

    field_class = forms.IntegerField

    def __init__(self):
        accepted = "Accepted is the number of a page, from 1."
        messages = dict.fromkeys(("invalid", "min_value", "max_value"), accepted)
        super().__init__(label="Page", min_value=1, max_value=10**6, error_messages=messages)

    def filter(self, queryset, value):
        return queryset


FIRST_REPORTED = "first-reported"


class SortFilter(django_filters.ChoiceFilter):
    """The order of the rows; without it, the first of `orders`. The key makes each order total.

    Rows that are `cited` can stand in the order in which they were first reported.
    """

    def __init__(self, *, cited=True, **orders: tuple):
        self.orders = orders | ({FIRST_REPORTED: ()} if cited else {})
        orders = self.orders
        message = f"“%(value)s” is not known; accepted are {', '.join(orders)}"
        super().__init__(
            label="Sorted by",
            choices=[(name, name.replace("-", " ")) for name in orders],
            error_messages={"invalid_choice": message},
        )

    def filter(self, queryset, value):
        name = value or next(iter(self.orders))
        return queryset.order_by(*self.expressions(name, queryset.model), "pk")

    def expressions(self, name, model) -> tuple:
        """What rows are ordered by, before their key."""
        if name == FIRST_REPORTED:
            return (first_reported(model).asc(nulls_last=True),)
        return self.orders[name]


def dated(first: str, last: str | None = None, *, endless=False) -> dict[str, DateFilter]:
    """The filters of a list whose rows have a date, or a first and a last one.

    A row without a last date ends with its first one, or not at all where rows are `endless`.
    """
    end = Value(date.max, DateField()) if endless else Latest(first)
    return {
        "from_": DateFilter(Coalesce(Latest(last or first), end), bound="from"),
        "to": DateFilter(Earliest(first), bound="to"),
        "date": DateFacet(first),
    }


def newest(path: str) -> tuple:
    """The order by date, the latest first, rows without one last."""
    return (Earliest(path).desc(nulls_last=True),)


def oldest(path: str) -> tuple:
    """The order by date, the earliest first, rows without one last."""
    return (Earliest(path).asc(nulls_last=True),)


def vocabulary_order(path: str, choices) -> Case:
    """The order of a vocabulary as it is declared."""
    places = [When(**{path: value}, then=place) for place, value in enumerate(choices.values)]
    return Case(*places, output_field=IntegerField())
