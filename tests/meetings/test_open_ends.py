"""What is open about an event, each line with the reason why it stands there."""

import pytest

from delegations.models import Event
from meetings.open_ends import OpenEnds
from tests.cast import make_cast
from tests.factories import (
    cite,
    make_agreement,
    make_bilateral,
    make_country,
    make_delegation,
    make_event,
    make_meeting,
    make_source,
    make_statement,
)
from tests.pages import get, listing, words_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def ends():
    """The cast, and what is open about it; the same about another event, which does not count."""
    c = make_cast()
    early = make_source("early", publisher="RIA Novosti", published_on="2025-05-23")
    vague = make_source("vague", publisher="Xinhua", published_on="2025-05")
    cite(make_meeting(c.event, "to-come", title="Talks to come", status="announced"), early)
    cite(make_meeting(c.event, "rumour", title="A rumour", status="unconfirmed"), vague)
    make_bilateral(
        c.event, c.russians, c.koreans, "off", status="cancelled", summary="He fell ill."
    )
    make_delegation(c.event, make_country("PER", name="Peru"), "peru", status="invited")
    make_statement(c.event, c.shoigu, "will-speak", text="Shoigu will speak.", status="expected")
    make_statement(c.event, id="will-write", text="A letter.", status="expected", speaker_label="X")
    make_agreement("done", title="Done", parties=[c.russia], status="in-force")
    make_agreement("elsewhere", title="Elsewhere", parties=[make_country()], status="signed")
    make_meeting(make_event("other"), "others", status="announced")
    make_meeting(c.event, "draft", status="announced", publication="draft")
    return OpenEnds(Event.objects.get(pk="moscow-2025"))


def lines(ends, key):
    section = next(section for section in ends.sections if section.key == key)
    return [(line.record.pk, line.reason) for line in section.lines]


def test_meetings_that_no_source_confirms_say_by_whom_and_when_they_were_first_reported(ends):
    assert lines(ends, "meetings") == [
        (
            "rumour",
            "Reported, and no source confirms it. First reported by Xinhua by the end of May 2025.",
        ),
        (
            "to-come",
            "Announced, and no source says that it took place. First reported by RIA Novosti on 23 "
            "May 2025.",
        ),
    ]


def test_delegations_that_were_not_seen_say_why(ends):
    assert lines(ends, "delegations") == [
        ("moscow-2025-prk", "Announced, and no source says that it came."),
        ("peru", "Invited, and no source says whether it came."),
    ]


def test_what_was_called_off_says_what_is_reported_of_it(ends):
    assert lines(ends, "called-off") == [("off", "He fell ill.")]


def test_what_was_expected_says_whether_the_speaker_is_on_record(ends):
    assert lines(ends, "expected") == [
        ("will-speak", "Words of the same speaker are on record."),
        ("will-write", "The speaker has no name, by which words of theirs could be found."),
    ]


def test_of_many_the_first_are_shown_and_the_others_counted(client, ends, monkeypatch):
    monkeypatch.setattr("meetings.open_ends.MOST", 1)
    section = OpenEnds(ends.event).sections[0]

    assert [line.record.pk for line in section.lines] == [lines(ends, "meetings")[0][0]]
    assert (section.more, len(section)) == (1, 2)
    page = words_of(get(client, "/events/moscow-2025/open-ends/"))
    assert "1 more are on record and not shown here." in page


def test_agreements_between_those_who_came_stand_while_they_are_under_way(ends):
    assert lines(ends, "agreements") == [
        (
            "strategic-partnership",
            "Awaiting ratification, on a day not reported. Disputed by Interfax.",
        )
    ]


def test_what_a_source_contradicts_names_the_source():
    c = make_cast()
    cite(c.event, c.tass)
    cite(c.event, c.interfax, stance="disputes")
    cite(c.quote, c.interfax, stance="disputes")

    assert lines(OpenEnds(c.event), "contradicted") == [
        ("moscow-2025", "Disputed by Interfax."),
        ("shoigu-on-iran", "Disputed by Interfax."),
        ("strategic-partnership", "Disputed by Interfax."),
    ]


def test_what_is_not_known_is_counted_and_leads_to_the_list_of_it(client, ends):
    counted = {gap.words: (gap.count, gap.address) for gap in ends.gaps}

    assert {words: count for words, (count, _) in counted.items()} == {
        "meetings without a day": 4,
        "statements without a day": 3,
        "statements by a speaker without a name": 2,
        "delegations of which no delegate is named": 4,
        "participants of meetings without a name": 6,
        "meetings that one publisher alone reports": 3,
        "statements that one publisher alone reports": 1,
        "figures that one publisher alone reports": 2,
    }
    for count, address in counted.values():
        table, _, query = address.strip("/").partition("/?")
        assert listing(client, table, f"?{query}").count == count


def test_the_page_shows_it_all_with_its_evidence(client, ends):
    page = words_of(get(client, "/events/moscow-2025/open-ends/"))

    for words in ("Talks to come", "Peru", "He fell ill.", "Strategic Partnership Treaty"):
        assert words in page
    assert "4 meetings without a day" in page
    assert "Sources of this page" in page


def test_where_nothing_is_open_the_page_says_so(client):
    make_event("e")

    page = words_of(get(client, "/events/e/open-ends/"))

    assert "Every meeting on record was held or called off." in page
    assert "No source on record disputes another." in page
    assert "Nothing is missing that a table of this knowledge base asks for." in page


@pytest.mark.parametrize("count", [1, 10])
def test_the_page_asks_as_often_for_one_line_as_for_ten(client, django_assert_num_queries, count):
    event = make_event("e")
    for n in range(count):
        delegation = make_delegation(event, status="announced")
        cite(make_meeting(event, status="announced", delegations=[delegation]))
        cite(make_statement(event, id=f"s{n}", status="expected"), stance="disputes")
        make_bilateral(event, delegation, make_delegation(event), status="cancelled")
        make_agreement(parties=[delegation.country], status="signed")

    with django_assert_num_queries(45):
        get(client, "/events/e/open-ends/")
