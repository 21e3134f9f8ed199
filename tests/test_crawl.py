"""Everything that the bundled package holds is on public pages, and links from `/` lead there."""

import csv
import re
from collections import deque
from dataclasses import dataclass, field
from urllib.parse import unquote

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.http import FileResponse, QueryDict
from django.test import RequestFactory

from summitkb.exchange.tables import tables
from summitkb.records.models import Citation, record_models
from tests.pages import TABLES, links_in

pytestmark = [pytest.mark.long, pytest.mark.usefixtures("bundled_record", "db")]


@dataclass
class Visited:
    """What a crawl came by: the status of each address, and each citation with its page."""

    pages: dict[str, int] = field(default_factory=dict)
    citations: set[tuple[str, str]] = field(default_factory=set)


def kind_of(address: str) -> str:
    """What an address is the only one of: itself, or one filter of one list, whatever its value, or
    the history or the reference of any record of a table, or the past of all pages of a table."""
    path, _, query = address.partition("?")
    names = list(QueryDict(query))
    if path.startswith("/as-of/"):
        return "/".join(path.split("/")[:4])
    if beside := re.fullmatch("(/[a-z]+/)[^/]+(/(?:history/|cite.*))", path):
        return "…".join(beside.groups())
    return address if names in ([], ["page"]) else f"{path}?{'&'.join(names)}"


def crawl() -> Visited:
    """Open `/` and every page of this host that a link leads to, each once.

    That is every record, every list and every CSV, and all pages of each list; of each table one
    history, one reference and one page of the past. Filters can be put
    together without bound, so a list under one filter is opened for the first value that is linked,
    and no list under several. The order of rows is the same list again. Links to other hosts, and
    to a place on the same page, are no pages.
    """
    handler = WSGIHandler()  # not the test client, which copies the context of every template
    visited, waiting, seen = Visited(), deque(["/"]), {"/"}
    while waiting:
        address = waiting.popleft()
        response = handler.get_response(RequestFactory(SERVER_NAME="localhost").get(address))
        visited.pages[address] = response.status_code
        content = response.getvalue()
        if isinstance(response, FileResponse):
            response.file_to_stream.close()
        if not response.headers["Content-Type"].startswith("text/html"):
            continue
        text = content.decode()
        visited.citations |= {(address, n) for n in re.findall(r' id="citation-(\d+)"', text)}
        for link in links_in(text):
            link = link.partition("#")[0]
            link = address.partition("?")[0] + link if link.startswith("?") else link
            kind = kind_of(link)
            if link.startswith("/") and "&" not in kind and "sort" not in kind and kind not in seen:
                seen.add(kind)
                waiting.append(link)
    return visited


@pytest.fixture(scope="module")
def visited(bundled_record):
    return crawl()


def test_every_page_that_links_lead_to_answers(visited):
    wrong = {address: status for address, status in visited.pages.items() if status != 200}

    assert (wrong, len(visited.pages) > 1000) == ({}, True)


def test_every_list_and_its_csv_are_linked(visited):
    wanted = {f"/{name}{end}" for name in TABLES for end in ("/", ".csv")}

    assert wanted - visited.pages.keys() == set()


def test_the_page_of_every_published_record_is_linked_and_no_other(visited):
    wanted = {
        record.get_absolute_url()
        for model in record_models()
        for record in model.objects.published()
    }
    beside = {"/data/codebook/", "/data/examples/"}
    of_records = {address for address in visited.pages if re.fullmatch("/[a-z]+/[^/]+/", address)}
    of_records -= beside

    assert (of_records, len(wanted) > 900) == (wanted, True)


def test_no_fewer_pages_are_visited_than_the_package_has_records(visited, bundled_record):
    records = set()
    for table in tables():
        with (bundled_record / table.file).open(newline="") as file:
            if table.name != "citations":
                records |= {f"/{table.name}/{table.key_of(row)}/" for row in csv.DictReader(file)}

    assert len(records) == 988
    assert records - {unquote(address) for address in visited.pages} == set()


def test_every_citation_stands_on_the_page_of_its_record(visited):
    wanted = set()
    for citation in Citation.objects.published():
        address, _, number = citation.get_absolute_url().partition("#citation-")
        wanted.add((address, number))

    assert len(wanted) == 914
    assert wanted - visited.citations == set()
