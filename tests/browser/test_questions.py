"""What an analyst asks, each answered in at most two clicks from the start page, without a script, on a
wide screen and on a phone, at an address that can be sent on."""

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from delegations.models import Bloc, Country
from tests.conftest import BUNDLED
from tests.factories import make_bilateral, make_delegate, make_delegation, make_event, make_person

pytestmark = pytest.mark.django_db

WIDTHS = (1280, 360)


class Walk:
    """A way from the start page, by real clicks, which are counted."""

    def __init__(self, page: Page):
        self.page = page
        self.clicks = 0
        page.goto("/")

    def click(self, name: str, *, within: str = "main", role="link", nth=0) -> "Walk":
        self.page.locator(within).get_by_role(role, name=name, exact=True).nth(nth).click()
        self.clicks += 1
        return self

    def reads(self, *words: str) -> "Walk":
        """The page shows these words, after two clicks at the most."""
        assert self.clicks <= 2
        for text in words:
            expect(self.page.locator("main")).to_contain_text(text)
        return self

    def can_be_sent(self) -> None:
        """Whoever is sent the address reads the same."""
        heading, address = self.page.locator("h1").inner_text(), self.page.url
        self.page.goto("about:blank")
        self.page.goto(address)
        assert self.page.locator("h1").inner_text() == heading


def make_earlier_event():
    earlier = make_event("earlier", name="An earlier meeting", city="Sochi", starts_on="2024-05-20")
    iranians = make_delegation(earlier, Country.objects.get(pk="IRN"))
    russians = make_delegation(earlier, Country.objects.get(pk="RUS"))
    make_delegate(iranians, make_person(name="A. Head"), position="Minister", role="head")
    make_delegation(earlier, Country.objects.get(pk="EGY"))
    make_delegation(earlier, Bloc.objects.get(pk="brics"))
    make_bilateral(earlier, russians, iranians, date="2024-05-21")


@pytest.fixture(scope="module")
def served(django_db_setup, django_db_blocker, browser):
    """A server of the bundled record, which is committed once for all questions and then gone.

    One of its countries has been renamed since it was loaded, and there is an earlier event.
    """
    with django_db_blocker.unblock():
        call_command("loadpackage", str(BUNDLED), verbosity=0)
        Country.objects.filter(pk="PER").update(name="Peru, renamed")
        make_earlier_event()
        server = LiveServer("127.0.0.1")
        yield server.url
        server.stop()
        call_command("flush", interactive=False, verbosity=0)


@pytest.fixture
def walks(served, browser):
    """A function that begins a walk for each width, in a browser that runs no script."""
    contexts = []

    def begin():
        for width in WIDTHS:
            context = browser.new_context(
                base_url=served,
                java_script_enabled=False,
                viewport={"width": width, "height": 800},
            )
            context.set_default_timeout(10_000)
            contexts.append(context)
            yield Walk(context.new_page())

    yield begin
    for context in contexts:
        context.close()


def test_who_came_from_which_blocs_at_what_level_and_who_is_not_confirmed(walks):
    for walk in walks():
        walk.reads("Who came, by bloc", "In none of these")
        walk.click("41 delegations").reads(
            "41 of 45 delegations",
            "Ali Akbar Ahmadian",
            "Secretary of the Supreme National Security Council",
            "no name reported",
        )
        walk.can_be_sent()

    for walk in walks():
        walk.click("Blocs").reads(
            "members that attended", "Announced, attendance not confirmed", "in none of them"
        )
        walk.can_be_sent()


def test_whom_a_country_met_on_which_day_in_what_format_and_what_was_reported(walks):
    for walk in walks():
        walk.click("Iran").reads(
            "Its meetings", "Shoigu – Ahmadian (Russia – Iran)", "day not reported"
        )
        walk.click("Shoigu – Ahmadian (Russia – Iran)").reads(
            "Bilateral meeting", "Closed", "Closed-door talks", "During a closed-door meeting"
        )
        walk.can_be_sent()

    for walk in walks():
        walk.click("Sergei Shoigu").reads(
            "Meetings with them", "Shoigu – Dodik (Russia – Republika Srpska)"
        )
        walk.can_be_sent()


def test_what_was_said_on_a_topic_by_whom_about_whom_and_in_order(walks):
    for walk in walks():
        walk.click("Topics by speakers").reads("Global South and East", "Sergei Shoigu")
        walk.page.locator(".heat tbody td a").first.click()
        walk.clicks += 1
        walk.reads("by Sergei Shoigu", "on Cooperation between states")
        walk.can_be_sent()

    for walk in walks():
        walk.click("Sergei Shoigu").click("In order of date").reads("sorted by", "by Sergei Shoigu")
        assert walk.page.locator(".tools b").inner_text() == "oldest"


def test_what_the_sources_disagree_on_and_who_says_what(walks):
    for walk in walks():
        walk.click("Figures in dispute").reads(
            "126 fits 8 of 10 figures.", "Voice of Korea", "disputed by"
        )
        walk.can_be_sent()

    for walk in walks():
        walk.click("Open ends").reads(
            "Contradicted by a source", "10th meeting of the China-Russia", "Disputed by"
        )


def test_what_was_announced_expected_and_agreed_and_where_it_stands(walks):
    for walk in walks():
        walk.click("Open ends").reads(
            "Shoigu – Thailand",
            "Announced, and no source says that it took place. First reported by RIA Novosti on",
            "Putin is expected to deliver a statement",
            "The speaker has no name",
            "Comprehensive strategic partnership agreement between Russia and Iran",
            "Awaiting ratification",
            "meetings without a day",
        )
        walk.can_be_sent()


def test_what_a_line_rests_on_which_publishers_and_which_words(walks):
    for walk in walks():
        line = walk.page.locator(".facts .evidence")
        line.locator("summary").click()
        walk.clicks += 1
        walk.reads("commenced on Wednesday, May 27, 2025", "27 May 2025 was a Tuesday")
        assert "independent publishers report it" in line.locator("summary").get_attribute("title")
        assert "#:~:text=" in line.locator("a[rel=noreferrer]").first.get_attribute("href")

    for walk in walks():
        walk.click("How we know", within="footer").reads("A reprint counts for whoever wrote it")


def test_what_has_changed_since_a_date_and_how_a_page_stood(walks):
    for walk in walks():
        walk.click("What has changed here").reads(
            "Peru, renamed", "changed", "by package moscow-2025"
        )
        walk.can_be_sent()

    for walk in walks():
        walk.page.get_by_label("This page as it stood here at the end of").fill("2026-01-01")
        walk.click("Look", within="footer", role="button")
        assert walk.page.url.endswith("/as-of/2026-01-01/")
        walk.reads("Nothing is published here yet")


def test_who_also_came_to_another_event_who_is_new_and_who_stayed_away(walks):
    for walk in walks():
        walk.click("Compare with another event")
        walk.page.get_by_label("Second event").select_option("earlier")
        walk.click("Compare", role="button").reads(
            "3 delegations are on record as having come to both, 1 to the second only and",
            "A. Head",
            "Minister",
            "Egypt",
            "Met at both",
            "Iran – Russia",
        )
        walk.can_be_sent()
