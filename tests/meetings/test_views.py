"""The pages of what happened: what each says, how it says whose words they are, and the ways on."""

import re

import pytest

from tests.factories import (
    cite,
    make_agreement,
    make_figure,
    make_meeting,
    make_source,
    make_statement,
    make_topic,
)
from tests.pages import cited_on, get, links_in, words_of

pytestmark = pytest.mark.django_db

WAYS = {
    "/meetings/shoigu-ahmadian/": {
        "/events/moscow-2025/",
        "/delegations/moscow-2025-rus/",
        "/delegations/moscow-2025-irn/",
        "/participants/shoigu-ahmadian+moscow-2025-rus+sergei-shoigu/",
        "/participants/shoigu-ahmadian+moscow-2025-irn+/",
        "/people/sergei-shoigu/",
        "/statements/shoigu-on-iran/",
        "/topics/terrorism/",
        "/sources/tass/",
        "/sources/reprint/",
    },
    "/participants/shoigu-ahmadian+moscow-2025-rus+sergei-shoigu/": {
        "/meetings/shoigu-ahmadian/",
        "/delegations/moscow-2025-rus/",
        "/people/sergei-shoigu/",
        "/statements/shoigu-on-iran/",
    },
    "/statements/shoigu-on-iran/": {
        "/events/moscow-2025/",
        "/meetings/shoigu-ahmadian/",
        "/people/sergei-shoigu/",
        "/delegations/moscow-2025-rus/",
        "/topics/terrorism/",
        "/countries/IRN/",
        "/blocs/brics/",
        "/sources/tass/",
    },
    "/topics/terrorism/": {
        "/topics/security/",
        "/meetings/shoigu-ahmadian/",
        "/statements/shoigu-on-iran/",
    },
    "/topics/security/": {
        "/topics/terrorism/",
        "/meetings/shoigu-ahmadian/",
        "/statements/shoigu-on-iran/",
    },
    "/agreements/strategic-partnership/": {
        "/countries/RUS/",
        "/countries/IRN/",
        "/sources/tass/",
        "/sources/interfax/",
    },
    "/figures/delegations-126/": {
        "/events/moscow-2025/",
        "/figures/delegations-125/",
        "/sources/tass/",
    },
    "/sources/tass/": {
        "/meetings/shoigu-ahmadian/",
        "/statements/shoigu-on-iran/",
        "/figures/delegations-126/",
        "/agreements/strategic-partnership/",
    },
}


@pytest.mark.parametrize("address", WAYS)
def test_a_page_leads_to_all_that_belongs_to_it(client, cast, address):
    links = {link.partition("#")[0] for link in links_in(get(client, address))}

    assert WAYS[address] - links == set()


# Whose words


def quoted(page):
    """The text of a statement with the attributes that say whose words, in which language."""
    said = r'<div class="said"[^>]*>\s*<div>\s*<blockquote([^>]*)(>.*?)</blockquote>'
    attributes, text = re.search(said, page).groups()
    return re.sub(r"\s+", " ", attributes) + text


@pytest.mark.parametrize(
    ("kind", "language", "expected"),
    [
        ("quote", "ru", ' class="verbatim" lang="ru" dir="ltr">a - b'),
        ("quote", "fa", ' class="verbatim" lang="fa" dir="rtl">a - b'),
        ("document", "ar", ' class="verbatim" lang="ar" dir="rtl">a - b'),
        ("quote", "", ' class="verbatim" dir="ltr">a - b'),
        ("paraphrase", "fa", ' lang="en" dir="ltr">a - b'),
    ],
)
def test_words_have_language_and_direction_and_only_verbatim_ones_quotation_marks(
    client, kind, language, expected
):
    make_statement(id="s", kind=kind, language=language, text="a - b")

    assert quoted(get(client, "/statements/s/")) == expected


def test_dashes_are_set_in_titles_and_never_in_excerpts(client, cast):
    cite(cast.bilateral, cast.interfax, excerpt="Shoigu - Ahmadian")
    meeting = cast.bilateral
    type(meeting).objects.filter(pk=meeting.pk).update(title="Shoigu - Ahmadian (Russia - Iran)")

    page = get(client, "/meetings/shoigu-ahmadian/")

    assert "<h1>Shoigu\xa0– Ahmadian (Russia\xa0– Iran)</h1>" in page
    assert "Shoigu - Ahmadian" in {cited.excerpt for cited in cited_on(page)}


def test_what_is_entered_is_shown_and_never_run(client):
    bad = "<script>alert('x')</script>"
    make_statement(id="s", speaker_label=bad, text=bad)
    make_meeting(id="m", title=bad, summary=bad, place=bad)
    cite(make_topic("t", name=bad), make_source(title=bad, publisher=bad), excerpt=bad)

    for address in ("/statements/s/", "/meetings/m/", "/topics/t/", "/statements/", "/sources/"):
        page = get(client, address)
        assert "<script>" not in page
        assert "&lt;script&gt;" in page


# What is not known


