"""The page of an event, and the start page, which is that of the newest one with the others below."""

import re
from html import unescape

import pytest
from django.core.management import call_command

from tests.conftest import BUNDLED
from tests.exchange import small
from tests.factories import (
    make_bilateral,
    make_country,
    make_delegation,
    make_event,
    make_meeting,
    make_statement,
)
from tests.pages import get, keys, links_in, listing, read, text_of, words_of
from tests.two_events import make_two_events


def heading(html):
    return words_of(re.search(r"<h1>.*?</h1>", html, re.DOTALL)[0])


def part(html, id):
    """The section of a page with a heading of this id."""
    return re.search(rf'<section [^>]*aria-labelledby="{id}".*?</section>', html, re.DOTALL)[0]


# Which event is on the start page


@pytest.mark.parametrize("place", ["map", "open-ends", "who-met-whom"])
def test_the_page_of_an_event_that_is_not_there_says_so_and_of_a_withdrawn_one_that_it_was(
    db, client, place
):
    make_event("gone", publication="withdrawn", publication_note="There was no such event.")

    answers = {key: client.get(f"/events/{key}/{place}/") for key in ("gone", "none", "%00")}

    assert {key: answer.status_code for key, answer in answers.items()} == {
        "gone": 410,
        "none": 404,
        "%00": 404,
    }
    assert "There was no such event." in answers["gone"].text
    assert "There is no record “none” among the events." in answers["none"].text


def test_an_empty_knowledge_base_says_so(db, client):
    response = client.get("/")

    assert response.status_code == 200
    assert "Nothing is published here yet" in text_of(response)


def test_the_newest_event_is_on_the_start_page_and_the_others_below(db, client):
    make_event("first", name="First", starts_on="2024-01-01")
    make_event("third", name="Third", starts_on="2026", ends_on=None)
    make_event("second", name="Second", starts_on="2025-05")
    make_event("someday", name="Someday", starts_on=None, ends_on=None)
    make_event("draft", name="Draft", starts_on="2030", ends_on=None, publication="draft")

    start = get(client, "/")
    below = links_in(part(start, "h-others"))

    assert heading(start) == "Third"
    assert [link for link in below if link.count("/") == 3] == [
        "/events/second/",
        "/events/first/",
        "/events/someday/",
    ]
    assert '<link rel="canonical" href="/events/third/">' in start


def test_an_event_alone_has_no_others_below(db, client):
    make_event("only", name="Only")

    assert "Other events" not in get(client, "/")


def test_the_page_of_an_event_has_what_the_start_page_has_of_it(cast, client):
    start, event = get(client, "/"), get(client, "/events/moscow-2025/")

    def main(html):
        return html.partition("<main")[2].partition("</main>")[0]

    assert main(start).split() == main(event).split()


# A second event that was never seen before


def test_the_package_of_another_event_stands_beside_the_first(db, client, tmp_path):
    """Newer than the first, it takes the start page; both share lists, people and blocs."""
    call_command("loadpackage", str(BUNDLED), verbosity=0)
    call_command("loadpackage", str(small.write(tmp_path / "tashkent")), verbosity=0)

    start = get(client, "/")
    assert heading(start) == "Tashkent Security Dialogue"
    assert "/events/moscow-2025/" in links_in(part(start, "h-others"))
    assert heading(get(client, "/events/moscow-2025/")).startswith("13th International Meeting")

    assert keys(client, "meetings", "?event=tashkent-2026") == {
        "tashkent-2026-plenary",
        "tashkent-2026-rus-uzb",
    }
    assert listing(client, "meetings", "?event=moscow-2025").count == 34
    assert listing(client, "meetings").count == 36
    assert {
        label: count for label, (count, _, _) in listing(client, "meetings").facets["event"].items()
    } == {
        "Moscow 2025": 34,
        "Tashkent 2026": 2,
    }

    shoigu = links_in(get(client, "/people/sergei-shoigu/"))
    assert {"/meetings/tashkent-2026-rus-uzb/", "/meetings/moscow-2025-plenary/"} <= set(shoigu)


