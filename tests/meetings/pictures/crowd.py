"""A gathering of any size, made the same way every time: for pictures that must hold a crowd.

Names are those of the bundled package, because it is their lengths that crowd a picture.
"""

import csv
from random import Random
from types import SimpleNamespace

from tests.conftest import BUNDLED
from tests.factories import (
    make_bilateral,
    make_bloc,
    make_country,
    make_delegation,
    make_event,
    make_membership,
)

BLOCS = {"African Union": 36, "LAS": 17, "ASEAN": 9, "CIS": 7, "SCO": 6, "BRICS": 4, "NATO": 2}
"""The members of each in a hundred delegations."""
ORGANISATIONS = 7
STATUSES = {"held": 95, "announced": 23, "cancelled": 7, "unconfirmed": 5}
DAYS = {"2025-05-28": 6, None: 4}
ATTENDANCE = {"attended": 80, "announced": 15, "invited": 4, "declined": 1}


def make_crowd(delegations: int, meetings: int, seed: int = 7) -> SimpleNamespace:
    """An event in Russia with so many delegations and bilaterals, 6 in 10 of these with the host."""
    random = Random(seed)

    def one_of(weights):
        return random.choices(list(weights), list(weights.values()))[0]

    with (BUNDLED / "countries.csv").open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["code"] != "RUS"]
    host = make_country("RUS", name="Russian Federation")
    event = make_event("crowd", city="Moscow", country=host)
    event.refresh_from_db()  # its dates as they are read
    sent = [make_delegation(event, host, "crowd-rus")]
    blocs = [
        make_bloc(f"bloc-{n}", name=f"{name} of nations", acronym="" if " " in name else name)
        for n, name in enumerate(BLOCS)
    ]
    belongs = [
        bloc for bloc, of_100 in zip(blocs, BLOCS.values(), strict=True) for _ in range(of_100)
    ]
    for n in range(delegations - 1 - ORGANISATIONS):
        country = make_country(rows[n]["code"], name=rows[n]["name"])
        place = n * 100 // (delegations - 1)
        if place < len(belongs):
            make_membership(belongs[place], country, since="1990")
        id = f"crowd-{country.code.lower()}"
        sent.append(make_delegation(event, country, id, status=one_of(ATTENDANCE)))
    sent += [make_delegation(event, bloc, f"crowd-{bloc.pk}") for bloc in blocs[:ORGANISATIONS]]
    bilaterals = []
    for n in range(meetings):
        a, b = random.sample(sent[1:], 2)
        if random.random() < 0.6:
            a = sent[0]
        title = f"Talks {n} ({a.short_name} – {b.short_name})"
        fields = {"status": one_of(STATUSES), "date": one_of(DAYS), "title": title}
        bilaterals.append(make_bilateral(event, a, b, f"crowd-{n}", **fields))
    return SimpleNamespace(event=event, delegations=sent, bilaterals=bilaterals)
