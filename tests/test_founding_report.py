"""The facts of the report that SummitKB was founded on, each on its public page with its citation.

The report is an unsigned article of Africa Live News; what others say of the same stands beside it.
"""

import pytest

from summitkb.records.models import Citation
from tests.pages import Cited, cited_on, get, links_in, words_of

pytestmark = pytest.mark.usefixtures("bundled_record", "db")

PUBLISHER = "Africa Live News"
ADDRESS = (
    "https://africalivenews.com/global-security-leaders-converge-in-moscow-as-russia-strengthens-"
    "strategic-alliances#:~:text="
)


class Page:
    """A public page: its words, and what it cites."""

    def __init__(self, client, address):
        self.address = address
        html = get(client, address)
        self.words = words_of(html)
        self.cited = cited_on(html)

    def rests_on(self, beginning: str, *, record="") -> Cited:
        """The one passage of the report, beginning so, that is cited for the record of this page, or
        for another one that it shows. It links to its place in the report."""
        of_record = {
            citation.pk
            for citation in Citation.objects.all()
            if citation.get_absolute_url().startswith(f"{record or self.address}#")
        }
        found = [
            cited
            for cited in self.cited
            if cited.number in of_record
            and cited.publisher == PUBLISHER
            and cited.excerpt.startswith(beginning)
        ]
        assert len(found) == 1, (beginning, self.cited)
        assert found[0].passage.startswith(ADDRESS)
        assert found[0].passage != ADDRESS
        return found[0]


@pytest.fixture
def page(client):
    return lambda address: Page(client, address)


# How many came

REPORTED = "has brought together 126 delegations from 104 countries"


def test_126_delegations_stand_beside_what_others_count(page):
    figure = page("/figures/moscow-2025-del-126-aln/")

    words = "has%20brought%20together%20126%20delegations%20from%20104%20countries"
    assert figure.rests_on(REPORTED).passage == f"{ADDRESS}{words}"
    assert "What others report of the same" in figure.words
    for words in ("126", "at least 110", "at least 125", "at least 129", "about 130", "120"):
        assert f" {words} Delegations" in figure.words
    assert {cited.publisher for cited in figure.cited} > {
        PUBLISHER,
        "TASS",
        "International Affairs",
    }


def test_104_countries_stand_beside_what_others_count(page):
    figure = page("/figures/moscow-2025-cty-104-aln/")

    figure.rests_on(REPORTED)
    for words in ("at least 100", "105", "114", "126", "at least 150"):
        assert f" {words} Countries" in figure.words


def test_the_start_page_shows_the_span_of_what_is_counted(page):
    start = page("/")

    assert "Delegations 100–130" in start.words
    assert "Countries 100–150" in start.words
    assert "126 fits 8." in start.words


# Who came

BLOCS = {
    "brics": "BRICS",
    "sco": "Shanghai Cooperation Organisation",
    "asean": "Association of Southeast Asian Nations",
    "cis": "Commonwealth of Independent States",
    "arab-league": "League of Arab States",
    "african-union": "African Union",
    "csto": "Collective Security Treaty Organization",
}


@pytest.mark.parametrize("bloc", BLOCS)
def test_each_bloc_that_the_report_names_sent_a_delegation(page, bloc):
    delegation = page(f"/delegations/moscow-2025-{bloc}/")
    beginning = "the African Union, and" if bloc == "csto" else "Representatives from influential"

    assert BLOCS[bloc] in delegation.words
    assert "Status Attended" in delegation.words
    assert BLOCS[bloc] in delegation.rests_on(beginning).excerpt


# Whom Shoigu met

MEETINGS = {
    "moscow-2025-shoigu-ahmadian": (
        "Shoigu – Ahmadian (Russia – Iran)",
        "During a closed-door meeting with Iran’s Supreme National Security Council Secretary",
        [
            "We hope that the Islamic Republic of Iran will soon ratify our comprehensive strategic "
            "partnership agreement",
            "Ahmadian said that implementing bilateral agreements would significantly increase "
            "economic exchanges",
        ],
    ),
    "moscow-2025-shoigu-ri": (
        "Shoigu – Ri",
        "In another key engagement, Shoigu met with North Korea’s State Security Minister",
        [
            "Our relations with the Democratic People’s Republic of Korea are founded on mutual "
            "respect and strategic partnership",
            "Ri reaffirmed North Korea’s commitment to cooperation with Russia",
        ],
    ),
    "moscow-2025-shoigu-dodik": (
        "Shoigu – Dodik (Russia – Republika Srpska)",
        "Shoigu also held discussions with Bosnian Serb President Milorad Dodik",
        [
            "We see the sentence handed down to you as a component of the ongoing campaign",
            "Russia has consistently respected our position and sovereignty",
        ],
    ),
}


