from importlib import import_module

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class ExchangeConfig(AppConfig):
    name = "summitkb.exchange"

    def ready(self):
        import_module("summitkb.exchange.record_tables")
        autodiscover_modules("tables")
