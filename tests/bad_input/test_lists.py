"""Every filter of every list, as its page, CSV, JSONL and feed, given what no honest reader types."""

import html
import re
from itertools import count, cycle

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from summitkb.browse.excerpts import LISTS
from tests.bad_input.hostile import VALUES, values
from tests.made_up import made_up

FORMS = ("/", ".csv", ".jsonl", ".atom")
SHARE = 2
"""Each list is given one in so many of the values, and its neighbour the others."""
MADE_UP = 150
"""Queries that hypothesis makes up, beside the values that are written down."""

FILTERS = {table: list(shown.filterset_of(QueryDict()).filters) for table, shown in LISTS.items()}
bounded = made_up(MADE_UP)


def named(answer) -> set[str]:
    """The parameters that a page with status 400 names."""
    return set(map(html.unescape, re.findall(r"<div><dt>(.*?)</dt>", answer.body.decode())))


def test_every_list_and_every_filter_of_it_is_tried():
    assert len(FILTERS) == 15
    assert sum(map(len, FILTERS.values())) > 200


@pytest.mark.parametrize("table", LISTS)
def test_each_filter_takes_a_value_or_is_named_as_one_that_does_not(visitor, table):
    """All filters at once are given a value; of those that take it one is then asked with it alone."""
    forms, turn = cycle(FORMS), count()
    for value in VALUES[list(LISTS).index(table) % SHARE :: SHARE]:
        form = next(forms)
        at_once = "&".join(f"{name}={value}" for name in FILTERS[table])
        refused = visitor.ask(f"/{table}{form}", at_once)
        assert refused.status_code == 400
        assert (wrong := named(refused)) <= set(FILTERS[table])
        if taken := [name for name in FILTERS[table] if name not in wrong]:
            name = taken[next(turn) % len(taken)]
            answer = visitor.ask(f"/{table}{form}", f"{name}={value}")
            assert answer.status_code == 200 or named(answer) == {name}


@bounded
@given(data=st.data())
def test_made_up_values_of_several_filters_are_taken_or_named(visitor, data):
    table = data.draw(st.sampled_from(sorted(LISTS)))
    name = st.sampled_from([*FILTERS[table], "county", "q%00", "%3Cscript%3Ezq", "%ff", "", "[]"])
    asked = data.draw(st.lists(st.tuples(name, values), min_size=1, max_size=4))
    form = data.draw(st.sampled_from(FORMS))

    answer = visitor.ask(f"/{table}{form}", "&".join(f"{n}={v}" for n, v in asked))

    assert answer.status_code in (200, 400)
    assert (answer.status_code == 400) == bool(named(answer))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("&".join(f"x{n}=1" for n in range(1500)), "could not be read"),
        ("&".join(["country=RUS"] * 1500), "could not be read"),
        ("&".join(["country=RUS"] * 900), None),
        ("&" * 5000, None),
        ("q=" + "x" * 100_000, "200 characters"),
        ("=" * 1000, None),
        (";".join(["q=1"] * 900), None),
    ],
    ids=["unknown", "repeated", "repeated 900", "empty", "100 kB", "equals", "semicolons"],
)
def test_a_thousand_parameters_and_a_hundred_kilobytes_are_answered(visitor, form, query, says):
    answer = visitor.ask(f"/statements{form}", query)

    assert answer.status_code == 400 if says else answer.status_code in (200, 400)
    assert says is None or says in answer.body.decode()
