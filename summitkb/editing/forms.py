"""The form of a record in the admin: its id, and what its publication asks of other records."""

from itertools import chain, count

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import slugify

from summitkb.editing.closure import own_references, refusal_to_refer, refusal_to_take_back
from summitkb.records.publication import Publication


class RecordForm(forms.ModelForm):
    """`RecordAdmin` sets what it knows of the model and the request on a subclass."""

    id_from = ()
    followers = frozenset()
    refusal = ""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # What is looked at when inlines are cleaned, after this form has changed the instance.
        self.instance.former_publication = self.instance.publication
        if self.id_from and "id" in self.fields:
            self.fields["id"].required = False
            self.fields["id"].help_text += " Left empty, it is made of the rest."

    def clean(self):
        cleaned = super().clean()
        if self.refusal:
            raise ValidationError(self.refusal)
        if "id" in cleaned and not cleaned["id"]:
            cleaned["id"] = self._made_id(cleaned)
            if not cleaned["id"]:
                self.add_error("id", "Type an id: there is nothing that one can be made of.")
        if cleaned.get("publication") == Publication.PUBLISHED:
            self._refuse_unpublished(cleaned)
        elif self.instance.former_publication == Publication.PUBLISHED:
            self._refuse_to_be_taken_back()
        return cleaned

    def _refuse_unpublished(self, cleaned):
        for field in own_references(self._meta.model):
            refusal = refusal_to_refer(cleaned.get(field.name))
            if refusal:
                self.add_error(field.name, refusal)

    def _refuse_to_be_taken_back(self):
        refusal = refusal_to_take_back(self.instance, self.followers)
        if refusal and "publication" not in self.errors:
            self.add_error("publication", refusal)

    def _made_id(self, cleaned):
        """The keys and first words of some fields, with a number where that id is taken."""
        parts = filter(None, (_slug_of(cleaned.get(name)) for name in self.id_from))
        base = "-".join(parts)[:100].strip("-")
        if not base:
            return ""
        known = self._meta.model.objects.filter(pk__startswith=base)
        taken = set(known.values_list("pk", flat=True))
        ids = chain([base], (f"{base}-{number}" for number in count(2)))
        return next(id for id in ids if id not in taken)


def _slug_of(value) -> str:
    """The key of a record, or the first words of a text."""
    if value in (None, ""):
        return ""
    if hasattr(value, "record_key"):
        return value.record_key.lower()
    return "-".join(slugify(str(value)).split("-")[:6])
