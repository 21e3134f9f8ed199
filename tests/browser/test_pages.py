"""What only a browser can say of public pages: that they are accessible, fit, print, need no script."""

import pytest
from django.utils import timezone

from tests.cast import make_cast
from tests.factories import (
    make_bilateral,
    make_delegation,
    make_event,
    make_release,
    make_statement,
)
from tests.pages import TABLES

pytestmark = pytest.mark.django_db(transaction=True)

PICTURES = (
    "programme", "who-met-whom", "who-met-whom/matrix", "map", "blocs", "topics", "figures",
    "open-ends",
)  # fmt: skip
OPEN_ALL = "for (const d of document.querySelectorAll('details')) d.open = true"


@pytest.fixture
def kinds(transactional_db) -> dict[str, str]:
    """An address of each kind of page, by the name of the kind."""
    cast = make_cast()
    earlier = make_event("earlier", starts_on="2024", ends_on=None)
    make_bilateral(
        earlier, make_delegation(earlier, cast.russia), make_delegation(earlier, cast.iran)
    )
    cast.quote.text = "We are ready to proceed with our dialogue."
    cast.quote.save()
    make_statement(
        cast.event, id="withdrawn", publication="withdrawn", publication_note="Entered twice."
    )
    records = {
        record._meta.db_table: record.get_absolute_url()
        for record in vars(cast).values()
        if hasattr(record, "record_key")
    }
    return {
        "start": "/",
        **{f"list of {name}": f"/{name}/" for name in TABLES},
        **{f"page among {name}": address for name, address in records.items()},
        **{f"picture {name}": f"/events/moscow-2025/{name}/" for name in PICTURES},
        "search": "/search/?q=Shoigu+dialogue",
        "search without hits": "/search/?q=Shoigy",
        "search without words": "/search/",
        "changes": "/changes/",
        "history": f"{records['statements']}history/",
        "comparison": "/compare/?a=moscow-2025&b=earlier",
        "method": "/method/",
        "data": "/data/",
        "codebook": "/data/codebook/",
        "examples": "/data/examples/",
        "release": make_release().get_absolute_url(),
        "past": f"/as-of/{timezone.now():%Y-%m-%d}{records['statements']}",
        "filtered": "/statements/?country=RUS&kind=quote&q=a",
        "empty": "/meetings/?status=cancelled",
        "400": "/meetings/?country=ZZZ&colour=red",
        "404": "/meetings/no-such-meeting/",
        "410": "/statements/withdrawn/",
    }


def test_there_is_a_page_of_each_kind(kinds):
    assert {f"page among {name}" for name in TABLES if name != "citations"} <= kinds.keys()


def test_pages_are_accessible_and_fit(page, kinds, problems, accessibility_problems):
    """In light on a small phone, in dark on a wide screen, with all that can be opened open."""
    found, wide = {}, {}
    for kind, address in kinds.items():
        page.goto(address)
        page.evaluate(OPEN_ALL)
        for scheme, width in (("light", 320), ("dark", 1280)):
            page.emulate_media(color_scheme=scheme)
            page.set_viewport_size({"width": width, "height": 900})
            if faults := accessibility_problems(page):
                found[kind, scheme, width] = faults
            if (room := page.evaluate("document.documentElement.scrollWidth")) > width:
                wide[kind, width] = room

    # The browser notes the status of the three pages that are meant to have another than 200.
    assert len([p for p in problems if "status of 4" in p]) == len(problems) == 3
    problems.clear()
    assert (found, wide) == ({}, {})


def test_all_can_be_read_without_a_script(browser, live_server, kinds):
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/statements/")

    page.locator("details.evidence > summary").first.click()
    assert page.locator("details.evidence[open] blockquote").first.is_visible()

    page.get_by_role("link", name="Quotation").click()
    assert page.locator(".query").inner_text().startswith("1 of 2 statements")

    page.get_by_role("link", name="remove").click()
    assert page.locator(".query").inner_text() == "2 statements"

    page.get_by_label("Words", exact=True).fill("no such word")
    page.get_by_role("button", name="Apply").click()
    assert page.locator(".tools p").inner_text() == "Nothing on record fits."
    context.close()


def test_facets_and_contents_are_folded_on_a_phone_and_open_on_a_wide_screen(page, kinds):
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto("/statements/")
    assert not page.get_by_role("heading", name="Corroboration").is_visible()
    page.get_by_text("Narrow the list").click()
    assert page.get_by_role("heading", name="Corroboration").is_visible()

    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto("/statements/")
    assert page.get_by_role("heading", name="Corroboration").is_visible()


def test_paper_has_numbers_at_the_lines_and_sources_with_addresses_at_the_end(page, kinds):
    page.goto(kinds["page among meetings"])
    assert not page.locator(".refs").first.is_visible()

    page.emulate_media(media="print")

    assert page.locator(".refs").first.inner_text() == "[1, 2]"
    assert page.locator(".notes .url").first.is_visible()
    assert not page.locator(".masthead nav").is_visible()


def test_the_first_tab_stop_skips_to_the_content(page, kinds):
    page.goto("/")
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == "Skip to the content"

    page.keyboard.press("Enter")
    page.wait_for_url("**/#main")
