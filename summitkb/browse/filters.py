"""The filter form of a list. Names and meanings are the same on every list (README, 'Filters')."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import django_filters
from django import forms
from django.core.exceptions import BadRequest
from django.db.models import (
    Case,
    DateField,
    Exists,
    Expression,
    IntegerField,
    OrderBy,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.http import QueryDict

from summitkb.browse.counting import ByBitmaps, BySql, counting
from summitkb.browse.date_facet import DateFacet
from summitkb.browse.facets import (
    CorroborationFacet,
    Facet,
    FacetValue,
    RecordFacet,
    ShownFacet,
    TextFacet,
    VocabularyFacet,
)
from summitkb.browse.links import ByValue, Link, iso
from summitkb.records.evidence import dated_reports, first_reported
from summitkb.records.models import Citation, Source
from summitkb.records.partial_dates import (
    ACCEPTED,
    Earliest,
    Latest,
    PartialDate,
    PartialDateFormField,
)
from summitkb.records.structure import key_field
from summitkb.records.vocabularies import SourceKind, Stance
from summitkb.records.words import holding


class BadParameters(BadRequest):
    """Raised for an address that asks for what does not exist; `problems` are sentences by name."""

    def __init__(self, problems: dict[str, list[str]]):
        super().__init__(problems)
        self.problems = problems


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


_OF_CITATIONS = {
    "corroboration": "source__publisher",
    "source": "source",
    "source-kind": "source__kind",
    "publisher": "source__publisher",
}
"""Facets of what is cited for a row, with the path from a citation to their value."""


@dataclass
class Condition:
    """One filter that is on: its words, and the address of the list without it."""

    phrase: str
    value: str
    without: str
    again: bool


class RecordFilter(django_filters.FilterSet):
    """The base of all. A subclass adds facets, and `dated` and `words` where rows have such.

    An attribute `from_` is the parameter `from`, `reported_by` is `reported-by`.
    """

    source = RecordFacet(model=Source, label="Source", phrase="reported by the source")
    source_kind = VocabularyFacet(
        choices=SourceKind, label="Kind of source", phrase="reported by sources that are"
    )
    publisher = publisher_facet()
    reported_by = ReportedByFilter()
    corroboration = CorroborationFacet()
    page = PageFilter()

    shown_facets: tuple[str, ...] = ()
    """The facets beside the list; those of the evidence come after them."""
    evidence_facets: tuple[str, ...] = ("corroboration", "source-kind")

    @classmethod
    def get_filters(cls):
        named = super().get_filters()
        return {name.rstrip("_").replace("_", "-"): part for name, part in named.items()}

    def __init__(self, data=None, queryset=None, **kwargs):
        super().__init__(data if data is not None else QueryDict(), queryset, **kwargs)
        table, key = queryset.model._meta.db_table, key_field(queryset.model).name
        rows = Citation.objects.from_published_sources().filter(table=table)
        for name, path in _OF_CITATIONS.items():
            if name in self.filters and not self.filters[name].links:
                self.filters[name].links = [Link(path, rows, owner="record", key=key)]
        self.reports = Link(
            iso(Latest("source__published_on")),
            rows.filter(stance=Stance.SUPPORTS, source__published_on__isnull=False),
            owner="record",
            key=key,
        )
        if "reported-by" in self.filters and not self.filters["reported-by"].links:
            self.filters["reported-by"].links = [self.reports]

    def get_form_class(self):
        """With the fields that are asked for, and those that every list has an answer to."""
        names = [name for name in self.filters if name in self.data or name in ("page", "sort")]
        return type("Asked", (forms.Form,), {name: self.filters[name].field for name in names})

    @property
    def qs(self):
        """The rows that are asked for. Raises BadParameters for what does not exist."""
        problems = dict(self._misused())
        problems |= {
            name: [str(error) for error in errors]
            for name, errors in ({} if problems else self.form.errors).items()
        }
        if problems:
            raise BadParameters(problems)
        return super().qs

    def _misused(self) -> Iterator[tuple[str, list[str]]]:
        """Parameters that are wrong whatever their value means."""
        for name, values in self.data.lists():
            if name not in self.filters:
                known = ", ".join(self.filters)
                yield name, [f"This list has no filter of that name; it has {known}."]
            elif any("\x00" in value for value in values):
                yield name, ["It holds a NUL character; accepted is printable text."]
            elif len(values) > 1 and not isinstance(self.filters[name], Facet):
                yield name, ["It is given more than once; accepted is one value."]

    def links_of_order(self, name) -> list[Link]:
        """How rows come to what they are ordered by."""
        if name == FIRST_REPORTED:
            return [self.reports]
        expressions = self.filters["sort"].expressions(name, self.queryset.model)
        return [Link(_unordered(expression)) for expression in expressions]

    @property
    def sorted_by(self) -> str:
        return self.form.cleaned_data["sort"] or next(iter(self.filters["sort"].orders))

    @cached_property
    def counting(self) -> BySql | ByBitmaps:
        """How its rows are counted; to be asked for when the values are known to be good."""
        return counting(self)

    def facets(self) -> Iterator[ShownFacet]:
        """Each facet with the values that would leave something, counted under all the others."""
        for name in (*self.shown_facets, *self.evidence_facets):
            most = None if self.filters[name].ordered else ShownFacet.most
            if values := self.values_of(name, most):
                more = most is not None and len(values) >= most
                yield ShownFacet(name, self.filters[name].label, values, more)

    def values_of(self, name: str, most: int | None = None) -> list[FacetValue]:
        """The values of one facet that would leave something, or the `most` frequent of them, and those
        that are chosen."""
        facet, chosen = self.filters[name], set(self.data.getlist(name))
        counts = self.counting.counts(name, most, chosen)
        labels = facet.labels(facet.shown(counts, chosen))
        values = [
            FacetValue(label, counts[v], v in chosen, self._toggled(name, v))
            for v, label in labels.items()
        ]
        if not facet.ordered:
            values.sort(key=lambda v: (-v.count, v.label, v.address))
        return values

    def typed(self) -> list[tuple[str, str, str]]:
        """Name, label and value of the parameters that are typed, for the form beside the list."""
        names = [name for name in ("q", "from", "to") if name in self.filters]
        if "reported-by" in self.filters and self.evidence_facets:
            names.append("reported-by")
        return [(name, self.filters[name].label, self.data.get(name, "")) for name in names]

    def _toggled(self, name, value) -> str:
        """The query of the same list with one value of a parameter put in or taken out."""
        data = self.data.copy()
        values = data.getlist(name)
        others = [other for other in values if other != value]
        data.setlist(name, others if value in values else [*values, value])
        data.pop("page", None)
        return data.urlencode()

    def conditions(self) -> Iterator[Condition]:
        """What is on, in words, in the order of the filters."""
        for name, part in self.filters.items():
            if name in ("sort", "page"):
                continue
            values = [value for value in self.data.getlist(name) if value.strip()]
            labels = part.labels(values) if isinstance(part, Facet) and values else {}
            for place, value in enumerate(values):
                phrase = getattr(part, "phrase", part.label.lower())
                without = self._toggled(name, value)
                words = labels.get(value, value)
                words = part.said(words) if hasattr(part, "said") else words
                yield Condition(phrase, words, without, bool(place))


def _unordered(expression) -> str | Expression:
    """What is ordered by, without the direction."""
    if isinstance(expression, str):
        return expression.removeprefix("-")
    return expression.expression if isinstance(expression, OrderBy) else expression


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
