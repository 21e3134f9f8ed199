"""Who has a second factor is let in by nothing less, and who loses it is helped."""

import re
import threading

import pytest
from axes.models import AccessAttempt
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from summitkb.accounts import second_factor
from tests.accounts.people import (
    PASSWORD,
    code_of,
    give_code,
    is_in,
    make_editor,
    sign_in,
    with_telephone,
    wrong_code_of,
)
from tests.pages import words_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor():
    return make_editor()


@pytest.fixture
def signed_in(client, editor):
    sign_in(client)
    return client


def do(client, todo, **typed):
    return client.post(reverse("admin:second_factor"), {"do": todo, **typed})


def errors(answer, form="form"):
    return [str(error) for errors in answer.context[form].errors.values() for error in errors]


def later():
    """The throttle of wrong codes is over."""
    TOTPDevice.objects.update(throttling_failure_timestamp=None)
    StaticDevice.objects.update(throttling_failure_timestamp=None)


# Coming in


def test_without_one_the_password_lets_in(signed_in):
    assert is_in(signed_in)


def test_the_password_alone_signs_nobody_in_who_has_one(client, editor):
    with_telephone(editor)
    answer = sign_in(client)
    assert answer["Location"] == "/admin/code/?next=%2Fadmin%2F"
    assert ("_auth_user_id" in client.session, is_in(client)) == (False, False)


def test_password_and_code_let_in_and_lead_to_where_one_wanted(client, editor):
    with_telephone(editor)
    wanted = reverse("admin:change_sets")
    first = client.post(
        f"/admin/login/?next={wanted}", {"username": "editor", "password": PASSWORD}
    )
    answer = client.post(first["Location"], {"code": code_of(editor)})
    assert (answer["Location"], is_in(client)) == (wanted, True)


def test_nobody_is_led_to_another_host(client, editor):
    with_telephone(editor)
    sign_in(client)
    answer = give_code(client, code_of(editor), next="https://evil.example/")
    assert answer["Location"] == "/admin/"


def test_the_second_step_without_the_first_leads_to_the_first(client, editor):
    with_telephone(editor)
    answers = client.get("/admin/code/"), give_code(client, code_of(editor))
    assert [answer["Location"] for answer in answers] == ["/admin/login/?next=%2Fadmin%2F"] * 2
    assert not is_in(client)


def test_the_first_step_holds_for_minutes_and_for_that_password(client, editor, monkeypatch):
    with_telephone(editor)
    monkeypatch.setattr("summitkb.accounts.sign_in.SECONDS", -1)
    sign_in(client)
    give_code(client, code_of(editor))
    too_late = is_in(client)
    monkeypatch.undo()
    sign_in(client)
    editor.set_password("another long one")
    editor.save()
    give_code(client, code_of(editor))
    assert (too_late, is_in(client)) == (False, False)


def test_a_code_is_good_for_one_time(client, editor):
    with_telephone(editor)
    code = code_of(editor)
    sign_in(client)
    give_code(client, code)
    other = Client()
    sign_in(other)
    answer = give_code(other, code)
    assert (is_in(client), is_in(other)) == (True, False)
    assert errors(answer) == [
        "This code is not right. Each is good for one time; wait for the next one."
    ]


def test_codes_cannot_be_tried_without_limit(client, editor):
    with_telephone(editor)
    sign_in(client)
    waits = []
    for _ in range(5):
        give_code(client, wrong_code_of(editor))
        answer = give_code(client, code_of(editor))  # the right one, too soon
        waits += errors(answer)
        later()
    start = "After wrong codes the next is looked at later: try again in "
    assert [wait.removeprefix(start) for wait in waits] == [
        "1 second.",
        "2 seconds.",
        "4 seconds.",
        "8 seconds.",
        "16 seconds.",
    ]
    assert not is_in(client)


@pytest.mark.parametrize(
    "code", ["", "12345", "１２３４５６", "-12345", "1_23456", "abcd-efgh", "x" * 99]
)
def test_what_is_no_code_lets_nobody_in(client, editor, code):
    with_telephone(editor)
    sign_in(client)
    assert (give_code(client, code).status_code, is_in(client)) == (200, False)


