"""How fields are edited, and rows on the page of their whole: parts, entries of lists, citations."""

from functools import partial

from django.contrib import admin
from django.contrib.admin.checks import InlineModelAdminChecks
from django.contrib.admin.options import flatten_fieldsets
from django.contrib.admin.widgets import AdminTextareaWidget
from django.contrib.postgres.fields import ArrayField
from django.db.models import Exists, OuterRef, Prefetch, TextField, URLField
from django.forms import modelformset_factory
from django.utils.text import capfirst

from summitkb.editing import quotes
from summitkb.editing.form_fields import LinesField, LongText, RecordChoiceField, RecordSelect
from summitkb.editing.formsets import CitationForm, CitationFormSet, EntryFormSet, PartFormSet
from summitkb.editing.guard import GuardedForm
from summitkb.records.models import Citation
from summitkb.records.source_texts import QuoteCheck, SourceText


class RecordFields:
    """How fields are edited, on a page of their own and in rows."""

    formfield_overrides = {
        ArrayField: {"form_class": LinesField},
        TextField: {"form_class": LongText, "widget": AdminTextareaWidget(attrs={"rows": 5})},
        URLField: {"assume_scheme": "https"},
    }

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        kwargs |= {
            "form_class": RecordChoiceField,
            "widget": RecordSelect(db_field, self.admin_site, using=kwargs.get("using")),
        }
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        """Beside a reference: to add and to change, not to delete what others refer to as well."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.many_to_one:
            field.widget.can_delete_related = field.widget.can_view_related = False
        return field

    def get_field_queryset(self, db, db_field, request):
        """As its own admin gives it: with what its label is made of."""
        return self.admin_site.get_model_admin(db_field.related_model).get_queryset(request)


class Rows(RecordFields):
    """Rows of an inline, each of them guarded; on the page of a new whole `offered` empty ones."""

    form = GuardedForm
    extra = offered = 0
    view_on_site = False

    def get_extra(self, request, obj=None, **kwargs):
        return self.extra if obj else self.offered

    def get_fields(self, request, obj=None):
        return [*super().get_fields(request, obj), "version"]

    def get_queryset(self, request):
        """With the records that the rows name, by which they and their controls are called."""
        named = [
            Prefetch(field.name, self.get_field_queryset(None, field, request))
            for field in self.opts.local_fields
            if field.many_to_one
        ]
        return super().get_queryset(request).prefetch_related(*named)


class NamedCells:
    """For rows of a table: each control has the name of its column, which no label of its own says."""

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        field.widget.attrs["aria-label"] = capfirst(field.label)
        return field


class PartInline(NamedCells, Rows, admin.TabularInline):
    """Parts of a record; each has a page of its own, where its citations are."""

    formset = PartFormSet
    show_change_link = True


class RecordInline(Rows, admin.StackedInline):
    """Records of their own that are entered on the page of another. Its `formset` makes their ids."""

    show_change_link = True


class EntryInline(NamedCells, Rows, admin.TabularInline):
    """Entries of a list of a record, such as the topics of a meeting."""

    formset = EntryFormSet


class NoForeignKeyChecks(InlineModelAdminChecks):
    """Django looks for the foreign key to the record, which citations do not have."""

    def _check_exclude_of_parent_model(self, obj, parent_model):
        return []

    def _check_relation(self, obj, parent_model):
        return []


class CitationInline(NamedCells, Rows, admin.TabularInline):
    """What the record rests on. Without a foreign key: after Django's GenericInlineModelAdmin."""

    model = Citation
    form = CitationForm
    formset = CitationFormSet
    fields = ["source", "stance", "locator", "excerpt", "quote_check"]
    readonly_fields = ["quote_check"]
    formfield_overrides = {
        **RecordFields.formfield_overrides,
        TextField: {
            "form_class": LongText,
            "widget": AdminTextareaWidget(attrs={"rows": 2, "cols": 50}),
        },
    }
    checks_class = NoForeignKeyChecks

    def get_queryset(self, request):
        checks = Prefetch("quote_checks", QuoteCheck.objects.current(), to_attr="current_checks")
        held = SourceText.objects.filter(source=OuterRef("source"))
        return (
            super().get_queryset(request).prefetch_related(checks).annotate(text_held=Exists(held))
        )

    @admin.display(description="Quote check")
    def quote_check(self, citation):
        return quotes.found(citation)

    def get_formset(self, request, obj=None, **kwargs):
        may_add, may_change = (
            self.has_add_permission(request, obj),
            self.has_change_permission(request, obj),
        )

        class PermittedForm(self.form):
            def has_changed(self):
                permitted = may_add if self.instance._state.adding else may_change
                return permitted and super().has_changed()

        shown = flatten_fieldsets(self.get_fieldsets(request, obj))
        options = {
            "form": PermittedForm,
            "formset": self.formset,
            "fields": [name for name in shown if name not in self.readonly_fields],
            "formfield_callback": partial(self.formfield_for_dbfield, request=request),
            "extra": self.get_extra(request, obj),
            "can_delete": self.can_delete and self.has_delete_permission(request, obj),
        }
        return modelformset_factory(self.model, **{**options, **kwargs})
