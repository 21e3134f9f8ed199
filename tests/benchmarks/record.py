"""All rows of the made-up knowledge base, in an order in which nothing names what comes later."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from tests.benchmarks import bundled
from tests.benchmarks.chances import shares
from tests.benchmarks.gatherings import Gathering
from tests.benchmarks.people import YEARS, People
from tests.benchmarks.talks import Talks

COLUMNS = {
    "sources": "id kind publisher carried_by title url author published_on accessed_on language",
    "topics": "id name parent_id",
    "countries": "code name kind part_of_id",
    "blocs": "id acronym name kind founded_on website",
    "memberships": "bloc_id country_id status since until",
    "people": "id name native_name other_names wikidata",
    "events": "id series edition name starts_on ends_on city country_id venue chair_id summary",
    "delegations": "id event_id country_id bloc_id status note",
    "delegates": "delegation_id person_id position role",
    "agreements": "id title status as_of summary",
    "agreement_parties": "position owner_id country_id bloc_id",
    "figures": "id event_id measure scope value bound as_of note",
    "meetings": "id event_id kind title date starts_at status access place summary",
    "meeting_topics": "position owner_id topic_id",
    "participants": "meeting_id delegation_id person_id role",
    "statements": "id event_id meeting_id speaker_id speaker_label delegation_id kind status date "
    "text language translated",
    "statement_topics": "position owner_id topic_id",
    "statement_about": "position owner_id country_id bloc_id",
    "citations": "table record source_id locator excerpt stance",
}
"""The columns of each table in the order of their values in the rows."""


@dataclass(frozen=True)
class Scale:
    """How much of everything there is for so many statements."""

    statements: int

    @property
    def meetings(self) -> int:
        return self.statements // 5

    @property
    def people(self) -> int:
        return self.statements // 20

    @property
    def events(self) -> int:
        """At least one a year, if that leaves a meeting for each."""
        return max(1, min(self.meetings, max(YEARS, self.statements // 500)))


def rows(scale: Scale, seed: int) -> Iterator[tuple[str, tuple]]:
    """Each row with the name of its table. Of these, no more is held than what one event needs."""
    chance = Random(f"{seed} events")
    people = People(scale.people, seed)
    yield from bundled.rows()
    yield from people.rows()
    statements = shares(scale.statements, scale.events, 0.5, chance)
    meetings = shares(scale.meetings, scale.events, 0.5, chance)
    editions: dict[str, int] = {}
    for number, (said, met) in enumerate(zip(statements, meetings, strict=True)):
        gathering = Gathering(number, scale.events, said, people, seed)
        yield from gathering.rows(editions)
        yield from Talks(gathering).rows(met, said)
