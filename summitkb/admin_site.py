"""The admin site: Django's own, under our name and in the order of an editor's work."""

from django.contrib.admin import AdminSite
from django.contrib.admin.views.autocomplete import AutocompleteJsonView

from summitkb.editing.urls import urls
from summitkb.records.labels import label_of

APPS = ("meetings", "delegations", "records")


class Autocomplete(AutocompleteJsonView):
    def serialize_result(self, obj, to_field_name):
        return {**super().serialize_result(obj, to_field_name), "text": label_of(obj)}


class Site(AdminSite):
    site_header = site_title = "SummitKB"
    index_title = "Records"

    def get_urls(self):
        return [*urls(self), *super().get_urls()]

    def get_app_list(self, request, app_label=None):
        """What happened, who, what it rests on, and then accounts; models as they were registered."""
        places = {model: place for place, model in enumerate(self._registry)}
        found = super().get_app_list(request, app_label)
        for app in found:
            app["models"].sort(key=lambda entry: places[entry["model"]])
        return sorted(found, key=lambda app: [*APPS, app["app_label"]].index(app["app_label"]))

    def autocomplete_view(self, request):
        return Autocomplete.as_view(admin_site=self)(request)
