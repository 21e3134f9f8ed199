"""The page of the search: all records that a query finds, in one ranked list."""

from summitkb.browse.search.filters import SearchFilter
from summitkb.browse.search.found import MOST
from summitkb.browse.search.hits import hits_of
from summitkb.browse.search.suggestions import suggestion
from summitkb.browse.views import FilteredList
from summitkb.records.evidence import Apparatus
from summitkb.records.models import Record, SearchEntry


class Search(FilteredList):
    filterset_class = SearchFilter
    template_name = "browse/search.html"
    rows_template = "browse/hit_rows.html"
    paginate_by = 20

    @classmethod
    def all_rows(cls):
        return SearchEntry.objects.all()

    def paginate_queryset(self, queryset, page_size):
        paginator, page, entries, several = super().paginate_queryset(queryset, page_size)
        return paginator, page, hits_of(entries, self.filterset.asked), several

    def apparatus(self, hits):
        return Apparatus(hit.record for hit in hits if isinstance(hit.record, Record))

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        typed = self.request.GET.get("q", "")
        asked = self.filterset.asked
        if asked and not context["count"]:
            if asked.asks_for_nothing:
                return context | {"typed": typed, "too_common": True}
            context["suggestion"] = suggestion(typed, asked)
        more = self.filterset.more
        return context | {"typed": typed, "asked": asked, "more": more, "most": MOST}
