"""How records are cited."""

import json

import pytest

from tests.cast import make_cast
from tests.factories import make_source, make_statement
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


def test_words_cannot_end_the_block_of_structured_data(client):
    make_statement(id="s", text="</script><b>bold</b> & more")

    page = get(client, "/statements/s/")

    block = page.partition('<script type="application/ld+json">')[2].partition("</script>")[0]
    assert json.loads(block)["text"] == "</script><b>bold</b> & more"


@pytest.mark.parametrize("form", ["bib", "json"])
def test_what_is_not_public_is_not_cited(client, form):
    make_statement(id="draft", publication="draft")
    make_statement(id="gone", publication="withdrawn", text="Words taken back.")

    for key in ("draft", "gone", "none"):
        response = client.get(f"/statements/{key}/cite.{form}")
        assert response.status_code == 404
        assert "taken back" not in text_of(response)
