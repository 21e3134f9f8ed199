"""Every list of the bundled record under generated filters: page, CSV and JSONL have the same rows, and
so has Python that reads the files of the package."""

import json
from urllib.parse import urlencode

import pytest
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import summitkb.urls  # noqa: F401 -- which registers the lists
from summitkb.browse.excerpts import LISTS
from summitkb.exchange.tables import get_table
from tests.browse.brute_force import DATED, MEANING, Files
from tests.conftest import BUNDLED
from tests.pages import TABLES, WITH_PAGES, get, keys_of_csv, read, rows_of_csv

pytestmark = pytest.mark.usefixtures("bundled_record", "db")

DAYS = ["2025", "2025-05-26", "2025-05-28", "2025-06"]


@pytest.fixture(scope="module")
def files():
    return Files(BUNDLED)


def values_of(files, table) -> dict[str, list[str]]:
    """What each filter of a list may be given so that it leaves something."""
    return {
        name: DAYS if name in DATED else files.all_values(table, name) for name in MEANING[table]
    }


def queries(files, table):
    """Filters and an order of a list, of the values that its rows have."""
    some = {
        name: st.lists(
            st.sampled_from(values), min_size=1, max_size=1 if name in DATED else 2, unique=True
        )
        for name, values in values_of(files, table).items()
        if values
    }
    filters = st.lists(st.sampled_from(sorted(some)), max_size=3, unique=True).flatmap(
        lambda names: st.fixed_dictionaries({name: some[name] for name in names})
    )
    orders = LISTS[table].filterset_class.base_filters["sort"].orders
    return st.tuples(filters, st.sampled_from(sorted(orders)))


@pytest.mark.parametrize("table", TABLES)
def test_every_filter_has_its_meaning_said(table):
    filters = set(LISTS[table].filterset_of(QueryDict()).filters)

    assert filters - MEANING[table].keys() == {"page", "q", "sort"}
    assert MEANING[table].keys() - filters == set()


@pytest.mark.parametrize("table", TABLES)
def test_each_filter_alone_leaves_what_it_means(client, files, table):
    for name, values in values_of(files, table).items():
        for value in {*values[:1], *values[len(values) // 2 :][:1], *values[-1:]}:
            query = f"?{urlencode({name: value})}"
            rows, expected = rows_of_csv(client, table, query), files.rows(table, {name: [value]})

            key = get_table(table).key_of
            assert sorted(map(key, rows)) == sorted(map(key, expected)), query


@settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
@pytest.mark.parametrize("table", TABLES)
def test_page_csv_jsonl_and_package_have_the_same_rows(client, files, table, data):
    filters, sort = data.draw(queries(files, table))
    asked = QueryDict(mutable=True)
    for name, values in filters.items():
        asked.setlist(name, values)
    asked["sort"] = sort
    query = f"?{asked.urlencode()}"

    page, rows = read(get(client, f"/{table}/{query}"), table), rows_of_csv(client, table, query)
    lines = [json.loads(line) for line in get(client, f"/{table}.jsonl{query}").splitlines()]
    response = client.head(f"/{table}.csv{query}")

    assert page.count == len(rows) == len(lines) == int(response["X-Row-Count"])
    names = get_table(table).key
    assert [[line[name] or "" for name in names] for line in lines] == [
        [row[name] for name in names] for row in rows
    ]
    if table in WITH_PAGES:
        keys = keys_of_csv(rows, table)
        assert page.keys == keys[: LISTS[table].paginate_by]
        assert len(keys) == len(set(keys))
        assert set(keys) == files.keys(table, filters)
    found = files.rows(table, filters)
    assert len(rows) == len(found)
    if sort in ("newest", "oldest") and "date" in MEANING[table]:
        days = [files.day(table, row) for row in found]
        known = sorted(filter(None, days), reverse=sort == "newest")
        assert [files.day(table, row) for row in rows] == known + [None] * days.count(None)
