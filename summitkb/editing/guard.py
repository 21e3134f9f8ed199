"""Two editors, one record: nobody saves over what they have not seen.

A form carries the version of its row that it was opened with, which is the newest row of its history.
Where there is a newer one when it is sent, cells that only the other has changed are taken over, and if
there are others the form comes back with both versions cell by cell, and with what was typed. Sent
again, it knows the newer version. A row of an inline is guarded as the record itself.
"""

from dataclasses import dataclass
from datetime import datetime

from django import forms
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db.models import OuterRef, QuerySet, Subquery

from summitkb.records.characters import REFUSED, is_printed

DELETED_TOO = (
    "It was changed by somebody else meanwhile, see above. Save again to delete it even so."
)


@dataclass(frozen=True)
class Cell:
    """One cell in three versions, as text; `typed` is None where only the other has changed it."""

    label: str
    opened: str
    saved: str
    typed: str | None


@dataclass
class Conflict:
    """What somebody else did to a row since a form was opened. `cells` has those that differ."""

    row: str
    by: str
    at: datetime
    deleted: bool
    cells: list[Cell]

    def __str__(self):
        done = "deleted it" if self.deleted else "saved another version"
        save = (
            "Delete the row too, or add it anew." if self.deleted else "Save again to keep yours."
        )
        return f"{self.by} {done} at {self.at:%H:%M} UTC. Both are shown above. {save}"


def with_version(rows: QuerySet) -> QuerySet:
    """`version`: the number of the newest row of history of each row of a tracked model."""
    history = rows.model.pgh_event_model.objects.filter(pgh_obj=OuterRef("pk"))
    return rows.annotate(version=Subquery(history.order_by("-pgh_id").values("pgh_id")[:1]))


def lock(rows: QuerySet) -> None:
    """Keep others off some rows for this transaction. Ask for versions after it: a query that waits
    for a lock has looked at all other tables before."""
    plain = rows.model._base_manager.filter(pk__in=rows.order_by().values("pk"))
    list(plain.order_by("pk").select_for_update(no_key=True).values_list("pk"))


class VersionField(forms.IntegerField):
    widget = forms.HiddenInput

    def has_changed(self, initial, data):
        return False


class GuardedForm(forms.ModelForm):
    """The form of a row that was fetched `with_version`."""

    version = VersionField(required=False)

    conflict: Conflict | None = None
    """What keeps it from being saved."""

    newer = False
    """Whether somebody else has saved the row since it was opened."""

    gone = False

    verbatim_fields = ()
    """Those that may hold any character, because no package and no feed carries them."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.instance._state.adding:
            self.initial["version"] = self.instance.version
            self._meet(self.instance.version)

    def row_is_gone(self) -> None:
        """To be called for a row that was there when the form was opened."""
        history = self._meta.model.pgh_event_model.objects
        opened = history.filter(pgh_id=self._opened).values("pgh_obj")
        last = history.filter(pgh_obj__in=opened).order_by("-pgh_id").first()
        self.gone = True
        if last is not None:
            self._meet(last.pgh_id)

    def clean(self):
        cleaned = super().clean()
        for name in cleaned.keys() - set(self.verbatim_fields):
            texts = cleaned[name] if isinstance(cleaned[name], list) else [cleaned[name]]
            if not all(is_printed(text) for text in texts if isinstance(text, str)):
                self.add_error(name, f"This {REFUSED}.")
        if self.conflict:
            self.add_error(None, str(self.conflict))
        return cleaned

    @property
    def _opened(self) -> int | None:
        """The version that was sent along; None where it is no number."""
        sent = self.data.get(self.add_prefix("version")) or ""
        return int(sent) if sent.isdecimal() and len(sent) < 19 else None

    def _meet(self, newest):
        if not self.is_bound or self._opened == newest:
            return
        history = self._meta.model.pgh_event_model.objects.select_related("pgh_context")
        versions = history.in_bulk([newest, self._opened or 0])
        saved, opened = versions[newest], versions.get(self._opened)
        self.newer, self.data = True, self.data.copy()
        cells = [self._cell(name, opened, saved) for name in self._model_fields()]
        self.data[self.add_prefix("version")] = newest
        cells = [cell for cell in cells if cell]
        if any(cell.typed is not None for cell in cells):
            self.conflict = Conflict(
                str(self._meta.model._meta.verbose_name).capitalize(),
                _who(saved.pgh_context),
                saved.pgh_created_at,
                saved.pgh_label == "delete",
                cells,
            )

    def _model_fields(self):
        ours = {field.name for field in self._meta.model._meta.concrete_fields}
        return [name for name in self.fields if name in ours and not self.fields[name].disabled]

    def _cell(self, name, opened, saved) -> Cell | None:
        """Nothing where both agree. Takes over what only the other has changed."""
        field, place = self.fields[name], self.add_prefix(name)
        typed = field.widget.value_from_datadict(self.data, self.files, place)
        before, after = _value(opened, name), _value(saved, name)
        texts = [_as_sent(field, before), _as_sent(field, after)]
        if opened is not None and not field.has_changed(before, typed):
            if before == after:
                return None
            self.data[place] = texts[1]
            return Cell(str(field.label), *texts, None)
        if not self.gone and not field.has_changed(after, typed):
            return None
        return Cell(str(field.label), *texts, _as_sent(field, typed))


class GuardedFormSet(forms.BaseModelFormSet):
    """The formset of rows that are guarded each for itself."""

    def get_queryset(self):
        if not hasattr(self, "_queryset"):
            if self.is_bound:
                lock(self.queryset)
            self.queryset = with_version(self.queryset)
        return super().get_queryset()

    def _construct_form(self, i, **kwargs):
        form = super()._construct_form(i, **kwargs)
        if self.is_bound and i < self.initial_form_count() and form.instance._state.adding:
            form.row_is_gone()
            # Without its key Django takes the row for one that is deleted, and leaves it at that.
            key = form.fields[self.model._meta.pk.name]
            key.required, key.disabled, key.initial = False, True, None
        return form

    def clean(self):
        super().clean()
        for form in self.initial_forms:
            if form.newer and not form.gone and self._should_delete_form(form):
                raise ValidationError(DELETED_TOO)

    @property
    def conflicts(self) -> list[Conflict]:
        return [form.conflict for form in self.forms if form.conflict]


def _who(context) -> str:
    """The name of the account, for other editors."""
    user = context and get_user_model().objects.filter(pk=context.metadata.get("user")).first()
    return user.get_username() if user else "Somebody"


def _value(row, name):
    return None if row is None else row._meta.get_field(name).value_from_object(row)


def _as_sent(field, value) -> str:
    """A value as a browser sends it."""
    prepared = field.prepare_value(value)
    return "" if prepared is None else str(prepared)
