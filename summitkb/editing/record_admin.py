"""What the admin of every record shares. An app's `admin.py` says only what is its own.

Every reference is an autocomplete; every rule of the database is told as a sentence on the form;
every list asks the same number of queries however long it is.
"""

from functools import partial

import pghistory
from django.contrib import admin
from django.contrib.admin.models import ADDITION, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, connection, transaction
from django.db.models import CharField, Q
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path

from summitkb.editing import actions, change_views, quotes
from summitkb.editing.answers import admin_page, reason_of, tell_refusal
from summitkb.editing.evidence import attach
from summitkb.editing.forms import EvidenceForm, RecordForm
from summitkb.editing.guard import lock, with_version
from summitkb.editing.inlines import CitationInline, PartInline, RecordFields, RecordInline
from summitkb.editing.list_filters import ListFilters
from summitkb.editing.preview import preview
from summitkb.editing.publishing import Refusal, action_for, may, move, named, sentences
from summitkb.editing.twins_admin import TwinsAsked, different
from summitkb.records.models import Citation, Record
from summitkb.records.publication import Publication
from summitkb.records.refusals import deadlock_refused
from summitkb.records.source_texts import SourceText
from summitkb.records.words import holding

BUTTONS = {"_submit": Publication.IN_REVIEW, "_publish": Publication.PUBLISHED}
"""The buttons that save a record and move it on."""

PUBLICATION = ("Publication", {"fields": ["publication", "publication_note"]})

EVIDENCE = (
    "Source of all this",
    {
        "fields": ["evidence_source", "evidence_locator", "evidence_excerpt"],
        "description": "Asked once: cited for everything entered on this page that cites nothing yet.",
    },
)


