"""How a table is looked at: its list, the same rows as CSV, and the page of one record.

A view of a table names its declaration, its filter form and its templates, and little else:

    class MeetingList(RecordList):
        table = MEETINGS
        filterset_class = MeetingFilter
        rows_template = "meetings/meeting_rows.html"
"""

from functools import cached_property

from django.contrib.postgres.expressions import ArraySubquery
from django.core.paginator import EmptyPage
from django.db.models import OuterRef, QuerySet
from django.http import (
    Http404,
    HttpResponse,
    HttpResponsePermanentRedirect,
    JsonResponse,
    QueryDict,
)
from django.shortcuts import render
from django.urls import reverse
from django.views.generic import DetailView, ListView, View

from summitkb.browse.excerpts import Excerpt
from summitkb.browse.filter_form import BadParameters, RecordFilter
from summitkb.browse.references import Reference, reference_to
from summitkb.exchange.tables import Table
from summitkb.records.evidence import Apparatus
from summitkb.records.history import last_change
from summitkb.records.publication import Publication
from summitkb.records.redirects import Redirect
from summitkb.records.structure import key_field

CSL = "application/vnd.citationstyles.csl+json"


class FilteredList(ListView):
    """One page of rows under a filter form, with facets, and the filter in words."""

    filterset_class: type[RecordFilter]
    rows_template: str
    paginate_by = 50
    cited = True

    @classmethod
    def all_rows(cls) -> QuerySet:
        """The rows without any filter."""
        raise NotImplementedError

    @classmethod
    def filterset_of(cls, data: QueryDict) -> RecordFilter:
        return cls.filterset_class(data, cls.all_rows())

    @classmethod
    def prepared(cls, rows: list) -> list:
        """The rows of one page with what could not be asked for in their query."""
        return rows

    @cached_property
    def filterset(self):
        return self.filterset_of(self.request.GET)

    def get_queryset(self):
        return self.shown(self.filterset.qs)

    @classmethod
    def shown(cls, rows: QuerySet) -> QuerySet:
        """Some rows with all that the page shows of them."""
        return rows

    def paginate_queryset(self, queryset, page_size):
        paginator = self.get_paginator(queryset, page_size)
        paginator.count = self.filterset.counting.count
        number = self.filterset.form.cleaned_data["page"] or 1
        try:
            page = paginator.page(number)
        except EmptyPage:
            accepted = f"Accepted is a page from 1 to {paginator.num_pages}."
            raise BadParameters({"page": [accepted]}) from None
        start = (number - 1) * page_size
        rows = self.filterset.counting.page(self.shown, start, page_size)
        return paginator, page, self.prepared(rows), page.has_other_pages()

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        rows = context["object_list"]
        return context | {
            "rows": rows,
            "count": context["paginator"].count,
            "filterset": self.filterset,
            "facets": list(self.filterset.facets()),
            "conditions": list(self.filterset.conditions()),
            "query": self.query_without("page"),
            "rows_template": self.rows_template,
            "apparatus": self.apparatus(rows),
            "pages": context["paginator"].get_elided_page_range(context["page_obj"].number),
        }

    def apparatus(self, rows) -> Apparatus | None:
        return Apparatus(rows) if self.cited else None

    def query_without(self, name):
        data = self.request.GET.copy()
        data.pop(name, None)
        return data.urlencode()


class RecordList(FilteredList):
    """The list of a table."""

    table: Table
    template_name = "browse/list.html"
    calendar = ""
    """The name of its address as a calendar, where its rows have days."""

    @classmethod
    def all_rows(cls):
        return cls.table.published()

    @classmethod
    def shown(cls, rows):
        return rows.for_list()

    def get_context_data(self, **kwargs):
        total = self.filterset.counting.total
        context = super().get_context_data(**kwargs)
        return context | {"table": self.table, "total": total, "calendar": self.calendar}


class NoSuchRecord(Http404):
    """There is no public record of that key in a table."""

    def __init__(self, table: Table, key: str):
        super().__init__(f"There is no record “{key}” among the {table.name}.")
        self.table, self.key = table, key


