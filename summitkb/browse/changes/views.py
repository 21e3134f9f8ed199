"""The page of all changes by day, and the page of one record's history."""

from datetime import UTC, datetime, time

import django_filters
from django.db.models.functions import TruncDate

from summitkb.browse.changes.shown import shown
from summitkb.browse.facets import TableFacet, VocabularyFacet
from summitkb.browse.filter_form import RecordFilter
from summitkb.browse.filters import DateFilter, SortFilter
from summitkb.browse.views import FilteredList, RecordDetail
from summitkb.exchange.record_tables import CITATIONS
from summitkb.exchange.tables import tables
from summitkb.records.changes import Change, ChangeKind


class KeyFilter(django_filters.CharFilter):
    """Rows of the record with a key. A record that is gone has changes too, so any key will do."""

    def __init__(self):
        super().__init__(field_name="record", label="Record", max_length=400)


class DayFilter(DateFilter):
    """Rows of the days (UTC) from a date on, or up to it, which an index finds."""

    def __init__(self, *, bound):
        super().__init__(TruncDate("at"), bound=bound)

    def filter(self, queryset, value):
        if not value:
            return queryset
        if self.bound == "from":
            return queryset.filter(at__gte=datetime.combine(value.earliest, time.min, UTC))
        return queryset.filter(at__lte=datetime.combine(value.latest, time.max, UTC))


class ChangeFilter(RecordFilter):
    source = source_kind = publisher = reported_by = corroboration = None
    table = TableFacet(
        [table for table in tables() if table is not CITATIONS], label="Of", phrase="of"
    )
    kind = VocabularyFacet("kind", choices=ChangeKind, label="What happened", phrase="that were")
    record = KeyFilter()
    from_ = DayFilter(bound="from")
    to = DayFilter(bound="to")
    sort = SortFilter(
        cited=False, newest=("-at", "table", "record"), oldest=("at", "table", "record")
    )
    shown_facets = ("kind", "table")
    evidence_facets = ()


class ChangeList(FilteredList):
    filterset_class = ChangeFilter
    template_name = "browse/changes.html"
    rows_template = "browse/change_rows.html"
    cited = False

    @classmethod
    def all_rows(cls):
        return Change.objects.all()

    @classmethod
    def prepared(cls, rows):
        return shown(rows)


class RecordHistory(RecordDetail):
    """What has become of one record since it was first published here; the newest first."""

    template_name = "browse/history.html"

    def beside(self, record):
        changes = Change.objects.filter(table=self.table.name, record=record.record_key)
        return {"changes": shown(list(changes.order_by("-at")))}
