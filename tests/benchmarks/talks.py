"""Meetings of an event with who took part, and what was said there and elsewhere."""

from collections.abc import Iterator
from typing import NamedTuple

from tests.benchmarks import bundled
from tests.benchmarks.chances import Odds, Tail, listed, more
from tests.benchmarks.gatherings import COUNTRIES, NAMES, Gathering, Side
from tests.benchmarks.words import phrase, sentence, text

KIND = Odds({"bilateral": 66, "multilateral": 18, "other": 11, "seminar": 5})
STATUS = Odds({"held": 84, "announced": 8, "unconfirmed": 5, "cancelled": 3})
ACCESS = Odds({"unknown": 85, "closed": 9, "open": 6})
SAID = Odds({"quote": 52, "paraphrase": 45, "document": 3})
LABELS = listed("A member of the delegation|The host|Sources close to the talks|The final document")
TOPICS = Tail([row["id"] for row in bundled.table("topics")], 0.8)


class Talk(NamedTuple):
    """A meeting that was held, at which somebody may have spoken."""

    id: str
    day: str | None
    speakers: list[tuple[Side, int]]


class Talks:
    """What happened at one gathering; statements are made at the meetings that came before."""

    def __init__(self, gathering: Gathering):
        self._of = gathering
        self._chance = gathering.chance
        self._evidence = gathering.evidence
        self._sides = Tail(gathering.present, 0.8)
        self._held: list[Talk] = []

    def rows(self, meetings: int, statements: int) -> Iterator[tuple[str, tuple]]:
        for number in range(meetings):
            yield from self._meeting(number)
        for number in range(statements):
            yield from self._statement(number)

    # Meetings

    def _meeting(self, number):
        chance, of = self._chance, self._of
        kind = "plenary" if number == 0 else KIND.pick(chance)
        status = "held" if kind == "plenary" else STATUS.pick(chance)
        present = self._present(kind, min(len(of.present), 2 + more(chance, 0.6, 8)))
        sides = "-".join(side.sender.lower() for side in present[:2])
        key = f"{of.id}-{sides if kind == 'bilateral' else kind}-{number + 1}"
        day = of.day()
        starts = f"{8 + int(chance.random() * 12):02}:{15 * int(chance.random() * 4):02}"
        took_part = [part for side in present for part in self._took_part(side, kind)]
        yield (
            "meetings",
            (
                key,
                of.id,
                kind,
                self._title(kind, took_part),
                day,
                starts if chance.random() < 0.2 else None,
                status,
                ACCESS.pick(chance),
                f"Room {1 + int(chance.random() * 40)}" if chance.random() < 0.15 else "",
                sentence(chance) if chance.random() < 0.85 else "",
            ),
        )
        yield from self._topics("meeting_topics", key)
        yield from self._evidence.cite("meetings", key, 0.5)
        for rank, (side, place) in enumerate(took_part):
            person = None if place is None else of.person(side, place)
            role = "chair" if rank == 0 and kind != "bilateral" else self._role()
            yield "participants", (key, side.id, person, role)
            part = f"{key}+{side.id}+{person or ''}"
            yield from self._evidence.cite("participants", part, 0.08, excerpts=0.5)
        if status == "held":
            named = [(side, place) for side, place in took_part if place is not None]
            self._held.append(Talk(key, day, named))

    def _present(self, kind, count) -> list[Side]:
        if kind == "plenary":
            return self._of.present
        return self._sides.several(self._chance, 2 if kind == "bilateral" else max(3, count))

    def _took_part(self, side, kind):
        """Those of a side, by their places; None where only the delegation is named."""
        named = self._chance.random() < 0.83
        many = named and kind != "plenary" and self._chance.random() < 0.15
        return [(side, place) for place in (side.people[: 1 + many] if named else [None])]

    def _title(self, kind, took_part):
        if kind != "bilateral":
            return f"{kind.capitalize()}: {phrase(self._chance)}"
        sides = list(dict.fromkeys(side.id for side, _ in took_part))
        first, second = (next(p for p in took_part if p[0].id == side) for side in sides)
        names = [
            self._of.people.name(side.country, place).split(" ", 1)[1]
            for side, place in (first, second)
            if place is not None
        ]
        senders = " – ".join(NAMES[side.sender] for side, _ in (first, second))
        return f"{' – '.join(names)} ({senders})" if names else senders

    def _role(self):
        return "speaker" if self._chance.random() < 0.25 else "participant"

    def _topics(self, table, key):
        topics = TOPICS.several(self._chance, 1 + more(self._chance, 0.35, 4))
        for position, topic in enumerate(topics):
            yield table, (position, key, topic)

    # Statements

    def _statement(self, number):
        chance, of = self._chance, self._of
        random = chance.random
        talk = self._held[int(random() ** 2 * len(self._held))] if random() < 0.53 else None
        if talk and talk.speakers:
            side, place = talk.speakers[int(random() ** 2 * len(talk.speakers))]
        else:
            side = self._sides.pick(chance)
            place = side.people[int(random() ** 3 * len(side.people))]
        named = random() < 0.77
        key = f"{of.id}-{side.sender.lower()}-said-{number + 1}"
        sources = self._evidence.pick(0.2)
        kind, language = SAID.pick(chance), sources[0].language
        words = text(chance, "en" if kind == "paraphrase" else language)
        translated = random()
        yield (
            "statements",
            (
                key,
                of.id,
                talk.id if talk else None,
                of.person(side, place) if named else None,
                "" if named else LABELS[int(random() * len(LABELS))],
                side.id if named or random() < 0.6 else None,
                kind,
                "expected" if random() < 0.02 else "made",
                talk.day if talk else of.day(),
                words,
                language,
                None if translated < 0.03 else translated < 0.6,
            ),
        )
        yield from self._topics("statement_topics", key)
        if random() < 0.84:
            own = [side.country] if random() < 0.6 else []
            others = COUNTRIES.several(chance, more(chance, 0.5, 8) or 1)
            for position, country in enumerate(dict.fromkeys(own + others)):
                yield "statement_about", (position, key, country, None)
        quote = words if kind == "quote" else ""
        yield from self._evidence.cited("statements", key, sources, quote)
