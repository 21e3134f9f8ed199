"""Coming in: name and password, then a code where the account has a second factor.

Between the two steps nobody is signed in. The session notes for some minutes whose password was right.
"""

from django.conf import settings
from django.contrib.auth import get_user_model, login
from django.contrib.auth.views import LoginView, PasswordChangeView, RedirectURLMixin
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.http import urlencode
from django.views.generic import FormView

from summitkb.accounts.forms import CodeForm, PasswordChangeForm
from summitkb.accounts.second_factor import has_second_factor

HALF = "password_was_right"
SECONDS = 600


class PasswordStep(LoginView):
    def form_valid(self, form):
        user = form.get_user()
        if not has_second_factor(user):
            return super().form_valid(form)
        self.request.session.flush()  # of whomever was signed in here
        self.request.session[HALF] = {
            "user": user.pk,
            "backend": user.backend,
            "password": user.get_session_auth_hash(),
            "until": timezone.now().timestamp() + SECONDS,
        }
        query = urlencode({"next": self.get_success_url()})
        return HttpResponseRedirect(f"{reverse('admin:second_step')}?{query}")


class PasswordChange(PasswordChangeView):
    form_class = PasswordChangeForm

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "request": self.request}


class CodeStep(RedirectURLMixin, FormView):
    """`site` is the admin, whose page it is."""

    site = None
    form_class = CodeForm
    template_name = "accounts/code.html"
    next_page = "admin:index"

    def dispatch(self, request, *args, **kwargs):
        self.user = _half_signed_in(request)
        if self.user is None:
            query = urlencode({"next": self.get_success_url()})
            return HttpResponseRedirect(f"{reverse('admin:login')}?{query}")
        return super().dispatch(request, *args, **kwargs)

    def get_form(self, form_class=None):
        form = super().get_form(form_class)
        form.fields["code"].widget.attrs["autofocus"] = True
        return form

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "request": self.request, "user": self.user}

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            **self.site.each_context(self.request), title="Second step", **kwargs
        )

    def form_valid(self, form):
        backend = self.request.session.pop(HALF)["backend"]
        self.user.otp_device = form.device  # from which django-otp takes it at the login
        login(self.request, self.user, backend)
        return super().form_valid(form)


def _half_signed_in(request):
    """Whose password was right in this session a moment ago, and still is."""
    half = request.session.get(HALF)
    if half is None or half["until"] < timezone.now().timestamp():
        return None
    if half["backend"] not in settings.AUTHENTICATION_BACKENDS:
        return None
    user = get_user_model().objects.filter(pk=half["user"], is_active=True, is_staff=True).first()
    if user and constant_time_compare(half["password"], user.get_session_auth_hash()):
        return user
    return None
