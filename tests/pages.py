"""How tests read public pages and CSVs: by what a reader sees there, not by what a view computes."""

import csv
import io
import json
import re
from dataclasses import dataclass
from html import unescape
from urllib.parse import unquote

from django.http import QueryDict

import summitkb.urls  # noqa: F401 -- which registers the lists
from summitkb.browse.excerpts import LISTS
from summitkb.browse.facets import Facet
from summitkb.exchange.tables import get_table, tables

TABLES = [table.name for table in tables()]
WITH_PAGES = [name for name in TABLES if name != "citations"]
"""The tables of which each row has a page of its own; a citation stands on that of its record."""


@dataclass
class Listing:
    """One page of a list: the numbers in its heading, the keys of its rows, its facets."""

    count: int
    total: int
    keys: list[str]
    facets: dict[str, dict[str, tuple[int, str, bool]]]
    """By facet and label: the number shown, the address that the label links to, whether chosen."""
    next: str | None


def text_of(response) -> str:
    return response.getvalue().decode()


def get(client, address: str) -> str:
    """The text at an address that answers 200."""
    response = client.get(address)
    assert response.status_code == 200, address
    return text_of(response)


def ask(client, address, **headers):
    """A response that is read to its end."""
    response = client.get(address, headers=headers)
    response.body = response.getvalue() if response.streaming else response.content
    return response


def revision_of(response) -> str:
    """The revision of a file, as its headers tell it."""
    return response["ETag"].strip('"')


def words_of(html: str) -> str:
    """What is left of a page without its markup, on one line."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())


def links_in(html: str) -> list[str]:
    return [unescape(address) for address in re.findall(r'<a [^>]*?href="([^"]*)"', html)]


def keys_in(html: str, table: str) -> list[str]:
    """The keys of the rows of a list: what the first link of each row to its own table names."""
    results = html.partition('<div class="results">')[2].partition('id="sources"')[0]
    rows = re.split(r"<tr>|<article", results)
    address = r"#citation-(\d+)\"" if table == "citations" else rf'href="/{table}/([^"/]+)/"'
    found = (re.search(address, row) for row in rows)
    return [unquote(unescape(match[1])) for match in found if match]


def read(html: str, table: str) -> Listing:
    html = html.replace("\u202f", "")  # within large numbers
    query = re.search(r'<p class="query"><b>(\d+)</b>(?: of (\d+))?', html)
    facets = {}
    for name, body in re.findall(
        r'<section class="facet" aria-labelledby="f-([\w-]+)">(.*?)</section>', html, re.DOTALL
    ):
        facets[name] = {
            words_of(label): (int(count), f"/{table}/{unescape(address)}", bool(chosen))
            for address, chosen, label, count in re.findall(
                r'<a href="([^"]*)"( aria-current="true")?>(.*?) <span>(\d+)</span></a>', body
            )
        }
    del facets["words"]
    following = re.search(r'<a rel="next" href="([^"]*)"', html)
    return Listing(
        count=int(query[1]),
        total=int(query[2] or query[1]),
        keys=keys_in(html, table),
        facets=facets,
        next=following and f"/{table}/{unescape(following[1])}",
    )


def listing(client, table: str, query: str = "") -> Listing:
    """A list under a filter with the keys of all its pages."""
    whole = read(get(client, f"/{table}/{query}"), table)
    following = whole.next
    while following:
        page = read(get(client, following), table)
        whole.keys += page.keys
        following = page.next
    return whole


def rows_of_csv(client, table: str, query: str = "") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(get(client, f"/{table}.csv{query}"), newline="")))


def keys_of_csv(rows: list[dict[str, str]], table: str) -> list[str]:
    """The keys of records, from the address of their page, which stands in the last column."""
    addresses = (list(row.values())[-1] for row in rows)
    return [address.split(f"/{table}/")[1].removesuffix("/") for address in addresses]


def keys(client, table: str, query: str = "") -> set[str]:
    """The keys that a list gives under a filter, which are those of its CSV in the same order."""
    page, rows = listing(client, table, query), rows_of_csv(client, table, query)
    assert page.keys == keys_of_csv(rows, table)
    assert page.count == len(page.keys) == len(set(page.keys))
    return set(page.keys)


def keys_everywhere(client, table: str, query: str = "") -> list[str]:
    """The keys of the rows of a list, which its page, its CSV and its JSONL give in the same order.

    The page may give the first of them only, and of citations their number.
    """
    page = read(get(client, f"/{table}/{query}"), table)
    as_csv, as_jsonl = (ask(client, f"/{table}.{form}{query}") for form in ("csv", "jsonl"))
    rows = list(csv.DictReader(io.StringIO(as_csv.body.decode(), newline="")))
    lines = [json.loads(line) for line in as_jsonl.body.splitlines()]

    declared = get_table(table)
    keys = [declared.key_of(row) for row in rows]
    assert [[line[name] or "" for name in declared.key] for line in lines] == [
        [row[name] for name in declared.key] for row in rows
    ]
    assert {page.count, int(as_csv["X-Row-Count"]), int(as_jsonl["X-Row-Count"])} == {len(keys)}
    first = keys[: LISTS[table].paginate_by]
    assert page.keys == first if table in WITH_PAGES else len(page.keys) == len(first)
    assert len(keys) == len(set(keys))
    return keys


def facet_counts(table: str) -> dict[str, dict[str, int]]:
    """By facet and value, the numbers of a whole list, those too that no page shows."""
    asked = LISTS[table].filterset_of(QueryDict())
    facets = {name: part for name, part in asked.filters.items() if isinstance(part, Facet)}
    return {name: dict(+facet.counts(asked.queryset)) for name, facet in facets.items()}


def problems(client, address: str) -> dict[str, str]:
    """What a page with status 400 says of each parameter."""
    response = client.get(address)
    assert response.status_code == 400, address
    named = re.findall(r"<div><dt>(.*?)</dt>(.*?)</div>", text_of(response))
    return {unescape(name): words_of(sentences) for name, sentences in named}


@dataclass
class Cited:
    """A citation as a page shows it below the mark of a record."""

    number: int
    publisher: str
    disputes: bool
    excerpt: str
    passage: str


def cited_on(html: str) -> list[Cited]:
    """What the marks of a page open to, in the order in which it stands there."""
    found = []
    readings = r'<li>(<p>(?:<span class="mark against">.*?)?<b>.*?)</li>'
    for reading in re.findall(readings, html, re.DOTALL):
        publisher = re.search(r"<b>(.*?)</b>", reading)
        disputes = '<span class="mark against">' in reading.partition("<b>")[0]
        for number, body in re.findall(r'<div id="citation-(\d+)">(.*?)</div>', reading, re.DOTALL):
            excerpt = re.search(r"<blockquote[^>]*>(.*?)</blockquote>", body, re.DOTALL)
            link = re.search(r'<a href="([^"]*)" rel="noreferrer">', body)
            found.append(
                Cited(
                    number=int(number),
                    publisher=unescape(publisher[1]),
                    disputes=disputes,
                    excerpt=unescape(excerpt[1]) if excerpt else "",
                    passage=unescape(link[1]) if link else "",
                )
            )
    return found
