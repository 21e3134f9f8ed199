"""The form of a record in the admin: its id, the publication that is asked for, and why it changes."""

from functools import cached_property
from itertools import chain, count

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import slugify

from summitkb.editing.form_fields import LongText
from summitkb.editing.guard import GuardedForm
from summitkb.records.models import Source


class RecordForm(GuardedForm):
    """`RecordAdmin` sets what it knows of the model and the request on a subclass.

    The publication that is asked for is `wanted`; the record keeps the one that it has, and only
    `publishing.move` gives it another.
    """

    reason = forms.CharField(
        required=False,
        max_length=300,
        label="Reason",
        help_text="Why it changes; shown in its public history.",
        widget=forms.TextInput(attrs={"class": "vLargeTextField"}),
    )

    id_from = ()
    button = ""
    """The publication that the button stands for by which the form was sent, if any."""

    refusals = ()
    """What kept the same typing from being saved, a moment ago."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.former_publication = self.wanted = self.instance.publication
        if self.id_from and "id" in self.fields:
            self.fields["id"].required = False
            self.fields["id"].help_text += " Left empty, it is made of the rest."

    @cached_property
    def changed_data(self):
        """Of the record; the reason is said of the change."""
        return [name for name in super().changed_data if name != "reason"]

    def clean(self):
        cleaned = super().clean()
        if self.refusals:
            raise ValidationError(self.refusals)
        if "id" in cleaned and not cleaned["id"]:
            cleaned["id"] = made_id(self._meta.model, map(cleaned.get, self.id_from))
            if not cleaned["id"]:
                self.add_error("id", "Type an id: there is nothing that one can be made of.")
        self.wanted = self.button or cleaned.get("publication") or self.former_publication
        cleaned["publication"] = self.former_publication
        return cleaned


class EvidenceForm(RecordForm):
    """That of a record which is entered together with others: its source is asked once for all."""

    evidence_source = forms.ModelChoiceField(Source.objects.none(), required=False)
    evidence_locator = forms.CharField(required=False, max_length=500)
    evidence_excerpt = LongText(required=False)

    def clean(self):
        cleaned = super().clean()
        passage = cleaned.get("evidence_excerpt") or cleaned.get("evidence_locator")
        if passage and not cleaned.get("evidence_source") and "evidence_source" not in self.errors:
            self.add_error("evidence_source", "Choose the source that the passage is from.")
        return cleaned

    @cached_property
    def changed_data(self):
        return [name for name in super().changed_data if not name.startswith("evidence_")]

    @property
    def evidence(self) -> dict:
        """The fields of a citation of what was given once; nothing where no source was."""
        given = {
            field: self.cleaned_data.get(f"evidence_{field}")
            for field in ("source", "locator", "excerpt")
        }
        return given if given["source"] else {}


def made_id(model, values) -> str:
    """The keys and first words of some values, with a number where that id is taken."""
    base = "-".join(filter(None, map(_slug_of, values)))[:100].strip("-")
    if not base:
        return ""
    taken = set(model.objects.filter(pk__startswith=base).values_list("pk", flat=True))
    ids = chain([base], (f"{base}-{number}" for number in count(2)))
    return next(id for id in ids if id not in taken)


def _slug_of(value) -> str:
    """The key of a record, or the first words of a text."""
    if value in (None, ""):
        return ""
    if hasattr(value, "record_key"):
        return value.record_key.lower()
    return "-".join(slugify(str(value)).split("-")[:6])
