"""What does not exist is refused with a page that says so, never answered with an empty list."""

from urllib.parse import urlencode

import pytest

from meetings.event_views import Home
from tests.factories import make_bloc, make_meeting, make_person
from tests.pages import TABLES, WITH_PAGES, get, problems, read, text_of, words_of

pytestmark = pytest.mark.usefixtures("two_events", "db")

# By parameter: a wrong value, and what the page says of it.
WRONG = {
    "country": (
        "ZZZ",
        "“ZZZ” is not known; accepted is the code of a country, as in the list of countries",
    ),
    "event": ("x", "“x” is not known; accepted is the id of an event, as in the list of events"),
    "bloc": ("eu", "“eu” is not known; accepted is the id of a bloc, as in the list of blocs"),
    "person": ("x", "“x” is not known; accepted is the id of a person, as in the list of people"),
    "topic": ("x", "“x” is not known; accepted is the id of a topic, as in the list of topics"),
    "meeting": (
        "x",
        "“x” is not known; accepted is the id of a meeting, as in the list of meetings",
    ),
    "delegation": (
        "x",
        "“x” is not known; accepted is the id of a delegation, as in the list of delegations",
    ),
    "source": ("x", "“x” is not known; accepted is the id of a source, as in the list of sources"),
    "publisher": (
        "Nobody",
        "“Nobody” is not known; accepted is the name of a publisher as in the list of sources",
    ),
    "about": ("x", "“x” is not known; accepted is the code of a country or the id of a bloc"),
    "corroboration": (
        "much",
        "“much” is not known; accepted are several, single, disputed, uncited",
    ),
    "language": (
        "xx",
        "“xx” is not known; accepted is a language code such as en, in which there are sources",
    ),
    "from": (
        "2025-02-30",
        "“2025-02-30” is not in the calendar; accepted is a date as YYYY, YYYY-MM or YYYY-MM-DD.",
    ),
    "to": ("May 2025", "“May 2025” is not a date as YYYY, YYYY-MM or YYYY-MM-DD."),
    "reported-by": ("TASS", "“TASS” is not a date as YYYY, YYYY-MM or YYYY-MM-DD."),
    "sort": ("random", None),
    "kind": ("x", None),
    "status": ("x", None),
    "access": ("x", "“x” is not known; accepted are open, closed, unknown"),
    "table": ("x", None),
    "page": ("0", "Accepted is the number of a page, from 1."),
}
FILTERS = {
    table: names.split()
    for table, names in {
        "sources": "publisher kind language from to q sort reported-by page",
        "topics": "event country person topic q sort source publisher corroboration reported-by page",
        "countries": "event bloc person kind status q sort source corroboration page",
        "blocs": "event country kind status from to q sort source corroboration page",
        "memberships": "bloc country status from to q sort source corroboration page",
        "people": "event country bloc topic kind q sort source corroboration page",
        "events": "country person from to q sort source corroboration page",
        "delegations": "event country bloc person status q sort source corroboration page",
        "delegates": "event delegation country bloc person kind status q sort corroboration page",
        "meetings": "event country bloc delegation person topic kind status access from to q sort page",
        "participants": "event meeting country bloc delegation person topic kind status from q sort",
        "statements": "event meeting country bloc delegation person about topic kind status from sort",
        "agreements": "country bloc status from to q sort source corroboration page",
        "figures": "event kind status from to q sort source publisher corroboration page",
        "citations": "source publisher table kind status from to q sort page",
    }.items()
}


@pytest.mark.parametrize("end", ["/", ".csv"])
@pytest.mark.parametrize(
    ("table", "name"),
    [(table, name) for table, names in FILTERS.items() for name in names if name in WRONG],
)
def test_a_wrong_value_is_named_with_what_is_accepted(client, table, name, end):
    value, sentence = WRONG[name]

    found = problems(client, f"/{table}{end}?{name}={value}&q=x")

    assert list(found) == [name]
    assert found[name].startswith(f"“{value}” is not" if sentence is None else sentence)
    assert "ccepted" in found[name] or " is not a date as " in found[name]


@pytest.mark.parametrize("end", ["/", ".csv"])
@pytest.mark.parametrize("table", TABLES)
def test_an_unknown_parameter_is_named_with_those_that_the_list_has(client, table, end):
    found = problems(client, f"/{table}{end}?county=RUS")

    sentence = found["county"]
    assert list(found) == ["county"]
    assert sentence.startswith("This list has no filter of that name; it has ")
    assert {name for name in FILTERS[table] if name not in sentence} == set()


@pytest.mark.parametrize("table", TABLES)
def test_a_page_beyond_the_last_is_refused(client, table):
    assert problems(client, f"/{table}/?page=2") == {"page": "Accepted is a page from 1 to 1."}


@pytest.mark.parametrize("page", ["0", "-1", "1.5", "x", "1e3", "9" * 40])
def test_what_is_no_number_of_a_page_is_refused(client, page):
    assert list(problems(client, f"/meetings/?page={page}")) == ["page"]


def test_a_page_of_a_csv_is_all_of_it(client):
    assert get(client, "/meetings.csv?page=7") == get(client, "/meetings.csv")


