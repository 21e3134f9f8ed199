"""Data entry in a real browser: a readout on one screen, and two editors at one record."""

import csv
from io import StringIO

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission

from delegations.models import Country, Delegation, Event, Person
from meetings.models import Topic
from summitkb.editing.groups import make_groups
from summitkb.records.models import Source
from tests.conftest import BUNDLED
from tests.factories import cite, make_event, make_source

pytestmark = pytest.mark.django_db(transaction=True)
MEETING, SOURCE = "moscow-2025-shoigu-vulin", "tass-1965275"


def bundled(name, **wanted):
    """The rows of the bundled record in which some cells are so."""
    with (BUNDLED / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [row for row in rows if all(row[name] == value for name, value in wanted.items())]


class Typist:
    """Somebody at a browser, who counts the pages that load and the fields that are touched."""

    def __init__(self, context):
        self.loads = self.fields = 0
        context.on("response", self._count)
        self.page = context.new_page()

    def _count(self, response):
        self.loads += response.request.resource_type == "document" and response.status == 200

    def sign_in(self, name):
        self.page.goto("/admin/login/?next=/admin/meetings/meeting/add/")
        self.page.get_by_label("Username").fill(name)
        self.page.get_by_label("Password").fill("a long pass word")
        self.page.get_by_role("button", name="Log in").click()
        self.loads = 0

    def fill(self, field, text, page=None):
        self.fields += 1
        (page or self.page).locator(f"#id_{field}").fill(text)

    def choose(self, field, value, page=None):
        self.fields += 1
        (page or self.page).locator(f"#id_{field}").select_option(value)

    def look_up(self, field, typed, label):
        """Type into an autocomplete and take what is offered, by keyboard."""
        self.fields += 1
        self.page.locator(f"#id_{field} + .select2 .select2-selection").focus()
        self.page.keyboard.press("Enter")
        self.page.locator(".select2-container--open .select2-search__field").fill(typed)
        self.page.locator(".select2-results__option--highlighted", has_text=label).wait_for()
        self.page.keyboard.press("Enter")

    def press(self, name):
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=name, exact=True).last.click()


@pytest.fixture
def accounts():
    make_groups(Group, Permission)
    for group in ("Editor", "Reviewer"):
        user = get_user_model().objects.create_user(
            group.lower(), password="a long pass word", is_staff=True
        )
        user.groups.add(Group.objects.get(name=group))


@pytest.fixture
def typists(browser, live_server):
    """Makes a typist with a browser profile of their own."""
    contexts = []

    def make():
        contexts.append(browser.new_context(base_url=live_server.url))
        contexts[-1].set_default_timeout(10_000)
        return Typist(contexts[-1])

    yield make
    for context in contexts:
        context.close()


def known_before(meeting, sides):
    """What stands in the knowledge base before the readout: the event, who came, and topics."""
    with_others = {"publication": "published"}
    codes = [bundled("delegations", id=side["delegation"])[0] for side in sides]
    for delegation in codes:
        [country] = bundled("countries", code=delegation["country"])
        Country.objects.create(
            code=country["code"], name=country["name"], kind=country["kind"], **with_others
        )
    [event] = bundled("events", id=meeting["event"])
    Event.objects.create(
        id=event["id"],
        name=event["name"],
        city=event["city"],
        starts_on=event["starts_on"],
        ends_on=event["ends_on"],
        **with_others,
    )
    for delegation in codes:
        fields = {n: delegation[n] for n in ("id", "status")}
        Delegation.objects.create(
            event_id=delegation["event"], country_id=delegation["country"], **fields, **with_others
        )
    for side in sides:
        [person] = bundled("people", id=side["person"])
        Person.objects.create(id=person["id"], name=person["name"], **with_others)
    for id in meeting["topics"].split(" | "):
        [topic] = bundled("topics", id=id)
        Topic.objects.create(id=id, name=topic["name"], **with_others)


