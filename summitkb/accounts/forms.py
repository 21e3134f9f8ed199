from django import forms
from django.contrib.admin.forms import AdminAuthenticationForm, AdminPasswordChangeForm
from django.contrib.auth import authenticate

from summitkb.accounts import refusals, second_factor


class LoginForm(AdminAuthenticationForm):
    def confirm_login_allowed(self, user):
        if not user.is_staff:
            refusals.note(refusals.LOGIN, self.request, "not staff", user)
        super().confirm_login_allowed(user)


class CodeForm(forms.Form):
    """A code of the telephone, or a recovery code."""

    code = forms.CharField(
        label="Code",
        max_length=20,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autocapitalize": "off", "spellcheck": "false"}
        ),
    )

    def __init__(self, *args, request, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.request, self.user = request, user
        self.device = None

    def clean_code(self):
        code = self.cleaned_data["code"]
        if wait := second_factor.seconds_to_wait(self.user, code):
            refusals.note(refusals.LOGIN, self.request, "code tried too soon", self.user)
            raise forms.ValidationError(
                f"After wrong codes the next is looked at later: try again in {_words(wait)}."
            )
        self.device = self._proved(code)
        if self.device is None:
            refusals.note(refusals.LOGIN, self.request, "wrong code", self.user)
            raise forms.ValidationError(
                "This code is not right. Each is good for one time; wait for the next one."
            )
        return code

    def _proved(self, code):
        return second_factor.proved_by(self.user, code)


class FirstCodeForm(CodeForm):
    """A code of the telephone that is being set up."""

    def _proved(self, code):
        return second_factor.confirm(self.user, code)


class PasswordForm(forms.Form):
    """The password again. A wrong one counts as a failed login."""

    password = forms.CharField(
        label="Your password",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, *args, request, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.request, self.user = request, user

    def clean_password(self):
        password = self.cleaned_data["password"]
        found = authenticate(self.request, username=self.user.get_username(), password=password)
        if found is None or found.pk != self.user.pk:
            raise forms.ValidationError("This password is not right.")
        return password


class PasswordChangeForm(AdminPasswordChangeForm):
    """Here too a wrong old password counts as a failed login."""

    def __init__(self, *args, request, **kwargs):
        super().__init__(*args, **kwargs)
        self.request = request

    def clean_old_password(self):
        old = self.cleaned_data["old_password"]
        if authenticate(self.request, username=self.user.get_username(), password=old) is None:
            raise forms.ValidationError(self.error_messages["password_incorrect"])
        return old


def _words(seconds: int) -> str:
    for size, unit in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= size:
            number = -(-seconds // size)
            return f"{number} {unit}" + "s" * (number > 1)
    return f"{seconds} second" + "s" * (seconds > 1)
