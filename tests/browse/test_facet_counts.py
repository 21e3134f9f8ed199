"""The numbers beside facets, against the same counted in Python: generated data, generated filters."""

from random import Random
from urllib.parse import urlencode

import pytest
from django.db import transaction
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from summitkb.exchange.dumping import dump
from tests.browse.brute_force import Package, make_query
from tests.browse.meanings import MEANINGS
from tests.factories import (
    cite,
    make_bilateral,
    make_bloc,
    make_country,
    make_delegation,
    make_event,
    make_meeting,
    make_membership,
    make_participant,
    make_person,
    make_source,
    make_statement,
    make_topic,
)
from tests.made_up import made_up
from tests.pages import listing, rows_of_csv

pytestmark = pytest.mark.django_db

DATES = [None, "2024", "2025", "2025-04", "2025-05", "2025-05-27", "2025-05-28", "2025-06-01"]
FACETS = {
    "meetings": "event kind status access date lacking country bloc person topic corroboration "
    "source-kind",
    "statements": "event kind status date lacking country bloc person topic about corroboration "
    "source-kind",
}


def make_base(random: Random) -> None:
    """A knowledge base of two events, made at random: many-valued, partly dated, partly cited.

    Names are told apart, because a page is read by what it says.
    """
    chance, some = random.random, lambda rows, most: random.sample(rows, random.randint(0, most))
    countries = [make_country(f"XB{letter}", name=f"Land {letter}") for letter in "ABCD"]
    blocs = [make_bloc(f"bloc-{n}", name=f"Bloc {n}") for n in range(2)]
    for bloc in blocs:
        for country in some(countries, 4):
            since, until = random.choice(DATES[:6]), random.choice([None, None, "2025-05-27"])
            if not (since and until) or since <= "2025-05":
                make_membership(bloc, country, since=since, until=until)
    people = [make_person(f"person-{n}", name=f"Person {n}") for n in range(4)]
    roots = [make_topic(f"topic-{n}", name=f"Topic {n}") for n in range(2)]
    topics = roots + [make_topic(f"topic-{n}", name=f"Topic {n}", parent=roots[0]) for n in (2, 3)]
    sources = [
        make_source(
            f"source-{n}",
            publisher=f"Publisher {n % 3}",
            kind=random.choice(["official", "agency", "press"]),
            published_on=random.choice(DATES),
        )
        for n in range(6)
    ]
    made = []
    for n in range(2):
        begins = random.choice(["2025-05-27", "2025-05", None])
        event = make_event(f"event-{n}", name=f"Event {n}", starts_on=begins, ends_on=None)
        sent = [make_delegation(event, sender) for sender in [*countries, *blocs]]
        for _ in range(5):
            a, b = random.sample(sent, 2)
            fields = {
                "topics": some(topics, 2),
                "date": random.choice(DATES),
                "status": random.choice(["held", "announced"]),
                "access": random.choice(["open", "closed"]),
            }
            if chance() < 0.5:
                meeting = make_bilateral(event, a, b, **fields)
            else:
                meeting = make_meeting(event, delegations=some(sent, 3), kind="plenary", **fields)
            for side in {p.delegation for p in meeting.participants.all()}:
                if chance() < 0.5:
                    make_participant(meeting, side, random.choice(people))
            made.append(meeting)
        made += [
            make_statement(
                event,
                random.choice([None, *people]),
                speaker_label="Somebody",
                delegation=random.choice([None, *sent]),
                kind=random.choice(["quote", "paraphrase"]),
                date=random.choice(DATES),
                topics=some(topics, 3),
                about=some([*countries, *blocs], 2),
            )
            for _ in range(8)
        ]
    for record in made:
        for source in some(sources, 3):
            cite(record, source, stance=random.choice(["supports", "supports", "disputes"]))


def counted(page, name, chosen) -> dict[str, int]:
    """The numbers of a facet by value: following its link puts the value in, or takes it out."""
    found = {}
    for count, address, is_chosen in page.facets.get(name, {}).values():
        after = set(QueryDict(address.partition("?")[2]).getlist(name))
        [value] = set(chosen) - after if is_chosen else after - set(chosen)
        found[value] = count
    return found


@made_up(15)
@given(seed=st.integers(0, 10**6))
@pytest.mark.parametrize("table", FACETS)
def test_every_number_is_that_of_a_brute_force_count(client, tmp_path, table, seed):
    random = Random(seed)
    with transaction.atomic():
        make_base(random)
        dump(tmp_path / "package")
        package = Package(tmp_path / "package")
        asked = [name for name in MEANINGS[table] if package.offered(table, name)]
        firsts = random.sample(asked, 2)
        for filters in [{}, *(make_query(random, package, table, first) for first in firsts)]:
            query = f"?{urlencode(filters, doseq=True)}"
            page = listing(client, table, query)

            assert set(page.keys) == package.keys(table, filters)
            assert page.count == len(rows_of_csv(client, table, query))
            for name in FACETS[table].split():
                expected = package.counts(table, filters, name)
                numbers = counted(page, name, filters.get(name, []))
                if name == "date":  # of which only what has been opened is shown
                    assert numbers.items() <= expected.items()
                else:
                    assert numbers == {
                        v: n for v, n in expected.items() if n or v in filters.get(name, [])
                    }
        transaction.set_rollback(True)
