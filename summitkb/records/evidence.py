"""What a line rests on: its citations, weighed and numbered for one page.

*Corroboration* is how many independent publishers support a record. A reprint counts for whoever
wrote it, not for whoever carried it, so publishers are counted and not pages. A publisher that
disputes a record is never taken off that number: support and dispute stand side by side.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from urllib.parse import quote

from django.db.models import (
    Aggregate,
    Case,
    Count,
    Exists,
    Expression,
    Func,
    Min,
    OuterRef,
    Q,
    QuerySet,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.db.models.lookups import Exact, GreaterThan

from summitkb.records.gathered import AnyGathered, Gathered
from summitkb.records.models import Citation, Record, Source
from summitkb.records.partial_dates import Latest
from summitkb.records.structure import key_field
from summitkb.records.vocabularies import Stance, Vocabulary


class Corroboration(Vocabulary):
    SEVERAL = "several", "Two or more independent publishers support it.", "Several publishers"
    SINGLE = "single", "One publisher supports it.", "One publisher"
    DISPUTED = "disputed", "At least one source disputes it, however many support it.", "Disputed"
    UNCITED = "uncited", "No source is on record.", "No source"


def corroborated(model, values: Iterable[str], citations: QuerySet | None = None) -> Q:
    """The condition that records of `model` have one of some values of `Corroboration`.

    The values overlap: what several publishers support may be disputed by another. `citations` are
    those that count; without them, what the public sees: those of published sources.
    """
    cited = (_citations(model, citations), "record", key_field(model).name)
    conditions = _conditions(
        number_of_publishers(model, citations),
        Q(AnyGathered(*cited, Q(stance=Stance.DISPUTES))),
        Q(AnyGathered(*cited, Q())),
    )
    wanted = Q()
    for value in values:
        wanted |= conditions[Corroboration(value)]
    return wanted


def _conditions(publishers: Expression, disputed: Q, cited: Q) -> dict[Corroboration, Q]:
    """What each value means, of the number of publishers that support a record, whether it is
    disputed, and whether it is cited for at all."""
    return {
        Corroboration.SEVERAL: Q(GreaterThan(publishers, 1)),
        Corroboration.SINGLE: Q(Exact(publishers, 1)),
        Corroboration.DISPUTED: disputed,
        Corroboration.UNCITED: ~cited,
    }


def counted_by_corroboration(rows: QuerySet) -> dict[str, int]:
    """How many of some records have each value of `Corroboration`, from their citations at once."""
    counted = _by_record(rows).aggregate(
        several=Count("record", filter=Q(publishers__gt=1)),
        single=Count("record", filter=Q(publishers=1)),
        disputed=Count("record", filter=Q(against__gt=0)),
        cited=Count("record"),
    )
    cited = counted.pop("cited")
    return {**counted, "uncited": rows.order_by().count() - cited}


def paired_with_corroboration(rows: QuerySet) -> list[QuerySet]:
    """The keys of some records with each value of `Corroboration` that they have."""
    key = key_field(rows.model).name
    by_record = _by_record(rows)
    cited = Citation.objects.from_published_sources().filter(
        table=rows.model._meta.db_table, record=OuterRef(key)
    )
    return [
        by_record.filter(publishers__gt=1).values_list("record", Value("several")),
        by_record.filter(publishers=1).values_list("record", Value("single")),
        by_record.filter(against__gt=0).values_list("record", Value("disputed")),
        rows.order_by().filter(~Exists(cited)).values_list(key, Value("uncited")),
    ]


def _by_record(rows: QuerySet) -> QuerySet:
    """The citations of some records by record: `publishers` that support it, citations `against`."""
    cited = Citation.objects.from_published_sources().filter(
        table=rows.model._meta.db_table,
        record__in=rows.order_by().values(key_field(rows.model).name),
    )
    return (
        cited.order_by()
        .values("record")
        .annotate(
            publishers=Count("source__publisher", distinct=True, filter=Q(stance=Stance.SUPPORTS)),
            against=Count("pk", filter=Q(stance=Stance.DISPUTES)),
        )
    )


def corroboration(model) -> Func:
    """The values of `Corroboration` that a record of `model` has, as the text of a list."""
    disputes = _gathered(model, Count("pk", filter=Q(stance=Stance.DISPUTES)))
    conditions = _conditions(
        number_of_publishers(model),
        Q(GreaterThan(Coalesce(disputes, 0), 0)),
        Q(GreaterThan(number_of_citations(model), 0)),
    )
    values = [
        Case(When(condition, then=Value(str(value))), output_field=TextField())
        for value, condition in conditions.items()
    ]
    return Func(Value(" | "), *values, function="concat_ws", output_field=TextField())


def number_of_citations(model) -> Coalesce:
    """How many citations of published sources a record of `model` has."""
    return Coalesce(_gathered(model, Count("pk")), 0)


def number_of_publishers(model, citations: QuerySet | None = None) -> Coalesce:
    """How many independent publishers support a record of `model`."""
    supporting = Count("source__publisher", distinct=True, filter=Q(stance=Stance.SUPPORTS))
    return Coalesce(_gathered(model, supporting, citations), 0)


def _citations(model, citations: QuerySet | None = None) -> QuerySet:
    """The citations of records of `model`."""
    if citations is None:
        citations = Citation.objects.from_published_sources()
    return citations.filter(table=model._meta.db_table)


def _gathered(model, aggregate: Aggregate, citations: QuerySet | None = None) -> Gathered:
    """An aggregate over the citations of each record of `model`."""
    rows = _citations(model, citations)
    return Gathered(rows, "record", key_field(model).name, aggregate)


def first_reported(model) -> Gathered:
    """The day by which a record of `model` was first reported, as a date; NULL where none is known."""
    out = Latest("source__published_on")
    return _gathered(model, Min(out, filter=Q(stance=Stance.SUPPORTS)))


def dated_reports(model) -> QuerySet:
    """The citations, to be used in a subquery, by which records of `model` were reported on a day.

    A source whose date is known in part was out by the last day that it may mean. One that disputes a
    record says something else, and reports nothing of it.
    """
    return _citations(model).filter(
        record=OuterRef(key_field(model).name),
        stance=Stance.SUPPORTS,
        source__published_on__isnull=False,
    )


def passage(citation: Citation) -> str:
    """The address of the source, with a text fragment that makes a browser jump to the excerpt.

    The first and the last words are enough, and survive an omission in between.
    """
    url, words = citation.source.url, citation.excerpt.split()
    if not words or not url:
        return url
    ends = [words] if len(words) <= 8 else [words[:4], words[-4:]]
    # A hyphen and a comma have a meaning of their own in a fragment; quote() leaves the hyphen.
    texts = [quote(" ".join(end), safe="").replace("-", "%2D") for end in ends]
    return f"{re.sub('#.*', '', url)}#:~:text={','.join(texts)}"


@dataclass
class Reading:
    """One source as it bears on one record: its number on the page and what is quoted of it."""

    source: Source
    stance: str
    number: int
    citations: list[Citation]

    @property
    def disputes(self) -> bool:
        return self.stance == Stance.DISPUTES


@dataclass
class Evidence:
    """All that one record rests on, the supporting sources before the disputing.

    `anchored` says that links lead here: a record may stand twice on one page.
    """

    readings: list[Reading] = field(default_factory=list)
    anchored: bool = True

    def _publishers(self, stance) -> list[str]:
        names = (r.source.publisher for r in self.readings if r.stance == stance)
        return list(dict.fromkeys(names))

    @cached_property
    def supporters(self) -> list[str]:
        return self._publishers(Stance.SUPPORTS)

    @cached_property
    def opponents(self) -> list[str]:
        return self._publishers(Stance.DISPUTES)

    @property
    def words(self) -> str:
        """What the marks mean: who supports it, who disputes it, and how these are counted."""
        if not self.readings:
            return "No source is on record yet."
        sentences = []
        for names, one, many in (
            (self.supporters, "One publisher reports it", "independent publishers report it"),
            (self.opponents, "One disputes it", "dispute it"),
        ):
            if names:
                counted = one if len(names) == 1 else f"{len(names)} {many}"
                sentences.append(f"{counted}: {', '.join(names)}.")
        reprints = [r.source for r in self.readings if r.source.carried_by]
        if reprints:
            sentences.append("A reprint counts for whoever wrote it.")
        return " ".join(sentences)

    @property
    def first_report(self) -> Source | None:
        """The supporting source that was out first, by the last day that its date may mean."""
        dated = [r.source for r in self.readings if r.source.published_on and not r.disputes]
        return min(dated, key=lambda s: (s.published_on.latest, s.publisher, s.pk), default=None)

    @property
    def numbers(self) -> str:
        return ", ".join(str(number) for number in dict.fromkeys(r.number for r in self.readings))


class Apparatus:
    """The evidence of everything on one page, in one query, its sources numbered as they first come.

    Give it the records in the order in which the page shows them; each gets an `evidence`.
    """

    def __init__(self, *groups: Iterable[Record]):
        self.sources: list[Source] = []
        records = [record for group in groups for record in group if record is not None]
        keys = defaultdict(set)
        for record in records:
            keys[record._meta.db_table].add(record.record_key)
        wanted = Q()
        for table, names in keys.items():
            wanted |= Q(table=table, record__in=names)
        found = defaultdict(list)
        if wanted:
            for citation in Citation.objects.as_evidence().filter(wanted):
                found[citation.table, citation.record].append(citation)
        self._numbers = {}
        seen = set()
        for record in records:
            key = record._meta.db_table, record.record_key
            record.evidence = Evidence(list(self._readings(found[key])), key not in seen)
            seen.add(key)

    def _readings(self, citations) -> Iterator[Reading]:
        for (stance, source), group in groupby(citations, key=lambda c: (c.stance, c.source)):
            yield Reading(source, stance, self._number(source), list(group))

    def _number(self, source) -> int:
        if source.pk not in self._numbers:
            self.sources.append(source)
            self._numbers[source.pk] = len(self.sources)
        return self._numbers[source.pk]
