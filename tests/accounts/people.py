"""Who signs in, and how: by the forms, as a browser does."""

from django.contrib.auth import get_user_model
from django.urls import reverse
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from summitkb.accounts import second_factor

PASSWORD = "correct horse battery"


def make_editor(name="editor", **fields):
    return get_user_model().objects.create_user(name, password=PASSWORD, is_staff=True, **fields)


def with_telephone(user) -> list[str]:
    """Set the second factor up; gives the recovery codes."""
    TOTPDevice.objects.create(user=user, name="Telephone")
    return second_factor.new_recovery_codes(user)


def code_of(user, confirmed=True) -> str:
    """What the telephone shows now, as if it had not been used in this half minute."""
    devices = TOTPDevice.objects.filter(user=user, confirmed=confirmed)
    devices.update(last_t=-1)
    return f"{TOTP(devices.get().bin_key).token():06}"


def wrong_code_of(user, **which) -> str:
    return f"{(int(code_of(user, **which)) + 500_000) % 1_000_000:06}"


def sign_in(client, name="editor", password=PASSWORD, address=None, **more):
    """Post the first form."""
    if address:
        more["REMOTE_ADDR"] = address
    return client.post(reverse("admin:login"), {"username": name, "password": password}, **more)


def give_code(client, code, next="/admin/"):
    """Post the second form."""
    return client.post(f"{reverse('admin:second_step')}?next={next}", {"code": code})


def is_in(client) -> bool:
    return client.get(reverse("admin:index")).status_code == 200
