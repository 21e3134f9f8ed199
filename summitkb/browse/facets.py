"""Facets: the values by which a list may be narrowed, each with the number of rows it would leave.

A facet says in `Link`s how a row of the list comes to its values. The filter and the counts are both
made from them, so they cannot disagree. Repeating a parameter means *or*, different ones mean *and*,
and a facet is counted under all the others but itself: choosing one value does not empty its
siblings.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import ClassVar

import django_filters
from django import forms
from django.db.models import Count, Q, TextChoices, Value

from summitkb.browse.links import ByValue, Link, counted_once, united
from summitkb.exchange.tables import Table
from summitkb.records.evidence import (
    Corroboration,
    corroborated,
    counted_by_corroboration,
    paired_with_corroboration,
)


class Facet(ByValue, django_filters.Filter):
    """A filter by a few known values, shown with counts."""

    field_class = forms.MultipleChoiceField
    ordered = False
    """Whether its values have an order of their own; else the most frequent come first."""

    def __init__(self, *links: Link | str, label: str, phrase: str, **kwargs):
        super().__init__(label=label, **kwargs)
        self.links = [Link(link) if isinstance(link, str) else link for link in links]
        self.phrase = phrase

    def filter(self, queryset, values):
        return queryset.filter(self.condition(values)) if values else queryset

    def condition(self, values) -> Q:
        wanted = Q()
        for link in self.links:
            wanted |= link.condition(values)
        return wanted

    def counts(self, queryset) -> Counter:
        """The number of rows per value; a row that comes to a value in two ways counts once."""
        if len(self.links) == 1 and self.links[0].leads_once(queryset):
            return self.links[0].counted(queryset)
        return counted_once(self.pairs(queryset))

    def gathered(self, counts: Counter) -> Counter:
        """The numbers to show, from those of the values that rows themselves have."""
        return counts

    def matching(self, asked, known):
        return [str(getattr(value, "pk", value)) for value in asked]

    def shown(self, counts: Counter, chosen: set) -> list:
        """The values that are shown: those that would leave something, and those chosen."""
        return [value for value, n in counts.items() if n or value in chosen]

    def labels(self, values) -> dict:
        """The words for some values."""
        raise NotImplementedError

    def said(self, label: str) -> str:
        """A label as it is said within a sentence."""
        return label


class VocabularyFacet(Facet):
    """The values of a vocabulary, in its own order."""

    ordered = True

    def __init__(self, *links, choices, **kwargs):
        self.choices = dict(choices.choices)
        accepted = ", ".join(self.choices)
        message = f"“%(value)s” is not known; accepted are {accepted}"
        super().__init__(
            *links,
            choices=choices.choices,
            error_messages={"invalid_choice": message},
            **kwargs,
        )

    def labels(self, values):
        return {value: label for value, label in self.choices.items() if value in values}

    def said(self, label):
        return label.lower()


class ConditionFacet(VocabularyFacet):
    """Values that are conditions on a row. They may overlap."""

    def holding(self, model, values: Iterable[str]) -> Q:
        """The condition that rows of `model` have one of some values."""
        raise NotImplementedError

    def filter(self, queryset, values):
        return queryset.filter(self.holding(queryset.model, values)) if values else queryset

    def counts(self, queryset):
        counted = {
            value: Count("pk", filter=self.holding(queryset.model, [value]))
            for value in self.choices
        }
        return Counter(queryset.order_by().aggregate(**counted))

    def pairs(self, queryset):
        return united(
            queryset.filter(self.holding(queryset.model, [value]))
            .order_by()
            .values_list("pk", Value(value))
            for value in self.choices
        )


class CorroborationFacet(ConditionFacet):
    """How many publishers support a record, and whether any disputes it."""

    def __init__(self):
        super().__init__(choices=Corroboration, label="Corroboration", phrase="with corroboration")

    def holding(self, model, values):
        return corroborated(model, values)

    def counts(self, queryset):
        return Counter(counted_by_corroboration(queryset))

    def pairs(self, queryset):
        return united(paired_with_corroboration(queryset))


class LackingFacet(ConditionFacet):
    """What is not known of a row: for each value its words, and the condition under which it holds."""

    def __init__(self, **lacking: tuple[str, Q]):
        self.conditions = {name: condition for name, (_, condition) in lacking.items()}
        choices = TextChoices(
            "Lacking", {name: (name, words) for name, (words, _) in lacking.items()}
        )
        super().__init__(choices=choices, label="Not reported", phrase="that lack")

    def holding(self, model, values):
        wanted = Q()
        for value in values:
            wanted |= self.conditions[value]
        return wanted


class RecordFacet(Facet):
    """The records of a table that rows refer to, the most frequent first."""

    field_class = forms.ModelMultipleChoiceField

    def __init__(self, *links, model, **kwargs):
        self.target = model  # django-filter sets an attribute `model` of its own
        meta = model._meta
        one = f"{'an' if meta.verbose_name[0] in 'aeiou' else 'a'} {meta.verbose_name}"
        accepted = (
            f"accepted is the {meta.pk.verbose_name} of {one}, as in the list of "
            f"{meta.verbose_name_plural}"
        )
        super().__init__(
            *links,
            queryset=model.objects.published(),
            error_messages={
                "invalid_choice": f"“%(value)s” is not known; {accepted}",
                "invalid_pk_value": f"“%(pk)s” is not known; {accepted}",
            },
            **kwargs,
        )

    def labels(self, values):
        records = self.target.objects.published().in_bulk(list(values))
        return {key: getattr(record, "short_name", str(record)) for key, record in records.items()}


class _KnownTexts(forms.MultipleChoiceField):
    """Texts of which `known(text)` is true. Asked only where the parameter is used."""

    def __init__(self, *, known, **kwargs):
        self.known = known
        super().__init__(**kwargs)

    def valid_value(self, value):
        return self.known(value)


class TextFacet(Facet):
    """Values that are plain text, such as the names of publishers."""

    field_class = _KnownTexts

    def __init__(self, *links, known, accepted, **kwargs):
        message = f"“%(value)s” is not known; accepted is {accepted}"
        super().__init__(*links, known=known, error_messages={"invalid_choice": message}, **kwargs)

    def labels(self, values):
        return {value: value for value in values}


class TableFacet(TextFacet):
    """The tables that rows speak of, by their column `table`, in the order of the package."""

    ordered = True

    def __init__(self, tables: Iterable[Table], **kwargs):
        self.choices = {table.name: table.title for table in tables}
        super().__init__(
            "table",
            known=self.choices.__contains__,
            accepted=f"a table: {', '.join(self.choices)}",
            **kwargs,
        )

    def labels(self, values):
        return {name: title for name, title in self.choices.items() if name in values}

    def said(self, label):
        return label.lower()


@dataclass
class FacetValue:
    """One line of a facet as the page shows it; its address puts it in or takes it out."""

    value: str
    label: str
    count: int
    chosen: bool
    address: str
    at_least: bool = False
    """Whether there may be more, which are not counted."""


@dataclass
class ShownFacet:
    """A facet as the page shows it: the values that leave something, and those chosen.

    Of values without an order it has the most frequent ones; the others have a page of their own.
    """

    most: ClassVar[int] = 40
    shown: ClassVar[int] = 8

    name: str
    label: str
    values: list[FacetValue] = field(default_factory=list)
    more: bool = False

    @property
    def first(self):
        return self.values[: self.shown]

    @property
    def rest(self):
        return self.values[self.shown :]
