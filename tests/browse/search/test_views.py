"""The page of the search: one ranked list over all records."""

import re

import pytest

from tests.browse.search.hits import hits
from tests.database import check_deferred
from tests.factories import (
    cite,
    make_country,
    make_meeting,
    make_person,
    make_source,
    make_statement,
)
from tests.pages import get, problems, words_of


def count(client, typed, **parameters):
    page = client.get("/search/", {"q": typed, **parameters}).text
    return int(re.search(r'<p class="query"><b>(\d+)</b>', page.replace("\u202f", ""))[1])


@pytest.fixture
def base(db):
    country = make_country("IRN", name="Iran")
    person = make_person("p", name="Iran Shahr")
    statement = make_statement(
        id="s", text="We spoke of Iran & <trade>.", about=[country], speaker=person, kind="quote"
    )
    cite(statement, make_source("src", title="A report", publisher="IRNA"), excerpt="In Iran.")
    make_meeting(id="m", title="Talks on trade", summary="On trade, and on trade alone. " * 30)
    check_deferred()


def test_hits_of_all_tables_stand_in_one_ranked_list(client, base):
    assert hits(client, "iran") == [
        ("Country", "/countries/IRN/", "[Iran]", "IRN"),
        ("Person", "/people/p/", "[Iran] Shahr", ""),
        ("Statement", "/statements/s/", "[Iran] Shahr", "We spoke of [Iran] & <trade>."),
        ("Citation", hits(client, "iran")[3][1], "IRNA: A report", "In [Iran]."),
    ]


def test_a_count_beside_each_table_is_that_of_its_hits(client, base):
    page = get(client, "/search/?q=iran")
    facet = page.partition('aria-labelledby="f-table"')[2].partition("</section>")[0]

    assert words_of(facet.partition(">")[2]) == (
        "Found in Countries 1 People 1 Statements 1 Citations 1"
    )
    assert count(client, "iran") == 4
    assert [hit[1] for hit in hits(client, "iran", table="people")] == ["/people/p/"]
    assert count(client, "iran", table=["people", "statements"]) == 2


def test_a_long_text_is_cut_to_what_stands_around_the_first_hit(client, base):
    [(_, _, title, passage)] = hits(client, "trade", table="meetings")

    assert title == "Talks on [trade]"
    assert passage.startswith("On [trade], and on [trade] alone.")
    assert passage.endswith(" …")
    assert len(passage) < 500


def test_evidence_stands_at_each_hit(client, base):
    assert "IRNA" in words_of(get(client, "/search/?q=spoke"))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Iran Shakr", "Iran Shahr"),
        ("Iram", "Iran"),
        ("Shehr", "Shahr"),
        ("ira iran", "Iran iran"),
    ],
)
def test_near_misses_of_names_are_suggested(client, base, typed, meant):
    page = client.get("/search/", {"q": typed}).text

    assert f"Did you mean {meant} ?" in words_of(page)
    assert hits(client, meant)


@pytest.mark.parametrize("typed", ["qqqqqqq", "iran -iran", "", "security", "IRM", "the of"])
def test_where_nothing_is_near_nothing_is_suggested(client, base, typed):
    assert "Did you mean" not in client.get("/search/", {"q": typed}).text


def test_without_a_word_that_must_be_there_the_page_says_so(client, base):
    assert "a search needs a word that must be there" in get(client, "/search/?q=-iran")
    assert client.get("/search/").status_code == 200


@pytest.mark.parametrize("typed", ["the", "a of", '"of the"'])
def test_words_too_common_to_be_looked_for_are_told_as_such(client, base, typed):
    page = client.get("/search/", {"q": typed}).text

    assert "stands in almost every text, so it is not looked for" in words_of(page)


@pytest.mark.parametrize("typed", ["Memiş", "Memis", "Memiş'in"])
def test_a_name_with_an_ending_after_an_apostrophe_is_found_by_the_name(db, client, typed):
    make_statement(id="said", text="Şoygu, Memiş’in foruma katılması", kind="quote", language="tr")
    check_deferred()

    assert [hit[1] for hit in hits(client, typed)] == ["/statements/said/"]


def test_what_is_typed_is_shown_as_text(client, base):
    page = client.get("/search/", {"q": '<script>"x'}).text

    assert '<script>"x' not in page
    assert "&lt;script&gt;&quot;x" in page


@pytest.mark.parametrize(
    ("query", "name"),
    [("q=iran&table=moons", "table"), ("q=iran&colour=red", "colour"), ("q=iran&page=9", "page"),
     ("q=a%00b", "q"), ("q=a&q=b", "q"), ("q=" + "x" * 201, "q")],
)  # fmt: skip
def test_what_does_not_exist_is_refused(client, base, query, name):
    assert problems(client, f"/search/?{query}").keys() == {name}


@pytest.mark.parametrize("number", [1, 10])
def test_the_page_asks_as_often_for_one_hit_as_for_ten(
    db, client, django_assert_num_queries, number
):
    for n in range(number):
        cite(make_statement(id=f"s{n}", text="Words on trade."))
    check_deferred()

    with django_assert_num_queries(6):
        assert len(hits(client, "trade")) == number


def test_hits_are_paged(db, client):
    for n in range(25):
        make_person(name=f"Kim {n}")
    check_deferred()

    assert len(hits(client, "kim")) == 20
    assert len(hits(client, "kim", page=2)) == 5
