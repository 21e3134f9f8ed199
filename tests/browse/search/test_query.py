"""What is typed into the search, and what it asks for."""

import re

import pytest
from django.db import connection

from summitkb.browse.search.found import Found
from summitkb.browse.search.query import Query, Term
from summitkb.exchange.tables import tables
from tests.database import check_deferred
from tests.factories import make_person, make_statement


def terms(typed):
    """The alternatives as text, those that must not be there with a minus."""
    return [
        [f"-{term.text}" if term.without else term.text for term in alternative]
        for alternative in Query.parse(typed).alternatives
    ]


@pytest.mark.parametrize(
    ("typed", "parsed"),
    [
        ("", []),
        ("  ", []),
        ("talks", [["talks"]]),
        ("talks on trade", [["talks", "on", "trade"]]),
        ('"closed-door meeting" Iran', [["closed-door meeting", "Iran"]]),
        ('"never closed', [["never closed"]]),
        ("talks -trade", [["talks", "-trade"]]),
        ('talks -"free trade"', [["talks", "-free trade"]]),
        ("talks or trade", [["talks"], ["trade"]]),
        ("talks OR trade oil", [["talks"], ["trade", "oil"]]),
        ("or talks or", [["talks"]]),
        ('"or"', [["or"]]),
        ("-trade", []),
        ("-trade or talks", [["talks"]]),
        ("!!! … -", []),
        ("Chang-dae", [["Chang-dae"]]),
        ("“free trade” «свободная торговля»", [["free trade", "свободная торговля"]]),
        ("the U.S. and A.B", [["the", "US", "and", "A.B"]]),
        ("a' & | ! ( ) <-> :*", [["a'"]]),
    ],
)
def test_what_is_typed_is_read_as_on_the_web(typed, parsed):
    assert terms(typed) == parsed


def test_words_of_terms_are_those_asked_for():
    query = Query.parse('"free trade" talks -oil or gas')

    assert query.wanted == [Term("free trade", quoted=True), Term("talks"), Term("gas")]
    assert [term.words for term in query.wanted] == [["free", "trade"], ["talks"], ["gas"]]


@pytest.fixture
def said(db):
    for id, fields in {
        "trade": {"text": "The talks on free trade went on behind closed doors."},
        "oil": {"text": "Trade in oil is free. We talked."},
        "russian": {"text": "Переговоры о торговле", "kind": "quote", "language": "ru"},
        "french": {"text": "Les négociations avancent", "kind": "quote", "language": "fr"},
        "shoigu": {"text": "Nothing else.", "speaker": make_person("p", name="Sergei Shoigu")},
        "possessive": {"text": "Shoigu’s visit to Iran’s capital."},
    }.items():
        make_statement(id=id, **{"speaker_label": "Somebody", **fields})
    check_deferred()


def found(typed):
    entries = Found.of(Query.parse(typed)).entries
    return {entry.record for entry in entries if entry.table == "statements"}


@pytest.mark.parametrize(
    ("typed", "ids"),
    [
        ("trade", {"trade", "oil"}),
        ("trading", {"trade", "oil"}),
        ("talk", {"trade", "oil"}),
        ('"free trade"', {"trade"}),
        ("free trade", {"trade", "oil"}),
        ("trade -oil", {"trade"}),
        ('trade -"free trade"', {"oil"}),
        ("oil or doors", {"trade", "oil"}),
        ("the talks", {"trade", "oil"}),
        ("переговоры", {"russian"}),
        ("переговорами", {"russian"}),
        ("торговля", {"russian"}),
        ("negociations", {"french"}),
        ("Négociations", {"french"}),
        ("Шойгу", {"shoigu", "possessive"}),
        ("Choïgou nothing", {"shoigu"}),
        ("Iran", {"possessive"}),
        ("Shoigu -Iran", {"shoigu"}),
        ("nowhere", set()),
    ],
)
def test_a_query_finds_stems_phrases_and_names(said, typed, ids):
    assert found(typed) == ids


@pytest.mark.parametrize(
    "typed", ["Shoigu Nikolai", "Patrushev Kolya", "Kolya Nick", "doors Sergei"]
)
def test_no_phrase_is_found_that_begins_in_one_text_and_ends_in_the_next(db, typed):
    speaker = make_person(
        "p", name="Sergei Shoigu", native_name="Nikolai Patrushev", other_names=["Kolya", "Nick"]
    )
    make_statement(id="s", text="Behind closed doors.", speaker=speaker)
    check_deferred()

    def entries(typed):
        return len(Found.of(Query.parse(typed)).entries)

    assert entries(typed) == 1
    assert entries(f'"{typed}"') == 0


def test_only_words_that_are_too_common_ask_for_nothing(said):
    assert found("the") == set()


def test_words_that_are_hit_are_told_in_whatever_form(said):
    words = ["Talks", "talking", "trade", "Shoigu’s", "Шойгу", "oil", "Переговоры"]

    assert Query.parse('Choïgou "talk" переговорам -oil').hit_among(words) == {
        "Talks",
        "talking",
        "Shoigu’s",
        "Шойгу",
        "Переговоры",
    }
    assert Query.parse("-oil").hit_among(words) == set()


def test_an_index_of_each_table_serves_a_query(said):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            "EXPLAIN SELECT FROM search_entries WHERE vector @@ derived.search_term('trade')"
        )
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert set(re.findall("Index Scan on search_entries_(.*)_vector_idx", plan)) == {
        table.name for table in tables()
    }
