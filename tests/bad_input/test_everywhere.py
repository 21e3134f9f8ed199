"""Every address there is, public and of the admin: bad parts of it, parameters, headers, methods."""

import re
from itertools import cycle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.addresses import address_of, everywhere
from tests.bad_input.hostile import HEADERS, METHODS, PARAMETERS, VALUES, values
from tests.made_up import made_up

MADE_UP = 150
"""Requests that hypothesis makes up, beside the values that are written down."""
EACH = 1
"""Values that each address is given in each way; there are more addresses, so all values come up."""

ROUTES = everywhere()
PART = re.compile(r"<[^>]*>|\(\?P<[^>]*>[^()]*\)|\(\?P<[^>]*>\(.*?\)\)")
WITH_PARTS = [route for route in ROUTES if PART.search(route)]
bounded = made_up(MADE_UP)


def made_of(route, value):
    """An address of a route with something in place of each of its parts."""
    return "/" + PART.sub(lambda _: value, route).replace("^", "").replace("$", "")


@pytest.fixture
def asker(visitor, editor):
    """Gives who asks for a route: a superuser behind the door, a visitor before it."""
    return lambda route: editor if route.startswith("admin/") else visitor


def test_parts_of_every_address(asker):
    hostile = cycle(VALUES)
    for route in WITH_PARTS:
        for _ in range(EACH):
            asker(route).ask(made_of(route, next(hostile)))


def test_parameters_of_every_address(asker, keys):
    hostile = cycle(VALUES)
    for route in ROUTES:
        for value in (next(hostile) for _ in range(EACH)):
            query = "&".join(f"{name}={value}" for name in PARAMETERS)
            asker(route).ask(address_of(route, keys), query)


def test_single_parameters_of_every_address(asker, keys):
    hostile, names = cycle(VALUES), cycle(PARAMETERS)
    for route in ROUTES:
        for name in (next(names) for _ in range(EACH)):
            asker(route).ask(address_of(route, keys), f"{name}={next(hostile)}")


@pytest.mark.parametrize("header", HEADERS)
def test_headers(asker, keys, header):
    public = [route for route in ROUTES if not route.startswith("admin/")]
    routes = cycle([*public[::7], "admin/", "admin/login/"])
    for value in HEADERS[header]:
        for route in (next(routes) for _ in range(3)):
            asker(route).ask(address_of(route, keys), **{header: value})


def test_methods(asker, keys):
    methods = cycle(METHODS)
    for route in ROUTES:
        for method in (next(methods) for _ in range(EACH)):
            asker(route).ask(address_of(route, keys), method=method)


@bounded
@given(data=st.data())
def test_made_up_addresses(asker, keys, data):
    route = data.draw(st.sampled_from(ROUTES))
    address = address_of(route, keys)
    if PART.search(route) and data.draw(st.booleans()):
        address = made_of(route, data.draw(values))
    if data.draw(st.booleans()):
        address = f"/as-of/{data.draw(values)}{address}"
    pairs = st.lists(st.tuples(st.sampled_from(PARAMETERS), values), max_size=3)
    query = "&".join(f"{name}={value}" for name, value in data.draw(pairs))

    asker(route).ask(address, query)


@pytest.mark.parametrize("day", VALUES, ids=range(len(VALUES)))
def test_a_day_in_the_past_is_one_or_is_named_as_none(visitor, day):
    in_path = visitor.ask(f"/as-of/{day}/people/")
    in_form = visitor.ask("/as-of/", f"day={day}&path=/people/")
    led_to = visitor.ask("/as-of/", f"day=2025-06-01&path={day}")

    assert in_path.status_code in (200, 400, 404)
    assert in_form.status_code in (302, 400)
    assert led_to.status_code in (302, 404)
    assert led_to.get("Location", "/as-of/2025-06-01/").startswith("/as-of/2025-06-01/")
