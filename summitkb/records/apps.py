from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "summitkb.records"
    verbose_name = "Sources and citations"
