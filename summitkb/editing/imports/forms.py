"""The form by which a file or pasted text is uploaded."""

import shutil
from pathlib import PurePath

from django import forms
from django.conf import settings
from django.contrib.admin.widgets import AdminTextareaWidget, AdminTextInputWidget
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.template.defaultfilters import filesizeformat

from summitkb.editing.imports.models import Import
from summitkb.editing.imports.permissions import may_import, may_publish
from summitkb.exchange.tables import get_table, tables
from summitkb.records.characters import printed
from summitkb.records.publication import Publication

MOST_PASTED = 1_000_000
"""Characters. What is longer comes as a file."""

PACKAGE = ".zip"
UNNAMED = "As the file says"
NEW_ROWS = (Publication.DRAFT, Publication.IN_REVIEW, Publication.PUBLISHED)


class ImportForm(forms.Form):
    """Gives an Import that is saved, by `save`. Raises PermissionDenied for what was not offered."""

    file = forms.FileField(
        required=False,
        help_text="A package as .zip; or one table as .csv, or as the first sheet of an .xlsx.",
    )
    text = forms.CharField(
        label="Or paste a table",
        required=False,
        strip=False,
        max_length=MOST_PASTED,
        widget=AdminTextareaWidget(attrs={"rows": 6, "spellcheck": "false"}),
        help_text=(
            "With its header, separated by commas, semicolons or tabs, as spreadsheets copy it. "
            "Up to 1 million characters."
        ),
    )
    table = forms.ChoiceField(
        required=False,
        help_text="Needed unless it is a package, or the file is named after its table.",
    )
    publication = forms.ChoiceField(
        label="New rows become",
        initial=Publication.DRAFT,
        help_text="Known rows keep the publication that they have.",
    )
    reason = forms.CharField(
        max_length=300,
        widget=AdminTextInputWidget,
        help_text="Where this comes from or why it is changed. The history of each record shows it.",
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
        self.offered = [table for table in tables() if may_import(user, [table])]
        publish = any(may_publish(user, [table]) for table in self.offered if table.has_publication)
        # What is not offered is valid, and not permitted: `save` says so.
        self.fields["table"].choices = [("", UNNAMED), *((t.name, t.title) for t in tables())]
        offered = [("", UNNAMED), *((t.name, t.title) for t in self.offered)]
        self.fields["table"].widget.choices = offered
        labels = [(p.value, p.label) for p in NEW_ROWS]
        self.fields["publication"].choices = labels
        self.fields["publication"].widget.choices = labels if publish else labels[:-1]
        self.most = filesizeformat(settings.MOST_IMPORTED_BYTES)
        self.fields["file"].help_text += f" Up to {self.most}."

    def clean_text(self):
        """With the line ends that it had before a browser sent it."""
        return self.cleaned_data["text"].replace("\r\n", "\n")

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file and file.size > settings.MOST_IMPORTED_BYTES:
            raise forms.ValidationError(
                f"It has {filesizeformat(file.size)}; accepted are up to {self.most}."
            )
        return file

    def clean(self):
        data = super().clean()
        file, text = data.get("file"), data.get("text", "")
        if "file" in data and "text" in data and bool(file) == bool(text.strip()):
            raise forms.ValidationError("Choose a file or paste a table, one of the two.")
        if file and PurePath(file.name).suffix.lower() == PACKAGE:
            if data.get("table"):
                self.add_error("table", "A zip is a whole package, so leave this as it was.")
        elif not data.get("table") and "table" in data and not self.errors:
            guessed = get_table(PurePath(file.name).stem.lower()) if file else None
            if guessed is None:
                self.add_error("table", "Say which table it is.")
            else:
                data["table"] = guessed.name
        return data

    def clean_reason(self):
        return printed(self.cleaned_data["reason"])

    def save(self) -> Import:
        data = self.cleaned_data
        one = Import(
            user=self.user,
            table=data["table"],
            publication=data["publication"],
            reason=data["reason"],
        )
        if not may_import(self.user, one.tables):
            raise PermissionDenied("You may not import this.")
        if one.publication == Publication.PUBLISHED and not may_publish(self.user, one.tables):
            raise PermissionDenied("You may not publish what you import.")
        file = data["file"] or ContentFile(data["text"].encode(), f"{one.table}.csv")
        one.name = PurePath(file.name).name[:200]
        try:
            one.file.save(file.name, file, save=False)
            one.sha256 = one.digest()
            one.save(force_insert=True)
        except BaseException:
            shutil.rmtree(one.folder, ignore_errors=True)  # half a file is nobody's
            raise
        return one
