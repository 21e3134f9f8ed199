"""The second factor of an account: a telephone that makes codes (TOTP), and recovery codes.

An account has it from when its telephone has shown a first code. A code is good for one time. After a
wrong one the next is looked at a second later, and twice as long after each further one. django-otp
counts for the telephone and for the recovery codes apart, so a code is tried as what it looks like.
"""

import re
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django_otp import verify_token
from django_otp.models import Device
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

NAME = "Telephone"
CODES = 10
OF_TELEPHONE = re.compile("[0-9]{6}")


def has_second_factor(user) -> bool:
    """Asked of the database once for a request."""
    if not hasattr(user, "asked_for_second_factor"):
        found = TOTPDevice.objects.filter(user_id=user.pk, confirmed=True).exists()
        user.asked_for_second_factor = found
    return user.asked_for_second_factor


def is_let_in(user) -> bool:
    """Whether a member of staff who is signed in has proved all that is asked of them."""
    if getattr(user, "otp_device", None) is not None:
        return True
    return not settings.REQUIRE_2FA and not has_second_factor(user)


def lacks_second_factor(user) -> bool:
    """Whether nothing is asked of them but to set it up."""
    return settings.REQUIRE_2FA and not has_second_factor(user)


def telephone_of(user, *, confirmed: bool) -> TOTPDevice | None:
    return TOTPDevice.objects.filter(user_id=user.pk, confirmed=confirmed).first()


def plain(code: str) -> str:
    return re.sub(r"[\s-]", "", code).lower()


def _digest(code: str) -> str:
    """What is kept of a recovery code: who reads the database, or a backup of it, cannot use it."""
    return salted_hmac("summitkb.accounts.recovery", code, algorithm="sha256").hexdigest()[:16]


def proved_by(user, code: str) -> Device | None:
    """What of the account has made this code, which is used up thereby."""
    code = plain(code)
    if OF_TELEPHONE.fullmatch(code):
        device = telephone_of(user, confirmed=True)
    else:
        device, code = StaticDevice.objects.filter(user_id=user.pk).first(), _digest(code)
    return device and verify_token(user, device.persistent_id, code)


def seconds_to_wait(user, code: str) -> int:
    """How long until a code like this one is looked at again."""
    model = TOTPDevice if OF_TELEPHONE.fullmatch(plain(code)) else StaticDevice
    device = model.objects.filter(user_id=user.pk, confirmed=True).first()
    allowed, why = device.verify_is_allowed() if device else (True, None)
    if allowed:
        return 0
    return max(1, round((why["locked_until"] - timezone.now()).total_seconds()))


@transaction.atomic
def begin(user) -> TOTPDevice:
    """A telephone that does not count yet."""
    TOTPDevice.objects.filter(user_id=user.pk, confirmed=False).delete()
    return TOTPDevice.objects.create(user=user, name=NAME, confirmed=False)


def give_up(user) -> None:
    TOTPDevice.objects.filter(user_id=user.pk, confirmed=False).delete()


@transaction.atomic
def confirm(user, code: str) -> TOTPDevice | None:
    """The telephone that was begun, from now on the only one, if it has made this code."""
    begun = telephone_of(user, confirmed=False)
    telephone = begun and TOTPDevice.objects.select_for_update().filter(pk=begun.pk).first()
    if not telephone or not OF_TELEPHONE.fullmatch(plain(code)):
        return None
    if not telephone.verify_token(plain(code)):
        return None
    TOTPDevice.objects.filter(user_id=user.pk).exclude(pk=telephone.pk).delete()
    telephone.confirmed = True
    telephone.save()
    return telephone


@transaction.atomic
def new_recovery_codes(user) -> list[str]:
    """Codes in the place of all former ones. They are told this once."""
    StaticDevice.objects.filter(user_id=user.pk).delete()
    device = StaticDevice.objects.create(user=user, name="Recovery codes")
    codes = [StaticToken.random_token() for _ in range(CODES)]
    StaticToken.objects.bulk_create(
        StaticToken(device=device, token=_digest(code)) for code in codes
    )
    return [f"{code[:4]}-{code[4:]}" for code in codes]


def recovery_codes_left(user) -> int:
    return StaticToken.objects.filter(device__user_id=user.pk).count()


@transaction.atomic
def remove(user) -> bool:
    """Take all of it away. Whether there was anything."""
    telephones, _ = TOTPDevice.objects.filter(user_id=user.pk).delete()
    codes, _ = StaticDevice.objects.filter(user_id=user.pk).delete()
    return bool(telephones or codes)


def forget_unfinished() -> None:
    """Delete telephones that were begun a day ago and never showed a code."""
    long_ago = timezone.now() - timedelta(days=1)
    TOTPDevice.objects.filter(confirmed=False, created_at__lt=long_ago).delete()