def test_a_readout_is_entered_on_one_screen_reviewed_and_read(accounts, typists, client):
    [meeting] = bundled("meetings", id=MEETING)
    sides = bundled("participants", meeting=MEETING)
    said = bundled("statements", meeting=MEETING)
    [source] = bundled("sources", id=SOURCE)
    [citation] = bundled("citations", table="meetings", record=MEETING)
    known_before(meeting, sides)
    editor = typists()
    editor.sign_in("editor")

    editor.look_up("event", "13th", "[moscow-2025]")
    editor.choose("kind", meeting["kind"])
    editor.fill("title", meeting["title"])
    editor.choose("status", meeting["status"])
    editor.fill("id", MEETING)
    editor.fill("date", meeting["date"])
    editor.fill("summary", meeting["summary"])
    for n, side in enumerate(sides):
        editor.look_up(f"participants-{n}-delegation", side["delegation"], side["delegation"])
        editor.look_up(f"participants-{n}-person", side["person"], side["person"])
    editor.page.get_by_role("button", name="Add another Statement").click()
    for n, statement in enumerate(said):
        editor.look_up(f"statements-{n}-speaker", statement["speaker"], statement["speaker"])
        editor.fill(f"statements-{n}-text", statement["text"])
        editor.choose(f"statements-{n}-kind", statement["kind"])
        editor.fill(f"statements-{n}-language", statement["language"])
    editor.page.get_by_role("button", name="Add another Topic").click()
    for n, topic in enumerate(meeting["topics"].split(" | ")):
        editor.look_up(f"topic_entries-{n}-topic", topic, topic)
    # The source is not known yet: it is added without leaving the page.
    with editor.page.expect_popup() as opened:
        editor.page.locator("#add_id_evidence_source").click()
    popup = opened.value
    for field in ("url", "title", "publisher", "published_on"):
        editor.fill(field, source[field], popup)
    editor.choose("kind", source["kind"], popup)
    with popup.expect_event("close"):
        popup.get_by_role("button", name="Save", exact=True).last.click()
    editor.fill("evidence_excerpt", citation["excerpt"])
    editor.press("Save and submit for review")

    assert editor.page.locator(".errornote").count() == 0, editor.page.locator("form").inner_text()
    # The popup and its answer, and the list that follows.
    assert (editor.loads, editor.fields) == (3, 27)
    assert client.get(f"/meetings/{MEETING}/").status_code == 404

    reviewer = typists()
    reviewer.sign_in("reviewer")
    reviewer.page.goto(f"/admin/meetings/meeting/{MEETING}/change/")
    reviewer.press("Save and publish")
    assert reviewer.page.locator(".errornote").count() == 0
    assert (reviewer.loads, reviewer.fields) == (2, 0)

    page = reviewer.page
    page.goto(f"/meetings/{MEETING}/")
    text = page.locator("main").inner_text()
    shown = [meeting["summary"], citation["excerpt"], "Sergei Shoigu", "Aleksandar Vulin"]
    shown += [statement["text"] for statement in said]
    assert [words for words in shown if words not in text and words not in page.content()] == []
    [read] = rows_of(client, "meetings")
    columns = ("id", "title", "event", "kind", "date", "status", "summary", "topics")
    assert {name: read[name] for name in columns} == {name: meeting[name] for name in columns}
    assert [row["text"] for row in rows_of(client, "statements")] == [s["text"] for s in said]
    assert {row["delegation"] for row in rows_of(client, "statements")} == {"moscow-2025-rus"}
    cited = {(row["table"], row["source"], row["excerpt"]) for row in rows_of(client, "citations")}
    assert cited == {
        (table, Source.objects.get().pk, citation["excerpt"])
        for table in ("meetings", "participants", "statements")
    }


def rows_of(client, table):
    """The rows of a public CSV."""
    content = b"".join(client.get(f"/{table}.csv")).decode()
    return list(csv.DictReader(StringIO(content)))


def test_two_editors_at_one_record_lose_nothing(accounts, typists, accessibility_problems):
    event = make_event("e", publication="draft", city="Moscow")
    cite(event, make_source("s"), excerpt="It began.")
    one, two = typists(), typists()
    for typist, name in ((one, "editor"), (two, "reviewer")):
        typist.sign_in(name)
        typist.page.goto("/admin/delegations/event/e/change/")

    one.fill("city", "Kazan")
    one.fill("citations-0-excerpt", "It began at nine.")
    one.press("Save")
    two.fill("city", "Sochi")
    two.fill("venue", "Kremlin")
    two.fill("citations-0-excerpt", "It began at ten.")
    two.press("Save")

    conflicts = [text.split("\n") for text in two.page.locator(".conflict table").all_inner_texts()]
    assert [[cell.split("\t") for cell in table[1:]] for table in conflicts] == [
        [["City", "Moscow", "Kazan", "Sochi"], ["Venue", "(empty)", "(empty)", "Kremlin"]],
        [["Excerpt", "It began.", "It began at nine.", "It began at ten."]],
    ]
    assert accessibility_problems(two.page) == []
    assert two.page.locator("#id_city").input_value() == "Sochi"
    event.refresh_from_db()
    assert (event.city, event.venue) == ("Kazan", "")
    two.press("Save")
    event.refresh_from_db()
    assert (event.city, event.venue) == ("Sochi", "Kremlin")
