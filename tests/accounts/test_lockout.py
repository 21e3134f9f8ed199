"""Passwords cannot be tried without limit, and nobody is locked out by another."""

import re
from datetime import timedelta

import pytest
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.core.management import call_command
from django.db import connection
from django.test import Client, RequestFactory
from django.utils import timezone

from summitkb.accounts.lockout import address_of, forget_expired
from tests.accounts.people import PASSWORD, is_in, make_editor, sign_in, with_telephone
from tests.pages import words_of

pytestmark = pytest.mark.django_db
HERE, ELSEWHERE = "192.0.2.1", "192.0.2.2"


@pytest.fixture(autouse=True)
def editor():
    return make_editor()


def try_often(times, name="editor", address=HERE, **more):
    """The statuses of tries with a wrong password, each from another browser."""
    return [
        sign_in(
            Client(), name, "wrong", address, HTTP_USER_AGENT=f"browser {number}", **more
        ).status_code
        for number in range(times)
    ]


def test_the_tenth_wrong_password_locks_and_the_right_one_no_longer_helps(client):
    assert try_often(11) == [200] * 9 + [429] * 2

    answer = sign_in(client, address=HERE)

    assert (answer.status_code, answer["Retry-After"], is_in(client)) == (429, "900", False)
    assert "Try again in 15 minutes. From elsewhere it can be used." in words_of(
        answer.content.decode()
    )
    assert re.search('<body class="[^"]* login"', answer.content.decode())


def test_the_same_name_from_elsewhere_is_not_locked(client):
    try_often(10)
    sign_in(client, address=ELSEWHERE)
    assert is_in(client)


def test_another_name_from_the_same_address_is_not_locked(client):
    make_editor("colleague")
    try_often(10)
    sign_in(client, "colleague", address=HERE)
    assert is_in(client)


def test_a_login_begins_the_count_anew(client):
    try_often(9)
    sign_in(client, address=HERE)
    assert try_often(9) == [200] * 9


def test_a_right_password_without_its_code_does_not_begin_the_count_anew(client, editor):
    with_telephone(editor)
    try_often(9)
    sign_in(client, address=HERE)
    assert try_often(1) == [429]


def test_the_lock_ends_whatever_was_tried_meanwhile(client):
    try_often(10)
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=14))
    assert try_often(1) == [429]
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=15, seconds=1))
    sign_in(client, address=HERE)
    assert is_in(client)


def test_nothing_is_kept_but_how_often_from_where_and_a_digest(client):
    sign_in(client, "editor", "s3cret-typed", HERE, HTTP_USER_AGENT="Mozilla")
    sign_in(client, "editor", "s3cret-typed", HERE, HTTP_USER_AGENT="Mozilla")
    sign_in(Client(), "editor", PASSWORD, ELSEWHERE)
    kept = AccessAttempt.objects.values().get()
    assert {
        name: kept[name] for name in kept if name not in ("id", "username", "attempt_time")
    } == {
        "user_agent": "",
        "http_accept": "",
        "get_data": "",
        "post_data": "",
        "ip_address": HERE,
        "path_info": "/admin/login/",
        "failures_since_start": 2,
    }
    assert re.fullmatch("[0-9a-f]{64}", kept["username"])
    assert (AccessLog.objects.count(), AccessFailureLog.objects.count()) == (0, 0)


def test_what_no_longer_counts_is_forgotten():
    try_often(1)
    try_often(1, address=ELSEWHERE)
    AccessAttempt.objects.filter(ip_address=HERE).update(
        attempt_time=timezone.now() - timedelta(minutes=16)
    )
    forget_expired()
    assert [*AccessAttempt.objects.values_list("ip_address", flat=True)] == [ELSEWHERE]


@pytest.mark.parametrize(
    ("trusted", "remote", "forwarded", "address"),
    [
        (False, "192.0.2.1", "192.0.2.9", "192.0.2.1"),
        (True, "192.0.2.1", "192.0.2.9", "192.0.2.9"),
        (True, "192.0.2.1", "10.9.9.9, 192.0.2.8, 192.0.2.9", "192.0.2.9"),
        (True, "192.0.2.1", "192.0.2.9, nonsense", "192.0.2.1"),
        (True, "192.0.2.1", None, "192.0.2.1"),
        (True, "", None, None),
        (False, "2001:db8:1:2:3:4:5:6", None, "2001:db8:1:2::"),
        (False, "2001:db8:1:2:9:9:9:9", None, "2001:db8:1:2::"),
        (False, "::ffff:192.0.2.7", None, "192.0.2.7"),
    ],
)
def test_the_address_is_what_the_nearest_that_we_trust_has_seen(
    settings, trusted, remote, forwarded, address
):
    settings.TRUSTED_PROXY = trusted
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    assert address_of(RequestFactory(REMOTE_ADDR=remote).get("/", headers=headers)) == address


def test_who_claims_other_addresses_is_locked_all_the_same(settings):
    settings.TRUSTED_PROXY = True
    answers = [
        sign_in(
            Client(),
            password="wrong",
            address="10.0.0.1",
            HTTP_X_FORWARDED_FOR=f"10.9.9.{n}, {HERE}",
        ).status_code
        for n in range(10)
    ]
    assert answers == [200] * 9 + [429]


def test_prepare_forgets_sessions_and_tries_that_are_over(client, settings, tmp_path):
    settings.DATA = settings.STATIC_ROOT = tmp_path
    sign_in(client)
    try_often(1)
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=16))
    with connection.cursor() as cursor:
        cursor.execute("UPDATE django_session SET expire_date = now() - interval '1 minute'")
        call_command("prepare")
        cursor.execute("SELECT (SELECT count(*) FROM django_session)")
        assert (cursor.fetchone(), AccessAttempt.objects.count()) == ((0,), 0)


def test_neither_tries_nor_secrets_have_pages_in_the_admin(admin_client):
    page = admin_client.get("/admin/").content.decode()
    assert [
        admin_client.get(f"/admin/{app}/").status_code
        for app in ("auth", "axes", "otp_totp", "otp_static")
    ] == [200, 404, 404, 404]
    assert "axes" not in page