def test_every_problem_is_told_at_once(client):
    found = problems(client, "/statements/?country=ZZZ&country=RUS&from=x&kind=shout")

    assert list(found) == ["country", "kind", "from"]


@pytest.mark.parametrize("name", ["q", "from", "to", "sort", "page", "reported-by"])
def test_one_value_is_accepted_where_two_would_have_no_meaning(client, name):
    assert problems(client, f"/meetings/?{name}=2025&{name}=2024") == {
        name: "It is given more than once; accepted is one value."
    }


@pytest.mark.parametrize("end", ["/", ".csv", ".atom"])
@pytest.mark.parametrize("name", ["country", "publisher", "about", "q", "from", "page"])
@pytest.mark.parametrize("character", ["%00", "%1b", "%7f", "%c2%85", "%ef%bf%be"])
def test_what_postgresql_or_a_feed_cannot_take_is_refused_before_they_see_it(
    client, name, end, character
):
    assert problems(client, f"/statements{end}?{name}=a{character}b") == {
        name: "It holds a control character; accepted is printable text."
    }


@pytest.mark.parametrize("name", ["country", "kind", "publisher", "source"])
def test_an_empty_choice_is_no_choice_of_all(client, name):
    assert list(problems(client, f"/meetings/?{name}=")) == [name]


@pytest.mark.parametrize("name", ["q", "from", "to", "reported-by"])
def test_blanks_in_a_field_ask_for_nothing(client, name):
    for blanks in (" ", "\n", "\t "):
        asked = urlencode({name: blanks})
        whole, page = (get(client, f"/statements/{q}") for q in ("", f"?{asked}"))
        assert read(page, "statements").count == read(whole, "statements").count
        assert get(client, f"/statements.atom?{asked}")
        if name == "from":
            assert get(client, f"/changes/?{asked}")


@pytest.mark.parametrize("name", ["q", "from", "to", "reported-by", "sort", "page"])
def test_a_field_left_empty_in_the_form_asks_for_nothing(client, name):
    assert get(client, f"/meetings.csv?{name}=") == get(client, "/meetings.csv")


def test_the_page_of_a_refusal_leads_back_to_the_list(client):
    response = client.get("/meetings/?country=ZZZ")

    assert '<a href="/meetings/">The list without a filter</a>' in text_of(response)


@pytest.mark.parametrize("table", WITH_PAGES)
@pytest.mark.parametrize("key", ["no-such-record", "%00", "a%2Fb", "1"])
def test_a_record_that_is_not_there_is_not_found(client, table, key):
    response = client.get(f"/{table}/{key}/")

    assert response.status_code == 404
    assert "<h1>Nothing is at this address</h1>" in text_of(response)


def test_the_page_of_an_unknown_record_says_where_it_was_looked_for(client):
    words = words_of(text_of(client.get("/meetings/no-such-meeting/")))

    assert "There is no record “no-such-meeting” among the meetings." in words


def test_an_unknown_address_is_not_found(client):
    response = client.get("/no/such/place")

    assert response.status_code == 404
    assert "No page of SummitKB has this address." in words_of(text_of(response))


def test_citations_have_no_pages_of_their_own(client):
    assert client.get("/citations/1/").status_code == 404


@pytest.mark.parametrize("method", ["post", "put", "delete"])
@pytest.mark.parametrize("address", ["/", "/meetings/", "/meetings.csv", "/meetings/india-egypt/"])
def test_public_pages_are_read_only(client, method, address):
    assert getattr(client, method)(address).status_code == 405


# Withdrawn


def test_a_withdrawn_record_is_gone_with_a_word_of_why_and_none_of_its_own(client):
    make_meeting(
        id="withdrawn",
        title="Secret talks",
        summary="What was said there.",
        publication="withdrawn",
        publication_note="The source took it back.",
    )

    response = client.get("/meetings/withdrawn/")
    page = text_of(response)

    assert response.status_code == 410
    assert page.partition("<h1>This record was withdrawn</h1>")[2].lstrip().startswith("<")
    assert "The source took it back." in page
    assert '<a href="/meetings/">All meetings</a>' in page
    assert "Secret talks" not in page
    assert "What was said there" not in page


def test_a_withdrawn_record_without_a_note_says_that(client):
    make_person("gone", publication="withdrawn")

    response = client.get("/people/gone/")

    assert (response.status_code, "No reason was noted." in text_of(response)) == (410, True)


@pytest.mark.parametrize("publication", ["draft", "in-review"])
def test_what_is_not_published_is_as_if_it_were_not_there(client, publication):
    make_bloc("eu", name="European Union", publication=publication)

    there, not_there = client.get("/blocs/eu/"), client.get("/blocs/uu/")

    assert there.status_code == 404
    assert text_of(there) == text_of(not_there).replace("uu", "eu")


# A fault of ours


def test_a_fault_has_a_page_that_needs_no_database(client, monkeypatch, django_assert_num_queries):
    def fail(*args, **kwargs):
        raise RuntimeError("a fault")

    monkeypatch.setattr(Home, "get", fail)
    client.raise_request_exception = False

    with django_assert_num_queries(0):
        response = client.get("/")

    assert response.status_code == 500
    assert "<h1>Something went wrong here</h1>" in text_of(response)
    assert "a fault" not in text_of(response)
