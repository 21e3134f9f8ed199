"""The pages of an import in a browser: accessible, no wider than a phone, usable without a script."""

import pytest

from tests.admin_pages import enter_as, signed_in
from tests.factories import make_topic

pytestmark = pytest.mark.django_db(transaction=True)

PASTED = "id,name,parent\nwater,The fresh water of the steppe,\nair,Air,\nsea,The sea,water\n"
WRONG = "id,name,parent\nwater,,rivers\n"


@pytest.fixture
def at_import(page, live_server, transactional_db, settings, tmp_path):
    """The page in which an editor is about to import; a topic is known already."""
    settings.IMPORTS = tmp_path / "imports"
    make_topic("water", name="The water of the steppe", publication="draft")
    make_topic("air", name="Air", publication="draft")
    enter_as(signed_in("Editor"), page, live_server)
    page.goto("/admin/import/")
    return page


def paste(page, text):
    page.get_by_label("Or paste a table").fill(text)
    page.get_by_label("Table:", exact=True).select_option("topics")
    page.get_by_label("Reason").fill("As the host published it.")
    page.get_by_role("button", name="Upload").click()


def test_a_table_is_pasted_looked_at_and_imported(at_import, accessibility_problems):
    page, found = at_import, {}

    def look(name):
        for scheme, width in (("light", 1280), ("dark", 360)):
            page.emulate_media(color_scheme=scheme)
            page.set_viewport_size({"width": width, "height": 900})
            wide = page.evaluate("document.documentElement.scrollWidth") > width
            if faults := [*accessibility_problems(page), *(["too wide"] if wide else [])]:
                found[name, scheme, width] = faults

    look("form")
    page.get_by_role("button", name="Upload").click()
    paste(page, WRONG)
    page.get_by_role("button", name="Check and preview").click()
    page.get_by_role("link", name="Back to the import").click()
    look("problems")

    page.goto("/admin/import/")
    paste(page, PASTED)
    look("uploaded")
    page.get_by_role("button", name="Check and preview").click()
    look("checking")
    page.get_by_role("link", name="See the preview").click()
    look("preview")
    page.get_by_role("link", name="New (1)").click()
    look("new")
    page.get_by_role("button", name="Import 1 new and 1 changed row").click()
    look("importing")
    page.get_by_role("link", name="See what was imported").click()
    look("done")

    assert page.locator(".import-done").inner_text().startswith("Imported: 1 new, 1 changed.")
    assert found == {}
