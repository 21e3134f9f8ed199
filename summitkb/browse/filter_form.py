"""The filter form of a list: what is asked, what of it is on, and the facets beside the list."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode

import django_filters
from django import forms
from django.core.exceptions import BadRequest
from django.db.models import (
    Expression,
    OrderBy,
)
from django.http import QueryDict

from summitkb.browse.counting import ByBitmaps, BySql, counting
from summitkb.browse.facets import (
    CorroborationFacet,
    Facet,
    FacetValue,
    RecordFacet,
    ShownFacet,
    VocabularyFacet,
)
from summitkb.browse.filters import FIRST_REPORTED, PageFilter, ReportedByFilter, publisher_facet
from summitkb.browse.links import Link, iso
from summitkb.records.characters import is_printed
from summitkb.records.models import Citation, Source
from summitkb.records.partial_dates import (
    Latest,
)
from summitkb.records.structure import key_field
from summitkb.records.vocabularies import SourceKind, Stance


class BadParameters(BadRequest):
    """Raised for an address that asks for what does not exist; `problems` are sentences by name."""

    def __init__(self, problems: dict[str, list[str]]):
        super().__init__(problems)
        self.problems = problems


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
            elif not all(map(is_printed, values)):  # a database takes no NUL, a feed none of them
                yield name, ["It holds a control character; accepted is printable text."]
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
        """Each facet with the values that would leave something, counted under all the others; or with
        none, where they have a page of their own for taking long."""
        for name in (*self.shown_facets, *self.evidence_facets):
            label = self.filters[name].label
            if self.counting.one_by_one:
                yield ShownFacet(name, label, more=True)
                continue
            most = None if self.filters[name].ordered else ShownFacet.most
            if values := self.values_of(name, most):
                more = most is not None and len(values) >= most
                yield ShownFacet(name, label, values, more)

    def values_of(self, name: str, most: int | None = None) -> list[FacetValue]:
        """The values of one facet that would leave something, or the `most` frequent of them, and those
        that are chosen."""
        facet, chosen = self.filters[name], set(self.data.getlist(name))
        counts = self.counting.counts(name, most, chosen)
        labels = facet.labels(facet.shown(counts, chosen))
        values = [
            FacetValue(v, label, counts[v], v in chosen, self._toggled(name, v))
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
        asked = {name: values for name, values in self.data.lists() if name != "page"}
        values = asked.get(name, [])
        others = [other for other in values if other != value]
        asked[name] = others if value in values else [*values, value]
        return urlencode(asked, doseq=True)

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
