"""Coming in with a browser: accessible, in both schemes, and by keyboard."""

import pytest
from django.test import Client
from django.urls import reverse
from django_otp.plugins.otp_totp.models import TOTPDevice

from tests.accounts.people import PASSWORD, code_of, make_editor, sign_in
from tests.browser.test_admin_pages import faults

pytestmark = pytest.mark.django_db(transaction=True)


def type_password(page):
    page.get_by_label("Username:").fill("editor")
    page.get_by_label("Password:").fill(PASSWORD)
    page.keyboard.press("Enter")


def test_the_second_factor_is_set_up_and_asked(page, accessibility_problems):
    editor, own = make_editor(is_superuser=True), reverse("admin:second_factor")
    page.goto(own)
    type_password(page)
    page.get_by_label("Your password:").fill(PASSWORD)
    found = accessibility_problems(page)
    page.keyboard.press("Enter")
    page.get_by_role("img", name="The key, for a camera").wait_for()
    found += faults(page, own, accessibility_problems)

    page.get_by_label("Code:").fill(code_of(editor, confirmed=False))
    page.keyboard.press("Enter")
    page.locator(".codes").wait_for()
    found += accessibility_problems(page)
    recovery = page.locator(".codes code").all_inner_texts()
    found += faults(page, own, accessibility_problems)

    page.get_by_role("button", name="Log out").click()
    page.goto(reverse("admin:change_sets"))
    type_password(page)
    page.get_by_label("Code:").wait_for()
    found += accessibility_problems(page)
    page.keyboard.type("000000")  # where the focus is
    page.keyboard.press("Enter")
    page.get_by_text("This code is not right.").wait_for()
    found += accessibility_problems(page)
    page.get_by_label("Code:").fill(recovery[3])
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{reverse('admin:change_sets')}")

    assert found == []
    assert TOTPDevice.objects.get().confirmed


def test_who_is_locked_out_is_told(page, accessibility_problems, problems):
    make_editor()
    for _ in range(10):
        sign_in(Client(), password="wrong", address="127.0.0.1")
    page.goto(reverse("admin:index"))
    type_password(page)
    page.get_by_role("heading", name="Too many tries").wait_for()

    assert accessibility_problems(page) == []
    assert [problem for problem in problems if "429" not in problem] == []
    problems.clear()
