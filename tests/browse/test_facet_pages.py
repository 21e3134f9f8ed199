"""A list shows the most frequent values of a facet; a page of its own has all of them."""

import re

import pytest

from summitkb.browse.facets import ShownFacet
from tests.factories import make_country, make_delegation, make_event, make_person, make_statement
from tests.pages import get, listing

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def speakers():
    """Fifty speakers: the first said two things, each of the others one."""
    event = make_event("event", name="Event")
    sent = make_delegation(event, make_country("XBA", name="Land A"))
    people = [make_person(f"p-{n:02}", name=f"Zoë {n:02}") for n in range(50)]
    for person in people:
        make_statement(event, person, delegation=sent, kind="paraphrase")
    make_statement(event, people[0], delegation=sent, kind="quote")


def values_of(page: str) -> dict[str, tuple[int, str]]:
    """By label the number and the address of each value on a page of a facet."""
    found = re.findall(r'<a href="([^"]+)">([^<]+) <span>(\d+)</span></a>', page)
    return {label: (int(n), address.replace("&amp;", "&")) for address, label, n in found}


def test_a_list_has_the_most_frequent_values_and_a_way_to_all(client):
    shown = listing(client, "statements").facets["person"]
    page = get(client, "/statements/")

    assert list(shown) == [f"Zoë {n:02}" for n in range(ShownFacet.most)]
    assert '<a class="all" href="/statements/by/person/">All</a>' in page


def test_a_facet_of_few_values_needs_no_other_page(client):
    assert "/statements/by/event/" not in get(client, "/statements/")


def test_a_value_that_is_chosen_is_shown_however_rare(client):
    assert "Zoë 49" in listing(client, "statements", "?person=p-49").facets["person"]


def test_all_values_stand_on_the_page_of_the_facet(client):
    found = values_of(get(client, "/statements/by/person/"))

    assert found == {
        f"Zoë {n:02}": (1 + (n == 0), f"/statements/?person=p-{n:02}") for n in range(50)
    }


def test_they_are_counted_under_the_filters_of_the_list(client):
    page = get(client, "/statements/by/person/?kind=quote")

    assert values_of(page) == {"Zoë 00": (1, "/statements/?kind=quote&person=p-00")}
    assert re.search(r"<b>1</b> value of\s+statements, of kind", page)


@pytest.mark.parametrize("words", ["zoe 07", "07 ZOË", "oe 07"])
def test_values_are_found_by_their_words(client, words):
    found = values_of(get(client, f"/statements/by/person/?find={words.replace(' ', '+')}"))

    assert list(found) == ["Zoë 07"]


def test_that_none_has_the_words_is_said(client):
    assert "No value has these words." in get(client, "/statements/by/person/?find=nobody")


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/statements/by/nothing/", 404, ""),
        ("/statements/by/q/", 404, ""),
        ("/statements/by/person/?kind=nonsense", 400, "accepted are"),
        ("/statements/by/person/?page=2", 400, "Accepted is a page from 1 to 1."),
        ("/statements/by/person/?find=a&find=b", 400, "Accepted are words"),
        ("/statements/by/person/?find=%00", 400, "Accepted are words"),
        (f"/statements/by/person/?find={'a' * 201}", 400, "at most 200 letters"),
    ],
)
def test_what_does_not_exist_is_refused(client, address, status, words):
    response = client.get(address)

    assert (response.status_code, words in response.content.decode()) == (status, True)