def test_the_code_of_another_account_lets_nobody_in(client, editor):
    other = make_editor("other")
    recovery = with_telephone(other)
    with_telephone(editor)
    sign_in(client)
    for code in (code_of(other), recovery[0]):
        give_code(client, code)
        later()
    assert not is_in(client)


def test_a_recovery_code_lets_in_once(client, editor):
    codes = with_telephone(editor)
    sign_in(client)
    give_code(client, codes[0].upper().replace("-", " "))
    other = Client()
    sign_in(other)
    give_code(other, codes[0])
    assert (is_in(client), is_in(other)) == (True, False)
    later()
    give_code(other, codes[1])
    assert is_in(other)


def test_wrong_recovery_codes_do_not_lock_the_telephone(client, editor):
    with_telephone(editor)
    sign_in(client)
    give_code(client, "aaaa-aaaa")
    give_code(client, code_of(editor))
    assert is_in(client)


def test_recovery_codes_are_not_in_the_database(editor):
    codes = with_telephone(editor)
    kept = set(StaticToken.objects.values_list("token", flat=True))
    assert (len(set(codes)), len(kept)) == (10, 10)
    assert kept & {second_factor.plain(code) for code in codes} == set()


def test_sessions_from_before_the_second_factor_are_no_longer_let_in(signed_in, editor):
    before = is_in(signed_in)
    with_telephone(editor)
    assert (before, is_in(signed_in)) == (True, False)


def test_a_session_ends_with_the_telephone_that_opened_it(client, editor):
    with_telephone(editor)
    sign_in(client)
    give_code(client, code_of(editor))
    second_factor.remove(editor)
    with_telephone(editor)
    assert not is_in(client)


# Setting it up


def test_it_is_set_up_by_password_key_and_first_code(signed_in, editor):
    address = reverse("admin:second_factor")
    assert "Set it up" in signed_in.get(address).content.decode()
    assert do(signed_in, "begin", password=PASSWORD)["Location"] == address
    assert is_in(Client()) is False
    page = signed_in.get(address)
    shown = page.content.decode()
    key = page.context["secret"].replace(" ", "")
    assert (len(key), '<svg viewBox="' in shown, "<style" in shown) == (32, True, False)
    # It does not count yet.
    other = Client()
    sign_in(other)
    assert is_in(other)

    answer = do(signed_in, "confirm", code=code_of(editor, confirmed=False))

    codes = re.findall("<code>([a-z2-7]{4}-[a-z2-7]{4})</code>", answer.content.decode())
    assert (len(codes), answer["Cache-Control"].count("no-store")) == (10, 1)
    assert (is_in(signed_in), is_in(other)) == (True, False)
    assert codes[0] not in signed_in.get(address).content.decode()
    sign_in(other)
    give_code(other, codes[0])
    assert is_in(other)


def test_nothing_begins_without_the_password(signed_in):
    answer = do(signed_in, "begin", password="wrong")
    assert errors(answer) == ["This password is not right."]
    assert TOTPDevice.objects.count() == 0


def test_the_password_cannot_be_tried_there_without_limit(signed_in):
    answers = [do(signed_in, "begin", password="wrong").status_code for _ in range(10)]
    assert answers == [200] * 9 + [429]
    assert AccessAttempt.objects.get().failures_since_start == 10


def test_a_wrong_first_code_sets_nothing_up(signed_in, editor):
    do(signed_in, "begin", password=PASSWORD)
    answer = do(signed_in, "confirm", code=wrong_code_of(editor, confirmed=False))
    assert len(errors(answer, "first")) == 1
    assert (TOTPDevice.objects.get().confirmed, StaticToken.objects.count()) == (False, 0)


def test_what_was_begun_can_be_left(signed_in):
    do(signed_in, "begin", password=PASSWORD)
    do(signed_in, "give_up")
    assert TOTPDevice.objects.count() == 0


@pytest.mark.parametrize("todo", ["begin", "codes", "remove"])
def test_nothing_of_it_changes_without_a_code(client, editor, todo):
    with_telephone(editor)
    sign_in(client)
    give_code(client, code_of(editor))
    before = [*TOTPDevice.objects.values_list("key")], [*StaticToken.objects.values_list("token")]
    answers = [do(client, todo, code=wrong_code_of(editor)), do(client, todo, password=PASSWORD)]
    assert [answer.status_code for answer in answers] == [200, 200]
    after = [*TOTPDevice.objects.values_list("key")], [*StaticToken.objects.values_list("token")]
    assert before == after