def test_a_meeting_says_what_is_not_reported(client):
    make_meeting(id="m", status="announced")

    page = words_of(get(client, "/meetings/m/"))

    assert (
        "Status Announced Day Not reported; the event ran from 27 May 2025 to 29 May 2025" in page
    )
    assert "Access Not reported Place Not reported" in page
    assert "0 no source" in page


def test_a_meeting_with_a_day_has_its_weekday_and_hour(client):
    make_meeting(id="m", date="2025-05-27", starts_at="10:30")

    assert "Day Tuesday 27 May 2025 , 10:30" in words_of(get(client, "/meetings/m/"))


def test_a_day_known_in_part_has_no_weekday(client):
    make_meeting(id="m", date="2025-05")

    assert "Day May 2025 " in words_of(get(client, "/meetings/m/"))


def test_a_participant_without_a_name_is_its_delegation(client, cast):
    page = get(client, "/participants/shoigu-ahmadian+moscow-2025-irn+/")

    assert "<h1>Iran</h1>" in page
    assert "Person Not named" in words_of(page)


def test_an_unnamed_speaker_has_the_label_of_the_source(client, cast):
    page = get(client, "/statements/analyst-remark/")

    assert "<h1>A Russian analyst</h1>" in page


def test_an_agreement_without_parties_says_so(client):
    make_agreement("a")

    assert "As of Not reported Parties Not reported" in words_of(get(client, "/agreements/a/"))


# Evidence at the line


def test_marks_say_in_words_who_supports_and_who_disputes(client, cast):
    cite(cast.agreement, make_source(publisher="IRNA"))

    page = words_of(get(client, "/agreements/strategic-partnership/"))

    assert "Rests on 2 publishers 1 disputes it" in page


def test_two_that_dispute_are_said_in_the_plural(client, cast):
    cite(cast.agreement, make_source(publisher="AP"), stance="disputes")

    assert "1 publisher 2 dispute it" in words_of(get(client, "/agreements/strategic-partnership/"))


def test_an_opened_mark_has_publisher_stance_excerpt_and_passage(client, cast):
    cited = cited_on(get(client, "/agreements/strategic-partnership/"))

    assert [(c.publisher, c.disputes, c.excerpt, c.passage) for c in cited] == [
        ("TASS", False, "", "https://example.org/report"),
        (
            "Interfax",
            True,
            "already ratified",
            "https://example.org/report#:~:text=already%20ratified",
        ),
    ]


def test_a_reprint_names_who_wrote_and_where_it_was_read(client, cast):
    page = words_of(get(client, "/meetings/shoigu-ahmadian/"))

    assert "TASS at Daily Star, press, English, undated" in page
    assert "1 publisher for the meeting" in page


def test_sources_are_numbered_at_the_line_and_listed_at_the_end(client, cast):
    page = get(client, "/agreements/strategic-partnership/")
    notes = page.partition('<ol class="notes">')[2].partition("</ol>")[0]

    assert '<span class="refs">[1, 2]</span>' in page
    assert [words_of(note).split(",")[0] for note in notes.split("</li>")[:-1]] == [
        "TASS",
        "Interfax",
    ]
    assert notes.count('<span class="url">https://example.org/report</span>') == 2


def test_a_title_that_the_editor_supplied_is_no_quotation(client, cast):
    make_source("supplied", title="[A report on the meeting]")

    page = get(client, "/sources/supplied/")

    assert "<h1>A report on the meeting</h1>" in page
    assert "The title was supplied by the editor." in page
    assert "<cite>" not in page


def test_a_figure_stands_among_what_others_report_of_the_same(client, cast):
    make_figure(cast.event, 105, "of-countries", measure="countries")
    make_figure(cast.event, 45, "of-africa", scope="Africa")
    make_figure(value=124, id="of-another-event")

    links = links_in(get(client, "/figures/delegations-126/"))

    assert {link for link in links if re.fullmatch("/figures/[^/]+/", link)} == {
        "/figures/delegations-125/",
        "/figures/delegations-126/",
    }


def test_a_part_that_is_cut_short_leads_to_all_of_it(client, cast):
    for _ in range(11):
        make_statement(cast.event, cast.shoigu)

    page = get(client, "/people/sergei-shoigu/")

    assert '<a href="/statements/?person=sergei-shoigu">All 12</a>' in page
    assert page.count('<article class="said') == 8


def test_a_long_list_is_cut_into_pages_that_keep_the_filter(client, cast):
    for _ in range(60):
        make_statement(cast.event, cast.shoigu)

    page = get(client, "/statements/?person=sergei-shoigu&sort=oldest&page=2")
    pager = page.partition('<nav class="pager"')[2].partition("</nav>")[0]

    assert "26–50 of 61, sorted by newest , oldest , speaker" in words_of(page)
    assert links_in(pager) == [
        f"?person=sergei-shoigu&sort=oldest&page={number}" for number in (1, 1, 3, 3)
    ]
    assert "/statements.csv?person=sergei-shoigu&sort=oldest" in links_in(page)
