"""The admin site: Django's own, under our name and in the order of an editor's work."""

from functools import update_wrapper

from django.contrib.admin import AdminSite
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import TO_FIELD_VAR
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.core.exceptions import BadRequest
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache

from summitkb.accounts import urls as accounts
from summitkb.accounts.forms import LoginForm
from summitkb.accounts.refusals import note_closed
from summitkb.accounts.second_factor import is_let_in, lacks_second_factor
from summitkb.accounts.sign_in import PasswordChange, PasswordStep
from summitkb.editing.urls import urls
from summitkb.records.labels import label_of
from summitkb.records.structure import may_be_key

APPS = ("meetings", "delegations", "records")


class Autocomplete(AutocompleteJsonView):
    def serialize_result(self, obj, to_field_name):
        return {**super().serialize_result(obj, to_field_name), "text": label_of(obj)}


def _require_askable(request, model):
    """Raises BadRequest for what no page of ours asks, and the pages of Django, here of one model or of
    none, hand to PostgreSQL as it is: a NUL, a number that is none, a field without a name."""
    asked = [text for name, values in request.GET.lists() for text in (name, *values)]
    if any("\0" in text for text in (*asked, request.path_info)):
        raise BadRequest("an address with a NUL")
    if "" in (request.GET.get(TO_FIELD_VAR), request.POST.get(TO_FIELD_VAR)):
        raise BadRequest("the name of a field is empty")
    chosen = request.POST.getlist(ACTION_CHECKBOX_NAME) if model else ()
    if not all(may_be_key(model, key) for key in chosen):
        raise BadRequest("a row is chosen by what is no key")


class Site(AdminSite):
    site_header = site_title = "SummitKB"
    index_title = "Records"

    def get_urls(self):
        return [*accounts.urls(self), *urls(self), *super().get_urls()]

    def has_permission(self, request):
        return super().has_permission(request) and is_let_in(request.user)

    def admin_view(self, view, cacheable=False):
        """The door of all pages but those of `accounts`."""
        behind = super().admin_view(view, cacheable)
        model = getattr(getattr(view, "__self__", None), "model", None)

        def door(request, *args, **kwargs):
            _require_askable(request, model)
            if not self.has_permission(request):
                note_closed(request)
                if self._is_to_set_up(request):
                    return HttpResponseRedirect(reverse("admin:second_factor"))
            return behind(request, *args, **kwargs)

        return update_wrapper(door, behind)

    def _is_to_set_up(self, request):
        return super().has_permission(request) and lacks_second_factor(request.user)

    @method_decorator(never_cache)
    def login(self, request, extra_context=None):
        """As Django's, with a second step behind it."""
        if request.method == "GET" and self.has_permission(request):
            return HttpResponseRedirect(reverse("admin:index"))
        if request.method == "GET" and self._is_to_set_up(request):
            return HttpResponseRedirect(reverse("admin:second_factor"))
        context = {
            **self.each_context(request),
            "title": "Log in",
            "app_path": request.get_full_path(),
            "username": request.user.get_username(),
            **(extra_context or {}),
        }
        if "next" not in request.GET and "next" not in request.POST:
            context["next"] = reverse("admin:index")
        return PasswordStep.as_view(
            extra_context=context,
            authentication_form=LoginForm,
            template_name="admin/login.html",
            next_page="admin:index",
        )(request)

    def get_app_list(self, request, app_label=None):
        """What happened, who, what it rests on, and then accounts; models as they were registered."""
        places = {model: place for place, model in enumerate(self._registry)}
        found = super().get_app_list(request, app_label)
        for app in found:
            app["models"].sort(key=lambda entry: places[entry["model"]])
        return sorted(found, key=lambda app: [*APPS, app["app_label"]].index(app["app_label"]))

    def password_change(self, request, extra_context=None):
        return PasswordChange.as_view(
            success_url=reverse("admin:password_change_done"),
            extra_context={**self.each_context(request), **(extra_context or {})},
        )(request)

    def autocomplete_view(self, request):
        return Autocomplete.as_view(admin_site=self)(request)
