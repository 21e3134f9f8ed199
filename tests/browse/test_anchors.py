"""Places on a page that links lead to: each has an address of its own."""

import re
from collections import Counter

import pytest

from tests.cast import make_cast
from tests.factories import cite, make_statement
from tests.pages import get

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "address", ["/countries/RUS/", "/events/moscow-2025/open-ends/", "/statements/", "/"]
)
def test_what_stands_twice_on_a_page_can_be_linked_to_once(client, address):
    """A statement of Russia about Russia stands under both, one that is expected and disputed too."""
    c = make_cast()
    said = make_statement(
        c.event, c.shoigu, "own", delegation=c.russians, about=[c.russia], status="expected"
    )
    cite(said, c.tass)
    cite(said, c.interfax, stance="disputes")

    ids = Counter(re.findall(r'\sid="([^"]*)"', get(client, address)))

    assert [name for name, number in ids.items() if number > 1] == []
    assert any(name.startswith("citation-") for name in ids)
