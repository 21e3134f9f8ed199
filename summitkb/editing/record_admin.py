"""What the admin of every record shares. An app's `admin.py` says only what is its own.

Every reference is an autocomplete; every rule of the database is told as a sentence on the form;
every list asks the same number of queries however long it is.
"""

from functools import partial

from django.contrib import admin, messages
from django.contrib.admin.checks import InlineModelAdminChecks
from django.contrib.admin.options import flatten_fieldsets
from django.contrib.admin.widgets import AdminTextareaWidget
from django.contrib.postgres.fields import ArrayField
from django.db import IntegrityError, connection, transaction
from django.db.models import CharField, Q, TextField, URLField, Value
from django.db.models.lookups import Contains
from django.forms import modelformset_factory
from django.http import HttpResponseRedirect
from django.urls import reverse

from summitkb.editing.form_fields import LinesField, RecordChoiceField
from summitkb.editing.forms import RecordForm
from summitkb.editing.formsets import CitationForm, CitationFormSet, EntryFormSet, PartFormSet
from summitkb.records.models import Citation
from summitkb.records.names import NameOrder
from summitkb.records.publication import Publication
from summitkb.records.refusals import sentence_of
from summitkb.records.texts import text_of

PUBLICATION = ("Publication", {"fields": ["publication", "publication_note"]})


class RecordFields:
    """How fields are edited, on a page of their own and in rows."""

    formfield_overrides = {
        ArrayField: {"form_class": LinesField},
        TextField: {"widget": AdminTextareaWidget(attrs={"rows": 5})},
        URLField: {"assume_scheme": "https"},
    }

    def get_autocomplete_fields(self, request):
        return [field.name for field in self.opts.local_fields if field.many_to_one]

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        return super().formfield_for_foreignkey(
            db_field, request, form_class=RecordChoiceField, **kwargs
        )

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        """Beside a reference: to add and to change, not to delete what others refer to as well."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.many_to_one:
            field.widget.can_delete_related = field.widget.can_view_related = False
        return field

    def get_field_queryset(self, db, db_field, request):
        """As its own admin gives it: with what its label is made of."""
        return self.admin_site.get_model_admin(db_field.related_model).get_queryset(request)


class PartInline(RecordFields, admin.TabularInline):
    """Parts of a record; each has a page of its own, where its citations are."""

    formset = PartFormSet
    extra = 0
    show_change_link = True
    view_on_site = False

    def get_queryset(self, request):
        return super().get_queryset(request).for_list()


class EntryInline(RecordFields, admin.TabularInline):
    """Entries of a list of a record, such as the topics of a meeting."""

    formset = EntryFormSet
    extra = 0
    view_on_site = False


class NoForeignKeyChecks(InlineModelAdminChecks):
    """Django looks for the foreign key to the record, which citations do not have."""

    def _check_exclude_of_parent_model(self, obj, parent_model):
        return []

    def _check_relation(self, obj, parent_model):
        return []


class CitationInline(RecordFields, admin.TabularInline):
    """What the record rests on. Without a foreign key: after Django's GenericInlineModelAdmin."""

    model = Citation
    form = CitationForm
    formset = CitationFormSet
    fields = ["source", "stance", "locator", "excerpt"]
    formfield_overrides = {
        **RecordFields.formfield_overrides,
        TextField: {"widget": AdminTextareaWidget(attrs={"rows": 2, "cols": 50})},
    }
    extra = 0
    view_on_site = False
    checks_class = NoForeignKeyChecks

    def get_formset(self, request, obj=None, **kwargs):
        may_add, may_change = (
            self.has_add_permission(request, obj),
            self.has_change_permission(request, obj),
        )

        class PermittedForm(self.form):
            def has_changed(self):
                permitted = may_add if self.instance._state.adding else may_change
                return permitted and super().has_changed()

        options = {
            "form": PermittedForm,
            "formset": self.formset,
            "fields": flatten_fieldsets(self.get_fieldsets(request, obj)),
            "formfield_callback": partial(self.formfield_for_dbfield, request=request),
            "extra": self.get_extra(request, obj),
            "can_delete": self.can_delete and self.has_delete_permission(request, obj),
        }
        return modelformset_factory(self.model, **{**options, **kwargs})


class RecordAdmin(RecordFields, admin.ModelAdmin):
    """The admin of a record.

    `id_from` names the fields of which an id is made where none is typed, by the browser while they
    are typed if all are text. `search_fields` are searched without regard to case and marks.
    """

    form = RecordForm
    inlines = [CitationInline]
    id_from = ()
    save_on_top = True
    list_per_page = 50
    empty_value_display = "–"

    def get_queryset(self, request):
        """With what `list_display` and labels show: Django's own way leaves out nullable keys."""
        return super().get_queryset(request).select_related(*self.list_select_related or [None])

    def get_list_filter(self, request):
        return [*self.list_filter, "publication"]

    def view_on_site(self, obj):
        return obj.get_absolute_url() if obj.publication == Publication.PUBLISHED else None

    # The form

    def get_fieldsets(self, request, obj=None):
        return [*self.fieldsets, PUBLICATION]

    def get_readonly_fields(self, request, obj=None):
        """The primary key is in addresses and citations: it never changes."""
        pk = self.opts.pk
        return [pk.name] if obj and pk.editable and not pk.db_returning else []

    def get_prepopulated_fields(self, request, obj=None):
        fields = [self.opts.get_field(name) for name in self.id_from]
        typed = all(isinstance(field, CharField) and not field.choices for field in fields)
        return {"id": self.id_from} if fields and typed and obj is None else {}

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change, **kwargs)
        form.id_from = () if change else self.id_from
        form.followers = {inline.model for inline in self.inlines if issubclass(inline, PartInline)}
        form.refusal = getattr(request, "refusal", "")
        return form

    # What the database refuses

    def save_related(self, request, form, formsets, change):
        """And then have checked what would be checked at commit, where no form could tell it."""
        super().save_related(request, form, formsets, change)
        connection.check_constraints()

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except IntegrityError as error:
            # Once more, for the form as it was typed, with the refusal as its error.
            request.refusal = sentence_of(error)
            return super().changeform_view(request, object_id, form_url, extra_context)

    def delete_model(self, request, obj):
        super().delete_model(request, obj)
        connection.check_constraints()

    def delete_view(self, request, object_id, extra_context=None):
        try:
            return super().delete_view(request, object_id, extra_context)
        except IntegrityError as error:
            messages.error(request, sentence_of(error))
            return HttpResponseRedirect(
                reverse(
                    f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[object_id]
                )
            )

    @transaction.atomic
    def delete_queryset(self, request, queryset):
        super().delete_queryset(request, queryset)
        connection.check_constraints()

    def changelist_view(self, request, extra_context=None):
        try:
            return super().changelist_view(request, extra_context)
        except IntegrityError as error:
            messages.error(request, sentence_of(error))
            return HttpResponseRedirect(request.get_full_path())

    # Search

    def get_search_results(self, request, queryset, search_term):
        """Every word in one of the fields or another, whatever its case and the marks above it."""
        for word in search_term.split():
            queryset = queryset.filter(self.matches(word))
        return queryset, False

    def matches(self, word) -> Q:
        wanted = Q()
        for path in self.search_fields:
            text = text_of(self.model, path)
            wanted |= Q(Contains(NameOrder(text), NameOrder(Value(word))))
        return wanted
