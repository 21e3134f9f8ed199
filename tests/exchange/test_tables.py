"""The declarations of tables against FORMAT.md's order, and what they give."""

import csv

import pytest

from summitkb.exchange.tables import Searched, Table, get_table, register, table_of, tables
from summitkb.records.models import Citation, Source
from tests.conftest import BUNDLED
from tests.factories import cite, make_country, make_meeting, make_source

NAMES = (
    "sources topics countries blocs memberships people events delegations delegates meetings "
    "participants statements agreements figures citations"
)


def test_tables_stand_in_the_order_of_the_package():
    assert [table.name for table in tables()] == NAMES.split()
    assert [table.order for table in tables()] == list(range(1, 16))


@pytest.mark.parametrize("table", tables(), ids=lambda table: table.name)
def test_a_header_is_that_of_the_bundled_package(table):
    with (BUNDLED / table.file).open(newline="") as file:
        assert table.header == next(csv.reader(file))


@pytest.mark.parametrize("table", tables(), ids=lambda table: table.name)
def test_the_bundled_package_is_in_canonical_order(table):
    """With the order in Python that `in_canonical_order` has in SQL."""
    with (BUNDLED / table.file).open(newline="") as file:
        rows = list(csv.DictReader(file))

    assert len(rows) > 0
    assert rows == sorted(rows, key=table.sort_key)


def test_the_key_of_a_part_is_its_parts_joined():
    row = {"meeting": "m", "delegation": "d", "person": "", "role": "chair"}

    assert get_table("participants").key_of(row) == "m+d+"


def test_the_keys_of_citations_cannot_be_mistaken_for_each_other():
    one = dict.fromkeys(get_table("citations").header, "") | {"locator": "a+b", "excerpt": "c"}
    other = one | {"locator": "a", "excerpt": "b+c"}

    assert get_table("citations").key_of(one) != get_table("citations").key_of(other)


def test_a_table_is_found_by_name_and_by_model():
    assert table_of(Source) is get_table("sources")
    assert get_table("nothing") is None


def test_a_name_or_a_place_is_not_given_twice():
    with pytest.raises(ValueError, match="has the name or the place of another table"):
        register(Table(Source, order=99, columns=["id"], searched=Searched()))
    assert len(tables()) == 15


@pytest.mark.django_db
def test_rows_are_cells_with_nothing_for_unknown_and_fields_before_them():
    make_country("BA-SRP", name="Republika Srpska", kind="other", part_of=make_country("BIH"))
    table = get_table("countries")
    countries = table.model.objects.filter(pk="BA-SRP")

    cells = ("BA-SRP", "Republika Srpska", "other", "BIH")
    assert list(table.cells(countries)) == [cells]
    assert list(table.cells(countries, "publication")) == [("published", *cells)]
    assert table.cells(table.model.objects.filter(pk="BIH")).get()[3] is None


@pytest.mark.django_db
def test_canonical_order_is_by_code_point_and_citations_by_table_first():
    source, meeting = make_source("b-1"), make_meeting(id="a-1")
    for record in (meeting, source):
        for locator in ("b", "a", "B", "é", ""):
            cite(record, source, locator=locator)
    table = get_table("citations")

    ordered = table.in_canonical_order(Citation.objects.filter(source=source))
    assert list(ordered.values_list("table", "locator")) == [
        (name, locator) for name in ("sources", "meetings") for locator in ("", "B", "a", "b", "é")
    ]
