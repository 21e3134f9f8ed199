from importlib import import_module

from django.apps import AppConfig


class BrowseConfig(AppConfig):
    name = "summitkb.browse"

    def ready(self):
        import_module("summitkb.browse.search.documents")  # for the objects it derives
