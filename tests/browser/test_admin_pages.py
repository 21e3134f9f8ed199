"""What only a browser can say of the admin: that it is accessible, fits, and works by keyboard."""

import pghistory
import pytest
from django.test import Client
from django.urls import reverse
from pghistory.models import Context

from delegations.models import Person
from meetings.models import Meeting, Statement
from tests.admin_pages import enter_as, url
from tests.cast import make_cast
from tests.factories import (
    cite,
    make_meeting,
    make_participant,
    make_person,
    make_statement,
    make_topic,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast(transactional_db):
    """The cast, and a draft of a meeting that has rows of each kind."""
    cast = make_cast()
    draft = {"publication": "draft"}
    meeting = make_meeting(cast.event, "draft", topics=[make_topic()], date="2025-05-28", **draft)
    make_participant(meeting, person=make_person(), **draft)
    make_statement(cast.event, cast.shoigu, "draft", meeting=meeting, **draft)
    cite(meeting, cast.tass, excerpt="They met.")
    return cast


@pytest.fixture
def signed_in(page, admin_user, live_server):
    """The `page`, in which somebody is signed in who may do all."""
    client = Client()
    client.force_login(admin_user)
    enter_as(client, page, live_server)
    return page


def faults(page, address, accessibility_problems):
    """What is wrong with a page in light on a phone, and in dark on a wide screen."""
    page.goto(address)
    for scheme, width in (("light", 360), ("dark", 1280)):
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 900})
        for problem in accessibility_problems(page):
            yield address, scheme, width, problem
        if (room := page.evaluate("document.documentElement.scrollWidth")) > width:
            yield address, scheme, width, f"is {room} wide"


def test_pages_are_accessible_and_fit(signed_in, cast, accessibility_problems):
    with pghistory.context(user=1, reason="As the source says."):
        Meeting.objects.filter(pk="draft").update(title="Another title")
    change = Context.objects.get().pk
    make_person("other", name="Shoygu Sergey", publication="draft")
    found = []
    for address in (
        reverse("admin:index"),
        url(Statement, "changelist") + "?queue=single-publisher&event=moscow-2025",
        url(Meeting, "add"),
        url(Meeting, "change", "draft"),
        url(Meeting, "delete", "draft"),
        url(Meeting, "history", "draft"),
        url(Meeting, "restore", "draft") + "?at=2125-01-01T00:00:00Z",
        reverse("admin:change_sets"),
        reverse("admin:change_set", args=[change]),
        reverse("admin:merge", args=["people", cast.shoigu.pk, "other"]),
        url(Person, "change", "other"),
    ):
        found += faults(signed_in, address, accessibility_problems)

    signed_in.goto(url(Person, "add"))
    signed_in.get_by_label("Name:", exact=True).fill("Serguei Choïgou")
    signed_in.get_by_role("button", name="Save", exact=True).click()
    signed_in.get_by_label("These are others: save it even so").wait_for()
    found += accessibility_problems(signed_in)

    signed_in.context.clear_cookies()
    found += faults(signed_in, reverse("admin:login"), accessibility_problems)

    assert found == []


def tab_to(page, selector, most=200):
    """Go on by the tabulator until what has the focus fits the selector."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("s => document.activeElement.matches(s)", selector):
            return
    raise AssertionError(f"{selector} is not reached by keyboard")


def test_a_person_is_entered_by_keyboard(signed_in, cast):
    page = signed_in
    page.goto(reverse("admin:index"))

    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == "Skip to main content"
    page.keyboard.press("Enter")
    tab_to(page, "[href$='/person/add/']", most=10)
    page.keyboard.press("Enter")
    page.locator("#id_name:focus").wait_for()
    page.keyboard.type("Nikolai Patrushev")
    tab_to(page, "[name=_save]", most=30)
    page.keyboard.press("Enter")

    page.wait_for_url("**/person/")
    assert "Nikolai Patrushev" in page.locator(".messagelist").inner_text()


def test_a_list_is_narrowed_by_typing_and_choosing_by_keyboard(signed_in, cast):
    page = signed_in
    page.goto(url(Statement, "changelist"))

    tab_to(page, "[aria-label=Speaker]")
    page.keyboard.press("Enter")
    page.keyboard.type("shoigu")
    page.locator(".select2-results__option--highlighted", has_text="Sergei Shoigu").wait_for()
    page.keyboard.press("Enter")
    tab_to(page, ".autocomplete-filter [type=submit]", most=3)
    page.keyboard.press("Enter")

    page.wait_for_url("**/?speaker=sergei-shoigu")
    assert (
        page.locator("#result_list tbody tr").count()
        == Statement.objects.filter(speaker="sergei-shoigu").count()
    )


def test_a_row_that_is_added_has_names_for_its_controls(signed_in, cast, accessibility_problems):
    page = signed_in
    page.goto(url(Meeting, "change", "draft"))

    page.get_by_text("Add another Participant").click()

    row = page.locator("#participants-1")
    assert row.get_by_role("combobox", name="Delegation").count() == 1
    assert accessibility_problems(page) == []
