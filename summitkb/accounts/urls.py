"""The addresses below the admin by which one comes in, and of one's second factor."""

from functools import partial, wraps

from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.urls import URLPattern, path, reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect

from summitkb.accounts import refusals
from summitkb.accounts.second_factor import is_let_in, lacks_second_factor
from summitkb.accounts.set_up import set_up
from summitkb.accounts.sign_in import CodeStep


def urls(site: AdminSite) -> list[URLPattern]:
    """None of them stands behind the site's own door: it opens to who has been here."""
    return [
        path("code/", never_cache(CodeStep.as_view(site=site)), name="second_step"),
        path("second-factor/", _own(partial(set_up, site=site)), name="second_factor"),
        # Also for who is signed in and has yet to set something up.
        path("logout/", never_cache(csrf_protect(site.logout)), name="logout"),
    ]


def _own(view):
    """For staff who are let in, or would be but for a second factor."""

    @never_cache
    @csrf_protect
    @wraps(view.func)
    def entered(request):
        user = request.user
        staff = user.is_active and user.is_staff
        if staff and (is_let_in(user) or lacks_second_factor(user)):
            return view(request)
        refusals.note_closed(request)
        return redirect_to_login(request.get_full_path(), reverse("admin:login"))

    return entered
