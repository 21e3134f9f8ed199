"""The bundled record: heading, pages, CSV and package file say the same, under any filter."""

import csv
import io
import json
from urllib.parse import urlsplit

import pandas
import pytest

from summitkb.exchange.tables import get_table
from summitkb.records.models import Citation
from tests.pages import TABLES, WITH_PAGES, get, keys_of_csv, listing, rows_of_csv

pytestmark = pytest.mark.usefixtures("bundled_record", "db")

ROWS = {
    "sources": 133,
    "topics": 45,
    "countries": 146,
    "blocs": 11,
    "memberships": 208,
    "people": 40,
    "events": 1,
    "delegations": 41,
    "delegates": 31,
    "meetings": 34,
    "participants": 72,
    "statements": 179,
    "agreements": 8,
    "figures": 39,
    "citations": 914,
}


def rows_of_package(folder, table):
    with (folder / f"{table}.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def header_of(table):
    return [column.name for column in get_table(table).public_columns()]


def as_values(table, row):
    """A row of CSV as JSON has it."""
    columns = get_table(table).public_columns()
    return {column.name: column.value(row[column.name] or None) for column in columns}


def rows_of_jsonl(client, table, query):
    return [json.loads(line) for line in get(client, f"/{table}.jsonl{query}").splitlines()]


def test_every_table_has_its_number():
    assert list(ROWS) == TABLES


@pytest.mark.parametrize("table", TABLES)
def test_heading_pages_csv_and_package_have_the_same_rows(client, bundled_record, table):
    package = rows_of_package(bundled_record, table)
    rows = rows_of_csv(client, table)
    page = listing(client, table)
    columns = package[0].keys()

    assert page.count == page.total == len(page.keys) == len(rows) == len(package) == ROWS[table]
    assert sorted(tuple(row[name] for name in columns) for row in rows) == sorted(
        tuple(row[name] for name in columns) for row in package
    )
    if table in WITH_PAGES:
        assert page.keys == keys_of_csv(rows, table)
        assert set(page.keys) == {get_table(table).key_of(row) for row in package}


def test_the_pages_of_citations_have_the_rows_of_their_csv_in_the_same_order(client):
    cited = Citation.objects.in_bulk()
    on_pages = [cited[int(n)] for n in listing(client, "citations", "?table=meetings").keys]

    assert len(on_pages) > 50
    assert [(c.table, c.record, c.source_id, c.locator, c.excerpt) for c in on_pages] == [
        tuple(row[name] for name in ("table", "record", "source", "locator", "excerpt"))
        for row in rows_of_csv(client, "citations", "?table=meetings")
    ]


@pytest.mark.parametrize("table", TABLES)
def test_the_header_of_a_csv_is_as_declared(client, table):
    first_line = get(client, f"/{table}.csv").partition("\n")[0]
    header = first_line.split(",")

    assert header == header_of(table)
    assert len(header) == len(set(header))


@pytest.mark.parametrize("table", TABLES)
def test_the_url_of_a_row_answers(client, table):
    link_back = header_of(table)[-1]
    addresses = [urlsplit(row[link_back]) for row in rows_of_csv(client, table)]
    sample = addresses[:: len(addresses) // 4 + 1]

    assert {(address.scheme, address.netloc) for address in addresses} == {("http", "testserver")}
    assert [client.get(address.path).status_code for address in sample] == [200] * len(sample)


UNDER_A_FILTER = {
    "sources": [
        "kind=official&kind=agency",
        "language=ru",
        "publisher=TASS",
        "reported-by=2025-05",
    ],
    "topics": ["country=RUS", "topic=information-security", "q=security"],
    "countries": ["bloc=brics", "status=attended", "kind=un-observer&kind=other"],
    "blocs": ["country=RUS", "kind=alliance", "corroboration=single"],
    "memberships": ["country=RUS", "bloc=brics", "from=2025", "to=2000"],
    "people": ["country=RUS&country=IRN", "bloc=brics", "corroboration=several", "q=shoigu"],
    "events": ["from=2025-05-29", "corroboration=disputed"],
    "delegations": ["bloc=brics", "status=announced", "reported-by=2025-05-26"],
    "delegates": ["country=RUS", "kind=head&bloc=sco", "source=mehr-232339"],
    "meetings": ["country=RUS", "bloc=brics", "topic=cooperation", "to=2025-05-27", "q=iran"],
    "participants": [
        "country=IRN",
        "topic=transnational-threats",
        "bloc=csto",
        "person=milorad-dodik",
    ],
    "statements": [
        "country=RUS",
        "bloc=brics",
        "topic=information-security",
        "q=multipolar+world",
        "from=2025-05-28&to=2025-05-28",
        "corroboration=several&corroboration=disputed",
        "source=africalivenews",
        "publisher=TASS",
        "reported-by=2025-05-27",
        "about=IRN&kind=quote",
    ],
    "agreements": ["country=IRN", "bloc=asean", "corroboration=disputed"],
    "figures": ["kind=delegations", "status=exact&kind=countries", "publisher=TASS"],
    "citations": ["table=events", "status=disputes", "source=africalivenews", "kind=analysis"],
}


@pytest.mark.parametrize(
    ("table", "query"),
    [(table, f"?{query}") for table, queries in UNDER_A_FILTER.items() for query in queries],
)
def test_under_a_filter_heading_pages_and_csv_agree(client, table, query):
    page, rows = listing(client, table, query), rows_of_csv(client, table, query)

    assert page.count == len(page.keys) == len(rows)
    assert 0 < page.count <= page.total == ROWS[table]
    assert rows_of_jsonl(client, table, query) == [as_values(table, row) for row in rows]
    if table != "citations":
        assert page.keys == keys_of_csv(rows, table)


@pytest.mark.parametrize("sort", ["oldest", "newest", "title", "kind", "status"])
def test_pages_and_csv_are_in_the_same_order(client, sort):
    rows = rows_of_csv(client, "meetings", f"?sort={sort}")

    assert listing(client, "meetings", f"?sort={sort}").keys == keys_of_csv(rows, "meetings")


def test_pandas_reads_all_rows_of_a_list_under_a_filter(client):
    query = "?bloc=brics&kind=quote"
    frame = pandas.read_csv(io.StringIO(get(client, f"/statements.csv{query}")))

    assert list(frame.columns) == header_of("statements")
    assert len(frame) == listing(client, "statements", query).count > 50
    assert set(frame["kind"]) == {"quote"}
    assert frame["url"].is_unique


def test_pandas_reads_numbers_and_names_beside_ids(client):
    frame = pandas.read_csv(io.StringIO(get(client, "/figures.csv?kind=delegations&sort=largest")))

    assert frame["value"].head(2).tolist() == [130, 130]
    assert set(frame["event_name"]) == {
        "13th International Meeting of High Representatives for Security Issues"
    }


def test_the_whole_text_of_a_csv(client):
    assert get(client, "/agreements.csv?country=PRK&country=NIC&status=signed") == (
        "id,title,parties,parties_name,status,as_of,as_of_precision,as_of_earliest,as_of_latest,summary,"
        "corroboration,citations,publishers,first_reported,url\n"
        "russia-nicaragua-cyber,Russia-Nicaragua agreement on cybersecurity training,RUS | NIC,"
        "Russian Federation | Nicaragua,signed,2025-04-23,day,2025-04-23,2025-04-23,"
        "Agreement on training in cybersecurity signed on 23 April 2025.,several,2,2,2025-05-26,"
        "http://testserver/agreements/russia-nicaragua-cyber/\n"
        "russia-dprk,Treaty on comprehensive strategic partnership between Russia and the DPRK,"
        "RUS | PRK,Russian Federation | Korea (Democratic People's Republic of),signed,2024,"
        "year,2024-01-01,2024-12-31,Sputnik recalls that it was signed in 2024.,single,1,1,2025-06-04,"
        "http://testserver/agreements/russia-dprk/\n"
    )