class RecordAdmin(TwinsAsked, RecordFields, ListFilters, admin.ModelAdmin):
    """The admin of a record.

    `id_from` names the fields of which an id is made where none is typed, by the browser while they
    are typed if all are text. `search_fields` are searched without regard to case and marks.
    """

    form = RecordForm
    inlines = [CitationInline]
    id_from = ()
    remembered = ()
    list_per_page = 50
    empty_value_display = "–"
    actions = actions.OF_RECORDS
    change_form_template = "admin/record_form.html"
    delete_confirmation_template = "admin/delete_record.html"

    def get_queryset(self, request):
        """With what `list_display` and labels show: Django's own way leaves out nullable keys."""
        return super().get_queryset(request).select_related(*self.list_select_related or [None])

    def get_object(self, request, object_id, from_field=None):
        """With its version; where it is about to be saved, nobody else saves it meanwhile."""
        record = super().get_object(request, object_id, from_field)
        if record is not None and request.method == "POST" and connection.in_atomic_block:
            lock(self.model.objects.filter(pk=record.pk))
            record = super().get_object(request, object_id, from_field)
        if record is not None:
            version = with_version(self.model.objects.filter(pk=record.pk))
            record.version = version.values_list("version", flat=True).get()
        return record

    def view_on_site(self, obj):
        return obj.get_absolute_url() if obj.publication == Publication.PUBLISHED else None

    def get_changeform_initial_data(self, request):
        """The fields in `remembered` begin as in the record that the same editor entered last."""
        initial = super().get_changeform_initial_data(request)
        if not self.remembered:
            return initial
        entered = LogEntry.objects.filter(
            user=request.user,
            action_flag=ADDITION,
            content_type=ContentType.objects.get_for_model(self.model),
        ).order_by("-pk")
        last = self.model.objects.filter(pk=entered.values("object_id")[:1]).first()
        known = {name: getattr(last, name) for name in self.remembered} if last else {}
        return {**known, **initial}

    # Who may: what is public is changed by whoever may publish it

    def has_change_permission(self, request, obj=None):
        may_change = super().has_change_permission(request, obj)
        return may_change and (obj is None or self._may(request, obj.publication, obj.publication))

    def has_delete_permission(self, request, obj=None):
        may_delete = super().has_delete_permission(request, obj)
        public = obj is not None and obj.publication in Publication.PUBLIC
        return may_delete and (not public or may(request.user, self.model, "withdraw"))

    def has_publish_permission(self, request):
        return may(request.user, self.model, "publish")

    def has_withdraw_permission(self, request):
        return may(request.user, self.model, "withdraw")

    def _may(self, request, before, after):
        return may(request.user, self.model, action_for(before, after))

    # The form

    def get_urls(self):
        def address(name, view):
            name_of_url = f"{self.opts.app_label}_{self.opts.model_name}_{name}"
            wrapped = self.admin_site.admin_view(partial(view, self))
            return path(f"<path:object_id>/{name}/", wrapped, name=name_of_url)

        views = {"preview": preview, "restore": change_views.restore, "different": different}
        return [*(address(*own) for own in views.items()), *super().get_urls()]

    def history_view(self, request, object_id, extra_context=None):
        return change_views.record_history(self, request, object_id)

    def get_fieldsets(self, request, obj=None):
        """The reason is asked where the public sees the change."""
        heading, options = PUBLICATION
        asked = ["reason"] if obj and obj.publication == Publication.PUBLISHED else []
        publication = (heading, {**options, "fields": [*options["fields"], *asked]})
        return [*self.fieldsets, *([EVIDENCE] if self._enters_others else []), publication]

    @property
    def _enters_others(self):
        return any(issubclass(inline, PartInline | RecordInline) for inline in self.inlines)

    def formfield_for_choice_field(self, db_field, request, **kwargs):
        """Offered is what may be asked for; whether it is granted is said by `publishing.move`."""
        field = super().formfield_for_choice_field(db_field, request, **kwargs)
        if db_field.name == "publication" and not self.has_publish_permission(request):
            open_to_all = (Publication.DRAFT, Publication.IN_REVIEW)
            field.widget.choices = [(p.value, p.label) for p in open_to_all]
        return field

    def get_readonly_fields(self, request, obj=None):
        """The primary key is in addresses and citations: it never changes."""
        pk = self.opts.pk
        return [pk.name] if obj and pk.editable and not pk.db_returning else []

    def get_prepopulated_fields(self, request, obj=None):
        fields = [self.opts.get_field(name) for name in self.id_from]
        typed = all(isinstance(field, CharField) and not field.choices for field in fields)
        return {"id": self.id_from} if fields and typed and obj is None else {}

    def get_form(self, request, obj=None, change=False, **kwargs):
        if self._enters_others:
            kwargs["form"] = EvidenceForm
        form = super().get_form(request, obj, change, **kwargs)
        if self._enters_others:
            self._offer_sources(request, form)
        form.id_from = () if change else self.id_from
        form.refusals = getattr(request, "refusals", ())
        form.button = next((to for name, to in BUTTONS.items() if name in request.POST), "")
        return form

    def _offer_sources(self, request, form):
        """As the rows of citations offer them."""
        inline = CitationInline(self.model, self.admin_site)
        for name in ("source", "locator", "excerpt"):
            field = inline.formfield_for_dbfield(Citation._meta.get_field(name), request=request)
            field.required = False
            form.base_fields[f"evidence_{name}"] = field

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        """With the buttons by which it moves on, and the way to its preview."""
        stands = obj.publication if obj else Publication.DRAFT
        unpublished = stands in (Publication.DRAFT, Publication.IN_REVIEW)
        formsets = [inline.formset for inline in context["inline_admin_formsets"]]
        main = [context["adminform"].form.conflict]
        rows = [found for formset in formsets for found in formset.conflicts]
        context["conflicts"] = [found for found in (*main, *rows) if found]
        context["may_submit"] = stands == Publication.DRAFT
        context["may_publish"] = unpublished and self.has_publish_permission(request)
        context["may_preview"] = unpublished and obj is not None
        context |= self.twins_context(request, obj)
        return super().render_change_form(request, context, add, change, form_url, obj)

    # What is refused

    def save_related(self, request, form, formsets, change):
        """Then move it on; have checked what would be at commit, where no form could tell it."""
        record = form.instance
        self._require_a_reason(form, formsets)
        super().save_related(request, form, formsets, change)
        entered = [f for f in formsets if issubclass(f.model, Record)]
        if getattr(form, "evidence", None):
            attach(form.evidence, [record, *(row.instance for f in entered for row in f.kept())])
        connection.check_constraints()
        self.ask_about_twins(request, form)
        note = form.cleaned_data.get("publication_note", "")
        if form.wanted != form.former_publication:
            moved = move([record], form.wanted, request.user, note=note)
            actions.tell(request, moved, form.wanted)
        elif record.publication == Publication.PUBLISHED:
            new = [row for f in entered for row in f.new_objects]
            move(new, record.publication, request.user)
        quotes.check_quotes(request, [record, *(row.instance for f in entered for row in f.kept())])

    def _require_a_reason(self, form, formsets):
        public = (f for f in formsets if f.model is not SourceText)
        changed = form.changed_data or any(f.has_changed() for f in public)
        if form.former_publication == Publication.PUBLISHED and changed:
            withdrawn = form.wanted == Publication.WITHDRAWN  # which has a word of why of its own
            if not withdrawn and not form.cleaned_data.get("reason"):
                raise Refusal("It is published: say under “Reason” why it changes.")

    def _get_obj_does_not_exist_redirect(self, request, opts, object_id):
        """Where it was deleted while somebody typed, what was typed is shown and not thrown away."""
        if request.method != "POST":
            return super()._get_obj_does_not_exist_redirect(request, opts, object_id)
        context = {
            **self.admin_site.each_context(request),
            "title": f"This {opts.verbose_name} was deleted meanwhile",
            "opts": opts,
            "typed": [
                (name, text)
                for name, texts in request.POST.lists()
                if not name.startswith(("csrf", "_")) and not name.endswith(("_FORMS", "version"))
                for text in texts
                if text
            ],
        }
        return TemplateResponse(request, "admin/deleted_meanwhile.html", context, status=409)

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        view = super().changeform_view
        try:
            with deadlock_refused(), pghistory.context(**reason_of(request)):
                return view(request, object_id, form_url, extra_context)
        except (IntegrityError, Refusal) as error:
            # Once more, for the form as it was typed, with the refusal as its error.
            request.refusals, request.twins = sentences(error), getattr(error, "twins", [])
            return view(request, object_id, form_url, extra_context)

    def delete_model(self, request, obj):
        if obj.publication in Publication.PUBLIC and not reason_of(request):
            raise Refusal("The public knows it: say under “Reason” why it is deleted.")
        super().delete_model(request, obj)
        connection.check_constraints()

    @transaction.atomic
    def delete_queryset(self, request, queryset):
        public = queryset.filter(publication__in=Publication.PUBLIC).first()
        if public is not None:
            one_by_one = "What is public is deleted one by one, with a reason"
            raise Refusal(f"{named(public)} is public. {one_by_one}, or withdrawn.")
        super().delete_queryset(request, queryset)
        connection.check_constraints()

    def delete_view(self, request, object_id, extra_context=None):
        try:
            with deadlock_refused(), pghistory.context(**reason_of(request)):
                return super().delete_view(request, object_id, extra_context)
        except (IntegrityError, Refusal) as error:
            return self._back_with(request, error, admin_page(self.model, "change", object_id))

    def changelist_view(self, request, extra_context=None):
        try:
            with deadlock_refused():
                return super().changelist_view(request, extra_context)
        except (IntegrityError, Refusal) as error:
            return self._back_with(request, error, request.get_full_path())

    def _back_with(self, request, error, address):
        tell_refusal(request, error)
        return HttpResponseRedirect(address)

    # Search

    def get_search_results(self, request, queryset, search_term):
        """Every word in one of the fields or another, whatever its case and the marks above it."""
        for word in search_term.split():
            queryset = queryset.filter(self.matches(word))
        return queryset, False

    def matches(self, word) -> Q:
        return holding(self.model, self.search_fields, word)
