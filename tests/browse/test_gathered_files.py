"""Files for which evidence and lists are gathered for the whole table at once, as for large ones."""

from datetime import UTC, datetime

import pytest

from summitkb.browse.excerpts import LISTS
from summitkb.browse.filters import FIRST_REPORTED
from summitkb.records import gathered
from tests.pages import get

TODAY = f"/as-of/{datetime.now(UTC):%Y-%m-%d}"

pytestmark = pytest.mark.usefixtures("bundled_record", "db")


def files_of(table):
    yield from ("csv", "csv?for=spreadsheet", "jsonl")
    if FIRST_REPORTED in LISTS[table].filterset_class.base_filters["sort"].orders:
        yield "csv?corroboration=several&corroboration=uncited&sort=first-reported"


@pytest.mark.parametrize("past", ["", TODAY])
@pytest.mark.parametrize("table", LISTS)
def test_they_are_the_files_that_ask_for_each_row(client, monkeypatch, table, past):
    for file in files_of(table):
        row_by_row = get(client, f"{past}/{table}.{file}")
        with monkeypatch.context() as patch:
            patch.setattr(gathered, "FEW", -1)
            patch.setattr(gathered, "MOST", 10**9)
            assert get(client, f"{past}/{table}.{file}") == row_by_row
