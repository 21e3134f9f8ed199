"""What browser tests work with: `page` in a real Chromium, and `accessibility_problems`.

Chromium is found on the machine, never downloaded: `chromium`, `chromium-browser` or
`google-chrome`, or what the variable CHROMIUM names. Where there is none these tests are skipped,
or fail where REQUIRE_BROWSER=1.
"""

import os
import shutil

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import connections
from playwright.sync_api import Page, sync_playwright

# Playwright's synchronous interface runs an event loop in the thread of the tests, whereupon Django
# takes every query there for one that blocks the loop.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

NAMES = ("chromium", "chromium-browser", "google-chrome")
WCAG_22_AA = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@pytest.fixture(scope="session")
def browser():
    named = [os.environ["CHROMIUM"]] if "CHROMIUM" in os.environ else NAMES
    executable = next(filter(None, map(shutil.which, named)), None)
    if executable is None:
        sentence = f"No Chromium was found as {' or '.join(named)}; CHROMIUM can name one."
        if os.environ.get("REQUIRE_BROWSER") == "1":
            pytest.fail(sentence)
        pytest.skip(sentence)
    root = ["--no-sandbox"] if os.geteuid() == 0 else []  # Chromium's sandbox refuses root
    # While an event loop runs, Django has other connections than before and after. Whichever are left
    # open would keep the test database from being dropped.
    connections.close_all()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=root)
        yield browser
        browser.close()
        connections.close_all()


@pytest.fixture
def problems() -> list[str]:
    """What went wrong in `page` so far: errors in its console, and requests that leave the host.

    A test that means to provoke some asserts what they are and clears the list; what is left in it
    at the end fails the test.
    """
    return []


@pytest.fixture
def page(browser, live_server, problems):
    """A page in a browser profile of its own, which knows no host but the server under test.

    Addresses may be relative: `page.goto("/statements/")`.
    """
    context = browser.new_context(base_url=live_server.url)
    context.set_default_timeout(10_000)

    def stay_on_the_host(route):
        if route.request.url.startswith(f"{live_server.url}/"):
            route.continue_()
        else:
            problems.append(f"asked for {route.request.url}")
            route.abort()

    def note_error(message):
        if message.type in ("error", "warning"):
            problems.append(f"console: {message.text}")

    context.route("**/*", stay_on_the_host)
    context.on("console", note_error)
    context.on("weberror", lambda error: problems.append(f"script: {error.error}"))
    yield context.new_page()
    context.close()
    assert problems == []


@pytest.fixture(scope="session")
def accessibility_problems():
    """A function that gives what axe finds against WCAG 2.2 AA in a page, a line for each."""
    axe = Axe()

    def find(page: Page) -> list[str]:
        options = {
            "runOnly": {"type": "tag", "values": WCAG_22_AA},
            "resultTypes": ["violations"],
            # It would put style sheets that others import into the page, which our policy refuses.
            "preload": False,
        }
        page.wait_for_load_state()  # or a style sheet may not have come yet
        violations = axe.run(page, options=options).response["violations"]
        return [
            f"{violation['id']}: {violation['help']}: {node['html']}"
            for violation in violations
            for node in violation["nodes"]
        ]

    return find
