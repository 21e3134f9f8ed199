"""Sessions end, and passwords are long enough."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from summitkb.accounts.sessions import SessionStore
from tests.accounts.people import PASSWORD, is_in, make_editor, sign_in
from tests.pages import words_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def editor():
    return make_editor(last_name="Featherstone")


def test_the_cookie_ends_with_the_browser_and_is_for_us_alone(client):
    answer = sign_in(client)
    cookies = {
        name: {
            part: cookie[part] for part in ("max-age", "expires", "httponly", "samesite", "path")
        }
        for name, cookie in answer.cookies.items()
    }
    ours = {"httponly": True, "samesite": "Lax", "path": "/"}
    assert cookies["sessionid"] == {"max-age": "", "expires": "", **ours}
    assert (cookies["csrftoken"]["httponly"], cookies["csrftoken"]["samesite"]) == (True, "Lax")


def test_a_session_ends_so_long_after_the_login_whatever_is_written_to_it(client, settings):
    sign_in(client)
    store = SessionStore(client.session.session_key)
    began = store["began"]
    store["began"] = began - 3600
    store.save()
    store = SessionStore(client.session.session_key)
    store["something"] = "new"
    store.save()

    ends = Session.objects.get().expire_date.timestamp()

    assert ends == began - 3600 + 12 * 3600
    assert is_in(client)
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert not is_in(client)


def test_a_change_of_the_password_ends_other_sessions(client):
    other = Client()
    sign_in(client)
    sign_in(other)
    typed = {
        "old_password": PASSWORD,
        "new_password1": "b" + PASSWORD,
        "new_password2": "b" + PASSWORD,
    }
    answer = client.post(reverse("admin:password_change"), typed)
    assert answer["Location"] == reverse("admin:password_change_done")
    assert (is_in(client), is_in(other)) == (True, False)


def test_the_old_password_cannot_be_tried_there_without_limit(client):
    sign_in(client)
    new = {"new_password1": "b" + PASSWORD, "new_password2": "b" + PASSWORD}
    address = reverse("admin:password_change")
    answers = [client.post(address, {"old_password": "wrong", **new}) for _ in range(11)]
    assert [answer.status_code for answer in answers] == [200] * 9 + [429] * 2
    assert client.post(address, {"old_password": PASSWORD, **new}).status_code == 429


def test_one_leaves_by_a_form_and_not_by_a_link(client):
    sign_in(client)
    assert (client.get(reverse("admin:logout")).status_code, is_in(client)) == (405, True)
    client.post(reverse("admin:logout"))
    assert (is_in(client), Session.objects.count()) == (False, 0)


RULES = [
    "Your password can’t be too similar to your other personal information.",
    "Your password must contain at least 12 characters.",
    "Your password can’t be a commonly used password.",
    "Your password can’t be entirely numeric.",
]


def test_the_rules_of_a_password_are_said_where_it_is_changed(client):
    sign_in(client)
    page = words_of(client.get(reverse("admin:password_change")).content.decode())
    assert [rule for rule in RULES if rule not in page] == []


@pytest.mark.parametrize(
    "password", ["eleven char", "featherstone7", "administrator", "739182640571"]
)
def test_a_password_against_the_rules_is_not_taken(client, password, editor):
    sign_in(client)
    typed = {"old_password": PASSWORD, "new_password1": password, "new_password2": password}
    answer = client.post(reverse("admin:password_change"), typed)
    editor.refresh_from_db()
    assert (answer.status_code, editor.check_password(PASSWORD)) == (200, True)
