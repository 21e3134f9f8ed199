"""Every filter of every list of the bundled record: page, CSV and JSONL have the rows that it means.

What it means is worked out by Python from the files of the package. Each filter is asked alone or
together with others, in some order; facets are asked for all their values at once.
"""

from random import Random
from urllib.parse import urlencode

import pytest

from summitkb.browse.excerpts import LISTS
from summitkb.exchange.tables import get_table
from tests.browse.brute_force import Package, make_query
from tests.browse.meanings import MEANINGS
from tests.conftest import BUNDLED
from tests.pages import facet_counts, keys_everywhere, rows_of_csv

pytestmark = pytest.mark.usefixtures("bundled_record", "db")

FILTERS = [(table, name) for table in MEANINGS for name in MEANINGS[table]]


@pytest.fixture(scope="module")
def package():
    return Package(BUNDLED)


def test_brute_force_knows_every_filter_of_every_list():
    """But for those two that say how rows stand, and not which."""
    assert {table: {*MEANINGS[table], "sort", "page"} for table in MEANINGS} == {
        table: set(view.filterset_class.base_filters) for table, view in LISTS.items()
    }


@pytest.mark.parametrize(("table", "name"), FILTERS)
def test_page_csv_and_jsonl_have_the_rows_that_filters_mean(client, package, table, name):
    random = Random(f"{table} {name}")
    filters = make_query(random, package, table, name)
    sort = random.choice(list(LISTS[table].filterset_class.base_filters["sort"].orders))
    query = urlencode({**filters, "sort": sort}, doseq=True)

    assert set(keys_everywhere(client, table, f"?{query}")) == package.keys(table, filters)


@pytest.mark.parametrize("table", MEANINGS)
def test_facets_count_every_value_that_rows_have(package, table):
    counts = facet_counts(table)

    assert counts == {name: package.counts(table, {}, name) for name in counts}


@pytest.mark.parametrize("table", MEANINGS)
def test_words_are_looked_for_in_each_of_the_texts_and_stand_for_themselves(client, package, table):
    """Also those that mean something in a pattern or in an array of PostgreSQL."""
    random, asked = Random(table), ["%", "_", "\\", "{", '"', ","]
    for path in MEANINGS[table]["q"].split():
        texts = [text for row in package.rows[table] for text in package.follow(row, path)]
        asked.append(" ".join(random.choice(texts)[:100].split()))

    found = {q: rows_of_csv(client, table, f"?{urlencode({'q': q})}") for q in asked}

    assert {q: {get_table(table).key_of(row) for row in rows} for q, rows in found.items()} == {
        q: package.keys(table, {"q": [q]}) for q in asked
    }
