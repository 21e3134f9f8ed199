from importlib import import_module

from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    name = "meetings"
    verbose_name = "Meetings: what happened"

    def ready(self):
        import_module("meetings.twins")  # for the marks it declares