@pytest.mark.parametrize("meeting", MEETINGS)
def test_a_meeting_of_shoigu_shows_what_each_side_said(page, meeting):
    title, reported, said = MEETINGS[meeting]
    found = page(f"/meetings/{meeting}/")

    assert title in found.words
    assert "Sergei Shoigu" in found.words
    found.rests_on(reported)
    for words in said:
        assert words in found.words


def test_the_meeting_with_ahmadian_was_behind_closed_doors(page):
    meeting = page("/meetings/moscow-2025-shoigu-ahmadian/")

    assert "Access Closed" in meeting.words
    assert "closed-door" in meeting.rests_on("During a closed-door meeting").excerpt


STATEMENTS = {
    "moscow-2025-aln-shoigu-iran": (
        "Sergei Shoigu",
        "We hope that the Islamic Republic of Iran will soon ratify",
        "“We hope that the Islamic Republic of Iran will soon ratify",
    ),
    "moscow-2025-aln-shoigu-dprk": (
        "Sergei Shoigu",
        "Our relations with the Democratic People’s Republic of Korea",
        "“Our relations with the Democratic People’s Republic of Korea",
    ),
    "moscow-2025-aln-ri": (
        "Ri Chang-dae",
        "Ri reaffirmed North Korea’s commitment to cooperation with Russia",
        "Minister Ri responded with a warm reaffirmation",
    ),
    "moscow-2025-aln-dodik": (
        "Milorad Dodik",
        "Russia has consistently respected our position and sovereignty",
        "“Russia has consistently respected our position and sovereignty",
    ),
    "moscow-2025-aln-analyst": (
        "a Russian foreign affairs analyst",
        "international dialogue on security is no longer exclusive to the West",
        "“This summit demonstrates that international dialogue",
    ),
    "moscow-2025-aln-report-aims": (
        "Africa Live News (unsigned article)",
        "the summit aims to address a wide range of transnational security issues",
        "The Moscow-hosted summit aims to address",
    ),
    "moscow-2025-aln-putin-expected": (
        "Vladimir Putin",
        "Putin is expected to deliver a statement before the summit concludes on 29 May",
        "Russian President Vladimir Putin is expected",
    ),
}


@pytest.mark.parametrize("statement", STATEMENTS)
def test_a_statement_shows_speaker_words_and_source(page, statement):
    speaker, words, excerpt = STATEMENTS[statement]
    found = page(f"/statements/{statement}/")

    assert f" {speaker} " in found.words
    assert words in found.words
    found.rests_on(excerpt)


def test_what_putin_was_to_say_is_marked_as_expected(page):
    statement = page("/statements/moscow-2025-aln-putin-expected/")

    assert "Paraphrase expected" in statement.words
    assert "Status Expected" in statement.words
    assert "his physical presence has not been confirmed" in statement.words
    assert "Putin is expected to deliver a statement" in page("/").words


def test_the_remark_of_the_analyst_is_the_analysts_alone(client, page):
    statement = get(client, "/statements/moscow-2025-aln-analyst/")

    assert "<h1>a Russian foreign affairs analyst</h1>" in statement
    assert [link for link in links_in(statement) if link.startswith("/people/")] == ["/people/"]


# What it was about

AGENDA = {
    "counterterrorism": "terrorism",
    "cybersecurity": "cybercrime",
    "food-security": "food",
    "energy-security": "energy security",
}


@pytest.mark.parametrize("topic", AGENDA)
def test_each_point_of_the_agenda_is_a_topic_that_leads_to_the_report(page, topic):
    found = page(f"/statements/?topic={topic}&source=africalivenews")
    aims = "/statements/moscow-2025-aln-report-aims/"
    agenda = found.rests_on("The Moscow-hosted summit aims to address", record=aims)

    assert AGENDA[topic] in agenda.excerpt
    assert "The article says that the summit aims to address" in found.words


def test_the_agreement_with_iran_awaits_ratification(page):
    agreement = page("/agreements/russia-iran/")

    assert "Status Awaiting ratification" in agreement.words
    assert "Parties Russia , Iran" in agreement.words
    assert not agreement.rests_on("“We hope that the Islamic Republic of Iran").disputes


# Where the report is wrong


def test_the_wrong_weekday_is_shown_as_disputed(page):
    event = page("/events/moscow-2025/")
    wrong = event.rests_on("the 13th International Meeting of High-Level Security")

    assert "Days Tuesday 27 May 2025 to Thursday 29 May 2025" in event.words
    assert (wrong.disputes, wrong.excerpt[-37:]) == (True, " commenced on Wednesday, May 27, 2025")
    assert "paragraph 1: 27 May 2025 was a Tuesday" in event.words
