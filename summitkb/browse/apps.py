from importlib import import_module

from django.apps import AppConfig


class BrowseConfig(AppConfig):
    name = "summitkb.browse"

    def ready(self):
        for module in ("search.documents", "bitmaps.columns"):  # for the objects they derive
            import_module(f"summitkb.browse.{module}")
