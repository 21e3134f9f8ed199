from importlib import import_module

from django.apps import AppConfig


class DelegationsConfig(AppConfig):
    name = "delegations"
    verbose_name = "Delegations: who"

    def ready(self):
        import_module("delegations.twins")  # for the marks it declares