# What it shows


@pytest.mark.parametrize("event", ["moscow-2025", "astana-2023", "undated"])
def test_each_number_of_the_tally_is_that_of_the_list_it_leads_to(db, client, event):
    make_two_events()
    page = get(client, f"/events/{event}/")
    tally = re.search(r'<ul class="tally".*?</ul>', page, re.DOTALL)[0]
    numbers = re.findall(r'<a href="([^"]*)"><b>(\d+)</b> (\w+)</a>', tally.replace("\u202f", ""))

    assert [table for _, _, table in numbers] == [
        "delegations", "meetings", "statements", "figures", "people", "topics", "agreements",
        "sources", "citations",
    ]  # fmt: skip
    assert {address: int(number) for address, number, _ in numbers} == {
        address: read(get(client, unescape(address)), table).count for address, _, table in numbers
    }


def test_the_chair_is_named_with_the_position_held_at_the_event(cast, client):
    facts = words_of(get(client, "/events/moscow-2025/"))

    assert "Chair Sergei Shoigu , Secretary of the Security Council Rests on" in facts


def test_what_is_not_known_of_an_event_is_said(db, client):
    make_event("e", name="E", starts_on=None, ends_on=None)

    facts = words_of(get(client, "/events/e/"))

    assert "Days Not reported Place city not reported Chair Not reported" in facts
    assert "Rests on 0 no source" in facts


def test_open_ends_are_what_was_announced_called_off_or_expected(cast, client):
    make_meeting(cast.event, "announced", title="Talks to come", status="announced")
    make_meeting(cast.event, "rumour", title="Talks of rumour", status="unconfirmed")
    make_bilateral(
        cast.event, cast.russians, cast.koreans, "off", title="Talks called off", status="cancelled"
    )
    make_statement(cast.event, id="expected", text="He will speak.", status="expected")

    ends = words_of(part(get(client, "/events/moscow-2025/"), "h-end"))

    assert ends == (
        "Open ends All, with the reasons Announced, never confirmed Talks of rumour unconfirmed "
        "Talks to come Called off Talks called off Delegations announced, not seen DPR Korea "
        "Statements expected He will speak. Contradicted by a source "
        "Meetings , statements , figures , agreements"
    )


def test_an_event_is_shown_without_what_nothing_is_recorded_of(db, client):
    make_event("e", name="E")

    page = get(client, "/events/e/")

    assert re.findall(r'<h2 id="([\w-]+)"', page) == ["h-end", "h-cite"]


def test_the_programme_marks_what_is_disputed_or_was_not_held(cast, client):
    make_meeting(
        cast.event, "off", kind="plenary", title="Off", status="cancelled", date="2025-05-29"
    )
    programme = part(get(client, "/events/moscow-2025/"), "h-prog")

    assert words_of(programme) == (
        "Programme Who met whom , list , CSV 3 meetings by day and kind. Held, unless marked "
        "otherwise. For 1 no source names the day. contradicted by a source Day Plenary and seminars "
        "Bilateral, with Russia 27 May 2025 Tuesday Shoigu – Ahmadian (Russia – Iran) "
        "28 May 2025 Wednesday 29 May 2025 Thursday Off cancelled "
        "Day not reported Plenary session"
    )


def test_figures_are_drawn_with_the_span_and_the_finding(cast, client):
    figures = words_of(part(get(client, "/events/moscow-2025/"), "h-fig"))

    assert "Delegations 125 or 126" in figures
    assert "2 figures, of which no two agree." in figures


def test_blocs_show_who_of_their_members_came(cast, client):
    make_delegation(cast.event, make_country("MNG", name="Mongolia"))
    blocs = words_of(part(get(client, "/events/moscow-2025/"), "h-bloc"))

    assert blocs.endswith(
        "BRICS 2 2 Iran , Russia attended In none of these DPR Korea (announced) , Mongolia"
    )
