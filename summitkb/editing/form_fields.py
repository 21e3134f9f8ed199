"""Form fields of the admin."""

from django import forms
from django.contrib.admin.widgets import AutocompleteSelect
from django.contrib.postgres.forms import SimpleArrayField
from django.core.exceptions import ValidationError

from summitkb.exchange.columns import SEPARATOR
from summitkb.records.labels import label_of


class LongText(forms.CharField):
    """Text of several lines. Browsers end each by CRLF; kept is LF, as packages have it."""

    widget = forms.Textarea

    def to_python(self, value):
        return super().to_python(value and value.replace("\r\n", "\n"))


class LinesField(SimpleArrayField):
    """A list of words, one per line; empty lines do not count."""

    def __init__(self, base_field, **kwargs):
        super().__init__(base_field, **{"delimiter": "\n", "widget": forms.Textarea, **kwargs})
        self.widget.attrs.update({"rows": 4, "cols": 60})
        self.help_text = f"{self.help_text} One per line."

    def to_python(self, value):
        if isinstance(value, str):
            value = "\n".join(line for line in value.splitlines() if line.strip())
            if SEPARATOR in value:
                raise ValidationError(f"“{SEPARATOR}” parts the entries in a file; leave it out.")
        return super().to_python(value)


class RecordChoiceField(forms.ModelChoiceField):
    """One record, labelled as the autocomplete labels it."""

    def label_from_instance(self, obj):
        return label_of(obj)


class RecordSelect(AutocompleteSelect):
    """Django's, but that it need not ask for the label of a `known` record, by its key as text."""

    known = {}

    def optgroups(self, name, value, attr=None):
        keys = [key for key in value if key]
        if not self.known.keys() >= set(keys):
            return super().optgroups(name, value, attr)
        options = [] if self.is_required else [("", "", False)]
        options += [
            (key, self.choices.field.label_from_instance(self.known[key]), True) for key in keys
        ]
        made = [self.create_option(name, *option, place) for place, option in enumerate(options)]
        return [(None, made, 0)]