class Followed(View):
    """A view of a record at an address with its key. From a former one it leads on, with 301."""

    def dispatch(self, request, *args, **kwargs):
        try:
            return super().dispatch(request, *args, **kwargs)
        except NoSuchRecord as missing:
            key = self.key_now(missing)
            if key is None:
                raise
            match = request.resolver_match
            query = request.GET
            return HttpResponsePermanentRedirect(
                reverse(match.view_name, kwargs={**match.kwargs, "key": key}, query=query)
            )

    def key_now(self, missing: NoSuchRecord) -> str | None:
        """The key to which the missing one leads, if there is a public record of it."""
        table, former = missing.table, missing.key
        if "\x00" in former:
            return None
        leads = Redirect.objects.filter(address=f"{table.name}/{former}", was_public=True)
        public = table.model.objects.filter(publication__in=Publication.PUBLIC).order_by()
        return (
            public.filter(**{f"{table.key_field}__in": leads.values("key")})
            .values_list(table.key_field, flat=True)
            .first()
        )


def reference_answer(reference: Reference, form: str) -> HttpResponse:
    """A reference for a reference manager, as `bib` or as `json`."""
    if form == "bib":
        return HttpResponse(reference.bibtex, content_type="application/x-bibtex; charset=utf-8")
    return JsonResponse([reference.csl], safe=False, content_type=CSL)


class RecordReference(Followed):
    """How a record is cited, for a reference manager."""

    detail_view: type["RecordDetail"] = None
    form = "bib"

    def get(self, request, key):
        detail = self.detail_view(request=request, kwargs={"key": key})
        record = detail.get_object()
        if record.publication == Publication.WITHDRAWN:
            return detail.gone(record)
        reference = reference_to(record, request.build_absolute_uri)
        return reference_answer(reference, self.form)


class OfRecord(Followed, DetailView):
    """A page about one record. Where that was withdrawn it says so, with 410."""

    table: Table = None  # given as an attribute of the class or to `as_view`

    @property
    def key_field(self):
        return key_field(self.table.model).name

    def get_queryset(self):
        return self.table.model.objects.for_page()

    def get_object(self, queryset=None):
        key = self.kwargs["key"]
        found = self.get_queryset().filter(publication__in=Publication.PUBLIC)
        # PostgreSQL has no NUL in its texts and would raise where there is simply no such record.
        record = None if "\x00" in key else found.filter(**{self.key_field: key}).first()
        if record is None:
            raise NoSuchRecord(self.table, key)
        return record

    def get(self, request, *args, **kwargs):
        record = self.object = self.get_object()
        if record.publication == Publication.WITHDRAWN:
            return self.gone(record)
        return self.render_to_response(self.get_context_data(object=record))

    def gone(self, record):
        return render(self.request, "410.html", {"table": self.table, "record": record}, status=410)


class RecordDetail(OfRecord):
    """The page of one record: what is known of it, what that rests on, and the ways on from it."""

    template_name = "browse/detail.html"
    context_object_name = "record"
    excerpts: tuple[Excerpt, ...] = ()

    def get_queryset(self):
        """With when it changed last, and with the names of what was merged into it."""
        leading = Redirect.objects.filter(table=self.table.name, key=OuterRef(self.key_field))
        former = leading.exclude(name="").order_by("name").values("name").distinct()
        return (
            super()
            .get_queryset()
            .annotate(changed_at=last_change(self.table.model), former_names=ArraySubquery(former))
        )

    def get_context_data(self, **kwargs):
        record = self.object
        parts = [part for excerpt in self.excerpts if (part := excerpt.of(record))]
        context = super().get_context_data(**kwargs) | self.beside(record)
        shown = [[record], *context.pop("cited", []), *(part.rows for part in parts if part.cited)]
        return context | {
            "table": self.table,
            "parts": parts,
            "apparatus": Apparatus(*shown),
            "reference": reference_to(record, self.request.build_absolute_uri),
            "data": self.structured_data(record),
        }

    def structured_data(self, record) -> dict:
        """What search engines and reference managers read of it, in the words of schema.org.

        To be asked for when the record has its evidence.
        """
        absolute = self.request.build_absolute_uri
        sources = dict.fromkeys(r.source.url for r in record.evidence.readings if r.source.url)
        return {
            "@context": "https://schema.org",
            "@id": absolute(record.get_absolute_url()),
            "url": absolute(record.get_absolute_url()),
            "identifier": record.record_key,
            "name": str(record),
            **_known(record.schema_org()),
            "dateModified": record.changed_at.isoformat(),
            "citation": list(sources),
            "isPartOf": {"@type": "Dataset", "name": "SummitKB", "url": absolute(reverse("home"))},
        }

    def beside(self, record) -> dict:
        """What else this page shows; under `cited`, the groups of records that need evidence."""
        return {}


def _known(data: dict) -> dict:
    """What is not empty, also within."""
    return {
        name: _known(value) if isinstance(value, dict) else value
        for name, value in data.items()
        if value
    }
