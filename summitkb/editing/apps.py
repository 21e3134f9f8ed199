"""The application of whoever enters and checks: forms, publication and history in the admin."""

from django.apps import AppConfig


class EditingConfig(AppConfig):
    name = "summitkb.editing"
    verbose_name = "Editing"
