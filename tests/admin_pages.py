"""How tests use the admin as a browser does."""

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import reverse

from summitkb.editing.groups import make_groups


def url(model, action, *args):
    """The address of a page of the admin, for example of `changelist`, `add` or `change`."""
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{action}", args=args)


def autocomplete(client, model, field, term):
    """The labels that are offered for a reference when something is typed."""
    meta = model._meta
    asked = {"app_label": meta.app_label, "model_name": meta.model_name, "field_name": field}
    answer = client.get(reverse("admin:autocomplete"), {**asked, "term": term})
    return [result["text"] for result in answer.json()["results"]]


def found(client, model, **asked):
    """The keys of what a changelist shows."""
    rows = client.get(url(model, "changelist"), asked).context["cl"].result_list
    return [row.record_key for row in rows]


def rows(prefix, *entered, initial=0):
    """What a browser sends for the rows of an inline; the first `initial` were there before."""
    data = {f"{prefix}-TOTAL_FORMS": len(entered), f"{prefix}-INITIAL_FORMS": initial}
    for number, row in enumerate(entered):
        data |= {f"{prefix}-{number}-{name}": value for name, value in row.items()}
    return data


def as_shown(page, **typed):
    """What a browser sends when the form of a page is saved as it came, but for what is typed.

    A reason is given where one is asked.
    """
    forms = [page.context["adminform"].form]
    for inline in page.context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    data = {}
    for form in forms:
        for field in form:
            value = field.field.prepare_value(field.value())
            if value is not None:
                data[field.html_name] = getattr(value, "pk", value)
    return {**data, "reason": "As the source says.", **typed}


def errors(answer):
    """All that a form page says is wrong, by field; what it says of rows, as one list."""
    told = {name: list(wrong) for name, wrong in answer.context["adminform"].errors.items()}
    in_rows = []
    for inline in answer.context["inline_admin_formsets"]:
        in_rows += inline.formset.non_form_errors()
        for wrong in inline.formset.errors:
            in_rows += [error for name in wrong for error in wrong[name]]
    return {**told, "rows": in_rows} if in_rows else told


def told(answer):
    """The messages that a page shows at its top."""
    return [str(message) for message in answer.context["messages"]]


def member(group=None):
    """Somebody of the staff, a member of `Editor` or `Reviewer`."""
    user = get_user_model().objects.create_user((group or "nobody").lower(), is_staff=True)
    if group:
        make_groups(Group, Permission)  # gone where a test before emptied all tables
        user.groups.add(Group.objects.get(name=group))
    return user


def signed_in(group=None):
    """A browser in which somebody of the staff is signed in, a member of `Editor` or `Reviewer`."""
    client = Client()
    client.force_login(member(group))
    return client


def enter_as(client, page, live_server):
    """Let the page of a real browser be signed in as the browser of a test is."""
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
