"""How records are cited."""

import json

import pytest

from tests.cast import make_cast
from tests.factories import (
    make_country,
    make_delegation,
    make_event,
    make_meeting,
    make_source,
    make_statement,
)
from tests.history import happened_on
from tests.pages import get, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(db):
    made = make_cast()
    happened_on("2025-06-01")
    return made


def test_a_record_is_cited_in_the_version_of_its_last_change(client, cast):
    assert get(client, "/meetings/shoigu-ahmadian/cite.bib") == (
        "@misc{meetings-shoigu-ahmadian,\n"
        "  author = {{SummitKB}},\n"
        "  title = {{Shoigu – Ahmadian (Russia – Iran)}},\n"
        "  howpublished = {SummitKB},\n"
        "  type = {Meeting},\n"
        "  year = {2025},\n"
        "  month = {06},\n"
        "  day = {01},\n"
        "  url = {http://testserver/meetings/shoigu-ahmadian/},\n"
        "}\n"
    )
    assert json.loads(get(client, "/meetings/shoigu-ahmadian/cite.json")) == [
        {
            "id": "meetings-shoigu-ahmadian",
            "type": "webpage",
            "title": "Shoigu – Ahmadian (Russia – Iran)",
            "container-title": "SummitKB",
            "genre": "Meeting",
            "author": [{"literal": "SummitKB"}],
            "issued": {"date-parts": [[2025, 6, 1]]},
            "URL": "http://testserver/meetings/shoigu-ahmadian/",
        }
    ]


def test_a_source_is_cited_as_the_text_that_it_is(client):
    make_source(
        "s",
        publisher="R&D News",
        author="A. Writer",
        title="[100 % of {it}]",
        url="https://example.org/a_b",
        published_on="2025-05",
        language="ru",
    )

    assert get(client, "/sources/s/cite.bib") == (
        "@misc{sources-s,\n"
        "  author = {{A. Writer}},\n"
        "  title = {{100 \\% of \\{it\\}}},\n"
        "  howpublished = {R\\&D News},\n"
        "  year = {2025},\n"
        "  month = {05},\n"
        "  url = {https://example.org/a_b},\n"
        "  langid = {ru},\n"
        "}\n"
    )
    [item] = json.loads(get(client, "/sources/s/cite.json"))
    assert (item["title"], item["container-title"], item["issued"]) == (
        "100 % of {it}",
        "R&D News",
        {"date-parts": [[2025, 5]]},
    )


def test_a_page_shows_how_it_is_cited_and_says_so_to_reference_managers(client, cast):
    page = get(client, "/meetings/shoigu-ahmadian/")

    assert "SummitKB. “Shoigu – Ahmadian (Russia – Iran)”. Meeting. SummitKB, 1 June 2025." in page
    for name, content in (
        ("citation_title", "Shoigu – Ahmadian (Russia – Iran)"),
        ("citation_journal_title", "SummitKB"),
        ("citation_publication_date", "2025/06/01"),
        ("citation_public_url", "http://testserver/meetings/shoigu-ahmadian/"),
    ):
        assert f'<meta name="{name}" content="{content}">' in page
    assert 'href="/meetings/shoigu-ahmadian/cite.bib"' in page


def test_structured_data_says_what_it_is(client, cast):
    page = get(client, "/statements/shoigu-on-iran/")
    block = page.partition('<script type="application/ld+json">')[2].partition("</script>")[0]

    assert json.loads(block) == {
        "@context": "https://schema.org",
        "@type": "Quotation",
        "@id": "http://testserver/statements/shoigu-on-iran/",
        "url": "http://testserver/statements/shoigu-on-iran/",
        "identifier": "shoigu-on-iran",
        "name": "Sergei Shoigu: We are ready to go on with our dialogue.",
        "text": "We are ready to go on with our dialogue.",
        "creator": {"@type": "Person", "name": "Sergei Shoigu"},
        "dateCreated": "2025-05-27",
        "inLanguage": "en",
        "dateModified": "2025-06-01T12:00:00+00:00",
        "citation": ["https://example.org/report"],
        "isPartOf": {"@type": "Dataset", "name": "SummitKB", "url": "http://testserver/"},
    }


def structured(client, address):
    block = get(client, address).partition('<script type="application/ld+json">')[2]
    return json.loads(block.partition("</script>")[0])


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ("held", None),
        ("announced", "https://schema.org/EventScheduled"),
        ("cancelled", "https://schema.org/EventCancelled"),
        ("unconfirmed", None),
    ],
)
def test_structured_data_of_a_meeting_says_what_became_of_it(client, status, said):
    make_meeting(make_event("e", name="A gathering"), "m", status=status, place="A hall")

    data = structured(client, "/meetings/m/")

    assert (data["@type"], data["superEvent"]["name"]) == ("Event", "A gathering")
    assert data["location"] == {"@type": "Place", "name": "A hall"}
    assert data.get("eventStatus") == said


def test_structured_data_of_a_source_is_about_a_text_of_others(client):
    make_source(
        "s", title="[A report]", publisher="TASS", url="https://tass.com/1", published_on="2025-05"
    )

    data = structured(client, "/sources/s/")

    assert (data["@type"], data["url"]) == ("WebPage", "http://testserver/sources/s/")
    assert data["mainEntity"] == {
        "@type": "Article",
        "name": "A report",
        "url": "https://tass.com/1",
        "publisher": {"@type": "Organization", "name": "TASS"},
        "datePublished": "2025-05",
        "inLanguage": "en",
    }


def test_structured_data_of_a_delegation_names_what_it_was_sent_to(client):
    make_delegation(make_event("moscow-2025", city="Moscow"), make_country(name="Iran"), "d")

    data = structured(client, "/delegations/d/")

    assert (data["@type"], data["name"]) == ("Organization", "Delegation of Iran to Moscow 2025")


@pytest.mark.parametrize(
    ("kind", "type"), [("agency", "article-newspaper"), ("official", "webpage")]
)
def test_a_source_says_when_it_was_read(client, kind, type):
    make_source("s", kind=kind, accessed_on="2025-06-02")

    assert "urldate = {2025-06-02}" in get(client, "/sources/s/cite.bib")
    [item] = json.loads(get(client, "/sources/s/cite.json"))
    assert (item["type"], item["accessed"]) == (type, {"date-parts": [[2025, 6, 2]]})


def test_words_cannot_end_the_block_of_structured_data(client):
    make_statement(id="s", text="</script><b>bold</b> & more")

    page = get(client, "/statements/s/")

    block = page.partition('<script type="application/ld+json">')[2].partition("</script>")[0]
    assert json.loads(block)["text"] == "</script><b>bold</b> & more"


@pytest.mark.parametrize("form", ["bib", "json"])
def test_what_is_not_public_is_not_cited(client, form):
    make_statement(id="draft", publication="draft")
    make_statement(id="gone", publication="withdrawn", text="Words taken back.")

    for key, status in (("draft", 404), ("gone", 410), ("none", 404)):
        response = client.get(f"/statements/{key}/cite.{form}")
        assert response.status_code == status
        assert "taken back" not in text_of(response)
