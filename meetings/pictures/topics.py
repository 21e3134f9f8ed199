"""Topics by speakers: how many statements each of the most quoted people made on each topic.

Topics are the top of the tree; a statement counts once in each of them, however many topics below it
has. Every number is that of the list of statements under the same filter.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Case, Count, Value, When
from django.urls import reverse

from delegations.models import Event, Person
from meetings.models import Statement, StatementTopic, Topic
from summitkb.browse.templatetags.kb import plural
from summitkb.records.publication import Publication

SHOWN = 15
"""How many speakers have a row of their own."""
STEPS = (1, 3, 6, 12)
"""The last number of each shade but the darkest: geometric, because a few speak far more than all."""
MANY = 200
"""With more statements than that in a cell the steps are doubled."""

UNNAMED = None
"""Who speaks where no person is named."""


@dataclass(frozen=True)
class Cell:
    """A number and the list it is the count of; without an address where no filter asks for it."""

    number: int
    address: str = ""
    fact: str = ""
    shade: int = 0


@dataclass(frozen=True)
class Row:
    """The statements of one speaker, or of several together, by topic, and in all."""

    cells: list[Cell]
    whole: Cell
    person: Person | None = None
    code: str = ""
    label: str = ""


class TopicsBySpeakers:
    """The published statements of an event; `unused` are the topics on which there is none."""

    def __init__(self, event: Event):
        self.event = event
        self._statements = Statement.objects.published().filter(event=event)
        self._below = _below_the_top()
        self._cells = self._counted()
        self._of_topic = Counter()
        for (topic, _), number in self._cells.items():
            self._of_topic[topic] += number
        names = Topic.objects.in_bulk(list(self._below))
        topics = sorted(names.values(), key=lambda t: (-self._of_topic[t.pk], t.name, t.pk))
        self.topics = [topic for topic in topics if self._of_topic[topic.pk]]
        self.unused = [topic for topic in topics if not self._of_topic[topic.pk]]
        speakers = self._statements.order_by().values_list("speaker").annotate(Count("pk"))
        self._of_speaker = Counter(dict(speakers))
        named = {pk: n for pk, n in self._of_speaker.items() if pk is not UNNAMED}
        people = Person.objects.in_bulk(list(named)).values()
        self._people = sorted(people, key=lambda p: (-named[p.pk], p.name, p.pk))
        self.shown, self.others = self._people[:SHOWN], self._people[SHOWN:]
        self._codes = self._codes_of(self.shown)

    @property
    def total(self) -> int:
        return sum(self._of_speaker.values())

    @property
    def finding(self) -> str:
        """The picture in a sentence."""
        if not self.total:
            return "No statement is on record."
        people = plural(len(self._people), "named person,named people")
        sentence = f"{plural(self.total, 'statement,statements')} on record, by {people}"
        if unnamed := self._of_speaker[UNNAMED]:
            sentence += f"; {unnamed} by speakers without a name"
        return f"{sentence}."

    @cached_property
    def rows(self) -> list[Row]:
        """One for each of the most quoted, the most quoted first."""
        return [self._row_of(person) for person in self.shown]

    @cached_property
    def sums(self) -> list[Row]:
        """What closes the table: the other people, the speakers without a name."""
        rows = []
        if self.others:
            label = plural(len(self.others), "other named speaker,other named speakers")
            rows.append(self._sum_of([person.pk for person in self.others], label))
        if self._of_speaker[UNNAMED]:
            rows.append(self._sum_of([UNNAMED], "speakers without a name"))
        return rows

    @property
    def whole(self) -> Row:
        """All statements, by topic and in all."""
        cells = [
            Cell(
                self._of_topic[topic.pk],
                self._address(topic=topic.pk),
                f"All speakers: {self._of_topic[topic.pk]} on {topic}",
            )
            for topic in self.topics
        ]
        return Row(cells, Cell(self.total, self._address(), "All statements"))

    @property
    def rest(self) -> list[tuple[Person, Cell]]:
        """The people without a row of their own, each with the number of their statements."""
        return [(person, self._whole_of(person)) for person in self.others]

    @cached_property
    def bounds(self) -> list[tuple[int, int | None]]:
        """From which number to which each shade goes; the last has no end."""
        largest = max((n for (_, pk), n in self._cells.items() if pk is not UNNAMED), default=0)
        times = 1
        while largest > MANY * times:
            times *= 2
        last = [step * times for step in STEPS]
        return list(zip([1, *(n + 1 for n in last)], [*last, None], strict=True))

    @property
    def key(self) -> list[tuple[int, str]]:
        """What the shades mean: shade and numbers."""
        words = (
            f"{low}+" if high is None else str(low) if low == high else f"{low}–{high}"
            for low, high in self.bounds
        )
        return list(enumerate(words, start=1))

    def _row_of(self, person) -> Row:
        cells = []
        for topic in self.topics:
            number = self._cells[topic.pk, person.pk]
            address = self._address(person=person.pk, topic=topic.pk)
            fact = f"{person}: {number} on {topic}"
            cells.append(Cell(number, address, fact, self._shade(number)))
        return Row(cells, self._whole_of(person), person, self._codes.get(person.pk, ""))

    def _whole_of(self, person) -> Cell:
        number = self._of_speaker[person.pk]
        address = self._address(person=person.pk)
        return Cell(number, address, f"{person}: {plural(number, 'statement,statements')}")

    def _sum_of(self, speakers, label) -> Row:
        cells = [Cell(sum(self._cells[topic.pk, pk] for pk in speakers)) for topic in self.topics]
        return Row(cells, Cell(sum(self._of_speaker[pk] for pk in speakers)), label=label)

    def _shade(self, number) -> int:
        return sum(number >= low for low, _ in self.bounds)

    def _address(self, **parameters) -> str:
        return reverse("statements-list", query={"event": self.event.pk, **parameters})

    def _counted(self) -> Counter:
        """The number of statements by top-level topic and speaker."""
        tops = [When(topic__in=below, then=Value(top)) for top, below in self._below.items()]
        if not tops:
            return Counter()
        entries = StatementTopic.objects.filter(
            owner__event=self.event, owner__publication=Publication.PUBLISHED
        )
        entries = entries.annotate(top=Case(*tops)).filter(top__isnull=False)
        counted = entries.order_by().values_list("top", "owner__speaker")
        return Counter(
            {(top, pk): n for top, pk, n in counted.annotate(Count("owner", distinct=True))}
        )

    def _codes_of(self, people) -> dict[str, str]:
        """For whom each spoke most often: the code of a country or the short name of a bloc."""
        spoke = self._statements.filter(speaker__in=people, delegation__isnull=False).order_by()
        spoke = spoke.values_list(
            "speaker", "delegation__country", "delegation__bloc__acronym", "delegation__bloc"
        )
        found = defaultdict(list)
        for person, country, acronym, bloc, number in spoke.annotate(Count("pk")):
            found[person].append((-number, country or acronym or bloc))
        return {person: min(codes)[1] for person, codes in found.items()}


def _below_the_top() -> dict[str, list[str]]:
    """The published topics at the top of the tree, each with all that lie below it and itself."""
    children = defaultdict(list)
    for topic, parent in Topic.objects.published().order_by("pk").values_list("pk", "parent"):
        children[parent].append(topic)
    found = {}
    for top in children[None]:
        below, waiting = [], [top]
        while waiting:
            topic = waiting.pop()
            below.append(topic)
            waiting += children[topic]
        found[top] = below
    return found


def topics_of(person: Person) -> list[Cell]:
    """The top-level topics that a person spoke about, by number, each a link to the statements."""
    found = []
    below = _below_the_top()
    names = Topic.objects.in_bulk(list(below))
    entries = StatementTopic.objects.filter(
        owner__speaker=person, owner__publication=Publication.PUBLISHED
    )
    pairs = set(entries.order_by().values_list("owner", "topic"))
    for top, topics in below.items():
        number = len({owner for owner, topic in pairs if topic in topics})
        if number:
            address = reverse("statements-list", query={"person": person.pk, "topic": top})
            found.append(Cell(number, address, str(names[top])))
    return sorted(found, key=lambda cell: (-cell.number, cell.fact))
