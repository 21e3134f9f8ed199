"""An order of rows in blocks: any page of any of them, and rows that come, move and go."""

import pytest
from django.db.models import QuerySet
from hypothesis import given
from hypothesis import strategies as st
from pyroaring import BitMap

from meetings.models import Topic
from summitkb.browse.bitmaps import orders
from summitkb.browse.bitmaps.columns import numbers
from summitkb.browse.bitmaps.orders import Order
from tests.factories import make_topic
from tests.made_up import made_up

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch):
    monkeypatch.setattr(orders, "SIZE", 3)


def by_name() -> QuerySet:
    return Topic.objects.order_by("name", "pk")


def all_of(order: Order, within=None) -> list[int]:
    everything = BitMap(numbers(by_name()))
    return order.page(everything if within is None else within, 0, 1000)


def test_a_page_has_the_rows_from_its_start():
    for name in "fcahbgde":
        make_topic(name, name=name)
    order, true = Order.made(by_name()), list(numbers(by_name()))
    some = BitMap(true[::2])

    assert [len(block.numbers) for block in order.blocks] == [3, 3, 2]
    assert [order.page(BitMap(true), start, 3) for start in range(9)] == [
        true[start : start + 3] for start in range(9)
    ]
    assert [order.page(some, start, 2) for start in range(5)] == [
        true[::2][start : start + 2] for start in range(5)
    ]


@made_up(40)
@given(
    before=st.lists(st.integers(0, 20), unique=True, max_size=12),
    after=st.dictionaries(st.integers(0, 20), st.integers(0, 99), max_size=8),
    gone=st.sets(st.integers(0, 20), max_size=6),
)
def test_rows_that_come_move_and_go_are_at_their_places(before, after, gone):
    Topic.objects.all().delete()
    for n in before:
        make_topic(f"t-{n}", name=f"{n * 5:03}")
    order = Order.made(by_name())
    for n, place in after.items():
        Topic.objects.update_or_create(
            pk=f"t-{n}", defaults={"name": f"{place:03}", "publication": "published"}
        )
    touched = BitMap(numbers(Topic.objects.filter(pk__in=[f"t-{n}" for n in after]).order_by()))
    Topic.objects.filter(pk__in=[f"t-{n}" for n in gone]).delete()
    everything = BitMap(numbers(by_name()))

    assert all_of(order.placed(by_name(), touched, everything)) == list(numbers(by_name()))
