"""How lists of the admin are narrowed: by work queue, by a record that is typed, by year and month.

What each choice would find is counted beside it; in a large base, where that takes long, if asked to.
"""

from collections import Counter
from functools import partial

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.contrib.admin.widgets import AutocompleteSelect
from django.db.models import Count, TextField
from django.db.models.functions import Cast, Left
from django.forms import Media
from django.utils.functional import SimpleLazyObject

from summitkb.editing.form_fields import RecordChoiceField
from summitkb.editing.queues import QueueFilter
from summitkb.editing.values import beginnings, values
from summitkb.exchange.size import is_large
from summitkb.records.models import Record
from summitkb.records.partial_dates import PartialDate, PartialDateField, with_wholes


class AutocompleteFilter(admin.FieldListFilter):
    """By one record that a path of references leads to, found by typing rather than in a long list.

    Its parameter is the path: `?event=moscow-2025`.
    """

    template = "admin/autocomplete_filter.html"

    def __init__(self, field, request, params, model, model_admin, field_path):
        self.site = model_admin.admin_site
        super().__init__(field, request, params, model, model_admin, field_path)
        if self.used_parameters.get(field_path) == [""]:  # the control was cleared
            del self.used_parameters[field_path]

    def expected_parameters(self):
        return [self.field_path]

    def has_output(self):
        return True

    def choices(self, changelist):
        """One choice: the control, and what else of the address it is to keep."""
        chosen = self.used_parameters.get(self.field_path, [""])[-1]
        queryset = self.site.get_model_admin(self.field.related_model).get_queryset(self.request)
        widget = AutocompleteSelect(self.field, self.site, {"id": f"filter-{self.field_path}"})
        choice = RecordChoiceField(queryset, required=False, widget=widget)
        yield {
            "selected": bool(chosen),
            "id": widget.attrs["id"],
            "control": choice.widget.render(self.field_path, chosen),
            "kept": [
                (name, value)
                for name, values in changelist.filter_params.items()
                for value in values
                if name != self.field_path
            ],
            "remove": changelist.get_query_string(remove=[self.field_path]),
        }


class PartialDateFilter(admin.FieldListFilter):
    """By year and then by month: what `date_hierarchy` is for dates of which the day is known.

    A row dated in part is in its year, and in its month where that is known; `2025-05` begins as
    every date within May 2025 does.
    """

    def __init__(self, field, request, params, model, model_admin, field_path):
        self.parameter = f"{field_path}__startswith"
        super().__init__(field, request, params, model, model_admin, field_path)

    def expected_parameters(self):
        return [self.parameter]

    def has_output(self):
        return True

    def choices(self, changelist):
        """All, the years, and the months of the year that is chosen; where they are not counted, also
        those of which there is nothing under the other filters."""
        chosen = self.used_parameters.get(self.parameter, [""])[-1]
        counts = self._counts(changelist) if changelist.add_facets else self._all()
        yield {
            "selected": not chosen,
            "query_string": changelist.get_query_string(remove=[self.parameter]),
            "display": "All",
        }
        for value in sorted(counts):
            if len(value) == 4 or value[:4] == chosen[:4]:
                count = f" ({counts[value]})" if changelist.add_facets else ""
                yield {
                    "selected": value == chosen,
                    "query_string": changelist.get_query_string({self.parameter: value}),
                    "display": f"{PartialDate.parse(value).words}{count}",
                }

    def queryset(self, request, queryset):
        for value in self.used_parameters.get(self.parameter, ()):
            try:
                PartialDate.parse(value)
            except ValueError as error:
                raise IncorrectLookupParameters(error) from None
        return super().queryset(request, queryset)

    def _counts(self, changelist) -> Counter:
        """How many rows there are in which year and month, under all the other filters."""
        rows = changelist.get_queryset(self.request, exclude_parameters=self.expected_parameters())
        month = Left(Cast(self.field_path, TextField()), 7)
        dated = rows.order_by().exclude(**{self.field_path: None}).values_list(month)
        return with_wholes(dated.annotate(Count("pk")))

    def _all(self) -> Counter:
        """Which years and months there are."""
        return with_wholes((value, 1) for value in beginnings(self.field, 7))


class ValuesFilter(admin.AllValuesFieldListFilter):
    """By the values of a column that an index begins with, which Django reads all rows for."""

    def __init__(self, field, *args, **kwargs):
        super().__init__(field, *args, **kwargs)
        self.lookup_choices = SimpleLazyObject(partial(values, field))


class FilteredList(ChangeList):
    def __init__(self, request, *args):
        super().__init__(request, *args)
        if not is_large():
            self.add_facets, self.is_facets_optional = True, False  # one query per filter


class ListFilters:
    """For an admin: its own filters between those that follow from what its model has."""

    def get_changelist(self, request, **kwargs):
        return FilteredList

    def get_list_filter(self, request):
        dates = [f.name for f in self.opts.fields if isinstance(f, PartialDateField)]
        return [
            QueueFilter,
            *self.list_filter,
            *((name, PartialDateFilter) for name in dates[:1]),
            *(["publication"] if issubclass(self.model, Record) else []),
        ]

    @property
    def media(self):
        """With what the autocompletes among the filters need, and after it what gives them names."""
        autocomplete = AutocompleteSelect(None, self.admin_site).media
        named = Media(js=[*autocomplete._js, "js/autocomplete-names.js"])
        return super().media + autocomplete + named