def test_with_a_code_it_is_replaced_renewed_and_removed(client, editor):
    old = with_telephone(editor)
    sign_in(client)
    give_code(client, code_of(editor))
    key = TOTPDevice.objects.get().key

    do(client, "begin", code=code_of(editor))
    while_begun = TOTPDevice.objects.get(confirmed=True).key
    do(client, "confirm", code=code_of(editor, confirmed=False))
    new = TOTPDevice.objects.get().key
    assert (while_begun, new != key, is_in(client)) == (key, True, True)

    do(client, "codes", code=code_of(editor))
    assert second_factor.recovery_codes_left(editor) == 10
    assert second_factor.proved_by(editor, old[1]) is None

    assert do(client, "remove", code=code_of(editor)).status_code == 302
    assert (TOTPDevice.objects.count(), StaticToken.objects.count()) == (0, 0)
    assert is_in(client)


def test_the_page_is_for_staff_who_are_let_in(client, editor, django_user_model):
    address = reverse("admin:second_factor")
    reader = Client()
    reader.force_login(django_user_model.objects.create_user("reader"))
    half = Client()
    half.force_login(editor)
    with_telephone(editor)
    for browser in (client, reader, half):
        assert (
            do(browser, "begin", password=PASSWORD)["Location"] == f"/admin/login/?next={address}"
        )
    assert TOTPDevice.objects.count() == 1


# Where it is required


@pytest.fixture
def required(settings):
    settings.REQUIRE_2FA = True


@pytest.mark.usefixtures("required")
def test_who_has_none_is_led_to_setting_it_up_and_nowhere_else(signed_in, editor):
    address = reverse("admin:second_factor")
    names = ("index", "change_sets", "release", "import", "password_change", "autocomplete")
    led = {name: signed_in.get(reverse(f"admin:{name}"))["Location"] for name in names}
    assert led == dict.fromkeys(names, address)
    assert signed_in.get(reverse("admin:login"))["Location"] == address
    page = signed_in.get(address)
    assert "Here all who edit need one" in words_of(page.content.decode())

    do(signed_in, "begin", password=PASSWORD)
    do(signed_in, "confirm", code=code_of(editor, confirmed=False))
    assert is_in(signed_in)

    do(signed_in, "remove", code=code_of(editor))
    assert not is_in(signed_in)


@pytest.mark.usefixtures("required")
def test_who_has_yet_to_set_it_up_can_leave(signed_in):
    signed_in.post(reverse("admin:logout"))
    assert "_auth_user_id" not in signed_in.session


# When it is lost


def test_the_administrator_takes_it_away(client, editor, capsys):
    with_telephone(editor)
    call_command("removesecondfactor", "editor")
    sign_in(client)
    assert is_in(client)
    assert capsys.readouterr().out == "The account editor has no second factor any more.\n"


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("nobody", "There is no account 'nobody'."),
        ("editor", "The account 'editor' has no second factor."),
    ],
)
@pytest.mark.usefixtures("editor")
def test_the_administrator_is_told_where_there_is_nothing_to_take(name, sentence):
    with pytest.raises(CommandError, match=f"^{re.escape(sentence)}$"):
        call_command("removesecondfactor", name)


def test_what_was_begun_and_left_is_forgotten(editor):
    second_factor.begin(editor)
    second_factor.forget_unfinished()
    young = TOTPDevice.objects.count()
    TOTPDevice.objects.update(created_at="2025-01-01T00:00Z")
    with_telephone(editor)
    TOTPDevice.objects.filter(confirmed=True).update(created_at="2025-01-01T00:00Z")
    second_factor.forget_unfinished()
    assert (young, [d.confirmed for d in TOTPDevice.objects.all()]) == (1, [True])


@pytest.mark.django_db(transaction=True)
def test_of_two_who_give_the_same_code_at_once_one_is_let_in():
    editor = make_editor()
    with_telephone(editor)
    code, proved, at_once = code_of(editor), [], threading.Barrier(2)

    def give():
        user = get_user_model().objects.get(pk=editor.pk)
        at_once.wait()
        proved.append(second_factor.proved_by(user, code) is not None)
        connection.close()

    threads = [threading.Thread(target=give) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(proved) == [False, True]
