"""The number beside a value of a facet is the number of rows that following it gives."""

from random import Random
from urllib.parse import urlencode

import pytest

from summitkb.exchange.dumping import dump
from tests.browse.brute_force import Package, make_query
from tests.browse.meanings import MEANINGS
from tests.pages import TABLES, facet_counts, get, keys_everywhere, listing, read, words_of

pytestmark = pytest.mark.usefixtures("two_events", "db")


def shown(client, address):
    return read(get(client, address), address.strip("/").partition("/")[0])


@pytest.mark.parametrize("table", TABLES)
def test_a_value_leaves_as_many_rows_as_its_number_says(client, table):
    facets = listing(client, table).facets
    links = [link for values in facets.values() for link in values.values()]

    assert len(links) > 1
    assert {address: count for count, address, _ in links} == {
        address: shown(client, address).count for _, address, _ in links
    }


@pytest.mark.parametrize("table", ["meetings", "statements", "delegations", "citations"])
def test_the_numbers_hold_under_another_filter(client, table):
    on = "?publisher=TASS" if table == "citations" else "?event=moscow-2025"
    facets = listing(client, table, on).facets
    links = [
        (count, address)
        for values in facets.values()
        for count, address, chosen in values.values()
        if not chosen
        and "event=moscow-2025&event=" not in address
        and "publisher=TASS&publisher=" not in address
    ]

    assert len(links) > 5
    assert {address: count for count, address in links} == {
        address: shown(client, address).count for _, address in links
    }


@pytest.mark.parametrize("table", ["meetings", "statements", "delegations", "people", "sources"])
def test_choosing_one_value_leaves_its_siblings_as_they_were(client, table):
    facets = listing(client, table).facets

    for name, values in facets.items():
        _, address, _ = next(iter(values.values()))
        after = shown(client, address).facets[name]
        # Choosing a year shows its months too.
        assert {label: after[label][0] for label in values} == {
            label: count for label, (count, _, _) in values.items()
        }


@pytest.mark.parametrize("table", ["meetings", "statements", "delegations"])
def test_two_values_of_a_facet_leave_what_either_leaves(client, table):
    for values in listing(client, table).facets.values():
        addresses = [address for _, address, _ in values.values()][:2]
        if len(addresses) == 2:
            first, second = addresses
            both = f"{first}&{second.partition('?')[2]}"
            assert set(shown(client, both).keys) == {
                *shown(client, first).keys,
                *shown(client, second).keys,
            }


def test_a_chosen_value_is_marked_and_its_link_takes_it_out(client):
    address = "/meetings/?kind=bilateral&kind=plenary&q=a"
    values = shown(client, address).facets["kind"]

    assert {label: (link, chosen) for label, (_, link, chosen) in values.items()} == {
        "Bilateral meeting": ("/meetings/?kind=plenary&q=a", True),
        "Multilateral meeting": (f"{address.replace('&q=a', '')}&kind=multilateral&q=a", False),
        "Plenary": ("/meetings/?kind=bilateral&q=a", True),
    }


def test_a_chosen_value_that_leaves_nothing_stays_to_be_taken_out(client):
    values = shown(client, "/meetings/?access=closed&kind=plenary").facets

    assert values["kind"]["Plenary"] == (0, "/meetings/?access=closed", True)
    assert values["access"]["Closed"] == (0, "/meetings/?kind=plenary", True)


def test_values_of_a_vocabulary_stand_in_its_order_and_records_by_number(client):
    facets = listing(client, "meetings").facets

    assert list(facets["kind"]) == ["Bilateral meeting", "Multilateral meeting", "Plenary"]
    assert [(label, count) for label, (count, _, _) in facets["country"].items()] == [
        ("Iran", 3),
        ("Russia", 3),
        ("Egypt", 1),
        ("India", 1),
    ]


def test_topics_count_what_lies_below_them(client):
    facets = listing(client, "meetings").facets

    assert [(label, count) for label, (count, _, _) in facets["topic"].items()] == [
        ("Security", 2),
        ("Terrorism", 1),
    ]


def test_what_is_on_is_said_in_words_each_with_a_way_to_remove_it(client):
    query = "?country=RUS&country=IRN&kind=plenary&from=2025-05&sort=title"
    page = get(client, f"/meetings/{query}")

    words = words_of(page.partition('<p class="query">')[2].partition("</p>")[0])
    assert words == (
        "0 of 4 meetings, of Russia remove Russia or Iran remove Iran , of kind plenary remove "
        "plenary , from the beginning of May 2025 remove the beginning of May 2025"
    )
    assert 'href="?country=IRN&amp;kind=plenary&amp;from=2025-05&amp;sort=title"' in page


# Any filters together, against the same worked out by Python from the files of the package


@pytest.fixture(scope="module")
def package(two_events, django_db_blocker, tmp_path_factory):
    folder = tmp_path_factory.mktemp("package")
    with django_db_blocker.unblock():
        dump(folder)
    return Package(folder)


@pytest.mark.parametrize("table", TABLES)
def test_facets_count_what_they_mean(package, table):
    counts = facet_counts(table)

    assert counts == {name: package.counts(table, {}, name) for name in counts}


@pytest.mark.parametrize("table", TABLES)
def test_any_filters_leave_what_they_mean(client, package, table):
    asked = [name for name in MEANINGS[table] if package.offered(table, name)]
    assert len(asked) > 5
    for name in asked:
        filters = make_query(Random(f"{table} {name}"), package, table, name)
        query = urlencode(filters, doseq=True)
        assert set(keys_everywhere(client, table, f"?{query}")) == package.keys(table, filters)
