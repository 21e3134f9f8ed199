"""Every list of the bundled record under generated filters: page, CSV and JSONL have the same rows.

For what a row says by itself, or its citations say, so has Python that reads the files of the package.
"""

import csv
import json
from collections import defaultdict

import pytest
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import summitkb.urls  # noqa: F401 -- which registers the lists
from summitkb.browse.excerpts import LISTS
from summitkb.exchange.tables import get_table
from summitkb.records.partial_dates import PartialDate
from tests.conftest import BUNDLED
from tests.pages import TABLES, WITH_PAGES, get, keys_of_csv, read, rows_of_csv

pytestmark = pytest.mark.usefixtures("bundled_record", "db")

COLUMNS = {
    "sources": {"kind": "kind", "language": "language", "publisher": "publisher"},
    "countries": {"kind": "kind"},
    "blocs": {"kind": "kind"},
    "delegations": {"event": "event", "status": "status"},
    "meetings": {"event": "event", "kind": "kind", "status": "status", "access": "access"},
    "statements": {"event": "event", "kind": "kind", "status": "status", "language": "language"},
    "agreements": {"status": "status"},
    "figures": {"event": "event", "kind": "measure", "status": "bound"},
}
"""The filters that ask for the value of one column, and that column."""
OF_EVIDENCE = ("source", "publisher", "source-kind", "corroboration", "reported-by")
DAYS = ["2025", "2025-05-26", "2025-05-28", "2025-06"]


class Files:
    """The tables of a package as Python reads them, and what a row of one has cited."""

    def __init__(self, folder):
        self.tables, self.cited = {}, defaultdict(list)
        for table in TABLES:
            with (folder / f"{table}.csv").open(newline="", encoding="utf-8") as file:
                self.tables[table] = list(csv.DictReader(file))
        sources = {row["id"]: row for row in self.tables["sources"]}
        for row in self.tables["citations"]:
            cited = (sources[row["source"]], row["stance"])
            self.cited[row["table"], row["record"]].append(cited)

    def knows(self, table, name):
        evidence = get_table(table).cited and name in OF_EVIDENCE
        return evidence or name in COLUMNS.get(table, ())

    def holds(self, table, row, name, values):
        if name in COLUMNS.get(table, ()):
            return row[COLUMNS[table][name]] in values
        cited = self.cited[table, get_table(table).key_of(row)]
        if name == "reported-by":
            by = PartialDate.parse(values[0]).latest
            days = [s["published_on"] for s, stance in cited if stance == "supports"]
            return any(day and PartialDate.parse(day).latest <= by for day in days)
        if name == "corroboration":
            return bool(_corroboration(cited) & set(values))
        column = {"source": "id", "publisher": "publisher", "source-kind": "kind"}[name]
        return any(source[column] in values for source, _ in cited)

    def keys(self, table, filters):
        return {
            get_table(table).key_of(row)
            for row in self.tables[table]
            if all(self.holds(table, row, name, values) for name, values in filters.items())
        }


def _corroboration(cited) -> set[str]:
    publishers = {source["publisher"] for source, stance in cited if stance == "supports"}
    found = {min(len(publishers), 2)} - {0}
    words = {{1: "single", 2: "several"}[number] for number in found}
    words |= {"disputed"} if any(stance == "disputes" for _, stance in cited) else set()
    return words or {"uncited"}


@pytest.fixture(scope="module")
def files():
    return Files(BUNDLED)


def queries(table):
    """Filters and an order of a list, of the values that its facets offer."""
    filterset = LISTS[table].filterset_of(QueryDict())
    some = {"reported-by": st.sampled_from(DAYS).map(lambda day: [day])}
    if "reported-by" not in filterset.filters:
        some = {}
    for facet in filterset.facets():
        values = [QueryDict(v.address).get(facet.name) for v in facet.values]
        some[facet.name] = st.lists(st.sampled_from(values), min_size=1, max_size=2, unique=True)
    filters = st.lists(st.sampled_from(sorted(some)), max_size=3, unique=True).flatmap(
        lambda names: st.fixed_dictionaries({name: some[name] for name in names})
    )
    return st.tuples(filters, st.sampled_from(sorted(filterset.filters["sort"].orders)))


@settings(
    max_examples=8,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
@pytest.mark.parametrize("table", TABLES)
def test_page_csv_jsonl_and_package_have_the_same_rows(client, files, table, data):
    filters, sort = data.draw(queries(table))
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
        if all(files.knows(table, name) for name in filters):
            assert set(keys) == files.keys(table, filters)
