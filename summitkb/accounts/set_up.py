"""The page on which one sets up one's second factor, replaces or removes it."""

from base64 import b32encode

import segno
from django.contrib import messages
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.safestring import mark_safe
from django_otp import login

from summitkb.accounts import second_factor
from summitkb.accounts.forms import CodeForm, FirstCodeForm, PasswordForm


def set_up(request, site):
    """On GET how it stands. Posted is what to `do`: one of DONE."""
    has, begun = (second_factor.telephone_of(request.user, confirmed=yes) for yes in (True, False))
    may = {"give_up": None}
    # Who has a second factor proves it; who has none yet, that it is not another's screen left open.
    may |= {"begin": CodeForm, "codes": CodeForm, "remove": CodeForm} if has else {}
    may |= {} if has else {"begin": PasswordForm}
    may |= {"confirm": FirstCodeForm} if begun else {}
    todo = request.POST.get("do")
    form = None
    if todo in may:
        form = may[todo] and may[todo](request.POST, request=request, user=request.user)
        if form is None or form.is_valid():
            return DONE[todo](request, site, form)
    return _page(request, site, has, begun, todo, form)


def _page(request, site, has, begun, todo, wrong):
    empty = {"request": request, "user": request.user}
    ours = CodeForm if has else PasswordForm
    first = todo == "confirm" and wrong
    context = {
        "title": "Second factor",
        "has": has,
        "left": second_factor.recovery_codes_left(request.user) if has else 0,
        "begun": begun,
        "first": first or FirstCodeForm(**empty),
        "form": (not first and wrong) or ours(**empty),
    }
    if begun:
        secret = b32encode(begun.bin_key).decode()
        context["secret"] = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
        context["square"] = _square(begun.config_url)
    return _answer(request, site, context)


def _answer(request, site, context):
    context = {
        **site.each_context(request),
        # The site would not count who has to set it up first among those it lets in.
        "has_permission": True,
        "available_apps": [],
        "must": second_factor.lacks_second_factor(request.user),
        **context,
    }
    return TemplateResponse(request, "accounts/second_factor.html", context)


def _square(text: str) -> str:
    """The QR code as an element of the page; nothing but shapes of segno's making is in it."""
    code = segno.make(text, micro=False)
    svg = code.svg_inline(scale=5, svgclass="square", lineclass=None, omitsize=True, light="#fff")
    return mark_safe(svg)


def _begin(request, site, form):
    second_factor.begin(request.user)
    return HttpResponseRedirect(request.path)


def _give_up(request, site, form):
    second_factor.give_up(request.user)
    return HttpResponseRedirect(request.path)


def _confirm(request, site, form):
    login(request, form.device)
    request.session.cycle_key()
    request.user.asked_for_second_factor = True
    return _codes(request, site, form)


def _codes(request, site, form):
    """Not on a page of their own, because they are kept nowhere."""
    codes = second_factor.new_recovery_codes(request.user)
    return _answer(request, site, {"title": "Your recovery codes", "codes": codes})


def _remove(request, site, form):
    second_factor.remove(request.user)
    messages.success(request, "The second factor was removed.")
    return HttpResponseRedirect(reverse("admin:second_factor"))


DONE = {
    "begin": _begin,
    "give_up": _give_up,
    "confirm": _confirm,
    "codes": _codes,
    "remove": _remove,
}
