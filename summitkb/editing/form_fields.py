"""Form fields of the admin."""

from django import forms
from django.contrib.postgres.forms import SimpleArrayField

from summitkb.records.labels import label_of


class LinesField(SimpleArrayField):
    """A list of words, one per line; empty lines do not count."""

    def __init__(self, base_field, **kwargs):
        super().__init__(base_field, **{"delimiter": "\n", "widget": forms.Textarea, **kwargs})
        self.widget.attrs.update({"rows": 4, "cols": 60})
        self.help_text = f"{self.help_text} One per line."

    def to_python(self, value):
        if isinstance(value, str):
            value = "\n".join(line for line in value.splitlines() if line.strip())
        return super().to_python(value)


class RecordChoiceField(forms.ModelChoiceField):
    """One record, labelled as the autocomplete labels it."""

    def label_from_instance(self, obj):
        return label_of(obj)
