"""Events over sixteen years, and who came to each."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from tests.benchmarks import bundled
from tests.benchmarks.chances import Odds, Tail, listed, more
from tests.benchmarks.evidence import Evidence
from tests.benchmarks.names import CITIES
from tests.benchmarks.people import FIRST_YEAR, YEARS, People
from tests.benchmarks.words import phrase, sentence, text

FORMATS = listed(
    "Meeting of Secretaries of Security Councils|Consultations of Deputy Foreign Ministers|"
    "Conference of Ministers of the Interior|Meeting of Heads of Special Services|"
    "Dialogue of Defence Ministers|Forum of Chief Prosecutors|Round of Talks of Special Envoys|"
    "Summit of Heads of Government"
)
SUBJECTS = listed(
    "Security Issues|Border Management|Counter-Terrorism|Cyberspace|Food Supply|Energy|"
    "Migration|Disaster Relief|Drug Control|Maritime Safety|Arms Control|Regional Conflicts"
)
VENUES = listed("Congress Centre|Presidential Palace|Hall of Nations|Old Exchange|Lakeside Hotel")
POSITIONS = listed(
    "Secretary of the Security Council|Deputy Minister of Foreign Affairs|"
    "National Security Adviser|Minister of the Interior|Ambassador|"
    "Director of the Intelligence Service|Head of Department|Special Envoy|"
    "Chief of the General Staff|Deputy Prosecutor General"
)
ATTENDANCE = Odds({"attended": 80, "announced": 10, "invited": 6, "declined": 4})
SURELY_THERE = 4
"""So many of the first delegations attend, so that there is somebody to meet."""

COUNTRIES = Tail([row["code"] for row in bundled.countries()], 0.7)
BLOCS = Tail([row["id"] for row in bundled.table("blocs")], 0.5)
NAMES = {row["code"]: row["name"] for row in bundled.table("countries")} | {
    row["id"]: row["name"] for row in bundled.table("blocs")
}


@dataclass(eq=False)  # each is itself alone
class Side:
    """A delegation: `country` is whose people it is of, also where a bloc sent it."""

    id: str
    sender: str
    country: str
    status: str
    people: list[int] = field(default_factory=list)

    @property
    def of_bloc(self) -> bool:
        return self.sender != self.country


class Gathering:
    """One event. What is asked of it comes in the order in which it is first asked."""

    def __init__(self, number: int, events: int, statements: int, people: People, seed: int):
        self.chance = chance = Random(f"{seed} event {number}")
        self.people = people
        year = FIRST_YEAR + number * YEARS // events
        self.starts = date(year, 1, 10) + timedelta(days=int(chance.random() * 345))
        self.days = [
            (self.starts + timedelta(days=day)).isoformat()
            for day in range(1 + more(chance, 0.6, 4))
        ]
        self.city, self.country = Tail(CITIES, 0.6).pick(chance)
        self.id = f"{self.city.lower().replace(' ', '-')}-{year}-{number + 1}"
        self.evidence = Evidence(self.id, 6 + statements // 7, self.starts, chance)
        self.sides = list(self._sides(10 + int(100 * chance.random() ** 2)))
        self.present = [side for side in self.sides if side.people]

    def _sides(self, count):
        chance, year = self.chance, self.starts.year
        others = COUNTRIES.several(chance, count)
        senders = [self.country, *(code for code in others if code != self.country)]
        blocs = BLOCS.several(chance, more(chance, 0.6, 4))
        for place, sender in enumerate([*senders, *blocs]):
            country = COUNTRIES.pick(chance) if sender in blocs else sender
            status = "attended" if place < SURELY_THERE else ATTENDANCE.pick(chance)
            side = Side(f"{self.id}-{sender.lower()}", sender, country, status)
            if status == "attended":
                wanted = 1 + more(chance, 0.45, 5)
                side.people = self.people.sent(country, year, wanted, chance)
            yield side

    def day(self) -> str | None:
        """A day of it, as far as it is known."""
        known = self.chance.random()
        if known < 0.24:
            return None
        if known < 0.3:
            return self.days[0][:7] if known < 0.28 else self.days[0][:4]
        return self.days[int(self.chance.random() * len(self.days))]

    def person(self, side: Side, place: int) -> str:
        return self.people.id(side.country, place)

    def rows(self, editions: dict[str, int]) -> Iterator[tuple[str, tuple]]:
        """The event and who came; `editions` counts those of each series."""
        yield from self.evidence.rows()
        yield from self._event(editions)
        for side in self.sides:
            yield from self._delegation(side)
        for number in range(1 + more(self.chance, 0.6, 8)):
            yield from self._agreement(f"{self.id}-agreement-{number + 1}")
        yield from self._figures()

    def _event(self, editions):
        chance = self.chance
        series = f"{Tail(FORMATS).pick(chance)} on {Tail(SUBJECTS).pick(chance)}"
        edition = editions[series] = editions.get(series, 0) + 1
        host = self.sides[0]
        starts, ends = self.days[0], self.days[-1]
        if chance.random() < 0.04:
            starts, ends = starts[:7], ends[:7]
        yield (
            "events",
            (
                self.id,
                series,
                str(edition),
                f"{series}, session {edition}",
                starts,
                ends,
                self.city,
                self.country,
                VENUES[int(chance.random() * len(VENUES))],
                self.person(host, host.people[0]) if chance.random() < 0.8 else None,
                text(chance),
            ),
        )
        yield from self.evidence.cite("events", self.id, 0.8)

    def _delegation(self, side):
        chance = self.chance
        note = sentence(chance) if chance.random() < 0.24 else ""
        sender = (None, side.sender) if side.of_bloc else (side.sender, None)
        yield "delegations", (side.id, self.id, *sender, side.status, note)
        yield from self.evidence.cite("delegations", side.id, 0.4)
        for rank, place in enumerate(side.people):
            person = self.person(side, place)
            role = "member" if rank else "head"
            position = POSITIONS[(place + self.starts.year // 4) % len(POSITIONS)]
            yield "delegates", (side.id, person, position, role if chance.random() < 0.9 else "")
            yield from self.evidence.cite("delegates", f"{side.id}+{person}", 0.15, excerpts=0.4)

    def _agreement(self, key):
        chance = self.chance
        parties = COUNTRIES.several(chance, 2 + more(chance, 0.3, 6))
        title = f"Agreement on {phrase(chance).lower()}"
        yield "agreements", (key, title, AGREED.pick(chance), self.day(), sentence(chance))
        for position, country in enumerate(parties):
            yield "agreement_parties", (position, key, country, None)
        yield from self.evidence.cite("agreements", key, 0.4)

    def _figures(self):
        """What was counted, as several sources have it, who do not all agree."""
        chance, number = self.chance, 0
        counted = {"delegations": len(self.present), "countries": len(self.sides) * 2 // 3}
        counted |= {"bilateral-meetings": 10 + int(60 * chance.random()), "reports": 30}
        for measure, value in counted.items():
            for _ in range(more(chance, 0.65, 6)):
                number += 1
                key, bound = f"{self.id}-figure-{number}", BOUND.pick(chance)
                scope = "Africa" if chance.random() < 0.2 else ""
                reported = max(0, round(value * (0.9 + 0.2 * chance.random())))
                note = sentence(chance) if chance.random() < 0.6 else ""
                yield (
                    "figures",
                    (key, self.id, measure, scope, reported, bound, self.day(), note),
                )
                yield from self.evidence.cite("figures", key, 0.4)


AGREED = Odds(
    {"signed": 40, "negotiating": 25, "proposed": 15, "in-force": 12, "awaiting-ratification": 6}
    | {"lapsed": 2}
)
BOUND = Odds({"exact": 50, "at-least": 35, "about": 15})
