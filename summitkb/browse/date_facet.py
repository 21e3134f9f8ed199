"""The facet of dates, of which some are known in part."""

from django import forms
from django.db.models import Q
from django.db.models.lookups import GreaterThanOrEqual, LessThanOrEqual

from summitkb.browse.facets import Facet
from summitkb.records.partial_dates import ACCEPTED, Earliest, Latest, PartialDate, with_wholes


class _PartialDates(forms.MultipleChoiceField):
    def valid_value(self, value):
        return _parsed(value) is not None


def _parsed(text) -> PartialDate | None:
    try:
        return PartialDate.parse(text)
    except ValueError:
        return None


class DateFacet(Facet):
    """Years, months and days in their order. A row dated in part is in its month or its year.

    Months are shown of the years that are chosen, or of the only one; days likewise of months.
    """

    field_class = _PartialDates
    ordered = True

    def __init__(self, path: str, label: str = "Date"):
        super().__init__(
            path,
            label=label,
            phrase="dated",
            error_messages={"invalid_choice": f"“%(value)s” is not {ACCEPTED}"},
        )
        self.path = path

    def condition(self, values):
        wanted = Q()
        for value in map(PartialDate.parse, values):
            first = GreaterThanOrEqual(Earliest(self.path), value.earliest)
            wanted |= Q(first) & Q(LessThanOrEqual(Latest(self.path), value.latest))
        return wanted

    def counts(self, queryset):
        return self.gathered(super().counts(queryset))

    def gathered(self, counts):
        return with_wholes(counts.items())

    def matching(self, asked, known):
        spans = [(v.earliest, v.latest) for v in map(PartialDate.parse, asked)]
        for text in known:
            date = PartialDate.parse(text)
            if any(first <= date.earliest and date.latest <= last for first, last in spans):
                yield text

    def shown(self, counts, chosen):
        shown, opened = set(chosen), {""}
        for level in self._levels(counts):
            values = [value for value in level if value.rpartition("-")[0] in opened]
            opened = {v for v in values if len(values) == 1 or any(c.startswith(v) for c in chosen)}
            if len(values) > 1 or not self._parted(values, counts):
                shown.update(values)
        return sorted(shown, key=PartialDate.parse)

    def _levels(self, counts):
        """The years, the months, the days."""
        return [[value for value in counts if value.count("-") == level] for level in range(3)]

    def _parted(self, values, counts) -> bool:
        """Whether what lies below some values says all that they say."""
        return all(
            counts[value] == sum(n for v, n in counts.items() if v.rpartition("-")[0] == value)
            for value in values
        )

    def labels(self, values):
        return {value: PartialDate.parse(value).words for value in values}
