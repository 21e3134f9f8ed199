"""The admin of sources, and of citations, which are made on the page of what they are for."""

from urllib.parse import quote

from django.contrib import admin
from django.utils.html import format_html

from summitkb.editing.answers import admin_page
from summitkb.editing.formsets import RowFormSet
from summitkb.editing.guard import GuardedForm
from summitkb.editing.inlines import CitationInline, RecordFields, Rows
from summitkb.editing.list_filters import AutocompleteFilter, ListFilters, ValuesFilter
from summitkb.editing.record_admin import RecordAdmin
from summitkb.records.models import Citation, Record, Source, record_models
from summitkb.records.source_texts import SourceText


class SourceTextForm(GuardedForm):
    verbatim_fields = ("text",)


class SourceTextInline(Rows, admin.StackedInline):
    """What excerpts are checked against, seen by editors alone."""

    model = SourceText
    form = SourceTextForm
    formset = RowFormSet
    fields = ["text", "held_since", "sha256"]
    readonly_fields = ["held_since", "sha256"]
    verbose_name_plural = "Its text, held privately for the check of quotes and never published"
    max_num = 1


@admin.register(Source)
class SourceAdmin(RecordAdmin):
    list_display = [
        "title",
        "publisher",
        "carried_by",
        "kind",
        "published_on",
        "cited",
        "publication",
    ]
    list_filter = ["kind", "language"]
    search_fields = ["title", "publisher", "carried_by", "author", "url", "id"]
    ordering = Source._meta.ordering  # which counting takes away from the query
    id_from = ["publisher", "title"]
    inlines = [SourceTextInline, CitationInline]
    fieldsets = [
        (None, {"fields": ["url", "title", "publisher", "kind", "carried_by", "id"]}),
        ("The text", {"fields": ["author", "language", "published_on", "accessed_on"]}),
    ]

    def get_queryset(self, request):
        return super().get_queryset(request).with_citation_counts()

    @admin.display(description="citations", ordering="citation_count")
    def cited(self, source):
        return source.citation_count


@admin.register(Citation)
class CitationAdmin(RecordFields, ListFilters, admin.ModelAdmin):
    """To search. A citation is made and changed on the page of its record, where reasons are asked."""

    list_display = ["source", "stance", "cited_record", "locator"]
    list_select_related = ["source"]
    list_filter = [("source", AutocompleteFilter), "stance", ("table", ValuesFilter)]
    search_fields = ["record", "excerpt", "locator", "source__title", "source__publisher"]
    fields = ["cited_record", "source", "stance", "locator", "excerpt"]
    readonly_fields = ["cited_record"]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    @admin.display(description="record", ordering="record")
    def cited_record(self, citation):
        """Its table and key, with a link to where it is edited."""
        return format_html(
            '<a href="{}?q={}">{}/{}</a>',
            admin_page(_model_of(citation), "changelist"),
            quote(citation.record),
            citation.table,
            citation.record,
        )


def _model_of(citation) -> type[Record]:
    return next(m for m in record_models() if m._meta.db_table == citation.table)
